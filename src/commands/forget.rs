//! `forget [URL]`: removes saved credentials, also those that could not be used; logins are not touched.

use anyhow::Result;
use serde_json::json;

use crate::answer::error::AnswerError;
use crate::answer::saved;
use crate::cli::Forget;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::Address;
use crate::escape::excerpt;
use crate::store::SavedCredentials;
use crate::terminal::output::print;

/// Removes the saved credentials of an address, or all with `--all`, and says how many. Logins stay.
///
/// # Errors
///
/// `NothingSaved` if nothing matches the address; `BadAddress` if the text is no address and no name that `list` shows;
/// a usage error without an address and `--all`.
pub(super) fn run(context: &Context, options: &Forget) -> Result<()> {
    let removed = match &options.url {
        Some(url) => forget(context, url, options.username.as_deref())?,
        None if options.all => remove(context, &mut SavedCredentials::forget_all)?,
        None => {
            let text =
                "name what to forget: give an address that `prusa-cred list` shows, or --all";
            return Err(CommandError::Usage(text.to_owned()).into());
        }
    };
    let count = removed.len();
    let plural = if count == 1 { "" } else { "s" };
    context.say(&format!("forgot {count} saved credential{plural}"));
    if !context.global.json {
        return Ok(());
    }
    let row = |(host, username): &EntryName| json!({ "host": host, "username": username });
    let rows: Vec<_> = removed.iter().map(row).collect();
    print(format!("{}\n", json!({ "forgotten": rows })))
}

/// The address and the user name of a saved credential.
type EntryName = (String, Option<String>);

/// Removes what is saved for an address, or for a name exactly as `list` shows it, and returns what that was; with
/// `username` only that user's. Fails with `NothingSaved` if there is none, or `BadAddress` if the text is no address
/// either.
fn forget(context: &Context, url: &str, username: Option<&str>) -> Result<Vec<EntryName>> {
    let address = Address::parse(url);
    let is_listed = |name: &str| name == url || excerpt(name) == url;
    let removed = remove(context, &mut |saved| {
        saved.forget_by_listed_name(&is_listed, username)
            + address
                .as_ref()
                .map_or(0, |it| forget_at(saved, it, username))
    })?;
    match address {
        _ if !removed.is_empty() => Ok(removed),
        Ok(address) => Err(CommandError::NothingSaved(address.target.to_string()).into()),
        Err(error) => Err(AnswerError::BadAddress(error).into()),
    }
}

/// Removes the saved credentials for an address, docker's logins too, and returns their number: if the address has a
/// path, only those for that path; if a user name is given here, else in the address, only that user's.
fn forget_at(saved: &mut SavedCredentials, address: &Address<'_>, username: Option<&str>) -> usize {
    let (target, path) = (&address.target, address.path.as_deref());
    let username = username.or(address.username.as_deref());
    saved.forget(target, path, username)
        + saved.forget_registries(&address.text, target, path, username)
}

/// Removes with `forget`, which returns how many it removed, and returns the names of those.
fn remove(
    context: &Context,
    forget: &mut dyn FnMut(&mut SavedCredentials) -> usize,
) -> Result<Vec<EntryName>> {
    let mut removed = Vec::new();
    saved::change(context, &mut |saved| {
        removed = names(saved);
        let count = forget(saved);
        for name in names(saved) {
            if let Some(at) = removed.iter().position(|it| *it == name) {
                removed.remove(at);
            }
        }
        count > 0
    })?;
    Ok(removed)
}

/// Returns the address and the user name of everything that is saved: the entries, then docker's logins.
fn names(saved: &SavedCredentials) -> Vec<EntryName> {
    let entries = saved.entries().iter();
    let entries = entries.map(|entry| (entry.address(), entry.username.clone()));
    let registries = saved.registries().iter();
    let registries = registries.map(|it| (it.server_url.clone(), Some(it.username.clone())));
    entries.chain(registries).collect()
}
