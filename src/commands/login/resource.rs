//! `login ADDRESS`, where no profile answers for the address yet: from a protected resource (an MCP server) to a client
//! of its authorization server, and a profile for exactly that host.
//!
//! Secret: the client secret, if the server gives one; it goes into a file of its own that the profile names.

use std::cell::Cell;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use secrecy::ExposeSecret;
use url::Url;

use super::oauth::needs_person;
use super::request_timeout;
use super::target::name_given;
use crate::account::client_secret_path;
use crate::answer::error::AnswerError;
use crate::cli::Login;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::Origin;
use crate::deadline::Deadline;
use crate::http::{Http, HttpSettings, redacted};
use crate::oauth::discovery::{self, ServerMetadata};
use crate::oauth::loopback::Loopback;
use crate::oauth::registration::{self, RegisteredClient};
use crate::oauth::resource::{self, ProtectedResource};
use crate::profile::{NewProfile, suggested_name};
use crate::token::UnixTime;
use crate::{platform, store};

/// A client secret that a server has just given: without the login that it is for, its file is of use to nobody.
#[derive(Default)]
pub(super) struct NewSecret(Cell<Option<PathBuf>>);

impl NewSecret {
    /// Leaves the file where it is, now that a profile names it.
    pub(super) fn keep(&self) {
        self.0.take();
    }
}

impl Drop for NewSecret {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // Nothing that went wrong gets better by being told of this too.
            let _ = platform::remove_if_exists(&path);
        }
    }
}

/// Looks who gives tokens for the address, becomes a client there, and returns the profile that follows from it.
pub(super) fn profile_for(
    context: &Context,
    options: &Login,
    address: &str,
    origin: &Origin,
) -> Result<(NewProfile, NewSecret)> {
    if !origin.may_receive_token() {
        return Err(AnswerError::Insecure(origin.to_string()).into());
    }
    let url =
        Url::parse(&origin.complete_url(address)).context(format!("{origin} is not an address"))?;
    context.check_config_editable()?;
    // Whatever the server is, the sign-in takes a person, and a client that nobody uses is not to be registered.
    needs_person(context)?;
    let http = Http::new(HttpSettings::default())?;
    let deadline = || Deadline::after(request_timeout(context));
    context.explain(|| format!("asking {} who gives tokens for it", redacted(&url)));
    let found = resource::discover(&http, &url, deadline())?;
    let (issuer, server) = first_server(&http, &found, deadline)?;
    context.say(&format!(
        "{} takes tokens of {}",
        found.resource,
        redacted(&issuer)
    ));
    let name = name_for(context, origin)?;
    let scopes = scopes_for(options, &found, &server);
    let issuer = server.issuer.as_deref().unwrap_or(issuer.as_str());
    let own = origin.to_string();
    let own = own.trim_start_matches("https://");
    let others = options.hosts.iter().map(String::as_str);
    let others = others.filter(|host| *host != own);
    let new = NewProfile::new(&name, "oauth")
        .text("issuer", issuer)
        .text("resource", &found.resource)
        .texts("hosts", std::iter::once(own).chain(others));
    let new = if scopes.is_empty() {
        new
    } else {
        new.texts("scopes", &scopes)
    };
    match &options.client_id {
        Some(client_id) => Ok((new.text("client_id", client_id), NewSecret::default())),
        None => registered(context, new, &http, &server, &scopes, deadline()),
    }
}

/// Returns the first authorization server that publishes anything, else why the first does not.
fn first_server(
    http: &Http,
    found: &ProtectedResource,
    deadline: impl Fn() -> Deadline,
) -> Result<(Url, ServerMetadata)> {
    let mut first = None;
    for issuer in &found.authorization_servers {
        match discovery::discover(http, issuer, deadline()) {
            Ok(server) => return Ok((issuer.clone(), server)),
            Err(error) => first = first.or(Some(error)),
        }
    }
    match first {
        Some(error) => Err(error.into()),
        None => Err(CommandError::Usage("there is no authorization server".to_owned()).into()),
    }
}

/// Returns what to ask for: the options, else what the resource wants; and a refresh token, where that takes a scope.
fn scopes_for(options: &Login, found: &ProtectedResource, server: &ServerMetadata) -> Vec<String> {
    const OFFLINE: &str = "offline_access";
    let mut scopes = if options.kognic.scopes.is_empty() {
        found.scopes.clone()
    } else {
        options.kognic.scopes.clone()
    };
    let is_there = |scopes: &[String]| scopes.iter().any(|scope| scope == OFFLINE);
    if is_there(&server.scopes_supported) && !is_there(&scopes) {
        scopes.push(OFFLINE.to_owned());
    }
    scopes
}

/// Registers a client and adds what came of it. The port of its redirect URI is chosen now and kept: not every server
/// lets it differ, as RFC 8252 §7.3 wants.
fn registered(
    context: &Context,
    new: NewProfile,
    http: &Http,
    server: &ServerMetadata,
    scopes: &[String],
    deadline: Deadline,
) -> Result<(NewProfile, NewSecret)> {
    let port = Loopback::bind(None)?.port();
    let redirect_uri = Loopback::redirect_uri(port)?;
    let now = UnixTime::now();
    let client = registration::register(http, server, &redirect_uri, scopes, now, deadline)?;
    let RegisteredClient {
        client_id,
        client_secret,
        auth_method,
    } = client;
    let new = new
        .text("client_id", &client_id)
        .text("client_auth", auth_method)
        .number("redirect_port", port);
    context.say("Registered prusa-cred as a client there.");
    let Some(secret) = client_secret else {
        return Ok((new, NewSecret::default()));
    };
    let path = client_secret_path(new.name())?;
    let kept = NewSecret(Cell::new(Some(path.clone())));
    let sealing = context.sealing(context.profiles()?.seal().cloned())?;
    store::edit(&path, deadline, |_| {
        sealing.render(&path, secret.expose_secret().as_bytes())
    })?;
    Ok((new.text("client_secret_file", text_of(path)?), kept))
}

fn text_of(path: PathBuf) -> Result<String> {
    path.into_os_string().into_string().map_err(|_| {
        CommandError::Usage("the configuration directory's name is not UTF-8".to_owned()).into()
    })
}

/// Returns the name that was given, else the host's, with a number if that is taken.
fn name_for(context: &Context, origin: &Origin) -> Result<String> {
    if let Some(name) = name_given(context)? {
        return Ok(name);
    }
    let profiles = context.profiles()?;
    let is_taken = |name: &str| profiles.named(name).is_some();
    Ok(suggested_name(&origin.to_string(), &is_taken))
}
