//! `--scopes api:read data:read`: several arguments for one option, as Kognic's own command has it.
//!
//! The parser reads one argument for each option, so that an address may follow it. Here the arguments that can only be
//! scopes are joined with the one before them.

use std::ffi::OsString;

/// The commands that have `--scopes`.
const COMMANDS: [&str; 2] = ["get", "login"];

/// The options before a command that have a value in the next argument.
const WITH_VALUE: [&str; 4] = ["--profile", "-p", "--config", "--timeout"];

/// Returns the arguments, the program's name first, with scopes that follow the value of `--scopes` joined to that with
/// a comma. What may be an address is left where it is.
pub(super) fn joined(arguments: Vec<OsString>) -> Vec<OsString> {
    if !is_for_command(&arguments) {
        return arguments;
    }
    let mut joined: Vec<OsString> = Vec::new();
    let mut rest = arguments.into_iter();
    let mut is_among_scopes = false;
    while let Some(argument) = rest.next() {
        if is_among_scopes
            && is_scope(&argument)
            && let Some(scopes) = joined.last_mut()
        {
            scopes.push(",");
            scopes.push(argument);
            continue;
        }
        is_among_scopes = argument == "--scopes"
            || argument
                .to_str()
                .is_some_and(|it| it.starts_with("--scopes="));
        if argument == "--" {
            joined.push(argument);
            break;
        }
        let wants_value = argument == "--scopes";
        joined.push(argument);
        if wants_value {
            joined.extend(rest.next());
        }
    }
    joined.extend(rest);
    joined
}

/// Returns whether the arguments run a command that has `--scopes`. Those of `exec` belong to another program.
fn is_for_command(arguments: &[OsString]) -> bool {
    let command = command_at(arguments).and_then(|at| arguments.get(at)?.to_str());
    command.is_some_and(|command| COMMANDS.contains(&command))
}

/// Returns where the command is among the arguments, the program's name first; `None` if there is none, or something
/// before it is not UTF-8.
pub(super) fn command_at(arguments: &[OsString]) -> Option<usize> {
    let mut rest = arguments.iter().enumerate().skip(1);
    while let Some((at, argument)) = rest.next() {
        let argument = argument.to_str()?;
        if WITH_VALUE.contains(&argument) {
            rest.next();
        } else if !argument.starts_with('-') {
            return Some(at);
        }
    }
    None
}

/// Returns whether an argument can only be a scope: letters, digits, `_`, `-` and colons, that are no option, no host
/// with a port and not this machine.
fn is_scope(argument: &OsString) -> bool {
    let Some(text) = argument.to_str() else {
        return false;
    };
    let is_of_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | ':');
    let host = text.rsplit_once(':').map_or(text, |(host, port)| {
        let is_port = port.bytes().all(|it| it.is_ascii_digit());
        if is_port { "localhost" } else { host }
    });
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(is_of_word)
        && host != "localhost"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        let joined: Vec<_> = joined(words)
            .into_iter()
            .map(OsString::into_string)
            .collect();
        let joined: Result<Vec<_>, _> = joined.into_iter().collect();
        joined.expect("text").join(" ")
    }

    #[test]
    fn what_follows_scopes_is_one_of_them_unless_it_may_be_an_address() {
        for (line, expected) in [
            ("p get --scopes a:b c:d", "p get --scopes a:b,c:d"),
            ("p get --scopes a,b c d -q", "p get --scopes a,b,c,d -q"),
            ("p get --scopes=a b", "p get --scopes=a,b"),
            (
                "p -p x --json login --scopes a b --env e f",
                "p -p x --json login --scopes a,b --env e f",
            ),
            (
                "p get --scopes a b --scopes c d",
                "p get --scopes a,b --scopes c,d",
            ),
            (
                "p get --scopes a b https://h",
                "p get --scopes a,b https://h",
            ),
            ("p get --scopes a h.tld", "p get --scopes a h.tld"),
            ("p get --scopes a nas:8443", "p get --scopes a nas:8443"),
            ("p get --scopes a localhost", "p get --scopes a localhost"),
            (
                "p get --scopes https://s.tld/x b",
                "p get --scopes https://s.tld/x,b",
            ),
            ("p get --scopes a -- b", "p get --scopes a -- b"),
            ("p get --scopes", "p get --scopes"),
            ("p exec c --scopes a b", "p exec c --scopes a b"),
            (
                "p --profile get exec c --scopes a b",
                "p --profile get exec c --scopes a b",
            ),
        ] {
            assert_eq!(of(line), expected);
        }
    }
}
