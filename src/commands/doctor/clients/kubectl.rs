//! kubectl: whether a user in its configuration runs prusa-cred, and a context has that user. The files are read as
//! text and kubectl is not run, as some builds of it contact a server for its version with every command.

use std::path::{Path, PathBuf};

use super::super::check::{About, Check, edit_command};
use super::super::context::CheckContext;
use super::report::ClientReport;
use crate::answer::uncovered::Uncovered;
use crate::clients::kubeconfig::{Cluster, Kubeconfig, User};
use crate::clients::kubectl;
use crate::clients::programs::{is_prusa_cred, problem_of};
use crate::context::read_text;
use crate::credential::Request;
use crate::escape::shell_word_of;
use crate::profile::Profile;

const ID: &str = "client.kubectl";

/// Adds a check for each file of kubectl's configuration that runs prusa-cred or cannot be read, or one that none does.
pub(super) fn check(ctx: &CheckContext<'_>, profiles: &[&Profile], report: &mut ClientReport) {
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
            let before = configs.get(..at)?;
            let problem = |it: &Cluster| cluster_problem(ctx, it, profiles);
            Some(check_user(path, user, before, &configs, &problem))
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
    cluster_problem: &dyn Fn(&Cluster) -> Option<ClusterProblem>,
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
        if let Some((problem, fix)) = clusters.find_map(cluster_problem) {
            let message = format!("a user in {place} runs {command}, but {problem}");
            return about.warning(message, fix.unwrap_or_else(|| edit_command(path)));
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

/// Why a cluster gets no token, and the command that mends it, unless the file has to be edited.
type ClusterProblem = (String, Option<String>);

/// Returns why prusa-cred gives a cluster no token, with the command that mends it unless the file has to be edited;
/// `None` if it does.
fn cluster_problem(
    ctx: &CheckContext<'_>,
    cluster: &Cluster,
    profiles: &[&Profile],
) -> Option<ClusterProblem> {
    let name = &cluster.name;
    if cluster.is_insecure {
        let problem = format!(
            "the cluster {name} gets no token, as its certificate is not checked (insecure-skip-tls-verify)"
        );
        return Some((problem, None));
    }
    let request = Request::for_url(&cluster.server).ok();
    let place = request.as_ref().and_then(Request::place);
    let answers = |place: &_| profiles.iter().any(|profile| profile.answers_for(place));
    let is_answered = place.as_ref().is_some_and(answers);
    let fix = || {
        let place = Uncovered::at(ctx.context, place.as_ref()?, None);
        Some(place.commands.join(" or ")).filter(|it| !it.is_empty())
    };
    (!is_answered).then(|| {
        let problem = format!("no profile answers for the cluster {name}");
        (problem, fix())
    })
}
