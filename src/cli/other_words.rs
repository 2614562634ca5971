//! Other tools' words for what this program does: a command line of theirs works when its first word is replaced.
//!
//! `prusactl auth …`, `kognic-auth get-access-token …` and the words of similar tools become ours here, before the parser
//! reads them, so that help, completions and errors know one set of words. They are not listed anywhere but in the manual.

use std::ffi::OsString;

use super::scopes::command_at;

/// Returns the arguments, the program's name first, with another tool's command replaced by ours; anything else is
/// returned as it is.
pub(super) fn replaced(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = command_at(&arguments) else {
        return arguments;
    };
    let is_profile_named = arguments
        .iter()
        .take(at)
        .filter_map(|argument| argument.to_str())
        .any(|argument| argument.starts_with("--profile") || argument.starts_with("-p"));
    let word = |at: usize| arguments.get(at).and_then(|argument| argument.to_str());
    let (ours, count): (&[&str], usize) = match (word(at), word(at + 1)) {
        (Some("auth"), Some("login")) => (&["login"], 2),
        (Some("auth"), Some("logout" | "clear")) => (&["logout"], 2),
        (Some("auth"), Some("show" | "status")) => (&["status"], 2),
        (Some("auth"), Some("refresh")) => (&["refresh"], 2),
        (Some("auth"), Some("token" | "print-access-token")) => (&["get", "--token", "access"], 2),
        (Some("auth"), Some("print-identity-token")) => (&["get", "--token", "identity"], 2),
        (Some("auth"), None | Some("help" | "--help" | "-h")) => (&["--help"], 2),
        (Some("whoami"), _) => (&["status"], 1),
        (Some("token"), _) => (&["get", "--token", "access"], 1),
        (Some("get-access-token"), _) if is_profile_named => (&["get", "--token", "access"], 1),
        (Some("get-access-token"), _) => (&["get", "--provider", "kognic"], 1),
        _ => return arguments,
    };
    let rest = arguments.split_off((at + count).min(arguments.len()));
    arguments.truncate(at);
    arguments.extend(ours.iter().map(OsString::from));
    arguments.extend(without_display_options(rest));
    arguments
}

/// Leaves out the options of those tools that only change how they print (`--format plain`, `--no-debug`) or where they
/// keep tokens (`--token-cache file`); `--format json` becomes `--json`, and `--debug` `--verbose`.
fn without_display_options(rest: Vec<OsString>) -> Vec<OsString> {
    let mut ours = Vec::new();
    let mut rest = rest.into_iter();
    while let Some(argument) = rest.next() {
        let (name, value) = match argument.to_str() {
            Some(text) => match text.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(OsString::from(value))),
                None => (text.to_owned(), None),
            },
            None => (String::new(), None),
        };
        match name.as_str() {
            "--format" | "--token-cache" => {
                let value = value.or_else(|| rest.next());
                if name == "--format" && value.is_some_and(|value| value == "json") {
                    ours.push("--json".into());
                }
            }
            "--no-verbose" | "--no-debug" => {}
            "--debug" => ours.push("--verbose".into()),
            _ => ours.push(argument),
        }
    }
    ours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_tools_command_lines_become_ours() {
        for (theirs, ours) in [
            ("auth login", "login"),
            ("auth show", "status"),
            ("auth show --format json", "status --json"),
            ("auth show --format=plain --no-debug", "status"),
            ("--profile farm auth status", "--profile farm status"),
            ("auth clear", "logout"),
            ("auth logout --all", "logout --all"),
            ("auth print-access-token", "get --token access"),
            ("auth print-identity-token", "get --token identity"),
            ("auth", "--help"),
            ("whoami --json", "status --json"),
            ("token", "get --token access"),
            (
                "get-access-token --server https://a.example.com --scopes a b --token-cache none",
                "get --provider kognic --server https://a.example.com --scopes a b",
            ),
            (
                "--profile k get-access-token --env staging",
                "--profile k get --token access --env staging",
            ),
            (
                "get-access-token --env-config-file-path e.json --env demo --decode",
                "get --provider kognic --env-config-file-path e.json --env demo --decode",
            ),
            // What is ours, or somebody's mistake, stays.
            ("get --format json", "get --format json"),
            ("auth foo", "auth foo"),
            ("exec -- token --format json", "exec -- token --format json"),
            ("", ""),
        ] {
            let words = |text: &str| -> Vec<OsString> {
                let words = text.split_whitespace();
                std::iter::once("prusa-cred")
                    .chain(words)
                    .map(OsString::from)
                    .collect()
            };
            assert_eq!(replaced(words(theirs)), words(ours), "{theirs}");
        }
    }
}
