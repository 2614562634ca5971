//! `exec`: runs a command with a fresh token in its environment, and without our own secrets.

use anyhow::Result;

use crate::cli::Exec;
use crate::context::Context;

pub(super) fn run(_context: &Context, _options: &Exec) -> Result<()> {
    todo!("exec")
}
