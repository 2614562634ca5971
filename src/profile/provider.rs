//! The kinds of provider that there are: the table of their rows, and their settings.

use std::rc::Rc;

use url::Url;

use super::environment::Environment;
use super::keys::Keys;
use super::kognic::{self, KognicCredentials, KognicSettings};
use super::oauth::{self, Flow, OAuthSettings};
use super::practicus::{self, PracticusSettings};
use super::prusa::{self, PrusaSettings, WithheldHost};
use super::spec::{BuiltIn, Holds, ProviderSpec};
use crate::credential::HostPattern;

/// A kind of provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Prusa,
    Kognic,
    Practicus,
    OAuth,
}

impl Kind {
    /// Every kind, in the order in which help texts list them.
    pub(crate) const ALL: [Self; 4] = [Self::Prusa, Self::Kognic, Self::Practicus, Self::OAuth];

    /// Returns what there is to know about this kind.
    pub(crate) fn spec(self) -> &'static ProviderSpec {
        match self {
            Self::Prusa => &prusa::SPEC,
            Self::Kognic => &kognic::SPEC,
            Self::Practicus => &practicus::SPEC,
            Self::OAuth => &oauth::SPEC,
        }
    }

    /// Returns the value of `provider` in the configuration that means this kind.
    pub(crate) fn word(self) -> &'static str {
        self.spec().name
    }

    /// Returns the kind whose built-in profile has this name, whether or not that exists here; `None` for `oauth`,
    /// which has none.
    pub(crate) fn of_built_in(profile: &str) -> Option<Self> {
        let is_it = |kind: &Self| {
            let spec = kind.spec();
            spec.name == profile && spec.built_in != BuiltIn::Never
        };
        Self::ALL.into_iter().find(is_it)
    }

    /// Returns whether there is a profile of this kind without a configuration file.
    pub(super) fn is_built_in(self, environment: &Environment) -> bool {
        match self.spec().built_in {
            BuiltIn::Always => true,
            BuiltIn::IfSet(variable) => environment.text(variable).is_some(),
            BuiltIn::Never => false,
        }
    }
}

/// Returns the names of all variables that hold tokens, passwords or other secrets.
pub(crate) fn secret_variables() -> impl Iterator<Item = &'static str> {
    let variables = Kind::ALL.into_iter().flat_map(|kind| kind.spec().variables);
    let secret = variables.filter(|variable| variable.is_secret());
    secret.map(|variable| variable.name)
}

/// Returns the first variable that holds this for a built-in profile, whether or not it is set; `None` if the profile
/// has no such variable or is not a built-in one.
pub(crate) fn variable_of(profile: &str, holds: Holds) -> Option<&'static str> {
    Kind::of_built_in(profile)?.spec().variable(holds)
}

/// Where a profile's tokens come from: the provider and its settings.
#[derive(Clone, Debug)]
pub(crate) enum Issuer {
    Prusa(Rc<PrusaSettings>),
    Kognic(KognicSettings),
    Practicus(PracticusSettings),
    OAuth(Box<OAuthSettings>),
}

impl Issuer {
    /// Reads the keys of one kind of provider; returns the hosts too that a profile without `hosts` answers for: of
    /// `oauth` the place of its `resource`, if it has one. What is missing or not valid is noted in `keys`, and `None` if
    /// there is no provider without it; unknown keys are left to `Keys::note_unknown`.
    pub(super) fn read(
        kind: Kind,
        keys: &mut Keys<'_>,
        environment: &Environment,
    ) -> Option<(Self, Vec<HostPattern>)> {
        Some(match kind {
            Kind::Prusa => {
                let (settings, host) = prusa::read(keys, environment)?;
                (Self::Prusa(Rc::new(settings)), vec![host])
            }
            Kind::Kognic => {
                let (settings, own_hosts) = kognic::read(keys);
                (Self::Kognic(settings), own_hosts)
            }
            Kind::Practicus => {
                let (settings, host) = practicus::read(keys, environment)?;
                (Self::Practicus(settings), vec![host])
            }
            Kind::OAuth => {
                let settings = oauth::read(keys)?;
                let own_hosts = settings.resource_place.iter().cloned().collect();
                (Self::OAuth(Box::new(settings)), own_hosts)
            }
        })
    }

    /// Returns the kind of provider.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Prusa(_) => Kind::Prusa,
            Self::Kognic(_) => Kind::Kognic,
            Self::Practicus(_) => Kind::Practicus,
            Self::OAuth(_) => Kind::OAuth,
        }
    }

    /// Returns what there is to know about this kind of provider.
    pub(crate) fn spec(&self) -> &'static ProviderSpec {
        self.kind().spec()
    }

    /// Returns whether a login needs no refresh token, since the client signs in again with its own credentials:
    /// Kognic, and `oauth` whose `flow` is set to client credentials.
    pub(crate) fn renews_alone(&self) -> bool {
        match self {
            Self::Kognic(_) => true,
            Self::OAuth(settings) => settings.flow == Some(Flow::ClientCredentials),
            Self::Prusa(_) | Self::Practicus(_) => false,
        }
    }

    /// Returns an address at which the server can be reached, if the settings name one: the provider's base address;
    /// for `oauth` the configured token endpoint, else `issuer`.
    pub(crate) fn server(&self) -> Option<&Url> {
        match self {
            Self::Prusa(settings) => Some(&settings.account_url),
            Self::Kognic(settings) => Some(&settings.server),
            Self::Practicus(settings) => Some(&settings.url),
            Self::OAuth(settings) => {
                let token_endpoint = settings.endpoints.token_endpoint.as_ref();
                token_endpoint.or(settings.issuer.as_ref())
            }
        }
    }

    /// Returns the issuer whose metadata the server should publish (RFC 8414): `issuer` of `oauth`, if it is set;
    /// `None` for every other provider.
    pub(crate) fn metadata_issuer(&self) -> Option<&Url> {
        match self {
            Self::OAuth(settings) => settings.issuer.as_ref(),
            Self::Prusa(_) | Self::Kognic(_) | Self::Practicus(_) => None,
        }
    }

    /// Returns the address of the resource that the tokens are for, if the settings name one (RFC 8707).
    pub(crate) fn resource(&self) -> Option<&str> {
        match self {
            Self::OAuth(settings) => settings.resource.as_deref(),
            Self::Prusa(_) | Self::Kognic(_) | Self::Practicus(_) => None,
        }
    }

    /// Returns the host that a variable names and that gets no token of the account all the same.
    pub(crate) fn withheld_host(&self) -> Option<WithheldHost<'_>> {
        match self {
            Self::Prusa(settings) => settings.withheld_host(),
            Self::Kognic(_) | Self::Practicus(_) | Self::OAuth(_) => None,
        }
    }

    /// Returns the entry of `hosts` for that resource; `None` also if it is no address to which a token can be sent.
    pub(crate) fn resource_place(&self) -> Option<&HostPattern> {
        match self {
            Self::OAuth(settings) => settings.resource_place.as_ref(),
            Self::Prusa(_) | Self::Kognic(_) | Self::Practicus(_) => None,
        }
    }

    /// Returns whether `credentials` is set to an item of the platform's keyring. `false` where the keyring is only
    /// searched because nothing is set, and for a `seal` with a key in the keyring.
    pub(crate) fn needs_keyring(&self) -> bool {
        match self {
            Self::Kognic(settings) => {
                matches!(settings.credentials, Some(KognicCredentials::Keyring(_)))
            }
            Self::Prusa(_) | Self::Practicus(_) | Self::OAuth(_) => false,
        }
    }

    /// Returns the key, with its value, that a table of a built-in profile cannot do without: `url` for Practicus AI,
    /// without a slash at its end; none for the others.
    pub(crate) fn required_key(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::Practicus(settings) => Some(("url", settings.url.as_str().trim_end_matches('/'))),
            Self::Prusa(_) | Self::Kognic(_) | Self::OAuth(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_belong_to_the_profile_of_their_row() {
        for kind in Kind::ALL {
            let spec = kind.spec();
            for variable in spec.variables {
                assert_eq!(variable.profile, Some(spec.name), "{}", variable.name);
                let others = Kind::ALL.iter().flat_map(|kind| kind.spec().variables);
                let same = others.filter(|other| other.name == variable.name);
                assert_eq!(same.count(), 1, "{}", variable.name);
            }
            if let BuiltIn::IfSet(name) = spec.built_in {
                let mut settings = spec.variables_holding(Holds::ConfigKey);
                assert!(settings.any(|setting| setting == name), "{name}");
            }
        }
    }

    #[test]
    fn a_kind_that_may_lack_a_profile_says_what_to_do() {
        for kind in Kind::ALL {
            let spec = kind.spec();
            let is_always_there = spec.built_in == BuiltIn::Always;
            assert_eq!(is_always_there, spec.no_profile.is_empty(), "{}", spec.name);
        }
    }

    #[test]
    fn variables_are_found_for_built_in_profiles_only() {
        let password = |profile| variable_of(profile, Holds::Password);
        assert_eq!(password("prusa"), Some("PRUSA_PASSWORD"));
        assert_eq!(password("practicus"), Some("PRT_PASSWORD"));
        assert_eq!(password("kognic"), None);
        assert_eq!(password("farm"), None);
    }
}
