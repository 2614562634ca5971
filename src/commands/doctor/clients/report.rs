//! What the checks of client programs found.

use super::super::check::Check;

/// The checks of all clients, and what they need.
#[derive(Debug, Default)]
pub(in crate::commands::doctor) struct ClientReport {
    pub(in crate::commands::doctor) checks: Vec<Check>,
    /// The names of our links that a client's configuration runs.
    pub(in crate::commands::doctor) needed_names: Vec<String>,
}
