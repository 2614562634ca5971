//! The profile that `get --provider KIND` stands for.

use anyhow::Result;

use crate::answer::choose::is_signed_in;
use crate::cli::Kind;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::Address;
use crate::profile::{Issuer, Profile};

/// Returns the name of the profile of this kind to use: the built-in one; of Practicus, whose regions have profiles of
/// any name, the one region that is signed in.
///
/// # Errors
///
/// When no profile is of this kind, or several regions are signed in and nothing says which.
pub(super) fn profile_name<'a>(
    context: &'a Context,
    kind: Kind,
    address: Option<&Address<'_>>,
) -> Result<&'a str> {
    let profiles = context.profiles()?;
    let built_in = profiles.named(kind.word());
    if kind == Kind::Practicus
        && !built_in.is_some_and(is_by_variable)
        && let Some(region) = region(context, address)?
    {
        return Ok(&region.name);
    }
    match built_in {
        Some(profile) => Ok(&profile.name),
        None => Err(CommandError::Usage(kind.spec().no_profile.to_owned()).into()),
    }
}

/// Returns whether a variable names the region of a profile.
fn is_by_variable(profile: &Profile) -> bool {
    matches!(&profile.issuer, Issuer::Practicus(settings) if settings.variable.is_some())
}

/// Returns the profile of the region that is signed in, of several that answer for the address the default one, else
/// the one that has the provider's name. Where none is signed in, the only one there is; `None` if there is none, or
/// several. Fails if several are signed in and none of them is one of those.
fn region<'a>(context: &'a Context, address: Option<&Address<'_>>) -> Result<Option<&'a Profile>> {
    let profiles = context.profiles()?;
    let place = address.and_then(Address::place);
    let is_region = |it: &&Profile| it.issuer.kind() == Kind::Practicus;
    let regions: Vec<_> = profiles.iter().filter(is_region).collect();
    let mut signed_in = regions.clone();
    signed_in.retain(|profile| is_signed_in(context, profile));
    if let Some(place) = &place
        && signed_in.iter().any(|profile| profile.answers_for(place))
    {
        signed_in.retain(|profile| profile.answers_for(place));
    }
    let with_name = |name: &str| signed_in.iter().find(|profile| profile.name == name);
    let preferred =
        with_name(profiles.default_name()).or_else(|| with_name(Kind::Practicus.word()));
    match (signed_in.as_slice(), regions.as_slice()) {
        ([only], _) | ([], [only]) => Ok(Some(only)),
        ([], _) => Ok(None),
        (several, _) => preferred.copied().map(Some).ok_or_else(|| {
            let names = several.iter().map(|it| it.name.clone()).collect();
            CommandError::SeveralRegions { names }.into()
        }),
    }
}
