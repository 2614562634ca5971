//! Errors as people and programs read them: what failed, why, and which command mends it.
//!
//! The one place that knows every layer's errors. Each gets one code word and, where something helps, a hint that works
//! as typed. No error holds a secret: the layers see to that.

mod keyring;
mod kognic;
mod oauth;
mod sealed;

use std::io::Write;
use std::time::Duration;

use serde_json::json;

use crate::account::AccountError;
use crate::account::KognicError;
use crate::broker::BrokerError;
use crate::broker::LoginEnd;
use crate::commands::HelperFailure;
use crate::commands::Problem;
use crate::commands::SetupError;
use crate::context::ContextError;
use crate::context::wants_json_errors;
use crate::credentials::SourceError;
use crate::grants::GrantError;
use crate::http::HttpError;
use crate::profile::ChooseError;
use crate::profile::PRUSA;
use crate::prompt::PromptError;
use crate::protocol::Protocol;
use crate::protocol::ProtocolError;
use crate::protocol::cargo;
use crate::protocol::docker::DockerError;
use crate::protocol::google;
use crate::protocol::keyring::KeyringError as KeyringCommandError;
use crate::protocol::plain::PlainError;
use crate::providers::CredentialsError;
use crate::providers::Needed;
use crate::providers::SignInError;
use crate::stdin::StdinError;
use crate::store::StoreError;

/// Exit status when all went well.
pub(crate) const SUCCESS: u8 = 0;
/// Exit status of a failure.
const FAILURE: u8 = 1;
/// What a hint begins with when a refresh failed for now.
const KEPT: &str = "the login is kept; ";
/// Exit status of bad usage.
const USAGE: u8 = 2;

/// What a program reads of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
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
    fn as_str(self) -> &'static str {
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

/// Says what failed, where the caller looks for it, and returns the exit status.
pub(crate) fn failure(error: &anyhow::Error, wants_json: bool) -> u8 {
    let error = match error.downcast_ref() {
        Some(HelperFailure { protocol, error }) => match told_to_a_program(*protocol, error) {
            Some(status) => return status,
            None => error,
        },
        None => error,
    };
    if is_broken_pipe(error) || matches!(error.downcast_ref(), Some(Problem::Unwell)) {
        return FAILURE;
    }
    let (code, hint) = classify(error);
    let text = if wants_json || wants_json_errors() {
        let message = error
            .chain()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
        json!({ "error": code.as_str(), "message": message, "hint": hint }).to_string()
    } else {
        for_people(error, hint.as_deref())
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    let is_option = |cause: &(dyn std::error::Error + 'static)| {
        matches!(cause.downcast_ref(), Some(KognicError::Option { .. }))
    };
    let is_usage = matches!(
        error.downcast_ref(),
        Some(Problem::Usage(_) | Problem::BadAddress(_))
    ) || error.chain().any(is_option);
    if is_usage { USAGE } else { FAILURE }
}

/// Tells a failure where and how the program reads it that asked, and returns the exit status; `None` where that is
/// stderr and any status but 0, or stdout is gone.
fn told_to_a_program(protocol: Protocol, error: &anyhow::Error) -> Option<u8> {
    let (text, status) = match protocol {
        // One line, compared as a whole with three fixed texts.
        Protocol::Docker => (one_line(error) + "\n", FAILURE),
        // cargo and Google's libraries do not read what a program wrote that failed.
        Protocol::Cargo => {
            let mut causes = error.chain().map(ToString::to_string);
            let message = causes.next().unwrap_or_default();
            let (_, hint) = classify(error);
            let causes: Vec<_> = causes.chain(hint.map(|it| format!("hint: {it}"))).collect();
            (cargo::render_failure(&message, &causes), 0)
        }
        Protocol::Google => {
            let (code, _) = classify(error);
            (google::render_failure(code.as_str(), &in_a_line(error)), 0)
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

/// Says what is wrong with the command line, or prints the help that was asked for.
pub(crate) fn usage(error: &clap::Error, arguments: &[std::ffi::OsString]) -> u8 {
    let wants_json = arguments.iter().any(|argument| argument == "--json") || wants_json_errors();
    if error.use_stderr() && wants_json {
        let text = error.to_string();
        let mut lines = text
            .lines()
            .map(|line| line.trim_start_matches("error: ").trim());
        let message = lines
            .by_ref()
            .take_while(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let hint = "run `prusa-cred help`";
        let object = json!({ "error": Code::Usage.as_str(), "message": message, "hint": hint });
        let _ = writeln!(std::io::stderr().lock(), "{object}");
    } else if let Err(source) = error.print() {
        return failure(&Problem::Stdout(source).into(), wants_json);
    }
    if error.use_stderr() { USAGE } else { SUCCESS }
}

fn for_people(error: &anyhow::Error, hint: Option<&str>) -> String {
    let mut text = format!("prusa-cred: {error}");
    for cause in error.chain().skip(1) {
        text += &format!("\n  because: {cause}");
    }
    if let Some(hint) = hint {
        text += &format!("\n  hint: {hint}");
    }
    text
}

fn one_line(error: &anyhow::Error) -> String {
    let is_fixed_text = match error.downcast_ref() {
        Some(error) => !matches!(error, DockerError::Protocol(_)),
        None => matches!(error.downcast_ref(), Some(Problem::DockerUnknown(_))),
    };
    if is_fixed_text {
        return error.to_string();
    }
    format!("prusa-cred: {}", in_a_line(error))
}

fn in_a_line(error: &anyhow::Error) -> String {
    let causes = error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    match classify(error) {
        (_, Some(hint)) => format!("{causes} ({hint})"),
        (_, None) => causes,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    matches!(error.downcast_ref(), Some(Problem::Stdout(error)) if is_pipe(error))
}

/// A code word, and what a person can do.
type Class = (Code, Option<String>);

/// Returns the class of the outermost cause that has one.
fn classify(error: &anyhow::Error) -> Class {
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
        return Some(kognic::of_kognic(error));
    }
    if let Some(AccountError::Kognic(error)) = cause.downcast_ref() {
        return Some(kognic::of_kognic(error));
    }
    if let Some(error) = cause.downcast_ref() {
        return Some(keyring::of_keyring(error));
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

fn of_broker(error: &BrokerError) -> Class {
    match error {
        BrokerError::NotSignedIn { profile } | BrokerError::NoSuchToken { profile, .. } => {
            (Code::LoginRequired, login_hint(profile))
        }
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::ClientRefusedBefore) =>
        {
            let again = login_command(profile);
            let hint = format!("give it other credentials; {again} tries the profile's own again");
            (Code::InvalidCredentials, Some(hint))
        }
        BrokerError::LoginEnded { profile, source }
            if matches!(**source, LoginEnd::PasswordRefusedBefore) =>
        {
            (Code::InvalidCredentials, login_hint(profile))
        }
        BrokerError::LoginEnded { profile, .. } => (Code::LoginRequired, login_hint(profile)),
        BrokerError::Refresh { source, .. } => of_grant(source),
        BrokerError::SignIn { profile, source } => {
            let (code, hint) = of_sign_in(source);
            // Nobody typed what was refused, so there is nothing to begin again with; and other profiles than Prusa's have
            // other variables, or none.
            let is_refused = matches!(**source, SignInError::InvalidCredentials { .. });
            let is_ours = profile != PRUSA && matches!(**source, SignInError::Credentials(_));
            let hint = hint.filter(|_| !is_refused && !is_ours);
            (code, hint.or_else(|| login_hint(profile)))
        }
        BrokerError::Store { profile, source } => of_store(source, Some(profile)),
    }
}

fn of_problem(problem: &Problem) -> Class {
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
        Problem::NoProfileYet(_) => (
            Code::Config,
            hint("`prusa-cred status` lists the profiles; with --provider KIND a new one is made"),
        ),
        Problem::NotRun { source, .. } => (
            Code::Config,
            match source.kind() {
                std::io::ErrorKind::NotFound => hint("see that it is installed, and on PATH"),
                _ => None,
            },
        ),
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

fn of_setup(error: &SetupError) -> Class {
    let code = match error {
        SetupError::Store(StoreError::Locked { .. }) | SetupError::Busy { .. } => Code::Locked,
        SetupError::Store(_) | SetupError::Link { .. } => Code::Storage,
        _ => Code::Config,
    };
    (code, error.hint())
}

fn of_store(error: &StoreError, profile: Option<&str>) -> Class {
    match error {
        StoreError::Locked { pid: Some(pid), .. } => (
            Code::Locked,
            Some(format!(
                "try again in a moment; if process {pid} hangs, end it"
            )),
        ),
        StoreError::Locked { pid: None, .. } => (Code::Locked, hint("try again in a moment")),
        StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. } => (
            Code::Storage,
            Some(format!(
                "{} begins a new login and keeps that file under another name",
                login_command(profile.unwrap_or(PRUSA))
            )),
        ),
        StoreError::NotCredentials { .. } => (
            Code::Storage,
            hint(
                "mend that file, or move it elsewhere: the next credential that is saved begins a new one",
            ),
        ),
        StoreError::Sealed { source, .. } => (Code::Storage, Some(sealed::hint(source, profile))),
        StoreError::NotSealed { source, .. } => {
            (Code::Storage, Some(sealed::key_hint(source, profile)))
        }
        StoreError::Full { .. } => (
            Code::Storage,
            hint("`prusa-cred list` shows what is saved, `prusa-cred forget` removes it"),
        ),
        StoreError::NotAFile { .. } => (
            Code::Storage,
            hint("nothing was sent to the server; put that away, or name another token file"),
        ),
        StoreError::NotInPlace { .. } => (
            Code::Storage,
            hint("see that the file can be replaced: the next run puts the new token set in place"),
        ),
        _ => (
            Code::Storage,
            hint(
                "nothing was sent to the server; see that the directory can be written, then try again",
            ),
        ),
    }
}

fn of_grant(error: &GrantError) -> Class {
    match error {
        GrantError::Http(error) => of_http(error),
        GrantError::RateLimited { retry_after, .. } => (Code::RateLimited, later(*retry_after)),
        GrantError::Refused { error, .. } if error == "invalid_grant" => {
            (Code::LoginRequired, login_hint(PRUSA))
        }
        GrantError::Refused { .. } | GrantError::Forbidden { .. } => (Code::Denied, None),
        GrantError::Server { .. }
        | GrantError::NotJson { .. }
        | GrantError::NoAccessToken { .. } => (Code::Server, later(None)),
        GrantError::NoRandomness => (Code::Storage, None),
        GrantError::Discovery(error) => oauth::of_discovery(error),
        GrantError::Client(error) => oauth::of_client(error),
        GrantError::NoEndpoint { .. } => (
            Code::Config,
            hint("give it in the profile, or sign in another way (--browser, --device)"),
        ),
    }
}

fn of_sign_in(error: &SignInError) -> Class {
    const BROWSER: &str = "`prusa-cred login --browser` signs in with a browser instead";
    match error {
        SignInError::InvalidCredentials { .. } => (
            Code::InvalidCredentials,
            hint(
                "begin again; an account of Google or Apple signs in with `prusa-cred login --browser`",
            ),
        ),
        SignInError::InvalidCode { .. } => (
            Code::InvalidCredentials,
            hint(
                "see that this machine's clock is right; a code is accepted once, so wait for the next one",
            ),
        ),
        SignInError::Credentials(error) => of_credentials(error),
        SignInError::AccountLocked { .. } => (
            Code::Denied,
            hint("unlock it on the account's web page, or wait"),
        ),
        SignInError::RateLimited { retry_after, .. } => {
            at_sign_in((Code::RateLimited, later(*retry_after)))
        }
        SignInError::Server { .. } => (Code::Server, hint("try again later")),
        SignInError::Forbidden { .. }
        | SignInError::UnknownPage { .. }
        | SignInError::Endless { .. }
        | SignInError::LeftOrigin { .. } => (Code::Server, hint(BROWSER)),
        SignInError::Denied => (Code::Denied, None),
        SignInError::StateMismatch | SignInError::WrongAddress { .. } | SignInError::NoCode => (
            Code::Denied,
            hint(
                "begin again; with --browser, paste the address of the page that the browser ended on",
            ),
        ),
        error if error.is_refused_client() => (
            Code::InvalidCredentials,
            hint("see that the client's credentials are still good, and meant for this server"),
        ),
        SignInError::Grant(error) => at_sign_in(of_grant(error)),
        SignInError::Http(error) => at_sign_in(of_http(error)),
        SignInError::OAuth(error) => oauth::of_sign_in(error),
        SignInError::Kognic(error) => kognic::of_item(error),
    }
}

/// Whoever signs in has no login yet that could be kept.
fn at_sign_in((code, hint): Class) -> Class {
    let hint = hint.map(|hint| hint.trim_start_matches(KEPT).to_owned());
    (code, hint)
}

fn of_credentials(error: &CredentialsError) -> Class {
    let needed = match error {
        CredentialsError::Missing(needed) | CredentialsError::Failed { needed, .. } => {
            Some(*needed)
        }
        CredentialsError::NoMore => None,
    };
    match needed {
        Some(Needed::OneTimeCode) => (
            Code::OtpRequired,
            hint(
                "run `prusa-cred login` in a terminal, or set PRUSA_TOTP_SECRET or the profile's otp_command",
            ),
        ),
        Some(Needed::Email | Needed::Password) => (
            Code::LoginRequired,
            hint("run `prusa-cred login` in a terminal, or set PRUSA_EMAIL and PRUSA_PASSWORD"),
        ),
        None => (Code::InvalidCredentials, None),
    }
}

fn of_http(error: &HttpError) -> Class {
    match error {
        HttpError::NotAllowed { .. } => (Code::Denied, hint("use an https address")),
        HttpError::TooLarge { .. } => (Code::Server, hint("the login is kept; try again later")),
        _ => (
            Code::Network,
            Some(format!("{KEPT}see that the network is up, then try again")),
        ),
    }
}

fn later(retry_after: Option<Duration>) -> Option<String> {
    Some(match retry_after {
        Some(wait) => format!("{KEPT}try again in {} s", wait.as_secs()),
        None => format!("{KEPT}try again later"),
    })
}

fn login_hint(profile: &str) -> Option<String> {
    Some(format!("run {}", login_command(profile)))
}

fn login_command(profile: &str) -> String {
    if profile == PRUSA {
        "`prusa-cred login`".to_owned()
    } else {
        format!("`prusa-cred login --profile {profile}`")
    }
}

#[allow(
    clippy::unnecessary_wraps,
    reason = "a hint is one of two kinds of text, or none"
)]
fn hint(text: &str) -> Option<String> {
    Some(text.to_owned())
}
