//! `hosts`: which hosts each profile answers for, and adding and removing them in the configuration.

mod change;
mod list;
mod outcome;

use anyhow::Result;

use crate::cli::{Hosts, HostsAction};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::{HostPattern, OriginError, host_entry, placeholder};
use crate::escape::excerpt;

/// Lists the hosts of the profile that is named, else of all; or adds or removes hosts.
///
/// # Errors
///
/// When a host is not valid, there is no such profile, one cannot be removed, or the configuration cannot be read or
/// changed. Nothing is changed then.
pub(super) fn run(context: &Context, options: &Hosts) -> Result<()> {
    match options.action {
        None | Some(HostsAction::List) if options.hosts.is_empty() => list::run(context),
        None | Some(HostsAction::List) => {
            let text = "`prusa-cred hosts` lists the hosts, and takes none; `prusa-cred which HOST` shows who answers";
            Err(CommandError::Usage(text.to_owned()).into())
        }
        Some(HostsAction::Add) => {
            context.begin_config();
            change::add(context, &entries(&options.hosts)?)
        }
        Some(HostsAction::Remove) => change::remove(context, &entries(&options.hosts)?),
    }
}

/// Returns the entries for what was typed, each once. A usage error if one is not valid.
fn entries(texts: &[String]) -> Result<Vec<HostPattern>, CommandError> {
    let mut entries = Vec::new();
    for text in texts {
        let entry = host_entry(text).map_err(|error| invalid(text, &error))?;
        if placeholder(text).is_some() {
            let text = excerpt(text);
            return Err(CommandError::Usage(format!(
                "{text} has a placeholder in it: write your own name in its place"
            )));
        }
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    Ok(entries)
}

/// Returns the usage error of a text that is no entry. It may hold a password, and is not repeated then.
fn invalid(text: &str, error: &OriginError) -> CommandError {
    let text = excerpt(text);
    CommandError::Usage(match error {
        OriginError::Insecure => format!(
            "{text} would never be answered: a token is for https only, or http on this machine"
        ),
        OriginError::UserInfo => format!("not a host: {error}"),
        error => format!("{text} is not a host: {error}"),
    })
}
