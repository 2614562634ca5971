//! docker: which helper its `config.json` names for our hosts, and whether a password stands in the file itself
//! ([`crate::protocol::docker`]). Of an entry only its name is looked at, and whether it holds anything.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::check::{About, Check, edit_command};
use super::Clients;
use crate::clients::docker_podman::{docker_file, holds_login};
use crate::clients::programs::{DOCKER_HELPER, PROGRAM_NAME, is_prusa_cred};
use crate::context::{read_text, variable};
use crate::credential::Origin;
use crate::protocol::docker::key_of;

const ID: &str = "client.docker";

pub(super) fn look(hosts: &[&Origin], clients: &mut Clients) {
    let about = About::new(ID, "docker");
    let Ok(path) = docker_file() else {
        return clients
            .checks
            .push(about.skipped("there is no home directory"));
    };
    let config = match read_text(&path) {
        Ok(text) => match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(config) => config,
            Err(error) => {
                let message = format!(
                    "{} is not a JSON object: line {}, column {}",
                    path.display(),
                    error.line(),
                    error.column()
                );
                let check = about.broken(message, edit_command(&path));
                return clients.checks.push(check);
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("docker has no {}", path.display());
            return clients.checks.push(about.skipped(message));
        }
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            return clients
                .checks
                .push(about.broken(message, edit_command(&path)));
        }
    };
    let config = Config { path, config };
    if config.runs_ours() {
        clients.needed.push(DOCKER_HELPER.to_owned());
    }
    let of_hosts = hosts.iter().map(|origin| config.of_host(origin));
    clients.checks.extend(of_hosts);
}

struct Config {
    path: PathBuf,
    config: Map<String, Value>,
}

impl Config {
    fn text(&self, key: &str) -> Option<&str> {
        self.config.get(key)?.as_str()
    }

    fn store(&self) -> Option<&str> {
        self.text("credsStore").filter(|name| !name.is_empty())
    }

    fn runs_ours(&self) -> bool {
        let helpers = self.config.get("credHelpers").and_then(Value::as_object);
        let mut helpers = helpers.into_iter().flat_map(Map::values);
        self.store() == Some(PROGRAM_NAME) || helpers.any(|name| name == PROGRAM_NAME)
    }

    fn of_host(&self, origin: &Origin) -> Check {
        let host = origin.host_and_port();
        let about = About::new(ID, format!("docker {host}"));
        let key = key_of(origin);
        let path: &Path = &self.path;
        let mend = edit_command(path);
        if holds_login(from_variable().as_ref(), &key) {
            let message =
                "DOCKER_AUTH_CONFIG holds a password for it, which goes before prusa-cred";
            return about.warning(message, "unset DOCKER_AUTH_CONFIG");
        }
        let of_host = self.config.get("credHelpers").and_then(|it| it.get(&key));
        match of_host.and_then(Value::as_str).or_else(|| self.store()) {
            Some(name) if is_prusa_cred(name) => {
                about.ok(format!("asks {name} ({})", path.display()))
            }
            Some(name) if self.runs_ours() => about.warning(
                format!("{} names {name} for it, not prusa-cred", path.display()),
                mend,
            ),
            None if holds_login(self.config.get("auths"), &key) => about.warning(
                format!("a password stands in {} itself", path.display()),
                format!("docker logout {host}"),
            ),
            _ => about.skipped("docker is not told to ask prusa-cred"),
        }
    }
}

/// Returns the `auths` that a variable gives.
fn from_variable() -> Option<Value> {
    let text = variable("DOCKER_AUTH_CONFIG").ok()??;
    let mut object: Map<String, Value> = serde_json::from_str(&text).ok()?;
    object.remove("auths")
}
