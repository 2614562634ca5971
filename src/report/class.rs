//! Which code word and which hint an error gets: each layer's errors are told apart in a file of their own.

use super::broker::of_broker;
use super::commands::{of_problem, of_setup};
use super::grants::of_grant;
use super::hint::hint;
use super::keyring::of_keyring;
use super::kognic::of_kognic;
use super::sign_in::of_sign_in;
use super::store::of_store;
use super::{oauth, sealed};
use crate::account::AccountError;
use crate::commands::SetupError;
use crate::context::ContextError;
use crate::credentials::SourceError;
use crate::profile::ChooseError;
use crate::prompt::PromptError;
use crate::protocol::ProtocolError;
use crate::protocol::docker::DockerError;
use crate::protocol::plain::PlainError;
use crate::stdin::StdinError;

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
    error
        .chain()
        .find_map(class_of)
        .unwrap_or((Code::Config, None))
}

fn class_of(cause: &(dyn std::error::Error + 'static)) -> Option<Class> {
    if let Some(error) = cause.downcast_ref() {
        return Some(of_broker(error));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_problem(error));
    }
    if let Some(error) = cause.downcast_ref::<SetupError>() {
        return Some(of_setup(error));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_store(error, None));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some((Code::Storage, Some(sealed::key_hint(error, None))));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_sign_in(error));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_grant(error));
    }
    if let Some(class) = oauth::class_of(cause) {
        return Some(class);
    }
    if let Some(AccountError::Note { source, profile }) = cause.downcast_ref() {
        return Some(of_store(source, Some(profile)));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_kognic(error));
    }
    if let Some(AccountError::Kognic(error)) = cause.downcast_ref() {
        return Some(of_kognic(error));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(of_keyring(error));
    }
    if let Some(PromptError::NobodyThere { .. }) = cause.downcast_ref() {
        return Some((
            Code::LoginRequired,
            hint("run `prusa-cred login` in a terminal"),
        ));
    }
    let of_input =
        cause.is::<ProtocolError>() || cause.is::<DockerError>() || cause.is::<StdinError>();
    if of_input {
        return Some((Code::Usage, None));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some((
            Code::Denied,
            match error {
                PlainError::NotAToken => None,
                _ => hint("another --format can hold it: json, header, headers"),
            },
        ));
    }
    if let Some(ContextError::Unwritable(source)) = cause.downcast_ref() {
        return Some(of_store(source, None));
    }
    let of_config = cause.is::<ContextError>()
        || cause.is::<ChooseError>()
        || cause.is::<SourceError>()
        || cause.is::<AccountError>();
    of_config.then(|| (Code::Config, config_hint(cause)))
}

fn config_hint(cause: &(dyn std::error::Error + 'static)) -> Option<String> {
    match cause.downcast_ref() {
        Some(ChooseError::Ambiguous { .. }) => hint(
            "name one with --profile, or in git's address (https://NAME@…), or as `default` in the configuration",
        ),
        Some(ChooseError::NoSuchProfile { .. }) => hint("`prusa-cred status` lists the profiles"),
        None => None,
    }
}
