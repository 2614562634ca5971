//! A flag on a line of its own, as in `.bazelrc`.

use super::lines::{appended, end_of_lines, lines};
use super::{Found, OURS};

/// `command flag=value`, where `key` is all of the flag before its value.
pub(in super::super) struct Flag {
    /// The commands that the flag is for.
    pub(in super::super) command: &'static str,
    /// Such as `--credential_helper=HOST=`.
    pub(in super::super) key: String,
    pub(in super::super) value: String,
}

impl Flag {
    fn line(&self) -> String {
        format!("{} {}{}", self.command, self.key, self.value)
    }

    /// Returns the value that a line gives this flag, if it does.
    fn value_in<'t>(&self, line: &'t str) -> Option<&'t str> {
        let line = line.trim();
        let words = line.split_whitespace();
        words
            .take_while(|word| !word.starts_with('#'))
            .find_map(|word| word.strip_prefix(self.key.as_str()))
    }

    fn is_ours(&self, line: &str) -> bool {
        line.trim_end_matches(['\r', '\n']) == self.line()
    }

    pub(super) fn found(&self, text: &str) -> Found {
        // A later line wins over an earlier one.
        let last = lines(text)
            .into_iter()
            .rev()
            .find_map(|line| Some((line, self.value_in(line)?)));
        match last {
            None => Found::Absent,
            Some((line, _)) if self.is_ours(line) => Found::Ours,
            Some((_, value)) if value == self.value => Found::AsGood,
            Some((_, value)) if value.contains(OURS) => Found::Changed(value.to_owned()),
            Some((_, value)) => Found::Theirs(format!("{}{value}", self.key)),
        }
    }

    pub(super) fn put(&self, text: &str) -> String {
        let is_old = |line: &str| self.value_in(line).is_some_and(|it| it.contains(OURS));
        let end = end_of_lines(text);
        let mut is_put = false;
        let mut new = String::new();
        for line in lines(text) {
            if is_old(line) && !is_put {
                new += &self.line();
                new += line.strip_prefix(line.trim_end()).unwrap_or(end);
                is_put = true;
            } else {
                new += line;
            }
        }
        if is_put {
            new
        } else {
            appended(text, &self.line())
        }
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
        let changed = "common --credential_helper=h=/old/prusa-cred-helper\nx";
        assert!(matches!(of(changed), Found::Changed(_)));
        assert_eq!(
            flag().put(changed),
            "common --credential_helper=h=bazel-credential-prusa-cred\nx"
        );
    }
}
