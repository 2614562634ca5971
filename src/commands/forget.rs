//! `forget [URL]`: removes saved credentials by hand, whatever is wrong with them, and leaves every login alone.

use anyhow::Result;

use super::{Problem, saved};
use crate::cli::Forget;
use crate::context::Context;
use crate::protocol::Place;
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
    let place = Place::parse(url).map_err(Problem::BadAddress)?;
    let count = counted(context, &mut |kept| {
        kept.forget(&place, path_of(url), username)
            + kept.forget_registries(url, &place, path_of(url), username)
    })?;
    if count == 0 {
        return Err(Problem::NothingSaved(place.to_string()).into());
    }
    Ok(count)
}

fn counted(context: &Context, forget: &mut dyn FnMut(&mut Kept) -> usize) -> Result<usize> {
    let mut count = 0;
    saved::change(context, &mut |kept| {
        count = forget(kept);
        count > 0
    })?;
    Ok(count)
}

/// Returns the path of an address, as git writes one; `None` for the whole host.
fn path_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (_, path) = rest.split_once('/')?;
    Some(path.trim_matches('/')).filter(|path| !path.is_empty())
}
