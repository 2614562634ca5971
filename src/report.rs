//! Errors as people and programs read them: what failed, why, and which command fixes it.
//!
//! The only place that knows every layer's errors. Each gets one code word and, if something helps, a hint that works
//! as typed. No error contains a secret: the layers make sure of that.

mod answer;
mod broker;
mod classify;
mod code;
mod commands;
mod hint;
mod http;
mod keyring;
mod kognic;
mod mix_up;
mod oauth;
mod sealed;
mod sign_in;
mod store;
mod usage;

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::account::KognicError;
use crate::answer::error::AnswerError;
use crate::causes::with_causes;
use crate::cli::{self, invoked};
use crate::commands::error::{CommandError, HelperFailure, LoginFailure};
use crate::context::{ContextError, print_held_warnings, take_held_warnings, wants_json_errors};
use crate::escape::escape_control;
use crate::profile::{ChooseError, ConfigError, Rule};
use crate::protocol::docker::DockerError;
use crate::protocol::keyring::KeyringError as KeyringCommandError;
use crate::protocol::{Protocol, cargo, google};
use crate::terminal::for_people;
use crate::terminal::output::{StdoutError, print};
use classify::{classify, classify_for};
use code::Code;

/// Exit status of success.
pub(crate) const SUCCESS: u8 = 0;
/// Exit status of a failure.
const FAILURE: u8 = 1;
/// Exit status of bad usage.
const USAGE: u8 = 2;

/// Reports what failed, where the caller looks for it, and returns the exit status: 2 for bad usage, 126 or 127 for a
/// command of `exec` that could not be run, else 1, but 0 for cargo and Google's libraries, which read nothing
/// otherwise. Nothing is reported if the reader of stdout has closed it, or if the failure is that of checks, which are
/// printed already.
pub(crate) fn failure(error: &anyhow::Error, wants_json: bool) -> u8 {
    let error = match error.downcast_ref() {
        Some(HelperFailure { protocol, error }) => match report_to_program(*protocol, error) {
            Some(status) => {
                print_held_warnings();
                return status;
            }
            None => error,
        },
        None => error,
    };
    let (error, profile) = match error.downcast_ref() {
        Some(LoginFailure { profile, error }) => (error, profile.as_deref()),
        None => (error, None),
    };
    if is_broken_pipe(error) || matches!(error.downcast_ref(), Some(CommandError::ReportedOnStdout))
    {
        print_held_warnings();
        return FAILURE;
    }
    let (code, hint) = classify_for(error, profile);
    let text = if wants_json || wants_json_errors() {
        let message = with_causes(error.as_ref());
        let mut object = json!({ "error": code.as_str(), "message": message, "hint": hint });
        let warnings = take_held_warnings();
        if let Some(object) = object.as_object_mut()
            && !warnings.is_empty()
        {
            object.insert("warnings".to_owned(), warnings.into());
        }
        object.to_string()
    } else {
        text_for_people(error, hint.as_deref())
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    let is_option = |cause: &(dyn std::error::Error + 'static)| {
        matches!(cause.downcast_ref(), Some(KognicError::Option { .. }))
    };
    let is_usage = matches!(error.downcast_ref(), Some(CommandError::Usage(_)))
        || matches!(
            error.downcast_ref(),
            Some(AnswerError::BadAddress(_) | AnswerError::NotAnAddress { .. })
        )
        || matches!(
            error.downcast_ref(),
            Some(ChooseError::NotBuiltIn {
                rule: Rule::Option,
                ..
            })
        )
        || error.chain().any(is_option);
    match error.downcast_ref() {
        Some(CommandError::RunCommand { source, .. }) => status_of_exec(source),
        _ if is_usage => USAGE,
        _ => FAILURE,
    }
}

/// Returns the exit status for a command that could not be run, as a shell and env(1) have it: 127 if there is none,
/// 126 if there is one that cannot be executed.
fn status_of_exec(error: &std::io::Error) -> u8 {
    match error.kind() {
        std::io::ErrorKind::NotFound => 127,
        _ => 126,
    }
}

/// Reports a failure in the form that the calling program reads, and returns the exit status; `None` if that form is
/// stderr with a status other than 0, or if stdout cannot be written. For the keyring protocol's own errors nothing is
/// printed.
fn report_to_program(protocol: Protocol, error: &anyhow::Error) -> Option<u8> {
    let (text, status) = match protocol {
        // docker reads one line and compares it with three fixed texts.
        Protocol::Docker => (docker_message(error) + "\n", FAILURE),
        // cargo and Google's libraries read nothing from a program with a status other than 0.
        Protocol::Cargo => {
            let mut causes = error.chain().map(ToString::to_string);
            let message = causes.next().unwrap_or_default();
            let (_, hint) = classify(error);
            let causes: Vec<_> = causes.chain(hint.map(|it| format!("hint: {it}"))).collect();
            (cargo::render_failure(&message, &causes), 0)
        }
        Protocol::Google => {
            let (code, _) = classify(error);
            (
                google::render_failure(code.as_str(), &single_line(error)),
                0,
            )
        }
        // pip and uv try another name.
        Protocol::Keyring if error.is::<KeyringCommandError>() => return Some(FAILURE),
        Protocol::Git
        | Protocol::Bazel
        | Protocol::Kube
        | Protocol::Terraform
        | Protocol::GoAuth
        | Protocol::Keyring => return None,
    };
    let written = std::io::stdout().lock().write_all(text.as_bytes());
    written.is_ok().then_some(status)
}

/// Reports what is wrong with the command line, as JSON if `--json` is among the arguments or `PRUSA_CRED_ERRORS` says
/// so, or prints the requested help; what the program is and does, if nothing was given. Returns the exit status: 2, or 0
/// for help; that of `failure` if it cannot be printed.
pub(crate) fn usage(error: &clap::Error, arguments: &[std::ffi::OsString]) -> u8 {
    let wants_json = arguments.iter().any(|argument| argument == "--json") || wants_json_errors();
    if arguments.len() <= 1 {
        return match print(cli::overview()) {
            Ok(()) => SUCCESS,
            Err(error) => failure(&error, wants_json),
        };
    }
    if !error.use_stderr() {
        return match print_help(error, arguments) {
            Ok(()) => SUCCESS,
            Err(source) => failure(&StdoutError(source).into(), wants_json),
        };
    }
    let (message, hint) = usage::explained(error, arguments);
    let (message, hint) = match called_as(arguments) {
        Some((name, protocol)) => {
            let named = format!("prusa-cred {}", protocol.name());
            (message.replace(&named, name), hint.replace(&named, name))
        }
        None => (message, hint),
    };
    let text = if wants_json {
        json!({ "error": Code::Usage.as_str(), "message": message, "hint": hint }).to_string()
    } else {
        let text = format!("prusa-cred: {message}\n  hint: {hint}");
        for_people::on_stderr(&escape_control(&text))
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    USAGE
}

/// Returns the name that the program was called by, if that stands for a protocol, and the protocol.
fn called_as(arguments: &[std::ffi::OsString]) -> Option<(&str, Protocol)> {
    let name = Path::new(arguments.first()?).file_name()?.to_str()?;
    Some((name, invoked::protocol_of(name)?))
}

/// Prints the parser's help. If the program was called by a name that stands for a protocol, the text does not name the
/// protocol again.
fn print_help(error: &clap::Error, arguments: &[std::ffi::OsString]) -> std::io::Result<()> {
    let Some((name, protocol)) = called_as(arguments) else {
        return error.print();
    };
    let named = format!("{name} {}", protocol.name());
    let text = error.to_string().replace(&named, name);
    std::io::stdout().lock().write_all(text.as_bytes())
}

/// Returns the error, its causes and the hint, each on a line of its own, with control characters escaped.
fn text_for_people(error: &anyhow::Error, hint: Option<&str>) -> String {
    let mistakes = mistakes_in(error);
    let mut text = match mistakes {
        [] => format!("prusa-cred: {error}"),
        all => format!("prusa-cred: the configuration has {} mistakes", all.len()),
    };
    for mistake in mistakes {
        text += &format!("\n  because: {mistake}");
    }
    for cause in error.chain().skip(1) {
        text += &format!("\n  because: {cause}");
    }
    if let Some(hint) = hint {
        text += &format!("\n  hint: {hint}");
    }
    for_people::on_stderr(&escape_control(&text))
}

/// Returns everything that is wrong with the configuration, if the error is that and it is more than one thing.
fn mistakes_in(error: &anyhow::Error) -> &[ConfigError] {
    match error.downcast_ref() {
        Some(ContextError::Config(error)) => error.several(),
        _ => &[],
    }
}

/// Returns the line for docker: a message of docker's own helpers as it is, any other error with the program's name,
/// causes and hint.
fn docker_message(error: &anyhow::Error) -> String {
    let is_fixed_text = match error.downcast_ref() {
        Some(error) => !matches!(error, DockerError::Protocol(_)),
        None => matches!(
            error.downcast_ref(),
            Some(CommandError::DockerUnknownVerb(_))
        ),
    };
    if is_fixed_text {
        return error.to_string();
    }
    format!("prusa-cred: {}", single_line(error))
}

/// Returns the error with its causes, and its hint, if there is one, in parentheses.
fn single_line(error: &anyhow::Error) -> String {
    let causes = with_causes(error.as_ref());
    match classify(error) {
        (_, Some(hint)) => format!("{causes} ({hint})"),
        (_, None) => causes,
    }
}

/// Returns whether stdout could not be written because its reader has closed it.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    matches!(error.downcast_ref(), Some(StdoutError(error)) if is_pipe(error))
}
