//! `forget [URL]`: removes saved credentials by hand, whatever is wrong with them, and leaves every login alone.

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

pub(super) fn run(context: &Context, options: &Forget) -> Result<()> {
    let gone = match &options.url {
        Some(url) => forget(context, url, options.username.as_deref())?,
        None if options.all => removed(context, &mut SavedCredentials::forget_all)?,
        None => {
            let text = "say what to forget: an address that `prusa-cred list` shows, or --all";
            return Err(CommandError::Usage(text.to_owned()).into());
        }
    };
    let count = gone.len();
    let plural = if count == 1 { "" } else { "s" };
    context.say(&format!("forgot {count} saved credential{plural}"));
    if !context.global.json {
        return Ok(());
    }
    let row = |(host, username): &Name| json!({ "host": host, "username": username });
    let rows: Vec<_> = gone.iter().map(row).collect();
    print(format!("{}\n", json!({ "forgotten": rows })))
}

/// Where a credential was for, and whose it was.
type Name = (String, Option<String>);

fn forget(context: &Context, url: &str, username: Option<&str>) -> Result<Vec<Name>> {
    let address = Address::parse(url);
    let is_listed = |name: &str| name == url || excerpt(name) == url;
    let gone = removed(context, &mut |kept| {
        kept.forget_by_listed_name(&is_listed, username)
            + address
                .as_ref()
                .map_or(0, |it| forget_at(kept, it, username))
    })?;
    match address {
        _ if !gone.is_empty() => Ok(gone),
        Ok(address) => Err(CommandError::NothingSaved(address.target.to_string()).into()),
        Err(error) => Err(AnswerError::BadAddress(error).into()),
    }
}

fn forget_at(kept: &mut SavedCredentials, address: &Address<'_>, username: Option<&str>) -> usize {
    let (target, path) = (&address.target, address.path.as_deref());
    let username = username.or(address.username.as_deref());
    kept.forget(target, path, username)
        + kept.forget_registries(&address.text, target, path, username)
}

/// Has something forgotten, and returns what it was.
fn removed(
    context: &Context,
    forget: &mut dyn FnMut(&mut SavedCredentials) -> usize,
) -> Result<Vec<Name>> {
    let mut gone = Vec::new();
    saved::change(context, &mut |kept| {
        gone = names(kept);
        let count = forget(kept);
        for name in names(kept) {
            if let Some(at) = gone.iter().position(|it| *it == name) {
                gone.remove(at);
            }
        }
        count > 0
    })?;
    Ok(gone)
}

fn names(kept: &SavedCredentials) -> Vec<Name> {
    let entries = kept.entries().iter();
    let entries = entries.map(|entry| (entry.address(), entry.username.clone()));
    let registries = kept.registries().iter();
    let registries = registries.map(|it| (it.server_url.clone(), Some(it.username.clone())));
    entries.chain(registries).collect()
}
