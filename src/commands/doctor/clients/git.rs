//! git: which helpers it asks for our hosts, in which order, and where that is said.

use std::path::Path;
use std::time::Duration;

use super::super::CheckContext;
use super::super::check::{About, Check};
use super::Clients;
use crate::causes::with_causes;
use crate::clients::git::helpers::{self, Helper, Reach};
use crate::clients::programs::{self, GIT_HELPER};
use crate::credential::Origin;
use crate::deadline::Deadline;

const ID: &str = "client.git";
/// How long git may take to read its files.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn look(patient: &CheckContext<'_>, hosts: &[&Origin], clients: &mut Clients) {
    let about = About::new(ID, "git");
    let Some(git) = programs::find("git") else {
        return clients.checks.push(about.skipped("git is not installed"));
    };
    let left = patient.context.deadline.remaining().min(PATIENCE);
    let helpers = match helpers::read(&git, Deadline::after(left)) {
        Ok(helpers) => helpers,
        Err(error) => {
            let mend = "git config --list --show-origin";
            return clients.checks.push(about.broken(with_causes(&error), mend));
        }
    };
    if helpers.iter().any(Helper::runs_git_helper_link) {
        clients.needed.push(GIT_HELPER.to_owned());
    }
    let of_hosts = hosts.iter().map(|origin| of_host(origin, &helpers));
    clients.checks.extend(of_hosts);
}

/// Returns the program and where it is said, but not its options: people have put secrets there.
fn told(helper: &Helper) -> String {
    format!("{} ({})", helper.program(), helper.file)
}

/// Those that git asks for a host.
#[derive(Default)]
struct Asked<'h> {
    in_order: Vec<&'h Helper>,
    /// The empty helper that keeps git from asking us.
    set_aside_by: Option<&'h Helper>,
}

impl<'h> Asked<'h> {
    fn for_host(origin: &Origin, helpers: &'h [Helper]) -> Self {
        let mut asked = Self::default();
        for helper in helpers {
            if helper.reach(origin) != Reach::Whole {
                continue;
            }
            if !helper.is_reset() {
                asked.in_order.push(helper);
                continue;
            }
            if asked.in_order.iter().any(|helper| helper.runs_prusa_cred()) {
                asked.set_aside_by = Some(helper);
            }
            asked.in_order.clear();
        }
        asked
    }
}

fn of_host(origin: &Origin, helpers: &[Helper]) -> Check {
    let about = About::new(ID, format!("git {origin}"));
    let asked = Asked::for_host(origin, helpers);
    // Makes prusa-cred the only helper for the host.
    let mend = format!("prusa-cred setup git --host {origin} --apply");
    let place = asked
        .in_order
        .iter()
        .position(|helper| helper.runs_prusa_cred());
    let Some((before, [ours, after @ ..])) = place.map(|at| asked.in_order.split_at(at)) else {
        return match asked.set_aside_by {
            None => about.skipped("git is not told to ask prusa-cred"),
            Some(by) => {
                let file = &by.file;
                let message = format!("prusa-cred is set aside by an empty helper in {file}");
                about.broken(message, mend)
            }
        };
    };
    let list = |helpers: &[&Helper]| {
        helpers
            .iter()
            .map(|it| told(it))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let ours_told = told(ours);
    if is_missing(ours) {
        about.broken(format!("{ours_told} is told to run and is not there"), mend)
    } else if !before.is_empty() {
        about.warning(
            format!("before prusa-cred, git asks {}", list(before)),
            mend,
        )
    } else if after.is_empty() {
        about.ok(format!("asks {ours_told} alone"))
    } else {
        about.ok(format!("asks {ours_told} first, then {}", list(after)))
    }
}

fn is_missing(helper: &Helper) -> bool {
    let program = Path::new(helper.program());
    program.is_absolute() && !program.exists()
}
