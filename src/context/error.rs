//! Why the environment or the configuration cannot be used.

use std::path::PathBuf;

use crate::platform;
use crate::profile::{AppendError, ConfigError, EnvironmentsError, SetKeyError};
use crate::store::StoreError;
use crate::trusted_file::UntrustedFile;

/// Why the environment or the configuration cannot be read, or the configuration not be changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContextError {
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
    #[error("there is no configuration directory: neither HOME nor XDG_CONFIG_HOME is set")]
    NoHome,
    #[error("there is no data directory: neither HOME nor XDG_DATA_HOME is set")]
    NoDataDir,
    #[error("could not read {}", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    /// The file decides what runs and where tokens go, and another user may have written it.
    #[error(transparent)]
    Untrusted(#[from] UntrustedFile),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("could not add profile {name} to {}", path.display())]
    Append {
        name: String,
        path: PathBuf,
        source: AppendError,
    },
    #[error("could not change {}", path.display())]
    Change { path: PathBuf, source: SetKeyError },
    #[error("cannot use {}", .0.display())]
    Environments(PathBuf, #[source] EnvironmentsError),
    #[error("could not write the configuration")]
    Unwritable(#[from] StoreError),
}

impl ContextError {
    /// Returns whether it says that a file does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Unreadable(_, error) if platform::is_not_found(error))
    }
}
