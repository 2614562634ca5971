//! What a client follows before the entries that `setup` writes.

use std::path::Path;

use crate::clients::path::{display_path, edit_command};

/// A setting that a client follows instead of the entries of prusa-cred, or before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Overruling {
    /// What it is and where, for a sentence; never a secret.
    pub(crate) what: String,
    /// The command that a person can run about it.
    pub(crate) mend: String,
}

impl Overruling {
    /// Returns the one by a variable of this name.
    pub(crate) fn variable(name: &str) -> Self {
        Self {
            what: format!("the environment variable {name}"),
            mend: format!("unset {name}"),
        }
    }

    /// Returns the one by what stands in a file.
    pub(crate) fn in_file(what: &str, file: &Path) -> Self {
        Self {
            what: format!("{what} in {}", display_path(file)),
            mend: edit_command(file),
        }
    }

    /// Returns the one by what stands in a line of a file, by its number from 1.
    pub(crate) fn in_line(what: &str, file: &Path, number: usize) -> Self {
        Self {
            what: format!("{what} in {}, line {number}", display_path(file)),
            mend: edit_command(file),
        }
    }
}

/// What all settings of a client outside of the plan's entries come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Precedence {
    /// What it follows before the entries, and that leads to something else than prusa-cred.
    pub(crate) overruled_by: Vec<Overruling>,
    /// The place because of which it asks prusa-cred, whatever its entries are.
    pub(crate) asks_through: Option<String>,
    /// What it cannot read any more once the entries are there.
    pub(crate) conflict: Option<Overruling>,
}

impl Precedence {
    /// Adds what overrules the entries, unless it is there.
    pub(crate) fn add(&mut self, overruling: Overruling) {
        if !self.overruled_by.contains(&overruling) {
            self.overruled_by.push(overruling);
        }
    }
}
