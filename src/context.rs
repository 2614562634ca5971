//! What every command starts from: global options, environment, directories, configuration; and messages for a person.

mod environment;
mod error;
mod text;
mod variables;

use std::cell::{Cell, OnceCell};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::byte_order_mark;
use crate::cli::{Global, Kognic};
use crate::deadline::Deadline;
use crate::escape::escape_control;
use crate::named_path;
use crate::profile::{
    AppendError, KeyPlace, KognicEnvironments, NewProfile, Profile, Profiles, Seal, SetKeyError,
    append_profile, with_new_profile,
};
use crate::store::{KeyLocations, Keys, Label, Sealing, check_editable, edit};
use crate::terminal::for_people;
use crate::trusted_file;
use crate::waiting;
use environment::{OUR_DIRECTORY, profile_environment, variable_os};
use text::unusable;

pub(crate) use environment::{
    audit_path, can_draw, config_dir, credentials_path, home_dir, is_colourful, is_set,
    path_variable, secret_variable, variable, variable_names, wants_json_errors,
};
pub(crate) use error::ContextError;
pub(crate) use text::{read_text, read_trusted_text};
pub(crate) use variables::variables;

/// How long a command may take, unless `--timeout` says otherwise.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for another process that changes the configuration file.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// The options, environment and configuration of one run. Each part is read when it is first needed.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) global: Global,
    /// When the caller stops waiting.
    pub(crate) deadline: Deadline,
    profiles: OnceCell<Profiles>,
    /// Shared, so that every key is read once.
    keys: OnceCell<Arc<Keys>>,
    kognic_environments: OnceCell<KognicEnvironments>,
    /// Whether a configuration file that was named but is missing counts as empty, since it is about to be created.
    creates_config: Cell<bool>,
}

impl Context {
    /// Returns the context of a command with these options. Its deadline is counted from now: `--timeout`, else 10 s.
    /// Nothing else is read yet.
    pub(crate) fn new(global: Global) -> Self {
        let deadline = Deadline::after(global.timeout.unwrap_or(TIMEOUT));
        if global.quiet || global.json {
            waiting::silence();
        }
        Self {
            global,
            deadline,
            profiles: OnceCell::new(),
            keys: OnceCell::new(),
            kognic_environments: OnceCell::new(),
            creates_config: Cell::new(false),
        }
    }

    /// Has a configuration file that was named but is missing count as empty, for a command that will create it.
    pub(crate) fn begin_config(&self) {
        self.creates_config.set(true);
    }

    /// Returns a context with changed options, for a request of its own: its deadline is counted from now, and the
    /// configuration is read again.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Global)) -> Self {
        let mut global = self.global.clone();
        change(&mut global);
        Self::new(global)
    }

    /// Returns a context that reads Kognic's environments from the file that the options name.
    pub(crate) fn with_environments_of(&self, options: &Kognic) -> Self {
        let file = options.environments_file.clone();
        self.with(|global| global.environments_file = file)
    }

    /// Returns all profiles, from the configuration file and built in.
    ///
    /// # Errors
    ///
    /// When the file or a variable about a profile cannot be read or is wrong.
    pub(crate) fn profiles(&self) -> Result<&Profiles, ContextError> {
        if let Some(profiles) = self.profiles.get() {
            return Ok(profiles);
        }
        let file = self.config_file()?;
        let text = file
            .as_ref()
            .map(|(path, text)| (path.as_path(), text.as_str()));
        let profiles = Profiles::load(text, &profile_environment()?)?;
        Ok(self.profiles.get_or_init(|| profiles))
    }

    /// Returns whether each token that is handed out is logged; `false` before the configuration has been read.
    pub(crate) fn is_audited(&self) -> bool {
        self.profiles.get().is_some_and(Profiles::is_audited)
    }

    /// Returns the profiles that exist without the configuration file, for `doctor` when that cannot be read. Fails if
    /// a variable about one of them is wrong.
    pub(crate) fn built_in_profiles() -> Result<Profiles, ContextError> {
        Ok(Profiles::load(None, &profile_environment()?)?)
    }

    /// Returns how to store the file that `label` describes, for which the configuration has this setting, or none.
    pub(crate) fn sealing(&self, choice: Option<Seal>, label: Label) -> Sealing {
        Sealing::new(self.keys().clone(), choice, label)
    }

    /// Returns the keys that files are sealed with. Each is read when it is first needed. A configuration that cannot
    /// be read counts as one that names no key.
    pub(crate) fn keys(&self) -> &Arc<Keys> {
        self.keys.get_or_init(|| Arc::new(self.keys_also_at(None)))
    }

    /// As `keys`, but a new set that is searched for at one more place.
    pub(crate) fn keys_also_at(&self, place: Option<KeyPlace>) -> Keys {
        let mut places = self
            .profiles()
            .map_or_else(|_| Vec::new(), Profiles::key_places);
        places.extend(place);
        let diagnostics = self.diagnostics();
        Keys::new(
            KEY_LOCATIONS,
            places,
            Box::new(move |text| diagnostics.warn(text)),
        )
    }

    /// Returns the path of the configuration file, which may not exist: the one that is named, else `config.toml` in
    /// this program's configuration directory. Fails if none is named and the environment gives no such directory.
    pub(crate) fn config_path(&self) -> Result<PathBuf, ContextError> {
        match self.named_config() {
            Some(path) => Ok(path),
            None => Ok(config_dir()?.join(OUR_DIRECTORY).join("config.toml")),
        }
    }

    /// Returns the configuration file that `--config`, else `PRUSA_CRED_CONFIG`, names; `None` if neither does.
    fn named_config(&self) -> Option<PathBuf> {
        let variable = || variable_os("PRUSA_CRED_CONFIG").map(PathBuf::from);
        let named = self.global.config.clone().or_else(variable)?;
        // A home directory that does not exist has no such file, which is an error when it is read.
        Some(named_path::expanded(&named).unwrap_or(named))
    }

    /// Returns the configuration file's path and text; `None` if it is missing and was not named, or will be created.
    /// Also if there is no home directory. Fails if it is named and missing, cannot be read, or may have been written
    /// by another user.
    fn config_file(&self) -> Result<Option<(PathBuf, String)>, ContextError> {
        let path = match self.config_path() {
            // Without a home directory there is no file in it; a token in the environment needs none.
            Err(ContextError::NoHome) => return Ok(None),
            path => path?,
        };
        match read_trusted_text(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error)
                if error.is_not_found()
                    && (self.creates_config.get() || self.named_config().is_none()) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns a profile as it would be if the configuration file had it. Nothing is written.
    ///
    /// # Errors
    ///
    /// When there is such a profile, the keys are not valid, or the file cannot be read or is not valid.
    pub(crate) fn preview(&self, new: &NewProfile) -> Result<Profile, ContextError> {
        let text = self.config_file()?.map(|(_, text)| text);
        let path = self.config_path()?;
        let (_, profile) = with_profile(&path, text.as_deref().unwrap_or_default(), new)?;
        Ok(profile)
    }

    /// Fails if the configuration file cannot be changed or would not be used then, so that no sign-in begins that
    /// could not be stored. Takes the file's lock for that, and waits for it for up to 10 s.
    pub(crate) fn check_config_editable(&self) -> Result<(), ContextError> {
        let path = self.config_path()?;
        // What is written where others may put another file would not be read later.
        trusted_file::check_directories(&path)?;
        Ok(check_editable(&path, Deadline::after(LOCK_WAIT))?)
    }

    /// Fails if no profile of this name could be added to the configuration file, whatever its keys, so that nothing is
    /// done for one that could not be stored. Takes the file's lock, as `check_config_editable`.
    pub(crate) fn check_profile_can_be_added(&self, name: &str) -> Result<(), ContextError> {
        self.check_config_editable()?;
        let text = self.config_file()?.map(|(_, text)| text);
        // Of a kind that no built-in profile is of.
        let new = NewProfile::new(name, "oauth");
        let added = append_profile(text.as_deref().unwrap_or_default(), &new);
        added
            .map(drop)
            .map_err(cannot_append(&self.config_path()?, name))
    }

    /// Adds a profile at the end of the configuration file, which is created if it is missing, and returns its path.
    ///
    /// `profiles` still returns what was read before.
    ///
    /// # Errors
    ///
    /// When there is such a profile, the keys are not valid, or the file is not valid or cannot be locked, read or
    /// written. It is unchanged then.
    pub(crate) fn add_profile(&self, new: &NewProfile) -> Result<PathBuf, ContextError> {
        self.edit_config(|path, text| Ok(with_profile(path, text, new)?.0))
    }

    /// Does as `add_profile`, for one whose name another process may have taken since it was chosen: what is in the file
    /// now decides, and the next free name is taken. Returns the profile as it is in the file.
    ///
    /// # Errors
    ///
    /// As `add_profile`, but not because there is such a profile.
    pub(crate) fn add_profile_with_free_name(
        &self,
        new: &NewProfile,
    ) -> Result<(PathBuf, Profile), ContextError> {
        let mut added = None;
        let path = self.edit_config(|path, text| {
            let because = |source| ContextError::Change {
                path: path.to_owned(),
                source,
            };
            let (text, name) = with_new_profile(text, new).map_err(because)?;
            let profiles = Profiles::load(Some((path, &text)), &profile_environment()?)?;
            added = profiles.named(&name).cloned();
            Ok(text)
        })?;
        let missing = || cannot_append(&path, new.name())(AppendError::NotTables);
        let profile = added.ok_or_else(missing)?;
        Ok((path, profile))
    }

    /// Changes the configuration file, which is created if it is missing, and returns its path. `change` gets its text,
    /// which is empty for a missing file, and returns the new one.
    ///
    /// `profiles` still returns what was read before.
    ///
    /// # Errors
    ///
    /// When `change` fails, its result is not a valid configuration, or the file cannot be locked, read or written. It
    /// is unchanged then.
    pub(crate) fn change_config(
        &self,
        change: impl FnOnce(&str) -> Result<String, SetKeyError>,
    ) -> Result<PathBuf, ContextError> {
        self.edit_config(|path, text| changed_config(path, text, change))
    }

    /// Returns all profiles as they would be with this text in the configuration file.
    ///
    /// # Errors
    ///
    /// When it is not a valid configuration, or a variable about a profile is wrong.
    pub(crate) fn profiles_in(&self, text: &str) -> Result<Profiles, ContextError> {
        let path = self.config_path()?;
        Ok(Profiles::load(
            Some((&path, text)),
            &profile_environment()?,
        )?)
    }

    /// Returns all profiles as they would be after this change of the configuration, and changes nothing.
    ///
    /// # Errors
    ///
    /// As `change_config`.
    pub(crate) fn profiles_after(
        &self,
        change: impl FnOnce(&str) -> Result<String, SetKeyError>,
    ) -> Result<Profiles, ContextError> {
        self.check_config_editable()?;
        let path = self.config_path()?;
        let text = changed_text(&path, &self.config_text()?, change)?;
        self.profiles_in(&text)
    }

    /// Returns the text of the configuration file now; an empty one if it is missing and was not named. Fails if it
    /// cannot be read.
    pub(crate) fn config_text(&self) -> Result<String, ContextError> {
        let file = self.config_file()?;
        Ok(file.map_or_else(String::new, |(_, text)| text))
    }

    /// Fails as `change_config` would, and changes nothing: for a command that does something else first.
    pub(crate) fn check_config_change(
        &self,
        change: impl FnOnce(&str) -> Result<String, SetKeyError>,
    ) -> Result<(), ContextError> {
        self.profiles_after(change).map(drop)
    }

    /// Replaces the configuration file's text with what `change` returns, under the file's lock, and returns its path.
    /// Fails if `change` fails, another user may put another file in its place, or it is not UTF-8 or cannot be locked,
    /// read or written.
    fn edit_config(
        &self,
        change: impl FnOnce(&Path, &str) -> Result<String, ContextError>,
    ) -> Result<PathBuf, ContextError> {
        let path = self.config_path()?;
        trusted_file::check_directories(&path)?;
        edit(&path, Deadline::after(LOCK_WAIT), |old| {
            let old = old.unwrap_or_default();
            // A mark of UTF-8 stays; UTF-16 is written as UTF-8.
            let decoded = byte_order_mark::is_utf16(old)
                .then(|| byte_order_mark::utf8(Zeroizing::new(old.to_vec())));
            let text = std::str::from_utf8(decoded.as_deref().map_or(old, Vec::as_slice))
                .map_err(|_| ContextError::Unreadable(path.clone(), unusable("it is not UTF-8")))?;
            change(&path, text).map(String::into_bytes)
        })?;
        Ok(path)
    }

    /// Returns the environments in Kognic's `environments.json`; none if that file is missing. Fails if it cannot be
    /// read, may have been written by another user, or is not valid.
    pub(crate) fn kognic_environments(&self) -> Result<&KognicEnvironments, ContextError> {
        if let Some(environments) = self.kognic_environments.get() {
            return Ok(environments);
        }
        let named = self.global.environments_file.clone();
        let path = named.map_or_else(Self::kognic_environments_path, Ok)?;
        let environments = match read_trusted_text(&path) {
            Ok(text) => KognicEnvironments::parse(&text)
                .map_err(|source| ContextError::Environments(path, source))?,
            Err(error) if error.is_not_found() => KognicEnvironments::default(),
            Err(error) => return Err(error),
        };
        Ok(self.kognic_environments.get_or_init(|| environments))
    }

    /// Returns the path of Kognic's `environments.json`, which its own tools keep below `XDG_CONFIG_HOME`, if that is
    /// absolute, else below `~/.config`, on every platform.
    pub(crate) fn kognic_environments_path() -> Result<PathBuf, ContextError> {
        let directory = match path_variable("XDG_CONFIG_HOME") {
            Some(directory) if directory.is_absolute() => directory,
            _ => dirs::home_dir()
                .ok_or(ContextError::NoHome)?
                .join(".config"),
        };
        Ok(directory.join("kognic").join("environments.json"))
    }

    /// Returns the name in `PRUSA_CRED_PROFILE`, which need not be that of a profile; `None` if it is unset or empty.
    /// Fails if it is not UTF-8.
    pub(crate) fn profile_variable() -> Result<Option<String>, ContextError> {
        variable("PRUSA_CRED_PROFILE")
    }

    /// Returns whether a person may be asked something: neither `--no-input` nor `PRUSA_CRED_NO_INPUT` forbids it.
    /// There may be no terminal.
    pub(crate) fn may_ask(&self) -> bool {
        !self.global.no_input && variable_os("PRUSA_CRED_NO_INPUT").is_none()
    }

    /// Returns whether errors and warnings are for a program: with `--json`, or if `PRUSA_CRED_ERRORS` says so.
    pub(crate) fn is_json(&self) -> bool {
        self.global.json || wants_json_errors()
    }

    /// Writes a warning for a person to stderr, with control characters other than line feeds escaped, or holds it for
    /// the JSON output. Does nothing with `--quiet`.
    pub(crate) fn warn(&self, text: &str) {
        self.diagnostics().warn(text);
    }

    /// Returns how to print warnings: what `--quiet` and `--json` say.
    fn diagnostics(&self) -> Diagnostics {
        Diagnostics {
            is_quiet: self.global.quiet,
            wants_json: self.global.json,
        }
    }

    /// Writes progress for a person to stderr, with control characters other than line feeds escaped, unless the output
    /// is quiet or JSON.
    pub(crate) fn say(&self, text: &str) {
        if !self.global.quiet && !self.is_json() {
            write_to_stderr(&for_people::on_stderr(&escape_control(text)));
        }
    }

    /// Writes what a person must see to continue to stderr, even with `--quiet` or `--json`. Nothing is escaped, and lines
    /// are broken as for [`Context::say`].
    #[allow(clippy::unused_self, reason = "it belongs with the others")]
    pub(crate) fn show(&self, text: &str) {
        write_to_stderr(&for_people::on_stderr(text));
    }

    /// Writes what is being done to stderr, as `say`, with `--verbose`. `text` is called only with that option.
    pub(crate) fn explain(&self, text: impl FnOnce() -> String) {
        if self.global.verbose {
            self.say(&format!("prusa-cred: {}", text()));
        }
    }
}

/// Warnings for a program. They are part of the one JSON object of the error, if the run ends with one.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes the warnings that are held for the JSON output.
pub(crate) fn take_held_warnings() -> Vec<String> {
    std::mem::take(&mut WARNINGS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Writes the held warnings to stderr, each as a JSON object of its own, in a run that ends without an error.
pub(crate) fn print_held_warnings() {
    for text in take_held_warnings() {
        write_to_stderr(&serde_json::json!({ "warning": text }).to_string());
    }
}

/// How warnings are written.
#[derive(Clone, Copy)]
struct Diagnostics {
    is_quiet: bool,
    wants_json: bool,
}

impl Diagnostics {
    /// Prints a warning to stderr, with control characters other than line feeds escaped, or holds it back for the
    /// report if errors are JSON. Does nothing with `--quiet`.
    fn warn(self, text: &str) {
        if self.is_quiet {
            return;
        }
        if self.wants_json || wants_json_errors() {
            let mut held = WARNINGS.lock().unwrap_or_else(PoisonError::into_inner);
            held.push(text.to_owned());
        } else {
            let text = format!("prusa-cred: warning: {}", escape_control(text));
            write_to_stderr(&for_people::on_stderr(&text));
        }
    }
}

/// Where keys are searched for.
const KEY_LOCATIONS: KeyLocations = KeyLocations {
    lock: || Some(credentials_path().ok()?.with_file_name("key")),
    credentials_directory: named_path::credentials_directory,
    notes: || Some(credentials_path().ok()?.with_file_name("sealed")),
};

/// Returns the text of the configuration file after `change`. Fails if that does, or its result is not a valid
/// configuration.
fn changed_config(
    path: &Path,
    text: &str,
    change: impl FnOnce(&str) -> Result<String, SetKeyError>,
) -> Result<String, ContextError> {
    let text = changed_text(path, text, change)?;
    Profiles::load(Some((path, &text)), &profile_environment()?)?;
    Ok(text)
}

/// Returns the text of the configuration as `change` makes it, which may not be valid.
fn changed_text(
    path: &Path,
    text: &str,
    change: impl FnOnce(&str) -> Result<String, SetKeyError>,
) -> Result<String, ContextError> {
    change(text).map_err(|source| ContextError::Change {
        path: path.to_owned(),
        source,
    })
}

/// Returns how to make the error of a profile of this name that cannot be added to this file.
fn cannot_append(path: &Path, name: &str) -> impl Fn(AppendError) -> ContextError {
    move |source| ContextError::Append {
        name: name.to_owned(),
        path: path.to_owned(),
        source,
    }
}

/// Returns the text of the configuration with one more profile, and that profile. Fails if it cannot be appended, or
/// the whole is not a valid configuration.
fn with_profile(
    path: &Path,
    text: &str,
    new: &NewProfile,
) -> Result<(String, Profile), ContextError> {
    let because = cannot_append(path, new.name());
    let text = append_profile(text, new).map_err(&because)?;
    let profiles = Profiles::load(Some((path, &text)), &profile_environment()?)?;
    let profile = profiles.named(new.name()).cloned();
    let profile = profile.ok_or_else(|| because(AppendError::NotTables))?;
    Ok((text, profile))
}

/// Writes the line and a newline to stderr. A failure is ignored.
fn write_to_stderr(line: &str) {
    // If stderr itself is closed, there is nowhere to report that.
    let _ = waiting::aside(|| writeln!(std::io::stderr().lock(), "{line}"));
}
