//! The outside world, read once: options that every command takes, environment, directories, configuration.

mod environment;
mod text;
mod variables;

use std::cell::{Cell, OnceCell};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::cli::Global;
use crate::deadline::Deadline;
use crate::escape::escape_control;
use crate::platform;
use crate::profile::{
    AppendError, ConfigError, EnvironmentsError, KeyPlace, KognicEnvironments, NewProfile, Profile,
    Profiles, Seal, SetKeyError, appended,
};
use crate::store::{KeyLocations, Keys, Sealing, StoreError, check_editable, edit};
use environment::{environment, variable_os};
use text::unusable;

pub(crate) use environment::{
    audit_path, config_dir, credentials_path, home_dir, is_colourful, is_set, path_variable,
    search_path, secret_variable, variable, wants_json_errors,
};
pub(crate) use text::read_text;
pub(crate) use variables::{Holds, VARIABLES, Variable};

const TIMEOUT: Duration = Duration::from_secs(10);
/// How long another process may be at the configuration file.
const LOCK_WAIT: Duration = Duration::from_secs(10);
const OUR_DIRECTORY: &str = "prusa-cred";

/// Why the outside world could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContextError {
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
    #[error("there is no configuration directory: neither HOME nor XDG_CONFIG_HOME says where")]
    NoHome,
    #[error("there is no data directory: neither HOME nor XDG_DATA_HOME says where")]
    NoDataDir,
    #[error("could not read {}", .0.display())]
    Unreadable(PathBuf, #[source] std::io::Error),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("could not add profile {name} to {}", path.display())]
    Append {
        name: String,
        path: PathBuf,
        source: AppendError,
    },
    #[error("could not change {}", path.display())]
    Change { path: PathBuf, source: SetKeyError },
    #[error("cannot use {}", .0.display())]
    Environments(PathBuf, #[source] EnvironmentsError),
    #[error("could not write the configuration")]
    Unwritable(#[from] StoreError),
}

/// What commands know of the world.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) global: Global,
    /// When whoever called us stops waiting.
    pub(crate) deadline: Deadline,
    profiles: OnceCell<Profiles>,
    /// Every key is read once, whoever asks for it.
    keys: OnceCell<Arc<Keys>>,
    kognic_environments: OnceCell<KognicEnvironments>,
    /// Whether a configuration file that is named and missing is about to be begun.
    begins_config: Cell<bool>,
}

impl Context {
    /// Looks at the options; everything else is read when it is first needed.
    pub(crate) fn new(global: Global) -> Self {
        let deadline = Deadline::after(global.timeout.unwrap_or(TIMEOUT));
        Self {
            global,
            deadline,
            profiles: OnceCell::new(),
            keys: OnceCell::new(),
            kognic_environments: OnceCell::new(),
            begins_config: Cell::new(false),
        }
    }

    /// Takes a configuration file that is named and missing for an empty one, as whoever adds to it begins it.
    pub(crate) fn begin_config(&self) {
        self.begins_config.set(true);
    }

    /// Returns the same world for a request of its own: with other options, and its time begins now.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Global)) -> Self {
        let mut global = self.global.clone();
        change(&mut global);
        Self::new(global)
    }

    /// Returns all profiles, from the configuration file and built in.
    pub(crate) fn profiles(&self) -> Result<&Profiles, ContextError> {
        if let Some(profiles) = self.profiles.get() {
            return Ok(profiles);
        }
        let file = self.config_file()?;
        let text = file
            .as_ref()
            .map(|(path, text)| (path.as_path(), text.as_str()));
        let profiles = Profiles::load(text, &environment()?)?;
        Ok(self.profiles.get_or_init(|| profiles))
    }

    /// Returns whether each token that is handed out leaves a line. By then the configuration has been read.
    pub(crate) fn is_audited(&self) -> bool {
        self.profiles.get().is_some_and(Profiles::is_audited)
    }

    /// Returns what profiles there are without the configuration file, for telling of the rest when that is broken.
    pub(crate) fn built_in_profiles() -> Result<Profiles, ContextError> {
        Ok(Profiles::load(None, &environment()?)?)
    }

    /// Returns how a store rests that the configuration says this of.
    pub(crate) fn sealing(&self, choice: Option<Seal>) -> Result<Sealing, ContextError> {
        Ok(Sealing::new(self.keys()?.clone(), choice))
    }

    /// Returns the keys that stores are sealed under; none has been read yet.
    pub(crate) fn keys(&self) -> Result<&Arc<Keys>, ContextError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys);
        }
        let keys = self.keys_also_at(None)?;
        Ok(self.keys.get_or_init(|| Arc::new(keys)))
    }

    /// Returns keys apart from those, which are looked for at one more place.
    pub(crate) fn keys_also_at(&self, place: Option<KeyPlace>) -> Result<Keys, ContextError> {
        let mut places = self
            .profiles()
            .map_or_else(|_| Vec::new(), Profiles::key_places);
        places.extend(place);
        let diagnostics = self.diagnostics();
        Ok(Keys::new(
            KEY_LOCATIONS,
            places,
            Box::new(move |text| diagnostics.warn(text)),
        ))
    }

    /// Returns the file that the configuration is read from, whether or not it is there.
    pub(crate) fn config_path(&self) -> Result<PathBuf, ContextError> {
        match self.named_config() {
            Some(path) => Ok(path),
            None => Ok(config_dir()?.join(OUR_DIRECTORY).join("config.toml")),
        }
    }

    fn named_config(&self) -> Option<PathBuf> {
        let variable = || variable_os("PRUSA_CRED_CONFIG").map(PathBuf::from);
        self.global.config.clone().or_else(variable)
    }

    fn config_file(&self) -> Result<Option<(PathBuf, String)>, ContextError> {
        let path = self.config_path()?;
        match read_text(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error)
                if platform::is_not_found(&error)
                    && (self.begins_config.get() || self.named_config().is_none()) =>
            {
                Ok(None)
            }
            Err(error) => Err(ContextError::Unreadable(path, error)),
        }
    }

    /// Returns a profile as it would be if it stood in the configuration file, without writing anything.
    ///
    /// # Errors
    ///
    /// When there is such a profile, or the keys do not make one.
    pub(crate) fn preview(&self, new: &NewProfile) -> Result<Profile, ContextError> {
        let text = self.config_file()?.map(|(_, text)| text);
        let path = self.config_path()?;
        let (_, profile) = with_profile(&path, text.as_deref().unwrap_or_default(), new)?;
        Ok(profile)
    }

    /// Fails where the configuration file could not be changed, so that a sign-in that could not be kept does not begin.
    pub(crate) fn check_config_editable(&self) -> Result<(), ContextError> {
        Ok(check_editable(
            &self.config_path()?,
            Deadline::after(LOCK_WAIT),
        )?)
    }

    /// Adds a profile at the end of the configuration file, which is begun if there is none, and returns its path.
    ///
    /// This run goes on with the profiles that it has read.
    ///
    /// # Errors
    ///
    /// When there is such a profile, or the keys do not make one; then the file is as it was.
    pub(crate) fn add_profile(&self, new: &NewProfile) -> Result<PathBuf, ContextError> {
        self.edit_config(|path, text| Ok(with_profile(path, text, new)?.0))
    }

    /// Changes the configuration file, which is begun if there is none, and returns its path.
    ///
    /// This run goes on with what it has read.
    ///
    /// # Errors
    ///
    /// When `change` fails, or what it makes is no configuration; then the file is as it was.
    pub(crate) fn change_config(
        &self,
        change: impl FnOnce(&str) -> Result<String, SetKeyError>,
    ) -> Result<PathBuf, ContextError> {
        self.edit_config(|path, text| {
            let text = change(text).map_err(|source| ContextError::Change {
                path: path.to_owned(),
                source,
            })?;
            Profiles::load(Some((path, &text)), &environment()?)?;
            Ok(text)
        })
    }

    fn edit_config(
        &self,
        change: impl FnOnce(&Path, &str) -> Result<String, ContextError>,
    ) -> Result<PathBuf, ContextError> {
        let path = self.config_path()?;
        edit(&path, Deadline::after(LOCK_WAIT), |old| {
            let text = std::str::from_utf8(old.unwrap_or_default())
                .map_err(|_| ContextError::Unreadable(path.clone(), unusable("it is not UTF-8")))?;
            change(&path, text).map(String::into_bytes)
        })?;
        Ok(path)
    }

    /// Returns Kognic's environments, none where there is no such file.
    pub(crate) fn kognic_environments(&self) -> Result<&KognicEnvironments, ContextError> {
        if let Some(environments) = self.kognic_environments.get() {
            return Ok(environments);
        }
        let path = Self::kognic_environments_path()?;
        let environments = match read_text(&path) {
            Ok(text) => KognicEnvironments::parse(&text)
                .map_err(|source| ContextError::Environments(path, source))?,
            Err(error) if platform::is_not_found(&error) => KognicEnvironments::default(),
            Err(error) => return Err(ContextError::Unreadable(path, error)),
        };
        Ok(self.kognic_environments.get_or_init(|| environments))
    }

    /// Returns where Kognic's own tools keep their environments, which is `~/.config` on every system.
    pub(crate) fn kognic_environments_path() -> Result<PathBuf, ContextError> {
        let directory = match variable_os("XDG_CONFIG_HOME").map(PathBuf::from) {
            Some(directory) if directory.is_absolute() => directory,
            _ => dirs::home_dir()
                .ok_or(ContextError::NoHome)?
                .join(".config"),
        };
        Ok(directory.join("kognic").join("environments.json"))
    }

    /// Returns the profile that `PRUSA_CRED_PROFILE` names.
    pub(crate) fn profile_variable() -> Result<Option<String>, ContextError> {
        variable("PRUSA_CRED_PROFILE")
    }

    /// Returns whether a person may be asked something.
    pub(crate) fn may_ask(&self) -> bool {
        !self.global.no_input && variable_os("PRUSA_CRED_NO_INPUT").is_none()
    }

    /// Returns whether errors and warnings are for a program.
    pub(crate) fn is_json(&self) -> bool {
        self.global.json || wants_json_errors()
    }

    /// Tells a person, on stderr, something that is worth knowing and not an error.
    pub(crate) fn warn(&self, text: &str) {
        self.diagnostics().warn(text);
    }

    fn diagnostics(&self) -> Diagnostics {
        Diagnostics {
            is_quiet: self.global.quiet,
            wants_json: self.global.json,
        }
    }

    /// Tells a person, on stderr, how things go.
    pub(crate) fn say(&self, text: &str) {
        if !self.global.quiet && !self.is_json() {
            write_to_stderr(&escape_control(text));
        }
    }

    /// Tells a person, on stderr, what nothing goes on without: `--quiet` and `--json` are not about that.
    #[allow(clippy::unused_self, reason = "it belongs with the others")]
    pub(crate) fn tell(&self, text: &str) {
        write_to_stderr(text);
    }

    /// Tells a person who asked for more, on stderr, what is being done.
    pub(crate) fn explain(&self, text: impl FnOnce() -> String) {
        if self.global.verbose {
            self.say(&format!("prusa-cred: {}", text()));
        }
    }
}

/// Warnings for a program. It reads one object of an error, so they wait for what comes of the run.
static WARNINGS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Takes the warnings that wait.
pub(crate) fn held_warnings() -> Vec<String> {
    std::mem::take(&mut WARNINGS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Tells the warnings that wait, each as an object of its own: no error comes after them.
pub(crate) fn tell_held_warnings() {
    for text in held_warnings() {
        write_to_stderr(&serde_json::json!({ "warning": text }).to_string());
    }
}

/// How warnings are told.
#[derive(Clone, Copy)]
struct Diagnostics {
    is_quiet: bool,
    wants_json: bool,
}

impl Diagnostics {
    fn warn(self, text: &str) {
        if self.is_quiet {
            return;
        }
        if self.wants_json || wants_json_errors() {
            let mut held = WARNINGS.lock().unwrap_or_else(PoisonError::into_inner);
            held.push(text.to_owned());
        } else {
            write_to_stderr(&format!("prusa-cred: warning: {}", escape_control(text)));
        }
    }
}

/// Where keys are looked for.
const KEY_LOCATIONS: KeyLocations = KeyLocations {
    lock: || Some(credentials_path().ok()?.with_file_name("key")),
    credentials_directory: || variable_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
};

/// Returns the configuration with one more profile, and that profile.
fn with_profile(
    path: &Path,
    text: &str,
    new: &NewProfile,
) -> Result<(String, Profile), ContextError> {
    let because = |source| ContextError::Append {
        name: new.name().to_owned(),
        path: path.to_owned(),
        source,
    };
    let text = appended(text, new).map_err(because)?;
    let profiles = Profiles::load(Some((path, &text)), &environment()?)?;
    let profile = profiles.named(new.name()).cloned();
    let profile = profile.ok_or_else(|| because(AppendError::NotTables))?;
    Ok((text, profile))
}

fn write_to_stderr(line: &str) {
    // Nobody is left to tell when stderr itself is gone.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
