//! `inspect`: decodes a JSON Web Token (RFC 7519) here, so that nobody has to paste one into a web page.
//!
//! The signature is not verified: that takes the issuer's keys. The token itself is never shown.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::account::{Account, TokenRequest};
use crate::answer::choose::chosen_profile;
use crate::cli::Inspect;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::escape::excerpt;
use crate::protocol::MAX_INPUT;
use crate::stdin::Stdin;
use crate::terminal::output::print;
use crate::token::{Jwt, TokenKind, UnixTime};

/// Claims that are points in time (RFC 7519 §4.1, OpenID Connect Core §2).
const TIMES: [&str; 4] = ["exp", "iat", "nbf", "auth_time"];

/// Prints the header and the claims of the token on stdin, which may have `Bearer ` before it, or of the token of the
/// chosen profile that the options name.
///
/// # Errors
///
/// `NotAJwt` if it cannot be decoded; also if stdin cannot be read, or there is no such token.
pub(super) fn run(context: &Context, options: &Inspect) -> Result<()> {
    let (what, decoded) = if options.stdin.is_some() {
        let input = Stdin::open().read_all(MAX_INPUT, context.deadline)?;
        let text = String::from_utf8_lossy(&input);
        let token = text.trim();
        (
            "the text on stdin",
            decode(token.strip_prefix("Bearer ").unwrap_or(token)),
        )
    } else {
        stored(context, options.token)?
    };
    show_decoded(context, what, decoded)
}

/// Prints the header and the claims of a token, which `what` names in an error.
///
/// # Errors
///
/// `NotAJwt` if it cannot be decoded.
pub(super) fn show(context: &Context, what: &'static str, token: &str) -> Result<()> {
    show_decoded(context, what, decode(token))
}

fn show_decoded(context: &Context, what: &'static str, decoded: Option<Decoded>) -> Result<()> {
    let (header, jwt) = decoded.ok_or(CommandError::NotAJwt { what })?;
    let now = UnixTime::now();
    if context.global.json {
        let object = json!({
            "header": header,
            "claims": jwt.claims(),
            "expires_at": jwt.expires_at().and_then(UnixTime::rfc3339),
            "is_expired": jwt.expires_at().map(|at| at <= now),
            "is_verified": false,
        });
        return print(format!("{object}\n"));
    }
    let mut text = String::from("header\n");
    text.push_str(&lines(&header, now));
    text.push_str("claims\n");
    text.push_str(&lines(jwt.claims(), now));
    context.say(
        "The signature is not verified here: only the issuer can tell whether a token is genuine.",
    );
    print(text)
}

/// The header and the claims of a token.
type Decoded = (Map<String, Value>, Jwt);

/// Returns the header and the claims of a token, not verified; `None` if it is not a JSON Web Token.
fn decode(token: &str) -> Option<Decoded> {
    Jwt::decode_header(token).zip(Jwt::decode(token))
}

/// Returns a name for the chosen profile's token of this kind, from the environment or the store and not renewed, and
/// the decoded token: `None` if it is not a JSON Web Token. Fails if the profile is not signed in, or its login has no
/// such token.
fn stored(context: &Context, kind: TokenKind) -> Result<(&'static str, Option<Decoded>)> {
    let account = Account::open(context, chosen_profile(context)?, TokenRequest::default())?;
    let set = account.current()?;
    let set = set.ok_or_else(|| account.not_signed_in())?;
    let what = match kind {
        TokenKind::Access => "the access token",
        TokenKind::Identity => "the identity token",
        TokenKind::Refresh => "the refresh token",
    };
    let token = set.token(kind).ok_or_else(|| CommandError::TokenMissing {
        what,
        profile: account.profile().name.clone(),
    })?;
    Ok((what, decode(token)))
}

/// Returns one indented line per field, with the keys padded to one width; keys and values are safe for a terminal, and
/// cut after 200 characters. For claims that are points in time the line also has the date, and the time relative to
/// `now`.
fn lines(fields: &Map<String, Value>, now: UnixTime) -> String {
    let width = fields
        .keys()
        .map(|key| excerpt(key).chars().count())
        .max()
        .unwrap_or(0);
    let line = |(key, value): (&String, &Value)| {
        let shown = match (value, value.as_i64()) {
            (_, Some(seconds)) if TIMES.contains(&key.as_str()) => {
                let at = UnixTime::from_secs(seconds);
                format!(
                    "{seconds}  {at}, {}",
                    crate::terminal::relative_time::relative(at, now)
                )
            }
            (Value::String(text), _) => excerpt(text),
            (value, _) => excerpt(&value.to_string()),
        };
        format!("  {:width$}  {shown}\n", excerpt(key))
    };
    fields.iter().map(line).collect()
}
