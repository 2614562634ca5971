//! Errors of requests that get no answer.

use super::code::{Code, CodeAndHint};
use super::hint::{hint, localhost_hint, login_hint};
use crate::answer::error::{AnswerError, Meaning, Verb};
use crate::answer::uncovered::Uncovered;
use crate::clients::path::display_path;

/// Returns the hint for a place that is in no profile's `hosts`: what puts it there, and in which file.
fn uncovered_hint(place: &Uncovered) -> Option<String> {
    let remedy = place.remedy();
    if remedy.is_empty() {
        return None;
    }
    let file = place.file.as_deref().map(display_path);
    let file = file.map_or_else(String::new, |file| format!(", which writes it into {file}"));
    Some(format!(
        "if that host is to get the token, run {remedy}{file}"
    ))
}

/// Returns code and hint of a request without an answer.
pub(super) fn classify_answer(error: &AnswerError) -> CodeAndHint {
    match error {
        AnswerError::HostNotCovered(place) | AnswerError::HostExcluded { place, .. } => {
            (Code::Denied, uncovered_hint(place))
        }
        AnswerError::HostWithheld { host, variable, .. } => (
            Code::Denied,
            Some(format!(
                "`unset {variable}`, or set PRUSA_ACCOUNT_URL to the account server of {host}"
            )),
        ),
        AnswerError::AmbiguousPath(_) => (
            Code::Denied,
            hint(
                "give the path that the server is to find, without \"..\", \"//\", \"\\\" and escapes such as %2F",
            ),
        ),
        AnswerError::HostHasProfile { profile, .. } => (Code::Denied, login_hint(profile)),
        AnswerError::Insecure(_) => (Code::Denied, None),
        AnswerError::NoScheme(_) => (
            Code::Denied,
            hint("the client's configuration has to name the server with https://"),
        ),
        AnswerError::Unverified(_) => (
            Code::Denied,
            hint(
                "in the kubeconfig, name the cluster's certificate as certificate-authority and take insecure-skip-tls-verify out",
            ),
        ),
        AnswerError::NotThisMachine { .. } => (Code::Denied, localhost_hint()),
        AnswerError::OtherServer { .. } => (
            Code::Denied,
            hint("set that server's `headersHelper` to `prusa-cred get --format headers`"),
        ),
        AnswerError::InvalidToken {
            is_from_environment: true,
            ..
        } => (Code::Config, hint("set it to a token, or unset it")),
        AnswerError::InvalidToken { profile, .. } => (Code::Storage, login_hint(profile)),
        AnswerError::NotAnAddress {
            word,
            meaning,
            verb,
        } => (Code::Usage, Some(name_hint(word, *meaning, *verb))),
        AnswerError::BadAddress(_) => (
            Code::Usage,
            hint("give an address such as https://connect.prusa3d.com, or a host alone"),
        ),
    }
}

/// Returns the hint for a name in place of an address: the command that takes the name.
fn name_hint(name: &str, meaning: Meaning, verb: Verb) -> String {
    match (verb, meaning) {
        (Verb::Login, Meaning::Profile) => format!("run `prusa-cred login --profile {name}`"),
        (Verb::Login, Meaning::BrowserAccount) => "run `prusa-cred login --browser`".to_owned(),
        (_, Meaning::Provider) => format!("run `prusa-cred login --provider {name}`"),
        (Verb::Get, Meaning::Profile) => format!("run `prusa-cred get --profile {name}`"),
        (Verb::Which, Meaning::Profile) => format!("run `prusa-cred which --profile {name}`"),
        (Verb::Login, Meaning::Unknown) => format!(
            "give the whole address, such as https://{name}.example.com; `prusa-cred login` alone shows what it can sign \
             in to"
        ),
        (Verb::Get | Verb::Which, Meaning::Unknown | Meaning::BrowserAccount) => {
            "give the whole address, with https://, or name a profile with --profile: `prusa-cred status` lists them"
                .to_owned()
        }
    }
}
