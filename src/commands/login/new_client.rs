//! A new client in place of the one that a profile has from an earlier login: another that registers itself (RFC 7591)
//! where the server no longer knows the old one or its secret has run out, or one that a person names. The old one
//! stays in the configuration until a sign-in with the new one has worked.
//!
//! Secret: the client secret, if the server issues one.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use toml_edit::Value;

use super::client_secret::NewClientSecret;
use super::shared::{check_may_ask, request_timeout};
use crate::account::{Account, TokenRequest, client_secret_path};
use crate::causes::with_causes;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError};
use crate::deadline::Deadline;
use crate::http::{Http, HttpSettings, redacted};
use crate::oauth::client_document::is_document;
use crate::oauth::discovery;
use crate::oauth::loopback::Loopback;
use crate::oauth::registration::{self, RegisteredClient};
use crate::platform;
use crate::profile::{ClientAuth, Issuer, OAuthSettings, Profile, RedirectUri, with_keys};
use crate::store::{Failure, Known};
use crate::token::UnixTime;

/// What the configuration says of a client.
type Keys = Vec<(&'static str, Option<Value>)>;

/// A client for a profile, which names another one yet.
pub(super) struct NewClient {
    keys: Keys,
    /// The file for its secret.
    secret_file: PathBuf,
    /// `None` if it has no secret.
    secret: Option<NewClientSecret>,
}

/// Returns whether the client of a profile has to be replaced before a sign-in: its secret has run out, or the server
/// refused it the last time.
///
/// # Errors
///
/// When the profile's store cannot be found.
pub(super) fn is_due(context: &Context, profile: &Profile) -> Result<bool> {
    let Some(settings) = registered(profile) else {
        return Ok(false);
    };
    let expires_at = settings.client_secret_expires_at;
    if expires_at.is_some_and(|at| at <= UnixTime::now()) {
        return Ok(true);
    }
    let account = Account::open(context, profile, TokenRequest::stored())?;
    let journal = account.store().journal();
    Ok(journal.is_some_and(|journal| journal.has_refused_client(&settings.client_id)))
}

/// Checks that the client of a profile registered itself, so that it can be replaced.
///
/// # Errors
///
/// A usage error if a person named it, or the profile is of another provider.
pub(super) fn check_registered(profile: &Profile) -> Result<()> {
    match registered(profile) {
        Some(_) => Ok(()),
        None => Err(CommandError::Usage(format!(
            "--new-client: the client of profile {} did not register itself",
            profile.name
        ))
        .into()),
    }
}

/// Notes that the server refused the profile's client, so that the next login registers another one. What is noted
/// about a refresh that was interrupted is kept, and a failure to write it is a warning.
pub(super) fn note_refusal(context: &Context, profile: &Profile, error: &anyhow::Error) {
    let Some(settings) = registered(profile) else {
        return;
    };
    let failure = |cut_off| Failure {
        code: Failure::SIGN_IN_FAILED.to_owned(),
        message: with_causes(error.as_ref()),
        at: UnixTime::now(),
        known: Known {
            refused_client: Some(settings.client_id.clone()),
            cut_off,
            ..Known::default()
        },
    };
    let note = || -> Result<()> {
        let account = Account::open(context, profile, TokenRequest::stored())?;
        let deadline = Deadline::after(request_timeout(context));
        let locked = account.store().lock(deadline)?;
        let current = locked.load().ok().flatten();
        let token = current.and_then(|stored| stored.set.refresh_token);
        let cut_off = token.and_then(|token| locked.journal()?.cut_off(&token));
        Ok(locked.note_failure(failure(cut_off))?)
    };
    if let Err(error) = note() {
        let why = with_causes(error.as_ref());
        context.warn(&format!("profile {}: {why}", profile.name));
    }
}

/// Registers another client for a profile, and returns the profile with that client; `None` for a profile whose client
/// did not register itself.
///
/// # Errors
///
/// When the configuration could not be changed later, `--no-input` is set, or the server does not register one. The old
/// one is of no use then either, so that nobody signs in with it for nothing.
pub(super) fn register(
    context: &Context,
    profile: &Profile,
) -> Result<Option<(Profile, NewClient)>> {
    let Some(settings) = registered(profile) else {
        return Ok(None);
    };
    let old = vec![("client_id", Some(settings.client_id.as_str().into()))];
    context.check_config_change(|text| with_keys(text, &profile.name, &old))?;
    check_may_ask(context)?;
    context.say(&format!(
        "The server no longer accepts the client of profile {}; registering another one.",
        profile.name
    ));
    let (client, redirect_uri) = request(context, profile, settings).with_context(|| {
        format!(
            "the server no longer accepts the client of profile {}, and no other was registered",
            profile.name
        )
    })?;
    new_client(context, profile, client, redirect_uri).map(Some)
}

/// Returns whether a login gave the profile its client: one that registered itself, or a document.
fn is_of_login(settings: &OAuthSettings) -> bool {
    let is_public = matches!(settings.client_auth, ClientAuth::None);
    settings.is_registered || (is_public && is_document(&settings.client_id))
}

/// Returns the settings of a profile whose client registered itself; `None` for any other.
fn registered(profile: &Profile) -> Option<&OAuthSettings> {
    match &profile.issuer {
        Issuer::OAuth(settings) if settings.is_registered => Some(settings),
        _ => None,
    }
}

/// Sends a registration request to the profile's server, and returns the client and its redirect URI. Fails if the
/// server does not register one.
fn request(
    context: &Context,
    profile: &Profile,
    settings: &OAuthSettings,
) -> Result<(RegisteredClient, RedirectUri)> {
    let issuer = settings.issuer.as_ref();
    let issuer = issuer.ok_or_else(|| anyhow::anyhow!("the profile names no issuer"))?;
    let http = Http::new(HttpSettings {
        ca_file: profile.ca_file.clone(),
        ..HttpSettings::default()
    })?;
    let deadline = Deadline::after(request_timeout(context));
    context.explain(|| format!("asking {} for its metadata", redacted(issuer)));
    let server = discovery::discover(&http, issuer, deadline)?;
    let redirect_uri = match settings.redirect_uri.port() {
        Some(_) => settings.redirect_uri.clone(),
        None => Loopback::bind(&settings.redirect_uri)?
            .redirect_uri()
            .clone(),
    };
    let now = UnixTime::now();
    let (scopes, text) = (&settings.scopes, redirect_uri.as_str());
    let client = registration::register(&http, &server, text, scopes, now, deadline)?;
    Ok((client, redirect_uri))
}

/// Returns the profile with a client that has been registered for it, and what is to be written of that. Fails if its
/// secret could not be stored.
fn new_client(
    context: &Context,
    profile: &Profile,
    client: RegisteredClient,
    redirect_uri: RedirectUri,
) -> Result<(Profile, NewClient)> {
    let RegisteredClient {
        client_id,
        client_secret,
        client_secret_expires_at,
        auth_method,
    } = client;
    let secret_file = client_secret_path(&profile.name)?;
    let secret = client_secret
        .clone()
        .map(|secret| NewClientSecret::new(context, &profile.name, profile.seal.clone(), secret));
    let secret = secret.transpose()?;
    let path = secret.as_ref().map(|_| secret_file.to_string_lossy());
    let mut keys = vec![
        ("client_id", Some(client_id.as_str().into())),
        ("client_registration", Some("dynamic".into())),
        ("client_auth", Some(auth_method.into())),
        ("client_secret_file", path.map(|path| path.as_ref().into())),
        (
            "client_secret_expires_at",
            client_secret_expires_at.map(|at| at.as_secs().into()),
        ),
    ];
    let mut profile = profile.clone();
    if let Issuer::OAuth(settings) = &mut profile.issuer {
        keys.extend(redirect_key(&settings.redirect_uri, &redirect_uri));
        settings.client_id = client_id;
        settings.is_fresh_client = true;
        settings.client_auth = ClientAuth::of_registered(auth_method, client_secret);
        settings.client_secret_expires_at = client_secret_expires_at;
        settings.redirect_uri = redirect_uri;
    }
    let new = NewClient {
        keys,
        secret_file,
        secret,
    };
    Ok((profile, new))
}

/// Returns the key that says which port was registered, and its value; `None` if the profile says so already.
fn redirect_key(
    configured: &RedirectUri,
    registered: &RedirectUri,
) -> Option<(&'static str, Option<Value>)> {
    let port = registered.port().filter(|_| configured.port().is_none())?;
    Some(if *configured == RedirectUri::default() {
        ("redirect_port", Some(i64::from(port).into()))
    } else {
        ("redirect_uri", Some(registered.as_str().into()))
    })
}

impl NewClient {
    /// Returns the profile with the client that a person names, as a first login would write it, and that client.
    /// `None` if the profile does not have its own from a login, but from a person.
    ///
    /// # Errors
    ///
    /// When the client ID or redirect URI is not valid, or the configuration cannot be changed.
    pub(super) fn named(
        context: &Context,
        profile: &Profile,
        client_id: &str,
        redirect_uri: Option<&str>,
    ) -> Result<Option<(Profile, Self)>, ContextError> {
        let scopes = match &profile.issuer {
            Issuer::OAuth(settings) if is_of_login(settings) => &settings.scopes,
            _ => return Ok(None),
        };
        let new = Self {
            keys: vec![
                ("client_id", Some(client_id.into())),
                ("client_registration", None),
                ("client_auth", None),
                ("client_secret_file", None),
                ("client_secret_command", None),
                ("client_secret_expires_at", None),
                ("redirect_port", None),
                ("redirect_uri", redirect_uri.map(Into::into)),
            ],
            secret_file: client_secret_path(&profile.name)?,
            secret: None,
        };
        let after = context.profiles_after(|text| with_keys(text, &profile.name, &new.keys))?;
        let changed = after.named(&profile.name).cloned();
        Ok(changed.map(|mut changed| {
            if let Issuer::OAuth(settings) = &mut changed.issuer {
                // Those that this login adds are not in the configuration yet.
                settings.scopes.clone_from(scopes);
            }
            (changed, new)
        }))
    }

    /// Writes the client into the configuration in place of the old one of this profile, and its secret into a file. A
    /// file with the old one's secret that is of no more use is removed.
    ///
    /// # Errors
    ///
    /// When either cannot be written.
    pub(super) fn write(&self, context: &Context, profile: &str) -> Result<()> {
        if let Some(secret) = &self.secret {
            secret.replace(context)?;
        }
        let path = context.change_config(|text| with_keys(text, profile, &self.keys))?;
        if self.secret.is_none() {
            platform::remove_if_exists(&self.secret_file)?;
        }
        context.say(&format!(
            "Changed the client of profile {profile} in {}",
            path.display()
        ));
        Ok(())
    }
}
