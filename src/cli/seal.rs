//! The options of `seal` and `unseal`.

use clap::Args;

/// Options of `seal`.
#[derive(Debug, Args)]
pub(crate) struct Seal {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Use the key in this file instead of the keyring's; $CREDENTIALS_DIRECTORY/… for a systemd service
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// Options of `unseal`.
#[derive(Debug, Args)]
pub(crate) struct Unseal {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// The key file, if it was moved
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<String>,
}

/// What to seal or unseal, if not one profile.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// All profiles, and saved credentials
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Only saved credentials
    #[arg(long, conflicts_with_all = ["all", "profile"])]
    pub(crate) saved: bool,
}
