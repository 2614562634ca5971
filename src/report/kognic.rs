//! Errors of Kognic's credentials.

use super::code::{Code, CodeAndHint};
use super::hint::hint;
use super::keyring::classify_keyring;
use crate::account::KognicError;
use crate::context::ContextError;
use crate::escape::shell_word_of;
use crate::profile::{EnvironmentsError, KOGNIC};
use crate::providers::kognic::{CredentialsFileError, KeyringItemError};

const WITHOUT_KEYRING: &str = "name a credentials file with --credentials FILE instead";

/// Returns code and hint of unusable Kognic credentials.
pub(super) fn classify_kognic(error: &KognicError) -> CodeAndHint {
    match error {
        KognicError::NoCredentials { profile, .. } if profile == KOGNIC => (
            Code::LoginRequired,
            hint(
                "name a credentials file with --credentials FILE or KOGNIC_CREDENTIALS, or set KOGNIC_CLIENT_ID and KOGNIC_CLIENT_SECRET",
            ),
        ),
        KognicError::NoCredentials { profile, .. } => (
            Code::LoginRequired,
            Some(format!(
                "name a credentials file with --credentials FILE, or in the configuration as profiles.{profile}.credentials"
            )),
        ),
        KognicError::Item(error) => classify_keyring_item(error),
        KognicError::Credentials {
            source: CredentialsFileError::Expired { .. },
            ..
        } => (
            Code::InvalidCredentials,
            hint("download new credentials from Kognic, and name that file"),
        ),
        KognicError::Credentials { .. } => (
            Code::Config,
            hint("download the credentials from Kognic again, and name that file"),
        ),
        KognicError::OtherHost { .. } => (
            Code::Denied,
            hint(
                "an environment answers for its own `host` only; leave --env out to pick one by host",
            ),
        ),
        KognicError::Option { .. } => (Code::Usage, None),
        KognicError::Environments {
            source: EnvironmentsError::Ambiguous { .. },
            ..
        } => (
            Code::Config,
            hint("name one of them with --env, or in that file as default_environment"),
        ),
        KognicError::Environments {
            source: EnvironmentsError::NoSuch { .. },
            ..
        } => (Code::Config, hint("name one of that file's with --env")),
        KognicError::Environments { .. } => (
            Code::Config,
            hint("correct that file, or name another of its environments with --env"),
        ),
        KognicError::IncompletePair { .. } => {
            (Code::Config, hint("set both variables, or neither"))
        }
        KognicError::Unreadable { .. } => (
            Code::Config,
            hint("name an existing file, with --credentials FILE or where it is named now"),
        ),
        KognicError::Context(ContextError::Environments(..)) => (
            Code::Config,
            hint(
                "correct that file, or do without it: name the credentials with --credentials FILE or KOGNIC_CREDENTIALS",
            ),
        ),
        KognicError::Context(_) => (Code::Config, None),
    }
}

/// Returns code and hint of unusable credentials in the keyring, where Kognic's own command stores them.
pub(super) fn classify_keyring_item(error: &KeyringItemError) -> CodeAndHint {
    let put_command = |name: &str| {
        let name = shell_word_of(name);
        format!("`kognic-auth credentials put FILE --env {name}`")
    };
    match error {
        KeyringItemError::NoCredentials { .. } => (Code::LoginRequired, hint(WITHOUT_KEYRING)),
        KeyringItemError::Missing { name } => (
            Code::LoginRequired,
            Some(format!("store them with {}", put_command(name))),
        ),
        KeyringItemError::Keyring { reason, .. } => {
            let (code, text) = classify_keyring(reason);
            let text = text.map(|text| format!("{text}; or {WITHOUT_KEYRING}"));
            (code, text.or_else(|| hint(WITHOUT_KEYRING)))
        }
        KeyringItemError::Unusable {
            name,
            reason: CredentialsFileError::Expired { .. },
        } => (
            Code::InvalidCredentials,
            Some(format!(
                "download new credentials from Kognic, and store them with {}",
                put_command(name)
            )),
        ),
        KeyringItemError::Unusable { name, .. } => (
            Code::Config,
            Some(format!(
                "download the credentials from Kognic again, and store them with {}",
                put_command(name)
            )),
        ),
    }
}
