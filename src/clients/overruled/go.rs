//! Go (`go help environment`, `go help goauth`): the variable `GOAUTH` goes before the file of `go env -w`. Of its
//! commands the first with an answer counts, and `netrc` answers for the hosts of that file.

use std::path::Path;

use super::netrc;
use super::precedence::{Overruling, Precedence};
use super::sources::{text_of, text_variable};
use crate::clients::edit::{go_commands, go_refuses, go_value, profile_option_in};
use crate::clients::programs::{is_prusa_cred, problem_of};
use crate::clients::setup_target::{Host, SetupTarget};

const VARIABLE: &str = "GOAUTH";

/// Returns what go follows before the command of prusa-cred in `file`.
pub(crate) fn precedence(target: &SetupTarget<'_>, file: &Path) -> Precedence {
    let mut found = Precedence::default();
    let Some(value) = text_variable(VARIABLE) else {
        let text = text_of(file).unwrap_or_default();
        let value = go_value(&text).unwrap_or_default();
        for command in before_prusa_cred(target, value).unwrap_or_default() {
            let what = format!("`{command}` of {VARIABLE}");
            found.add(Overruling::in_file(&what, file));
        }
        return found;
    };
    match before_prusa_cred(target, &value) {
        Some(before) if before.is_empty() && go_refuses(&value).is_none() => {
            found.asks_through = Some(format!("the environment variable {VARIABLE}"));
        }
        _ => found.add(Overruling::variable(VARIABLE)),
    }
    found
}

/// Returns the commands in a value of `GOAUTH` that may answer for the hosts before prusa-cred; `None` if that is not
/// among them for the profile.
fn before_prusa_cred(target: &SetupTarget<'_>, value: &str) -> Option<Vec<String>> {
    let commands: Vec<_> = go_commands(value).collect();
    let at = commands
        .iter()
        .position(|command| asks_for(target, command))?;
    let before = commands.iter().take(at).filter(|it| answers(target, it));
    Some(before.map(|command| (*command).to_owned()).collect())
}

/// Returns whether a command runs prusa-cred and the profile answers it.
fn asks_for(target: &SetupTarget<'_>, command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    is_prusa_cred(program)
        && problem_of(program).is_none()
        && profile_option_in(command).map_or(!target.must_name_profile, |name| {
            name == target.profile.name
        })
}

/// Returns whether another command may answer for one of the hosts; prusa-cred does only for other profiles'.
fn answers(target: &SetupTarget<'_>, command: &str) -> bool {
    if command == "netrc" {
        let names = target.hosts.iter().map(Host::host_name);
        let mut names = names.map(|name| netrc::without_port(&name).to_owned());
        let text = netrc::read().map(|(_, text)| text).unwrap_or_default();
        return names.any(|name| netrc::has_machine(&text, &name));
    }
    !command.split_whitespace().next().is_some_and(is_prusa_cred)
}
