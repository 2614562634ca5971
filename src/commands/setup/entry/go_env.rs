//! `GOAUTH` in the file of `go env -w` (`go help environment`): lines `KEY=value`, and a list in its value.

use std::path::Path;

use super::super::tool::{Tool, on_copy};
use super::lines::{appended, end_of_lines, lines};
use super::{Found, OURS, Why};

const KEY: &str = "GOAUTH";
/// What go does without `GOAUTH`.
const DEFAULT: &str = "netrc";

/// Our command among the ways to authenticate, before all others.
pub(in super::super) struct GoAuth {
    pub(in super::super) command: String,
    /// go itself, which changes its file if it is there.
    pub(in super::super) go: Option<Tool>,
}

impl GoAuth {
    fn value(text: &str) -> Option<&str> {
        let mut settings = lines(text).into_iter().rev();
        settings.find_map(|line| line.trim_end().strip_prefix(KEY)?.strip_prefix('='))
    }

    /// Returns the ways of a value that are not ours.
    fn others(value: &str) -> Vec<&str> {
        let ways = value.split(';').map(str::trim);
        ways.filter(|way| !way.is_empty() && !way.starts_with(OURS))
            .collect()
    }

    fn new_value(&self, text: &str) -> String {
        let others = match Self::value(text).map(Self::others) {
            Some(others) if !others.is_empty() => others,
            _ => vec![DEFAULT],
        };
        // `off` stands alone: there is nothing else to ask then.
        let others = others.into_iter().filter(|way| *way != "off");
        let all: Vec<_> = std::iter::once(self.command.as_str())
            .chain(others)
            .collect();
        all.join(";")
    }

    pub(super) fn found(&self, text: &str) -> Found {
        let Some(value) = Self::value(text) else {
            return Found::Absent;
        };
        let ways: Vec<_> = value.split(';').map(str::trim).collect();
        let ours = ways.iter().position(|way| way.starts_with(OURS));
        match ours.and_then(|at| ways.get(at)) {
            Some(way) if *way == self.command => Found::Ours,
            Some(way) => Found::Changed((*way).to_owned()),
            None if ways == ["off"] => Found::Theirs(format!("{KEY}=off")),
            None => Found::Absent,
        }
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        self.set(text, Some(&self.new_value(text)))
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let others = Self::value(text).map(Self::others).unwrap_or_default();
        match others.as_slice() {
            [] | [DEFAULT] => self.set(text, None),
            others => self.set(text, Some(&others.join(";"))),
        }
    }

    fn set(&self, text: &str, value: Option<&str>) -> Result<String, Why> {
        let Some(go) = &self.go else {
            return Ok(set_line(text, value));
        };
        let setting = value.map(|value| format!("{KEY}={value}"));
        let arguments = match &setting {
            Some(setting) => ["env", "-w", setting],
            None => ["env", "-u", KEY],
        };
        let run = |path: &Path| go.do_it(&arguments, &[("GOENV", path)]);
        let ((), text) = on_copy(text, run)?;
        Ok(text)
    }

    pub(super) fn commands(&self, text: &str) -> Vec<String> {
        let is_there = self.go.is_some();
        let value = self.new_value(text).replace('\'', r"'\''");
        let command = format!("go env -w {KEY}='{value}'");
        is_there.then_some(command).into_iter().collect()
    }
}

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
            go: None,
        }
    }

    #[test]
    fn our_command_comes_before_the_others_and_goes_again() {
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
            assert_eq!(entry().found(text), Found::Absent);
            assert_eq!(entry().put(text).as_deref(), Ok(wanted));
            assert_eq!(entry().found(wanted), Found::Ours);
            assert_eq!(entry().take(wanted).as_deref(), Ok(text));
        }
        let old = "GOAUTH=prusa-cred --profile x goauth;netrc\n";
        assert!(matches!(entry().found(old), Found::Changed(_)));
        let new = entry().put(old);
        assert_eq!(new.as_deref(), Ok("GOAUTH=prusa-cred goauth;netrc\n"));
        assert!(matches!(entry().found("GOAUTH=off\n"), Found::Theirs(_)));
    }
}
