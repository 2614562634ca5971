//! Signing in to Prusa Account: through its forms, or in a browser whose last address is pasted back.

use anyhow::Result;

use super::{password, request_timeout};
use crate::account::Account;
use crate::cli::Login;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::profile::PrusaSettings;
use crate::providers::prusa::Prusa;
use crate::terminal::prompt::Person;
use crate::token::TokenSet;

pub(super) fn sign_in(
    context: &Context,
    account: &Account<'_>,
    settings: &PrusaSettings,
    options: &Login,
) -> Result<TokenSet> {
    if options.browser {
        return with_browser(context, account, settings);
    }
    // Where nobody looks on, nobody wonders what the first prompt waits for.
    if Person::detect(context.may_ask()).is_there() {
        context.say("Asking Prusa Account for its sign-in page.");
    }
    Ok(password::sign_in(context, account, options)?.0)
}

/// What is asked for, in prompts and errors.
const WHAT: &str = "address that the browser ended on";

fn with_browser(
    context: &Context,
    account: &Account<'_>,
    settings: &PrusaSettings,
) -> Result<TokenSet> {
    let prusa = Prusa::new(settings.clone().into(), account.profile().ca_file.clone());
    let person = Person::detect(context.may_ask());
    person.check(WHAT)?;
    let pending = prusa.start()?;
    context.say(&format!(
        "Open this address in a browser and sign in:\n\n  {}\n\nIt ends on a page of Prusa Connect whose address \
         begins with {}?code=… Copy that address, quickly: the code in it is good for a minute or so.\n",
        pending.authorization_url,
        settings.redirect_uri.as_str(),
    ));
    let pasted = person.ask(WHAT, "Address")?;
    Ok(prusa.finish(&pending, &pasted, Deadline::after(request_timeout(context)))?)
}
