//! A profile, and all of them.

use std::path::PathBuf;
use std::time::Duration;

use super::provider::{Issuer, Kind, variable_of};
use super::prusa::PRUSA;
use super::seal::{KeyPlace, Seal};
use super::spec::Holds;
use crate::credential::{GitAuth, HostPattern};

/// A named login and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Whether the configuration file has it. A built-in profile exists without.
    pub(crate) is_configured: bool,
    /// The hosts that may be given its token, as configured or the provider's own; see [`Profile::places`].
    pub(crate) hosts: Vec<HostPattern>,
    /// Those of `hosts` that the configuration file's `hosts` does not name: built in, or of the provider.
    pub(crate) own_hosts: Vec<HostPattern>,
    /// The user name for clients that use basic authentication.
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) min_ttl: Option<Duration>,
    pub(crate) git_auth: GitAuth,
    /// A token file other than the default one.
    pub(crate) token_file: Option<PathBuf>,
    /// Certificates (PEM) that are trusted beside the platform's.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) password_command: Option<String>,
    pub(crate) otp_command: Option<String>,
    pub(crate) on_rotate: Option<String>,
    /// How its token file is stored; `None` if the configuration does not say.
    pub(crate) seal: Option<Seal>,
    pub(crate) issuer: Issuer,
}

impl Profile {
    /// Returns whether this is the profile named `prusa`, which is built in and may be configured too. A profile of
    /// Prusa Account with another name is not.
    pub(crate) fn is_prusa(&self) -> bool {
        self.name == PRUSA
    }

    /// Returns whether a profile of this name exists without a configuration file, or may: what is built in of it stays,
    /// whatever the file adds.
    pub(crate) fn is_built_in(&self) -> bool {
        Kind::of_built_in(&self.name).is_some()
    }

    /// Returns the hosts that the profile has from its provider as long as its `hosts` names none; not that of its
    /// resource, which it keeps in any case.
    pub(super) fn hosts_of_provider(&self) -> Vec<HostPattern> {
        let resource = self.issuer.resource_place();
        let mut hosts = self.own_hosts.clone();
        hosts.retain(|host| Some(host) != resource);
        hosts
    }

    /// Returns the first variable that holds this for the profile, whether or not it is set; `None` if it has no such
    /// variable or is not a built-in one.
    pub(crate) fn variable(&self, holds: Holds) -> Option<&'static str> {
        variable_of(&self.name, holds)
    }

    /// Returns the variables that may hold a token of the profile; none unless it is a built-in one.
    pub(crate) fn token_variables(&self) -> impl Iterator<Item = &'static str> {
        let spec = Kind::of_built_in(&self.name).map(Kind::spec);
        spec.into_iter()
            .flat_map(|it| it.variables_holding(Holds::Tokens))
    }

    /// Returns everything that may be given its token: its `hosts`, and what its tokens were asked for (RFC 8707) where
    /// those do not cover it.
    pub(crate) fn places(&self) -> impl Iterator<Item = &HostPattern> {
        let is_covered = |own: &HostPattern| self.hosts.iter().any(|entry| own.is_within(entry));
        let own = self.issuer.resource_place();
        self.hosts.iter().chain(own.filter(|own| !is_covered(own)))
    }

    /// Returns whether an entry of this profile fulfils a condition, that of its resource included.
    pub(super) fn any_entry(&self, predicate: &dyn Fn(&HostPattern) -> bool) -> bool {
        let mut entries = self.hosts.iter().chain(self.issuer.resource_place());
        entries.any(predicate)
    }

    /// Returns the command that signs in to this profile.
    pub(crate) fn login_command(&self) -> String {
        if self.is_prusa() {
            "prusa-cred login".to_owned()
        } else {
            format!("prusa-cred login --profile {}", self.name)
        }
    }
}

/// All profiles: those of the configuration file, and the built-in ones.
#[derive(Debug)]
pub(crate) struct Profiles {
    /// `default` in the configuration.
    pub(super) default: Option<String>,
    /// `audit` in the configuration: whether each token that is handed out is logged.
    pub(super) is_audited: bool,
    /// `seal` in the configuration, the default for profiles that do not set it.
    pub(super) seal: Option<Seal>,
    /// `seal_saved` in the configuration, for saved credentials.
    pub(super) seal_saved: Option<Seal>,
    /// `seal_keys` in the configuration: further places of keys, which files may be sealed with and none is sealed with
    /// anew.
    pub(super) seal_keys: Vec<KeyPlace>,
    /// In the order of their names; the built-in profile of Prusa is always among them.
    pub(super) all: Vec<Profile>,
}

impl Profiles {
    /// Returns no profiles and no settings.
    pub(super) fn none() -> Self {
        Self {
            default: None,
            is_audited: false,
            seal: None,
            seal_saved: None,
            seal_keys: Vec::new(),
            all: Vec::new(),
        }
    }

    /// Returns every profile, the built-in ones included, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.all.iter()
    }

    /// Returns the profile of exactly that name; `None` if there is none.
    pub(crate) fn named(&self, name: &str) -> Option<&Profile> {
        self.all.iter().find(|profile| profile.name == name)
    }

    /// Returns the name of the profile that answers when nothing else decides: `default`, else `prusa`. A built-in
    /// profile that `default` names need not exist here.
    pub(crate) fn default_name(&self) -> &str {
        self.default.as_deref().unwrap_or(PRUSA)
    }

    /// Returns the name in `default`; `None` if it is not set.
    pub(crate) fn default_in_file(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// Returns whether each token that is handed out is logged.
    pub(crate) fn is_audited(&self) -> bool {
        self.is_audited
    }

    /// Returns `seal` of the configuration's top level: how token files are stored by profiles that do not set it
    /// themselves; `None` if it is not set.
    pub(crate) fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// Returns how saved credentials are stored: `seal_saved`, else `seal` of the top level; `None` if neither is set.
    pub(crate) fn seal_of_saved(&self) -> Option<&Seal> {
        self.seal_saved.as_ref().or(self.seal.as_ref())
    }

    /// Returns every place of a key that the configuration names, each once.
    pub(crate) fn key_places(&self) -> Vec<KeyPlace> {
        let of_profiles = self.all.iter().filter_map(|profile| profile.seal.as_ref());
        let all = of_profiles.chain(&self.seal).chain(&self.seal_saved);
        let mut places: Vec<KeyPlace> = Vec::new();
        for place in all.filter_map(Seal::place).chain(&self.seal_keys) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        places
    }
}
