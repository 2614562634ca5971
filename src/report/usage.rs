//! What is wrong with a command line, in the form of every other error.
//!
//! A value is not quoted: it may be a password or a token that does not belong there.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli;
use crate::profile::likely_word;

/// Returns what is wrong, without a full stop, and the hint.
pub(super) fn explained(error: &clap::Error, arguments: &[OsString]) -> (String, String) {
    let text = |kind| one(error, kind).unwrap_or_default();
    let command = command_of(arguments);
    let argument = text(ContextKind::InvalidArg);
    let value = text(ContextKind::InvalidValue);
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!(
                "there is no command `{}`",
                text(ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            format!("`{command}` takes no option `{argument}`")
        }
        ErrorKind::UnknownArgument => format!("`{command}` takes no such argument"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} needs a value"),
        ErrorKind::InvalidValue => {
            let valid = all(error, ContextKind::ValidValue).join(", ");
            format!("{argument} is one of {valid}")
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            format!("the value of {argument} cannot be used{why}")
        }
        ErrorKind::MissingRequiredArgument => format!("`{command}` needs {argument}"),
        ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
            prior if prior == argument => format!("{argument} may be given once only"),
            prior if prior.is_empty() => format!("{argument} cannot be given here"),
            prior => format!("{argument} and {prior} cannot be given together"),
        },
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a command is missing".to_owned()
        }
        _ => first_paragraph(&error.to_string()),
    };
    (message, hint(error, &command))
}

/// Returns the hint: the likely word, else where to look.
fn hint(error: &clap::Error, command: &str) -> String {
    if let Some(word) = suggestion(error, ContextKind::SuggestedSubcommand) {
        return format!("did you mean `prusa-cred {word}`?");
    }
    let of_value = || {
        let given = one(error, ContextKind::InvalidValue)?;
        let valid = all(error, ContextKind::ValidValue);
        let valid: Vec<_> = valid.iter().map(String::as_str).collect();
        likely_word(&given, &valid).map(str::to_owned)
    };
    let word = suggestion(error, ContextKind::SuggestedArg).or_else(of_value);
    match word {
        Some(word) => format!("did you mean `{word}`?"),
        None if one(error, ContextKind::InvalidSubcommand).as_deref() == Some("auth") => {
            "the words after `auth` are login, logout, status, token and refresh".to_owned()
        }
        None if error.kind() == ErrorKind::InvalidSubcommand => {
            "`prusa-cred help` lists the commands".to_owned()
        }
        None => format!("run `{command} --help`"),
    }
}

/// Returns the most similar word among the parser's suggestions, the last of them.
fn suggestion(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let is_others = one(error, ContextKind::InvalidSubcommand).as_deref() == Some("auth");
    all(error, kind).pop().filter(|_| !is_others)
}

/// Returns the command as it was given, such as `prusa-cred get`.
fn command_of(arguments: &[OsString]) -> String {
    match cli::command_word(arguments) {
        Some(word) => format!("prusa-cred {word}"),
        None => "prusa-cred".to_owned(),
    }
}

fn one(error: &clap::Error, kind: ContextKind) -> Option<String> {
    Some(match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts.first()?.to_string(),
        _ => return None,
    })
}

fn all(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// Returns the first paragraph of the parser's own text in one line, without its label.
fn first_paragraph(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.trim_start_matches("error: ").trim());
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}
