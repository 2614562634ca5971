//! `completions SHELL`: a completion script on stdout.

use anyhow::Result;
use clap::CommandFactory;

use crate::cli::{Cli, Completions};
use crate::terminal::output::print;

const NAME: &str = "prusa-cred";

pub(super) fn run(options: &Completions) -> Result<()> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(options.shell, &mut command, NAME, &mut script);
    print(match String::from_utf8(script) {
        Ok(script) => with_one_name(&script).into_bytes(),
        Err(error) => error.into_bytes(),
    })
}

/// Names bash's cases as the words that lead to them do.
///
/// `clap_complete` writes the hyphen in the program's name as `__` where it finds out the command, and as what stands
/// between two commands where it tells that one's options, so that nothing after a command is completed. Other shells'
/// scripts hold no such names. To go once `clap_complete` writes one name for both.
fn with_one_name(script: &str) -> String {
    let told = NAME.replace('-', "__subcmd__");
    script.replace(&told, &NAME.replace('-', "__"))
}
