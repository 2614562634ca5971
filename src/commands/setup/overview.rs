//! `setup` alone: every client, and whether it asks prusa-cred for the hosts of each profile.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum as _;

use super::paint::{ADDED, Paint, QUIET, REMOVED, TITLE};
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli::Client;
use crate::clients::client_state::{ClientState, state};
use crate::clients::path::shown;
use crate::context::Context;
use crate::profile::Profile;
use crate::terminal::output::print;

pub(super) fn run(context: &Context) -> Result<()> {
    let is_named = context.global.profile.is_some() || Context::profile_variable()?.is_some();
    let profiles = if is_named {
        vec![chosen_profile(context)?]
    } else {
        profiles_in_use(context)?
    };
    let mut text = String::new();
    for profile in profiles {
        text += &of_profile(context, profile)?;
    }
    text += "Show what would be changed: prusa-cred setup CLIENT\n";
    print(text)
}

fn of_profile(context: &Context, profile: &Profile) -> Result<String> {
    let paint = Paint::for_stdout();
    let hosts: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
    let title = format!("{} ({})", profile.name, hosts.join(", "));
    let mut text = format!("{}\n", paint.text(TITLE, &title));
    for client in Client::value_variants().iter().copied() {
        let (style, told) = match state(context, client, profile)? {
            ClientState::Absent => (QUIET, "not set up".to_owned()),
            ClientState::Ours { place } => {
                let place = shown(Path::new(&place));
                (ADDED, format!("asks prusa-cred ({place})"))
            }
            ClientState::Shadowed { by } => (REMOVED, format!("asks {} first", by.join(", "))),
            ClientState::Broken { why } => (REMOVED, why),
        };
        text += &format!("  {:12} {}\n", client.word(), paint.text(style, &told));
    }
    Ok(text + "\n")
}
