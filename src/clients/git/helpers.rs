//! The credential helpers in git's configuration (gitcredentials(7), "Credential Contexts").
//!
//! git itself reads its files, in the current directory: a repository's own file counts. All values whose address
//! matches a host form one list in the order of the files, and an empty value clears it.
//!
//! Secret: the arguments of a helper, where people have put passwords.

use std::path::Path;

use url::Url;

use crate::clients::programs;
use crate::credential::{HostPattern, Origin, UrlPath};
use crate::deadline::Deadline;
use crate::program;
use crate::shell::{self, Output, ShellError};

const KEYS: &str = r"^credential\.(.*\.)?helper$";
/// The exit status of `git config` when there is no such key.
const NO_SUCH_KEY: i32 = 1;
/// The exit status of git when it does not know an option.
const USAGE: i32 = 129;

/// A value of `credential.helper`.
#[derive(Debug)]
pub(crate) struct Helper {
    /// The scope of the file: `system`, `global`, `local`, …; empty with a git before 2.26, which does not print it.
    pub(crate) scope: String,
    /// The file, as git prints it.
    pub(crate) file: String,
    /// The address in the key; empty for a helper of every address.
    address: String,
    value: String,
}

/// How much of a host an address in a key matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    Nothing,
    /// Only what is below a path.
    Part,
    Whole,
}

/// Returns every value, in the order in which git applies them.
///
/// # Errors
///
/// When git cannot be run, fails, or is not done by the deadline.
pub(crate) fn read(git: &Path, deadline: Deadline) -> Result<Vec<Helper>, ShellError> {
    let config = |options: &[&str]| {
        let mut git = program::command(git);
        git.args(["config", "-z", "--show-origin"]).args(options);
        shell::run("git config", git.args(["--get-regexp", KEYS]), deadline)
    };
    let mut fields = 3;
    let mut run = config(&["--show-scope"])?;
    if run.status.code() == Some(USAGE) {
        fields = 2;
        run = config(&[])?;
    }
    let Output { stdout, status, .. } = run;
    if status.success() || status.code() == Some(NO_SUCH_KEY) {
        Ok(parse(&String::from_utf8_lossy(&stdout), fields))
    } else {
        let name = "git config";
        Err(ShellError::Failed { name, status })
    }
}

/// Parses what git prints. Each value has this many fields: the scope (with three fields), the file, and the entry.
fn parse(text: &str, fields: usize) -> Vec<Helper> {
    let all: Vec<_> = text.split_terminator('\0').collect();
    let helpers = all.chunks_exact(fields).filter_map(|fields| match fields {
        [scope, file, entry] => Some(Helper::from_fields(scope, file, entry)),
        [file, entry] => Some(Helper::from_fields("", file, entry)),
        _ => None,
    });
    helpers.collect()
}

impl Helper {
    /// Returns the helper of one value that git prints; `entry` is the key and, on a second line, its value.
    fn from_fields(scope: &str, file: &str, entry: &str) -> Self {
        // A key without a value has no second line; git takes it for an error.
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

    /// Returns whether it is the empty value, with which git forgets the helpers before it.
    pub(crate) fn is_reset(&self) -> bool {
        self.value.is_empty()
    }

    /// Returns whether git runs prusa-cred by the name `git-credential-prusa-cred`, which it makes from the value.
    pub(crate) fn runs_git_helper_link(&self) -> bool {
        self.program() == programs::PROGRAM_NAME && !self.value.starts_with('!')
    }

    /// Returns the program's name, or the path to it, without its options.
    pub(crate) fn program(&self) -> &str {
        program(&self.value)
    }

    /// Returns whether it runs prusa-cred, in whatever directory.
    pub(crate) fn runs_prusa_cred(&self) -> bool {
        runs_prusa_cred(&self.value)
    }

    /// Returns how much of a host, or of the hosts of a wildcard, it is asked for. Of a wildcard, a helper of another
    /// host is asked for nothing, even if that is one of the wildcard's hosts.
    pub(crate) fn reach_of_pattern(&self, host: &HostPattern) -> Reach {
        match host.exact_origin() {
            Some(origin) => self.reach_of_path(origin, host.path()),
            None => Address::parse(&self.address).reach(Some("https"), host.path(), |name, _| {
                HostPattern::parse(name).is_ok_and(|it| it.with_path_of(host) == *host)
            }),
        }
    }

    /// Returns how much of a host it is asked for, by scheme, host and port; a loopback host without a scheme has both.
    /// A `*` in the key stands for one label.
    pub(crate) fn reach(&self, origin: &Origin) -> Reach {
        self.reach_of_path(origin, &UrlPath::whole_host())
    }

    /// As `reach`, for what is at and below a path of the host.
    fn reach_of_path(&self, origin: &Origin, path: &UrlPath) -> Reach {
        Address::parse(&self.address).reach(origin.explicit_scheme(), path, |name, scheme| {
            is_host(
                name,
                scheme.unwrap_or_else(|| origin.scheme().as_str()),
                origin,
            )
        })
    }
}

/// Returns the program of a value: its name, or the path to it, without quotes around it and a `!` before it.
fn program(value: &str) -> &str {
    let text = value.trim_start_matches('!').trim_start();
    let (text, end) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => (text.get(1..).unwrap_or_default(), quote),
        _ => (text, ' '),
    };
    text.split(end).next().unwrap_or_default()
}

/// Returns whether a value runs prusa-cred, in whatever directory.
pub(crate) fn runs_prusa_cred(value: &str) -> bool {
    programs::is_prusa_cred(program(value))
}

/// The address in a key.
struct Address<'t> {
    scheme: Option<&'t str>,
    /// With its port.
    host: &'t str,
    path: &'t str,
}

impl<'t> Address<'t> {
    /// Splits an address into scheme (`None` if it has none), host with its port, and path; drops a user name.
    fn parse(text: &'t str) -> Self {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, text),
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        Self { scheme, host, path }
    }

    /// Returns how much of a path on a host, and of what lies below, the address covers; one without a host covers every
    /// host. `only_scheme` is the host's
    /// scheme, if it has only one; `is_host` returns whether a name, with the scheme if the address has one, is the
    /// host's.
    fn reach(
        &self,
        only_scheme: Option<&str>,
        path: &UrlPath,
        is_host: impl Fn(&str, Option<&str>) -> bool,
    ) -> Reach {
        let has_scheme =
            |scheme: &str| only_scheme.is_none_or(|it| it.eq_ignore_ascii_case(scheme));
        let is_same_host = self.scheme.is_none_or(has_scheme)
            && (self.host.is_empty() || is_host(self.host, self.scheme));
        let own = UrlPath::parse(self.path);
        match is_same_host {
            true if path.is_within(&own) => Reach::Whole,
            true if own.is_within(path) => Reach::Part,
            _ => Reach::Nothing,
        }
    }
}

/// Returns whether a name with its port is the host's; a star in it matches one label.
fn is_host(name: &str, scheme: &str, origin: &Origin) -> bool {
    // A URL cannot have a star in its host: a label that no host has stands for it.
    let parse = |text: &str| Url::parse(&format!("{scheme}://{}", text.replace('*', STAR))).ok();
    let (Some(name), Some(origin)) = (parse(name), parse(&origin.host_and_port())) else {
        return false;
    };
    name.port_or_known_default() == origin.port_or_known_default()
        && labels_match(
            name.host_str().unwrap_or_default(),
            origin.host_str().unwrap_or_default(),
        )
}

const STAR: &str = "any-label-at-all";

/// Returns whether two names have equally many labels and each is equal, ignoring case, or `STAR` in the pattern.
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
    fn addresses_match_hosts_as_in_git() {
        use Reach::{Nothing, Part, Whole};
        for (address, host, wanted) in [
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
            let origin = Origin::parse(host).expect("an origin");
            assert_eq!(
                helper(address, "x").reach(&origin),
                wanted,
                "{address} {host}"
            );
        }
    }

    #[test]
    fn an_address_with_a_star_matches_the_same_wildcard() {
        let host = HostPattern::parse("*.h.tld").expect("a wildcard");
        for (address, wanted) in [
            ("", Reach::Whole),
            ("https://*.h.tld", Reach::Whole),
            ("https://*.h.tld/team", Reach::Part),
            ("http://*.h.tld", Reach::Nothing),
            ("https://a.h.tld", Reach::Nothing),
        ] {
            let reach = helper(address, "x").reach_of_pattern(&host);
            assert_eq!(reach, wanted, "{address}");
        }
    }

    #[test]
    fn an_address_with_a_path_reaches_what_is_below_it() {
        let host = HostPattern::parse("h.tld/team").expect("an entry");
        for (address, wanted) in [
            ("", Reach::Whole),
            ("https://h.tld", Reach::Whole),
            ("https://h.tld/team/", Reach::Whole),
            ("https://h.tld/team/x", Reach::Part),
            ("https://h.tld/team2", Reach::Nothing),
            ("https://other.tld/team", Reach::Nothing),
        ] {
            let reach = helper(address, "x").reach_of_pattern(&host);
            assert_eq!(reach, wanted, "{address}");
        }
    }

    #[test]
    fn a_helper_s_program_is_shown_without_its_options() {
        for (value, program, is_prusa_cred) in [
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
            assert_eq!(
                (helper.program(), helper.runs_prusa_cred()),
                (program, is_prusa_cred)
            );
        }
    }
}
