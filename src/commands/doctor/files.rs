//! Files that hold secrets, and what lies around them: whose they are, who else may touch them, who holds the lock, what
//! a killed process left.

use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

use super::check::{About, Check, edit_command, shell_word};
use super::{CheckContext, keyring};
use crate::account::Account;
use crate::causes::with_causes;
use crate::context::home_dir;
use crate::platform;
use crate::store::{FileState, KeyError, LockHolder, StoreError, UnsealError};
use crate::terminal::relative_time;

/// Nobody holds a lock longer who is not stuck: it is held while a server is asked, never while a person types.
const LONGEST_HOLD: Duration = Duration::from_secs(60);

/// The names of the checks of one kind of file.
pub(super) struct Names {
    pub(super) file: &'static str,
    pub(super) access: &'static str,
    pub(super) directory: &'static str,
    pub(super) leftover: &'static str,
    pub(super) lock: &'static str,
}

const OF_LOGIN: Names = Names {
    file: "token.file",
    access: "token.access",
    directory: "token.directory",
    leftover: "token.leftover",
    lock: "token.lock",
};

/// Looks at a profile's token file.
pub(super) fn of_login(patient: &CheckContext<'_>, account: &Account<'_>) -> Vec<Check> {
    let profile = account.profile();
    let path = account.store().path();
    let about = About::new(OF_LOGIN.file, &profile.name);
    let file = match account.store().load() {
        Ok(Some(stored)) if stored.is_sealed => about.ok(format!("{}, sealed", led_to(path))),
        Ok(_) if path.symlink_metadata().is_ok() => about.ok(led_to(path)),
        Ok(_) => about.ok(format!("none yet at {}", path.display())),
        Err(error) => {
            let mend = mend_of(&error, path, &profile.login_command());
            about.broken(with_causes(&error), mend)
        }
    };
    let mut checks = vec![file];
    let again = |_: &Path| format!("{} >/dev/null", get_command(&profile.name));
    checks.extend(around(patient, &OF_LOGIN, &profile.name, path, again));
    checks
}

/// Returns the command that has a profile's token renewed, and with it whatever was left half done.
pub(super) fn get_command(profile: &str) -> String {
    format!("prusa-cred get --refresh --profile {profile}")
}

/// Returns the command that mends a file that cannot be read.
pub(super) fn mend_of(error: &StoreError, path: &Path, otherwise: &str) -> String {
    let word = shell_word(path);
    match error {
        StoreError::NotAFile { .. } => format!("mv {word} {word}.aside"),
        StoreError::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            own(path)
        }
        StoreError::Io { .. } => format!("ls -ld {word}"),
        StoreError::CannotUnseal {
            source: UnsealError::Key(KeyError::Keyring(error)),
            ..
        } => keyring::mend(error).to_owned(),
        StoreError::NotCredentials { .. } => edit_command(path),
        _ => otherwise.to_owned(),
    }
}

/// Looks around a file that holds secrets; `end` returns the command that ends what was left half done, of what was left.
pub(super) fn around(
    patient: &CheckContext<'_>,
    names: &Names,
    subject: &str,
    path: &Path,
    end: impl FnOnce(&Path) -> String,
) -> Vec<Check> {
    let around = match FileState::inspect(path) {
        Ok(around) => around,
        Err(error) => {
            let mend = mend_of(&error, path, "true");
            return vec![About::new(names.lock, subject).broken(with_causes(&error), mend)];
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
        leftover(About::new(names.leftover, subject), &around, end),
        lock(patient, About::new(names.lock, subject), around.lock_holder),
    ]
}

/// Looks at who may change a file that holds no secret but says what is run, or may put one there.
pub(super) fn changed_by_others(id: &'static str, path: &Path) -> Check {
    let about = About::new(id, path.display().to_string());
    let directory = platform::directory_of(path);
    for path in [path, directory] {
        let metadata = match path.metadata() {
            Ok(metadata) => metadata,
            Err(error) if platform::is_not_found(&error) => continue,
            Err(error) => return about.broken(cannot_look(path, &error), own(path)),
        };
        if let Some(owner) = stranger(&metadata).filter(|owner| *owner != ROOT) {
            return about.broken(belongs(path, owner), own(path));
        }
        if platform::is_writable_by_others(&metadata) {
            let message = format!(
                "others may change {}{}, and with it what is run",
                path.display(),
                mode(&metadata)
            );
            return about.broken(message, format!("chmod go-w {}", shell_word(path)));
        }
    }
    about.ok("nobody else may change it")
}

fn private_file(about: About, path: &Path) -> Check {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if platform::is_not_found(&error) => return about.skipped("there is no file"),
        Err(error) => return about.broken(cannot_look(path, &error), own(path)),
    };
    if let Some(owner) = stranger(&metadata) {
        return of_stranger(about, path, owner);
    }
    if platform::is_accessible_by_others(&metadata) {
        let message = format!("others may read {}{}", path.display(), mode(&metadata));
        return about.broken(message, format!("chmod 600 {}", shell_word(path)));
    }
    if let Err(error) = platform::check_writable(path) {
        let message = format!("{} may not be written: {error}", path.display());
        return about.broken(message, format!("chmod 600 {}", shell_word(path)));
    }
    about.ok(format!("yours alone{}", mode(&metadata)))
}

fn private_directory(about: About, path: &Path) -> Check {
    let metadata = match path.metadata() {
        Ok(metadata) => metadata,
        Err(error) if platform::is_not_found(&error) => {
            return about.skipped("there is no directory");
        }
        Err(error) => return about.broken(cannot_look(path, &error), own(path)),
    };
    let word = shell_word(path);
    if let Some(owner) = stranger(&metadata) {
        return of_stranger(about, path, owner);
    }
    if platform::is_writable_by_others(&metadata) {
        let message = format!(
            "others may replace what is in {}{}",
            path.display(),
            mode(&metadata)
        );
        return about.broken(message, format!("chmod 700 {word}"));
    }
    if let Err(error) = platform::check_writable(path) {
        let message = format!("{} may not be written: {error}", path.display());
        return about.broken(message, format!("chmod 700 {word}"));
    }
    if platform::is_accessible_by_others(&metadata) {
        let message = format!("others may look into {}{}", path.display(), mode(&metadata));
        return about.warning(message, format!("chmod 700 {word}"));
    }
    about.ok(format!("yours alone{}", mode(&metadata)))
}

fn leftover(about: About, around: &FileState, end: impl FnOnce(&Path) -> String) -> Check {
    match (&around.temporary, &around.lock_holder) {
        (None, _) => about.ok("nothing was left half written"),
        (Some(_), Some(_)) => about.ok("somebody is writing"),
        (Some(path), None) => {
            let message = format!("{} was left by a process that was cut off", path.display());
            about.warning(message, end(path))
        }
    }
}

fn lock(patient: &CheckContext<'_>, about: About, holder: Option<LockHolder>) -> Check {
    let Some(LockHolder { path, pid, since }) = holder else {
        return about.ok("free");
    };
    let who = match pid {
        None => "a process that left no number".to_owned(),
        Some(pid) => match platform::process_name(pid) {
            Some(program) => format!("process {pid} ({program})"),
            None => format!("process {pid}"),
        },
    };
    let held = since.map_or(Duration::ZERO, |since| since.until(patient.now));
    let message = format!("held by {who} for {}", relative_time::span(held));
    let mend = match pid {
        Some(pid) => format!("kill {pid}"),
        None => format!("fuser -v {}", shell_word(&path)),
    };
    if held > LONGEST_HOLD {
        about.broken(format!("{message}: it hangs"), mend)
    } else {
        about.warning(format!("{message}; it should be done soon"), mend)
    }
}

const ROOT: u32 = 0;

/// Returns the owner, if that is not whom this process acts for.
fn stranger(metadata: &Metadata) -> Option<u32> {
    let owner = platform::owner_id(metadata)?;
    (Some(owner) != platform::user_id()).then_some(owner)
}

/// Tells of what somebody else owns: a slip of root's in a user's home, or root itself at work there.
fn of_stranger(about: About, path: &Path, owner: u32) -> Check {
    let owner_of_home = || platform::owner_id(&home_dir().ok()?.metadata().ok()?);
    if platform::user_id() == Some(ROOT) && owner_of_home() == Some(owner) {
        let message = format!(
            "{} belongs to user {owner}, as this home does, and this runs as root: what it writes becomes root's",
            path.display()
        );
        return about.warning(message, format!("sudo -u '#{owner}' prusa-cred doctor"));
    }
    about.broken(belongs(path, owner), own(path))
}

fn belongs(path: &Path, owner: u32) -> String {
    let owner = match owner {
        ROOT => "root".to_owned(),
        number => format!("user {number}"),
    };
    format!("{} belongs to {owner}, not to you", path.display())
}

fn own(path: &Path) -> String {
    let word = shell_word(path);
    match platform::user_id() {
        Some(user) => format!("sudo chown {user} {word}"),
        None => format!("ls -ld {word}"),
    }
}

fn mode(metadata: &Metadata) -> String {
    platform::mode(metadata).map_or_else(String::new, |mode| format!(" (mode {mode:04o})"))
}

fn cannot_look(path: &Path, error: &std::io::Error) -> String {
    format!("cannot look at {}: {error}", path.display())
}

/// Returns the path, and where it leads if it is a link.
pub(super) fn led_to(path: &Path) -> String {
    match std::fs::read_link(path) {
        Ok(target) => format!("{}, a link to {}", path.display(), target.display()),
        Err(_) => path.display().to_string(),
    }
}
