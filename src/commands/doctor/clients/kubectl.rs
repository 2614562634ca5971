//! kubectl: whether a user in its configuration runs prusa-cred, and a context has that user. The files are read as
//! text and kubectl is not run, as some builds of it contact a server for its version with every command.

use std::path::{Path, PathBuf};

use super::super::check::{About, Check, edit_command};
use super::report::ClientReport;
use crate::clients::kubeconfig::{Cluster, Kubeconfig, User};
use crate::clients::kubectl;
use crate::clients::programs::{is_prusa_cred, problem_of};
use crate::context::read_text;
use crate::credential::Request;
use crate::escape::shell_word_of;
use crate::profile::Profile;

const ID: &str = "client.kubectl";

/// Adds a check for each file of kubectl's configuration that runs prusa-cred or cannot be read, or one that none does.
pub(super) fn check(profiles: &[&Profile], report: &mut ClientReport) {
    let mut configs = Vec::new();
    for path in kubectl::files().unwrap_or_default() {
        match read_text(&path) {
            Ok(text) => configs.push((path, Kubeconfig::parse(&text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                let check = About::new(ID, "kubectl").warning(message, edit_command(&path));
                report.checks.push(check);
            }
        }
    }
    let checks = configs
        .iter()
        .enumerate()
        .filter_map(|(at, (path, config))| {
            let user = config
                .users
                .iter()
                .find(|user| is_prusa_cred(&user.command))?;
            Some(check_user(
                path,
                user,
                configs.get(..at)?,
                &configs,
                profiles,
            ))
        });
    report.checks.extend(checks);
    if !report.checks.iter().any(|check| check.id == ID) {
        let about = About::new(ID, "kubectl");
        report
            .checks
            .push(about.skipped("not set up to ask prusa-cred"));
    }
}

/// Reports a file's user that runs prusa-cred: broken if that is a missing path; a warning if something goes before it,
/// or no context in any file has it.
fn check_user(
    path: &Path,
    user: &User,
    before: &[(PathBuf, Kubeconfig)],
    all: &[(PathBuf, Kubeconfig)],
    profiles: &[&Profile],
) -> Check {
    let about = About::new(ID, "kubectl");
    let (place, User { name, command, .. }) = (path.display(), user);
    if let Some(problem) = problem_of(command) {
        let message = format!("the user {name} in {place} cannot sign in: {problem}");
        return about.broken(message, edit_command(path));
    }
    let has_name =
        |(_, config): &&(PathBuf, Kubeconfig)| config.users.iter().any(|it| it.name == *name);
    if let Some((first, _)) = before.iter().find(has_name) {
        let first_place = first.display();
        let message = format!("the user {name} of {first_place} goes before the one of {place}");
        return about.warning(message, edit_command(first));
    }
    if let Some(key) = user.static_login {
        let message =
            format!("the user {name} in {place} has a {key}, which is used instead of {command}");
        let fix = format!(
            "kubectl config unset {}",
            shell_word_of(&format!("users.{name}.{key}"))
        );
        return about.warning(message, fix);
    }
    let contexts = all.iter().flat_map(|(_, config)| &config.contexts);
    let own: Vec<_> = contexts.filter(|(user, _)| user == name).collect();
    if !own.is_empty() {
        let clusters = all.iter().flat_map(|(_, config)| &config.clusters);
        let mut clusters = clusters.filter(|it| own.iter().any(|(_, name)| *name == it.name));
        if let Some(problem) = clusters.find_map(|it| cluster_problem(it, profiles)) {
            let message = format!("a user in {place} runs {command}, but {problem}");
            return about.warning(message, edit_command(path));
        }
        return about.ok(format!("a user in {place} runs {command}"));
    }
    let message = format!("no context has the user {name}, which runs {command} ({place})");
    let fix = format!(
        "kubectl config set-context CONTEXT --user={}",
        shell_word_of(name)
    );
    about.warning(message, fix)
}

/// Returns why prusa-cred gives a cluster no token; `None` if it does.
fn cluster_problem(cluster: &Cluster, profiles: &[&Profile]) -> Option<String> {
    let name = &cluster.name;
    if cluster.is_insecure {
        return Some(format!(
            "the cluster {name} gets no token, as its certificate is not checked (insecure-skip-tls-verify)"
        ));
    }
    let request = Request::for_url(&cluster.server).ok();
    let place = request.as_ref().and_then(Request::place);
    let answers = |place: &_| profiles.iter().any(|profile| profile.answers_for(place));
    let is_answered = place.as_ref().is_some_and(answers);
    (!is_answered).then(|| format!("no profile answers for the cluster {name}"))
}
