//! `completions SHELL`: a completion script on stdout.

use anyhow::Result;
use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::terminal::output::print;

const NAME: &str = "prusa-cred";

/// Prints the completion script for the shell that the options name; fails only if stdout cannot be written.
pub(super) fn run(options: &Completions) -> Result<()> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(options.shell, &mut command, NAME, &mut script);
    print(match String::from_utf8(script) {
        Ok(script) => with_fixed_bash_cases(&script).into_bytes(),
        Err(error) => error.into_bytes(),
    })
}

/// Corrects the names of commands in bash's `case` patterns.
///
/// `clap_complete` writes the hyphen in the program's name as `__` where it finds the command, but as `__subcmd__`
/// where it lists that command's options, so that nothing after a command is completed. Other shells' scripts do not
/// have such names. To be removed once `clap_complete` writes the same name in both places.
fn with_fixed_bash_cases(script: &str) -> String {
    let wrong = NAME.replace('-', "__subcmd__");
    script.replace(&wrong, &NAME.replace('-', "__"))
}
