//! Names that other programs call us by: whether PATH has them, whether they are this executable, and which comes first.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::Patient;
use super::check::{About, Check, shell_word};
use crate::context::home_dir;
use crate::context::search_path;
use crate::deadline::Deadline;
use crate::platform;
use crate::shell;

const OURS: &str = "prusa-cred";
/// The keyring command of pip and uv, which a program of another kind may rightly be.
const KEYRING: &str = "keyring";
const TERRAFORM: &str = "terraform-credentials-prusa-cred";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long a program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(2);

/// The links, and who runs each.
const LINKS: [(&str, &str); 4] = [
    ("git-credential-prusa-cred", "git"),
    ("docker-credential-prusa-cred", "docker"),
    (TERRAFORM, "Terraform"),
    (KEYRING, "pip and uv"),
];

/// `needed` tells the names that a client's configuration has it run.
pub(super) fn checks(patient: &Patient<'_>, needed: &[String]) -> Vec<Check> {
    let this = match This::find() {
        Ok(this) => this,
        Err(error) => {
            let message = format!("this executable cannot be found: {error}");
            return vec![About::new("path.name", OURS).broken(message, "hash -r")];
        }
    };
    let mut checks = vec![ours(patient, &this)];
    checks.extend(LINKS.iter().map(|(name, caller)| {
        let is_needed = needed.iter().any(|it| it == name);
        link(patient, &this, name, caller, is_needed)
    }));
    checks
}

/// This executable.
struct This {
    path: PathBuf,
    metadata: Metadata,
}

impl This {
    fn find() -> std::io::Result<Self> {
        let path = std::env::current_exe()?;
        let path = path.canonicalize()?;
        let metadata = path.metadata()?;
        Ok(Self { path, metadata })
    }

    fn is(&self, other: &Path) -> bool {
        let is_same_path = || other.canonicalize().is_ok_and(|it| it == self.path);
        let metadata = other.metadata();
        metadata.is_ok_and(|it| platform::is_same_file(&it, &self.metadata)) || is_same_path()
    }

    /// Returns the command that makes a link to this executable, beside a name on PATH or where people keep their own.
    fn link_command(&self, place: &Path) -> String {
        let (path, place) = (shell_word(&self.path), shell_word(place));
        format!("ln -sf {path} {place}")
    }

    fn new_link(&self, name: &str) -> String {
        self.link_command(&own_directory().join(name))
    }
}

fn ours(patient: &Patient<'_>, this: &This) -> Check {
    let about = About::new("path.name", OURS);
    match found(OURS).split_first() {
        None => about.warning(
            format!("not on PATH; this is {}", this.path.display()),
            this.new_link(OURS),
        ),
        Some((first, _)) if this.is(first) => about.ok(format!("{} {VERSION}", first.display())),
        Some((first, _)) => other(patient, about, this, first),
    }
}

fn link(patient: &Patient<'_>, this: &This, name: &str, caller: &str, is_needed: bool) -> Check {
    let about = About::new("path.name", name);
    let mut found = found(name);
    if name == TERRAFORM {
        // Terraform looks in its own directories and nowhere else.
        found = plugins(name);
    }
    let Some((first, rest)) = found.split_first() else {
        return missing(about, this, name, caller, is_needed);
    };
    if is_dangling(first) {
        let message = format!("{} is a link to nothing", first.display());
        return about.broken(message, this.link_command(first));
    }
    if this.is(first) {
        return about.ok(format!("{}, for {caller}", first.display()));
    }
    match rest.iter().find(|later| this.is(later)) {
        Some(ours) => about.warning(
            format!(
                "{} comes first and is another program than {}",
                first.display(),
                ours.display()
            ),
            this.link_command(first),
        ),
        None if name == KEYRING && version(patient, first).is_none() => about.ok(format!(
            "{} is a program of its own; pip and uv ask that",
            first.display()
        )),
        None => other(patient, about, this, first),
    }
}

fn missing(about: About, this: &This, name: &str, caller: &str, is_needed: bool) -> Check {
    let mend = if name == TERRAFORM {
        let directory = plugin_directory().unwrap_or_default();
        let link = this.link_command(&directory.join(name));
        format!("mkdir -p {} && {link}", shell_word(&directory))
    } else {
        this.new_link(name)
    };
    if is_needed {
        let message = format!("not on PATH, where {caller} looks for it as its configuration says");
        about.broken(message, mend)
    } else {
        about.skipped("not there, and not asked for")
    }
}

/// Tells of another executable under one of our names.
fn other(patient: &Patient<'_>, about: About, this: &This, path: &Path) -> Check {
    let place = path.display();
    let mend = this.link_command(path);
    match version(patient, path) {
        Some(version) if version == VERSION => {
            about.ok(format!("{place} is another copy of {VERSION}"))
        }
        Some(version) => about.warning(
            format!(
                "{place} is version {version}; this is {VERSION}, {}",
                this.path.display()
            ),
            mend,
        ),
        None => about.broken(format!("{place} is another program"), mend),
    }
}

/// Returns the version that an executable of ours tells.
fn version(patient: &Patient<'_>, path: &Path) -> Option<String> {
    let left = patient.context.deadline.remaining().min(PATIENCE);
    let mut command = Command::new(path);
    let printed = shell::printed("it", command.arg("--version"), Deadline::after(left)).ok()?;
    let text = std::str::from_utf8(&printed.stdout).ok()?;
    let mut words = text.lines().next()?.split(' ');
    // As docker has it told: NAME (PACKAGE) VERSION.
    let is_ours = words.next()?.ends_with(OURS);
    let version = words.next_back()?.trim_start_matches('v');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    (is_ours && !version.is_empty() && version.len() < 40 && version.chars().all(is_plain))
        .then(|| version.to_owned())
}

/// Returns every executable of that name on PATH, and links that lead nowhere, in order.
fn found(name: &str) -> Vec<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in search_path().iter().map(|directory| directory.join(&name)) {
        if (is_executable(&path) || is_dangling(&path)) && !paths.contains(&path) {
            paths.push(path);
        }
    }
    // What cannot be run is passed over by whoever looks for a program.
    paths.sort_by_key(|path| is_dangling(path));
    paths
}

fn plugins(name: &str) -> Vec<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = plugin_directory().map(|directory| directory.join(name));
    path.into_iter()
        .filter(|path| is_executable(path) || is_dangling(path))
        .collect()
}

fn plugin_directory() -> Option<PathBuf> {
    Some(home_dir().ok()?.join(".terraform.d").join("plugins"))
}

/// Returns a directory on PATH that is the user's own, else where such a one is usually made.
fn own_directory() -> PathBuf {
    let home = home_dir().unwrap_or_default();
    search_path()
        .into_iter()
        .find(|directory| directory.starts_with(&home) && directory.is_dir())
        .unwrap_or_else(|| home.join(".local").join("bin"))
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| platform::is_executable(&metadata))
}

fn is_dangling(path: &Path) -> bool {
    path.symlink_metadata().is_ok() && path.metadata().is_err()
}
