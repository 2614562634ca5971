//! `login`: signs in and stores the token set. The only command that talks with a person.

mod kognic;
mod oauth;
mod practicus;
mod prusa;

use std::borrow::Cow;
use std::time::Duration;

use anyhow::Result;

use super::{Problem, chosen_profile, human, print};
use crate::account::Account;
use crate::account::Wish;
use crate::account::email_of;
use crate::cli::Kind;
use crate::cli::Login;
use crate::context::Context;
use crate::deadline::Deadline;
use crate::http::printable;
use crate::profile::Issuer;
use crate::profile::NewProfile;
use crate::profile::Profile;
use crate::protocol::MAX_INPUT;
use crate::providers::SignInBy;
use crate::stdin::Stdin;
use crate::store::Evidence;
use crate::store::StoreError;
use crate::token::TokenSet;
use crate::token::UnixTime;

/// How long one request may take while a person waits.
const REQUEST: Duration = Duration::from_secs(30);

pub(super) fn run(context: &Context, options: &Login) -> Result<()> {
    if options.save_password {
        return Err(Problem::Usage(
            "--save-password needs a sealed store, and this version has none; a profile's password_command can read \
             the password from where you keep it"
                .to_owned(),
        )
        .into());
    }
    let target = target(context, options)?;
    let profile = target.profile();
    let wish = Wish {
        options: Some(&options.kognic),
        origin: None,
    };
    let account = Account::stored_for(context, profile, wish)?;
    if !options.no_store {
        // Better to know now than after the password has been typed.
        let held = account
            .store()
            .lock(Deadline::after(request_timeout(context)))?;
        drop(held.reserve(None, UnixTime::now())?);
    }
    let set = match &profile.issuer {
        Issuer::Prusa(settings) => prusa::sign_in(context, &account, settings, options)?,
        Issuer::Kognic(_) => kognic::sign_in(context, &account)?,
        Issuer::Practicus(_) => practicus::sign_in(context, &account, options)?,
        Issuer::OAuth(_) => oauth::sign_in(context, &account, options)?,
    };
    if options.no_store {
        return print(set.render());
    }
    target.keep(context, &set)?;
    keep(context, &account, &set)?;
    let opened = Account::open_for(context, profile, wish)?;
    if opened.is_from_environment() {
        context.warn(&format!(
            "the environment holds a token too ({}), and that one is used first",
            opened.environment_variables()
        ));
    }
    Ok(())
}

/// The profile to sign in to, which may not be in the configuration yet.
struct Target<'a> {
    profile: Cow<'a, Profile>,
    new: Option<NewProfile>,
}

impl<'a> Target<'a> {
    fn known(profile: &'a Profile) -> Self {
        Self {
            profile: Cow::Borrowed(profile),
            new: None,
        }
    }

    /// Looks whether such a profile can be added; nothing is written before the sign-in has gone well.
    fn new(context: &Context, new: NewProfile) -> Result<Self> {
        Ok(Self {
            profile: Cow::Owned(context.preview(&new)?),
            new: Some(new),
        })
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Adds the profile to the configuration; the address that the tokens tell wins over the one that was given.
    fn keep(&self, context: &Context, set: &TokenSet) -> Result<()> {
        let Some(new) = self.new.clone() else {
            return Ok(());
        };
        let new = match &self.profile.issuer {
            Issuer::Practicus(_) => new.maybe("email", email_of(set)),
            _ => new,
        };
        let path = context.add_profile(&new)?;
        context.say(&format!("Profile {} is in {}", new.name(), path.display()));
        Ok(())
    }
}

fn target<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    let is_free = context.global.profile.is_none() && Context::profile_variable()?.is_none();
    let implied = match (options.kognic.is_meant(), options.url.is_some()) {
        (true, _) if is_free => Some(Kind::Kognic),
        (false, true) if is_free => Some(Kind::Practicus),
        _ => None,
    };
    match options.provider.or(implied) {
        Some(Kind::Kognic) => kognic::target(context, options),
        Some(Kind::Practicus) => practicus::target(context, options),
        Some(Kind::Prusa | Kind::OAuth) | None => Ok(Target::known(chosen_profile(context)?)),
    }
}

/// Returns the name of the profile that is meant: the one that is named, else the built-in one's.
fn name_for(context: &Context, kind: Kind) -> Result<String> {
    Ok(match &context.global.profile {
        Some(name) => name.clone(),
        None => Context::profile_variable()?.unwrap_or_else(|| kind.word().to_owned()),
    })
}

/// Returns the error of options that a profile contradicts.
fn conflict(profile: &str) -> anyhow::Error {
    Problem::Usage(format!(
        "profile {profile} says something else than these options; name a new one with --profile NAME, or change it \
         in the configuration"
    ))
    .into()
}

/// Stores a new login over whatever was there; a file that cannot be read is kept beside it.
fn keep(context: &Context, account: &Account<'_>, set: &TokenSet) -> Result<()> {
    let held = account
        .store()
        .lock(Deadline::after(request_timeout(context)))?;
    let now = UnixTime::now();
    match held.load() {
        Ok(_) => {}
        Err(StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. }) => {
            let aside = held.set_aside(now)?;
            context.warn(&format!(
                "what was stored could not be read; it is kept as {}",
                aside.display()
            ));
        }
        Err(error) => return Err(error.into()),
    }
    held.reserve(None, now)?.commit(set, Evidence::None)?;
    account.tell_rotation(set);
    drop(held);
    let who = email_of(set).or_else(|| account.profile().email.clone());
    let who = who
        .as_deref()
        .map_or_else(String::new, |email| format!(" as {}", printable(email)));
    let ends = set.access_expires_at(Some(now), now);
    let ends = ends.map_or_else(String::new, |at| {
        format!("; the access token ends {}", human::relative(at, now))
    });
    let renews_alone = account.provider().sign_in_by() == SignInBy::Client;
    let renews = if set.refresh_token.is_some() || renews_alone {
        " and is renewed by itself"
    } else {
        ""
    };
    context.say(&format!(
        "Signed in to profile {}{who}{ends}{renews}.",
        account.profile().name
    ));
    context.say(&format!("Stored in {}", account.store().path().display()));
    Ok(())
}

/// Returns the first line of stdin, which holds a secret.
fn first_line(context: &Context, option: &str, what: &str) -> Result<secrecy::SecretString> {
    let input = Stdin::open().read_all(MAX_INPUT, Deadline::after(request_timeout(context)))?;
    let text = std::str::from_utf8(&input).unwrap_or_default();
    match text.lines().next() {
        None | Some("") => Err(Problem::Usage(format!("{option}: stdin holds no {what}")).into()),
        Some(line) => Ok(line.into()),
    }
}

fn request_timeout(context: &Context) -> Duration {
    context.global.timeout.unwrap_or(REQUEST)
}
