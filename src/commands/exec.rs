//! `exec`: runs a command with a fresh token in its environment, and without the secrets that new logins are made with.
//!
//! On Unix the command replaces this process, so that signals reach it and the exit status is its own.

use std::ffi::OsStr;

use anyhow::Result;

use crate::account::{Account, TokenRequest};
use crate::answer::audit::{Channel, record};
use crate::answer::choose::chosen_profile;
use crate::answer::{access_token, invalid_token_error};
use crate::cli::Exec;
use crate::commands::error::CommandError;
use crate::context::{Context, print_held_warnings};
use crate::escape::excerpt;
use crate::platform;
use crate::program;
use crate::protocol::format::check_token;

/// Runs the command with the chosen profile's access token, renewed if necessary, in the variable that `--env` names,
/// else in that of its provider. On success this does not return; fails if there is no valid token, the variable's name
/// is invalid (a usage error), or the command cannot be started.
pub(super) fn run(context: &Context, options: &Exec) -> Result<()> {
    let (name, arguments) = options
        .command
        .split_first()
        .ok_or_else(|| CommandError::Usage("there is no command to run".to_owned()))?;
    let profile = chosen_profile(context)?;
    let variable = options
        .variable
        .as_deref()
        .unwrap_or(profile.issuer.spec().exec_variable);
    if !is_variable_name(variable) {
        let why = "--env: a variable's name has only letters, digits and _, and does not begin with a digit";
        return Err(CommandError::Usage(why.to_owned()).into());
    }
    let account = Account::open(context, profile, TokenRequest::default())?;
    let answer = access_token(context, &account, None)?;
    let token = answer.as_ref().and_then(|it| it.credential.as_bearer());
    let token = token.unwrap_or_default();
    check_token(token).map_err(|error| invalid_token_error(&account, token, error))?;
    // A person's own command is found as in a shell, in all of PATH. It needs the token only, not what new ones are
    // made with.
    let mut command = program::command(name);
    command.args(arguments).env(variable, token);
    let events: Vec<_> = answer
        .iter()
        .map(|it| it.event(Channel::Exec, None))
        .collect();
    record(context, &events);
    print_held_warnings();
    Err(CommandError::RunCommand {
        command: escaped(name),
        source: platform::exec(&mut command),
    }
    .into())
}

/// Returns whether the name has only ASCII letters, digits and `_`, is not empty, and does not begin with a digit.
fn is_variable_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.bytes().next().is_some_and(is_letter)
        && name
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

/// Returns the program's name for an error message: one line of at most 200 characters without control characters.
fn escaped(program: &OsStr) -> String {
    excerpt(&program.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variable_names_are_those_that_every_shell_accepts() {
        for name in ["A", "_", "GITHUB_TOKEN", "a1"] {
            assert!(is_variable_name(name), "{name:?}");
        }
        for name in ["", "1A", "A-B", "A=B", "A B", "É", "A\0"] {
            assert!(!is_variable_name(name), "{name:?}");
        }
    }
}
