//! A flag on a line of its own, as in `.bazelrc`.

use super::entry_state::Found;
use super::lines::{appended, lines};
use crate::clients::programs::OURS;

/// `command flag=value`, where `key` is all of the flag before its value.
pub(crate) struct Flag {
    /// The commands that the flag is for.
    pub(crate) command: &'static str,
    /// Such as `--credential_helper=HOST=`.
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What a line says of a flag.
struct Said<'t> {
    command: &'t str,
    value: &'t str,
    /// Whether the line says nothing else.
    is_alone: bool,
}

impl Flag {
    fn line(&self) -> String {
        format!("{} {}{}", self.command, self.key, self.value)
    }

    /// Returns what a line says of this flag, if it names it.
    fn said_in<'t>(&self, line: &'t str) -> Option<Said<'t>> {
        let words: Vec<_> = line
            .split_whitespace()
            .take_while(|word| !word.starts_with('#'))
            .collect();
        let value = words
            .iter()
            .find_map(|word| word.strip_prefix(self.key.as_str()))?;
        Some(Said {
            command: words.first().copied().unwrap_or_default(),
            value,
            is_alone: words.len() == 2,
        })
    }

    fn is_ours(&self, line: &str) -> bool {
        line.trim_end_matches(['\r', '\n']) == self.line()
    }

    /// Returns whether the value runs the same name, by whatever path.
    fn is_as_good(&self, value: &str) -> bool {
        value.rsplit('/').next() == Some(self.value.as_str())
    }

    /// Returns whether the line has the form that is written here, and nothing more: only such a one is replaced.
    fn is_old(&self, said: &Said<'_>) -> bool {
        said.command == self.command && said.is_alone && said.value.contains(OURS)
    }

    pub(super) fn found(&self, text: &str) -> Found {
        // A later line wins over an earlier one.
        for line in lines(text).into_iter().rev() {
            match self.said_in(line) {
                None => {}
                Some(_) if self.is_ours(line) => return Found::Ours,
                // `command:name` counts only in runs with `--config=name`.
                Some(said) if self.is_as_good(said.value) && said.command.contains(':') => {}
                Some(said) if self.is_as_good(said.value) => return Found::AsGood,
                Some(said) if self.is_old(&said) => return Found::Changed(said.value.to_owned()),
                Some(said) => return Found::Theirs(format!("{}{}", self.key, said.value)),
            }
        }
        Found::Absent
    }

    pub(super) fn put(&self, text: &str) -> String {
        let old = lines(text);
        let is_old = |line: &&str| self.said_in(line).is_some_and(|said| self.is_old(&said));
        let Some(at) = old.iter().rposition(is_old) else {
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

    pub(super) fn take(&self, text: &str) -> String {
        let others = lines(text).into_iter().filter(|line| !self.is_ours(line));
        others.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag() -> Flag {
        Flag {
            command: "common",
            key: "--credential_helper=h=".to_owned(),
            value: "bazel-credential-prusa-cred".to_owned(),
        }
    }

    #[test]
    fn a_flag_comes_and_goes_on_a_line_of_its_own() {
        for text in ["", "# mine\nbuild --jobs=2\n", "build  \r\n\r\n"] {
            assert_eq!(flag().found(text), Found::Absent);
            let with = flag().put(text);
            assert_eq!(flag().found(&with), Found::Ours);
            assert_eq!(flag().take(&with), text);
        }
        let bare = flag().put("build -k");
        assert_eq!(
            bare,
            "build -k\ncommon --credential_helper=h=bazel-credential-prusa-cred\n"
        );
    }

    #[test]
    fn other_lines_for_the_same_host_are_told_apart() {
        let of = |line: &str| flag().found(line);
        assert!(matches!(
            of("build --credential_helper=h=%workspace%/x.sh"),
            Found::Theirs(_)
        ));
        assert_eq!(of("# build --credential_helper=h=x"), Found::Absent);
        assert_eq!(of("build --credential_helper=other=x"), Found::Absent);
        assert_eq!(
            of("build --credential_helper=h=bazel-credential-prusa-cred"),
            Found::AsGood
        );
        assert_eq!(
            of("common -k --credential_helper=h=/opt/bazel-credential-prusa-cred"),
            Found::AsGood
        );
        let changed = "common --credential_helper=h=/old/prusa-cred-helper\nx";
        assert!(matches!(of(changed), Found::Changed(_)));
        assert_eq!(
            flag().put(changed),
            "common --credential_helper=h=bazel-credential-prusa-cred\nx"
        );
    }

    #[test]
    fn a_line_that_says_more_is_never_replaced() {
        for line in [
            "build --credential_helper=h=/old/prusa-cred-helper\n",
            "common --credential_helper=h=/old/prusa-cred-helper --jobs=3\n",
            "common --jobs=3 --credential_helper=h=/old/prusa-cred-helper",
        ] {
            assert!(matches!(flag().found(line), Found::Theirs(_)), "{line}");
            assert!(flag().put(line).starts_with(line), "{line}");
        }
        let sometimes = "build:ci --credential_helper=h=/ci/bazel-credential-prusa-cred --jobs=3\n";
        assert_eq!(flag().found(sometimes), Found::Absent);
        let with = flag().put(sometimes);
        assert_eq!(with, format!("{sometimes}{}\n", flag().line()));
        assert_eq!(flag().take(&with), sometimes);
    }
}
