//! What other programs are told to ask, as their own configuration has it; read, never changed.
//!
//! Each client is one file here and says two things: how it stands with our hosts, and the names that it will run.

mod docker;
mod git;

use std::path::Path;

use super::Patient;
use super::check::Check;
use crate::profile::Profile;
use crate::protocol::Origin;

/// What the clients' configurations say.
#[derive(Debug, Default)]
pub(super) struct Clients {
    pub(super) checks: Vec<Check>,
    /// The names of programs that a client will run.
    pub(super) needed: Vec<String>,
}

/// Looks at every client that is known.
pub(super) fn look(patient: &Patient<'_>, profiles: &[&Profile]) -> Clients {
    let hosts = hosts(profiles);
    let mut clients = Clients::default();
    git::look(patient, &hosts, &mut clients);
    docker::look(&hosts, &mut clients);
    clients
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

/// Returns whether a program's name, or the path to it, is one of ours.
fn is_ours(program: &str) -> bool {
    let name = Path::new(program)
        .file_stem()
        .and_then(|name| name.to_str());
    name.is_some_and(|name| name == "prusa-cred" || name.ends_with("-credential-prusa-cred"))
}
