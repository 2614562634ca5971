//! `hosts`: every profile with its hosts, and where each comes from.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Value, json};

use crate::answer::choose::{chosen_profile, named_profile};
use crate::context::Context;
use crate::escape::excerpt;
use crate::profile::{Issuer, Profile};
use crate::terminal::output::print;

/// Prints the hosts of the profile that is named, else of every profile: as a table, or with `--json` as one array.
/// Fails if the configuration cannot be read, or there is no profile of that name.
pub(super) fn run(context: &Context) -> Result<()> {
    let profiles = match named_profile(context)? {
        Some(_) => vec![chosen_profile(context)?],
        None => context.profiles()?.iter().collect(),
    };
    let rows = profiles
        .iter()
        .map(|profile| (*profile, rows(context, profile)));
    let rows: Vec<(&Profile, Vec<Row>)> = rows.collect();
    if context.global.json {
        let objects = rows
            .iter()
            .flat_map(|(profile, rows)| rows.iter().map(|row| row.json(profile)));
        let objects: Vec<_> = objects.collect();
        return print(format!("{}\n", Value::from(objects)));
    }
    let all = rows.iter().flat_map(|(_, rows)| rows);
    let width = all.map(|row| row.host.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (profile, rows) in &rows {
        let _ = writeln!(text, "{}", profile.name);
        for Row { host, source, .. } in rows {
            let line = format!("  {host:width$}  {source}");
            let _ = writeln!(text, "{}", line.trim_end());
        }
        if rows.is_empty() {
            text += "  no hosts\n";
        }
    }
    print(text)
}

/// A host of a profile.
struct Row {
    host: String,
    /// Where it comes from, for a person; empty for one that the configuration file names.
    source: String,
    is_built_in: bool,
    /// The name in Kognic's environments.json, if that names it.
    environment: Option<String>,
}

impl Row {
    /// Returns its JSON object.
    fn json(&self, profile: &Profile) -> Value {
        let mut object = json!({
            "host": self.host, "profile": profile.name, "built_in": self.is_built_in,
        });
        if let (Some(name), Some(object)) = (&self.environment, object.as_object_mut()) {
            object.insert("environment".to_owned(), json!(name));
        }
        object
    }
}

/// Returns a row for each host of a profile: its own, those of the configuration, its resource, and those that only
/// Kognic's environments.json names.
fn rows(context: &Context, profile: &Profile) -> Vec<Row> {
    let mut rows: Vec<_> = profile
        .places()
        .map(|host| {
            let is_resource = profile.issuer.resource_place() == Some(host);
            let is_own = profile.own_hosts.contains(host);
            let is_built_in = is_own && profile.is_built_in();
            let source = match () {
                () if is_resource => "the resource of its tokens".to_owned(),
                () if is_built_in => "built in".to_owned(),
                () if is_own => format!("as provider {} has it", profile.issuer.kind().word()),
                () => String::new(),
            };
            Row {
                host: host.to_string(),
                source,
                is_built_in,
                environment: None,
            }
        })
        .collect();
    for row in environment_rows(context, profile) {
        if rows.iter().all(|known| known.host != row.host) {
            rows.push(row);
        }
    }
    rows
}

/// Returns the hosts in Kognic's environments.json; none if the profile does not use that file, or it cannot be read.
fn environment_rows(context: &Context, profile: &Profile) -> Vec<Row> {
    let uses_environments =
        matches!(&profile.issuer, Issuer::Kognic(settings) if settings.uses_environments);
    if !uses_environments {
        return Vec::new();
    }
    // If another tool's file is broken, that is an error of the commands that need it, not of this one.
    match context.kognic_environments() {
        Ok(environments) => environments
            .iter()
            .map(|environment| Row {
                host: environment.host.to_string(),
                source: format!("environment {}", excerpt(&environment.name)),
                is_built_in: false,
                environment: Some(environment.name.clone()),
            })
            .collect(),
        Err(_) => Vec::new(),
    }
}
