//! `setup` without a client: every client, and whether it asks prusa-cred for the hosts of each profile.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum as _;

use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli::Client;
use crate::clients::client_state::{ClientState, state};
use crate::clients::path::display_path;
use crate::context::{Context, is_colourful};
use crate::escape::escape_line;
use crate::profile::Profile;
use crate::terminal::output::print_for_people;
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE};

/// Prints the state of every client for the profile that is named, else for each profile in use. Fails if a client's
/// state cannot be read.
pub(super) fn run(context: &Context) -> Result<()> {
    let is_profile_named =
        context.global.profile.is_some() || Context::profile_variable()?.is_some();
    let profiles = if is_profile_named {
        vec![chosen_profile(context)?]
    } else {
        profiles_in_use(context)?
    };
    let mut text = String::new();
    for profile in profiles {
        text += &profile_overview(context, profile)?;
    }
    text += "Show what would be changed: prusa-cred setup CLIENT\n";
    print_for_people(&text)
}

/// Returns the profile's name and hosts, and a line for each client with its state. Fails if a client's state cannot be
/// read.
fn profile_overview(context: &Context, profile: &Profile) -> Result<String> {
    let paint = Paint::new(is_colourful());
    let hosts: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
    let title = format!("{} ({})", profile.name, hosts.join(", "));
    let mut text = format!("{}\n", paint.text(TITLE, &title));
    for client in Client::value_variants().iter().copied() {
        let (style, description) = match state(context, client, profile)? {
            ClientState::NotSetUp => (QUIET, "not set up".to_owned()),
            ClientState::AsksPrusaCred { place } => {
                let place = display_path(Path::new(&place));
                (GOOD, format!("asks prusa-cred ({place})"))
            }
            ClientState::AsksOthersFirst { others } => {
                (BAD, format!("asks {} first", others.join(", ")))
            }
            ClientState::Overruled { by } => {
                let what: Vec<_> = by.into_iter().map(|it| it.what).collect();
                let what = escape_line(&what.join(", ")).into_owned();
                (BAD, format!("set up, but follows {what} first"))
            }
            ClientState::Broken { reason } => (BAD, reason),
        };
        text += &format!(
            "  {:12} {}\n",
            client.word(),
            paint.text(style, &description)
        );
    }
    Ok(text + "\n")
}
