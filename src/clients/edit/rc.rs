//! A flag on a line of its own, as in `.bazelrc`.

use std::borrow::Cow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::entry_state::EntryState;
use crate::clients::programs::PROGRAM_NAME;
use crate::lines::{appended, lines};

/// `command flag=value`, where `key` is all of the flag before its value.
#[derive(Serialize, Deserialize)]
pub(crate) struct Flag {
    /// The commands that the flag is for.
    pub(crate) command: Cow<'static, str>,
    /// Such as `--credential_helper=HOST=`.
    pub(crate) key: String,
    pub(crate) value: String,
}

/// A flag in a line.
struct FlagInLine<'t> {
    command: &'t str,
    value: &'t str,
    /// Whether the line has nothing else.
    is_alone: bool,
}

impl Flag {
    /// Returns the line that is written: the command, the key and the value.
    fn line(&self) -> String {
        format!("{} {}{}", self.command, self.key, self.value)
    }

    /// Returns this flag as a line has it; `None` if the line does not set it.
    fn flag_in<'t>(&self, line: &'t str) -> Option<FlagInLine<'t>> {
        let words: Vec<_> = line
            .split_whitespace()
            .take_while(|word| !word.starts_with('#'))
            .collect();
        let value = words
            .iter()
            .find_map(|word| word.strip_prefix(self.key.as_str()))?;
        Some(FlagInLine {
            command: words.first().copied().unwrap_or_default(),
            value,
            is_alone: words.len() == 2,
        })
    }

    /// Returns whether a line is exactly as it is written here.
    fn is_as_written(&self, line: &str) -> bool {
        line.trim_end_matches(['\r', '\n']) == self.line()
    }

    /// Returns whether the value is a program of the same name, in whatever directory, that is there.
    fn is_equivalent(&self, value: &str) -> bool {
        let path = Path::new(value);
        let is_gone = path.is_absolute() && !path.exists();
        value.rsplit('/').next() == Some(self.value.as_str()) && !is_gone
    }

    /// Returns whether the line has the form that is written here and nothing else, with a value that names prusa-cred:
    /// only such a line is replaced.
    fn is_replaceable(&self, flag: &FlagInLine<'_>) -> bool {
        flag.command == self.command && flag.is_alone && flag.value.contains(PROGRAM_NAME)
    }

    /// Returns the program of the last line that counts.
    pub(super) fn command(&self, text: &str) -> Option<Vec<String>> {
        let lines = lines(text).into_iter().rev();
        let mut flags = lines.filter_map(|line| self.flag_in(line));
        let flag = flags.find(|flag| !flag.command.contains(':'))?;
        Some(vec![flag.value.to_owned()])
    }

    /// Returns what the text has as the flag; of several lines, the last that counts decides; those for
    /// `--config=NAME` alone do not.
    pub(super) fn state(&self, text: &str) -> EntryState {
        // A later line overrides an earlier one.
        for line in lines(text).into_iter().rev() {
            match self.flag_in(line) {
                None => {}
                Some(_) if self.is_as_written(line) => return EntryState::AsWritten,
                // `command:name` counts only in runs with `--config=name`.
                Some(flag) if flag.command.contains(':') => {}
                Some(flag) if self.is_equivalent(flag.value) => return EntryState::Equivalent,
                Some(flag) if self.is_replaceable(&flag) => {
                    return EntryState::Modified(flag.value.to_owned());
                }
                Some(flag) => {
                    return EntryState::OtherProgram(format!("{}{}", self.key, flag.value));
                }
            }
        }
        EntryState::Absent
    }

    /// Returns the text with the line, in the place of the last replaceable line or else at the end.
    pub(super) fn insert_into(&self, text: &str) -> String {
        let old = lines(text);
        let is_replaceable = |line: &&str| {
            self.flag_in(line)
                .is_some_and(|flag| self.is_replaceable(&flag))
        };
        let Some(at) = old.iter().rposition(is_replaceable) else {
            return appended(text, &self.line());
        };
        let new = old.iter().enumerate().map(|(number, line)| {
            if number == at {
                self.line() + line.strip_prefix(line.trim_end()).unwrap_or_default()
            } else {
                (*line).to_owned()
            }
        });
        new.collect()
    }

    /// Returns the text without the lines that are exactly as they are written here.
    pub(super) fn remove_from(&self, text: &str) -> String {
        let others = lines(text)
            .into_iter()
            .filter(|line| !self.is_as_written(line));
        others.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag() -> Flag {
        Flag {
            command: "common".into(),
            key: "--credential_helper=h=".to_owned(),
            value: "bazel-credential-prusa-cred".to_owned(),
        }
    }

    #[test]
    fn removing_the_inserted_flag_restores_the_text() {
        for text in ["", "# mine\nbuild --jobs=2\n", "build  \r\n\r\n"] {
            assert_eq!(flag().state(text), EntryState::Absent);
            let with = flag().insert_into(text);
            assert_eq!(flag().state(&with), EntryState::AsWritten);
            assert_eq!(flag().remove_from(&with), text);
        }
        let bare = flag().insert_into("build -k");
        assert_eq!(
            bare,
            "build -k\ncommon --credential_helper=h=bazel-credential-prusa-cred\n"
        );
    }

    #[test]
    fn other_lines_for_the_same_host_have_their_own_state() {
        let state = |line: &str| flag().state(line);
        assert!(matches!(
            state("build --credential_helper=h=%workspace%/x.sh"),
            EntryState::OtherProgram(_)
        ));
        assert_eq!(state("# build --credential_helper=h=x"), EntryState::Absent);
        assert_eq!(
            state("build --credential_helper=other=x"),
            EntryState::Absent
        );
        assert_eq!(
            state("build --credential_helper=h=bazel-credential-prusa-cred"),
            EntryState::Equivalent
        );
        assert_eq!(
            state("common -k --credential_helper=h=%workspace%/bazel-credential-prusa-cred"),
            EntryState::Equivalent
        );
        let changed = "common --credential_helper=h=/old/prusa-cred-helper\nx";
        assert!(matches!(state(changed), EntryState::Modified(_)));
        assert_eq!(
            flag().insert_into(changed),
            "common --credential_helper=h=bazel-credential-prusa-cred\nx"
        );
    }

    #[test]
    fn a_line_with_other_flags_is_never_replaced() {
        for line in [
            "build --credential_helper=h=/old/prusa-cred-helper\n",
            "common --credential_helper=h=/old/prusa-cred-helper --jobs=3\n",
            "common --jobs=3 --credential_helper=h=/old/prusa-cred-helper",
        ] {
            assert!(
                matches!(flag().state(line), EntryState::OtherProgram(_)),
                "{line}"
            );
            assert!(flag().insert_into(line).starts_with(line), "{line}");
        }
        let conditional =
            "build:ci --credential_helper=h=/ci/bazel-credential-prusa-cred --jobs=3\n";
        assert_eq!(flag().state(conditional), EntryState::Absent);
        let with = flag().insert_into(conditional);
        assert_eq!(with, format!("{conditional}{}\n", flag().line()));
        assert_eq!(flag().remove_from(&with), conditional);
    }
}
