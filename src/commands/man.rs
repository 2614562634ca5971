//! `man [DIR]`: the main manual page on stdout, or one page a command in a directory.

use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Problem, print};
use crate::cli;

pub(super) fn run(options: &cli::Man) -> Result<()> {
    let mut command = cli::Cli::command();
    command.build();
    let Some(directory) = &options.dir else {
        return print(rendered(command)?);
    };
    std::fs::create_dir_all(directory).map_err(|source| Problem::Output {
        path: directory.clone(),
        source,
    })?;
    let pages: Vec<_> = command
        .get_subcommands()
        .filter(|page| page.get_name() != "help")
        .cloned()
        .collect();
    for page in pages {
        let name = format!("prusa-cred-{}", page.get_name());
        write_page(directory, page.display_name(name.clone()).name(name))?;
    }
    write_page(directory, command)
}

fn write_page(directory: &Path, command: Command) -> Result<()> {
    let path = directory.join(format!("{}.1", command.get_name()));
    let page = rendered(command)?;
    #[allow(
        clippy::disallowed_methods,
        reason = "a page that is cut short is written again, and nothing is lost"
    )]
    std::fs::write(&path, page).map_err(|source| Problem::Output { path, source })?;
    Ok(())
}

fn rendered(command: Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(Problem::Stdout)?;
    Ok(page)
}
