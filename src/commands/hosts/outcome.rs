//! What became of the hosts that were to be added or removed.

use std::path::Path;

use anyhow::Result;
use serde_json::{Value, json};

use crate::credential::HostPattern;
use crate::terminal::output::print;

/// What became of one host.
pub(super) struct Outcome {
    pub(super) entry: HostPattern,
    pub(super) profile: String,
    pub(super) state: State,
    /// The other profiles that name the same place.
    pub(super) also_in: Vec<String>,
}

/// What there was to do for a host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Added,
    Removed,
    /// It was so already.
    Unchanged,
}

impl State {
    /// Returns its name in JSON.
    fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Unchanged => "unchanged",
        }
    }
}

/// Prints what became of the hosts, with `--json`, as an array.
pub(super) fn print_json(outcomes: &[Outcome], file: &Path) -> Result<()> {
    let row = |outcome: &Outcome| {
        json!({
            "host": outcome.entry.to_string(),
            "profile": outcome.profile,
            "state": outcome.state.word(),
            "also_in": outcome.also_in,
            "file": file.display().to_string(),
        })
    };
    let rows: Vec<Value> = outcomes.iter().map(row).collect();
    print(format!("{}\n", Value::from(rows)))
}
