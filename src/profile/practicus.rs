//! Settings of a Practicus AI region: its address, and the variables about it.

mod regions;

use url::Url;

use super::environment::Environment;
use super::error::ConfigError;
use super::keys::{self, Keys};
use super::spec::{BuiltIn, Holds, ProviderSpec, TokenFiles, Variable};
use crate::credential::HostPattern;

pub(crate) use regions::PracticusRegion;

/// The provider, and the name of the built-in profile, which exists if `PRT_URL` names a region.
pub(crate) const PRACTICUS: &str = "practicus";

const URL_VARIABLE: &str = "PRT_URL";

pub(super) static SPEC: ProviderSpec = ProviderSpec {
    name: PRACTICUS,
    help: "A Practicus AI region",
    menu_item: "Practicus AI",
    built_in: BuiltIn::IfSet(URL_VARIABLE),
    variables: &VARIABLES,
    exec_variable: "ACCESS_TOKEN",
    no_profile: "no region is configured: set PRT_URL, or sign in with `prusa-cred login --url ADDRESS`",
    sealed_note: "",
    has_browser_sign_in: false,
    can_revoke: false,
    token_files: TokenFiles::OnePerProfile,
    token_decides_email: true,
};

static VARIABLES: [Variable; 4] = [
    variable(Holds::Tokens, "PRT_TOKEN", "a login of profile practicus"),
    variable(
        Holds::ConfigKey,
        URL_VARIABLE,
        "another region for profile practicus",
    ),
    variable(Holds::Email, "PRT_EMAIL", "signs profile practicus in"),
    variable(
        Holds::Password,
        "PRT_PASSWORD",
        "signs profile practicus in",
    ),
];

/// Returns the environment variable of this name for the built-in profile practicus, with what it holds and its effect.
const fn variable(holds: Holds, name: &'static str, effect: &'static str) -> Variable {
    Variable::of_profile(PRACTICUS, holds, name, effect)
}

/// The region that a profile is for.
#[derive(Clone, Debug)]
pub(crate) struct PracticusSettings {
    /// The service's base address, which may have a path.
    pub(crate) url: Url,
    /// What `PRT_URL` says in place of the configuration, for the built-in profile.
    pub(crate) variable: Option<RegionVariable>,
}

/// That a variable names the region.
#[derive(Clone, Debug)]
pub(crate) struct RegionVariable {
    pub(super) name: &'static str,
    /// The region that the configuration names, if it names one.
    pub(super) configured: Option<Url>,
}

impl PracticusSettings {
    /// Parses a region's address: https, or http on a loopback host, without a user name or password. Without a scheme
    /// it is https. Fails with the reason, without the text.
    pub(crate) fn parse_url(text: &str) -> Result<Url, String> {
        if text.contains("://") {
            keys::endpoint(text)
        } else {
            keys::endpoint(&format!("https://{text}"))
        }
    }
}

/// Reads the keys of a profile of this provider; for the built-in one, `PRT_URL` wins. An address that is not valid, also
/// one that the other replaces, or that there is none, is noted in `keys`.
///
/// Returns the settings and the host that a profile without `hosts` answers for; `None` if there is no valid address.
pub(super) fn read(
    keys: &mut Keys<'_>,
    environment: &Environment,
) -> Option<(PracticusSettings, HostPattern)> {
    let configured = keys.endpoint("url");
    let variable = environment
        .text(URL_VARIABLE)
        .filter(|_| keys.name() == PRACTICUS);
    let (url, variable) = match variable.map(PracticusSettings::parse_url) {
        Some(Ok(url)) => {
            let name = URL_VARIABLE;
            (Ok(url), Some(RegionVariable { name, configured }))
        }
        Some(Err(why)) => (Err(why), None),
        None => {
            let url = keys.required("url", configured, "the address of the region")?;
            (Ok(url), None)
        }
    };
    let read = url.and_then(|url| {
        let host = keys::host_of(&url)?;
        Ok((PracticusSettings { url, variable }, host))
    });
    let wrong = |why| ConfigError::Variable {
        name: URL_VARIABLE,
        why,
    };
    read.map_err(|why| keys.fault(wrong(why))).ok()
}
