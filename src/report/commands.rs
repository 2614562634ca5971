//! What the commands' own errors come to.

use super::class::{Class, Code};
use super::hint::{hint, in_the_variable, login_hint};
use crate::commands::Problem;
use crate::commands::SetupError;
use crate::profile::PRACTICUS;
use crate::providers::Needed;
use crate::store::StoreError;

pub(super) fn of_problem(problem: &Problem) -> Class {
    match problem {
        Problem::NotSealed {
            profile,
            is_known: true,
        } => (
            Code::Config,
            Some(format!(
                "run `prusa-cred seal --profile {profile}`, then this again"
            )),
        ),
        Problem::NotSealed { profile, .. } => (
            Code::Config,
            Some(format!(
                "sign in without --save-password, then run `prusa-cred seal --profile {profile}`, then this again"
            )),
        ),
        Problem::NotMine(_) | Problem::NarrowedAway { .. } => (
            Code::Denied,
            hint(
                "a profile answers only for the `hosts` that the configuration gives it; `prusa-cred list` shows them",
            ),
        ),
        Problem::BadToken(_) => (
            Code::InvalidCredentials,
            hint(
                "a refresh or access token of that very region is needed, and one that has not run out",
            ),
        ),
        Problem::NothingToImport(_) => (Code::LoginRequired, hint("run `prusa-cred login`")),
        Problem::DeadLogin { command, .. } => {
            (Code::LoginRequired, Some(format!("run `{command}`")))
        }
        Problem::AnsweredFor { profile, .. } => (Code::Denied, login_hint(profile)),
        Problem::OnlyLogout { profile } => (
            Code::Denied,
            Some(format!("`prusa-cred logout --profile {profile}` ends it")),
        ),
        Problem::NothingSaved(_) => (Code::Denied, hint("`prusa-cred list` shows what is saved")),
        Problem::NotThere { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        Problem::Insecure(_) | Problem::Opaque { .. } | Problem::Partly(_) | Problem::Unwell => {
            (Code::Denied, None)
        }
        Problem::RegionNeeds {
            profile, needed, ..
        } => of_region(profile, *needed),
        Problem::NoProfileYet {
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
        Problem::NotRun { source, .. } => (
            Code::Config,
            match source.kind() {
                std::io::ErrorKind::NotFound => hint("see that it is installed, and on PATH"),
                _ => None,
            },
        ),
        Problem::Log(StoreError::NotAFile { .. }) => {
            (Code::Storage, hint("move that elsewhere, then try again"))
        }
        Problem::Log(_) => (Code::Storage, hint("see that you may read it")),
        Problem::NotAToken { is_given: true, .. } => {
            (Code::Config, hint("put a token there, or unset it"))
        }
        Problem::NotAToken { profile, .. } => (Code::Storage, login_hint(profile)),
        Problem::Stdout(_) | Problem::Output { .. } => (Code::Storage, None),
        Problem::BadAddress(_) => (
            Code::Usage,
            hint("an address is like https://connect.prusa3d.com, or a host alone"),
        ),
        Problem::Usage(_) => (Code::Usage, None),
        Problem::DockerUnknown(_) | Problem::UnknownVerb { .. } => {
            (Code::Usage, hint("`prusa-cred help` lists the commands"))
        }
    }
}

fn of_region(profile: &str, needed: Needed) -> Class {
    let (code, otherwise) = match needed {
        Needed::OneTimeCode => (Code::OtpRequired, "name a command with --otp-command"),
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
