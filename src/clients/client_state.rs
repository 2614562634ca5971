//! How things are with a client, for whoever looks over a whole machine. Nothing is changed.

use anyhow::Result;

use super::env::SetupEnv;
use super::error::SetupError;
use super::plans::plan_for;
use super::program_link::LinkState;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::cli::Client;
use crate::clients::edit::{Found, whose};
use crate::context::Context;
use crate::profile::Profile;

/// Whether a client asks us for a profile's hosts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClientState {
    /// Nothing points here, or the client is not installed.
    Absent,
    /// It asks us, by what stands in this file.
    Ours { place: String },
    /// It asks these instead, or before us.
    Shadowed { by: Vec<String> },
    /// It is to ask us, and cannot; or its configuration makes no sense.
    Broken { why: String },
}

/// Looks at what a client's configuration says of a profile's hosts.
///
/// # Errors
///
/// When it cannot be known, as there is no home directory.
pub(crate) fn state(context: &Context, client: Client, profile: &Profile) -> Result<ClientState> {
    if profile.hosts.is_empty() {
        return Ok(ClientState::Absent);
    }
    let env = SetupEnv::of(context)?;
    let scope = SetupTarget::of(context, profile, Vec::new())?;
    Ok(match plan_for(client, &env, &scope) {
        Ok(plan) => of_plan(&plan),
        Err(error @ (SetupError::Unusable { .. } | SetupError::Store(_))) => broken(&error),
        // What a client cannot be told, or is not there to be told.
        Err(_) => ClientState::Absent,
    })
}

fn of_plan(plan: &SetupPlan) -> ClientState {
    let found = match plan
        .read()
        .and_then(|text| plan.found(&text.unwrap_or_default()))
    {
        Ok(found) => found,
        Err(error) => return broken(&error),
    };
    let of_another = found.iter().filter_map(|found| match found {
        Found::Another(said) => Some(whose(said)),
        _ => None,
    });
    let mut by: Vec<_> = of_another.collect();
    by.dedup();
    if !by.is_empty() {
        return ClientState::Shadowed { by };
    }
    let is_ours = |found: &Found| matches!(found, Found::Ours | Found::AsGood | Found::Changed(_));
    if !found.iter().any(is_ours) && !plan.is_reached_otherwise {
        let theirs = found.into_iter().filter_map(|found| match found {
            Found::Theirs(what) => Some(what),
            _ => None,
        });
        let by: Vec<_> = theirs.collect();
        return if by.is_empty() {
            ClientState::Absent
        } else {
            ClientState::Shadowed { by }
        };
    }
    if !plan.shadows.is_empty() {
        return ClientState::Shadowed {
            by: plan.shadows.clone(),
        };
    }
    for link in &plan.links {
        match link.state() {
            Ok(LinkState::There(_)) => {}
            Ok(LinkState::Taken(path)) => return broken(&SetupError::Taken(path)),
            Ok(LinkState::Missing { .. }) => {
                return ClientState::Broken {
                    why: format!("the program {} is not found", link.name),
                };
            }
            Err(error) => return broken(&error),
        }
    }
    ClientState::Ours {
        place: plan.file.display().to_string(),
    }
}

fn broken(error: &SetupError) -> ClientState {
    ClientState::Broken {
        why: error.to_string(),
    }
}
