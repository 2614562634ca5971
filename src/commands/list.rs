//! `list`: the hosts that can be answered for, for a person, a program, or docker.

use anyhow::Result;
use serde_json::json;

use super::{docker, print, speak};
use crate::account::Account;
use crate::context::Context;
use crate::platform::InputKind;
use crate::protocol::Protocol;
use crate::stdin::Stdin;
use crate::stdin::Verdict;

/// What docker writes to the stdin of `list`.
const DOCKER_ASKS: &[u8] = b"unused";

pub(super) fn run(context: &Context) -> Result<()> {
    if !context.global.json && docker_is_asking() {
        return speak(Protocol::Docker, || docker::list(context));
    }
    let mut rows = Vec::new();
    for profile in context.profiles()?.iter() {
        let is_signed_in = Account::known_login(context, profile).is_signed_in;
        rows.extend(
            profile
                .hosts
                .iter()
                .map(|host| (host.to_string(), profile, is_signed_in)),
        );
    }
    if context.global.json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(host, profile, is_signed_in)| {
                json!({
                    "host": host, "username": profile.username, "profile": profile.name, "signed_in": is_signed_in,
                })
            })
            .collect();
        return print(format!("{}\n", json!(rows)));
    }
    let width = rows.iter().map(|(host, ..)| host.len()).max().unwrap_or(0);
    let line = |(host, profile, is_signed_in): &(String, &crate::profile::Profile, bool)| {
        let state = if *is_signed_in {
            ""
        } else {
            "  (not signed in)"
        };
        format!("{host:width$}  {}{state}\n", profile.name)
    };
    print(rows.iter().map(line).collect::<String>())
}

fn docker_is_asking() -> bool {
    let mut judge = |bytes: &[u8], _is_whole: bool| {
        if DOCKER_ASKS.starts_with(bytes) {
            Verdict::More
        } else {
            Verdict::Enough
        }
    };
    Stdin::open().look(&mut judge).is_some_and(|seen| {
        seen.is_whole && seen.kind != InputKind::File && *seen.bytes == DOCKER_ASKS
    })
}
