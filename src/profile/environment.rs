//! What the environment says of built-in profiles. It wins over the configuration file.

use std::ffi::OsString;
use std::path::PathBuf;

/// The settings of built-in profiles that variables hold, by the variables' names. None is secret.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    settings: Vec<(&'static str, OsString)>,
}

impl Environment {
    /// Notes what a variable holds. Of two values that are noted for one variable, the first counts.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<OsString>) {
        self.settings.push((variable, value.into()));
    }

    /// Returns the text that a variable holds; `None` if it is not set or is not UTF-8.
    pub(super) fn text(&self, variable: &str) -> Option<&str> {
        self.value(variable)?.to_str()
    }

    /// Returns the path that a variable holds, if it is set.
    pub(super) fn path(&self, variable: &str) -> Option<PathBuf> {
        self.value(variable).map(PathBuf::from)
    }

    /// Returns the variable's value; `None` if it was not set.
    fn value(&self, variable: &str) -> Option<&OsString> {
        let mut settings = self.settings.iter();
        settings.find_map(|(name, value)| (*name == variable).then_some(value))
    }
}
