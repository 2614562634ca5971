//! A user of a kubeconfig that runs `prusa-cred kube`. kubectl itself makes the change, on a scratch copy.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::client_command::{ClientCommand, first_error_line, with_scratch_copy};
use super::entry_state::{EditError, EntryState};
use crate::clients::programs::PROGRAM_NAME;

const VERSION: &str = "client.authentication.k8s.io/v1";

/// A user of a kubeconfig that runs prusa-cred.
#[derive(Serialize, Deserialize)]
pub(crate) struct KubeUser {
    pub(crate) name: String,
    /// The arguments of prusa-cred.
    pub(crate) arguments: Vec<String>,
    /// kubectl itself, which reads and writes the file, if it is installed.
    #[serde(skip)]
    pub(crate) kubectl: Option<ClientCommand>,
}

impl KubeUser {
    /// Returns the configuration in a file as `kubectl config view` prints it, with secrets masked; fails if kubectl
    /// does.
    pub(crate) fn view(&self, file: &Path) -> Result<Value, EditError> {
        let file = file.to_string_lossy();
        self.run_view(&["config", "view", "--kubeconfig", &file, "--output", "json"])
    }

    /// As `view`, of all files that kubectl reads here together.
    pub(crate) fn view_all(&self) -> Result<Value, EditError> {
        self.run_view(&["config", "view", "--output", "json"])
    }

    /// Returns the configuration that kubectl prints with these words; fails if kubectl does.
    fn run_view(&self, words: &[&str]) -> Result<Value, EditError> {
        let ran = self.kubectl()?.run(words, &[])?;
        if !ran.status.success() {
            return Err(first_error_line(&ran));
        }
        serde_json::from_slice(&ran.stdout).map_err(|_| "kubectl printed no JSON".to_owned())
    }

    /// Returns kubectl; fails where it is not installed.
    fn kubectl(&self) -> Result<&ClientCommand, EditError> {
        let kubectl = self.kubectl.as_ref();
        kubectl.ok_or_else(|| "kubectl is not installed".to_owned())
    }

    /// Returns what the file's text has as the user of this name: `AsWritten` if its `exec` has all the values that
    /// setup writes, also with others besides, else `Modified`, whatever it runs. Fails if kubectl cannot read it.
    pub(crate) fn state(&self, file_text: &str) -> Result<EntryState, EditError> {
        let (config, _) = with_scratch_copy(file_text, |file| self.view(file))?;
        let has_name = |user: &&Value| text(user, &["name"]) == Some(&self.name);
        let Some(user) = list(&config, "users").find(has_name) else {
            return Ok(EntryState::Absent);
        };
        let exec = user.get("user").and_then(|user| user.get("exec"));
        let has = |name: &str, wanted: &Value| exec.and_then(|exec| exec.get(name)) == Some(wanted);
        let is_as_written = has("apiVersion", &json!(VERSION))
            && has("command", &json!(PROGRAM_NAME))
            && has("args", &json!(self.arguments))
            && has("interactiveMode", &json!("Never"))
            && has("provideClusterInfo", &json!(true));
        Ok(if is_as_written {
            EntryState::AsWritten
        } else {
            EntryState::Modified(format!("another user {}", self.name))
        })
    }

    /// Returns the arguments of kubectl that set the user.
    fn arguments(&self) -> Vec<String> {
        let mut words: Vec<_> = ["config", "set-credentials", self.name.as_str()]
            .map(str::to_owned)
            .to_vec();
        words.push(format!("--exec-api-version={VERSION}"));
        words.push(format!("--exec-command={PROGRAM_NAME}"));
        words.extend(
            self.arguments
                .iter()
                .map(|word| format!("--exec-arg={word}")),
        );
        words.push("--exec-interactive-mode=Never".to_owned());
        words.push("--exec-provide-cluster-info=true".to_owned());
        words
    }

    /// Runs kubectl with these arguments on the file; fails if kubectl does.
    fn config(&self, file: &Path, words: &[String]) -> Result<(), EditError> {
        let file = format!("--kubeconfig={}", file.display());
        let words: Vec<_> = words
            .iter()
            .map(String::as_str)
            .chain([file.as_str()])
            .collect();
        self.kubectl()?.run_checked(&words, &[])
    }

    /// Returns the text after kubectl has set the user in it; fails if kubectl fails.
    pub(crate) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let change = |file: &Path| self.config(file, &self.arguments());
        Ok(with_scratch_copy(text, change)?.1)
    }

    /// Returns the text after kubectl has deleted the user from it; fails if kubectl fails.
    pub(crate) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let words = ["config", "delete-user", &self.name].map(str::to_owned);
        let change = |file: &Path| self.config(file, &words);
        Ok(with_scratch_copy(text, change)?.1)
    }

    /// Returns the one kubectl command line that sets the user.
    pub(crate) fn client_commands(&self) -> Vec<String> {
        vec![format!("kubectl {}", self.arguments().join(" "))]
    }
}

/// Returns the YAML of such a user, for a person to add to the file.
pub(crate) fn user_yaml(name: &str, arguments: &[String]) -> String {
    format!(
        "users:\n- name: {name}\n  user:\n    exec:\n      apiVersion: {VERSION}\n      command: {PROGRAM_NAME}\n      \
         args: [{}]\n      interactiveMode: Never\n      provideClusterInfo: true\n",
        arguments.join(", ")
    )
}

/// Returns the elements of the list of this name at the top of a kubeconfig; none if there is no such list.
pub(crate) fn list<'v>(config: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    config
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Returns the text at the end of a path of names; `None` if a name is missing or the value is not a text.
pub(crate) fn text<'v>(value: &'v Value, names: &[&str]) -> Option<&'v str> {
    let mut value = value;
    for name in names {
        value = value.get(name)?;
    }
    value.as_str()
}
