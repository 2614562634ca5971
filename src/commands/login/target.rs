//! What a login is for: a profile that exists, or one that is added to the configuration once the sign-in has worked.
//!
//! Also the name of that profile, and the error of options that contradict it.

use std::borrow::Cow;

use anyhow::Result;

use super::client_secret::{GivenSecret, NewClientSecret};
use super::new_client::{self, NewClient};
use crate::account::email_of;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError};
use crate::credential::HostPattern;
use crate::escape::excerpt;
use crate::profile::{
    ConfigError, Issuer, NewProfile, Profile, append_profile, with_hosts, with_texts,
};
use crate::token::TokenSet;

/// The profile to sign in to, which may not be in the configuration yet.
pub(super) struct LoginTarget<'a> {
    profile: Cow<'a, Profile>,
    new: Option<NewProfile>,
    /// All scopes of an existing profile that gets more by this login.
    scopes: Option<Vec<String>>,
    /// Hosts that an existing profile answers for too after this login.
    hosts: Vec<HostPattern>,
    /// The client secret in the file that the new profile names.
    client_secret: Option<NewClientSecret>,
    /// A client in place of the one that an existing profile names.
    new_client: Option<NewClient>,
}

impl<'a> LoginTarget<'a> {
    /// Returns a target that is a profile of the configuration, or a built-in one.
    pub(super) fn existing(profile: &'a Profile) -> Self {
        Self {
            profile: Cow::Borrowed(profile),
            new: None,
            scopes: None,
            hosts: Vec::new(),
            client_secret: None,
            new_client: None,
        }
    }

    /// Returns a target that is a new profile, with the `--email` and `--host` of the options.
    ///
    /// Nothing is written before the sign-in has worked, so this fails already if the profile cannot be added.
    pub(super) fn new(context: &Context, new: NewProfile, options: &Login) -> Result<Self> {
        let new = new.optional_text("email", options.email.clone());
        let new = match options.hosts.as_slice() {
            [] => new,
            hosts => new.texts("hosts", hosts),
        };
        let profile = context.preview(&new).map_err(naming_the_option)?;
        context.check_config_editable()?;
        Ok(Self {
            profile: Cow::Owned(profile),
            new: Some(new),
            scopes: None,
            hosts: Vec::new(),
            client_secret: None,
            new_client: None,
        })
    }

    /// Adds the client secret that the server gave to the new profile, with its client; `None` if it gave none.
    pub(super) fn with_client_secret(mut self, given: Option<Box<GivenSecret>>) -> Self {
        let (secret, auth) = given.map(|given| *given).unzip();
        if let Issuer::OAuth(settings) = &mut self.profile.to_mut().issuer {
            settings.is_fresh_client = true;
            settings.client_auth = auth.unwrap_or_else(|| settings.client_auth.clone());
        }
        Self {
            client_secret: secret,
            ..self
        }
    }

    /// Returns the target with a new client if that of its profile registered itself; else the same target. A new
    /// profile has a new client already.
    ///
    /// # Errors
    ///
    /// When the configuration could not be changed later, `--no-input` is set, or the server does not register one.
    pub(super) fn with_new_client(self, context: &Context) -> Result<Self> {
        if self.is_new() {
            return Ok(self);
        }
        Ok(match new_client::register(context, &self.profile)? {
            Some((profile, new_client)) => Self {
                profile: Cow::Owned(profile),
                new_client: Some(new_client),
                ..self
            },
            None => self,
        })
    }

    /// Returns the target with this client in place of the one that its existing profile has from an earlier login.
    ///
    /// # Errors
    ///
    /// The usage error of [`conflict`] if a person gave the profile its client, one of an option that is not valid, or
    /// when the configuration cannot be changed.
    pub(super) fn with_named_client(
        self,
        context: &Context,
        client_id: &str,
        redirect_uri: Option<&str>,
    ) -> Result<Self> {
        let named = NewClient::named(context, &self.profile, client_id, redirect_uri);
        let Some((profile, new_client)) = named.map_err(naming_the_option)? else {
            return Err(conflict(&self.profile.name));
        };
        Ok(Self {
            profile: Cow::Owned(profile),
            new_client: Some(new_client),
            ..self
        })
    }

    /// Returns whether the client that an existing profile names has been replaced.
    pub(super) fn has_new_client(&self) -> bool {
        self.new_client.is_some()
    }

    /// Returns the target with an existing profile that has these scopes, all of them, in the configuration afterwards.
    pub(super) fn with_scopes(self, profile: Profile, scopes: Vec<String>) -> Self {
        Self {
            profile: Cow::Owned(profile),
            scopes: Some(scopes),
            ..self
        }
    }

    /// Returns the options with the scopes to ask for: all of a profile that gets more.
    pub(super) fn with_its_scopes(&self, options: &Login) -> Login {
        let mut options = options.clone();
        if let Some(scopes) = &self.scopes {
            options.kognic.scopes.clone_from(scopes);
        }
        options
    }

    /// Returns the target with an existing profile that answers for these hosts too, afterwards.
    ///
    /// # Errors
    ///
    /// When the configuration could not be changed later.
    pub(super) fn with_hosts(self, context: &Context, hosts: &[String]) -> Result<Self> {
        let has = |host: &HostPattern| self.profile.places().any(|known| known == host);
        let hosts = hosts
            .iter()
            .filter_map(|host| HostPattern::parse(host).ok());
        let hosts: Vec<_> = hosts.filter(|host| !has(host)).collect();
        context.check_config_change(|text| with_hosts(text, &self.profile, &hosts))?;
        Ok(Self { hosts, ..self })
    }

    /// Returns whether the profile is added to the configuration by this login.
    pub(super) fn is_new(&self) -> bool {
        self.new.is_some()
    }

    /// Returns the profile to sign in to.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Adds a new profile to the configuration, and keeps the file of its client secret; of an existing one, writes
    /// only a new client and the scopes and hosts that it gets. Returns the profile as it is then: a new one has another
    /// name if another process has taken its own meanwhile.
    ///
    /// The e-mail address in `set` is written if the profile has none; if the provider's tokens decide it (Practicus),
    /// it replaces the one that was typed.
    pub(super) fn add_to_config(&self, context: &Context, set: &TokenSet) -> Result<Profile> {
        if let Some(scopes) = &self.scopes {
            write_scopes(context, &self.profile, scopes)?;
        }
        if !self.hosts.is_empty() {
            write_hosts(context, &self.profile, &self.hosts)?;
        }
        if let Some(new_client) = &self.new_client {
            new_client.write(context, &self.profile.name)?;
            return Ok(self.profile.as_ref().clone());
        }
        let Some(new) = self.new_profile(context, set)? else {
            return Ok(self.profile.as_ref().clone());
        };
        let remove_secret = |_: &ContextError| {
            if let Some(secret) = &self.client_secret {
                secret.remove();
            }
        };
        let (path, added) = context
            .add_profile_with_free_name(&new)
            .inspect_err(remove_secret)?;
        let path = path.display();
        context.say(&if added.name == new.name() {
            format!("Added profile {} to {path}", added.name)
        } else {
            format!(
                "Another login has added a profile {} meanwhile: added this one as {} to {path}",
                new.name(),
                added.name
            )
        });
        if added.name != new.name() {
            warn_if_shared(context, &added)?;
        }
        Ok(added)
    }

    /// Returns the new profile, with the e-mail address in `set` as `add_to_config` says, after the file of its client
    /// secret was written; `None` of an existing one.
    ///
    /// # Errors
    ///
    /// When that file cannot be written, or its path is not UTF-8.
    fn new_profile(&self, context: &Context, set: &TokenSet) -> Result<Option<NewProfile>> {
        let Some(new) = self.new.clone() else {
            return Ok(None);
        };
        let replaces_email = self.profile.issuer.spec().token_decides_email || !new.has("email");
        let new = new.optional_text("email", email_of(set).filter(|_| replaces_email));
        let Some(secret) = &self.client_secret else {
            return Ok(Some(new));
        };
        let path = secret.write(context)?.into_os_string().into_string();
        let path = path.map_err(|_| {
            let why = "the configuration directory's name is not UTF-8";
            CommandError::Usage(why.to_owned())
        })?;
        Ok(Some(new.text("client_secret_file", path)))
    }

    /// Returns the lines of a new profile, for a person who adds them to the configuration, and writes the file of its
    /// client secret, which they name; `None` of an existing profile.
    ///
    /// # Errors
    ///
    /// When that file cannot be written.
    pub(super) fn lines_to_add(&self, context: &Context, set: &TokenSet) -> Result<Option<String>> {
        let new = self.new_profile(context, set)?;
        Ok(new.and_then(|new| append_profile("", &new).ok()))
    }
}

/// Warns if another profile is for the same resource as one that was just added: which of them answers has to be said.
fn warn_if_shared(context: &Context, added: &Profile) -> Result<()> {
    let profiles = context.profiles_in(&context.config_text()?)?;
    let place = added.issuer.resource_place();
    let is_same = |it: &&Profile| it.name != added.name && it.issuer.resource_place() == place;
    if let (Some(place), Some(other)) = (place, profiles.iter().find(is_same)) {
        let (one, other) = (&added.name, &other.name);
        context.warn(&format!(
            "profiles {one} and {other} are both for {place}: name one with --profile, or take one out with `prusa-cred \
             logout --profile {one}` and its table in the configuration"
        ));
    }
    Ok(())
}

/// Writes the scopes of an existing profile into the configuration, after those that it has there; does nothing if it
/// has them all. Fails if it cannot be changed.
fn write_scopes(context: &Context, profile: &Profile, scopes: &[String]) -> Result<()> {
    let new = NewProfile::new(&profile.name, profile.issuer.kind().word());
    let change = |text: &str| with_texts(text, &new, "scopes", scopes);
    let text = context.config_text()?;
    if change(&text).is_ok_and(|changed| changed == text) {
        return Ok(());
    }
    let path = context.change_config(change)?;
    let (name, path) = (&profile.name, path.display());
    context.say(&format!(
        "Profile {name} has these scopes now, in {path}: {}",
        excerpt(&scopes.join(" "))
    ));
    Ok(())
}

/// Writes further hosts of an existing profile into the configuration. Fails if it cannot be changed.
fn write_hosts(context: &Context, profile: &Profile, hosts: &[HostPattern]) -> Result<()> {
    let path = context.change_config(|text| with_hosts(text, profile, hosts))?;
    let hosts: Vec<_> = hosts.iter().map(ToString::to_string).collect();
    let (name, hosts, path) = (&profile.name, hosts.join(", "), path.display());
    context.say(&format!(
        "Profile {name} answers for {hosts} too, as {path} says now"
    ));
    Ok(())
}

/// Names the option instead of the key in an error about a new profile's key, as that stands in no file yet.
fn naming_the_option(error: ContextError) -> anyhow::Error {
    let message = match &error {
        ContextError::Config(ConfigError::Key { key, why, .. }) => {
            let key = key.rsplit('.').next();
            // What is wrong with `provider` is that the name is one of another provider: no option's value.
            let key = key.filter(|key| *key != "provider");
            let option = key.and_then(Login::option_for_key);
            option.map(|option| format!("{option}: {why}"))
        }
        _ => None,
    };
    match message {
        Some(message) => CommandError::Usage(message).into(),
        None => error.into(),
    }
}

/// Returns the name that `--profile`, else `PRUSA_CRED_PROFILE`, gives; `None` if neither is set.
pub(super) fn requested_name(context: &Context) -> Result<Option<String>> {
    match &context.global.profile {
        Some(name) => Ok(Some(name.clone())),
        None => Ok(Context::profile_variable()?),
    }
}

/// Returns the name of the profile to sign in to: the requested one, else that of the existing profile of this kind,
/// else that of the built-in one.
///
/// Options that name a server or credentials (`names_a_server`), without a name, are for the built-in profile.
pub(super) fn target_name(context: &Context, kind: Kind, names_a_server: bool) -> Result<String> {
    match requested_name(context)? {
        Some(name) => Ok(name),
        None if names_a_server => Ok(kind.word().to_owned()),
        None => {
            let existing = existing_profile(context, kind)?;
            Ok(existing
                .map_or(kind.word(), |profile| &profile.name)
                .to_owned())
        }
    }
}

/// Returns the profile of this kind to use when no name is given: the default one, else the built-in one if configured,
/// else the only configured one, else the built-in one; of Prusa Account only the default or the built-in one. `None`
/// if there is none; an error if several are configured.
pub(super) fn existing_profile(context: &Context, kind: Kind) -> Result<Option<&Profile>> {
    let profiles = context.profiles()?;
    let has_kind = |profile: &&Profile| profile.issuer.kind() == kind;
    let default = profiles.named(profiles.default_name()).filter(has_kind);
    let built_in = profiles.named(kind.word()).filter(has_kind);
    let is_configured = |profile: &&Profile| has_kind(profile) && profile.is_configured;
    if let Some(profile) = default.or(built_in.filter(is_configured)) {
        return Ok(Some(profile));
    }
    let configured: Vec<_> = profiles.iter().filter(is_configured).collect();
    match configured.as_slice() {
        [only] if kind != Kind::Prusa => Ok(Some(only)),
        [_, _, ..] if kind != Kind::Prusa => {
            let names: Vec<_> = configured.iter().map(|profile| &*profile.name).collect();
            let (kind, names) = (kind.word(), names.join(", "));
            let why = format!(
                "several profiles are of provider {kind}, name one with --profile: {names}"
            );
            Err(CommandError::Usage(why).into())
        }
        _ => Ok(built_in),
    }
}

/// Returns the usage error of options that contradict an existing profile, which names the ways out.
pub(super) fn conflict(profile: &str) -> anyhow::Error {
    CommandError::Usage(format!(
        "profile {profile} has other settings than these options; name a new profile with --profile NAME, or change \
         this one in the configuration"
    ))
    .into()
}
