//! `goauth [URL]`: a command for `GOAUTH` (`reference/protocols.md` 12).
//!
//! The first call tells only tokens that are good already: it is made before the first fetch of every run of go, and
//! renewing all logins for a build that may need none would be a waste. What is missing then is renewed in the second
//! call, which go makes for the one URL that it was refused. Saved passwords are told in that one alone.

use anyhow::Result;
use zeroize::Zeroizing;

use crate::account::Account;
use crate::answer::audit::{AuditEvent, By, emit};
use crate::answer::{answer, profile_for, saved};
use crate::broker::Need;
use crate::cli::Verb;
use crate::commands::error::{CommandError, read};
use crate::context::Context;
use crate::credential::{Credential, Origin, Request, Scheme};
use crate::profile::Profile;
use crate::protocol::{Protocol, goauth};

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (&verb.verb, verb.rest.as_slice()) {
        (None, _) => first(context),
        (Some(url), []) => second(context, url),
        (Some(_), _) => {
            Err(CommandError::Usage("`prusa-cred goauth` takes one URL at most".to_owned()).into())
        }
    }
}

fn first(context: &Context) -> Result<()> {
    let named = saved::named_profile(context)?;
    let mut groups = Vec::new();
    let mut handed_out = Vec::new();
    for profile in context.profiles()?.iter() {
        if named.as_ref().is_none_or(|name| *name == profile.name)
            && let Some(credential) = at_hand(context, profile)
        {
            let origins = answered_by(context, profile);
            if !origins.is_empty() {
                groups.push(goauth::render_first(&origins, &credential)?);
                handed_out.push(AuditEvent {
                    profile: &profile.name,
                    by: By::Protocol(Protocol::GoAuth),
                    // go asked for none.
                    host: None,
                    token: "access",
                });
            }
        }
    }
    // In one go: growing would leave copies behind.
    let groups: Vec<_> = groups.iter().map(|group| group.as_slice()).collect();
    emit(context, &handed_out, Zeroizing::new(groups.concat()))
}

/// Returns a token that is good already. A login that cannot be read must not keep go from the others.
fn at_hand(context: &Context, profile: &Profile) -> Option<Credential> {
    let account = Account::open(context, profile).ok()?;
    let granted = account.at_hand(Need::access(account.min_ttl(None)));
    let granted = granted.unwrap_or_else(|error| {
        context.warn(&error.to_string());
        None
    })?;
    Some(Credential::token(
        granted.set.access_token?,
        profile.git_auth,
        profile.username.clone(),
        granted.expires_at,
    ))
}

/// Returns the places that this profile and no other answers for. Go sends headers by https alone.
fn answered_by<'a>(context: &Context, profile: &'a Profile) -> Vec<&'a Origin> {
    let is_answered = |origin: &&Origin| {
        let answering = profile_for(context, &Request::new((*origin).clone()));
        origin.scheme() == Scheme::Https
            && matches!(answering, Ok(Some(it)) if it.name == profile.name)
    };
    let origins = profile.hosts.iter().filter_map(|it| it.exact_origin());
    origins.filter(is_answered).collect()
}

fn second(context: &Context, url: &str) -> Result<()> {
    let asked = goauth::parse(url, &read(context)?)?;
    match answer(context, &asked.request)? {
        Some(found) => {
            let answer = goauth::render(&asked, &found.credential)?;
            let by = By::Protocol(Protocol::GoAuth);
            found.emit(context, by, Some(&asked.request.target), answer)
        }
        None => Ok(()),
    }
}
