//! What other programs are told to ask, as their own configuration has it; read, never changed.
//!
//! git and docker are looked at host by host, each in a file here that says two things: how it stands with our hosts, and
//! the names that it will run. kubectl has a file here as it is better not run; the others are as `setup` sees them.

mod docker;
mod git;
mod kubectl;

use clap::ValueEnum as _;

use super::CheckContext;
use super::check::{About, Check};
use crate::causes::with_causes;
use crate::cli::Client;
use crate::clients::client_state::{ClientState, state};
use crate::credential::Origin;
use crate::profile::Profile;

/// What the clients' configurations say.
#[derive(Debug, Default)]
pub(super) struct Clients {
    pub(super) checks: Vec<Check>,
    /// The names of programs that a client will run.
    pub(super) needed: Vec<String>,
}

/// Looks at every client that is known.
pub(super) fn look(patient: &CheckContext<'_>, profiles: &[&Profile]) -> Clients {
    let hosts = hosts(profiles);
    let mut clients = Clients::default();
    git::look(patient, &hosts, &mut clients);
    docker::look(&hosts, &mut clients);
    kubectl::look(&mut clients);
    for (client, id) in Client::value_variants()
        .iter()
        .filter_map(|it| Some((*it, id(*it)?)))
    {
        let checks = profiles
            .iter()
            .map(|profile| of_other(patient, client, id, profile));
        clients.checks.extend(checks);
    }
    clients
}

/// Returns the name of the check, for clients that have no file here.
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

fn of_other(
    patient: &CheckContext<'_>,
    client: Client,
    id: &'static str,
    profile: &Profile,
) -> Check {
    let about = About::new(id, format!("{} for {}", client.name(), profile.name));
    let show = format!(
        "prusa-cred setup {} --profile {}",
        client.word(),
        profile.name
    );
    match state(patient.context, client, profile) {
        Ok(ClientState::NotSetUp) => about.skipped("not told to ask prusa-cred"),
        Ok(ClientState::AsksPrusaCred { file }) => about.ok(format!("asks prusa-cred ({file})")),
        Ok(ClientState::AsksOthersFirst { others }) => {
            let message = format!(
                "asks {} instead of prusa-cred, or before",
                others.join(", ")
            );
            about.warning(message, show)
        }
        Ok(ClientState::Broken { reason }) => about.broken(reason, format!("{show} --apply")),
        Err(error) => about.broken(with_causes(error.as_ref()), show),
    }
}

/// Returns the hosts that profiles name one by one, each once.
fn hosts<'p>(profiles: &[&'p Profile]) -> Vec<&'p Origin> {
    let mut hosts: Vec<&Origin> = Vec::new();
    let all = profiles.iter().flat_map(|profile| &profile.hosts);
    for origin in all.filter_map(|host| host.exact_origin()) {
        if !hosts.contains(&origin) {
            hosts.push(origin);
        }
    }
    hosts
}
