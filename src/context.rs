//! The outside world, read once: options that every command takes, environment, directories, configuration.

use std::cell::OnceCell;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::cli::Global;
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::AppendError;
use crate::profile::ConfigError;
use crate::profile::Environment;
use crate::profile::EnvironmentsError;
use crate::profile::KeyPlace;
use crate::profile::KognicEnvironments;
use crate::profile::NewProfile;
use crate::profile::PracticusEnvironment;
use crate::profile::Profile;
use crate::profile::Profiles;
use crate::profile::PrusaEnvironment;
use crate::profile::Seal;
use crate::profile::SetKeyError;
use crate::profile::appended;
use crate::store::Keys;
use crate::store::Sealing;
use crate::store::StoreError;
use crate::store::Surroundings;
use crate::store::check_editable;
use crate::store::edit;

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST_CONFIG: u64 = 1024 * 1024;
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
        }
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
        let voice = self.voice();
        Ok(Keys::new(
            SURROUNDINGS,
            places,
            Box::new(move |text| voice.warn(text)),
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
            Err(error) if is_missing(&error) && self.named_config().is_none() => Ok(None),
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
        let path = self.config_path()?;
        edit(&path, Deadline::after(LOCK_WAIT), |old| {
            let text = std::str::from_utf8(old.unwrap_or_default())
                .map_err(|_| ContextError::Unreadable(path.clone(), unusable("it is not UTF-8")))?;
            let (text, _) = with_profile(&path, text, new)?;
            Ok::<_, ContextError>(text.into_bytes())
        })?;
        Ok(path)
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
        let path = self.config_path()?;
        edit(&path, Deadline::after(LOCK_WAIT), |old| {
            let text = std::str::from_utf8(old.unwrap_or_default())
                .map_err(|_| ContextError::Unreadable(path.clone(), unusable("it is not UTF-8")))?;
            let text = change(text).map_err(|source| ContextError::Change {
                path: path.clone(),
                source,
            })?;
            Profiles::load(Some((&path, &text)), &environment()?)?;
            Ok::<_, ContextError>(text.into_bytes())
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
            Err(error) if is_missing(&error) => KognicEnvironments::default(),
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
        self.voice().warn(text);
    }

    fn voice(&self) -> Voice {
        Voice {
            is_quiet: self.global.quiet,
            wants_json: self.global.json,
        }
    }

    /// Tells a person, on stderr, how things go.
    pub(crate) fn say(&self, text: &str) {
        if !self.global.quiet && !self.is_json() {
            write_to_stderr(text);
        }
    }

    /// Tells a person, on stderr, what nothing goes on without: `--quiet` and `--json` are not about that.
    #[allow(clippy::unused_self, reason = "it belongs with the others")]
    pub(crate) fn tell(&self, text: &str) {
        write_to_stderr(text);
    }

    /// Tells a person who asked for more, on stderr, what is being done.
    pub(crate) fn explain(&self, text: &str) {
        if self.global.verbose {
            self.say(&format!("prusa-cred: {text}"));
        }
    }
}

/// How warnings are told.
#[derive(Clone, Copy)]
struct Voice {
    is_quiet: bool,
    wants_json: bool,
}

impl Voice {
    fn warn(self, text: &str) {
        if self.is_quiet {
            return;
        }
        if self.wants_json || wants_json_errors() {
            write_to_stderr(&serde_json::json!({ "warning": text }).to_string());
        } else {
            write_to_stderr(&format!("prusa-cred: warning: {text}"));
        }
    }
}

/// Where keys are looked for.
const SURROUNDINGS: Surroundings = Surroundings {
    lock: || Some(credentials_path().ok()?.with_file_name("key")),
    credentials_directory: || variable_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
};

/// Returns whether `PRUSA_CRED_ERRORS` asks for errors as JSON.
pub(crate) fn wants_json_errors() -> bool {
    variable_os("PRUSA_CRED_ERRORS").is_some_and(|value| value == "json")
}

/// Returns a variable's value; an empty one counts as absent.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, ContextError> {
    variable_os(name)
        .map(|value| value.into_string().map_err(|_| ContextError::NotUtf8(name)))
        .transpose()
}

/// Returns whether a variable is there and not empty, whatever it holds.
pub(crate) fn is_set(name: &str) -> bool {
    variable_os(name).is_some()
}

/// Returns a variable that holds a secret.
pub(crate) fn secret_variable(name: &'static str) -> Result<Option<SecretString>, ContextError> {
    Ok(variable(name)?.map(SecretString::from))
}

/// Returns a variable that holds a path, as other programs have them.
pub(crate) fn path_variable(name: &str) -> Option<PathBuf> {
    variable_os(name).map(PathBuf::from)
}

/// Returns the directories that programs are looked up in.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let path = variable_os("PATH").unwrap_or_default();
    let directories = std::env::split_paths(&path).filter(|directory| directory.is_absolute());
    directories.collect()
}

/// Returns the home directory.
pub(crate) fn home_dir() -> Result<PathBuf, ContextError> {
    dirs::home_dir().ok_or(ContextError::NoHome)
}

/// Returns whether stdout is a terminal whose person has not asked for plain text (no-color.org).
pub(crate) fn is_colourful() -> bool {
    std::io::stdout().is_terminal()
        && variable_os("NO_COLOR").is_none()
        && match variable_os("TERM") {
            Some(name) => name != "dumb",
            // Old consoles of Windows show the codes.
            None => cfg!(unix) || variable_os("WT_SESSION").is_some(),
        }
}

/// Returns the directory that `dirs` names for configuration: `XDG_CONFIG_HOME`, `~/.config`, or the platform's own.
pub(crate) fn config_dir() -> Result<PathBuf, ContextError> {
    dirs::config_dir().ok_or(ContextError::NoHome)
}

/// Returns the file of saved credentials, in the directory that `dirs` names for data: `XDG_DATA_HOME`,
/// `~/.local/share`, or the platform's own.
pub(crate) fn credentials_path() -> Result<PathBuf, ContextError> {
    let data_dir = dirs::data_dir().ok_or(ContextError::NoDataDir)?;
    Ok(data_dir.join(OUR_DIRECTORY).join("credentials.json"))
}

/// Returns the file that tells of each token that was handed out, beside the one of saved credentials.
pub(crate) fn audit_path() -> Result<PathBuf, ContextError> {
    let data_dir = dirs::data_dir().ok_or(ContextError::NoDataDir)?;
    Ok(data_dir.join(OUR_DIRECTORY).join("audit.jsonl"))
}

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn variable_os(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

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

fn environment() -> Result<Environment, ContextError> {
    let prusa = PrusaEnvironment {
        account_url: variable("PRUSA_ACCOUNT_URL")?,
        connect_url: variable("PRUSA_CONNECT_URL")?,
        client_id: variable("PRUSA_CLIENT_ID")?,
        redirect_uri: variable("PRUSA_REDIRECT_URI")?,
        tokens_file: variable_os("PRUSA_TOKENS_FILE").map(PathBuf::from),
        email: variable("PRUSA_EMAIL")?,
    };
    let practicus = PracticusEnvironment {
        url: variable("PRT_URL")?,
        email: variable("PRT_EMAIL")?,
    };
    Ok(Environment { prusa, practicus })
}

/// Reads a regular file of text, whatever it is that stands there.
pub(crate) fn read_text(path: &Path) -> std::io::Result<String> {
    let file = platform::open_for_reading(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(unusable(&format!(
            "it is {}",
            platform::kind_of(metadata.file_type())
        )));
    }
    if metadata.len() > LARGEST_CONFIG {
        return Err(unusable("it is larger than 1 MiB"));
    }
    // Room for all of it at once: growing would leave copies of a secret behind.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(LARGEST_CONFIG).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| unusable("it is not UTF-8"))
}

fn unusable(why: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned())
}

fn is_missing(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

fn write_to_stderr(line: &str) {
    // Nobody is left to tell when stderr itself is gone.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
