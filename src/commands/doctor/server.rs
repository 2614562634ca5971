//! The servers of the profiles, asked with `--online`: whether they are reached, what time they have, what they publish.
//!
//! A request has no token, no client and no cookie in it, and spends nothing. All are asked at once, while everything
//! else is looked at, and each has the time of `--timeout`: one that hangs takes nothing from the others.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use url::Url;

use super::CheckContext;
use super::check::{About, Check};
use crate::account::{KognicPlan, TokenRequest};
use crate::broker::MIN_TTL;
use crate::causes::with_causes;
use crate::deadline::Deadline;
use crate::http::{Http, HttpRequest, HttpResponse, HttpSettings, redacted};
use crate::oauth::discovery::discover;
use crate::profile::{Issuer, Profile};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// From which difference of the clocks on a token that has run out may count as good, or the other way round, and a
/// one-time code is refused: what a token that is handed out has left at least.
const TOLERANCE: Duration = MIN_TTL;

/// A server to be asked, and for whom.
struct Question {
    profile: String,
    url: Option<Url>,
    /// Whose metadata there should be.
    issuer: Option<Url>,
    ca_file: Option<PathBuf>,
    deadline: Deadline,
}

/// Servers that are being asked.
pub(super) struct Asked(Vec<JoinHandle<Vec<Check>>>);

/// Begins to ask the servers of these profiles, all at once.
pub(super) fn ask(patient: &CheckContext<'_>, profiles: &[&Profile]) -> Asked {
    let questions = profiles
        .iter()
        .map(|profile| Question::of(patient, profile));
    let threads = questions.map(|question| std::thread::spawn(move || question.ask()));
    Asked(threads.collect())
}

/// Waits for what the servers say; without, nobody was asked.
pub(super) fn checks(asked: Option<Asked>) -> Vec<Check> {
    match asked {
        None => vec![About::new("server", "servers").skipped("not asked: --online asks them")],
        Some(Asked(threads)) => threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect(),
    }
}

impl Question {
    fn of(patient: &CheckContext<'_>, profile: &Profile) -> Self {
        let planned = match &profile.issuer {
            Issuer::Kognic(settings) => {
                let plan = KognicPlan::make(patient.context, settings, &TokenRequest::default());
                plan.ok().map(|plan| plan.server)
            }
            _ => None,
        };
        Self {
            profile: profile.name.clone(),
            url: planned.or_else(|| profile.issuer.server().cloned()),
            issuer: profile.issuer.metadata_issuer().cloned(),
            ca_file: profile.ca_file.clone(),
            deadline: patient.context.deadline,
        }
    }

    fn ask(&self) -> Vec<Check> {
        let server = About::new("server.reached", &self.profile);
        let Some(url) = &self.url else {
            return vec![server.skipped("the profile names no server")];
        };
        let mend = format!("curl -sSI -o /dev/null {url}");
        let settings = HttpSettings {
            ca_file: self.ca_file.clone(),
            ..HttpSettings::default()
        };
        let http = match Http::new(settings) {
            Ok(http) => http,
            Err(error) => return vec![server.broken(error.to_string(), mend)],
        };
        let before = UnixTime::now();
        let mut checks = match http.send(HttpRequest::head(url.clone()), self.deadline) {
            Ok(answer) => vec![
                server.ok(format!(
                    "{} answers (status {})",
                    redacted(url),
                    answer.status
                )),
                self.clock(&answer, before, UnixTime::now()),
            ],
            Err(error) => vec![server.broken(error.to_string(), mend)],
        };
        checks.extend(self.metadata(&http));
        checks
    }

    /// Compares the server's clock, which tells whole seconds, with what ours showed around its answer.
    fn clock(&self, answer: &HttpResponse, before: UnixTime, after: UnixTime) -> Check {
        let about = About::new("server.clock", &self.profile);
        let Some(theirs) = answer.date() else {
            return about.skipped("the server does not tell its time");
        };
        let (ahead, behind) = (theirs.until(before), after.until(theirs));
        let (offset, which) = if ahead > behind {
            (ahead, "ahead of")
        } else {
            (behind, "behind")
        };
        let limit = format!(
            "from {} on tokens and one-time codes are misjudged",
            relative_time::span(TOLERANCE)
        );
        if offset <= Duration::from_secs(1) {
            return about.ok(format!("agrees with the server's; {limit}"));
        }
        let message = format!(
            "this clock is {} {which} the server's; {limit}",
            relative_time::span(offset)
        );
        if offset < TOLERANCE {
            about.ok(message)
        } else {
            about.broken(message, set_clock())
        }
    }

    fn metadata(&self, http: &Http) -> Option<Check> {
        let issuer = self.issuer.as_ref()?;
        let about = About::new("server.discovery", &self.profile);
        Some(match discover(http, issuer, self.deadline) {
            Ok(metadata) if metadata.token_endpoint.is_some() => {
                about.ok(format!("{} publishes its endpoints", redacted(issuer)))
            }
            Ok(_) => about.broken(
                format!("{} publishes no token endpoint", redacted(issuer)),
                curl_metadata(issuer),
            ),
            Err(error) => about.broken(with_causes(&error), curl_metadata(issuer)),
        })
    }
}

fn curl_metadata(issuer: &Url) -> String {
    let base = issuer.as_str().trim_end_matches('/');
    format!("curl -sS {base}/.well-known/openid-configuration")
}

fn set_clock() -> &'static str {
    if cfg!(target_os = "macos") {
        "sudo sntp -sS time.apple.com"
    } else if cfg!(windows) {
        "w32tm /resync"
    } else {
        "sudo timedatectl set-ntp true"
    }
}
