//! Saved credentials on behalf of commands: where they are, whom they answer, and what a person is told about the file.
//!
//! They are for hosts that no profile names, and only for runs that name no profile: naming one narrows whom a run
//! answers to that profile's hosts.

use anyhow::Result;

use crate::context::Context;
use crate::context::credentials_path;
use crate::protocol::Origin;
use crate::store::Changed;
use crate::store::Kept;
use crate::store::Saved;

/// Returns whether a saved credential may answer for an address, or be kept for it.
pub(super) fn is_for(context: &Context, origin: Option<&Origin>) -> Result<bool> {
    if named_profile(context)?.is_some() {
        return Ok(false);
    }
    let mut profiles = context.profiles()?.iter();
    Ok(origin.is_none_or(|origin| !profiles.any(|profile| profile.answers_for(origin))))
}

/// Returns the profile that this run names.
pub(super) fn named_profile(context: &Context) -> Result<Option<String>> {
    Ok(match &context.global.profile {
        Some(name) => Some(name.clone()),
        None => Context::profile_variable()?,
    })
}

/// Reads what is saved.
pub(super) fn load(context: &Context) -> Result<Kept> {
    let saved = Saved::new(credentials_path()?);
    let kept = saved.load()?;
    if kept.was_loose {
        let path = saved.path().display();
        context.warn(&match saved.tighten() {
            Ok(()) => format!("{path} could be read by others; now it is yours alone"),
            Err(error) => {
                format!("{path} can be read by others, and that could not be changed: {error}")
            }
        });
    }
    Ok(kept)
}

/// Changes what is saved; `change` returns whether it changed anything.
pub(super) fn change(context: &Context, change: &mut dyn FnMut(&mut Kept) -> bool) -> Result<()> {
    let saved = Saved::new(credentials_path()?);
    if saved.change(context.deadline, change)? == Changed::NewFile {
        // Once, with the first credential: from then on the file is there.
        context.warn(&format!(
            "saved in plain text in {}, which only you can read",
            saved.path().display()
        ));
    }
    Ok(())
}
