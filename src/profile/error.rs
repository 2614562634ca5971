//! Why the configuration cannot be used.

use std::path::PathBuf;

/// What is wrong with the configuration, and where. A value is never quoted: it may be a misplaced password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// Not TOML.
    #[error("{}:{line}: {why}", .file.display())]
    Syntax {
        file: PathBuf,
        line: usize,
        why: String,
    },
    /// A key that is not known, is missing, or has an invalid value.
    #[error("{}:{line}: {key}: {why}", .file.display())]
    Key {
        file: PathBuf,
        line: usize,
        key: String,
        why: String,
    },
    /// A key that is required in a profile that the file does not have.
    #[error("{key} is missing: {why}")]
    Missing { key: String, why: String },
    /// A variable that is used in place of a key.
    #[error("the environment variable {name}: {why}")]
    Variable { name: &'static str, why: String },
}
