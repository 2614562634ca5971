//! Variables and directories: the one place that reads the environment.
//!
//! An empty variable counts as absent. Secret: what `secret_variable` returns.

use std::io::IsTerminal;
use std::path::PathBuf;

use secrecy::SecretString;

use super::{ContextError, OUR_DIRECTORY};
use crate::profile::{Environment, PracticusEnvironment, PrusaEnvironment};

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
pub(super) fn variable_os(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Returns what the environment adds to the built-in profiles.
pub(super) fn environment() -> Result<Environment, ContextError> {
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
