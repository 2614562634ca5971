//! The remotes of the repository in the current directory for which nobody answers: git will ask for a password there.
//!
//! git is asked for them, so that the addresses are those that it goes to (`insteadOf`, `pushInsteadOf`). A remote for
//! which git asks another helper, or none at all, is left alone: that is somebody's choice.

use std::path::Path;

use super::asked::{Answer, Question, helpers_of};
use super::settings::Setting;
use crate::answer::choose::choose_for_address;
use crate::answer::saved;
use crate::answer::uncovered::Uncovered;
use crate::context::Context;
use crate::credential::Address;
use crate::deadline::Deadline;
use crate::profile::ChooseError;
use crate::{program, shell};

/// Returns the hosts of remotes for which neither a profile nor a saved credential answers, nor another helper of git's,
/// each once. None outside a repository, and where git fails.
pub(crate) fn unanswered(
    context: &Context,
    git: &Path,
    settings: &[Setting],
    deadline: Deadline,
) -> Vec<Uncovered> {
    let mut found: Vec<Uncovered> = Vec::new();
    for url in addresses(git, deadline) {
        let Ok(address) = Address::parse(&url) else {
            // Not on the web, or with a password in it, which git uses.
            continue;
        };
        let Some(place) = address.place() else {
            continue;
        };
        let is_web = url.contains("://") && place.origin.may_receive_token();
        if !is_web || has_other_helper(&url, settings) || is_answered(context, &address) {
            continue;
        }
        let place = Uncovered::at(context, &place, None);
        if !found.iter().any(|known| known.host == place.host) {
            found.push(place);
        }
    }
    found
}

/// Returns the sentence about such a host, without its full stop: what git will do.
pub(crate) fn sentence(place: &Uncovered) -> String {
    let host = place.host.split_once("://");
    let host = host.map_or(&*place.host, |(_, host)| host);
    format!("git will ask for a password at {host}")
}

/// Returns the addresses that git fetches from and pushes to here; none outside a repository.
fn addresses(git: &Path, deadline: Deadline) -> Vec<String> {
    let mut command = program::command(git);
    command.args(["remote", "-v"]);
    let Ok(run) = shell::run("git remote", &mut command, deadline) else {
        return Vec::new();
    };
    if !run.status.success() {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(&run.stdout);
    // NAME, a tab, the address, and for what it is, in parentheses; what follows is about partial clones.
    let address = |line: &str| {
        let (_, rest) = line.split_once('\t')?;
        let purpose = [" (fetch)", " (push)"];
        let (address, _) = purpose.iter().find_map(|it| rest.rsplit_once(it))?;
        Some(address.to_owned())
    };
    text.lines().filter_map(address).collect()
}

/// Returns whether git asks another helper there, or nobody: a header of its own signs it in.
fn has_other_helper(url: &str, settings: &[Setting]) -> bool {
    let question = Question {
        url,
        profile: "",
        must_name_profile: false,
        needs_path: false,
        is_profile: &|_| true,
    };
    let answers = question.answers(settings);
    let mut helpers = helpers_of(url, settings).into_iter();
    matches!(answers.whole, Answer::AsksNobody(_)) || helpers.any(|it| !it.runs_prusa_cred())
}

/// Returns whether a profile or a saved credential answers; also if several profiles do, which is another error.
fn is_answered(context: &Context, address: &Address<'_>) -> bool {
    match choose_for_address(context, None, address) {
        Ok(Some(_)) => true,
        Ok(None) => {
            let found = saved::find_for_address(context, address);
            !matches!(found, Ok(None))
        }
        Err(error) => matches!(
            error.downcast_ref(),
            Some(ChooseError::Ambiguous { .. }) | None
        ),
    }
}
