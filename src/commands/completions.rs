//! `completions SHELL`: a completion script on stdout.

use anyhow::Result;
use clap::CommandFactory;

use super::print;
use crate::cli::Cli;
use crate::cli::Completions;

pub(super) fn run(options: &Completions) -> Result<()> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(options.shell, &mut command, "prusa-cred", &mut script);
    print(script)
}
