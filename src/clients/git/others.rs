//! The other helpers that git has for a host, and the order in which it asks them (gitcredentials(7), "Credential
//! Contexts").

use std::path::Path;

use super::super::client_command::ClientCommand;
use super::super::setup_target::SetupTarget;
use crate::clients::git::helpers::{self, Helper, Reach};
use crate::clients::path::display_path;

/// The other helpers that git asks for the hosts, each described by its program and its file.
#[derive(Default)]
pub(crate) struct OtherHelpers {
    /// Those that the entry of prusa-cred disables.
    pub(crate) disabled: Vec<String>,
    /// Those that git reads later and still asks: a repository's own, or those below the entry.
    pub(crate) asked_after: Vec<String>,
    /// The programs that git asks before prusa-cred now.
    pub(crate) asked_before: Vec<String>,
    /// Whether git asks prusa-cred now, because of any entry.
    pub(crate) is_prusa_cred_asked: bool,
    /// Whether an empty value followed by prusa-cred was read, as `setup` writes it.
    has_setup_entry: bool,
    /// Whether the last value was an empty one.
    is_reset: bool,
}

impl OtherHelpers {
    /// Reads every helper that git has for any of the hosts, in the order in which git asks them; of those for a path
    /// only, prusa-cred and empty values do not count. `None` if git fails.
    pub(crate) fn read(git: &ClientCommand, target: &SetupTarget<'_>) -> Option<Self> {
        let helpers = helpers::read(&git.program, git.deadline).ok()?;
        let mut others = Self::default();
        for helper in helpers {
            let hosts = target.hosts.iter();
            match hosts
                .map(|host| helper.reach_of_pattern(&host.pattern))
                .max()
            {
                None | Some(Reach::Nothing) => {}
                // A helper for a path only does not show what git asks for the rest of the host.
                Some(Reach::Part) if helper.runs_prusa_cred() || helper.is_reset() => {}
                Some(Reach::Part | Reach::Whole) => others.add(&helper),
            }
        }
        Some(others)
    }

    /// Takes account of the next helper that git asks. After an empty one, neither prusa-cred nor those before are
    /// asked.
    fn add(&mut self, helper: &Helper) {
        if helper.is_reset() {
            self.is_reset = true;
            self.is_prusa_cred_asked = false;
            self.asked_before.clear();
            return;
        }
        let was_reset = std::mem::take(&mut self.is_reset);
        if helper.runs_prusa_cred() {
            self.is_prusa_cred_asked = true;
            self.has_setup_entry |= was_reset;
            return;
        }
        if was_reset {
            // Another program's entry has already disabled those before it.
            self.disabled.clear();
            self.has_setup_entry = false;
        }
        let program = helper.program();
        let file = display_path(Path::new(&helper.file));
        let description = format!("`{program}` ({file})");
        if self.has_setup_entry || !matches!(helper.scope.as_str(), "system" | "global" | "") {
            self.asked_after.push(description);
        } else {
            self.disabled.push(description);
        }
        if !self.is_prusa_cred_asked {
            self.asked_before.push(program.to_owned());
        }
    }
}
