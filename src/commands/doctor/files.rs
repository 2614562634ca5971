//! Files that hold secrets, and their directories: who owns them, who else may read or change them, who holds the lock,
//! and what a killed process left.

use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

use super::check::{About, Check, edit_command, fix_or, shell_word};
use super::context::CheckContext;
use super::keyring;
use crate::account::Account;
use crate::causes::with_causes;
use crate::context::home_dir;
use crate::platform;
use crate::profile::Profile;
use crate::store::{Damage, FileState, KeyError, LockHolder, StoreError, UnsealError};
use crate::terminal::relative_time;
use crate::trusted_file::{self, UntrustedFile};

/// A process that holds a lock longer hangs: a lock is held during a request, never while a person types.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// The ids of the checks of one kind of file.
pub(super) struct CheckIds {
    pub(super) file: &'static str,
    pub(super) access: &'static str,
    pub(super) directory: &'static str,
    pub(super) leftover: &'static str,
    pub(super) lock: &'static str,
}

const LOGIN_CHECKS: CheckIds = CheckIds {
    file: "token.file",
    access: "token.access",
    directory: "token.directory",
    leftover: "token.leftover",
    lock: "token.lock",
};

/// Returns the checks of a profile's token file: whether it can be read, who may access it and its
/// directory, its lock and leftovers.
pub(super) fn login_file_checks(ctx: &CheckContext<'_>, account: &Account<'_>) -> Vec<Check> {
    let profile = account.profile();
    let path = account.store().path();
    let about = About::new(LOGIN_CHECKS.file, &profile.name);
    let file = match account.store().load() {
        Ok(Some(stored)) if stored.is_sealed => {
            about.ok(format!("{}, sealed", with_link_target(path)))
        }
        // Whose login it is does not matter to the file.
        Ok(_) | Err(StoreError::Foreign { .. }) if path.symlink_metadata().is_ok() => {
            about.ok(with_link_target(path))
        }
        Ok(_) => about.ok(format!("none yet at {}", path.display())),
        Err(error) => about.broken(with_causes(&error), login_fix(&error, path, profile)),
    };
    let mut checks = vec![file];
    let refresh = |_: &Path| format!("{} >/dev/null", refresh_command(&profile.name));
    checks.extend(access_checks(
        ctx,
        &LOGIN_CHECKS,
        &profile.name,
        path,
        refresh,
    ));
    checks
}

/// Returns the command that fixes a profile's token file that cannot be read: one for the file, else a new login.
pub(super) fn login_fix(error: &StoreError, path: &Path, profile: &Profile) -> String {
    let options = format!("--profile {}", profile.name);
    fix_for(error, path, &options, &profile.login_command())
}

/// Returns the command that refreshes a profile's token, which also completes an interrupted refresh.
pub(super) fn refresh_command(profile: &str) -> String {
    format!("prusa-cred get --refresh --profile {profile}")
}

/// Returns the command that fixes a file that cannot be read, or `otherwise` for an error without one of its own.
/// `seal_options` are those by which `seal` chooses the file.
pub(super) fn fix_for(
    error: &StoreError,
    path: &Path,
    seal_options: &str,
    otherwise: &str,
) -> String {
    let word = shell_word(path);
    match error {
        StoreError::NotAFile { .. } => format!("mv {word} {word}.aside"),
        StoreError::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            chown_command(path)
        }
        StoreError::Io { .. } => format!("ls -ld {word}"),
        StoreError::CannotUnseal {
            source: UnsealError::Key(KeyError::Keyring(error)),
            ..
        } => keyring::fix(error).to_owned(),
        StoreError::NotSealed { .. }
        | StoreError::CannotUnseal {
            source: UnsealError::Damage(Damage::OldVersion),
            ..
        } => format!("prusa-cred seal {seal_options}"),
        StoreError::NotCredentials { .. } => edit_command(path),
        _ => fix_or(error, otherwise),
    }
}

/// Checks who may access a file that holds secrets and its directory, what is left beside it, and who holds its lock.
/// All four are skipped if there is no directory. One broken check alone if the file and its lock cannot be looked at.
///
/// `leftover_fix` returns the command that removes or completes an unfinished file, given its path.
pub(super) fn access_checks(
    ctx: &CheckContext<'_>,
    names: &CheckIds,
    subject: &str,
    path: &Path,
    leftover_fix: impl FnOnce(&Path) -> String,
) -> Vec<Check> {
    let around = match FileState::inspect(path) {
        Ok(around) => around,
        Err(error) => {
            let fix = fix_for(&error, path, "--all", "true");
            return vec![About::new(names.lock, subject).broken(with_causes(&error), fix)];
        }
    };
    let target = around.target.as_path();
    let directory = platform::directory_of(target);
    if directory
        .symlink_metadata()
        .is_err_and(|it| platform::is_not_found(&it))
    {
        let ids = [names.access, names.directory, names.leftover, names.lock];
        let nothing = |id| About::new(id, subject).skipped("there is no directory");
        return ids.map(nothing).into();
    }
    vec![
        private_file(About::new(names.access, subject), target),
        private_directory(About::new(names.directory, subject), directory),
        leftover(About::new(names.leftover, subject), &around, leftover_fix),
        lock(ctx, About::new(names.lock, subject), around.lock_holder),
    ]
}

/// Reports whether other users may change or replace a file that holds no secret, but names commands that are run;
/// broken if so, as it is not used then. Ok if it does not exist and nobody else may put it there.
pub(super) fn check_unchanged_by_others(id: &'static str, path: &Path) -> Check {
    let about = About::new(id, path.display().to_string());
    let checked = match platform::open_regular(path) {
        Ok((file, metadata)) => trusted_file::check(path, &file, &metadata),
        Err(error) if platform::is_not_found(&error) => trusted_file::check_directories(path),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            return about.skipped("it is not a regular file");
        }
        Err(error) => return about.broken(cannot_look(path, &error), chown_command(path)),
    };
    match checked {
        Ok(()) => about.ok("nobody else may change it"),
        Err(UntrustedFile { fault, .. }) => about.broken(fault.to_string(), fault.fix()),
    }
}

/// Reports whether a file is this user's alone and can be written; skipped if it does not exist.
fn private_file(about: About, path: &Path) -> Check {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if platform::is_not_found(&error) => return about.skipped("there is no file"),
        Err(error) => return about.broken(cannot_look(path, &error), chown_command(path)),
    };
    if let Some(owner_id) = other_owner(&metadata) {
        return owned_by_other(about, path, owner_id);
    }
    if platform::is_accessible_by_others(&metadata) {
        let message = format!("others may read {}{}", path.display(), mode(&metadata));
        return about.broken(message, format!("chmod 600 {}", shell_word(path)));
    }
    if let Err(error) = platform::check_writable(path) {
        let message = format!("{} cannot be written: {error}", path.display());
        return about.broken(message, format!("chmod 600 {}", shell_word(path)));
    }
    about.ok(format!("yours alone{}", mode(&metadata)))
}

/// Reports whether a directory is this user's alone and can be written; a warning if others may only list or enter it;
/// skipped if missing.
fn private_directory(about: About, path: &Path) -> Check {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if platform::is_not_found(&error) => {
            return about.skipped("there is no directory");
        }
        Err(error) => return about.broken(cannot_look(path, &error), chown_command(path)),
    };
    let word = shell_word(path);
    if let Some(owner_id) = other_owner(&metadata) {
        return owned_by_other(about, path, owner_id);
    }
    if platform::is_writable_by_others(&metadata) {
        let message = format!(
            "others may replace the files in {}{}",
            path.display(),
            mode(&metadata)
        );
        return about.broken(message, format!("chmod 700 {word}"));
    }
    if let Err(error) = platform::check_writable(path) {
        let message = format!("{} cannot be written: {error}", path.display());
        return about.broken(message, format!("chmod 700 {word}"));
    }
    if platform::is_accessible_by_others(&metadata) {
        let message = format!("others may list {}{}", path.display(), mode(&metadata));
        return about.warning(message, format!("chmod 700 {word}"));
    }
    about.ok(format!("yours alone{}", mode(&metadata)))
}

/// Reports an unfinished file beside this one: a warning with this fix, unless a process holds the lock and may be
/// writing it.
fn leftover(about: About, around: &FileState, fix: impl FnOnce(&Path) -> String) -> Check {
    match (&around.temporary, &around.lock_holder) {
        (None, _) => about.ok("no unfinished file"),
        (Some(_), Some(_)) => about.ok("another process is writing"),
        (Some(path), None) => {
            let message = format!("{} was left by a process that was killed", path.display());
            about.warning(message, fix(path))
        }
    }
}

/// Reports who holds the lock and for how long: ok if it is free, broken if held longer than `LONGEST_HOLD`, otherwise
/// a warning.
fn lock(ctx: &CheckContext<'_>, about: About, holder: Option<LockHolder>) -> Check {
    let Some(LockHolder { path, pid, since }) = holder else {
        return about.ok("free");
    };
    let process = match pid {
        None => "an unknown process".to_owned(),
        Some(pid) => match platform::process_name(pid) {
            Some(program) => format!("process {pid} ({program})"),
            None => format!("process {pid}"),
        },
    };
    let held = since.map_or(Duration::ZERO, |since| since.until(ctx.now));
    let message = format!("held by {process} for {}", relative_time::span(held));
    let fix = match pid {
        Some(pid) => format!("kill {pid}"),
        None => format!("fuser -v {}", shell_word(&path)),
    };
    if held > LONGEST_HOLD {
        about.broken(format!("{message}: it hangs"), fix)
    } else {
        about.warning(format!("{message}; it should be done soon"), fix)
    }
}

const ROOT: u32 = 0;

/// Returns the owner's user id if that is not the user of this process; `None` also where files have no user ids.
fn other_owner(metadata: &Metadata) -> Option<u32> {
    let owner_id = platform::owner_id(metadata)?;
    (Some(owner_id) != platform::user_id()).then_some(owner_id)
}

/// Reports a file that another user owns: broken, but a warning if this runs as root in that user's home.
fn owned_by_other(about: About, path: &Path, owner_id: u32) -> Check {
    let owner_of_home = || platform::owner_id(&home_dir().ok()?.metadata().ok()?);
    if platform::user_id() == Some(ROOT) && owner_of_home() == Some(owner_id) {
        let message = format!(
            "{} belongs to user {owner_id}, as this home does, but this runs as root: files that it writes become root's",
            path.display()
        );
        return about.warning(message, format!("sudo -u '#{owner_id}' prusa-cred doctor"));
    }
    about.broken(wrong_owner(path, owner_id), chown_command(path))
}

/// Returns the message that a file belongs to this user id.
fn wrong_owner(path: &Path, owner_id: u32) -> String {
    let owner_id = match owner_id {
        ROOT => "root".to_owned(),
        number => format!("user {number}"),
    };
    format!("{} belongs to {owner_id}, not to you", path.display())
}

/// Returns the command that gives a file to this user, or one that shows its owner where there are no user ids.
fn chown_command(path: &Path) -> String {
    let word = shell_word(path);
    match platform::user_id() {
        Some(user) => format!("{}chown {user} {word}", platform::sudo()),
        None => format!("ls -ld {word}"),
    }
}

/// Returns ` (mode 0644)`, in octal, or an empty text where files have no mode.
fn mode(metadata: &Metadata) -> String {
    platform::mode(metadata).map_or_else(String::new, |mode| format!(" (mode {mode:04o})"))
}

/// Returns the message that the properties of a file cannot be read.
fn cannot_look(path: &Path, error: &std::io::Error) -> String {
    format!("cannot look at {}: {error}", path.display())
}

/// Returns the path, with its target if it is a symbolic link.
pub(super) fn with_link_target(path: &Path) -> String {
    match std::fs::read_link(path) {
        Ok(target) => format!("{}, a link to {}", path.display(), target.display()),
        Err(_) => path.display().to_string(),
    }
}
