//! docker: which helper its `config.json` names for our hosts (`credHelpers`, then `credsStore`), and whether the file
//! itself holds a password (`auths`). Of an entry only its name is read, and whether it holds anything.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::super::check::{About, Check, edit_command};
use super::report::ClientReport;
use crate::clients::docker_podman::docker_file;
use crate::clients::overruled::docker::login_in_variable;
use crate::clients::programs::{DOCKER_HELPER, PROGRAM_NAME, is_prusa_cred, problem_of};
use crate::clients::registry_logins::holds_login;
use crate::context::read_text;
use crate::credential::Origin;
use crate::escape::shell_word_of;
use crate::program::find;
use crate::protocol::docker::key_of;

const ID: &str = "client.docker";

/// Adds a check for each host, and the name of our link if docker runs it; one check alone if there is no `config.json`
/// (skipped) or it cannot be read (broken).
pub(super) fn check(hosts: &[&Origin], report: &mut ClientReport) {
    let about = About::new(ID, "docker");
    let Ok(path) = docker_file() else {
        return report
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
                return report.checks.push(check);
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("docker has no {}", path.display());
            return report.checks.push(about.skipped(message));
        }
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            return report
                .checks
                .push(about.broken(message, edit_command(&path)));
        }
    };
    let config = Config { path, config };
    if config.runs_ours() {
        report.needed_names.push(DOCKER_HELPER.to_owned());
    }
    let checks = hosts.iter().map(|origin| config.check_host(origin));
    report.checks.extend(checks);
}

struct Config {
    path: PathBuf,
    config: Map<String, Value>,
}

impl Config {
    /// Returns the text under this key of the configuration, or `None` if it is missing or no text.
    fn text(&self, key: &str) -> Option<&str> {
        self.config.get(key)?.as_str()
    }

    /// Returns the helper for all registries (`credsStore`), or `None` if it is missing or empty.
    fn store(&self) -> Option<&str> {
        self.text("credsStore").filter(|name| !name.is_empty())
    }

    /// Returns whether `credsStore` or an entry of `credHelpers` is exactly `prusa-cred`, which docker runs by the name
    /// of our link.
    fn runs_ours(&self) -> bool {
        let helpers = self.config.get("credHelpers").and_then(Value::as_object);
        let mut helpers = helpers.into_iter().flat_map(Map::values);
        self.store() == Some(PROGRAM_NAME) || helpers.any(|name| name == PROGRAM_NAME)
    }

    /// Reports which source docker would use for the host: ok if prusa-cred; a warning if a password
    /// (`DOCKER_AUTH_CONFIG`, or `auths` if no helper is named), or if another helper although docker asks prusa-cred
    /// for other hosts; otherwise skipped.
    fn check_host(&self, origin: &Origin) -> Check {
        let host = origin.host_and_port();
        let about = About::new(ID, format!("docker {host}"));
        let key = key_of(origin);
        let path: &Path = &self.path;
        let fix = edit_command(path);
        if let Some(found) = login_in_variable(&key) {
            let message =
                "DOCKER_AUTH_CONFIG holds a password for it, which is used before prusa-cred";
            return about.warning(message, found.mend);
        }
        let helpers = self.config.get("credHelpers");
        let helper = match helpers.and_then(|it| it.get(&key)) {
            // An empty one means the logins in the file, whatever `credsStore` is.
            Some(name) => name.as_str().filter(|name| !name.is_empty()),
            None => self.store(),
        };
        // A missing one is told among the names on PATH.
        let other = || find(DOCKER_HELPER).and_then(|_| problem_of(DOCKER_HELPER));
        match helper {
            Some(name) if is_prusa_cred(name) => match other() {
                Some(problem) => about.broken(problem, fix),
                None => about.ok(format!("asks {name} ({})", path.display())),
            },
            Some(name) if self.runs_ours() => about.warning(
                format!("{} names {name} for it, not prusa-cred", path.display()),
                fix,
            ),
            None if holds_login(self.config.get("auths"), &key) => about.warning(
                format!("{} itself holds a password for it", path.display()),
                format!("docker logout {}", shell_word_of(&host)),
            ),
            _ => about.skipped("docker is not set up to ask prusa-cred"),
        }
    }
}
