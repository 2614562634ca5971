//! What Kognic's credentials that are not there, or will not do, come to.

use super::class::{Class, Code};
use super::hint::hint;
use super::keyring::of_keyring;
use crate::account::KognicError;
use crate::context::ContextError;
use crate::profile::{EnvironmentsError, KOGNIC};
use crate::providers::kognic::{CredentialsFileError, ItemError};

const WITHOUT_KEYRING: &str = "name a credentials file with --credentials FILE instead";

pub(super) fn of_kognic(error: &KognicError) -> Class {
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
        KognicError::Item(error) => of_item(error),
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
        KognicError::Environments { .. } => {
            (Code::Config, hint("name one of that file's with --env"))
        }
        KognicError::HalfOfAPair { .. } => (Code::Config, hint("set both variables, or neither")),
        KognicError::Unreadable { .. } => (
            Code::Config,
            hint("name a file that is there with --credentials FILE, or where it is named now"),
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

/// What stands in the keyring was put there by Kognic's own command.
pub(super) fn of_item(error: &ItemError) -> Class {
    let put = |name| format!("`kognic-auth credentials put FILE --env {name}`");
    match error {
        ItemError::Nowhere { .. } => (Code::LoginRequired, hint(WITHOUT_KEYRING)),
        ItemError::Missing { name } => (
            Code::LoginRequired,
            Some(format!("{} puts them there", put(name))),
        ),
        ItemError::Keyring { why, .. } => {
            let (code, text) = of_keyring(why);
            let text = text.map(|text| format!("{text}; or {WITHOUT_KEYRING}"));
            (code, text.or_else(|| hint(WITHOUT_KEYRING)))
        }
        ItemError::Unusable {
            name,
            why: CredentialsFileError::Expired { .. },
        } => (
            Code::InvalidCredentials,
            Some(format!(
                "download new credentials from Kognic; {} puts them there",
                put(name)
            )),
        ),
        ItemError::Unusable { name, .. } => (
            Code::Config,
            Some(format!(
                "download the credentials from Kognic again; {} puts them there",
                put(name)
            )),
        ),
    }
}
