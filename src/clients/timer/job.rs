//! What is run once a day: this program by its path, and the variables that lead it to its files.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::clients::env::SetupEnv;
use crate::clients::error::SetupError;
use crate::clients::programs::Executable;
use crate::context::{Context, is_set, path_variable};
use crate::platform;
use crate::store::read_foreign;

/// The variables that say where logins and saved credentials are, and whose values are paths.
const CARRIED: [&str; 2] = ["XDG_CONFIG_HOME", "XDG_DATA_HOME"];
const CONFIG: &str = "PRUSA_CRED_CONFIG";

/// The hour at which it runs where the mechanism wants one: most machines are on then.
pub(super) const HOUR: u8 = 12;

/// What is run once a day.
pub(crate) struct Job {
    /// The absolute path of this program.
    pub(super) program: String,
    /// The variables that it gets, with their values.
    pub(super) variables: Vec<(&'static str, String)>,
    /// The minute at which it runs, of this user on this machine: not everybody asks a server at once.
    pub(super) minute: u8,
}

impl Job {
    /// The arguments after the program's name.
    pub(super) const ARGUMENTS: [&str; 2] = ["refresh", "--all"];

    /// Returns the job for this program, with the configuration file that is named now.
    ///
    /// # Errors
    ///
    /// When the path of this program is not known, or a path is not UTF-8 or has a line break.
    pub(crate) fn of_this_program(context: &Context, env: &SetupEnv) -> Result<Self, SetupError> {
        let executable = Executable::find().map_err(SetupError::OwnPathUnknown)?;
        let mut variables = Vec::new();
        for name in CARRIED {
            if let Some(path) = path_variable(name) {
                variables.push((name, plain(name, path)?));
            }
        }
        if context.global.config.is_some() || is_set(CONFIG) {
            variables.push((CONFIG, plain(CONFIG, context.config_path()?)?));
        }
        Ok(Self {
            program: plain("prusa-cred", executable.named)?,
            variables,
            minute: minute_for(&env.home),
        })
    }
}

/// Returns a path as absolute text. Fails if it is not UTF-8 or has a control character, which could end its line.
fn plain(what: &'static str, path: PathBuf) -> Result<String, SetupError> {
    let path = std::path::absolute(&path).unwrap_or(path);
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(SetupError::UnusablePath { what, path }),
    }
}

/// Returns a minute that stays the same for a user of a machine.
fn minute_for(home: &Path) -> u8 {
    let machine = read_foreign(Path::new("/etc/machine-id")).ok().flatten();
    let user = platform::user_id().unwrap_or_default();
    let mut digest = Sha256::new();
    digest.update(machine.unwrap_or_default());
    digest.update(user.to_be_bytes());
    digest.update(home.as_os_str().as_encoded_bytes());
    digest.finalize().first().map_or(0, |byte| byte % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_would_end_its_line_is_refused() {
        assert!(plain("x", "/a b/c%".into()).is_ok());
        assert!(plain("x", "/a\nExecStart=/b".into()).is_err());
    }

    #[test]
    fn the_minute_depends_on_the_home_and_stays() {
        let minutes =
            ["/home/a", "/home/b", "/home/c", "/home/d"].map(|it| minute_for(it.as_ref()));
        assert_eq!(minutes[0], minute_for("/home/a".as_ref()));
        assert!(minutes.iter().all(|it| *it < 60));
        assert!(minutes.iter().any(|it| *it != minutes[0]), "{minutes:?}");
    }
}
