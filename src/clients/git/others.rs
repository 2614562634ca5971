//! The other helpers that git has for a host, and in which order it asks (gitcredentials(7), "Credential Contexts").

use std::path::Path;

use super::super::client_command::ClientCommand;
use super::super::setup_target::SetupTarget;
use crate::clients::git::helpers::{self, Helper, Reach};
use crate::clients::path::shown;

/// What else git asks for the hosts, each with the file that says so.
#[derive(Default)]
pub(crate) struct Others {
    /// Those that our entry sets aside.
    pub(crate) aside: Vec<String>,
    /// Those that git reads later: a repository's own, or below our entry.
    pub(crate) behind: Vec<String>,
    /// As things are, what is asked before us.
    pub(crate) before_ours: Vec<String>,
    /// As things are, whether we are asked at all, by whichever entry.
    pub(crate) is_ours_asked: bool,
    /// Whether an entry like ours was read.
    is_ours_alone: bool,
    /// Whether the last value was an empty one.
    is_reset: bool,
}

impl Others {
    /// Looks through every helper that git has for any of the hosts, in the order in which git asks.
    pub(crate) fn read(git: &ClientCommand, scope: &SetupTarget<'_>) -> Option<Self> {
        let helpers = helpers::read(&git.program, git.deadline).ok()?;
        let mut others = Self::default();
        for helper in helpers {
            let hosts = scope.hosts.iter();
            match hosts.map(|host| helper.reach_of_entry(&host.pattern)).max() {
                None | Some(Reach::Nothing) => {}
                // What is asked below a path says nothing of the rest of the host.
                Some(Reach::Part) if helper.is_ours() || helper.is_reset() => {}
                Some(Reach::Part | Reach::Whole) => others.next(&helper),
            }
        }
        Some(others)
    }

    /// Takes the next value that git reads.
    fn next(&mut self, helper: &Helper) {
        if helper.is_reset() {
            self.is_reset = true;
            self.is_ours_asked = false;
            self.before_ours.clear();
            return;
        }
        let was_reset = std::mem::take(&mut self.is_reset);
        if helper.is_ours() {
            self.is_ours_asked = true;
            self.is_ours_alone |= was_reset;
            return;
        }
        if was_reset {
            // Somebody else has set those aside.
            self.aside.clear();
            self.is_ours_alone = false;
        }
        let program = helper.program();
        let name = format!("`{program}` ({})", shown(Path::new(&helper.file)));
        if self.is_ours_alone || !matches!(helper.scope.as_str(), "system" | "global" | "") {
            self.behind.push(name);
        } else {
            self.aside.push(name);
        }
        if !self.is_ours_asked {
            self.before_ours.push(program.to_owned());
        }
    }
}
