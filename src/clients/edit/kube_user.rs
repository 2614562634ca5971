//! A user of a kubeconfig that runs `prusa-cred kube`. kubectl itself makes the change, on a scratch copy.

use std::path::Path;

use serde_json::{Value, json};

use super::super::client_command::{ClientCommand, on_copy, why};
use super::entry_state::{Found, Why};
use crate::clients::programs::OURS;

const VERSION: &str = "client.authentication.k8s.io/v1";

/// A user of a kubeconfig.
pub(crate) struct KubeUser {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) kubectl: ClientCommand,
}

impl KubeUser {
    /// Returns the whole configuration in a file, as kubectl reads it.
    pub(crate) fn view(&self, file: &Path) -> Result<Value, Why> {
        let file = file.to_string_lossy();
        let words = ["config", "view", "--kubeconfig", &file, "--output", "json"];
        let ran = self.kubectl.run(&words, &[])?;
        if !ran.status.success() {
            return Err(why(&ran));
        }
        serde_json::from_slice(&ran.stdout).map_err(|_| "kubectl shows no JSON of it".to_owned())
    }

    pub(crate) fn found(&self, text_of_file: &str) -> Result<Found, Why> {
        let (config, _) = on_copy(text_of_file, |file| self.view(file))?;
        let is_meant = |user: &&Value| text(user, &["name"]) == Some(&self.name);
        let Some(user) = list(&config, "users").find(is_meant) else {
            return Ok(Found::Absent);
        };
        let exec = user.get("user").and_then(|user| user.get("exec"));
        let has = |name: &str, wanted: &Value| exec.and_then(|exec| exec.get(name)) == Some(wanted);
        let is_ours = has("apiVersion", &json!(VERSION))
            && has("command", &json!(OURS))
            && has("args", &json!(self.arguments))
            && has("interactiveMode", &json!("Never"))
            && has("provideClusterInfo", &json!(true));
        Ok(if is_ours {
            Found::Ours
        } else {
            Found::Changed(format!("another user {}", self.name))
        })
    }

    fn arguments(&self) -> Vec<String> {
        let mut words: Vec<_> = ["config", "set-credentials", self.name.as_str()]
            .map(str::to_owned)
            .to_vec();
        words.push(format!("--exec-api-version={VERSION}"));
        words.push(format!("--exec-command={OURS}"));
        words.extend(
            self.arguments
                .iter()
                .map(|word| format!("--exec-arg={word}")),
        );
        words.push("--exec-interactive-mode=Never".to_owned());
        words.push("--exec-provide-cluster-info=true".to_owned());
        words
    }

    fn config(&self, file: &Path, words: &[String]) -> Result<(), Why> {
        let file = format!("--kubeconfig={}", file.display());
        let words: Vec<_> = words
            .iter()
            .map(String::as_str)
            .chain([file.as_str()])
            .collect();
        self.kubectl.do_it(&words, &[])
    }

    pub(crate) fn put(&self, text: &str) -> Result<String, Why> {
        let change = |file: &Path| self.config(file, &self.arguments());
        Ok(on_copy(text, change)?.1)
    }

    pub(crate) fn take(&self, text: &str) -> Result<String, Why> {
        let words = ["config", "delete-user", &self.name].map(str::to_owned);
        let change = |file: &Path| self.config(file, &words);
        Ok(on_copy(text, change)?.1)
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        vec![format!("kubectl {}", self.arguments().join(" "))]
    }
}

/// Returns the YAML of such a user, for a person to add.
pub(crate) fn user_yaml(name: &str, arguments: &[String]) -> String {
    format!(
        "users:\n- name: {name}\n  user:\n    exec:\n      apiVersion: {VERSION}\n      command: {OURS}\n      \
         args: [{}]\n      interactiveMode: Never\n      provideClusterInfo: true\n",
        arguments.join(", ")
    )
}

pub(crate) fn list<'v>(config: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    config
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

pub(crate) fn text<'v>(value: &'v Value, names: &[&str]) -> Option<&'v str> {
    let mut value = value;
    for name in names {
        value = value.get(name)?;
    }
    value.as_str()
}
