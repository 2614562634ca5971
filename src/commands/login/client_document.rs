//! `login ADDRESS --print-client-document`: the document to publish for a server that takes client ID metadata
//! documents.
//!
//! It is what a sign-in with the same options needs; no server is asked, and nothing is stored.

use anyhow::Result;

use super::resource;
use super::scopes;
use crate::answer::error::AnswerError;
use crate::cli::Login;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::Request;
use crate::oauth::client_document::{check_address, document};
use crate::profile::{Issuer, OAuthSettings, RedirectUri};
use crate::terminal::output::print;

/// Stands for the address that a person has not named yet.
const PLACEHOLDER: &str = "https://example.com/prusa-cred.json";

/// Prints the document, with the client ID and redirect URI of the options, else of the profile for the address.
///
/// # Errors
///
/// When the address or an option is not valid, or the configuration cannot be read.
pub(super) fn run(context: &Context, options: &Login) -> Result<()> {
    let address = options.address.as_deref().unwrap_or_default();
    let request = Request::for_url(address).map_err(AnswerError::BadAddress)?;
    let known = match request.origin() {
        Some(origin) => resource::profile_for(context, &origin.complete_url(address))?,
        None => None,
    };
    let settings: Option<&OAuthSettings> = known.and_then(|profile| match &profile.issuer {
        Issuer::OAuth(settings) => Some(&**settings),
        _ => None,
    });
    let usage =
        |option: &str, why: &dyn std::fmt::Display| CommandError::Usage(format!("{option}: {why}"));
    if let Some(client_id) = &options.client_id {
        check_address(client_id).map_err(|why| usage("--client-id", &why))?;
    }
    let of_profile = settings.map(|settings| settings.client_id.as_str());
    let of_profile = of_profile.filter(|client_id| check_address(client_id).is_ok());
    let client_id = options.client_id.as_deref().or(of_profile);
    let redirect_uri = match (&options.redirect_uri, settings) {
        (Some(uri), _) => RedirectUri::parse(uri).map_err(|why| usage("--redirect-uri", &why))?,
        (None, Some(settings)) if of_profile.is_some() => settings.redirect_uri.clone(),
        (None, _) => RedirectUri::default(),
    };
    let scopes = scopes::given(options);
    let document = document(client_id.unwrap_or(PLACEHOLDER), &redirect_uri, &scopes);
    context.say(&match client_id {
        Some(client_id) => format!("Publish this at {client_id}, as application/json, then sign in:"),
        None => "Publish this, as application/json, with its own address as client_id: --client-id ADDRESS puts that there. \
                 Then sign in with the same --client-id."
            .to_owned(),
    });
    print(format!("{document:#}\n"))
}
