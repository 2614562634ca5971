//! Names that other programs call us by: whether PATH has them, whether they are this executable, and which comes first.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::CheckContext;
use super::check::{About, Check, shell_word};
use crate::clients::programs::{
    self, DOCKER_HELPER, Executable, GIT_HELPER, PROGRAM_NAME, TERRAFORM_HELPER,
};
use crate::deadline::Deadline;
use crate::shell;

/// The keyring command of pip and uv, which a program of another kind may rightly be.
const KEYRING: &str = "keyring";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(2);

/// The links, and who runs each.
const LINKS: [(&str, &str); 4] = [
    (GIT_HELPER, "git"),
    (DOCKER_HELPER, "docker"),
    (TERRAFORM_HELPER, "Terraform"),
    (KEYRING, "pip and uv"),
];

/// `needed` tells the names that a client's configuration has it run.
pub(super) fn checks(patient: &CheckContext<'_>, needed: &[String]) -> Vec<Check> {
    let this = match Executable::find() {
        Ok(this) => this,
        Err(error) => {
            let message = format!("this executable cannot be found: {error}");
            return vec![About::new("path.name", PROGRAM_NAME).broken(message, "hash -r")];
        }
    };
    let mut checks = vec![ours(patient, &this)];
    checks.extend(LINKS.iter().map(|(name, caller)| {
        let is_needed = needed.iter().any(|it| it == name);
        link(patient, &this, name, caller, is_needed)
    }));
    checks
}

/// Returns the command that makes a link to this executable at a place.
fn link_command(this: &Executable, place: &Path) -> String {
    format!("ln -sf {} {}", shell_word(&this.real), shell_word(place))
}

/// Returns the command that makes a link by this name where `setup` would make it.
fn new_link(this: &Executable, name: &str) -> String {
    let (directory, _) = this.directory_for_links().unwrap_or_default();
    link_command(this, &directory.join(name))
}

fn ours(patient: &CheckContext<'_>, this: &Executable) -> Check {
    let about = About::new("path.name", PROGRAM_NAME);
    match programs::find_all(PROGRAM_NAME).split_first() {
        None => about.warning(
            format!("not on PATH; this is {}", this.real.display()),
            new_link(this, PROGRAM_NAME),
        ),
        Some((first, _)) if this.is_same_file(first) => {
            about.ok(format!("{} {VERSION}", first.display()))
        }
        Some((first, _)) => other(patient, about, this, first),
    }
}

fn link(
    patient: &CheckContext<'_>,
    this: &Executable,
    name: &str,
    caller: &str,
    is_needed: bool,
) -> Check {
    let about = About::new("path.name", name);
    let found = match name {
        // Terraform looks in its own directories and nowhere else.
        TERRAFORM_HELPER => programs::find_terraform_plugin(name).into_iter().collect(),
        name => programs::find_all(name),
    };
    let Some((first, rest)) = found.split_first() else {
        return missing(about, this, name, caller, is_needed);
    };
    if programs::is_dangling(first) {
        let message = format!("{} is a link to nothing", first.display());
        return about.broken(message, link_command(this, first));
    }
    if this.is_same_file(first) {
        return about.ok(format!("{}, for {caller}", first.display()));
    }
    match rest.iter().find(|later| this.is_same_file(later)) {
        Some(ours) => about.warning(
            format!(
                "{} comes first and is another program than {}",
                first.display(),
                ours.display()
            ),
            link_command(this, first),
        ),
        None if name == KEYRING && version(patient, first).is_none() => about.ok(format!(
            "{} is a program of its own; pip and uv ask that",
            first.display()
        )),
        None => other(patient, about, this, first),
    }
}

fn missing(about: About, this: &Executable, name: &str, caller: &str, is_needed: bool) -> Check {
    let mend = if name == TERRAFORM_HELPER {
        let directory = programs::terraform_plugins().unwrap_or_default();
        let link = link_command(this, &directory.join(name));
        format!("mkdir -p {} && {link}", shell_word(&directory))
    } else {
        new_link(this, name)
    };
    if is_needed {
        let message = format!("not on PATH, where {caller} looks for it as its configuration says");
        about.broken(message, mend)
    } else {
        about.skipped("not there, and not asked for")
    }
}

/// Tells of another executable under one of our names.
fn other(patient: &CheckContext<'_>, about: About, this: &Executable, path: &Path) -> Check {
    let place = path.display();
    let mend = link_command(this, path);
    match version(patient, path) {
        Some(version) if version == VERSION => {
            about.ok(format!("{place} is another copy of {VERSION}"))
        }
        Some(version) => about.warning(
            format!(
                "{place} is version {version}; this is {VERSION}, {}",
                this.real.display()
            ),
            mend,
        ),
        None => about.broken(format!("{place} is another program"), mend),
    }
}

/// Returns the version that an executable of ours tells.
fn version(patient: &CheckContext<'_>, path: &Path) -> Option<String> {
    let left = patient.context.deadline.remaining().min(PATIENCE);
    let mut command = Command::new(path);
    let printed = shell::printed("it", command.arg("--version"), Deadline::after(left)).ok()?;
    let text = std::str::from_utf8(&printed.stdout).ok()?;
    let mut words = text.lines().next()?.split(' ');
    // As docker has it told: NAME (PACKAGE) VERSION.
    let is_ours = words.next()?.ends_with(PROGRAM_NAME);
    let version = words.next_back()?.trim_start_matches('v');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    (is_ours && !version.is_empty() && version.len() < 40 && version.chars().all(is_plain))
        .then(|| version.to_owned())
}
