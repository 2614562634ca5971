//! git: which helpers it asks for our hosts, in which order, and where that is said (gitcredentials(7)).
//!
//! git itself reads its configuration, from the directory that this runs in: a repository's own counts. All values whose
//! URL matches form one list in the order of the files, and an empty one clears it (`reference/protocols.md`, 2.2).

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use url::Url;

use super::super::Patient;
use super::super::check::{About, Check};
use super::{Clients, is_ours};
use crate::deadline::Deadline;
use crate::protocol::Origin;
use crate::shell;
use crate::shell::Printed;
use crate::shell::ShellError;

const ID: &str = "client.git";
const LINK: &str = "git-credential-prusa-cred";
/// How `git config` ends where no key is as asked for.
const NO_SUCH_KEY: i32 = 1;
/// How long git may take to read its files.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn look(patient: &Patient<'_>, hosts: &[&Origin], clients: &mut Clients) {
    let helpers = match helpers(patient) {
        Ok(helpers) => helpers,
        Err(ShellError::Start { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            let about = About::new(ID, "git");
            return clients.checks.push(about.skipped("git is not installed"));
        }
        Err(error) => {
            let about = About::new(ID, "git");
            let check = about.broken(error.to_string(), "git config --list --show-origin");
            return clients.checks.push(check);
        }
    };
    let runs_link = |helper: &&Helper| helper.program() == "prusa-cred" && !helper.is_shell();
    if helpers.iter().any(|helper| runs_link(&helper)) {
        clients.needed.push(LINK.to_owned());
    }
    let of_hosts = hosts.iter().map(|origin| of_host(origin, &helpers));
    clients.checks.extend(of_hosts);
}

/// A value of `credential.helper`.
#[derive(Debug)]
struct Helper {
    /// The file that has it, as git names it.
    origin: String,
    /// The address that it is for; without, it is for every one.
    url: Option<String>,
    value: String,
}

impl Helper {
    fn is_shell(&self) -> bool {
        self.value.starts_with('!')
    }

    /// Returns the program's name, or the path to it.
    fn program(&self) -> &str {
        let text = self.value.trim_start_matches('!').trim_start();
        let (text, end) = match text.chars().next() {
            Some(quote @ ('"' | '\'')) => (text.get(1..).unwrap_or_default(), quote),
            _ => (text, ' '),
        };
        text.split(end).next().unwrap_or_default()
    }

    fn is_ours(&self) -> bool {
        is_ours(self.program())
    }

    fn is_for(&self, origin: &Origin) -> bool {
        self.url.as_deref().is_none_or(|url| matches(url, origin))
    }

    /// Returns the program and where it is said, but not its options: people have put secrets there.
    fn told(&self) -> String {
        format!("{} ({})", self.program(), self.origin)
    }
}

/// Reads every value, in the order in which git heeds them.
fn helpers(patient: &Patient<'_>) -> Result<Vec<Helper>, ShellError> {
    let left = patient.context.deadline.remaining().min(PATIENCE);
    let mut git = Command::new("git");
    git.args(["config", "-z", "--show-origin", "--get-regexp"]);
    git.arg(r"^credential\.(.*\.)?helper$");
    let Printed { stdout, status } = shell::printed("git", &mut git, Deadline::after(left))?;
    if status.success() || status.code() == Some(NO_SUCH_KEY) {
        Ok(parse(&String::from_utf8_lossy(&stdout)))
    } else {
        Err(ShellError::Failed {
            name: "git config",
            status,
        })
    }
}

fn parse(text: &str) -> Vec<Helper> {
    let mut helpers = Vec::new();
    let mut parts = text.split('\0');
    while let (Some(origin), Some(entry)) = (parts.next(), parts.next()) {
        // A key without a value has no line of its own; git takes it for an error.
        let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
        let url = key
            .strip_prefix("credential.")
            .and_then(|rest| rest.strip_suffix(".helper"));
        helpers.push(Helper {
            origin: origin.strip_prefix("file:").unwrap_or(origin).to_owned(),
            url: url.map(str::to_owned),
            value: value.to_owned(),
        });
    }
    helpers
}

/// Returns whether git takes a configured address for one of a whole host, which has no path and no user.
fn matches(pattern: &str, origin: &Origin) -> bool {
    let (scheme, rest) = match pattern.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (origin.scheme().as_str(), pattern),
    };
    if !scheme.eq_ignore_ascii_case(origin.scheme().as_str()) {
        return false;
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !path.is_empty() {
        return false;
    }
    if host.is_empty() {
        return true;
    }
    // A star is no character of a host to whoever parses addresses; a label that nobody has is.
    let of = |text: &str| Url::parse(&format!("{scheme}://{}", text.replace('*', STAR))).ok();
    let (Some(pattern), Some(origin)) = (of(host), of(&origin.host_and_port())) else {
        return false;
    };
    pattern.port_or_known_default() == origin.port_or_known_default()
        && labels_match(
            pattern.host_str().unwrap_or_default(),
            origin.host_str().unwrap_or_default(),
        )
}

const STAR: &str = "any-label-at-all";

fn labels_match(pattern: &str, host: &str) -> bool {
    pattern.split('.').count() == host.split('.').count()
        && pattern
            .split('.')
            .zip(host.split('.'))
            .all(|(pattern, label)| pattern == STAR || pattern.eq_ignore_ascii_case(label))
}

fn of_host(origin: &Origin, helpers: &[Helper]) -> Check {
    let about = About::new(ID, format!("git {origin}"));
    let mut asked: Vec<&Helper> = Vec::new();
    let mut set_aside = None;
    for helper in helpers.iter().filter(|helper| helper.is_for(origin)) {
        if helper.value.is_empty() {
            if asked.iter().any(|helper| helper.is_ours()) {
                set_aside = Some(helper);
            }
            asked.clear();
        } else {
            asked.push(helper);
        }
    }
    let mend = only_helper(origin);
    let Some(place) = asked.iter().position(|helper| helper.is_ours()) else {
        return match set_aside {
            Some(by) => about.broken(
                format!(
                    "prusa-cred is set aside by an empty helper in {}",
                    by.origin
                ),
                mend,
            ),
            None => about.skipped("git is not told to ask prusa-cred"),
        };
    };
    let (before, rest) = asked.split_at(place);
    let ours = rest.first().copied();
    if let Some(gone) = ours.filter(|helper| is_missing(helper)) {
        let message = format!("{} is told to run and is not there", gone.told());
        return about.broken(message, mend);
    }
    if !before.is_empty() {
        let others: Vec<_> = before.iter().map(|helper| helper.told()).collect();
        let message = format!("before prusa-cred, git asks {}", others.join(", "));
        return about.warning(message, mend);
    }
    let told = ours.map_or_else(String::new, Helper::told);
    let after: Vec<_> = asked.iter().skip(place + 1).map(|it| it.told()).collect();
    if after.is_empty() {
        about.ok(format!("asks {told} alone"))
    } else {
        about.ok(format!("asks {told} first, then {}", after.join(", ")))
    }
}

fn is_missing(helper: &Helper) -> bool {
    let program = Path::new(helper.program());
    program.is_absolute() && !program.exists()
}

/// Returns the command that makes prusa-cred the only helper for a host.
fn only_helper(origin: &Origin) -> String {
    format!("prusa-cred setup git --host {origin} --apply")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_for_a_host_as_git_has_it() {
        let origin = |text| Origin::parse(text).expect("an origin");
        for (pattern, of, wanted) in [
            ("https://h.tld", "https://h.tld", true),
            ("https://H.tld:443/", "https://h.tld", true),
            ("http://h.tld", "https://h.tld", false),
            ("https://h.tld:8443", "https://h.tld", false),
            ("https://h.tld:8443", "https://h.tld:8443", true),
            ("https://*.tld", "https://h.tld", true),
            ("https://*.tld", "https://a.h.tld", false),
            ("https://tld", "https://h.tld", false),
            ("https://h.tld/team", "https://h.tld", false),
            ("h.tld", "https://h.tld", true),
            ("https://", "https://h.tld", true),
            ("https://me@h.tld", "https://h.tld", true),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
        ] {
            assert_eq!(matches(pattern, &origin(of)), wanted, "{pattern} {of}");
        }
    }

    #[test]
    fn a_program_is_told_without_its_options() {
        for (value, program, is_ours) in [
            ("prusa-cred", "prusa-cred", true),
            ("prusa-cred --profile farm", "prusa-cred", true),
            ("!prusa-cred git", "prusa-cred", true),
            ("!\"/a b/prusa-cred\" git", "/a b/prusa-cred", true),
            (
                "/usr/bin/git-credential-prusa-cred",
                "/usr/bin/git-credential-prusa-cred",
                true,
            ),
            ("!f() { echo password=sekret; }; f", "f()", false),
            ("store", "store", false),
            ("", "", false),
        ] {
            let entry = format!("file:/c\0credential.helper\n{value}\0");
            let helpers = parse(&entry);
            let helper = helpers.first().expect("a helper");
            assert_eq!((helper.program(), helper.is_ours()), (program, is_ours));
        }
    }
}
