//! `which [URL]`: which profile would answer, by which rule, from which store, how old, and what happened last.

use anyhow::Result;
use serde_json::{Value, json};

use super::{Problem, choose, human, print, rule_text};
use crate::account::Account;
use crate::broker::Need;
use crate::cli::Which;
use crate::context::Context;
use crate::profile::Choice;
use crate::protocol::Origin;
use crate::store::Journal;
use crate::token::UnixTime;

pub(super) fn run(context: &Context, options: &Which) -> Result<()> {
    let origin = options
        .url
        .as_deref()
        .map(Origin::parse)
        .transpose()
        .map_err(Problem::BadAddress)?;
    let Choice::Profile(profile, rule) = choose(context, origin.as_ref(), None)? else {
        return Err(
            Problem::NotMine(origin.map_or_else(String::new, |origin| origin.to_string())).into(),
        );
    };
    let account = Account::open(context, profile)?;
    let now = UnixTime::now();
    let stored = account.store().load().map(|stored| {
        stored.map(|stored| {
            let ends = stored.set.access_expires_at(stored.written_at, now);
            (stored.written_at, ends)
        })
    });
    let need = Need::access(account.min_ttl(None));
    let mut rows = vec![
        (
            "profile",
            Value::from(profile.name.clone()),
            profile.name.clone(),
        ),
        ("rule", json!(rule_text(rule)), rule_text(rule).to_owned()),
    ];
    let mut row = |name, value: Value, text: String| rows.push((name, value, text));
    if account.given().is_some() {
        row(
            "source",
            json!("environment"),
            "a token from the environment, while it lasts".into(),
        );
    }
    let path = account.store().path().display().to_string();
    row("store", json!(path), path);
    match stored {
        Err(error) => row("error", json!(error.to_string()), error.to_string()),
        Ok(None) => row(
            "login",
            Value::Null,
            format!("none; sign in with `{}`", profile.login_command()),
        ),
        Ok(Some((written_at, ends))) => {
            if let Some(at) = written_at {
                row(
                    "written_at",
                    json!(at.to_string()),
                    human::relative(at, now),
                );
            }
            let refresh_at =
                ends.map(|end| UnixTime::from_secs(end.as_secs() - seconds(need.min_ttl)));
            let text = match refresh_at {
                Some(at) if at > now => human::relative(at, now),
                Some(_) => "when next asked for".to_owned(),
                None => "not until a server refuses the token".to_owned(),
            };
            row(
                "next_refresh",
                json!(refresh_at.map(|at| at.to_string())),
                text,
            );
        }
    }
    match account.store().journal() {
        Some(Journal::Failed(failure)) => {
            let text = format!(
                "{} ({}, {})",
                failure.message,
                failure.code,
                human::relative(failure.at, now)
            );
            row(
                "last_error",
                json!({ "error": failure.code, "message": failure.message, "at": failure.at.to_string() }),
                text,
            );
        }
        Some(Journal::Spending { at, pid, .. }) => {
            let text = format!(
                "a refresh of process {pid} was cut off {}",
                human::relative(at, now)
            );
            row(
                "last_error",
                json!({ "error": "cut_off", "pid": pid, "at": at.to_string() }),
                text,
            );
        }
        None => {}
    }
    if context.global.json {
        let object: serde_json::Map<_, _> = rows
            .into_iter()
            .map(|(name, value, _)| (name.to_owned(), value))
            .collect();
        return print(format!("{}\n", Value::from(object)));
    }
    print(
        rows.iter()
            .map(|(name, _, text)| format!("{:13} {text}\n", name.replace('_', " ")))
            .collect::<String>(),
    )
}

fn seconds(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_secs()).unwrap_or(i64::MAX)
}
