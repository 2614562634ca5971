//! Servers that say that a token lacks a scope (`insufficient_scope`, RFC 6750 §3.1): no refresh helps, but a login
//! with more scopes does, and the person is told the command.

use crate::context::Context;
use crate::credential::Request;
use crate::escape::shell_word_of;
use crate::profile::{Issuer, Profile};

/// Warns if the server wants scopes that the profile does not ask for, and returns whether it does.
pub(crate) fn tell(context: &Context, profile: &Profile, request: &Request) -> bool {
    let own = match &profile.issuer {
        Issuer::OAuth(settings) => &settings.scopes,
        Issuer::Kognic(settings) => &settings.scopes,
        Issuer::Prusa(settings) => &settings.scopes,
        Issuer::Practicus(_) => return false,
    };
    let missing: Vec<&str> = request
        .missing_scopes
        .iter()
        .map(String::as_str)
        .filter(|scope| !own.iter().any(|known| known == scope))
        .collect();
    if missing.is_empty() {
        return false;
    }
    let (name, login) = (&profile.name, profile.login_command());
    let scopes = shell_word_of(&missing.join(" "));
    context.warn(&format!(
        "{} wants a scope that the token of profile {name} does not have: run `{login} --scopes {scopes}`",
        request.target
    ));
    true
}
