//! What a login is for: a profile that there is, or one that it makes once the sign-in has worked.
//!
//! Options say which kind of service is meant, by name or by being of use for one kind only. Where they leave something
//! open, the person is asked, if there is one.

use anyhow::Result;

use super::questions::Questions;
use super::resource;
use crate::cli::Kind;
use crate::cli::Login;
use crate::commands::Problem;
use crate::commands::choose;
use crate::commands::chosen_profile;
use crate::context::Context;
use crate::profile::Choice;
use crate::profile::Issuer;
use crate::profile::KOGNIC;
use crate::profile::NewProfile;
use crate::profile::PRACTICUS;
use crate::profile::PRUSA;
use crate::profile::Profile;
use crate::profile::Profiles;
use crate::profile::suggested_name;
use crate::protocol::Origin;

/// A profile to sign in to.
pub(super) enum Target<'a> {
    Known(&'a Profile),
    New(Box<Draft>),
}

/// A profile that is not in the configuration yet.
pub(super) struct Draft {
    pub(super) new: NewProfile,
    pub(super) profile: Profile,
}

impl Target<'_> {
    pub(super) fn profile(&self) -> &Profile {
        match self {
            Self::Known(profile) => profile,
            Self::New(draft) => &draft.profile,
        }
    }
}

impl Draft {
    /// Checks that such a profile can be added, and returns how it will be.
    pub(super) fn of(context: &Context, new: NewProfile) -> Result<Self> {
        let profile = context.preview(&new)?;
        context.check_config_editable()?;
        Ok(Self { new, profile })
    }
}

/// Finds out what to sign in to.
pub(super) fn find<'a>(context: &'a Context, options: &Login) -> Result<Target<'a>> {
    let finder = Finder {
        context,
        options,
        profiles: context.profiles()?,
        questions: Questions::new(context, options),
    };
    if let Some(address) = &options.address {
        return finder.of_address(address);
    }
    let kind = kind_meant(options)?;
    let named = match &context.global.profile {
        Some(name) => Some(name.clone()),
        None => Context::profile_variable()?,
    };
    if let Some(name) = named {
        return finder.named(&name, kind);
    }
    let kind = match kind {
        Some(kind) => Some(kind),
        None => finder.questions.service()?,
    };
    match kind {
        Some(kind) => finder.of_kind(kind),
        None => Ok(Target::Known(chosen_profile(context)?)),
    }
}

/// Returns the kind of service that the options are for.
fn kind_meant(options: &Login) -> Result<Option<Kind>> {
    let kognic = &options.kognic;
    let table = [
        ("--server", Kind::Kognic, kognic.server.is_some()),
        ("--credentials", Kind::Kognic, kognic.credentials.is_some()),
        ("--env", Kind::Kognic, kognic.environment.is_some()),
        ("--url", Kind::Practicus, options.url.is_some()),
        ("--token-stdin", Kind::Practicus, options.token_stdin),
        ("--issuer", Kind::OAuth, options.issuer.is_some()),
        ("--client-id", Kind::OAuth, options.client_id.is_some()),
    ];
    let mut meant = options.provider;
    for (option, kind, _) in table.iter().filter(|(_, _, is_given)| *is_given) {
        if *meant.get_or_insert(*kind) != *kind {
            let why = format!("{option} is for --provider {}", kind.word());
            return Err(Problem::Usage(why).into());
        }
    }
    Ok(meant)
}

struct Finder<'a, 'o> {
    context: &'a Context,
    options: &'o Login,
    profiles: &'a Profiles,
    questions: Questions<'a, 'o>,
}

impl<'a> Finder<'a, '_> {
    fn of_address(&self, address: &str) -> Result<Target<'a>> {
        let origin = Origin::parse(address).map_err(Problem::BadAddress)?;
        let named = self.context.global.profile.as_deref();
        let is_new = named.is_some_and(|name| self.profiles.named(name).is_none());
        if !is_new && let Choice::Profile(profile, _) = choose(self.context, Some(&origin), None)? {
            return Ok(Target::Known(profile));
        }
        if named.is_some() && !is_new {
            return Err(Problem::NotMine(origin.to_string()).into());
        }
        let draft = resource::draft(self.context, self.options, address, &origin)?;
        Ok(Target::New(Box::new(draft)))
    }

    fn named(&self, name: &str, kind: Option<Kind>) -> Result<Target<'a>> {
        let Some(profile) = self.profiles.named(name) else {
            let kind = kind.ok_or_else(|| Problem::NoProfileYet(name.to_owned()))?;
            return self.draft(name, kind);
        };
        let is = profile.issuer.kind();
        if let Some(kind) = kind.filter(|kind| kind.word() != is) {
            let kind = kind.word();
            let why = format!("profile {name} is of provider {is}, not {kind}");
            return Err(Problem::Usage(why).into());
        }
        match kind {
            Some(kind) if self.has_settings() => self.with_settings(profile, kind),
            _ => Ok(Target::Known(profile)),
        }
    }

    /// Returns a profile that is there, if the options say of it what it is; a built-in one can be given settings.
    fn with_settings(&self, profile: &'a Profile, kind: Kind) -> Result<Target<'a>> {
        let new = self.questions.keys_of(kind, &profile.name)?;
        let is_taken = |name: &str| self.profiles.named(name).is_some();
        let aside = new.clone().named(suggested_name(&profile.name, &is_taken));
        let wanted = self.context.preview(&aside)?;
        if is_same(&wanted.issuer, &profile.issuer) {
            return Ok(Target::Known(profile));
        }
        if profile.is_configured {
            let path = self.context.config_path()?;
            let why = format!(
                "profile {} is in the configuration with other settings; change them in {}",
                profile.name,
                path.display()
            );
            return Err(Problem::Usage(why).into());
        }
        Ok(Target::New(Box::new(Draft::of(self.context, new)?)))
    }

    fn of_kind(&self, kind: Kind) -> Result<Target<'a>> {
        if !self.has_settings()
            && let Some(profile) = self.existing(kind)?
        {
            return Ok(Target::Known(profile));
        }
        let new = self.questions.keys_of(kind, "")?;
        let new = self.with_name(new, kind);
        let wanted = self.context.preview(&new)?;
        let is_same = |profile: &&Profile| is_same(&profile.issuer, &wanted.issuer);
        match self.profiles.iter().find(is_same) {
            Some(profile) => Ok(Target::Known(profile)),
            None => Ok(Target::New(Box::new(Draft::of(self.context, new)?))),
        }
    }

    /// Returns the profile that "the login at this kind of service" means, if there is one.
    fn existing(&self, kind: Kind) -> Result<Option<&'a Profile>> {
        let is_meant = |profile: &&Profile| profile.issuer.kind() == kind.word();
        let default = self.profiles.named(self.profiles.default_name());
        if let Some(default) = default.filter(is_meant) {
            return Ok(Some(default));
        }
        let built_in = self.profiles.named(kind.word());
        if let Some(profile) = built_in.filter(|profile| profile.is_configured) {
            return Ok(Some(profile).filter(is_meant));
        }
        let configured = |profile: &&Profile| is_meant(profile) && profile.is_configured;
        let configured: Vec<_> = self.profiles.iter().filter(configured).collect();
        match configured.as_slice() {
            _ if kind == Kind::Prusa => Ok(built_in),
            [] if kind == Kind::Kognic && self.questions.has_kognic_question()? => Ok(None),
            [] => Ok(built_in),
            [only] => Ok(Some(only)),
            several => {
                let names: Vec<_> = several.iter().map(|profile| &*profile.name).collect();
                let kind = kind.word();
                let names = names.join(", ");
                let why = format!(
                    "several profiles are of provider {kind}; name one with --profile: {names}"
                );
                Err(Problem::Usage(why).into())
            }
        }
    }

    fn draft(&self, name: &str, kind: Kind) -> Result<Target<'a>> {
        let new = self.questions.keys_of(kind, name)?;
        let draft = Draft::of(self.context, new.named(name))?;
        Ok(Target::New(Box::new(draft)))
    }

    /// Names a profile that nobody named: as its kind, if that name is free and means this, else as its server's host.
    fn with_name(&self, new: NewProfile, kind: Kind) -> NewProfile {
        let is_taken = |name: &str| self.profiles.named(name).is_some();
        let is_free = |name: &str| {
            self.profiles
                .named(name)
                .is_none_or(|profile| !profile.is_configured)
        };
        let name = match kind {
            Kind::Prusa if is_free(PRUSA) => PRUSA.to_owned(),
            // With another server, the hosts of the built-in profile would be wrong.
            Kind::Kognic if is_free(KOGNIC) && !new.has("server") => KOGNIC.to_owned(),
            Kind::Practicus if !is_taken(PRACTICUS) => PRACTICUS.to_owned(),
            _ => suggested_name(new.address().unwrap_or(kind.word()), &is_taken),
        };
        new.named(name)
    }

    fn has_settings(&self) -> bool {
        let Login {
            url,
            kognic,
            issuer,
            client_id,
            hosts,
            ..
        } = self.options;
        let is_kognic =
            kognic.server.is_some() || kognic.credentials.is_some() || kognic.environment.is_some();
        is_kognic || url.is_some() || issuer.is_some() || client_id.is_some() || !hosts.is_empty()
    }
}

/// Returns whether two profiles would sign in at the same place as the same client.
fn is_same(one: &Issuer, other: &Issuer) -> bool {
    match (one, other) {
        (Issuer::Kognic(one), Issuer::Kognic(other)) => {
            one.server == other.server
                && one.credentials == other.credentials
                && one.scopes == other.scopes
        }
        (Issuer::Practicus(one), Issuer::Practicus(other)) => one.url == other.url,
        (Issuer::OAuth(one), Issuer::OAuth(other)) => {
            one.issuer == other.issuer
                && one.endpoints.token_endpoint == other.endpoints.token_endpoint
                && one.client_id == other.client_id
                && one.resource == other.resource
        }
        // Two accounts of one site are two logins.
        _ => false,
    }
}
