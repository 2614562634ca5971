//! What git runs for a value of `credential.helper` (gitcredentials(7), "Custom Helpers"; credential.c): a shell's
//! snippet after `!`, a program at an absolute path, else the program `git-credential-` and the value. A shell runs
//! each
//! of them, with the verb as the last word.

use std::path::Path;

use crate::clients::command_words::{command_words, is_between_words};
use crate::clients::programs::{self, GIT_HELPER, PROGRAM_NAME};

/// Whom a value makes git ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helper {
    Prusa,
    /// A snippet that names prusa-cred, and what it does is not known without running it.
    Snippet,
    /// prusa-cred is named, and not in a way in which git gets an answer.
    Unusable,
    Other,
}

/// Returns the program of a value: its name, or the path to it, without quotes around it and a `!` before it.
pub(crate) fn program(value: &str) -> &str {
    let text = value.trim_start_matches('!').trim_start();
    let (text, end) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => (text.get(1..).unwrap_or_default(), quote),
        _ => (text, ' '),
    };
    text.split(end).next().unwrap_or_default()
}

/// Returns whether a value runs prusa-cred, in whatever directory and by a command that is not known in full.
pub(crate) fn runs_prusa_cred(value: &str) -> bool {
    helper(value) != Helper::Other
}

/// Returns whom a value makes git ask.
pub(crate) fn helper(value: &str) -> Helper {
    let snippet = value.strip_prefix('!');
    let command = snippet.unwrap_or(value);
    let is_named = command.split(is_between_words).any(programs::is_prusa_cred);
    if !is_named {
        return Helper::Other;
    }
    let words = command_words(command).unwrap_or_default();
    let (program, arguments) = match words.split_first() {
        Some((program, arguments)) if programs::is_prusa_cred(program) => (program, arguments),
        // `exec prusa-cred git`, `NAME=value prusa-cred git`: or a word of another program.
        _ if snippet.is_some() || (words.is_empty() && is_absolute(value)) => {
            return Helper::Snippet;
        }
        _ => return Helper::Other,
    };
    let is_run_by_path = snippet.is_some() || is_absolute(program);
    if !is_run_by_path && program != PROGRAM_NAME {
        return Helper::Unusable;
    }
    let is_link = !is_run_by_path || programs::base_name(program) == GIT_HELPER;
    match subcommand(arguments) {
        // A plain `prusa-cred get` sees that git asks.
        None => Helper::Prusa,
        Some("git") if !is_link => Helper::Prusa,
        Some(_) => Helper::Unusable,
    }
}

/// Returns the first word that is neither an option nor the value of one.
fn subcommand(arguments: &[String]) -> Option<&str> {
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--profile" | "-p" | "--timeout" | "--config" => _ = words.next(),
            option if option.starts_with('-') => {}
            other => return Some(other),
        }
    }
    None
}

/// Returns whether git takes a program for a path.
fn is_absolute(program: &str) -> bool {
    program.starts_with('/') || Path::new(program).is_absolute()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_runs_for_a_value_is_told() {
        for (value, wanted) in [
            ("prusa-cred", Helper::Prusa),
            ("prusa-cred --profile farm", Helper::Prusa),
            (
                "/opt/git-credential-prusa-cred --profile=farm",
                Helper::Prusa,
            ),
            ("/opt/prusa-cred git", Helper::Prusa),
            ("!prusa-cred", Helper::Prusa),
            ("!prusa-cred -p x git", Helper::Prusa),
            ("!~/bin/prusa-cred git", Helper::Prusa),
            ("!\"/a b/prusa-cred\" git", Helper::Prusa),
            ("!prusa-cred get", Helper::Unusable),
            ("prusa-cred git", Helper::Unusable),
            ("/opt/prusa-cred get", Helper::Unusable),
            ("~/bin/git-credential-prusa-cred", Helper::Unusable),
            ("git-credential-prusa-cred", Helper::Unusable),
            ("!f() { prusa-cred git \"$1\"; }; f", Helper::Snippet),
            ("!exec prusa-cred git", Helper::Snippet),
            ("!PRUSA_CRED_PROFILE=corp prusa-cred git", Helper::Snippet),
            ("!$(which prusa-cred) git", Helper::Snippet),
            ("/a\\ b/prusa-cred git", Helper::Prusa),
            ("!cat /opt/prusa-cred/other", Helper::Other),
            ("store", Helper::Other),
            ("store --file=prusa-cred", Helper::Other),
            ("", Helper::Other),
        ] {
            assert_eq!(helper(value), wanted, "{value}");
        }
    }
}
