//! Signing in to Prusa Account: through its web forms, or in a browser whose last address is pasted here.

use std::rc::Rc;

use anyhow::Result;

use super::super::password;
use super::super::provider_login::{Keep, ProviderLogin};
use super::super::shared::request_timeout;
use super::super::target::{LoginTarget, conflict, target_name};
use crate::account::Account;
use crate::cli::{Kind, Login};
use crate::context::Context;
use crate::deadline::Deadline;
use crate::http::{check_address_to_open, redacted};
use crate::oauth::GrantError;
use crate::profile::{Issuer, NewProfile, Profile, PrusaSettings};
use crate::providers::oauth::OAuthError;
use crate::providers::prusa::Prusa;
use crate::store::SavedPassword;
use crate::terminal::prompt::Person;
use crate::token::TokenSet;

/// Signing in to Prusa Account.
pub(super) struct PrusaLogin;

impl ProviderLogin for PrusaLogin {
    /// Returns the existing profile, or a new one under the requested name.
    fn target<'a>(&self, context: &'a Context, options: &Login) -> Result<LoginTarget<'a>> {
        let name = target_name(context, Kind::Prusa, false)?;
        match context.profiles()?.named(&name) {
            Some(profile) => {
                settings_of(profile)?;
                Ok(LoginTarget::existing(profile))
            }
            None => LoginTarget::new(context, NewProfile::new(name, Kind::Prusa.word()), options),
        }
    }

    /// Signs in with e-mail address, password and one-time code, or with `--browser`.
    fn sign_in(
        &self,
        context: &Context,
        account: &Account<'_>,
        options: &Login,
        _keep: Keep<'_>,
    ) -> Result<(TokenSet, Option<SavedPassword>)> {
        if options.browser {
            return Ok((sign_in_with_browser(context, account)?, None));
        }
        // Says why the first prompt does not come at once, if there is somebody to see it.
        let announce = || {
            if Person::detect(context.may_ask()).is_there() {
                context.say("Asking Prusa Account for its sign-in page.");
            }
        };
        let (set, _) = password::sign_in(context, account, options, announce)?;
        Ok((set, None))
    }
}

/// Returns the settings of a profile of Prusa Account; an error if the profile is of another provider.
fn settings_of(profile: &Profile) -> Result<&Rc<PrusaSettings>> {
    match &profile.issuer {
        Issuer::Prusa(settings) => Ok(settings),
        _ => Err(conflict(&profile.name)),
    }
}

/// The name of what is pasted, in errors.
const PASTED: &str = "address that the browser ended on";

/// Shows the address of the sign-in page, asks for the address that the browser ended on until it is of this sign-in,
/// and returns the tokens for the code in it. Fails if no person can be asked, or the server does not accept the code.
fn sign_in_with_browser(context: &Context, account: &Account<'_>) -> Result<TokenSet> {
    let profile = account.profile();
    let settings = settings_of(profile)?;
    let prusa = Prusa::new(Rc::clone(settings), profile.ca_file.clone());
    let person = Person::detect(context.may_ask());
    person.check(PASTED)?;
    let pending = prusa.start()?;
    let deadline = Deadline::after(request_timeout(context));
    check_address_to_open(&pending.authorization_url, deadline).map_err(GrantError::from)?;
    let address = pending.address().map_err(|why| OAuthError::UnfitEndpoint {
        endpoint: redacted(&pending.authorization_url),
        why,
    })?;
    context.show(&format!(
        "Open this address in a browser and sign in:\n\n  {}\n\nThe last page is one of Prusa Connect. Its address \
         begins with\n{}?code=…\nCopy that address and paste it here; the code in it expires in about a minute.\n",
        address,
        settings.redirect_uri.as_str(),
    ));
    let pasted = person.ask_for_paste(PASTED, "Address", |line| {
        match pending.code_from_pasted(line) {
            Err(error) if error.allows_another_try() => Err(error.to_string()),
            // What the server answered is told by `finish`.
            Ok(_) | Err(_) => Ok(line.to_owned()),
        }
    })?;
    Ok(prusa.finish(&pending, &pasted, Deadline::after(request_timeout(context)))?)
}
