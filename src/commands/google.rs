//! `google`: the executable of Google's external-account credentials ([`crate::protocol::google`]).
//!
//! The Python library reads stderr and stdout as one, so nothing is printed on stderr. Only in an interactive run a
//! person sees both, and the answer is written to the file alone.

use std::path::PathBuf;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::account::{Account, TokenRequest};
use crate::answer::Answer;
use crate::answer::audit::{Channel, record};
use crate::answer::choose::chosen_profile;
use crate::broker::Need;
use crate::cli::Verb;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, variable};
use crate::protocol::Protocol;
use crate::protocol::google::{self, TokenType};
use crate::store::write_private;
use crate::terminal::output::write_out;
use crate::token::{Jwt, TokenKind, TokenSet, UnixTime};

const CHANNEL: Channel = Channel::Protocol(Protocol::Google);

/// Returns whether this is an interactive run, so that a person sees the output and errors are for people. One that is
/// to revoke the login is not.
pub(super) fn is_interactive() -> Result<bool, ContextError> {
    Ok(is_set(google::INTERACTIVE)? && !is_set(google::REVOKE)?)
}

/// Returns whether a variable is `1`.
fn is_set(name: &'static str) -> Result<bool, ContextError> {
    Ok(variable(name)?.as_deref() == Some("1"))
}

/// Writes the answer to stdout, and to the output file if one is named; in an interactive run to that file alone.
/// Arguments, and an interactive run without a file, are usage errors.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    if verb.verb.is_some() {
        let text = "`prusa-cred google` takes no arguments";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let output_file = variable(google::OUTPUT_FILE)?.map(PathBuf::from);
    match (is_interactive()?, output_file) {
        (false, output_file) => {
            let quiet = context.with(|global| {
                global.quiet = true;
                global.verbose = false;
            });
            let (answer, rendered) = token_and_output(&quiet)?;
            record(&quiet, &[answer.event(CHANNEL, None)]);
            if let Some(path) = output_file {
                write_private(&path, &rendered)?;
            }
            write_out(&rendered)
        }
        (true, Some(path)) => {
            let (answer, rendered) = token_and_output(context)?;
            record(context, &[answer.event(CHANNEL, None)]);
            Ok(write_private(&path, &rendered)?)
        }
        (true, None) => {
            let text = "an interactive run needs an output_file for its answer";
            Err(CommandError::Usage(text.to_owned()).into())
        }
    }
}

/// Returns the token, renewed if necessary, and the same in the format of the output. Fails with `NeedsLogout` if the
/// login is to be revoked, `TokenMissing` if it has no such token, or `NotAJwt` if that is not a JSON Web Token.
fn token_and_output(context: &Context) -> Result<(Answer, Zeroizing<Vec<u8>>)> {
    let profile = chosen_profile(context)?;
    if is_set(google::REVOKE)? {
        let profile = profile.name.clone();
        return Err(CommandError::NeedsLogout { profile }.into());
    }
    let token_type = google::parse(variable(google::TOKEN_TYPE)?.as_deref())?;
    let account = Account::open(context, profile, TokenRequest::default())?;
    let kind = kind_of(token_type, account.current()?.as_ref());
    let granted = account.token_set(Need {
        token: kind,
        ..Need::access(account.min_ttl(None))
    })?;
    let what = match kind {
        TokenKind::Identity => "the identity token",
        TokenKind::Access | TokenKind::Refresh => "the access token",
    };
    let missing = || CommandError::TokenMissing {
        what,
        profile: profile.name.clone(),
    };
    let answer = Answer::granted(&account, granted, kind).ok_or_else(missing)?;
    let token = answer.credential.as_bearer().unwrap_or_default();
    if Jwt::decode(token).is_none() {
        return Err(CommandError::NotAJwt { what }.into());
    }
    let expires_at = answer.credential.expires_at;
    let rendered = google::render(token_type, token, expires_at, UnixTime::now())?;
    Ok((answer, rendered))
}

/// Returns which token is requested. For `Jwt` both kinds are allowed: the ID token, unless the stored login has none,
/// as a refresh would not return one either.
fn kind_of(token_type: TokenType, stored: Option<&TokenSet>) -> TokenKind {
    let has_no_id_token = stored.is_some_and(|set| set.id_token.is_none());
    match token_type {
        TokenType::Jwt if has_no_id_token => TokenKind::Access,
        TokenType::Jwt | TokenType::IdToken => TokenKind::Identity,
    }
}
