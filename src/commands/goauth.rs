//! `goauth [URL]`: a command for `GOAUTH` ([`crate::protocol::goauth`]).
//!
//! The first call prints only tokens that are valid already: it is made before the first fetch of every run of go, and
//! the build may need none. A token is renewed in the second call, which go makes for the one URL that was refused.
//! Saved passwords are printed in the second call alone.

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
use crate::credential::{HostPattern, Request, Scheme};
use crate::profile::Profile;
use crate::protocol::{Protocol, goauth};
use crate::token::TokenKind;

const CHANNEL: Channel = Channel::Protocol(Protocol::GoAuth);

/// Runs `goauth [URL]`: prints the tokens that are valid already, or the header for the URL. More arguments are an
/// error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match (&verb.verb, verb.rest.as_slice()) {
        (None, _) => print_valid_tokens(context),
        (Some(url), []) => answer_for_url(context, url),
        (Some(_), _) => {
            Err(CommandError::Usage("`prusa-cred goauth` takes one URL at most".to_owned()).into())
        }
    }
}

/// Prints the tokens that are valid already, of all profiles or of the one that is named, with the hosts that they are
/// for; nothing if there are none.
fn print_valid_tokens(context: &Context) -> Result<()> {
    let named = named_profile(context)?;
    let mut groups = Vec::new();
    let mut answers = Vec::new();
    for profile in context.profiles()?.iter() {
        if named.as_ref().is_none_or(|name| *name == profile.name)
            && let Some(answer) = valid_token(context, profile)
        {
            let urls = exclusive_urls(context, profile, named.is_some())?;
            if !urls.is_empty() {
                groups.push(goauth::render_first(&urls, &answer.credential)?);
                answers.push(answer);
            }
        }
    }
    // `concat` allocates once: a growing buffer would leave copies of secrets in memory.
    let groups: Vec<_> = groups.iter().map(|group| group.as_slice()).collect();
    // go's request names no host.
    let events: Vec<_> = answers.iter().map(|it| it.event(CHANNEL, None)).collect();
    emit(context, &events, Zeroizing::new(groups.concat()))
}

/// Returns a profile's token if it is valid already. A login that cannot be read is a warning, so that go gets the
/// others; `None` without a warning if the account cannot be opened.
fn valid_token(context: &Context, profile: &Profile) -> Option<Answer> {
    let account = Account::open(context, profile, TokenRequest::default()).ok()?;
    let granted = account.valid_token_set(Need::access(account.min_ttl(None)));
    let granted = granted.unwrap_or_else(|error| {
        context.warn(&error.to_string());
        None
    })?;
    Answer::granted(&account, granted, TokenKind::Access)
}

/// Returns the addresses that this profile answers for, without patterns; of those that several profiles name, only the
/// ones that this profile is chosen for. Unless the run names the profile, one of which a part is another profile's is
/// left out: go would send the token there too. Only https: go sends no headers by http.
///
/// # Errors
///
/// When the configuration cannot be read.
fn exclusive_urls(context: &Context, profile: &Profile, is_named: bool) -> Result<Vec<String>> {
    let profiles = context.profiles()?;
    let has_part_of_others = |entry: &HostPattern| {
        !is_named && profiles.any_entry_of_others(Some(&profile.name), &|it| entry.has_part(it))
    };
    let url = |entry: &HostPattern| {
        let origin = entry.exact_origin()?;
        let request = Request {
            path: entry.path_text().map(str::to_owned),
            ..Request::new(origin.clone())
        };
        let chosen = choose_for_request(context, &request);
        let is_exclusive = origin.scheme() == Scheme::Https
            && matches!(chosen, Ok(Some(it)) if it.profile.name == profile.name);
        let path = entry.path_text().map(|path| format!("/{path}"));
        let host = origin.host_and_port();
        is_exclusive.then(|| format!("https://{host}{}", path.unwrap_or_default()))
    };
    let places = profile.places().filter(|it| !has_part_of_others(it));
    Ok(places.filter_map(url).collect())
}

/// Prints the header for a URL that go was refused, or nothing if there is no credential. Reads the head of the
/// server's answer from stdin.
fn answer_for_url(context: &Context, url: &str) -> Result<()> {
    let goauth_request = goauth::parse(url, &read(context)?)?;
    let Some(answer) = answer::find(context, &goauth_request.request)? else {
        return Ok(());
    };
    let rendered = goauth::render(&goauth_request, &answer.credential, answer.extent)?;
    answer.emit(
        context,
        CHANNEL,
        Some(&goauth_request.request.target),
        rendered,
    )
}
