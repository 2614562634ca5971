//! The codes and hints of the commands' own errors.

use super::class::{Class, Code};
use super::hint::{hint, in_the_variable, login_hint};
use crate::clients::SetupError;
use crate::commands::error::CommandError;
use crate::profile::PRACTICUS;
use crate::providers::Needed;
use crate::store::StoreError;

pub(super) fn of_problem(problem: &CommandError) -> Class {
    match problem {
        CommandError::NotSealed {
            profile,
            is_known: true,
        } => (
            Code::Config,
            Some(format!(
                "run `prusa-cred seal --profile {profile}`, then try again"
            )),
        ),
        CommandError::NotSealed { profile, .. } => (
            Code::Config,
            Some(format!(
                "sign in without --save-password, run `prusa-cred seal --profile {profile}`, then try again"
            )),
        ),
        CommandError::BadToken(_) => (
            Code::InvalidCredentials,
            hint("use a refresh or access token of that region that has not expired"),
        ),
        CommandError::NothingToImport(_) => (Code::LoginRequired, hint("run `prusa-cred login`")),
        CommandError::LoginEnded { command, .. } => {
            (Code::LoginRequired, Some(format!("run `{command}`")))
        }
        CommandError::NeedsLogout { profile } => (
            Code::Denied,
            Some(format!("run `prusa-cred logout --profile {profile}`")),
        ),
        CommandError::NothingSaved(_) => {
            (Code::Denied, hint("`prusa-cred list` shows what is saved"))
        }
        CommandError::TokenMissing { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        CommandError::NotAJwt { .. }
        | CommandError::PartlyFailed(_)
        | CommandError::ChecksFailed => (Code::Denied, None),
        CommandError::PracticusSignIn {
            profile, needed, ..
        } => of_region(profile, *needed),
        CommandError::UnknownProfile {
            is_by_variable,
            known,
            ..
        } => {
            let listed = if *is_by_variable {
                in_the_variable(known)
            } else {
                "`prusa-cred status` lists the profiles".to_owned()
            };
            let text = format!("{listed}; add --provider KIND to make a new one");
            (Code::Config, Some(text))
        }
        CommandError::RunCommand { source, .. } => (
            Code::Config,
            match source.kind() {
                std::io::ErrorKind::NotFound => hint("check that it is installed and on PATH"),
                _ => None,
            },
        ),
        CommandError::AuditLog(StoreError::NotAFile { .. }) => {
            (Code::Storage, hint("move it elsewhere, then try again"))
        }
        CommandError::AuditLog(_) => (Code::Storage, hint("check that you may read it")),
        CommandError::WriteFile { .. } => (Code::Storage, None),
        CommandError::Usage(_) => (Code::Usage, None),
        CommandError::DockerUnknownVerb(_) | CommandError::UnknownVerb { .. } => {
            (Code::Usage, hint("`prusa-cred help` lists the commands"))
        }
    }
}

fn of_region(profile: &str, needed: Needed) -> Class {
    let (code, otherwise) = match needed {
        Needed::OneTimeCode => (Code::OtpRequired, "give --otp-command"),
        Needed::Email | Needed::Password if profile == PRACTICUS => {
            (Code::LoginRequired, "set PRT_EMAIL and PRT_PASSWORD")
        }
        Needed::Email | Needed::Password => {
            (Code::LoginRequired, "give --email and --password-stdin")
        }
    };
    let text = format!("run this in a terminal, or {otherwise}");
    (code, Some(text))
}

pub(super) fn of_setup(error: &SetupError) -> Class {
    let code = match error {
        SetupError::Store(StoreError::Locked { .. }) | SetupError::Busy { .. } => Code::Locked,
        SetupError::Store(_) | SetupError::Link { .. } => Code::Storage,
        _ => Code::Config,
    };
    (code, error.hint())
}
