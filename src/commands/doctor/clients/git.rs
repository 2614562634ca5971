//! git: which helpers it asks for our hosts, in which order, and which file configures them.

use std::path::Path;
use std::time::Duration;

use super::super::check::{About, Check};
use super::super::context::CheckContext;
use super::report::ClientReport;
use crate::causes::with_causes;
use crate::clients::git::helpers::{self, Helper, Reach};
use crate::clients::programs::GIT_HELPER;
use crate::credential::Origin;
use crate::deadline::Deadline;
use crate::escape::shell_word_of;
use crate::program::find;

const ID: &str = "client.git";
/// How long git may take to read its files.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Adds a check for each host, and the name of our link if git runs it; one check alone if git is missing (skipped) or
/// fails (broken).
pub(super) fn check(ctx: &CheckContext<'_>, hosts: &[&Origin], report: &mut ClientReport) {
    let about = About::new(ID, "git");
    let Some(git) = find("git") else {
        return report.checks.push(about.skipped("git is not installed"));
    };
    let left = ctx.context.deadline.remaining().min(TIMEOUT);
    let helpers = match helpers::read(&git, Deadline::after(left)) {
        Ok(helpers) => helpers,
        Err(error) => {
            let fix = "git config --list --show-origin";
            return report.checks.push(about.broken(with_causes(&error), fix));
        }
    };
    if helpers.iter().any(Helper::runs_git_helper_link) {
        report.needed_names.push(GIT_HELPER.to_owned());
    }
    let checks = hosts.iter().map(|origin| check_host(origin, &helpers));
    report.checks.extend(checks);
}

/// Returns the program and the file that names it, but not its options: people have put secrets there.
fn described(helper: &Helper) -> String {
    format!("{} ({})", helper.program(), helper.file)
}

/// The helpers that git asks for a host.
#[derive(Default)]
struct ActiveHelpers<'h> {
    in_order: Vec<&'h Helper>,
    /// The empty entry that removed prusa-cred from the list (gitcredentials(7): it resets the list of helpers).
    reset_by: Option<&'h Helper>,
}

impl<'h> ActiveHelpers<'h> {
    /// Returns the helpers whose entries are for the whole of a host, in git's order; an empty entry clears those
    /// before it.
    fn for_host(origin: &Origin, helpers: &'h [Helper]) -> Self {
        let mut active = Self::default();
        for helper in helpers {
            if helper.reach(origin) != Reach::Whole {
                continue;
            }
            if !helper.is_reset() {
                active.in_order.push(helper);
                continue;
            }
            if active
                .in_order
                .iter()
                .any(|helper| helper.runs_prusa_cred())
            {
                active.reset_by = Some(helper);
            }
            active.in_order.clear();
        }
        active
    }
}

/// Reports whether git asks prusa-cred for a host: a warning if after others, broken if the program is missing or an
/// empty entry removed it, skipped if no entry names it.
fn check_host(origin: &Origin, helpers: &[Helper]) -> Check {
    let about = About::new(ID, format!("git {origin}"));
    let active = ActiveHelpers::for_host(origin, helpers);
    // This makes prusa-cred the only helper for the host.
    let host = shell_word_of(&origin.to_string());
    let fix = format!("prusa-cred setup git --host {host} --apply");
    let position = active
        .in_order
        .iter()
        .position(|helper| helper.runs_prusa_cred());
    let Some((before, [ours, after @ ..])) = position.map(|at| active.in_order.split_at(at)) else {
        return match active.reset_by {
            None => about.skipped("git is not set up to ask prusa-cred"),
            Some(by) => {
                let file = &by.file;
                let message = format!("an empty helper in {file} turns prusa-cred off");
                about.broken(message, fix)
            }
        };
    };
    let list = |helpers: &[&Helper]| {
        helpers
            .iter()
            .map(|it| described(it))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let ours_described = described(ours);
    if is_not_found(ours) {
        about.broken(
            format!("git runs {ours_described}, which does not exist"),
            fix,
        )
    } else if !before.is_empty() {
        about.warning(format!("before prusa-cred, git asks {}", list(before)), fix)
    } else if after.is_empty() {
        about.ok(format!("asks {ours_described} alone"))
    } else {
        about.ok(format!("asks {ours_described} first, then {}", list(after)))
    }
}

/// Returns whether the helper's program is an absolute path at which there is no file.
fn is_not_found(helper: &Helper) -> bool {
    let program = Path::new(helper.program());
    program.is_absolute() && !program.exists()
}
