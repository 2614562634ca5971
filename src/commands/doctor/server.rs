//! The servers of the profiles, with `--online`: whether they can be reached, what time they have, and whether they
//! publish their metadata.
//!
//! The requests have no token, client or cookie in them. All are sent at once, while the other checks run, and each may
//! take as long as `--timeout` says, so a server that hangs does not keep the others from being checked.

use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use url::Url;

use super::check::{About, Check};
use super::context::CheckContext;
use crate::account::{KognicPlan, TokenRequest};
use crate::broker::MIN_TTL;
use crate::causes::with_causes;
use crate::deadline::Deadline;
use crate::http::{Http, HttpRequest, HttpResponse, HttpSettings, WebAddress, redacted};
use crate::oauth::discovery::discover;
use crate::platform;
use crate::profile::{Issuer, Profile};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// With a larger difference between the clocks, an expired token may count as valid or a valid one as expired, and
/// one-time codes are rejected: the time for which a token that is handed out must still be valid.
const TOLERANCE: Duration = MIN_TTL;

/// A profile's server that is to be contacted.
struct ServerQuery {
    profile: String,
    url: Option<Url>,
    /// The issuer that should publish metadata (RFC 8414).
    issuer: Option<Url>,
    ca_file: Option<PathBuf>,
    deadline: Deadline,
}

/// Queries that are under way.
pub(super) struct PendingQueries(Vec<JoinHandle<Vec<Check>>>);

/// Contacts the servers of these profiles, all at once, in threads.
pub(super) fn start(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> PendingQueries {
    let queries = profiles
        .iter()
        .map(|profile| ServerQuery::new(ctx, profile));
    let threads = queries.map(|query| std::thread::spawn(move || query.run()));
    PendingQueries(threads.collect())
}

/// Waits for the queries and returns their checks; for `None`, as without `--online`, one skipped check.
pub(super) fn finish(queries: Option<PendingQueries>) -> Vec<Check> {
    match queries {
        None => vec![About::new("server", "servers").skipped("not contacted without --online")],
        Some(PendingQueries(threads)) => threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_default())
            .collect(),
    }
}

impl ServerQuery {
    /// Returns the query for a profile's server; for Kognic, that of the environment in use, or the profile's if the
    /// environment cannot be used.
    fn new(ctx: &CheckContext<'_>, profile: &Profile) -> Self {
        let planned = match &profile.issuer {
            Issuer::Kognic(settings) => {
                let plan = KognicPlan::resolve(ctx.context, settings, &TokenRequest::default());
                plan.ok().map(|plan| plan.server)
            }
            _ => None,
        };
        Self {
            profile: profile.name.clone(),
            url: planned.or_else(|| profile.issuer.server().cloned()),
            issuer: profile.issuer.metadata_issuer().cloned(),
            ca_file: profile.ca_file.clone(),
            deadline: ctx.context.deadline,
        }
    }

    /// Contacts the server, and returns whether it answers, with any status, how far the clocks differ if it does, and
    /// whether its issuer publishes metadata. One skipped check alone if the profile names no server.
    fn run(&self) -> Vec<Check> {
        let server = About::new("server.reached", &self.profile);
        let Some(url) = &self.url else {
            return vec![server.skipped("the profile names no server")];
        };
        let fix = format!("curl -sSI -o /dev/null {}", for_a_shell(url));
        let settings = HttpSettings {
            ca_file: self.ca_file.clone(),
            ..HttpSettings::default()
        };
        let http = match Http::new(settings) {
            Ok(http) => http,
            Err(error) => return vec![server.broken(error.to_string(), fix)],
        };
        let before = UnixTime::now();
        let mut checks = match http.send(HttpRequest::head(url.clone()), self.deadline) {
            Ok(response) => vec![
                server.ok(format!(
                    "{} answers (status {})",
                    redacted(url),
                    response.status
                )),
                self.clock(&response, before, UnixTime::now()),
            ],
            Err(error) => vec![server.broken(error.to_string(), fix)],
        };
        checks.extend(self.metadata(&http));
        checks
    }

    /// Compares the `Date` of the response, in whole seconds, with the times before the request and after it. Broken
    /// from `TOLERANCE` on; skipped if there is no `Date`.
    fn clock(&self, response: &HttpResponse, before: UnixTime, after: UnixTime) -> Check {
        let about = About::new("server.clock", &self.profile);
        let Some(server_time) = response.date() else {
            return about.skipped("the server does not send its time");
        };
        let (ahead, behind) = (server_time.until(before), after.until(server_time));
        let (offset, which) = if ahead > behind {
            (ahead, "ahead of")
        } else {
            (behind, "behind")
        };
        let limit = format!(
            "a difference of {} or more breaks tokens and one-time codes",
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

    /// Reports whether the issuer publishes a token endpoint, broken if not; `None` if the profile has no issuer with
    /// metadata.
    fn metadata(&self, http: &Http) -> Option<Check> {
        let issuer = self.issuer.as_ref()?;
        let about = About::new("server.discovery", &self.profile);
        Some(match discover(http, issuer, self.deadline) {
            Ok(metadata) if metadata.token_endpoint.is_some() => {
                about.ok(format!("{} publishes its endpoints", redacted(issuer)))
            }
            Ok(metadata) => about.broken(
                match metadata.unfit_error("token_endpoint") {
                    Some(error) => error.to_string(),
                    None => format!("{} publishes no token endpoint", redacted(issuer)),
                },
                curl_metadata(issuer),
            ),
            Err(error) => about.broken(with_causes(&error), curl_metadata(issuer)),
        })
    }
}

/// Returns the shell command that shows the issuer's OpenID Connect metadata, at the first address that discovery
/// tries. A resource may have named the issuer, as `login ADDRESS` writes it into the configuration.
fn curl_metadata(issuer: &Url) -> String {
    let mut url = issuer.clone();
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&format!("{path}/.well-known/openid-configuration"));
    url.set_query(None);
    url.set_fragment(None);
    format!("curl -sS {}", for_a_shell(&url))
}

/// Returns an address as a word of a command line.
fn for_a_shell(url: &Url) -> String {
    // The configuration has none that is not fit for one.
    WebAddress::new(url).map_or_else(|_| "ADDRESS".to_owned(), |address| address.shell_word())
}

/// Returns the command that sets the clock of this machine from the network.
fn set_clock() -> String {
    if cfg!(windows) {
        return "w32tm /resync".to_owned();
    }
    let command = if cfg!(target_os = "macos") {
        "sntp -sS time.apple.com"
    } else {
        "timedatectl set-ntp true"
    };
    platform::sudo().to_owned() + command
}
