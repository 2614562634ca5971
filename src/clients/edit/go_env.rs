//! `GOAUTH` in the file of `go env -w` (`go help environment`): lines `KEY=value`, where this value is a list of
//! commands.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::client_command::{ClientCommand, with_scratch_copy};
use super::entry_state::{EditError, EntryState, profile_option_in};
use crate::clients::programs::is_prusa_cred;
use crate::lines::{appended, end_of_lines, lines};

const KEY: &str = "GOAUTH";
/// The value that go uses without `GOAUTH`.
const DEFAULT: &str = "netrc";

/// A command of prusa-cred in `GOAUTH`, before those of other programs.
#[derive(Serialize, Deserialize)]
pub(crate) struct GoAuth {
    pub(crate) command: String,
    /// The profile that is to answer, even where `command` does not name it.
    pub(crate) profile: String,
    /// go itself, which changes its file if it is installed.
    #[serde(skip)]
    pub(crate) go: Option<ClientCommand>,
}

/// Returns the value of `GOAUTH` in the last line that sets it; `None` if no line does.
pub(crate) fn value(text: &str) -> Option<&str> {
    let mut settings = lines(text).into_iter().rev();
    settings.find_map(|line| line.trim_end().strip_prefix(KEY)?.strip_prefix('='))
}

/// Returns the commands in a value of `GOAUTH`, which `;` separates; empty ones are left out.
pub(crate) fn commands(value: &str) -> impl Iterator<Item = &str> {
    value
        .split(';')
        .map(str::trim)
        .filter(|command| !command.is_empty())
}

/// Returns what is wrong with a value of `GOAUTH` that go refuses: it has an empty command, or `off` beside others
/// (go's `cmd/go/internal/auth`). An empty value is go's default.
pub(crate) fn refused(value: &str) -> Option<&'static str> {
    let all: Vec<_> = value.split(';').map(str::trim).collect();
    if all.len() > 1 && all.contains(&"") {
        Some("has an empty command")
    } else if all.len() > 1 && all.contains(&"off") {
        Some("has `off` beside other commands")
    } else {
        None
    }
}

impl GoAuth {
    /// Returns whether a command runs prusa-cred for the same profile. One that names no profile does, unless this
    /// command has to name it.
    fn is_for_same_profile(&self, other: &str) -> bool {
        let must_name_profile = profile_option_in(&self.command).is_some();
        runs_prusa_cred(other)
            && profile_option_in(other).map_or(!must_name_profile, |named| named == self.profile)
    }

    /// Returns the new value of `GOAUTH`, joined by `;`: this command instead of those for the same profile, and the
    /// text's others. A command for one profile comes first, one for all after those of prusa-cred at the beginning.
    /// Where the text has nothing of another program, go's default is added; `off` is dropped.
    fn new_value(&self, text: &str) -> String {
        let mut others: Vec<_> = commands(value(text).unwrap_or_default())
            .filter(|other| !self.is_for_same_profile(other))
            .collect();
        if !others.iter().any(|other| !runs_prusa_cred(other)) {
            others.push(DEFAULT);
        }
        // `off` cannot be combined with other commands.
        others.retain(|other| *other != "off");
        // go uses the first answer: a command for some hosts comes before one for all.
        let goes_first =
            |other: &&str| profile_option_in(&self.command).is_none() && runs_prusa_cred(other);
        let at = others.iter().take_while(|other| goes_first(other)).count();
        others.insert(at, &self.command);
        others.join(";")
    }

    /// Returns the words of the command for this profile, else of the first that runs prusa-cred.
    pub(super) fn command(&self, text: &str) -> Option<Vec<String>> {
        let found = || commands(value(text).unwrap_or_default());
        let own = found().find(|it| self.is_for_same_profile(it));
        let command = own.or_else(|| found().find(|it| runs_prusa_cred(it)))?;
        Some(command.split_whitespace().map(str::to_owned).collect())
    }

    /// Returns what the text has for this profile; `OtherProgram` if the value is `off`. Fails if it is one that go
    /// refuses.
    pub(super) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let Some(value) = value(text) else {
            return Ok(EntryState::Absent);
        };
        if let Some(reason) = refused(value) {
            return Err(format!("{KEY} in it {reason}, which go refuses"));
        }
        let found: Vec<_> = commands(value).collect();
        Ok(
            match found.iter().find(|other| self.is_for_same_profile(other)) {
                Some(other) if *other == self.command => EntryState::AsWritten,
                Some(other) => EntryState::Modified((*other).to_owned()),
                None if found == ["off"] => EntryState::OtherProgram(format!("{KEY}=off")),
                None => EntryState::Absent,
            },
        )
    }

    /// Returns the text with the command in its value; fails if go is installed and `go env` fails, or go refuses the
    /// value that is there.
    pub(super) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        self.state(text)?;
        self.set(text, Some(&self.new_value(text)))
    }

    /// Returns the text without the command; the line is removed if only go's default would remain. Fails if go is
    /// installed and `go env` fails.
    pub(super) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let all = commands(value(text).unwrap_or_default());
        let others: Vec<_> = all.filter(|other| *other != self.command).collect();
        match others.as_slice() {
            [] | [DEFAULT] => self.set(text, None),
            others => self.set(text, Some(&others.join(";"))),
        }
    }

    /// Returns the text with `GOAUTH` set to the new value, or unset for `None`, by `go env` or, where go is not
    /// installed, by editing the line; fails if `go env` fails.
    fn set(&self, text: &str, new: Option<&str>) -> Result<String, EditError> {
        let Some(go) = &self.go else {
            return Ok(set_line(text, new));
        };
        let setting = new.map(|value| format!("{KEY}={value}"));
        let arguments = match &setting {
            Some(setting) => ["env", "-w", setting],
            None => ["env", "-u", KEY],
        };
        let run = |path: &Path| go.run_checked(&arguments, &[("GOENV", path)]);
        let ((), text) = with_scratch_copy(text, run)?;
        Ok(text)
    }

    /// Returns the `go env -w` command line that sets the new value; none if go is not installed.
    pub(super) fn client_commands(&self, text: &str) -> Vec<String> {
        let is_installed = self.go.is_some();
        let value = self.new_value(text).replace('\'', r"'\''");
        let command = format!("go env -w {KEY}='{value}'");
        is_installed.then_some(command).into_iter().collect()
    }
}

/// Returns whether the program of a command line is prusa-cred, in whatever directory.
fn runs_prusa_cred(command: &str) -> bool {
    command.split_whitespace().next().is_some_and(is_prusa_cred)
}

/// Returns the text with one line that sets `GOAUTH` to the value, in the place of the first that did or else at the
/// end, or without such a line for `None`.
fn set_line(text: &str, value: Option<&str>) -> String {
    let prefix = format!("{KEY}=");
    let others = lines(text)
        .into_iter()
        .filter(|line| !line.starts_with(&prefix));
    let rest: String = others.collect();
    let Some(value) = value else {
        return rest;
    };
    let line = format!("{prefix}{value}");
    if rest.len() == text.len() {
        return appended(text, &line);
    }
    let mut is_set = false;
    let mut new = String::new();
    for old in lines(text) {
        if !old.starts_with(&prefix) {
            new += old;
        } else if !is_set {
            new += &format!("{line}{}", end_of_lines(text));
            is_set = true;
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> GoAuth {
        GoAuth {
            command: "prusa-cred goauth".to_owned(),
            profile: "x".to_owned(),
            go: None,
        }
    }

    #[test]
    fn our_command_is_inserted_first_and_removed_again() {
        let table = [
            ("", "GOAUTH=prusa-cred goauth;netrc\n"),
            (
                "# x\nGOFLAGS=-v\n",
                "# x\nGOFLAGS=-v\nGOAUTH=prusa-cred goauth;netrc\n",
            ),
            (
                "GOAUTH=git /d;netrc\nGOFLAGS=-v\n",
                "GOAUTH=prusa-cred goauth;git /d;netrc\nGOFLAGS=-v\n",
            ),
        ];
        for (text, wanted) in table {
            assert_eq!(entry().state(text), Ok(EntryState::Absent));
            assert_eq!(entry().insert_into(text).as_deref(), Ok(wanted));
            assert_eq!(entry().state(wanted), Ok(EntryState::AsWritten));
            assert_eq!(entry().remove_from(wanted).as_deref(), Ok(text));
        }
        for old in [
            "GOAUTH=prusa-cred --profile x goauth;netrc\n",
            "GOAUTH=prusa-cred -px goauth;netrc\n",
            "GOAUTH=/opt/prusa-cred goauth;netrc\n",
        ] {
            assert!(matches!(entry().state(old), Ok(EntryState::Modified(_))));
            let new = entry().insert_into(old);
            assert_eq!(new.as_deref(), Ok("GOAUTH=prusa-cred goauth;netrc\n"));
        }
        let other = "GOAUTH=prusa-cred-mine;netrc\n";
        assert_eq!(entry().state(other), Ok(EntryState::Absent));
        assert!(matches!(
            entry().state("GOAUTH=off\n"),
            Ok(EntryState::OtherProgram(_))
        ));
        for refused in [
            "GOAUTH=prusa-cred goauth;off\n",
            "GOAUTH=prusa-cred goauth;\n",
            "GOAUTH=;netrc\n",
        ] {
            assert!(entry().state(refused).is_err(), "{refused}");
        }
        assert_eq!(entry().state("GOAUTH=\n"), Ok(EntryState::Absent));
    }

    #[test]
    fn commands_of_profiles_coexist_with_a_named_one_first() {
        let named = GoAuth {
            command: "prusa-cred --profile two goauth".to_owned(),
            profile: "two".to_owned(),
            go: None,
        };
        let one = "GOAUTH=prusa-cred goauth;netrc\n";
        let two = "GOAUTH=prusa-cred --profile two goauth;netrc\n";
        let both = "GOAUTH=prusa-cred --profile two goauth;prusa-cred goauth;netrc\n";
        assert_eq!(named.state(one), Ok(EntryState::Absent));
        assert_eq!(named.insert_into(one).as_deref(), Ok(both));
        assert_eq!(entry().insert_into(two).as_deref(), Ok(both));
        assert_eq!(entry().state(both), Ok(EntryState::AsWritten));
        assert_eq!(named.remove_from(both).as_deref(), Ok(one));
        assert_eq!(entry().remove_from(both).as_deref(), Ok(two));
    }
}
