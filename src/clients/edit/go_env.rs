//! `GOAUTH` in the file of `go env -w` (`go help environment`): lines `KEY=value`, and a list in its value.

use std::path::Path;

use super::super::client_command::{ClientCommand, on_copy};
use super::entry_state::{Found, Why, profile_in};
use super::lines::{appended, end_of_lines, lines};
use crate::clients::programs::OURS;

const KEY: &str = "GOAUTH";
/// What go does without `GOAUTH`.
const DEFAULT: &str = "netrc";

/// Our command among the ways to authenticate, before all others.
pub(crate) struct GoAuth {
    pub(crate) command: String,
    /// Whom it is for, whether that is said or not.
    pub(crate) profile: String,
    /// go itself, which changes its file if it is there.
    pub(crate) go: Option<ClientCommand>,
}

impl GoAuth {
    fn value(text: &str) -> Option<&str> {
        let mut settings = lines(text).into_iter().rev();
        settings.find_map(|line| line.trim_end().strip_prefix(KEY)?.strip_prefix('='))
    }

    /// Returns the ways of a value.
    fn ways(value: &str) -> impl Iterator<Item = &str> {
        value
            .split(';')
            .map(str::trim)
            .filter(|way| !way.is_empty())
    }

    /// Returns whether a way is ours, for the same profile: those for others are other ways.
    fn is_same(&self, way: &str) -> bool {
        let is_named = profile_in(&self.command).is_some();
        way.starts_with(OURS) && profile_in(way).map_or(!is_named, |named| named == self.profile)
    }

    fn new_value(&self, text: &str) -> String {
        let value = Self::value(text).unwrap_or_default();
        let mut others: Vec<_> = Self::ways(value).filter(|way| !self.is_same(way)).collect();
        if !others.iter().any(|way| !way.starts_with(OURS)) {
            others.push(DEFAULT);
        }
        // `off` stands alone: there is nothing else to ask then.
        others.retain(|way| *way != "off");
        // The first that answers wins: who is named for some hosts comes before what is for all.
        let is_before = |way: &&str| profile_in(&self.command).is_none() && way.starts_with(OURS);
        let at = others.iter().take_while(|way| is_before(way)).count();
        others.insert(at, &self.command);
        others.join(";")
    }

    pub(super) fn found(&self, text: &str) -> Found {
        let Some(value) = Self::value(text) else {
            return Found::Absent;
        };
        let ways: Vec<_> = Self::ways(value).collect();
        match ways.iter().find(|way| self.is_same(way)) {
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
        let ways = Self::ways(Self::value(text).unwrap_or_default());
        let others: Vec<_> = ways.filter(|way| *way != self.command).collect();
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
            profile: "x".to_owned(),
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

    #[test]
    fn a_way_for_another_profile_stays_and_who_is_named_comes_first() {
        let named = GoAuth {
            command: "prusa-cred --profile two goauth".to_owned(),
            profile: "two".to_owned(),
            go: None,
        };
        let one = "GOAUTH=prusa-cred goauth;netrc\n";
        let two = "GOAUTH=prusa-cred --profile two goauth;netrc\n";
        let both = "GOAUTH=prusa-cred --profile two goauth;prusa-cred goauth;netrc\n";
        assert_eq!(named.found(one), Found::Absent);
        assert_eq!(named.put(one).as_deref(), Ok(both));
        assert_eq!(entry().put(two).as_deref(), Ok(both));
        assert_eq!(entry().found(both), Found::Ours);
        assert_eq!(named.take(both).as_deref(), Ok(one));
        assert_eq!(entry().take(both).as_deref(), Ok(two));
    }
}
