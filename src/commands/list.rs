//! `list`: the hosts of the profiles in use and of saved credentials, as a table, as JSON, or as docker's protocol has
//! it.

use anyhow::Result;
use serde_json::{Value, json};

use super::docker;
use crate::account::{Account, TokenRequest};
use crate::answer::saved;
use crate::cli::Kognic;
use crate::commands::error::as_helper;
use crate::context::Context;
use crate::escape::excerpt;
use crate::platform::InputKind;
use crate::profile::{Issuer, KOGNIC, Profile};
use crate::protocol::Protocol;
use crate::stdin::{Stdin, Verdict};
use crate::terminal::output::{print, print_for_people};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// What docker writes to the stdin of a helper's `list`.
const DOCKER_INPUT: &[u8] = b"unused";

/// Prints the hosts: with `--json` as one array, else in docker's format if docker runs it, else as a table. Fails if
/// the configuration or the saved credentials cannot be read.
pub(super) fn run(context: &Context) -> Result<()> {
    if !context.global.json && is_run_by_docker() {
        return as_helper(Protocol::Docker, || docker::list(context));
    }
    let mut rows = profile_rows(context)?;
    rows.extend(saved_rows(context)?);
    if context.global.json {
        let rows: Vec<_> = rows.iter().map(|row| &row.json).collect();
        return print(format!("{}\n", json!(rows)));
    }
    let width = rows.iter().map(|row| row.host.len()).max().unwrap_or(0);
    let line = |Row { host, text, .. }: &Row| format!("{host:width$}  {text}\n");
    print_for_people(&rows.iter().map(line).collect::<String>())
}

/// One host, as a line of the table and as JSON.
struct Row {
    host: String,
    text: String,
    json: Value,
}

/// Returns a row for each host of the profiles in use, then those of Kognic's environments. Fails if the configuration
/// cannot be read.
fn profile_rows(context: &Context) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for profile in crate::answer::choose::profiles_in_use(context)? {
        let is_signed_in = Account::open(context, profile, TokenRequest::default())
            .is_ok_and(|account| account.state().can_answer());
        let state = if is_signed_in {
            ""
        } else {
            "  (not signed in)"
        };
        rows.extend(profile.places().map(|host| Row {
            host: host.to_string(),
            text: format!("{}{state}", profile.name),
            json: json!({
                "host": host.to_string(), "username": profile.username, "profile": profile.name,
                "signed_in": is_signed_in,
            }),
        }));
    }
    rows.extend(environment_rows(context)?);
    Ok(rows)
}

/// Returns the hosts that only Kognic's environments.json names; none if the profile `kognic` does not use that file or
/// it cannot be read.
fn environment_rows(context: &Context) -> Result<Vec<Row>> {
    let Some(profile) = context.profiles()?.named(KOGNIC) else {
        return Ok(Vec::new());
    };
    let uses_environments =
        matches!(&profile.issuer, Issuer::Kognic(settings) if settings.uses_environments);
    // If another tool's file is broken, that is an error of the commands that need it, not of this one.
    let environments = match context.kognic_environments() {
        Ok(environments) if uses_environments => environments,
        _ => return Ok(Vec::new()),
    };
    let listed: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
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
    Ok(rows.filter(|row| !listed.contains(&row.host)).collect())
}

/// Returns whether there is a token set for this environment of the profile; false also if it cannot be read.
fn is_signed_in(context: &Context, profile: &Profile, environment: &str) -> bool {
    let options = Kognic {
        environment: Some(environment.to_owned()),
        ..Kognic::default()
    };
    let request = TokenRequest {
        kognic: Some(&options),
        ..TokenRequest::default()
    };
    let account = Account::open(context, profile, request).ok();
    account.is_some_and(|account| account.current().is_ok_and(|set| set.is_some()))
}

/// Returns a row for each saved credential and registry login, expired ones too. In the table names are escaped for a
/// terminal, as other programs chose them; in JSON they are not. Fails if the file cannot be read.
fn saved_rows(context: &Context) -> Result<Vec<Row>> {
    let saved = saved::load(context)?;
    let now = UnixTime::now();
    let entries = saved.entries().iter().map(|entry| {
        let expiry = entry.expires_at.map(|at| {
            let verb = if at > now { "expires" } else { "expired" };
            format!(", {verb} {}", relative_time::relative(at, now))
        });
        Row {
            host: excerpt(&entry.address()),
            text: format!(
                "saved {}{}{}",
                excerpt(entry.kind()),
                of_user(entry.username.as_deref()),
                expiry.unwrap_or_default()
            ),
            json: json!({
                "protocol": entry.target.scheme(), "host": entry.target.host_and_port(), "path": entry.path,
                "username": entry.username, "saved": entry.kind(), "sealed": saved.is_sealed,
                "expires_at": entry.expires_at.and_then(UnixTime::rfc3339),
            }),
        }
    });
    let registries = saved.registries().iter().map(|registry| Row {
        host: excerpt(&registry.server_url),
        text: format!("saved registry login{}", of_user(Some(&registry.username))),
        json: json!({
            "host": registry.server_url, "username": registry.username, "saved": "registry",
            "sealed": saved.is_sealed,
        }),
    });
    Ok(entries.chain(registries).collect())
}

/// Returns ` of NAME`, escaped for a terminal, or an empty text if there is no user name or an empty one.
fn of_user(username: Option<&str>) -> String {
    let username = username.filter(|username| !username.is_empty());
    username.map_or_else(String::new, |username| format!(" of {}", excerpt(username)))
}

/// Returns whether stdin holds exactly what docker writes and is no file; it is not consumed.
fn is_run_by_docker() -> bool {
    let mut judge = |bytes: &[u8], _is_whole: bool| {
        if DOCKER_INPUT.starts_with(bytes) {
            Verdict::More
        } else {
            Verdict::Enough
        }
    };
    Stdin::open().preview(&mut judge).is_some_and(|seen| {
        seen.is_complete && seen.kind != InputKind::File && *seen.bytes == DOCKER_INPUT
    })
}
