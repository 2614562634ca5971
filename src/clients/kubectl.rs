//! kubectl: a user of the kubeconfig that runs `prusa-cred kube` ([`crate::protocol::kube`]).
//!
//! kubectl itself makes the change, on a copy: its YAML is not edited here. With `provideClusterInfo` the server picks the
//! profile, and only a server that a profile names is given a token. Which contexts use that user is for a person to say.

use std::path::{Path, PathBuf};

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::{ByHand, SetupPlan};
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, KubeUser, OURS, list, text, user_yaml};
use crate::context::{ContextError, home_dir, path_variable};
use crate::credential::Origin;

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file()?;
    let mut arguments = scope.options();
    arguments.push("kube".to_owned());
    let name = if scope.is_named {
        format!("{OURS}-{}", scope.profile.name)
    } else {
        OURS.to_owned()
    };
    let Some(kubectl) = env.tool("kubectl") else {
        let mut plan = SetupPlan::new(file, []);
        plan.by_hand = Some(ByHand {
            lines: user_yaml(&name, &arguments),
            why: "kubectl is not installed",
        });
        return Ok(plan);
    };
    let user = KubeUser {
        name: name.clone(),
        arguments,
        kubectl,
    };
    let contexts = Contexts::read(&user, &file, scope);
    let mut lock = file.clone().into_os_string();
    lock.push(".lock");
    let mut plan = SetupPlan::new(file, [Entry::Kube(user)]);
    plan.own_lock = Some(lock.into());
    plan.links.push(ProgramLink::our_name());
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
    fn read(user: &KubeUser, file: &Path, scope: &SetupTarget<'_>) -> Self {
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
