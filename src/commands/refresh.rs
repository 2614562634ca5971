//! `refresh`: keeps logins alive that nobody uses. Prints no token.
//!
//! With `--all` every login has its turn, whatever became of the others, each with a deadline of its own; it is what a
//! timer runs once a day. The refresh token is spent where it always is, in `broker`.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::account::{Account, LoginState, TokenRequest};
use crate::answer::{self, choose};
use crate::broker::{BrokerError, Need};
use crate::causes::with_causes;
use crate::cli::Refresh;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::escape::escape_line;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::relative_time;
use crate::token::{TokenKind, UnixTime};

/// What `--all` renews: more than a daily timer needs, so that a machine may be off for some days.
const WITHIN: Duration = Duration::from_secs(7 * 24 * 3600);

/// Renews the login of the profile that is chosen, or every login with `--all`, and prints what became of it.
///
/// # Errors
///
/// Why the login of the profile could not be renewed; with `--all` `ReportedOnStdout`, when one could not.
pub(super) fn run(context: &Context, options: &Refresh) -> Result<()> {
    if !options.all {
        let profile = choose::chosen_profile(context)?;
        let account = Account::open(context, profile, TokenRequest::default())?;
        let outcome = renew(context, &account, options.within)?;
        return print_outcomes(context, &[(profile.name.clone(), outcome)]);
    }
    let within = Some(options.within.unwrap_or(WITHIN));
    let mut outcomes = Vec::new();
    for profile in choose::profiles_in_use(context)? {
        // What a slow server takes of its time is not taken from the others.
        let own = context.with(|global| global.profile = Some(profile.name.clone()));
        if let Some(outcome) = renew_in_turn(&own, within) {
            outcomes.push((profile.name.clone(), outcome));
        }
    }
    print_outcomes(context, &outcomes)?;
    if outcomes.iter().any(|(_, outcome)| outcome.is_failure()) {
        return Err(CommandError::ReportedOnStdout.into());
    }
    Ok(())
}

/// What became of a login.
enum Outcome {
    /// With when the new login ends, if that is known.
    Renewed(Option<UnixTime>),
    /// It ends late enough.
    Good(UnixTime),
    /// Its client gets a token whenever one is needed.
    Client,
    /// Only a person can sign in again, by this command, and why.
    NeedsPerson { command: String, why: String },
    /// A later try may succeed; the login is kept.
    Failed(String),
}

impl Outcome {
    fn is_failure(&self) -> bool {
        matches!(self, Self::NeedsPerson { .. } | Self::Failed(_))
    }

    fn text(&self, now: UnixTime) -> String {
        let ends = |at: &UnixTime| format!("the login ends {}", relative_time::relative(*at, now));
        match self {
            Self::Renewed(Some(at)) => format!("renewed; {}", ends(at)),
            Self::Renewed(None) => "renewed".to_owned(),
            Self::Good(at) => format!("not needed; {}", ends(at)),
            Self::Client => "not needed; the client requests a token when one is needed".to_owned(),
            Self::NeedsPerson { command, why } => format!("sign in with `{command}`: {why}"),
            Self::Failed(why) => format!("not renewed, and kept: {why}"),
        }
    }

    fn json(&self, profile: &str) -> Value {
        let (outcome, ends_at, message) = match self {
            Self::Renewed(at) => ("renewed", *at, None),
            Self::Good(at) => ("not_needed", Some(*at), None),
            Self::Client => ("not_needed", None, None),
            Self::NeedsPerson { why, .. } => ("login_required", None, Some(why)),
            Self::Failed(why) => ("failed", None, Some(why)),
        };
        json!({
            "profile": profile,
            "outcome": outcome,
            "login_ends_at": ends_at.and_then(UnixTime::rfc3339),
            "message": message,
        })
    }
}

/// Renews the login of an account unless it ends later than `within` from now.
///
/// # Errors
///
/// Those of [`answer::grant`].
fn renew(context: &Context, account: &Account<'_>, within: Option<Duration>) -> Result<Outcome> {
    if account.has_client() {
        return Ok(Outcome::Client);
    }
    let now = UnixTime::now();
    if let (Some(within), Some(end)) = (within, end_of_login(account)?)
        && now.until(end) > within
    {
        return Ok(Outcome::Good(end));
    }
    let need = Need {
        token: TokenKind::Access,
        min_ttl: account.min_ttl(None),
        refresh: true,
    };
    let granted = answer::grant(context, account, None, need)?;
    Ok(Outcome::Renewed(granted.set.refresh_expires_at()))
}

/// Returns when a stored login ends if nobody uses it, with its access token if nothing renews that; `None` if it is not
/// known.
///
/// # Errors
///
/// When the token file cannot be read.
fn end_of_login(account: &Account<'_>) -> Result<Option<UnixTime>> {
    let Some(stored) = account.store().load()? else {
        return Ok(None);
    };
    Ok(match stored.set.refresh_token {
        Some(_) => stored.set.refresh_expires_at(),
        None => stored
            .set
            .access_expires_at(stored.written_at, UnixTime::now()),
    })
}

/// Renews the login of the profile that the run names; `None` if there is none to renew. A login that has ended is not
/// tried again.
fn renew_in_turn(context: &Context, within: Option<Duration>) -> Option<Outcome> {
    let failed = |error: &anyhow::Error| Outcome::Failed(with_causes(error.as_ref()));
    let profile = match choose::chosen_profile(context) {
        Ok(profile) => profile,
        Err(error) => return Some(failed(&error)),
    };
    let account = match Account::open(context, profile, TokenRequest::default()) {
        Ok(account) => account,
        Err(error) => return Some(Outcome::Failed(with_causes(&error))),
    };
    let needs_person = |why: String| Outcome::NeedsPerson {
        command: profile.login_command(),
        why,
    };
    match account.state() {
        // Nobody has signed in, or a token is given that nothing can renew.
        LoginState::None | LoginState::Environment => return None,
        LoginState::Expired => return Some(needs_person("the login has ended".to_owned())),
        LoginState::Refused(refusal) => return Some(needs_person(refusal.message)),
        LoginState::Foreign(foreign) => return Some(needs_person(foreign.to_string())),
        LoginState::Changed(changed) => return Some(needs_person(changed.to_string())),
        LoginState::KeyBound(bound) => return Some(needs_person(bound.to_string())),
        LoginState::Unreadable(error) => return Some(Outcome::Failed(with_causes(&error))),
        LoginState::ClientCredentials | LoginState::Valid | LoginState::Renewable => {}
    }
    Some(renew(context, &account, within).unwrap_or_else(|error| {
        let ended = |cause: &(dyn std::error::Error + 'static)| {
            let error = cause.downcast_ref();
            error.is_some_and(BrokerError::is_about_the_login)
        };
        if error.chain().any(ended) {
            needs_person(with_causes(error.as_ref()))
        } else {
            failed(&error)
        }
    }))
}

/// Prints a line for each profile, or with `--json` an array of objects.
fn print_outcomes(context: &Context, outcomes: &[(String, Outcome)]) -> Result<()> {
    if context.global.json {
        let rows: Vec<_> = outcomes
            .iter()
            .map(|(profile, outcome)| outcome.json(profile))
            .collect();
        return print(format!("{}\n", Value::from(rows)));
    }
    let is_shown = |outcome: &Outcome| !context.global.quiet || outcome.is_failure();
    if outcomes.is_empty() && !context.global.quiet {
        return print_for_people("There is no login to renew.\n");
    }
    let now = UnixTime::now();
    let line = |(profile, outcome): &(String, Outcome)| {
        format!("{profile}: {}\n", escape_line(&outcome.text(now)))
    };
    let shown = outcomes.iter().filter(|(_, outcome)| is_shown(outcome));
    print_for_people(&shown.map(line).collect::<String>())
}
