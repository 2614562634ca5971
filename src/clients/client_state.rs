//! Whether a client asks prusa-cred, as `setup` without a client and `doctor` show it: by all that the client reads,
//! and not by the entries of `setup` alone. Nothing is changed.

use std::path::Path;

use anyhow::Result;

use super::client_files::refuse_special_files;
use super::env::SetupEnv;
use super::error::SetupError;
use super::git::{self, GitState};
use super::plans::plan_for;
use super::program_link::LinkState;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::cli::Client;
use crate::clients::edit::{EntryState, describe_profile, profile_option_in};
use crate::clients::overruled::Overruling;
use crate::clients::path::display_path;
use crate::clients::programs;
use crate::context::Context;
use crate::profile::Profile;

/// Whether a client asks prusa-cred for a profile's hosts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClientState {
    /// No entry names prusa-cred, or the client is not installed or cannot be set up for the profile.
    NotSetUp,
    /// It asks prusa-cred, because of entries in this file, or of what else is named here.
    AsksPrusaCred { place: String },
    /// It asks these instead of prusa-cred or before it: other programs, or prusa-cred for another profile.
    AsksOthersFirst { others: Vec<String> },
    /// It is set up to ask prusa-cred, and follows these settings first, which do not lead to it.
    Overruled { by: Vec<Overruling> },
    /// It is set up to ask prusa-cred and cannot, or its configuration is not valid.
    Broken { reason: String },
}

/// Returns whether a client asks prusa-cred for a profile's hosts: `NotSetUp` for a profile without hosts, `Broken` if
/// the client's file cannot be read. Reads the client's files, and may run the client's own command and read logins.
///
/// # Errors
///
/// When there is no home directory.
pub(crate) fn state(context: &Context, client: Client, profile: &Profile) -> Result<ClientState> {
    if profile.hosts.is_empty() {
        return Ok(ClientState::NotSetUp);
    }
    let env = SetupEnv::from_context(context)?;
    if let Err(error) = refuse_special_files(client, &env) {
        return Ok(broken(&error));
    }
    let target = SetupTarget::for_profile(context, profile, Vec::new())?;
    if client == Client::Git {
        return Ok(git_state(&env, &target));
    }
    Ok(match plan_for(client, &env, &target) {
        Ok(plan) => state_of_plan(&plan, context),
        Err(error @ (SetupError::NotEditable { .. } | SetupError::Store(_))) => broken(&error),
        // The client is not installed, or cannot be set up for this profile at all.
        Err(_) => ClientState::NotSetUp,
    })
}

/// Returns whether the client asks prusa-cred, from the plan's file, links and what goes before the file: one entry of
/// prusa-cred is enough, and one of another program or for another profile is enough for `AsksOthersFirst`. `Broken` if
/// the file cannot be read, or it has an entry and a link is missing or leads to another program.
fn state_of_plan(plan: &SetupPlan, context: &Context) -> ClientState {
    let read = plan.read_file().and_then(|text| {
        let text = text.unwrap_or_default();
        Ok((plan.entry_states(&text)?, text))
    });
    let (states, text) = match read {
        Ok(read) => read,
        Err(error) => return broken(&error),
    };
    // What the client follows in place of its entries is judged where that is read.
    if plan.asks_through.is_none() && plan.overruled_by.is_empty() {
        let mut commands = plan.entries.iter().filter_map(|entry| entry.command(&text));
        if let Some(reason) = commands.find_map(|words| command_problem(&words, context)) {
            return ClientState::Broken { reason };
        }
    }
    let other_profiles = states.iter().filter_map(|state| match state {
        EntryState::OtherProfile(current) => Some(current),
        _ => None,
    });
    if let Some(reason) = other_profiles
        .clone()
        .find_map(|it| missing_profile(it, context))
    {
        return ClientState::Broken { reason };
    }
    let mut others: Vec<_> = other_profiles.map(|it| describe_profile(it)).collect();
    others.dedup();
    if !others.is_empty() {
        return ClientState::AsksOthersFirst { others };
    }
    let names_prusa_cred = |state: &EntryState| {
        matches!(
            state,
            EntryState::AsWritten | EntryState::Equivalent | EntryState::Modified(_)
        )
    };
    let is_set_up =
        states.iter().any(names_prusa_cred) || plan.is_already_asked || plan.asks_through.is_some();
    let is_marked = states.contains(&EntryState::AsWritten);
    let other_programs = states.into_iter().filter_map(|state| match state {
        EntryState::OtherProgram(entry) => Some(entry),
        _ => None,
    });
    let others: Vec<_> = other_programs.collect();
    // What goes before the file makes its entries count for nothing.
    if !others.is_empty() && plan.asks_through.is_none() {
        return ClientState::AsksOthersFirst { others };
    }
    if !is_set_up {
        return ClientState::NotSetUp;
    }
    if plan.has_no_use {
        let reason = "set up, but no context has the user that asks prusa-cred".to_owned();
        return ClientState::Broken { reason };
    }
    if !plan.overruled_by.is_empty() {
        return ClientState::Overruled {
            by: plan.overruled_by.clone(),
        };
    }
    if !plan.asked_before.is_empty() {
        return ClientState::AsksOthersFirst {
            others: plan.asked_before.clone(),
        };
    }
    for link in &plan.links {
        match link.state() {
            Ok(LinkState::Present) => {}
            // A person who has the same setting wants that program.
            Ok(LinkState::NameTaken(path)) if !is_marked => {
                return ClientState::AsksOthersFirst {
                    others: vec![display_path(&path)],
                };
            }
            Ok(LinkState::NameTaken(path)) => return broken(&SetupError::NameTaken(path)),
            Ok(LinkState::Missing(_)) => {
                return ClientState::Broken {
                    reason: format!("the program {} is not found", link.name),
                };
            }
            Err(error) => return broken(&error),
        }
    }
    ClientState::AsksPrusaCred {
        place: plan
            .asks_through
            .clone()
            .unwrap_or_else(|| plan.file.display().to_string()),
    }
}

/// Returns why a command that names prusa-cred gets no answer: its program is another one or missing, or it names a
/// profile that does not exist. `None` for a command of another program.
fn command_problem(words: &[String], context: &Context) -> Option<String> {
    let program = words.first().filter(|it| programs::is_prusa_cred(it))?;
    programs::problem_of(program).or_else(|| missing_profile(&words.join(" "), context))
}

/// Returns that a command line names a profile that does not exist; `None` if it does, or none is named.
fn missing_profile(command: &str, context: &Context) -> Option<String> {
    let name = profile_option_in(command)?;
    let is_there = context.profiles().ok()?.named(name).is_some();
    (!is_there).then(|| format!("there is no profile {name:?}, which its command names"))
}

/// Returns the state of git, which itself is asked: what its file has is not all that counts.
fn git_state(env: &SetupEnv, target: &SetupTarget<'_>) -> ClientState {
    match git::state(env, target) {
        GitState::NotSetUp => ClientState::NotSetUp,
        GitState::AsksPrusaCred { file, is_snippet } => ClientState::AsksPrusaCred {
            place: if is_snippet {
                format!(
                    "{}, by a command of its own",
                    display_path(Path::new(&file))
                )
            } else {
                file
            },
        },
        GitState::AsksOthersFirst { others } => ClientState::AsksOthersFirst { others },
        GitState::Broken { reason } => ClientState::Broken { reason },
    }
}

/// Returns `Broken` with the error's text as its reason.
fn broken(error: &SetupError) -> ClientState {
    ClientState::Broken {
        reason: error.to_string(),
    }
}
