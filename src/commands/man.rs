//! `man [COMMAND|DIR]`: a manual page, or one page for each command in a directory.
//!
//! The pages are made from the help texts; `sections`, `page_sections` and `recipes` add what those do not have. Nothing depends on the
//! day or the machine: a test compares `man/` in the repository with them byte for byte.

mod page_sections;
mod recipes;
mod sections;
mod show;

use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli;
use crate::cli::examples;
use crate::commands::error::CommandError;
use crate::terminal::output::StdoutError;
use examples::Example;
use recipes::Recipe;
use sections::Section;

/// What the names of the commands' pages begin with.
const PREFIX: &str = "prusa-cred-";
const MANUAL: &str = "User Commands";
/// A blank: an empty date would be left out of the heading, and the next field would take its place.
const NO_DATE: &str = " ";
/// No hyphenation, as it would change commands and addresses; lines are not justified.
const LAYOUT: &str = "\n.nh\n.ad l\n";

/// Shows the main page or that of a command, or writes every page into a directory, which is made if it is missing.
///
/// # Errors
///
/// When a page or stdout cannot be written, or there is neither a command nor a directory of that name.
pub(super) fn run(options: &cli::Man) -> Result<()> {
    let mut command = cli::Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(what) = &options.what else {
        return show::show(&main_page(command.clone())?, command);
    };
    let name = what
        .to_str()
        .map(|name| name.strip_prefix(PREFIX).unwrap_or(name));
    if let Some(named) = name.and_then(|name| command.find_subcommand(name)) {
        let page = page_of(named, &page_name(named))?;
        return show::show(&page, named.clone());
    }
    if what.as_os_str() == "prusa-cred" {
        return show::show(&main_page(command.clone())?, command);
    }
    let is_directory = what.is_dir() || what.components().count() > 1 || what.is_absolute();
    if !is_directory && !names_directory(what) {
        return Err(CommandError::NoPage(what.clone()).into());
    }
    write_all(command, what)
}

/// Returns whether a path of one part is written as a directory, as `./man` or `man/`.
fn names_directory(path: &Path) -> bool {
    path.as_os_str()
        .to_string_lossy()
        .contains(std::path::is_separator)
}

/// Writes every page into the directory.
fn write_all(command: Command, directory: &Path) -> Result<()> {
    std::fs::create_dir_all(directory).map_err(|source| CommandError::WriteFile {
        path: directory.to_owned(),
        source,
    })?;
    for subcommand in command.get_subcommands() {
        let name = page_name(subcommand);
        write_page(directory, &name, &page_of(subcommand, &name)?)?;
    }
    write_page(directory, "prusa-cred", &main_page(command)?)
}

/// Returns the name of a command's page.
fn page_name(command: &Command) -> String {
    format!("{PREFIX}{}", command.get_name())
}

/// Writes a page to `NAME.1` in the directory, replacing an older one; fails if the file cannot be written.
fn write_page(directory: &Path, name: &str, page: &[u8]) -> Result<()> {
    let path = directory.join(format!("{name}.1"));
    #[allow(
        clippy::disallowed_methods,
        reason = "a page that is cut short is written again, and nothing is lost"
    )]
    std::fs::write(&path, page).map_err(|source| CommandError::WriteFile { path, source })?;
    Ok(())
}

/// Returns the roff text of `prusa-cred.1`, for the command as a whole.
fn main_page(command: Command) -> Result<Vec<u8>> {
    let usage = "prusa-cred [OPTIONS] COMMAND\ngit-credential-prusa-cred VERB\ndocker-credential-prusa-cred VERB";
    let man = Man::new(
        command
            .override_usage(usage)
            .subcommand_help_heading("COMMANDS")
            .after_help(None::<&str>)
            .version(None::<&str>),
    );
    rendered(man, &[], &[], sections::OF_MAIN_PAGE.iter())
}

/// Returns the roff text of a subcommand's page, without the options that are on the main page; `name` is its full name
/// (`prusa-cred-git`).
fn page_of(subcommand: &Command, name: &str) -> Result<Vec<u8>> {
    let mut command = subcommand
        .clone()
        .display_name(name.to_owned())
        .mut_args(|arg| {
            // The options of every command are on the main page.
            let is_on_main_page = arg.is_global_set() || arg.get_id() == "help";
            let is_hidden = arg.is_hide_set();
            arg.hide(is_on_main_page || is_hidden)
        });
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    let recipes = recipes::of(subcommand.get_name());
    let own = page_sections::of(subcommand.get_name());
    let examples = examples::of(subcommand.get_name());
    let command = without_examples(command.override_usage(usage));
    rendered(
        Man::new(command),
        examples,
        recipes,
        own.iter().chain(&sections::OF_EVERY_PAGE),
    )
}

/// Returns the command without the examples below its help, which have a section of their own.
fn without_examples(command: Command) -> Command {
    let notes = command.get_after_help().map(ToString::to_string);
    let notes = notes.unwrap_or_default();
    match notes.split_once(examples::HEADING) {
        Some(("", _)) => command.after_help(None::<&str>),
        Some((notes, _)) => command.after_help(notes.trim_end().to_owned()),
        None => command,
    }
}

/// Returns the page as roff text, with the examples and the further sections after what `clap_mangen` makes from the
/// help.
fn rendered<'a>(
    man: Man,
    examples: &[Example],
    recipes: &[Recipe],
    more: impl Iterator<Item = &'a Section>,
) -> Result<Vec<u8>> {
    let man = man
        .date(NO_DATE)
        .source(concat!("prusa-cred ", env!("CARGO_PKG_VERSION")))
        .manual(MANUAL);
    let mut page = Vec::new();
    man.render(&mut page).map_err(StdoutError)?;
    let mut roff = Roff::new();
    if !examples.is_empty() || !recipes.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for Example { line, about } in examples {
        roff.control("TP", []);
        roff.text([bold(*line)]);
        roff.text([roman(*about)]);
    }
    for recipe in recipes {
        recipe.write(&mut roff);
    }
    for section in more {
        section.write(&mut roff);
    }
    page.extend_from_slice(roff.to_roff().as_bytes());
    let text = String::from_utf8_lossy(&page)
        .replacen("\n.SH NAME\n", &format!("{LAYOUT}.SH NAME\n"), 1)
        // A plain tilde may be shown as another character, which no shell understands.
        .replace('~', "\\(ti")
        // The text of `after_help`.
        .replace("\n.SH EXTRA\n", "\n.SH NOTES\n");
    Ok(text.into_bytes())
}

impl Recipe {
    /// Adds the example: a paragraph that says what it is for, then its code, indented and not filled.
    fn write(&self, roff: &mut Roff) {
        roff.control("PP", []);
        roff.text([roman(self.about)]);
        roff.control("PP", []);
        roff.control("RS", ["4"]);
        roff.control("nf", []);
        for line in self.code.lines() {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
        roff.control("RE", []);
    }
}

impl Section {
    /// Adds the section: its heading, its paragraphs, then its terms with their meanings.
    fn write(&self, roff: &mut Roff) {
        roff.control("SH", [self.title]);
        for paragraph in self.text {
            roff.control("PP", []);
            roff.text([roman(*paragraph)]);
        }
        for (term, meaning) in self.terms {
            roff.control("TP", []);
            roff.text([bold(*term)]);
            roff.text([roman(*meaning)]);
        }
    }
}
