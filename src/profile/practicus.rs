//! Settings of a Practicus AI region.

mod regions;

use url::Url;

use super::keys::{self, Keys};
use super::{ConfigError, PRACTICUS};
use crate::credential::HostPattern;

pub(crate) use regions::PracticusRegion;

/// Which region.
#[derive(Clone, Debug)]
pub(crate) struct PracticusSettings {
    /// The service's base address, without a slash at its end.
    pub(crate) url: Url,
}

impl PracticusSettings {
    /// Reads a region's address: https, as is one without a scheme, or http on a loopback host.
    pub(crate) fn parse_url(text: &str) -> Result<Url, String> {
        if text.contains("://") {
            keys::endpoint(text)
        } else {
            keys::endpoint(&format!("https://{text}"))
        }
    }
}

/// What the environment says of the built-in profile (`PRT_…`); it wins over the configuration file.
#[derive(Debug, Default)]
pub(crate) struct PracticusEnvironment {
    pub(crate) url: Option<String>,
    pub(crate) email: Option<String>,
}

/// Reads a profile's own keys; returns the settings and the host that a profile without `hosts` answers for.
pub(super) fn read(
    keys: &mut Keys<'_>,
    environment: &PracticusEnvironment,
) -> Result<(PracticusSettings, HostPattern), ConfigError> {
    let configured = keys.endpoint("url")?;
    let variable = environment
        .url
        .as_deref()
        .filter(|_| keys.name() == PRACTICUS);
    let variable = variable.map(PracticusSettings::parse_url).transpose();
    let variable = variable.map_err(|why| ConfigError::Variable {
        name: "PRT_URL",
        why,
    })?;
    let url = variable
        .or(configured)
        .ok_or_else(|| keys.missing("url", "the address of the region"))?;
    let host = keys::host_of(&url).map_err(|why| ConfigError::Variable {
        name: "PRT_URL",
        why,
    })?;
    Ok((PracticusSettings { url }, host))
}
