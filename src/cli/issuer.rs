//! Which service to use, and Kognic's own options: the same for `login` and `get`.

use std::path::PathBuf;

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

/// Where Kognic's client credentials are, and which scopes to request with them.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Kognic {
    /// Kognic: the authentication server
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) server: Option<String>,
    /// Kognic: the credentials file, or keyring://NAME [also: KOGNIC_CREDENTIALS]
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<String>,
    /// Kognic: an environment from environments.json
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// The file of environments, in place of Kognic's own: an option of `kognic-auth`
    #[arg(long = "env-config-file-path", value_name = "FILE", hide = true)]
    pub(crate) environments_file: Option<PathBuf>,
    /// Scopes to request, in one argument with commas or spaces, or in several
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    pub(crate) scopes: Vec<String>,
}

impl Kognic {
    /// Returns whether an option was given that only Kognic has: any but `--scopes`.
    pub(crate) fn has_kognic_option(&self) -> bool {
        self.server.is_some() || self.credentials.is_some() || self.environment.is_some()
    }
}
