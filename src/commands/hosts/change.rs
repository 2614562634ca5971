//! `hosts add` and `hosts remove`: what is to be changed in the configuration, and what a person hears of it.

use std::path::Path;

use anyhow::Result;

use super::outcome::{Outcome, State, print_json};
use crate::answer::choose::{chosen_profile, named_profile};
use crate::answer::logins::has_login;
use crate::clients::path::display_path;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{HostPattern, OriginAndPath};
use crate::escape::shell_word_of;
use crate::profile::{Candidates, Profile, ProfileQuery, Profiles, with_hosts, without_hosts};
use crate::terminal::output::print;

/// Adds hosts to the profile that is named, else to the one that a command without a name means, and says so. Fails if
/// there is no such profile, or the configuration cannot be changed.
pub(super) fn add(context: &Context, entries: &[HostPattern]) -> Result<()> {
    let profile = chosen_profile(context)?;
    let is_new = |entry: &&HostPattern| !profile.places().any(|known| known == *entry);
    let new: Vec<_> = entries.iter().filter(is_new).cloned().collect();
    let file = if new.is_empty() {
        context.config_path()?
    } else {
        context.change_config(|text| with_hosts(text, profile, &new))?
    };
    let after = context.profiles_in(&context.config_text()?)?;
    let outcomes: Vec<_> = entries
        .iter()
        .map(|entry| Outcome {
            entry: entry.clone(),
            profile: profile.name.clone(),
            state: if new.contains(entry) {
                State::Added
            } else {
                State::Unchanged
            },
            also_in: others_at(&after, entry, &profile.name),
        })
        .collect();
    if context.global.json {
        return print_json(&outcomes, &file);
    }
    let mut text = String::new();
    for outcome in &outcomes {
        text += &match outcome.state {
            State::Added => format!(
                "Profile {} answers for {} now.\n",
                profile.name, outcome.entry
            ),
            _ => format!(
                "Nothing to do: profile {} answers for {} already.\n",
                profile.name, outcome.entry
            ),
        };
        text += &shared(outcome, &after);
    }
    text += &written(&file, !new.is_empty());
    print(text)
}

/// Removes hosts from the profile that is named, else each from the one that has it, and says so.
///
/// # Errors
///
/// When a profile is named that does not exist, several have a host, it cannot be removed, or the configuration cannot
/// be changed.
pub(super) fn remove(context: &Context, entries: &[HostPattern]) -> Result<()> {
    let mut outcomes = Vec::new();
    for entry in entries {
        let (profile, has_it) = profile_with(context, entry)?;
        if has_it {
            check_removable(profile, entry)?;
        }
        outcomes.push(Outcome {
            entry: entry.clone(),
            profile: profile.name.clone(),
            state: if has_it {
                State::Removed
            } else {
                State::Unchanged
            },
            also_in: others_at(context.profiles()?, entry, &profile.name),
        });
    }
    let is_changed = outcomes.iter().any(|it| it.state == State::Removed);
    let file = if is_changed {
        context.change_config(|text| {
            let mut text = text.to_owned();
            for profile in context.profiles().into_iter().flat_map(Profiles::iter) {
                let of_profile =
                    |it: &&Outcome| it.profile == profile.name && it.state == State::Removed;
                let removed = outcomes.iter().filter(of_profile);
                let removed: Vec<_> = removed.map(|it| it.entry.clone()).collect();
                if !removed.is_empty() {
                    text = without_hosts(&text, profile, &removed)?;
                }
            }
            Ok(text)
        })?
    } else {
        context.config_path()?
    };
    if context.global.json {
        return print_json(&outcomes, &file);
    }
    let mut text = String::new();
    for outcome in &outcomes {
        let Outcome { entry, profile, .. } = outcome;
        text += &match outcome.state {
            State::Removed => format!("Profile {profile} no longer answers for {entry}.\n"),
            _ => format!("Nothing to do: profile {profile} does not have {entry}.\n"),
        };
        // What was asked for is done, and what others have is no matter of it.
        let elsewhere = outcome
            .also_in
            .iter()
            .filter(|_| outcome.state == State::Unchanged);
        for other in elsewhere {
            let host = shell_word_of(&entry.to_string());
            text += &format!(
                "Profile {other} has it: `prusa-cred hosts remove {host} --profile {other}`\n"
            );
        }
    }
    text += &written(&file, is_changed);
    print(text)
}

/// Returns the profile that a host is to be removed from, and whether it has it: the one that is named, else the only
/// one that has it, else the one that a command without a name means. A usage error if several have it.
fn profile_with<'a>(context: &'a Context, entry: &HostPattern) -> Result<(&'a Profile, bool)> {
    let has_it = |profile: &Profile| profile.places().any(|known| known == entry);
    if named_profile(context)?.is_some() {
        let profile = chosen_profile(context)?;
        return Ok((profile, has_it(profile)));
    }
    let mut with_it: Vec<_> = context.profiles()?.iter().filter(|it| has_it(it)).collect();
    if with_it.len() > 1 {
        // What is built in cannot be meant.
        with_it.retain(|profile| check_removable(profile, entry).is_ok());
    }
    match with_it.as_slice() {
        [] => {
            let profile = chosen_profile(context)?;
            Ok((profile, has_it(profile)))
        }
        [only] => Ok((only, true)),
        several => {
            let names: Vec<_> = several.iter().map(|it| it.name.as_str()).collect();
            let names = names.join(", ");
            let text = format!("several profiles have {entry}, name one with --profile: {names}");
            Err(CommandError::Usage(text).into())
        }
    }
}

/// Fails if a profile answers for a host whatever its `hosts` says.
fn check_removable(profile: &Profile, entry: &HostPattern) -> Result<(), CommandError> {
    let is_own = profile.own_hosts.contains(entry);
    let reason = if profile.issuer.resource_place() == Some(entry) {
        "its tokens are for that address (`resource`)"
    } else if is_own && profile.is_built_in() {
        "it is built in"
    } else {
        return Ok(());
    };
    Err(CommandError::HostStays {
        profile: profile.name.clone(),
        host: entry.to_string(),
        reason,
    })
}

/// Returns the names of the other profiles that a request at this place could be for just as well; a built-in one counts
/// if it is used. A wildcard is only compared with others as it is written.
fn others_at(profiles: &Profiles, entry: &HostPattern, profile: &str) -> Vec<String> {
    let is_in_use = |it: &&Profile| {
        it.is_configured || profiles.default_in_file() == Some(&it.name) || has_login(it)
    };
    let names = |found: Vec<&Profile>| {
        let found = found.into_iter().filter(is_in_use);
        let names = found.map(|it| it.name.clone());
        names.filter(|name| name != profile).collect()
    };
    let Some(origin) = entry.exact_origin() else {
        let has_it = |it: &&Profile| it.places().any(|known| known == entry);
        return names(profiles.iter().filter(has_it).collect());
    };
    let place = OriginAndPath::new(origin, entry.path_text());
    let query = ProfileQuery {
        place: Some(&place),
        ..ProfileQuery::default()
    };
    match profiles.candidates(&query) {
        Ok(Candidates::Many(several)) => names(several),
        Ok(Candidates::One(only, _)) => names(vec![only]),
        Ok(Candidates::None) | Err(_) => Vec::new(),
    }
}

/// Returns the lines that say how a request picks among several profiles; nothing if there is one.
fn shared(outcome: &Outcome, profiles: &Profiles) -> String {
    let Outcome {
        entry,
        profile,
        also_in,
        ..
    } = outcome;
    let Some(first) = also_in.first() else {
        return String::new();
    };
    let others = match also_in.as_slice() {
        [one] => format!("Profile {one} has"),
        several => format!("Profiles {} have", several.join(", ")),
    };
    let all = || std::iter::once(profile).chain(also_in);
    let otherwise = match profiles.default_in_file() {
        Some(default) if all().any(|name| name == default) => {
            format!("else profile {default} answers, as it is the `default`")
        }
        _ => "else the request is refused, as none of them is the `default`".to_owned(),
    };
    let example = match entry.exact_origin() {
        Some(_) => format!(": https://{first}@{entry}"),
        None => String::new(),
    };
    format!(
        "{others} {entry} too. A request picks one by\n  --profile, or the user name in its address{example}\n  \
         {otherwise}\n"
    )
}

/// Returns the line that names the file; nothing if it was not changed.
fn written(file: &Path, is_changed: bool) -> String {
    if is_changed {
        format!("Written to {}\n", display_path(file))
    } else {
        String::new()
    }
}
