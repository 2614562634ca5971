//! `forget [URL]`: removes saved credentials by hand, whatever is wrong with them, and leaves every login alone.

use anyhow::Result;

use super::{Problem, saved};
use crate::cli::Forget;
use crate::context::Context;
use crate::http::printable;
use crate::protocol::Address;
use crate::store::Kept;

pub(super) fn run(context: &Context, options: &Forget) -> Result<()> {
    let count = match &options.url {
        Some(url) => forget(context, url, options.username.as_deref())?,
        None if options.all => counted(context, &mut Kept::forget_all)?,
        None => {
            let text = "say what to forget: an address that `prusa-cred list` shows, or --all";
            return Err(Problem::Usage(text.to_owned()).into());
        }
    };
    let plural = if count == 1 { "" } else { "s" };
    context.say(&format!("forgot {count} saved credential{plural}"));
    Ok(())
}

fn forget(context: &Context, url: &str, username: Option<&str>) -> Result<usize> {
    let address = Address::parse(url);
    let is_listed = |name: &str| name == url || printable(name) == url;
    let count = counted(context, &mut |kept| {
        kept.forget_listed(&is_listed, username)
            + address
                .as_ref()
                .map_or(0, |it| forget_at(kept, it, username))
    })?;
    match (count, address) {
        (0, Ok(address)) => Err(Problem::NothingSaved(address.place.to_string()).into()),
        (0, Err(error)) => Err(Problem::BadAddress(error).into()),
        (count, _) => Ok(count),
    }
}

fn forget_at(kept: &mut Kept, address: &Address<'_>, username: Option<&str>) -> usize {
    let (place, path) = (&address.place, address.path.as_deref());
    let username = username.or(address.username.as_deref());
    kept.forget(place, path, username)
        + kept.forget_registries(&address.text, place, path, username)
}

fn counted(context: &Context, forget: &mut dyn FnMut(&mut Kept) -> usize) -> Result<usize> {
    let mut count = 0;
    saved::change(context, &mut |kept| {
        count = forget(kept);
        count > 0
    })?;
    Ok(count)
}
