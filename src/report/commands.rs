//! What the commands' own errors come to.

use super::class::{Class, Code};
use super::hint::{hint, in_the_variable, login_hint, set_variables};
use crate::clients::SetupError;
use crate::commands::error::CommandError;
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
                "run `prusa-cred seal --profile {profile}`, then this again"
            )),
        ),
        CommandError::NotSealed { profile, .. } => (
            Code::Config,
            Some(format!(
                "sign in without --save-password, then run `prusa-cred seal --profile {profile}`, then this again"
            )),
        ),
        CommandError::BadToken(_) => (
            Code::InvalidCredentials,
            hint(
                "a refresh or access token of that very region is needed, and one that has not run out",
            ),
        ),
        CommandError::NothingToImport(_) => (Code::LoginRequired, hint("run `prusa-cred login`")),
        CommandError::DeadLogin { command, .. } => {
            (Code::LoginRequired, Some(format!("run `{command}`")))
        }
        CommandError::OnlyLogout { profile } => (
            Code::Denied,
            Some(format!("`prusa-cred logout --profile {profile}` ends it")),
        ),
        CommandError::NothingSaved(_) => {
            (Code::Denied, hint("`prusa-cred list` shows what is saved"))
        }
        CommandError::NotThere { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        CommandError::Opaque { .. } | CommandError::Partly(_) | CommandError::ChecksFailed => {
            (Code::Denied, None)
        }
        CommandError::RegionNeeds {
            profile, needed, ..
        } => of_region(profile, *needed),
        CommandError::NoProfileYet {
            is_by_variable,
            known,
            ..
        } => {
            let listed = if *is_by_variable {
                in_the_variable(known)
            } else {
                "`prusa-cred status` lists the profiles".to_owned()
            };
            let text = format!("{listed}; with --provider KIND a new one is made");
            (Code::Config, Some(text))
        }
        CommandError::NotRun { source, .. } => (
            Code::Config,
            match source.kind() {
                std::io::ErrorKind::NotFound => hint("see that it is installed, and on PATH"),
                _ => None,
            },
        ),
        CommandError::Log(StoreError::NotAFile { .. }) => {
            (Code::Storage, hint("move that elsewhere, then try again"))
        }
        CommandError::Log(_) => (Code::Storage, hint("see that you may read it")),
        CommandError::Output { .. } => (Code::Storage, None),
        CommandError::Usage(_) => (Code::Usage, None),
        CommandError::DockerUnknown(_) | CommandError::UnknownVerb { .. } => {
            (Code::Usage, hint("`prusa-cred help` lists the commands"))
        }
    }
}

fn of_region(profile: &str, needed: Needed) -> Class {
    let (code, otherwise) = match needed {
        Needed::OneTimeCode => (
            Code::OtpRequired,
            "name a command with --otp-command".to_owned(),
        ),
        Needed::Email | Needed::Password => (
            Code::LoginRequired,
            set_variables(profile)
                .unwrap_or_else(|| "give --email and --password-stdin".to_owned()),
        ),
    };
    let text = format!("run this in a terminal, or {otherwise}");
    (code, Some(text))
}

pub(super) fn of_setup(error: &SetupError) -> Class {
    let code = match error {
        SetupError::Store(StoreError::Locked { .. }) | SetupError::LockedByClient { .. } => {
            Code::Locked
        }
        SetupError::Store(_) | SetupError::ChangeFailed { .. } => Code::Storage,
        _ => Code::Config,
    };
    (code, error.hint())
}
