//! `login ADDRESS` for an address that is no profile's `resource` yet: finds the authorization server of the protected
//! resource, such as an MCP server (RFC 9728), registers a client there (RFC 7591), and makes a profile for exactly
//! that resource and the hosts of `--host`.
//!
//! Secret: the client secret, if the server issues one; it goes into a file of its own that the profile names.

use anyhow::{Context as _, Result};
use url::Url;

use super::agree_to_origins;
use super::client_secret::{GivenSecret, NewClientSecret};
use super::scopes::given as given_scopes;
use super::shared::{browser_env, check_may_ask, request_timeout};
use super::target::requested_name;
use crate::account::client_secret_path;
use crate::answer::error::AnswerError;
use crate::cli::Login;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::credential::OriginAndPath;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpSettings, redacted};
use crate::oauth::client_document;
use crate::oauth::discovery::{self, ServerMetadata};
use crate::oauth::loopback::Loopback;
use crate::oauth::mix_up::{self, Endpoints, Verdict, origin};
use crate::oauth::registration::{self, RegisteredClient};
use crate::oauth::resource::{self, ProtectedResource};
use crate::profile::{
    ChooseError, ClientAuth, NewProfile, OAuthEndpoints, Profile, RedirectUri, suggested_name,
};
use crate::providers::oauth::OAuthError;
use crate::terminal::prompt::Person;
use crate::token::UnixTime;

/// The profile for a protected resource.
pub(super) enum FoundProfile<'a> {
    /// One whose tokens are for the resource that the address belongs to.
    Known(&'a Profile),
    /// A new one, which is not written yet, and the client secret in the file that it names, which is not written
    /// either, if there is one.
    New(NewProfile, Option<Box<GivenSecret>>),
}

/// Returns the profile whose `resource` is this one: the same address in whatever case scheme and host are written, and
/// with or without the default port; if there is none, one that differs by the slash at the end of its path alone,
/// which makes no other place. `None` if there is none either.
///
/// # Errors
/// When the configuration cannot be read, or several profiles have it and none of them is the default.
pub(super) fn profile_for<'a>(context: &'a Context, resource: &str) -> Result<Option<&'a Profile>> {
    let Ok(resource) = Url::parse(resource) else {
        return Ok(None);
    };
    let profiles = context.profiles()?;
    let with = |is_same: &dyn Fn(Url) -> bool| -> Vec<&Profile> {
        let has_same = |profile: &&Profile| {
            let own = profile.issuer.resource().map(Url::parse);
            own.is_some_and(|own| own.is_ok_and(is_same))
        };
        profiles.iter().filter(has_same).collect()
    };
    let mut same = with(&|own| own == resource);
    if same.is_empty() {
        let place = without_slash(resource.clone());
        same = with(&|own| without_slash(own) == place);
    }
    let is_default = |profile: &&&Profile| profile.name == profiles.default_name();
    match same.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => match several.iter().find(is_default) {
            Some(default) => Ok(Some(default)),
            None => Err(ChooseError::Ambiguous {
                host: redacted(&resource),
                names: several.iter().map(|it| it.name.clone()).collect(),
            }
            .into()),
        },
    }
}

/// Returns an address without one slash at the end of its path.
fn without_slash(mut url: Url) -> Url {
    if let Some(path) = url.path().strip_suffix('/').map(str::to_owned) {
        url.set_path(&path);
    }
    url
}

/// Returns the profile for the resource that the address belongs to, or a new one, for which a client is registered at
/// the server, unless the options have a client ID. A resource may be larger than the address that was typed: then an
/// earlier login for it is the same login, unless a new profile's name is given.
///
/// # Errors
/// If the address may not receive a token, the configuration cannot be changed, `--no-input` is set, or a server cannot
/// be reached or refuses.
pub(super) fn find<'a>(
    context: &'a Context,
    options: &Login,
    address: &str,
    place: &OriginAndPath<'_>,
) -> Result<FoundProfile<'a>> {
    let origin = place.origin;
    if !origin.may_receive_token() {
        return Err(AnswerError::Insecure(origin.to_string()).into());
    }
    let url =
        Url::parse(&origin.complete_url(address)).context(format!("{origin} is not an address"))?;
    context.check_config_editable()?;
    // The sign-in needs a person; without one, no client is registered that nobody would use.
    check_may_ask(context)?;
    let http = Http::new(HttpSettings::default())?;
    let deadline = || Deadline::after(request_timeout(context));
    context.explain(|| format!("asking {} for its authorization server", redacted(&url)));
    let resource = resource::discover(&http, &url, deadline)?;
    let servers = wanted_servers(&resource, options.issuer.as_deref())?;
    if requested_name(context)?.is_none()
        && let Some(profile) = profile_for(context, &resource.resource)?
    {
        return Ok(FoundProfile::Known(profile));
    }
    let (issuer, server) = first_server(&http, &servers, deadline)?;
    server.check_sign_in()?;
    context.say(&format!(
        "{} accepts tokens of {}{}",
        excerpt(&resource.resource),
        redacted(&issuer),
        sent_from(&issuer, &server)
    ));
    let origins = agreed_origins(context, options, &issuer, &server)?;
    let name = profile_name(context, place)?;
    // Before a client is registered that no profile could name.
    context.check_profile_can_be_added(&name)?;
    let scopes = scopes_for(options, &resource, &server);
    let issuer_text = redacted(&issuer);
    let issuer = server.issuer.as_deref().unwrap_or(issuer.as_str());
    let new = NewProfile::new(&name, "oauth")
        .text("issuer", issuer)
        .texts("endpoint_origins", origins)
        .text("resource", &resource.resource);
    let new = match options.hosts.as_slice() {
        [] => new,
        others => new.texts("hosts", others),
    };
    let new = if scopes.is_empty() {
        new
    } else {
        new.texts("scopes", &scopes)
    };
    if options.client_id.is_some() {
        tell_about_documents(context, options, &issuer_text, &server);
    }
    let new = new.optional_text("redirect_uri", options.redirect_uri.clone());
    match &options.client_id {
        Some(client_id) => Ok(FoundProfile::New(new.text("client_id", client_id), None)),
        None => with_registered_client(context, options, new, &http, &server, &scopes, deadline())
            .map(|(new, secret)| FoundProfile::New(new, secret)),
    }
}

/// Says so if the client ID is the address of a document and the server does not say that it takes those.
fn tell_about_documents(context: &Context, options: &Login, issuer: &str, server: &ServerMetadata) {
    let client_id = options.client_id.as_deref().unwrap_or_default();
    if client_document::is_document(client_id) && !server.client_id_metadata_document_supported {
        context.say(&format!(
            "{issuer} does not say that it takes client ID metadata documents, and may refuse this client ID."
        ));
    }
}

/// Returns, for a sentence, from where the server sends its tokens if that is another origin than its own, else
/// nothing: a server may name another one's endpoints, and then the tokens are of that one.
fn sent_from(issuer: &Url, server: &ServerMetadata) -> String {
    let token = server.token_endpoint.as_ref();
    let other = token.filter(|token| token.origin() != issuer.origin());
    other.map_or_else(String::new, |token| {
        format!(", which sends them from {}", origin(token))
    })
}

/// Returns the origins of the server's endpoints that a profile may use without a question: those of its token endpoint
/// and of its authorization endpoint. Asks a person first, before a client is registered, if the sign-in needs that.
///
/// # Errors
/// If the endpoints do not belong together, or nobody agrees to both.
fn agreed_origins(
    context: &Context,
    options: &Login,
    issuer: &Url,
    server: &ServerMetadata,
) -> Result<Vec<String>> {
    let configured = OAuthEndpoints::default();
    let endpoints = Endpoints::of(Some(issuer), &configured, server);
    let verdict = mix_up::check(&endpoints);
    let of_token = server.token_endpoint.iter().map(origin).collect();
    let Verdict::Ask(both) = verdict.map_err(OAuthError::from)? else {
        return Ok(of_token);
    };
    // As the sign-in will choose: with a code on another device nothing is sent from one to the other.
    let has_device = server.device_authorization_endpoint.is_some();
    if options.device || (!options.browser && has_device && !browser_env()?.has_browser()) {
        return Ok(of_token);
    }
    let person = Person::detect(context.may_ask());
    let agreed = vec![both.token.clone(), both.sign_in.clone()];
    let agreement = agree_to_origins::ask(context, person, &both);
    agreement.into_result(both).map_err(OAuthError::from)?;
    Ok(agreed)
}

/// Returns the authorization servers of a resource, or only the one that `--issuer` names: who names an issuer means to
/// sign in there and nowhere else. A usage error if the resource does not accept that one's tokens.
fn wanted_servers<'a>(
    resource: &'a ProtectedResource,
    issuer: Option<&str>,
) -> Result<Vec<&'a Url>, CommandError> {
    let servers = resource.authorization_servers.iter();
    let Some(issuer) = issuer else {
        return Ok(servers.collect());
    };
    let wanted: Vec<_> = servers
        .clone()
        .filter(|server| discovery::is_same_issuer(issuer, server))
        .collect();
    if wanted.is_empty() {
        let accepted: Vec<_> = servers.map(redacted).collect();
        return Err(CommandError::Usage(format!(
            "--issuer: {} does not accept tokens of {}, but of {}",
            excerpt(&resource.resource),
            excerpt(issuer),
            accepted.join(" and ")
        )));
    }
    Ok(wanted)
}

/// Returns the first authorization server that publishes metadata; if none does, the error of the first.
fn first_server(
    http: &Http,
    servers: &[&Url],
    deadline: impl Fn() -> Deadline,
) -> Result<(Url, ServerMetadata)> {
    let mut first_error = None;
    for issuer in servers {
        match discovery::discover(http, issuer, deadline()) {
            Ok(server) => return Ok(((*issuer).clone(), server)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    match first_error {
        Some(error) => Err(error.into()),
        None => Err(CommandError::Usage("there is no authorization server".to_owned()).into()),
    }
}

/// Returns the scopes to request: those of the options, else those of the resource; with `offline_access` where the
/// server has it, as that gives a refresh token (OpenID Connect Core §11).
fn scopes_for(
    options: &Login,
    resource: &ProtectedResource,
    server: &ServerMetadata,
) -> Vec<String> {
    const OFFLINE: &str = "offline_access";
    let mut scopes = given_scopes(options);
    if scopes.is_empty() {
        scopes.clone_from(&resource.scopes);
    }
    let has_offline = |scopes: &[String]| scopes.iter().any(|scope| scope == OFFLINE);
    if has_offline(&server.scopes_supported) && !has_offline(&scopes) {
        scopes.push(OFFLINE.to_owned());
    }
    scopes
}

/// Registers a client and adds it to the profile, with the file for its secret if the server issues one. The port of its
/// redirect URI is chosen now and kept in the profile: RFC 8252 §7.3 has servers accept any port, but not all do.
fn with_registered_client(
    context: &Context,
    options: &Login,
    new: NewProfile,
    http: &Http,
    server: &ServerMetadata,
    scopes: &[String],
    deadline: Deadline,
) -> Result<(NewProfile, Option<Box<GivenSecret>>)> {
    let wanted = options.redirect_uri.as_deref().map(RedirectUri::parse);
    let wanted = wanted
        .transpose()
        .map_err(|why| CommandError::Usage(format!("--redirect-uri: {why}")))?;
    let redirect_uri = match &wanted {
        Some(wanted) if wanted.port().is_some() => wanted.clone(),
        _ => Loopback::bind(&wanted.unwrap_or_default())?
            .redirect_uri()
            .clone(),
    };
    let now = UnixTime::now();
    let client =
        registration::register(http, server, redirect_uri.as_str(), scopes, now, deadline)?;
    let RegisteredClient {
        client_id,
        client_secret,
        client_secret_expires_at,
        auth_method,
    } = client;
    let new = new
        .text("client_id", &client_id)
        .text("client_registration", "dynamic")
        .text("client_auth", auth_method)
        .optional_time("client_secret_expires_at", client_secret_expires_at);
    let new = match (&options.redirect_uri, redirect_uri.port()) {
        (None, Some(port)) => new.number("redirect_port", port),
        _ => new.text("redirect_uri", redirect_uri.as_str()),
    };
    context.say("Registered prusa-cred as a client there.");
    let Some(secret) = client_secret else {
        return Ok((new, None));
    };
    let seal = context.profiles()?.seal().cloned();
    let auth = ClientAuth::of_registered(auth_method, Some(secret.clone()));
    let secret = NewClientSecret::new(context, new.name(), seal, secret)?;
    // Where the file will be, unless its name is taken by then.
    let path = client_secret_path(new.name())?;
    let new = new.text("client_secret_file", path.to_string_lossy());
    Ok((new, Some(Box::new((secret, auth)))))
}

/// Returns the requested name, else a free one.
fn profile_name(context: &Context, place: &OriginAndPath<'_>) -> Result<String> {
    match requested_name(context)? {
        Some(name) => Ok(name),
        None => free_name(context, place),
    }
}

/// Returns a name for a new profile that is made from the host, or if that is taken from host and path, with a number if
/// that is taken too.
///
/// # Errors
///
/// When the configuration cannot be read.
pub(super) fn free_name(context: &Context, place: &OriginAndPath<'_>) -> Result<String> {
    let profiles = context.profiles()?;
    let is_taken = |name: &str| profiles.named(name).is_some();
    let host = suggested_name(place.origin.host(), &|_| false);
    if !is_taken(&host) {
        return Ok(host);
    }
    let name = place.to_string();
    let name = name.split_once("://").map_or(&*name, |(_, rest)| rest);
    Ok(suggested_name(name, &is_taken))
}
