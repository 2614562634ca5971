//! Variables and directories: the one place that reads the environment, but for `PATH`, which `program.rs` searches,
//! and `CREDENTIALS_DIRECTORY`, which `named_path.rs` expands.
//!
//! White space around a value, and a byte order mark, are no part of it: a secret that was made with `echo` ends with a
//! newline. A variable that is empty then counts as absent. Secret: what `secret_variable` returns.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use secrecy::SecretString;

use super::error::ContextError;
use crate::named_path;
use crate::profile::{Environment, Holds, Kind, Variable};

/// The directory of this program's own files, below the platform's for configuration or data.
pub(super) const OUR_DIRECTORY: &str = "prusa-cred";

/// Returns whether `PRUSA_CRED_ERRORS` asks for errors as JSON.
pub(crate) fn wants_json_errors() -> bool {
    variable_os("PRUSA_CRED_ERRORS").is_some_and(|value| value == "json")
}

/// Returns a variable's value; an empty one counts as absent. Fails if it is not UTF-8.
pub(crate) fn variable(name: &'static str) -> Result<Option<String>, ContextError> {
    variable_os(name)
        .map(|value| value.into_string().map_err(|_| ContextError::NotUtf8(name)))
        .transpose()
}

/// Returns whether a variable is set and not empty.
pub(crate) fn is_set(name: &str) -> bool {
    variable_os(name).is_some()
}

/// As `variable`, for one that holds a secret.
pub(crate) fn secret_variable(name: &'static str) -> Result<Option<SecretString>, ContextError> {
    Ok(variable(name)?.map(SecretString::from))
}

/// Returns a path that a variable of another program holds, which need not be UTF-8. It is taken as that program takes
/// it, white space included; an empty one counts as absent.
pub(crate) fn path_variable(name: &str) -> Option<PathBuf> {
    raw_variable(name).map(PathBuf::from)
}

/// Returns the names of all environment variables that are UTF-8, also of those that are empty.
pub(crate) fn variable_names() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// Returns the home directory.
pub(crate) fn home_dir() -> Result<PathBuf, ContextError> {
    dirs::home_dir().ok_or(ContextError::NoHome)
}

/// Returns whether stdout is a terminal that shows colours, and `NO_COLOR` (no-color.org) is not set.
pub(crate) fn is_colourful() -> bool {
    std::io::stdout().is_terminal()
        && variable_os("NO_COLOR").is_none()
        && match variable_os("TERM") {
            Some(name) => name != "dumb",
            // Old consoles of Windows print the escape codes.
            None => cfg!(unix) || variable_os("WT_SESSION").is_some(),
        }
}

/// Returns whether the terminal on stderr can be drawn on with colours and Unicode's block characters: not where `TERM`
/// says that it is dumb, nor where the locale says that its characters are not Unicode's.
pub(crate) fn can_draw() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| variable_os(name).filter(|value| !value.is_empty()));
    let is_unicode = locale.is_none_or(|locale| {
        let name = locale.to_string_lossy().to_ascii_lowercase();
        name.ends_with("utf-8")
            || name.ends_with("utf8")
            || name.contains("utf-8@")
            || name.contains("utf8@")
    });
    (is_unicode || cfg!(windows)) && variable_os("TERM").is_none_or(|name| name != "dumb")
}

/// Returns the directory that `dirs` names for configuration: `XDG_CONFIG_HOME`, `~/.config`, or the platform's own.
pub(crate) fn config_dir() -> Result<PathBuf, ContextError> {
    dirs::config_dir().ok_or(ContextError::NoHome)
}

/// Returns the path of the saved credentials, in the directory that `dirs` names for data: `XDG_DATA_HOME`,
/// `~/.local/share`, or the platform's own.
pub(crate) fn credentials_path() -> Result<PathBuf, ContextError> {
    let data_dir = dirs::data_dir().ok_or(ContextError::NoDataDir)?;
    Ok(data_dir.join(OUR_DIRECTORY).join("credentials.json"))
}

/// Returns the path of the log of tokens that were handed out, in the directory of saved credentials.
pub(crate) fn audit_path() -> Result<PathBuf, ContextError> {
    let data_dir = dirs::data_dir().ok_or(ContextError::NoDataDir)?;
    Ok(data_dir.join(OUR_DIRECTORY).join("audit.jsonl"))
}

/// Returns the environment variable's value without white space around it; `None` if it is unset or empty then. One
/// that is not UTF-8 is returned as it is.
pub(super) fn variable_os(name: &str) -> Option<OsString> {
    let value = raw_variable(name)?;
    // White space as programs print it: what else looks like that may be a part of an address.
    let is_around = |letter: char| letter.is_ascii_whitespace() || letter == '\u{feff}';
    match value.to_str().map(|text| text.trim_matches(is_around)) {
        Some("") => None,
        Some(text) if text.len() < value.len() => Some(text.into()),
        _ => Some(value),
    }
}

/// Returns the environment variable's value as it is; `None` if it is unset or empty.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
fn raw_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Returns the settings of built-in profiles that the environment holds.
///
/// # Errors
///
/// When one that is not a path is not UTF-8, whether or not it is used.
pub(super) fn profile_environment() -> Result<Environment, ContextError> {
    let mut environment = Environment::default();
    for Variable { name, holds, .. } in Kind::ALL.iter().flat_map(|kind| kind.spec().variables) {
        match holds {
            Holds::Email | Holds::ConfigKey => {
                if let Some(value) = variable(name)? {
                    environment.set(name, value);
                }
            }
            Holds::TokenFile => {
                if let Some(path) = variable_os(name).map(PathBuf::from) {
                    let path = named_path::expanded(&path).map_err(|_| ContextError::NoHome)?;
                    environment.set(name, path);
                }
            }
            Holds::Tokens
            | Holds::Password
            | Holds::TotpSecret
            | Holds::ClientSecret
            | Holds::Setting => {}
        }
    }
    Ok(environment)
}
