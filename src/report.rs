//! Errors as people and programs read them: what failed, why, and which command mends it.
//!
//! The one place that knows every layer's errors. Each gets one code word and, where something helps, a hint that works
//! as typed. No error holds a secret: the layers see to that.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use crate::broker::BrokerError;
use crate::broker::LoginEnd;
use crate::commands::DockerFailure;
use crate::commands::Problem;
use crate::context::ContextError;
use crate::context::wants_json_errors;
use crate::grants::GrantError;
use crate::http::HttpError;
use crate::profile::ChooseError;
use crate::prompt::PromptError;
use crate::providers::SignInError;
use crate::store::StoreError;

/// Exit status of a failure.
const FAILURE: u8 = 1;
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
pub(crate) fn failure(error: &anyhow::Error, wants_json: bool) -> ExitCode {
    if let Some(DockerFailure(error)) = error.downcast_ref() {
        // docker reads its errors on stdout: one line, compared as a whole with three fixed texts.
        let _ = writeln!(std::io::stdout().lock(), "{}", one_line(error));
        return ExitCode::from(FAILURE);
    }
    if is_broken_pipe(error) {
        return ExitCode::from(FAILURE);
    }
    let (code, hint) = classify(error);
    let text = if wants_json || wants_json_errors() {
        let message = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        json!({ "error": code.as_str(), "message": message, "hint": hint }).to_string()
    } else {
        for_people(error, hint.as_deref())
    };
    let _ = writeln!(std::io::stderr().lock(), "{text}");
    ExitCode::from(if code == Code::Usage { USAGE } else { FAILURE })
}

/// Says what is wrong with the command line, or prints the help that was asked for.
pub(crate) fn usage(error: &clap::Error, arguments: &[std::ffi::OsString]) -> ExitCode {
    let wants_json = arguments.iter().any(|argument| argument == "--json") || wants_json_errors();
    if error.use_stderr() && wants_json {
        let text = error.to_string();
        let mut lines = text.lines().map(|line| line.trim_start_matches("error: ").trim());
        let message = lines.by_ref().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let hint = "run `prusa-cred help`";
        let object = json!({ "error": Code::Usage.as_str(), "message": message, "hint": hint });
        let _ = writeln!(std::io::stderr().lock(), "{object}");
    } else if error.print().is_err() {
        return ExitCode::from(FAILURE);
    }
    ExitCode::from(if error.use_stderr() { USAGE } else { 0 })
}

fn for_people(error: &anyhow::Error, hint: Option<&str>) -> String {
    let mut text = format!("prusa-cred: {error}");
    for cause in error.chain().skip(1) {
        text.push_str(&format!("\n  because: {cause}"));
    }
    if let Some(hint) = hint {
        text.push_str(&format!("\n  hint: {hint}"));
    }
    text
}

fn one_line(error: &anyhow::Error) -> String {
    if let Some(Problem::DockerText(text)) = error.downcast_ref() {
        return (*text).to_owned();
    }
    let (_, hint) = classify(error);
    let causes = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
    match hint {
        Some(hint) => format!("prusa-cred: {causes} ({hint})"),
        None => format!("prusa-cred: {causes}"),
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    matches!(error.downcast_ref(), Some(Problem::Stdout(error)) if is_pipe(error))
}
