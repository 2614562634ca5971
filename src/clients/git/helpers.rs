//! The helpers that git asks, as its own configuration names them (gitcredentials(7), "Credential Contexts").
//!
//! git itself reads its files, from the directory that this runs in: a repository's own counts. All values whose address
//! is of a host form one list in the order of the files, and an empty one clears it.
//!
//! Secret: what follows the program in a value, where people have put passwords.

use std::path::Path;
use std::process::Command;

use url::Url;

use crate::clients::programs;
use crate::credential::{HostPattern, Origin};
use crate::deadline::Deadline;
use crate::shell::{self, Output, ShellError};

const KEYS: &str = r"^credential\.(.*\.)?helper$";
/// How `git config` ends where no key is as asked for.
const NO_SUCH_KEY: i32 = 1;
/// How git ends where it does not know an option.
const USAGE: i32 = 129;

/// A value of `credential.helper`.
#[derive(Debug)]
pub(crate) struct Helper {
    /// Whose file it is: `system`, `global`, `local`, …; empty where git does not tell, as before 2.26.
    pub(crate) scope: String,
    /// The file that has it, as git names it.
    pub(crate) file: String,
    /// The address that it is for; an empty one is for every address.
    address: String,
    value: String,
}

/// How much of a host an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Nothing,
    /// What is below a path.
    Part,
    Whole,
}

/// Reads every value, in the order in which git heeds them.
pub(crate) fn read(git: &Path, deadline: Deadline) -> Result<Vec<Helper>, ShellError> {
    let config = |told: &[&str]| {
        let mut git = Command::new(git);
        git.args(["config", "-z", "--show-origin"]).args(told);
        shell::run("git config", git.args(["--get-regexp", KEYS]), deadline)
    };
    let mut fields = 3;
    let mut printed = config(&["--show-scope"])?;
    if printed.status.code() == Some(USAGE) {
        fields = 2;
        printed = config(&[])?;
    }
    let Output { stdout, status, .. } = printed;
    if status.success() || status.code() == Some(NO_SUCH_KEY) {
        Ok(parse(&String::from_utf8_lossy(&stdout), fields))
    } else {
        let name = "git config";
        Err(ShellError::Failed { name, status })
    }
}

/// Reads what git tells of each value, in so many fields: whose file it is, if that is told, the file, and the entry.
fn parse(text: &str, fields: usize) -> Vec<Helper> {
    let all: Vec<_> = text.split_terminator('\0').collect();
    let helpers = all.chunks_exact(fields).filter_map(|told| match told {
        [scope, file, entry] => Some(Helper::of(scope, file, entry)),
        [file, entry] => Some(Helper::of("", file, entry)),
        _ => None,
    });
    helpers.collect()
}

impl Helper {
    fn of(scope: &str, file: &str, entry: &str) -> Self {
        // A key without a value has no line of its own; git takes it for an error.
        let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
        let address = key
            .strip_prefix("credential.")
            .and_then(|rest| rest.strip_suffix(".helper"));
        Self {
            scope: scope.to_owned(),
            file: file.strip_prefix("file:").unwrap_or(file).to_owned(),
            address: address.unwrap_or_default().to_owned(),
            value: value.to_owned(),
        }
    }

    /// Returns whether it is the empty value, which clears the list.
    pub(crate) fn is_reset(&self) -> bool {
        self.value.is_empty()
    }

    /// Returns whether git runs us by the name that it makes of the value.
    pub(crate) fn runs_our_link(&self) -> bool {
        self.program() == programs::OURS && !self.value.starts_with('!')
    }

    /// Returns the program's name, or the path to it, without its options.
    pub(crate) fn program(&self) -> &str {
        program(&self.value)
    }

    pub(crate) fn is_ours(&self) -> bool {
        is_ours(&self.value)
    }

    /// Returns how much of a host, or of the hosts that an entry stands for, it is for.
    pub(crate) fn reach_of_entry(&self, host: &HostPattern) -> Reach {
        match host.exact_origin() {
            Some(origin) => self.reach(origin),
            None => Address::of(&self.address).reach(Some("https"), |name, _| {
                HostPattern::parse(name).is_ok_and(|it| it == *host)
            }),
        }
    }

    /// Returns how much of a host it is for.
    pub(crate) fn reach(&self, origin: &Origin) -> Reach {
        Address::of(&self.address).reach(origin.explicit_scheme(), |name, scheme| {
            is_host(
                name,
                scheme.unwrap_or_else(|| origin.scheme().as_str()),
                origin,
            )
        })
    }
}

/// Returns the program of a value: its name, or the path to it.
fn program(value: &str) -> &str {
    let text = value.trim_start_matches('!').trim_start();
    let (text, end) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => (text.get(1..).unwrap_or_default(), quote),
        _ => (text, ' '),
    };
    text.split(end).next().unwrap_or_default()
}

/// Returns whether a value runs us, by whatever path.
pub(crate) fn is_ours(value: &str) -> bool {
    programs::is_ours(program(value))
}

/// An address as it stands in a key.
struct Address<'t> {
    scheme: Option<&'t str>,
    /// With its port.
    host: &'t str,
    path: &'t str,
}

impl<'t> Address<'t> {
    fn of(text: &'t str) -> Self {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        Self { scheme, host, path }
    }

    /// `spoken` is the host's scheme, if it has only one; `is_host` tells of a name that is not empty.
    fn reach(&self, spoken: Option<&str>, is_host: impl Fn(&str, Option<&str>) -> bool) -> Reach {
        let is_spoken = |scheme: &str| spoken.is_none_or(|it| it.eq_ignore_ascii_case(scheme));
        let is_meant = self.scheme.is_none_or(is_spoken)
            && (self.host.is_empty() || is_host(self.host, self.scheme));
        match (is_meant, self.path) {
            (false, _) => Reach::Nothing,
            (true, "") => Reach::Whole,
            (true, _) => Reach::Part,
        }
    }
}

/// Returns whether a name with its port, in which a star stands for any one label, is the host's.
fn is_host(name: &str, scheme: &str, origin: &Origin) -> bool {
    // A star is no character of a host to whoever parses addresses; a label that nobody has is.
    let of = |text: &str| Url::parse(&format!("{scheme}://{}", text.replace('*', STAR))).ok();
    let (Some(name), Some(origin)) = (of(name), of(&origin.host_and_port())) else {
        return false;
    };
    name.port_or_known_default() == origin.port_or_known_default()
        && labels_match(
            name.host_str().unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn helper(address: &str, value: &str) -> Helper {
        let dot = if address.is_empty() { "" } else { "." };
        let entry = format!("global\0file:/c\0credential.{address}{dot}helper\n{value}\0");
        parse(&entry, 3).remove(0)
    }

    #[test]
    fn an_address_is_for_a_host_as_git_has_it() {
        use Reach::{Nothing, Part, Whole};
        for (address, of, wanted) in [
            ("", "https://h.tld", Whole),
            ("https://h.tld", "https://h.tld", Whole),
            ("https://H.tld:443/", "https://h.tld", Whole),
            ("http://h.tld", "https://h.tld", Nothing),
            ("https://h.tld:8443", "https://h.tld", Nothing),
            ("https://h.tld:8443", "https://h.tld:8443", Whole),
            ("https://*.tld", "https://h.tld", Whole),
            ("https://git.*.tld", "https://git.h.tld", Whole),
            ("https://*.tld", "https://a.h.tld", Nothing),
            ("https://tld", "https://h.tld", Nothing),
            ("https://h.tld/team", "https://h.tld", Part),
            ("https://other.tld/team", "https://h.tld", Nothing),
            ("h.tld", "https://h.tld", Whole),
            ("https://", "https://h.tld", Whole),
            ("https://me@h.tld", "https://h.tld", Whole),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", Whole),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", Whole),
            ("https://127.0.0.1:8080", "127.0.0.1:8080", Whole),
        ] {
            let origin = Origin::parse(of).expect("an origin");
            assert_eq!(
                helper(address, "x").reach(&origin),
                wanted,
                "{address} {of}"
            );
        }
    }

    #[test]
    fn an_address_with_a_star_is_for_an_entry_that_has_one() {
        let host = HostPattern::parse("*.h.tld").expect("an entry");
        for (address, wanted) in [
            ("", Reach::Whole),
            ("https://*.h.tld", Reach::Whole),
            ("https://*.h.tld/team", Reach::Part),
            ("http://*.h.tld", Reach::Nothing),
            ("https://a.h.tld", Reach::Nothing),
        ] {
            let reach = helper(address, "x").reach_of_entry(&host);
            assert_eq!(reach, wanted, "{address}");
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
            let helper = helper("", value);
            assert_eq!((helper.program(), helper.is_ours()), (program, is_ours));
        }
    }
}
