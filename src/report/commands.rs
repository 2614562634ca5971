//! The codes and hints of the commands' own errors.

use super::code::{Code, CodeAndHint};
use super::hint::{
    fix_profile_variable, hint, is_partly_set, list_of_profiles, login_hint, set_missing_variables,
};
use crate::clients::SetupError;
use crate::commands::error::CommandError;
use crate::escape::shell_word_of;
use crate::providers::Needed;
use crate::store::StoreError;

/// Returns code and hint of an error of a command.
pub(super) fn classify_command(problem: &CommandError) -> CodeAndHint {
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
        CommandError::HostStays { profile, .. } => (
            Code::Denied,
            Some(format!(
                "`prusa-cred hosts --profile {profile}` shows which of its hosts can be removed"
            )),
        ),
        CommandError::TokenMissing { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        CommandError::NotAJwt { .. }
        | CommandError::PartlyFailed(_)
        | CommandError::ReportedOnStdout => (Code::Denied, None),
        CommandError::PracticusSignIn {
            profile, needed, ..
        } => classify_region_sign_in(profile, *needed),
        CommandError::UnknownProfile {
            is_by_variable,
            known,
            ..
        } => {
            let listed = if *is_by_variable {
                fix_profile_variable(known)
            } else {
                list_of_profiles(known)
            };
            let text = format!("{listed}; add --provider KIND to make a new one");
            (Code::Config, Some(text))
        }
        CommandError::OtherAddress { .. }
        | CommandError::OtherAccountKept { .. }
        | CommandError::ProfileNotWritten { .. } => classify_login(problem),
        CommandError::SeveralRegions { .. } => (
            Code::Config,
            hint("name one with --profile, or as `default` in the configuration"),
        ),
        CommandError::RunCommand { source, .. } => (
            Code::Config,
            match source.kind() {
                std::io::ErrorKind::NotFound => hint(
                    "check that it is installed and on PATH; of a script, also what its first line names, without a CR at its end",
                ),
                _ => None,
            },
        ),
        CommandError::AuditLog(StoreError::NotAFile { .. }) => {
            (Code::Storage, hint("move it elsewhere, then try again"))
        }
        CommandError::AuditLog(_) => (Code::Storage, hint("check that you may read it")),
        CommandError::WriteFile { .. } => (Code::Storage, None),
        CommandError::NoPage(name) => (
            Code::Usage,
            Some(format!(
                "`prusa-cred help` lists the commands; `prusa-cred man ./{}` writes all pages into a new directory",
                name.display()
            )),
        ),
        CommandError::Usage(_) => (Code::Usage, None),
        CommandError::DockerUnknownVerb(_) | CommandError::UnknownVerb { .. } => {
            (Code::Usage, hint("`prusa-cred help` lists the commands"))
        }
    }
}

/// Returns code and hint of an error of `login` alone.
fn classify_login(problem: &CommandError) -> CodeAndHint {
    match problem {
        CommandError::OtherAddress {
            typed,
            is_by_variable,
            ..
        } => {
            let first = if *is_by_variable {
                "unset PRUSA_CRED_PROFILE, then "
            } else {
                ""
            };
            let typed = shell_word_of(typed);
            let text = format!(
                "{first}run `prusa-cred login {typed}`: it takes the profile for that address, or makes one"
            );
            (Code::Config, Some(text))
        }
        CommandError::OtherAccountKept { provider, .. } => (
            Code::Denied,
            Some(format!(
                "to have both, give the other one a profile: `prusa-cred login --provider {provider} --profile NAME`"
            )),
        ),
        CommandError::ProfileNotWritten {
            stored_in, is_new, ..
        } => {
            let stored_in = stored_in.display();
            let then = if *is_new {
                "add the lines above to it"
            } else {
                "run the command again"
            };
            let text =
                format!("the login is kept in {stored_in}: correct the configuration, then {then}");
            (Code::Config, Some(text))
        }
        _ => (Code::Config, None),
    }
}

/// Returns the code and hint for a sign-in to a region that lacks what is `needed`.
fn classify_region_sign_in(profile: &str, needed: Needed) -> CodeAndHint {
    let (code, otherwise) = match needed {
        Needed::OneTimeCode => (Code::OtpRequired, "give --otp-command".to_owned()),
        Needed::Email | Needed::Password => (
            Code::LoginRequired,
            set_missing_variables(profile)
                .unwrap_or_else(|| "give --email and --password-stdin".to_owned()),
        ),
    };
    let text = if is_partly_set(Some(profile)) {
        otherwise
    } else {
        format!("run this in a terminal, or {otherwise}")
    };
    (code, Some(text))
}

/// Returns code and hint of an error of `setup`.
pub(super) fn classify_setup(error: &SetupError) -> CodeAndHint {
    let code = match error {
        SetupError::Store(StoreError::Locked { .. }) | SetupError::LockedByClient { .. } => {
            Code::Locked
        }
        SetupError::Store(_) | SetupError::ChangeFailed { .. } => Code::Storage,
        _ => Code::Config,
    };
    (code, error.hint())
}
