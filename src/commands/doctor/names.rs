//! The names that other programs run prusa-cred by: whether they are found where their callers look (on PATH, for
//! Terraform in its plugin directory), whether they are links to this executable, and which comes first.

use std::path::Path;
use std::time::Duration;

use super::check::{About, Check, shell_word};
use super::context::CheckContext;
use crate::clients::programs::{
    self, DOCKER_HELPER, Executable, GIT_HELPER, PROGRAM_NAME, TERRAFORM_HELPER,
};
use crate::deadline::Deadline;
use crate::program;
use crate::shell;

/// The keyring command of pip and uv, which is also the name of another program (Python's keyring).
const KEYRING: &str = "keyring";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long a program may take to print its version.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The names of our links, and who runs each.
const LINKS: [(&str, &str); 4] = [
    (GIT_HELPER, "git"),
    (DOCKER_HELPER, "docker"),
    (TERRAFORM_HELPER, "Terraform"),
    (KEYRING, "pip and uv"),
];

/// Returns a check for prusa-cred itself and one for each link; `needed` are the names that a client's configuration
/// runs. Other programs with these names may be run, with `--version`. One broken check if this executable is not
/// found.
pub(super) fn checks(ctx: &CheckContext<'_>, needed: &[String]) -> Vec<Check> {
    let this = match Executable::find() {
        Ok(this) => this,
        Err(error) => {
            let message = format!("this executable cannot be found: {error}");
            return vec![About::new("path.name", PROGRAM_NAME).broken(message, "hash -r")];
        }
    };
    let mut checks = vec![ours(ctx, &this)];
    checks.extend(LINKS.iter().map(|(name, caller)| {
        let is_needed = needed.iter().any(|it| it == name);
        link(ctx, &this, name, caller, is_needed)
    }));
    checks
}

/// Returns the command that makes `link` a link to this executable.
fn link_command(this: &Executable, link: &Path) -> String {
    format!("ln -sf {} {}", shell_word(&this.real), shell_word(link))
}

/// Returns the command that makes a link of this name where `setup` would make it.
fn new_link_command(this: &Executable, name: &str) -> String {
    let (directory, _) = this.directory_for_links().unwrap_or_default();
    link_command(this, &directory.join(name))
}

/// Reports what the name `prusa-cred` on PATH runs: a warning if nothing or another version, broken if another program.
fn ours(ctx: &CheckContext<'_>, this: &Executable) -> Check {
    let about = About::new("path.name", PROGRAM_NAME);
    match programs::find_all(PROGRAM_NAME).split_first() {
        None => about.warning(
            format!("not on PATH; this is {}", this.real.display()),
            new_link_command(this, PROGRAM_NAME),
        ),
        Some((first, _)) if this.is_same_file(first) => {
            about.ok(format!("{} {VERSION}", first.display()))
        }
        Some((first, _)) => other(ctx, about, this, first),
    }
}

/// Reports what one of our links runs for `caller`: as `other` does, but a warning if another program comes before it
/// on PATH, and ok for a `keyring` that is another program. A name that does not exist is broken only if `is_needed`, a
/// link without a target always.
fn link(
    ctx: &CheckContext<'_>,
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
        let message = format!("{} is a broken link", first.display());
        return about.broken(message, link_command(this, first));
    }
    if this.is_same_file(first) {
        return about.ok(format!("{}, for {caller}", first.display()));
    }
    match rest.iter().find(|later| this.is_same_file(later)) {
        Some(ours) => about.warning(
            format!(
                "{} comes first on PATH and is another program than {}",
                first.display(),
                ours.display()
            ),
            link_command(this, first),
        ),
        None if name == KEYRING && version(ctx, first).is_none() => about.ok(format!(
            "{} is another program; pip and uv ask that one",
            first.display()
        )),
        None => other(ctx, about, this, first),
    }
}

/// Reports a link that does not exist: broken, with the command that makes it, if `is_needed`, otherwise skipped.
fn missing(about: About, this: &Executable, name: &str, caller: &str, is_needed: bool) -> Check {
    let fix = if name == TERRAFORM_HELPER {
        let directory = programs::terraform_plugins().unwrap_or_default();
        let link = link_command(this, &directory.join(name));
        format!("mkdir -p {} && {link}", shell_word(&directory))
    } else {
        new_link_command(this, name)
    };
    if is_needed {
        let message = format!("not on PATH, but the configuration of {caller} names it");
        about.broken(message, fix)
    } else {
        about.skipped("does not exist, and no client needs it")
    }
}

/// Reports another executable under one of our names: ok if of the same version, a warning if of another, broken if it
/// is another program.
fn other(ctx: &CheckContext<'_>, about: About, this: &Executable, path: &Path) -> Check {
    let place = path.display();
    let fix = link_command(this, path);
    match version(ctx, path) {
        Some(version) if version == VERSION => {
            about.ok(format!("{place} is another copy of {VERSION}"))
        }
        Some(version) => about.warning(
            format!(
                "{place} is version {version}; this is {VERSION}, {}",
                this.real.display()
            ),
            fix,
        ),
        None => about.broken(format!("{place} is another program"), fix),
    }
}

/// Runs `--version`, for at most `TIMEOUT`, and returns the version, or `None` if it fails or is not prusa-cred.
fn version(ctx: &CheckContext<'_>, path: &Path) -> Option<String> {
    let left = ctx.context.deadline.remaining().min(TIMEOUT);
    let mut command = program::command(path);
    let printed = shell::run("it", command.arg("--version"), Deadline::after(left)).ok()?;
    let text = std::str::from_utf8(&printed.stdout).ok()?;
    let mut words = text.lines().next()?.split(' ');
    // `NAME VERSION`, or as a docker helper prints it: `NAME (PACKAGE) VERSION`.
    let is_prusa_cred = words.next()?.ends_with(PROGRAM_NAME);
    let version = words.next_back()?.trim_start_matches('v');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    (is_prusa_cred && !version.is_empty() && version.len() < 40 && version.chars().all(is_plain))
        .then(|| version.to_owned())
}
