//! git: which helpers it asks for our hosts, in which order, and which file configures them.

use std::time::Duration;

use super::super::check::{About, Check};
use super::super::context::CheckContext;
use super::report::ClientReport;
use crate::answer::uncovered::Uncovered;
use crate::causes::with_causes;
use crate::clients::git::asked::{Answer, Answers, descriptions, helpers_of};
use crate::clients::git::remotes;
use crate::clients::git::settings::{self, Setting};
use crate::clients::git::{HostUrl, host_urls};
use crate::clients::programs::GIT_HELPER;
use crate::clients::setup_target::SetupTarget;
use crate::deadline::Deadline;
use crate::escape::shell_word_of;
use crate::profile::Profile;
use crate::program::find;

const ID: &str = "client.git";
/// How long git may take to read its files.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Adds a check for each host, and the name of our link if git runs it; one check alone if git is missing (skipped) or
/// fails (broken).
pub(super) fn check(ctx: &CheckContext<'_>, profiles: &[&Profile], report: &mut ClientReport) {
    let about = About::new(ID, "git");
    let Some(git) = find("git") else {
        return report.checks.push(about.skipped("git is not installed"));
    };
    let left = ctx.context.deadline.remaining().min(TIMEOUT);
    let settings = match settings::read(&git, Deadline::after(left)) {
        Ok(settings) => settings,
        Err(error) => {
            let fix = "git config --list --show-origin";
            return report.checks.push(about.broken(with_causes(&error), fix));
        }
    };
    if settings.iter().any(Setting::runs_git_helper_link) {
        report.needed_names.push(GIT_HELPER.to_owned());
    }
    report.checks.extend(checks(ctx, profiles, &settings));
    let left = ctx.context.deadline.remaining().min(TIMEOUT);
    let places = remotes::unanswered(ctx.context, &git, &settings, Deadline::after(left));
    report
        .checks
        .extend(places.iter().map(|place| unanswered(place, &settings)));
}

/// Reports a host of a remote that nobody answers for: a warning, as a person may well want to type a password there.
fn unanswered(place: &Uncovered, settings: &[Setting]) -> Check {
    let about = About::new(ID, format!("git {}", place.host));
    let mut commands: Vec<_> = place.login.iter().cloned().collect();
    commands.push(place.commands.join(" or "));
    let url = &place.host;
    let is_asked = helpers_of(url, settings)
        .iter()
        .any(|it| it.runs_prusa_cred());
    if !is_asked {
        let host = shell_word_of(url);
        commands.push(format!("prusa-cred setup git --host {host} --apply"));
    }
    about.warning(remotes::sentence(place), commands.join(" && "))
}

/// Returns a check for each host of the profiles: where several name one, that of the profile that is asked, and where
/// a host has two URLs, that of the one that is set up.
fn checks(ctx: &CheckContext<'_>, profiles: &[&Profile], settings: &[Setting]) -> Vec<Check> {
    let mut found: Vec<(String, Answers<'_>, Check)> = Vec::new();
    for profile in profiles {
        // A profile without hosts has none to check.
        let Ok(target) = SetupTarget::for_profile(ctx.context, profile, Vec::new()) else {
            continue;
        };
        for url in host_urls(&target) {
            let answers = url.answers(&target, settings);
            let check = check_host(&url, &answers, &target);
            match found.iter_mut().find(|(host, ..)| *host == url.host) {
                Some((_, known, _)) if !says_more(&answers, known) => {}
                Some(known) => *known = (url.host, answers, check),
                None => found.push((url.host, answers, check)),
            }
        }
    }
    found.into_iter().map(|(.., check)| check).collect()
}

/// Returns whether the answers for one host tell more than others that are known.
fn says_more(answers: &Answers<'_>, known: &Answers<'_>) -> bool {
    (answers.is_first() && !known.is_first()) || matches!(known.whole, Answer::NotSetUp)
}

/// Reports whether git asks prusa-cred for a host: a warning if after others or not everywhere, broken if the program
/// is missing or something takes the entry's effect away, skipped if no entry names it.
fn check_host(url: &HostUrl, answers: &Answers<'_>, target: &SetupTarget<'_>) -> Check {
    let about = About::new(ID, format!("git {}", url.host));
    let setup = url.setup_command(target);
    let Some((problem, answer)) = answers.problems().into_iter().next() else {
        return match &answers.whole {
            Answer::AsksFirst { ours, then } => is_asked(about, ours, then, &setup),
            _ => about.skipped("git is not set up to ask prusa-cred"),
        };
    };
    let command = answer.mending_command(&setup);
    match answer {
        Answer::AsksOthersFirst(_) | Answer::OtherProfile(_) => about.warning(problem, command),
        _ => about.broken(problem, command),
    }
}

/// Reports that git asks prusa-cred first; broken if the program is missing.
fn is_asked(about: About, ours: &Setting, then: &[&Setting], setup: &str) -> Check {
    let described = format!("{} ({})", ours.shown(), ours.file);
    if let Some(problem) = ours.program_problem() {
        about.broken(problem, setup)
    } else if then.is_empty() {
        about.ok(format!("asks {described} alone"))
    } else {
        about.ok(format!(
            "asks {described} first, then {}",
            descriptions(then)
        ))
    }
}
