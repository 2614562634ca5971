//! Which code word and which hint an error gets: each layer's errors are told apart in a file of their own.

use super::answer::of_answer;
use super::broker::of_broker;
use super::commands::{of_problem, of_setup};
use super::grants::of_grant;
use super::hint::{again, hint, in_the_variable};
use super::keyring::of_keyring;
use super::kognic::of_kognic;
use super::oauth;
use super::sealed::of_key;
use super::sign_in::of_sign_in;
use super::store::of_store;
use crate::account::AccountError;
use crate::account::sources::SourceError;
use crate::broker::BrokerError;
use crate::context::ContextError;
use crate::profile::{ChooseError, Rule};
use crate::protocol::ProtocolError;
use crate::protocol::docker::DockerError;
use crate::protocol::format::FormatError;
use crate::stdin::StdinError;
use crate::terminal::output::StdoutError;
use crate::terminal::prompt::PromptError;
use crate::token::TokenSetError;

/// What a program reads of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    LoginRequired,
    InvalidCredentials,
    OtpRequired,
    Network,
    RateLimited,
    Server,
    Config,
    Storage,
    Locked,
    Denied,
    Usage,
}

impl Code {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LoginRequired => "login_required",
            Self::InvalidCredentials => "invalid_credentials",
            Self::OtpRequired => "otp_required",
            Self::Network => "network",
            Self::RateLimited => "rate_limited",
            Self::Server => "server",
            Self::Config => "config",
            Self::Storage => "storage",
            Self::Locked => "locked",
            Self::Denied => "denied",
            Self::Usage => "usage",
        }
    }
}

/// A code word, and what a person can do.
pub(super) type Class = (Code, Option<String>);

/// Returns the class of the outermost cause that has one.
pub(super) fn classify(error: &anyhow::Error) -> Class {
    classify_for(error, None)
}

/// As `classify`; `profile` is whom the hint is for, where a cause does not say.
pub(super) fn classify_for(error: &anyhow::Error, profile: Option<&str>) -> Class {
    error
        .chain()
        .find_map(|cause| class_of(cause, profile))
        .unwrap_or((Code::Config, None))
}

fn class_of(cause: &(dyn std::error::Error + 'static), profile: Option<&str>) -> Option<Class> {
    cause
        .downcast_ref()
        .map(of_broker)
        .or_else(|| cause.downcast_ref().map(of_problem))
        .or_else(|| cause.downcast_ref().map(of_answer))
        .or_else(|| cause.downcast_ref().map(of_setup))
        .or_else(|| cause.is::<StdoutError>().then_some((Code::Storage, None)))
        .or_else(|| cause.downcast_ref().map(|error| of_store(error, profile)))
        .or_else(|| cause.downcast_ref().map(|error| of_key(error, profile)))
        .or_else(|| cause.downcast_ref().map(|error| of_sign_in(error, profile)))
        .or_else(|| cause.downcast_ref().map(|error| of_grant(error, profile)))
        .or_else(|| oauth::class_of(cause, profile))
        .or_else(|| cause.downcast_ref().map(of_account))
        .or_else(|| cause.downcast_ref().map(of_kognic))
        .or_else(|| cause.downcast_ref().map(of_keyring))
        .or_else(|| {
            cause
                .downcast_ref()
                .and_then(|error| of_prompt(error, profile))
        })
        .or_else(|| cause.downcast_ref().map(of_format))
        .or_else(|| cause.downcast_ref().map(of_context))
        .or_else(|| cause.downcast_ref().map(of_choice))
        .or_else(|| of_reading(cause))
}

fn of_account(error: &AccountError) -> Class {
    match error {
        AccountError::Note { source, profile } => of_store(source, Some(profile)),
        AccountError::Kognic(error) => of_kognic(error),
        AccountError::Given { variable, source } => of_given(variable, source),
        AccountError::TokensJson(TokenSetError::NoToken) => (
            Code::Config,
            hint("set it to what `prusa-cred login --no-store` prints, or unset it"),
        ),
        AccountError::Context(_) | AccountError::TokensJson(_) => (Code::Config, None),
    }
}

/// A new login would be stored elsewhere, and the variable go before it all the same.
fn of_given(variable: &str, error: &BrokerError) -> Class {
    let (code, _) = of_broker(error);
    let text = match code {
        Code::Storage => {
            format!("move that file elsewhere, or put another login in {variable}, or unset it")
        }
        _ => format!("put another login in {variable}, or unset it"),
    };
    (code, Some(text))
}

fn of_prompt(error: &PromptError, profile: Option<&str>) -> Option<Class> {
    let in_a_terminal = || Some(format!("{} in a terminal", again(profile)));
    matches!(error, PromptError::NobodyThere { .. }).then(|| (Code::LoginRequired, in_a_terminal()))
}

fn of_format(error: &FormatError) -> Class {
    let text = match error {
        FormatError::InvalidToken => None,
        _ => hint("another --format can hold it: json, header, headers"),
    };
    (Code::Denied, text)
}

fn of_context(error: &ContextError) -> Class {
    match error {
        ContextError::Unwritable(source) => of_store(source, None),
        _ => (Code::Config, None),
    }
}

fn of_choice(error: &ChooseError) -> Class {
    let text = match error {
        ChooseError::Ambiguous { .. } => {
            "name one with --profile, or in git's address (https://NAME@…), or as `default` in the configuration".to_owned()
        }
        ChooseError::NoSuchProfile { rule: Rule::Variable, known, .. } => in_the_variable(known),
        ChooseError::NoSuchProfile { .. } => "`prusa-cred status` lists the profiles".to_owned(),
    };
    (Code::Config, Some(text))
}

/// What was read is not as it should be: a request, or what the profile says of where credentials come from.
fn of_reading(cause: &(dyn std::error::Error + 'static)) -> Option<Class> {
    let is_request =
        cause.is::<ProtocolError>() || cause.is::<DockerError>() || cause.is::<StdinError>();
    if is_request {
        return Some((Code::Usage, None));
    }
    cause.is::<SourceError>().then_some((Code::Config, None))
}
