//! The other helpers that git has for a host, and in which order it asks (gitcredentials(7), "Credential Contexts").

use std::path::Path;

use super::super::place::shown;
use super::super::scope::Scope;
use super::super::tool::Tool;
use super::{fields, is_ours};
use crate::protocol::HostPattern;
use crate::protocol::Origin;

/// What else git asks for the hosts, each with the file that says so.
#[derive(Default)]
pub(super) struct Others {
    /// Those that our entry sets aside.
    pub(super) aside: Vec<String>,
    /// Those that git reads later: a repository's own, or below our entry.
    pub(super) behind: Vec<String>,
    /// As things are, what is asked before us.
    pub(super) before_ours: Vec<String>,
    /// As things are, whether we are asked at all, by whichever entry.
    pub(super) is_ours_asked: bool,
    /// Whether an entry like ours was read.
    is_ours_alone: bool,
    /// Whether the last value was an empty one.
    is_reset: bool,
}

impl Others {
    /// Reads every helper that git has for any of the hosts, in the order in which git asks.
    pub(super) fn read(git: &Tool, scope: &Scope<'_>) -> Option<Self> {
        let pattern = r"^credential\.(.*\.)?helper$";
        let words = [
            "config",
            "-z",
            "--show-scope",
            "--show-origin",
            "--get-regexp",
            pattern,
        ];
        let ran = git.run(&words, &[]).ok()?;
        let fields = fields(&ran.stdout);
        let mut others = Self::default();
        for entry in fields.chunks(3) {
            let [place, origin, setting] = entry else {
                break;
            };
            let (key, value) = setting.split_once('\n').unwrap_or((setting, ""));
            let section = key.strip_prefix("credential.")?.strip_suffix("helper")?;
            let section = section.trim_end_matches('.');
            if scope
                .hosts
                .iter()
                .any(|host| may_match(section, &host.pattern))
            {
                others.next(place, origin, value);
            }
        }
        Some(others)
    }

    /// Takes the next value that git reads, and whose it is.
    fn next(&mut self, place: &str, origin: &str, value: &str) {
        if value.is_empty() {
            self.is_reset = true;
            self.is_ours_asked = false;
            self.before_ours.clear();
            return;
        }
        let was_reset = std::mem::take(&mut self.is_reset);
        if is_ours(value) {
            self.is_ours_asked = true;
            self.is_ours_alone |= was_reset;
            return;
        }
        if was_reset {
            // Somebody else has set those aside.
            self.aside.clear();
            self.is_ours_alone = false;
        }
        let file = origin.strip_prefix("file:").unwrap_or(origin);
        let name = format!("`{value}` ({})", shown(Path::new(file)));
        if self.is_ours_alone || !matches!(place, "system" | "global") {
            self.behind.push(name);
        } else {
            self.aside.push(name);
        }
        if !self.is_ours_asked {
            self.before_ours.push(value.to_owned());
        }
    }
}

/// Returns whether git may apply a section of this address to a host (gitcredentials, "Credential Contexts").
fn may_match(section: &str, host: &HostPattern) -> bool {
    let (scheme, rest) = match section.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, section),
    };
    let name = rest.split('/').next().unwrap_or_default();
    let name = name.rsplit_once('@').map_or(name, |(_, name)| name);
    let own = host.exact_origin().and_then(Origin::told_scheme);
    let is_other =
        |scheme| own.unwrap_or("https") != scheme && !(own.is_none() && host.is_loopback());
    if scheme.is_some_and(is_other) {
        return false;
    }
    if name.is_empty() {
        return true;
    }
    HostPattern::parse(name).is_ok_and(|pattern| match host.exact_origin() {
        Some(origin) => pattern.matches(origin),
        None => pattern == *host,
    })
}
