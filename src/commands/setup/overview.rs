//! `setup` alone: every client, and whether it asks prusa-cred for the hosts of the profile.

use anyhow::Result;

use super::paint::{Paint, Style};
use super::state::{ClientState, state};
use crate::cli::Client;
use crate::commands::chosen_profile;
use crate::commands::print;
use crate::context::Context;

pub(super) fn run(context: &Context) -> Result<()> {
    let profile = chosen_profile(context)?;
    let paint = Paint::for_stdout();
    let hosts: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
    let title = format!("Profile {} ({})", profile.name, hosts.join(", "));
    let mut text = format!("{}\n", paint.text(Style::Title, &title));
    for client in Client::ALL {
        let (style, told) = match state(context, client, profile)? {
            ClientState::Absent => (Style::Quiet, "not set up".to_owned()),
            ClientState::Ours { place } => (Style::Added, format!("asks prusa-cred ({place})")),
            ClientState::Shadowed { by } => {
                (Style::Removed, format!("asks {} first", by.join(", ")))
            }
            ClientState::Broken { why } => (Style::Removed, why),
        };
        text += &format!("  {:12} {}\n", client.word(), paint.text(style, &told));
    }
    text += "Show what would be changed: prusa-cred setup CLIENT\n";
    print(text)
}
