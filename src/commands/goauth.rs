//! `goauth [URL]`: a command for `GOAUTH` ([`crate::protocol::goauth`]).
//!
//! The first call tells only tokens that are good already: it is made before the first fetch of every run of go, and
//! renewing all logins for a build that may need none would be a waste. What is missing then is renewed in the second
//! call, which go makes for the one URL that it was refused. Saved passwords are told in that one alone.

use anyhow::Result;
use zeroize::Zeroizing;

use crate::account::{Account, TokenRequest};
use crate::answer::audit::Channel;
use crate::answer::choose::{choose_for_request, named_profile};
use crate::answer::{self, Answer, emit};
use crate::broker::Need;
use crate::cli::Verb;
use crate::commands::error::{CommandError, read};
use crate::context::Context;
use crate::credential::{Origin, Request, Scheme};
use crate::profile::Profile;
use crate::protocol::{Protocol, goauth};
use crate::token::TokenKind;

const CHANNEL: Channel = Channel::Protocol(Protocol::GoAuth);

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (&verb.verb, verb.rest.as_slice()) {
        (None, _) => print_valid_tokens(context),
        (Some(url), []) => answer_for_url(context, url),
        (Some(_), _) => {
            Err(CommandError::Usage("`prusa-cred goauth` takes one URL at most".to_owned()).into())
        }
    }
}

fn print_valid_tokens(context: &Context) -> Result<()> {
    let named = named_profile(context)?;
    let mut groups = Vec::new();
    let mut answers = Vec::new();
    for profile in context.profiles()?.iter() {
        if named.as_ref().is_none_or(|name| *name == profile.name)
            && let Some(answer) = valid_token(context, profile)
        {
            let origins = exclusive_origins(context, profile);
            if !origins.is_empty() {
                groups.push(goauth::render_first(&origins, &answer.credential)?);
                answers.push(answer);
            }
        }
    }
    // In one go: growing would leave copies behind.
    let groups: Vec<_> = groups.iter().map(|group| group.as_slice()).collect();
    // go asked for no host.
    let events: Vec<_> = answers.iter().map(|it| it.event(CHANNEL, None)).collect();
    emit(context, &events, Zeroizing::new(groups.concat()))
}

/// Returns a token that is valid already. A login that cannot be read must not keep go from the others.
fn valid_token(context: &Context, profile: &Profile) -> Option<Answer> {
    let account = Account::open(context, profile, TokenRequest::default()).ok()?;
    let granted = account.valid_token_set(Need::access(account.min_ttl(None)));
    let granted = granted.unwrap_or_else(|error| {
        context.warn(&error.to_string());
        None
    })?;
    Answer::granted(&account, granted, TokenKind::Access)
}

/// Returns the places that this profile and no other answers for. Go sends headers by https alone.
fn exclusive_origins<'a>(context: &Context, profile: &'a Profile) -> Vec<&'a Origin> {
    let is_exclusive = |origin: &&Origin| {
        let chosen = choose_for_request(context, &Request::new((*origin).clone()));
        origin.scheme() == Scheme::Https
            && matches!(chosen, Ok(Some(it)) if it.profile.name == profile.name)
    };
    let origins = profile.hosts.iter().filter_map(|it| it.exact_origin());
    origins.filter(is_exclusive).collect()
}

fn answer_for_url(context: &Context, url: &str) -> Result<()> {
    let goauth_request = goauth::parse(url, &read(context)?)?;
    let Some(answer) = answer::find(context, &goauth_request.request)? else {
        return Ok(());
    };
    let rendered = goauth::render(&goauth_request, &answer.credential)?;
    answer.emit(
        context,
        CHANNEL,
        Some(&goauth_request.request.target),
        rendered,
    )
}
