//! Which code word and which hint an error gets. The errors of each layer have a file of their own.

use super::answer::classify_answer;
use super::broker::classify_broker;
use super::code::{Code, CodeAndHint};
use super::commands::{classify_command, classify_setup};
use super::hint::{fix_profile_variable, hint, list_of_profiles, login_again, several_logins};
use super::keyring::classify_keyring;
use super::kognic::classify_kognic;
use super::oauth::{classify_oauth, classify_registration, classify_resource};
use super::sealed::{Anew, classify_key};
use super::sign_in::{classify_interactive, classify_sign_in};
use super::store::classify_store;
use crate::account::AccountError;
use crate::account::sources::SourceError;
use crate::broker::BrokerError;
use crate::context::ContextError;
use crate::profile::{AppendError, ChooseError, Rule};
use crate::protocol::ProtocolError;
use crate::protocol::docker::DockerError;
use crate::protocol::format::FormatError;
use crate::stdin::StdinError;
use crate::terminal::output::StdoutError;
use crate::terminal::prompt::PromptError;
use crate::token::TokenSetError;
use crate::trusted_file::{Fault, fault_in};

/// Returns code and hint of the outermost cause that has them; `config` without a hint if none has. Whatever an
/// untrusted file is needed for, the hint is the command that mends that.
pub(super) fn classify(error: &anyhow::Error) -> CodeAndHint {
    classify_for(error, None)
}

/// As `classify`; `profile` is the profile to name in the hint if the cause names none.
pub(super) fn classify_for(error: &anyhow::Error, profile: Option<&str>) -> CodeAndHint {
    let (code, hint) = error
        .chain()
        .find_map(|cause| classify_cause(cause, profile))
        .unwrap_or((Code::Config, None));
    let mend = fault_in(error.as_ref()).map(untrusted_hint);
    (code, mend.or(hint))
}

/// Returns the hint for a file that another user may have written: the command that mends it, or shows it where nothing
/// simple does.
fn untrusted_hint(fault: &Fault) -> String {
    let command = fault.fix();
    if let Some(owner) = fault.other_owner() {
        return format!(
            "if it is meant to be theirs, run prusa-cred as {owner}; if not, read what is in it, then run `{command}`"
        );
    }
    match fault {
        Fault::Replaced { .. } => format!(
            "try again; if that does not help, move the file to a directory of your own (`{command}`)"
        ),
        _ if fault.is_fixable() => {
            format!("check that nobody has changed the file, then run `{command}`")
        }
        _ => {
            format!("move the file to a directory of your own; `{command}` shows whose that one is")
        }
    }
}

/// Returns the code and hint for one error of a chain; `None` if its type has none here. `profile` is named in the
/// hint.
fn classify_cause(
    cause: &(dyn std::error::Error + 'static),
    profile: Option<&str>,
) -> Option<CodeAndHint> {
    cause
        .downcast_ref()
        .map(classify_broker)
        .or_else(|| cause.downcast_ref().map(classify_command))
        .or_else(|| cause.downcast_ref().map(classify_answer))
        .or_else(|| cause.downcast_ref().map(classify_setup))
        .or_else(|| cause.is::<StdoutError>().then_some((Code::Storage, None)))
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_store(error, profile))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_key(error, profile, Anew::Helps))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_sign_in(error, profile))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_oauth(error, profile))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_registration(error, profile))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_resource(error, profile))
        })
        .or_else(|| {
            cause
                .downcast_ref()
                .map(|error| classify_interactive(error, profile))
        })
        .or_else(|| cause.downcast_ref().map(classify_account))
        .or_else(|| cause.downcast_ref().map(classify_kognic))
        .or_else(|| cause.downcast_ref().map(classify_keyring))
        .or_else(|| {
            cause
                .downcast_ref()
                .and_then(|error| classify_prompt(error, profile))
        })
        .or_else(|| cause.downcast_ref().map(classify_format))
        .or_else(|| cause.downcast_ref().map(classify_context))
        .or_else(|| cause.downcast_ref().map(classify_choice))
        .or_else(|| classify_input(cause))
}

/// Returns the code and hint for an error of an account.
fn classify_account(error: &AccountError) -> CodeAndHint {
    match error {
        AccountError::RecordRejection { source, profile } => classify_store(source, Some(profile)),
        AccountError::Kognic(error) => classify_kognic(error),
        AccountError::EnvironmentLogin { variable, source } => classify_env_login(variable, source),
        AccountError::TokensJson(TokenSetError::NoToken) => (
            Code::Config,
            hint("set it to what `prusa-cred login --no-store` prints, or unset it"),
        ),
        AccountError::Context(error) => classify_context(error),
        AccountError::TokensJson(_) => (Code::Config, None),
    }
}

/// Returns the code and hint for an unusable login in a variable: a new login would not help, as the variable has
/// precedence over it.
fn classify_env_login(variable: &str, error: &BrokerError) -> CodeAndHint {
    let (code, _) = classify_broker(error);
    let text = match (code, error) {
        (_, BrokerError::Foreign { source, .. }) if !source.variables.is_empty() => {
            let others = source.variables.join(" and ");
            format!("unset {others}, set {variable} to a login for it, or unset {variable}")
        }
        (Code::Storage, _) => {
            format!("move that file elsewhere, set {variable} to another login, or unset it")
        }
        _ => format!("set {variable} to another login, or unset it"),
    };
    (code, Some(text))
}

/// Returns the code and hint for a prompt without a person to answer it, or that the person cancelled; `None` for any
/// other error of a prompt.
fn classify_prompt(error: &PromptError, profile: Option<&str>) -> Option<CodeAndHint> {
    let in_a_terminal = || Some(format!("{} in a terminal", login_again(profile)));
    match error {
        PromptError::NobodyThere { .. } => Some((Code::LoginRequired, in_a_terminal())),
        PromptError::Cancelled { .. } => Some((Code::Denied, None)),
        PromptError::Terminal { .. } => None,
    }
}

/// Returns the code `Denied`, with a hint at other formats unless the token itself is invalid.
fn classify_format(error: &FormatError) -> CodeAndHint {
    let text = match error {
        FormatError::InvalidToken => None,
        _ => hint("another --format can hold it: json, header, headers"),
    };
    (Code::Denied, text)
}

/// Returns the code and hint for an error of the configuration: the store's if it cannot be written.
fn classify_context(error: &ContextError) -> CodeAndHint {
    match error {
        ContextError::Unwritable(source) => classify_store(source, None),
        ContextError::Append {
            source: AppendError::NotTables,
            ..
        } => (
            Code::Config,
            hint(
                "write each profile there as a table of its own, which begins with [profiles.NAME]",
            ),
        ),
        ContextError::NoHome => (
            Code::Config,
            hint("set HOME or XDG_CONFIG_HOME to a directory that can be written"),
        ),
        ContextError::NoDataDir => (
            Code::Config,
            hint("set HOME or XDG_DATA_HOME to a directory that can be written"),
        ),
        _ => (Code::Config, None),
    }
}

/// Returns the code `Config` and a hint at how to name a profile that exists; `Usage` where the error says it itself.
fn classify_choice(error: &ChooseError) -> CodeAndHint {
    let text = match error {
        ChooseError::Ambiguous { .. } => {
            "name one with --profile, or in git's address (https://NAME@…), or as `default` in the configuration".to_owned()
        }
        ChooseError::SeveralLogins { names } => several_logins(names),
        ChooseError::NoSuchProfile { rule: Rule::Variable, known, .. } => fix_profile_variable(known),
        ChooseError::NoSuchProfile { known, .. } => list_of_profiles(known),
        ChooseError::NotBuiltIn { .. } => return (Code::Usage, None),
    };
    (Code::Config, Some(text))
}

/// Returns the code and hint for invalid input, a request or a source of credentials; `None` for any other error.
fn classify_input(cause: &(dyn std::error::Error + 'static)) -> Option<CodeAndHint> {
    let is_request =
        cause.is::<ProtocolError>() || cause.is::<DockerError>() || cause.is::<StdinError>();
    if is_request {
        return Some((Code::Usage, None));
    }
    cause.is::<SourceError>().then_some((Code::Config, None))
}
