//! Which service is meant, and what one of them wants to know: `login` and `get` take the same.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

pub(crate) use crate::profile::Kind;

impl ValueEnum for Kind {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let spec = self.spec();
        Some(PossibleValue::new(spec.name).help(spec.help))
    }
}

/// Where Kognic's client credentials are, and what to ask for with them.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Kognic {
    /// Kognic: the authentication server
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<String>,
    /// Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<String>,
    /// Kognic: an environment of environments.json
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// Scopes to ask for, separated by commas or spaces, or the option repeated
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(crate) scopes: Vec<String>,
}

impl Kognic {
    /// Returns whether anything is said that only Kognic knows.
    pub(crate) fn is_meant(&self) -> bool {
        self.server.is_some() || self.credentials.is_some() || self.environment.is_some()
    }
}
