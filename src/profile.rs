//! Profiles: named logins at a provider, with the hosts that each may answer for.
//!
//! Built in, without any configuration: `prusa`, `kognic`, and `practicus` where `PRT_URL` names a region. A configuration file adds others and may set keys of the built-in
//! one. Pure: the file's text and the environment's variables come in as arguments. Nothing here is secret.

mod address;
mod append;
mod choose;
mod config;
mod keys;
mod kognic;
mod oauth;
mod practicus;
mod prusa;
mod seal;
mod set_key;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::credential::GitAuth;
use crate::credential::HostPattern;

pub(crate) use append::{AppendError, NewProfile, appended, suggested_name};
pub(crate) use choose::{Candidate, Candidates, ChooseError, ProfileQuery, Rule};
pub(crate) use config::ConfigError;
pub(crate) use kognic::{
    EnvironmentsError, KognicCredentials, KognicEnvironment, KognicEnvironments, KognicSettings,
};
pub(crate) use oauth::{ClientAuth, Flow, OAuthSettings, SecretFrom};
pub(crate) use practicus::{PracticusEnvironment, PracticusRegion, PracticusSettings};
pub(crate) use prusa::{PrusaEnvironment, PrusaSettings};
pub(crate) use seal::{KeyPlace, Seal};
pub(crate) use set_key::{SetKeyError, has_key, with_key};

/// The name of the built-in profile of Prusa Account.
pub(crate) const PRUSA: &str = "prusa";

/// The name of the built-in profile of Kognic.
pub(crate) const KOGNIC: &str = "kognic";
/// The name of the built-in profile of a Practicus AI region, there if `PRT_URL` or the configuration names one.
pub(crate) const PRACTICUS: &str = "practicus";

/// A named login and its settings.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    /// Whether the configuration file has it; the built-in profile is there without.
    pub(crate) is_configured: bool,
    /// The only hosts that may be given its token.
    pub(crate) hosts: Vec<HostPattern>,
    /// The user name that clients of basic authentication are told.
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) min_ttl: Option<Duration>,
    pub(crate) git_auth: GitAuth,
    /// A token file other than the usual one.
    pub(crate) token_file: Option<PathBuf>,
    /// Certificates trusted beside the platform's, in PEM.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) password_command: Option<String>,
    pub(crate) otp_command: Option<String>,
    pub(crate) on_rotate: Option<String>,
    /// How its store rests; `None` where nothing is said.
    pub(crate) seal: Option<Seal>,
    pub(crate) issuer: Issuer,
}

impl Profile {
    /// Returns whether this is the profile that `PRUSA_TOKEN`, `PRUSA_PASSWORD` and the like speak of.
    pub(crate) fn is_prusa(&self) -> bool {
        self.name == PRUSA
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

/// A kind of token issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Prusa,
    Kognic,
    Practicus,
    OAuth,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Prusa, Self::Kognic, Self::Practicus, Self::OAuth];

    /// Returns the word that `provider` has for it in the configuration.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Prusa => PRUSA,
            Self::Kognic => KOGNIC,
            Self::Practicus => PRACTICUS,
            Self::OAuth => "oauth",
        }
    }
}

/// Where a profile's tokens come from.
#[derive(Clone, Debug)]
pub(crate) enum Issuer {
    Prusa(Rc<PrusaSettings>),
    Kognic(KognicSettings),
    Practicus(PracticusSettings),
    OAuth(Box<OAuthSettings>),
}

impl Issuer {
    /// Returns the word that `provider` has for it in the configuration.
    pub(crate) fn kind(&self) -> &'static str {
        let kind = match self {
            Self::Prusa(_) => Kind::Prusa,
            Self::Kognic(_) => Kind::Kognic,
            Self::Practicus(_) => Kind::Practicus,
            Self::OAuth(_) => Kind::OAuth,
        };
        kind.word()
    }

    /// Returns whether the client signs in anew by itself, so that a login does without a refresh token.
    pub(crate) fn renews_alone(&self) -> bool {
        match self {
            Self::Kognic(_) => true,
            Self::OAuth(settings) => settings.flow == Some(Flow::ClientCredentials),
            Self::Prusa(_) | Self::Practicus(_) => false,
        }
    }
}

/// What the environment says of built-in profiles.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) prusa: PrusaEnvironment,
    pub(crate) practicus: PracticusEnvironment,
}

/// All profiles that there are.
#[derive(Debug)]
pub(crate) struct Profiles {
    /// `default` in the configuration.
    default: Option<String>,
    /// `audit` in the configuration: whether each token that is handed out leaves a line.
    is_audited: bool,
    /// `seal` in the configuration, which every profile has that says nothing else.
    seal: Option<Seal>,
    /// `seal_saved`, for saved credentials.
    seal_saved: Option<Seal>,
    /// By name; the built-in one is always among them.
    all: Vec<Profile>,
}

impl Profiles {
    /// Returns every profile, the built-in one included.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.all.iter()
    }

    /// Returns the profile of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&Profile> {
        self.all.iter().find(|profile| profile.name == name)
    }

    /// Returns the name of the profile that answers when nothing else decides.
    pub(crate) fn default_name(&self) -> &str {
        self.default.as_deref().unwrap_or(PRUSA)
    }

    /// Returns whether each token that is handed out leaves a line.
    pub(crate) fn is_audited(&self) -> bool {
        self.is_audited
    }

    /// Returns how the stores of all profiles rest that say nothing else themselves.
    pub(crate) fn seal(&self) -> Option<&Seal> {
        self.seal.as_ref()
    }

    /// Returns how saved credentials rest; `None` where nothing is said.
    pub(crate) fn seal_of_saved(&self) -> Option<&Seal> {
        self.seal_saved.as_ref().or(self.seal.as_ref())
    }

    /// Returns every place of a key that the configuration names, each once.
    pub(crate) fn key_places(&self) -> Vec<KeyPlace> {
        let of_profiles = self.all.iter().filter_map(|profile| profile.seal.as_ref());
        let all = of_profiles.chain(&self.seal).chain(&self.seal_saved);
        let mut places: Vec<KeyPlace> = Vec::new();
        for place in all.filter_map(Seal::place) {
            if !places.contains(place) {
                places.push(place.clone());
            }
        }
        places
    }
}

/// Checks the name of a profile that is to be made.
pub(crate) fn check_name(name: &str) -> Result<(), AppendError> {
    if config::is_profile_name(name) {
        Ok(())
    } else {
        Err(AppendError::BadName(name.to_owned()))
    }
}

/// Checks the address of a service: https, or http on a loopback host, and no user name or password in it.
pub(crate) fn check_endpoint(text: &str) -> Result<(), String> {
    keys::endpoint(text).map(drop)
}

/// Reads a span of time: whole seconds, or a number with a unit such as `30s`, `2m`, `1h 30m`.
///
/// # Errors
///
/// When it is neither, is negative, or is longer than a year.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);
    let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
    let span = || {
        text.parse::<jiff::SignedDuration>()
            .ok()
            .and_then(|span| Duration::try_from(span).ok())
    };
    seconds
        .or_else(span)
        .filter(|span| *span <= YEAR)
        .ok_or_else(|| "not a span of time such as 30s, 2m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_as_people_write_them() {
        let secs = |text| parse_duration(text).map(|span| span.as_secs());
        assert_eq!(secs("0"), Ok(0));
        assert_eq!(secs("45"), Ok(45));
        assert_eq!(secs("30s"), Ok(30));
        assert_eq!(secs("2m"), Ok(120));
        assert_eq!(secs("1h 30m"), Ok(5400));
        for wrong in ["", "-1", "-5s", "soon", "2y", "10 fortnights"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
