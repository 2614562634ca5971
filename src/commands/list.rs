//! `list`: the hosts that can be answered for, for a person, a program, or docker.

use anyhow::Result;
use serde_json::{Value, json};

use super::docker;
use crate::account::{Account, TokenRequest};
use crate::answer::saved;
use crate::cli::Kognic;
use crate::commands::error::speak;
use crate::context::Context;
use crate::escape::excerpt;
use crate::platform::InputKind;
use crate::profile::{Issuer, KOGNIC, Profile};
use crate::protocol::Protocol;
use crate::stdin::{Stdin, Verdict};
use crate::terminal::output::print;
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// What docker writes to the stdin of `list`.
const DOCKER_ASKS: &[u8] = b"unused";

pub(super) fn run(context: &Context) -> Result<()> {
    if !context.global.json && docker_is_asking() {
        return speak(Protocol::Docker, || docker::list(context));
    }
    let mut rows = of_profiles(context)?;
    rows.extend(of_saved(context)?);
    if context.global.json {
        let rows: Vec<_> = rows.iter().map(|row| &row.json).collect();
        return print(format!("{}\n", json!(rows)));
    }
    let width = rows.iter().map(|row| row.host.len()).max().unwrap_or(0);
    let line = |Row { host, text, .. }: &Row| format!("{host:width$}  {text}\n");
    print(rows.iter().map(line).collect::<String>())
}

/// One host: what a program reads of it, and what a person reads.
struct Row {
    host: String,
    text: String,
    json: Value,
}

fn of_profiles(context: &Context) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for profile in crate::answer::choose::profiles_in_use(context)? {
        let is_signed_in = can_answer(context, profile, TokenRequest::default());
        let state = if is_signed_in {
            ""
        } else {
            "  (not signed in)"
        };
        rows.extend(profile.hosts.iter().map(|host| Row {
            host: host.to_string(),
            text: format!("{}{state}", profile.name),
            json: json!({
                "host": host.to_string(), "username": profile.username, "profile": profile.name,
                "signed_in": is_signed_in,
            }),
        }));
    }
    rows.extend(of_environments(context)?);
    Ok(rows)
}

/// Returns the hosts that only Kognic's environments.json names, where its built-in profile answers for those too.
fn of_environments(context: &Context) -> Result<Vec<Row>> {
    let Some(profile) = context.profiles()?.named(KOGNIC) else {
        return Ok(Vec::new());
    };
    let is_open = matches!(&profile.issuer, Issuer::Kognic(settings) if settings.is_open);
    // A broken file of another tool is told to whoever needs it.
    let environments = match context.kognic_environments() {
        Ok(environments) if is_open => environments,
        _ => return Ok(Vec::new()),
    };
    let of_profile: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
    let rows = environments.iter().map(|environment| {
        let (host, name) = (environment.host.to_string(), &environment.name);
        Row {
            text: format!("{} (environment {})", profile.name, excerpt(name)),
            json: json!({
                "host": host, "username": profile.username, "profile": profile.name, "environment": name,
                "signed_in": is_signed_in(context, profile, name),
            }),
            host,
        }
    });
    Ok(rows.filter(|row| !of_profile.contains(&row.host)).collect())
}

fn is_signed_in(context: &Context, profile: &Profile, environment: &str) -> bool {
    let options = Kognic {
        environment: Some(environment.to_owned()),
        ..Kognic::default()
    };
    let request = TokenRequest {
        kognic: Some(&options),
        ..TokenRequest::default()
    };
    // Credentials alone are no login yet: environments.json names servers that may never have been asked.
    let account = Account::open(context, profile, request);
    account.is_ok_and(|account| matches!(account.current(), Ok(Some(_))))
}

fn can_answer(context: &Context, profile: &Profile, request: TokenRequest<'_>) -> bool {
    let account = Account::open(context, profile, request);
    account.is_ok_and(|account| account.state().can_answer())
}

/// Whatever names a saved credential may hold, it moves no cursor and colours nothing.
fn of_saved(context: &Context) -> Result<Vec<Row>> {
    let kept = saved::load(context)?;
    let now = UnixTime::now();
    let entries = kept.entries().iter().map(|entry| {
        let end = entry.expires_at.map(|at| {
            let verb = if at > now { "runs" } else { "ran" };
            format!(", {verb} out {}", relative_time::relative(at, now))
        });
        Row {
            host: excerpt(&entry.address()),
            text: format!(
                "saved {}{}{}",
                excerpt(entry.kind()),
                of_user(entry.username.as_deref()),
                end.unwrap_or_default()
            ),
            json: json!({
                "protocol": entry.target.scheme(), "host": entry.target.host_and_port(), "path": entry.path,
                "username": entry.username, "saved": entry.kind(), "sealed": kept.is_sealed,
                "expires_at": entry.expires_at.and_then(UnixTime::rfc3339),
            }),
        }
    });
    let registries = kept.registries().iter().map(|registry| Row {
        host: excerpt(&registry.server_url),
        text: format!("saved registry login{}", of_user(Some(&registry.username))),
        json: json!({
            "host": registry.server_url, "username": registry.username, "saved": "registry",
            "sealed": kept.is_sealed,
        }),
    });
    Ok(entries.chain(registries).collect())
}

fn of_user(username: Option<&str>) -> String {
    let username = username.filter(|username| !username.is_empty());
    username.map_or_else(String::new, |username| format!(" of {}", excerpt(username)))
}

fn docker_is_asking() -> bool {
    let mut judge = |bytes: &[u8], _is_whole: bool| {
        if DOCKER_ASKS.starts_with(bytes) {
            Verdict::More
        } else {
            Verdict::Enough
        }
    };
    Stdin::open().preview(&mut judge).is_some_and(|seen| {
        seen.is_complete && seen.kind != InputKind::File && *seen.bytes == DOCKER_ASKS
    })
}
