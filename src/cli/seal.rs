//! What `seal` and `unseal` take.

use clap::Args;

/// Options of `seal`.
#[derive(Debug, Args)]
pub(crate) struct Seal {
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// Seal under the key in this file instead of the keyring's; $CREDENTIALS_DIRECTORY/… is one of a systemd service
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// Options of `unseal`.
#[derive(Debug, Args)]
pub(crate) struct Unseal {
    #[command(flatten)]
    pub(crate) extent: Extent,
    /// Where the key is, if it was moved
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// How much is meant, where it is not one profile.
#[derive(Debug, Args)]
pub(crate) struct Extent {
    /// All profiles, and saved credentials
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Saved credentials alone
    #[arg(long, conflicts_with_all = ["all", "profile"])]
    pub(crate) saved: bool,
}
