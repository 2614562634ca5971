//! The outside world, read once: options that every command takes, environment, directories, configuration.

use std::cell::OnceCell;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

use crate::cli::Global;
use crate::deadline::Deadline;
use crate::platform;
use crate::profile::ConfigError;
use crate::profile::Environment;
use crate::profile::PracticusEnvironment;
use crate::profile::Profiles;
use crate::profile::PrusaEnvironment;

const TIMEOUT: Duration = Duration::from_secs(10);
const LARGEST_CONFIG: u64 = 1024 * 1024;
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
}

/// What commands know of the world.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) global: Global,
    /// When whoever called us stops waiting.
    pub(crate) deadline: Deadline,
    profiles: OnceCell<Profiles>,
}

impl Context {
    /// Looks at the options; everything else is read when it is first needed.
    pub(crate) fn new(global: Global) -> Self {
        let deadline = Deadline::after(global.timeout.unwrap_or(TIMEOUT));
        Self {
            global,
            deadline,
            profiles: OnceCell::new(),
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
        if !self.global.quiet {
            if self.is_json() {
                write_to_stderr(&serde_json::json!({ "warning": text }).to_string());
            } else {
                write_to_stderr(&format!("prusa-cred: warning: {text}"));
            }
        }
    }

    /// Tells a person, on stderr, how things go.
    pub(crate) fn say(&self, text: &str) {
        if !self.global.quiet && !self.is_json() {
            write_to_stderr(text);
        }
    }

    /// Tells a person who asked for more, on stderr, what is being done.
    pub(crate) fn explain(&self, text: &str) {
        if self.global.verbose {
            self.say(&format!("prusa-cred: {text}"));
        }
    }
}

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

/// Returns a variable that holds a secret.
pub(crate) fn secret_variable(name: &'static str) -> Result<Option<SecretString>, ContextError> {
    Ok(variable(name)?.map(SecretString::from))
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

#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn variable_os(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
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

fn read_text(path: &Path) -> std::io::Result<String> {
    let unusable = |why: &str| std::io::Error::new(std::io::ErrorKind::InvalidData, why.to_owned());
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
    let mut bytes = Vec::new();
    file.take(LARGEST_CONFIG).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| unusable("it is not UTF-8"))
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
