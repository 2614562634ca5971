//! Why the configuration cannot be used.

use std::path::PathBuf;

/// What is wrong with the configuration, and where. A value is never quoted: it may be a misplaced password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
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
    /// Two or more of the others, in the order of the file.
    #[error("{}", listed(.0))]
    Several(Vec<Self>),
}

impl ConfigError {
    /// Returns one error for all of these, in the order of the file; `None` for none.
    pub(super) fn all(mut faults: Vec<Self>) -> Option<Self> {
        faults.sort_by_key(Self::line);
        match faults.len() {
            0 | 1 => faults.pop(),
            _ => Some(Self::Several(faults)),
        }
    }

    /// Returns each thing that is wrong, where there are several; none for a single one, which is the error itself.
    pub(crate) fn several(&self) -> &[Self] {
        match self {
            Self::Several(all) => all,
            _ => &[],
        }
    }

    /// Returns the line of the file; 0 for what is in none.
    fn line(&self) -> usize {
        match self {
            Self::Syntax { line, .. } | Self::Key { line, .. } => *line,
            Self::Missing { .. } | Self::Variable { .. } | Self::Several(_) => 0,
        }
    }
}

/// Returns all of them as one sentence.
fn listed(faults: &[ConfigError]) -> String {
    let texts: Vec<_> = faults.iter().map(ToString::to_string).collect();
    format!(
        "the configuration has {} mistakes: {}",
        faults.len(),
        texts.join("; ")
    )
}
