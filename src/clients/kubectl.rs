//! kubectl: a user of the kubeconfig that runs `prusa-cred kube` ([`crate::protocol::kube`]).
//!
//! kubectl itself makes the change, on a copy: its YAML is not edited here. With `provideClusterInfo` the server picks the
//! profile, and only a server that a profile names is given a token. Which contexts use that user is for a person to say.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::link::Link;
use super::plan::{ByHand, Plan};
use super::scope::Scope;
use super::tool::{Tool, on_copy, why};
use super::{SetupEnv, SetupError};
use crate::clients::edit::{Entry, Found, OURS, Why};
use crate::context::{ContextError, home_dir, path_variable};
use crate::credential::Origin;

const VERSION: &str = "client.authentication.k8s.io/v1";

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let file = file()?;
    let mut arguments = scope.options();
    arguments.push("kube".to_owned());
    let name = if scope.is_named {
        format!("{OURS}-{}", scope.profile.name)
    } else {
        OURS.to_owned()
    };
    let Some(kubectl) = env.tool("kubectl") else {
        let mut plan = Plan::new(file, []);
        plan.by_hand = Some(ByHand {
            lines: yaml(&name, &arguments),
            why: "kubectl is not installed",
        });
        return Ok(plan);
    };
    let user = User {
        name: name.clone(),
        arguments,
        kubectl,
    };
    let contexts = Contexts::read(&user, &file, scope);
    let mut lock = file.clone().into_os_string();
    lock.push(".lock");
    let mut plan = Plan::new(file, [Entry::Kube(user)]);
    plan.own_lock = Some(lock.into());
    plan.links.push(Link::our_name());
    plan.note("kubectl writes its file anew, and keeps no comments");
    let mut others = contexts.others;
    if contexts.ours.is_empty() {
        let users = others
            .iter()
            .map(|context| format!("the user of context {context}"));
        plan.shadows = users.collect();
    }
    if others.is_empty() && contexts.ours.is_empty() {
        others.push("CONTEXT".to_owned());
    }
    let use_it = |context: &String| format!("kubectl config set-context {context} --user={name}");
    plan.left_to_do = others.iter().map(use_it).collect();
    let leave_it = |context: &String| {
        format!("kubectl config set-context {context} --user=USER, as it still names {name}")
    };
    plan.left_to_undo = contexts.ours.iter().map(leave_it).collect();
    Ok(plan)
}

/// Returns the file that `kubectl config` changes: the first of the list that is there.
fn file() -> Result<PathBuf, ContextError> {
    let files = files()?;
    let there = files.iter().find(|file| file.exists());
    Ok(there.or(files.last()).cloned().unwrap_or_default())
}

/// Returns the files that kubectl reads: those that `KUBECONFIG` lists, else the one at home.
pub(crate) fn files() -> Result<Vec<PathBuf>, ContextError> {
    let list = path_variable("KUBECONFIG").unwrap_or_default();
    let files: Vec<_> = std::env::split_paths(&list)
        .filter(|it| !it.as_os_str().is_empty())
        .collect();
    if files.is_empty() {
        return Ok(vec![home_dir()?.join(".kube").join("config")]);
    }
    Ok(files)
}

/// The contexts of a kubeconfig that matter here, by name.
#[derive(Default)]
struct Contexts {
    /// With our user.
    ours: Vec<String>,
    /// With a cluster on one of the hosts, and another user.
    others: Vec<String>,
}

impl Contexts {
    /// Reads them; whatever is wrong with the file shows when it is edited.
    fn read(user: &User, file: &Path, scope: &Scope<'_>) -> Self {
        let config = user.view(file).unwrap_or_default();
        let is_meant = |server: &str| {
            let hosts = &scope.hosts;
            let origin = Origin::parse(server);
            origin.is_ok_and(|origin| hosts.iter().any(|host| host.pattern.matches(&origin)))
        };
        let clusters: Vec<_> = list(&config, "clusters")
            .filter(|it| text(it, &["cluster", "server"]).is_some_and(is_meant))
            .filter_map(|it| text(it, &["name"]))
            .collect();
        let mut contexts = Self::default();
        for context in list(&config, "contexts") {
            let name = text(context, &["name"]).unwrap_or_default().to_owned();
            let cluster = text(context, &["context", "cluster"]).unwrap_or_default();
            if text(context, &["context", "user"]) == Some(&user.name) {
                contexts.ours.push(name);
            } else if clusters.contains(&cluster) {
                contexts.others.push(name);
            }
        }
        contexts
    }
}

fn list<'v>(config: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    config
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text<'v>(value: &'v Value, names: &[&str]) -> Option<&'v str> {
    let mut value = value;
    for name in names {
        value = value.get(name)?;
    }
    value.as_str()
}

fn yaml(name: &str, arguments: &[String]) -> String {
    format!(
        "users:\n- name: {name}\n  user:\n    exec:\n      apiVersion: {VERSION}\n      command: {OURS}\n      \
         args: [{}]\n      interactiveMode: Never\n      provideClusterInfo: true\n",
        arguments.join(", ")
    )
}

/// A user of a kubeconfig.
pub(crate) struct User {
    name: String,
    arguments: Vec<String>,
    kubectl: Tool,
}

impl User {
    fn view(&self, file: &Path) -> Result<Value, Why> {
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
