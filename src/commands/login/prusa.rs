//! Signing in to Prusa Account: through its forms, or in a browser whose last address is pasted back.

use anyhow::Result;

use super::{first_line, request_timeout};
use crate::account::Account;
use crate::cli::Login;
use crate::context::Context;
use crate::credentials::Options;
use crate::credentials::Sources;
use crate::deadline::Deadline;
use crate::profile::PrusaSettings;
use crate::prompt::Person;
use crate::providers::Patience;
use crate::providers::prusa::Prusa;
use crate::token::TokenSet;

pub(super) fn sign_in(
    context: &Context,
    account: &Account<'_>,
    settings: &PrusaSettings,
    options: &Login,
) -> Result<TokenSet> {
    if options.browser {
        with_browser(context, account, settings)
    } else {
        with_password(context, account, options)
    }
}

fn with_password(context: &Context, account: &Account<'_>, options: &Login) -> Result<TokenSet> {
    let password = if options.password_stdin {
        Some(first_line(context)?)
    } else {
        None
    };
    let options = Options {
        email: options.email.clone(),
        password,
        otp_command: options.otp_command.clone(),
    };
    let patience = Patience::EachRequest(request_timeout(context));
    let mut sources = Sources::find(context, account.profile(), options, patience)?;
    Ok(account.provider().sign_in(&mut sources, patience)?)
}

fn with_browser(
    context: &Context,
    account: &Account<'_>,
    settings: &PrusaSettings,
) -> Result<TokenSet> {
    let prusa = Prusa::new(settings.clone(), account.profile().ca_file.clone());
    const WHAT: &str = "address that the browser ended on";
    let person = Person::find(context.may_ask());
    person.check(WHAT)?;
    let started = prusa.authorize_url()?;
    context.say(&format!(
        "Open this address in a browser and sign in:\n\n  {}\n\nIt ends on a page of Prusa Connect whose address \
         begins with {}?code=… Copy that address, quickly: the code in it is good for a minute or so.\n",
        started.url,
        settings.redirect_uri,
    ));
    let pasted = person.ask(WHAT, "Address")?;
    Ok(prusa.finish(&started, &pasted, Deadline::after(request_timeout(context)))?)
}
