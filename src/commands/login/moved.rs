//! Whether the resource of an existing profile still accepts the tokens of that profile's server (RFC 9728): it may have
//! moved to another one. Only told: a profile stays with the server that a person agreed to.

use std::time::Duration;

use anyhow::Result;
use url::Url;

use super::resource::free_name;
use super::shared::request_timeout;
use crate::context::Context;
use crate::credential::OriginAndPath;
use crate::deadline::Deadline;
use crate::escape::{excerpt, shell_word_of};
use crate::http::{Http, HttpSettings, redacted};
use crate::oauth::discovery::is_same_issuer;
use crate::oauth::resource::{self, ProtectedResource};
use crate::profile::{Issuer, Profile};

/// How long to ask the resource: the sign-in does not need its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the resource of a profile, at the address that was typed, which servers' tokens it accepts, and warns if those
/// of the profile's server are not among them. Does nothing without a resource, a person, or an answer.
///
/// # Errors
///
/// When the configuration cannot be read.
pub(super) fn tell(
    context: &Context,
    profile: &Profile,
    address: &str,
    place: &OriginAndPath<'_>,
) -> Result<()> {
    let is_askable = context.may_ask() && place.origin.may_receive_token();
    let Ok(url) = Url::parse(&place.origin.complete_url(address)) else {
        return Ok(());
    };
    if !is_askable || profile.issuer.resource().is_none() {
        return Ok(());
    }
    let deadline = Deadline::after(PATIENCE.min(request_timeout(context)));
    context.explain(|| format!("asking {} for its authorization server", redacted(&url)));
    let http = Http::new(HttpSettings {
        ca_file: profile.ca_file.clone(),
        ..HttpSettings::default()
    })?;
    match resource::discover(&http, &url, || deadline) {
        Ok(resource) => tell_of(context, profile, &resource, place),
        Err(_) => Ok(()),
    }
}

/// As [`tell`], of a resource that has been asked.
fn tell_of(
    context: &Context,
    profile: &Profile,
    resource: &ProtectedResource,
    place: &OriginAndPath<'_>,
) -> Result<()> {
    let Issuer::OAuth(settings) = &profile.issuer else {
        return Ok(());
    };
    let Some(own) = &settings.issuer else {
        return Ok(());
    };
    let servers = &resource.authorization_servers;
    // One at the resource's own origin may only be assumed.
    let is_assumed = |server: &Url| {
        Url::parse(&resource.resource).is_ok_and(|it| it.origin() == server.origin())
    };
    if servers
        .iter()
        .any(|server| is_same_issuer(own.as_str(), server) || is_assumed(server))
    {
        return Ok(());
    }
    let accepted: Vec<_> = servers.iter().map(redacted).collect();
    context.warn(&format!(
        "{resource} accepts tokens of {}, and no longer of {}: `prusa-cred login {} --profile {}` signs in there, and \
         then profile {} can be taken out of the configuration",
        accepted.join(" and "),
        redacted(own),
        shell_word_of(&resource.resource),
        free_name(context, place)?,
        profile.name,
        resource = excerpt(&resource.resource),
    ));
    Ok(())
}
