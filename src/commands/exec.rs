//! `exec`: runs a command with a fresh token in its environment, and without the secrets that new logins are made with.
//!
//! On Unix the command replaces this process, so that signals reach it and the exit status is its own.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::Result;

use crate::account::Account;
use crate::answer::audit::{AuditEvent, By, note};
use crate::answer::choose::chosen_profile;
use crate::answer::invalid_token_error;
use crate::broker::{Need, Wanted};
use crate::cli::Exec;
use crate::commands::error::CommandError;
use crate::context::{Context, VARIABLES, tell_held_warnings};
use crate::platform;
use crate::profile::Issuer;
use crate::protocol::plain::checked;
use crate::terminal::printable;
use crate::token::AccessToken;

pub(super) fn run(context: &Context, options: &Exec) -> Result<()> {
    let (program, arguments) = options
        .command
        .split_first()
        .ok_or_else(|| CommandError::Usage("there is no command to run".to_owned()))?;
    let profile = chosen_profile(context)?;
    let variable = options.variable.as_deref().unwrap_or(match profile.issuer {
        Issuer::Prusa(_) => "PRUSA_TOKEN",
        Issuer::Kognic(_) | Issuer::Practicus(_) | Issuer::OAuth(_) => "ACCESS_TOKEN",
    });
    if !is_variable_name(variable) {
        let why = "--env: a variable's name has only letters, digits and _, and does not begin with a digit";
        return Err(CommandError::Usage(why.to_owned()).into());
    }
    let account = Account::open(context, profile)?;
    let granted = account.token_set(Need::access(account.min_ttl(None)))?;
    let token = granted.set.access_token.as_ref().map(AccessToken::expose);
    let token = checked(token.unwrap_or_default())
        .map_err(|error| invalid_token_error(&account, &granted, error))?;
    let mut command = Command::new(program);
    command.args(arguments);
    // The command needs the token only, not what new ones are made with.
    for secret in VARIABLES.iter().filter(|variable| variable.is_secret()) {
        command.env_remove(secret.name);
    }
    command.env(variable, token);
    let handed_out = AuditEvent {
        profile: &profile.name,
        by: By::Exec,
        host: None,
        token: Wanted::Access.name(),
    };
    note(context, &[handed_out]);
    tell_held_warnings();
    Err(CommandError::RunCommand {
        command: escaped(program),
        source: platform::exec(&mut command),
    }
    .into())
}

fn is_variable_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.bytes().next().is_some_and(is_letter)
        && name
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit())
}

fn escaped(program: &OsStr) -> String {
    printable(&program.to_string_lossy())
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
