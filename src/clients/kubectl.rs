//! kubectl: a user of the kubeconfig that runs `prusa-cred kube` ([`crate::protocol::kube`]).
//!
//! kubectl itself makes the change, on a copy: its YAML is not edited here. With `provideClusterInfo` the server picks
//! the profile, and only a server among a profile's hosts gets a token. Which contexts use that user is for a person to
//! decide.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled::Overruling;
use super::program_link::ProgramLink;
use super::setup_plan::{ManualChange, SetupPlan};
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, KubeUser, list, text, user_yaml};
use crate::clients::kubeconfig::STATIC_LOGINS;
use crate::clients::path::lock_of;
use crate::clients::programs::PROGRAM_NAME;
use crate::context::{ContextError, home_dir, path_variable};
use crate::credential::Request;
use crate::escape::shell_word_of;

/// Returns the plan for kubectl; where it is not installed, the lines that a person has to add. The user is
/// `prusa-cred`, with the profile's name at the end if that has to be named. Runs kubectl to read which contexts a
/// person has to change; if that fails, they are not named.
///
/// # Errors
///
/// When there is no home directory.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let file = file()?;
    let mut arguments = target.options();
    arguments.push("kube".to_owned());
    let name = if target.must_name_profile {
        format!("{PROGRAM_NAME}-{}", target.profile.name)
    } else {
        PROGRAM_NAME.to_owned()
    };
    let Some(kubectl) = env.command("kubectl") else {
        let mut plan = SetupPlan::new(file, []);
        plan.manual_change = Some(ManualChange {
            lines: user_yaml(&name, &arguments),
            reason: "kubectl is not installed",
        });
        return Ok(plan);
    };
    let user = KubeUser {
        name: name.clone(),
        arguments,
        kubectl: Some(kubectl),
    };
    let contexts = Contexts::read(&user, &file, target);
    let lock = lock_of(&file);
    let mut plan = SetupPlan::new(file, [Entry::Kube(user)]);
    plan.client_lock = Some(lock);
    plan.links.push(ProgramLink::prusa_cred_itself());
    plan.note("kubectl rewrites its whole file, without the comments in it");
    let users = contexts.without_ours.iter();
    let users = users.map(|context| format!("the user of context {context}"));
    plan.asked_before = users.collect();
    plan.overruled_by.extend(contexts.static_login);
    plan.has_no_use = contexts.with_user.is_empty();
    let mut others = contexts.with_other_user;
    if others.is_empty() && contexts.with_user.is_empty() {
        others.push("CONTEXT".to_owned());
    }
    let set_context =
        |context: &String| format!("kubectl config set-context {}", shell_word_of(context));
    let use_user = |context: &String| format!("{} --user={name}", set_context(context));
    plan.manual_steps = others.iter().map(use_user).collect();
    let replace_user = |context: &String| {
        format!(
            "{} --user=USER, as it still names {name}",
            set_context(context)
        )
    };
    plan.manual_steps_after_undo = contexts.with_user.iter().map(replace_user).collect();
    Ok(plan)
}

/// Returns the file that `kubectl config` changes: the first of the list that exists, else the last.
fn file() -> Result<PathBuf, ContextError> {
    let files = files()?;
    let existing = files.iter().find(|file| file.exists());
    Ok(existing.or(files.last()).cloned().unwrap_or_default())
}

/// Returns the files that kubectl reads: those in `KUBECONFIG`, else `~/.kube/config`.
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

/// The names of the contexts that use prusa-cred or could use it.
#[derive(Default)]
struct Contexts {
    /// Those with the user that runs prusa-cred.
    with_user: Vec<String>,
    /// Those of a cluster on one of the hosts, with another user.
    with_other_user: Vec<String>,
    /// Those among them whose cluster has no context with the user that runs prusa-cred.
    without_ours: Vec<String>,
    /// What kubectl uses of that user before it runs prusa-cred.
    static_login: Option<Overruling>,
}

impl Contexts {
    /// Reads the contexts of the user and those of the target's clusters, in all files if there are several; none if
    /// they cannot be read, which is an error when one is edited.
    fn read(user: &KubeUser, file: &Path, target: &SetupTarget<'_>) -> Self {
        let config = match files() {
            Ok(files) if files.len() > 1 => user.view_all(),
            _ => user.view(file),
        };
        let config = config.unwrap_or_default();
        let is_on_a_host = |server: &str| {
            let request = Request::for_url(server).ok();
            let place = request.as_ref().and_then(Request::place);
            place.is_some_and(|place| target.covers(&place))
        };
        let clusters: Vec<_> = list(&config, "clusters")
            .filter(|it| text(it, &["cluster", "server"]).is_some_and(is_on_a_host))
            .filter_map(|it| text(it, &["name"]))
            .collect();
        let mut contexts = Self {
            static_login: static_login(&config, &user.name),
            ..Self::default()
        };
        let mut with_ours = Vec::new();
        let mut with_others = Vec::new();
        for context in list(&config, "contexts") {
            let name = text(context, &["name"]).unwrap_or_default().to_owned();
            let cluster = text(context, &["context", "cluster"]).unwrap_or_default();
            if text(context, &["context", "user"]) == Some(&user.name) {
                contexts.with_user.push(name);
                with_ours.push(cluster);
            } else if clusters.contains(&cluster) {
                contexts.with_other_user.push(name.clone());
                with_others.push((name, cluster));
            }
        }
        let without_ours = with_others.into_iter();
        let without_ours = without_ours.filter(|(_, cluster)| !with_ours.contains(cluster));
        contexts.without_ours = without_ours.map(|(name, _)| name).collect();
        contexts
    }
}

/// Returns the token or password that a user has besides its command: Kubernetes' clients then do not run that.
fn static_login(config: &Value, name: &str) -> Option<Overruling> {
    let mut users = list(config, "users");
    let user = users.find(|user| text(user, &["name"]) == Some(name))?;
    let has = |key: &&&str| text(user, &["user", key]).is_some();
    let key = STATIC_LOGINS.iter().find(has)?;
    Some(Overruling {
        what: format!("the {key} of the user {name}"),
        mend: format!("kubectl config unset users.{name}.{key}"),
    })
}
