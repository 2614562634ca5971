//! Whether other programs ask prusa-cred, according to their own configuration, which is read and never changed.
//!
//! git and docker are checked host by host, and for the names of our links that they run. kubectl's files are read
//! without running it. All other clients are checked with the functions of `setup`.

mod docker;
mod git;
mod kubectl;
mod report;

use std::path::Path;

use clap::ValueEnum as _;

use super::check::{About, Check, shell_word};
use super::context::CheckContext;
use crate::causes::with_causes;
use crate::cli::Client;
use crate::clients::backup::{backup_of, files_with_backup};
use crate::clients::client_state::{ClientState, state};
use crate::clients::overruled::Overruling;
use crate::credential::Origin;
use crate::profile::Profile;
use report::ClientReport;

/// Returns the checks of every client that `setup` knows, and the names of our links that the configurations of git and
/// docker run.
pub(super) fn checks(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> ClientReport {
    let hosts = hosts(profiles);
    let mut report = ClientReport::default();
    git::check(ctx, profiles, &mut report);
    docker::check(&hosts, &mut report);
    kubectl::check(ctx, profiles, &mut report);
    for (client, id) in Client::value_variants()
        .iter()
        .filter_map(|it| Some((*it, id(*it)?)))
    {
        let checks = profiles
            .iter()
            .map(|profile| check_client(ctx, client, id, profile));
        report.checks.extend(checks);
    }
    let files = files_with_backup(ctx.context);
    report.checks.extend(files.iter().map(|file| backup(file)));
    report
}

/// Reports a backup of a client's file: a warning, as that may hold secrets that the file no longer has.
fn backup(file: &Path) -> Check {
    let (path, file) = (backup_of(file), file.display());
    let message = format!(
        "{} holds all that {file} held before `prusa-cred setup`, secrets included",
        path.display()
    );
    let about = About::new("client.backup", path.display().to_string());
    about.warning(message, format!("rm {}", shell_word(&path)))
}

/// Returns the id of the check, or `None` for clients that have their own module here.
fn id(client: Client) -> Option<&'static str> {
    Some(match client {
        Client::Git | Client::Docker | Client::Kubectl => return None,
        Client::Podman => "client.podman",
        Client::Cargo => "client.cargo",
        Client::Bazel => "client.bazel",
        Client::Terraform => "client.terraform",
        Client::Go => "client.go",
        Client::Pip => "client.pip",
        Client::Uv => "client.uv",
        Client::ClaudeCode => "client.claude_code",
        Client::VsCode => "client.vscode",
    })
}

/// Reports whether a client asks prusa-cred for a profile; skipped if not set up, a warning if others are asked first,
/// broken if what is set up cannot work or the client's configuration cannot be read.
fn check_client(
    ctx: &CheckContext<'_>,
    client: Client,
    id: &'static str,
    profile: &Profile,
) -> Check {
    let about = About::new(id, format!("{} for {}", client.name(), profile.name));
    if ctx.config_error.is_some() {
        return about.skipped("not checked while the configuration is not valid");
    }
    let show = format!(
        "prusa-cred setup {} --profile {}",
        client.word(),
        profile.name
    );
    match state(ctx.context, client, profile) {
        Ok(ClientState::NotSetUp) => about.skipped("not set up to ask prusa-cred"),
        Ok(ClientState::AsksPrusaCred { place }) => about.ok(format!("asks prusa-cred ({place})")),
        Ok(ClientState::Overruled { by }) => overruled(about, &by),
        Ok(ClientState::AsksOthersFirst { others }) => {
            let message = format!(
                "asks {} instead of prusa-cred, or before it",
                others.join(", ")
            );
            about.warning(message, show)
        }
        Ok(ClientState::Broken { reason }) => about.broken(reason, format!("{show} --apply")),
        Err(error) => about.broken(with_causes(error.as_ref()), show),
    }
}

/// Returns the warning about settings that a client follows before prusa-cred; the fix is about the first.
fn overruled(about: About, by: &[Overruling]) -> Check {
    let what: Vec<_> = by.iter().map(|it| it.what.as_str()).collect();
    let fix = by.first().map(|it| it.mend.clone()).unwrap_or_default();
    let message = format!(
        "set up to ask prusa-cred, but follows {} first",
        what.join(", ")
    );
    about.warning(message, fix)
}

/// Returns the hosts of the profiles, without patterns, parts of a host and duplicates.
fn hosts<'p>(profiles: &[&'p Profile]) -> Vec<&'p Origin> {
    let mut hosts: Vec<&Origin> = Vec::new();
    let all = profiles.iter().flat_map(|profile| &profile.hosts);
    for origin in all.filter_map(|host| host.whole_origin()) {
        if !hosts.contains(&origin) {
            hosts.push(origin);
        }
    }
    hosts
}
