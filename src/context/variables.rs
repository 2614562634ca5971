//! The variables that are ours, each with what it does: for telling of them, and for keeping secrets from other programs.

use crate::profile::{KOGNIC, PRACTICUS, PRUSA};

/// A variable of ours.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: &'static str,
    /// The built-in profile that it is about; `None` if it is about whatever is done.
    pub(crate) whose: Option<&'static str>,
    pub(crate) holds: Holds,
    /// Whether it says that this profile is meant, where nothing else says which.
    pub(crate) is_telling: bool,
    /// What it does, for a person.
    pub(crate) does: &'static str,
}

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Tokens, which go before those that are stored.
    Login,
    /// What a new login can be made with.
    Secret,
    Setting,
}

impl Variable {
    /// Returns whether what it holds must not be seen by another program.
    pub(crate) fn is_secret(&self) -> bool {
        match self.holds {
            Holds::Login | Holds::Secret => true,
            Holds::Setting => false,
        }
    }

    const fn telling(mut self) -> Self {
        self.is_telling = true;
        self
    }
}

const fn of(whose: &'static str, holds: Holds, name: &'static str, does: &'static str) -> Variable {
    Variable {
        name,
        whose: Some(whose),
        holds,
        is_telling: false,
        does,
    }
}

const fn of_all(name: &'static str, does: &'static str) -> Variable {
    Variable {
        name,
        whose: None,
        holds: Holds::Setting,
        is_telling: false,
        does,
    }
}

/// Every variable that is read here and that no other program has named; of logins in one profile, the first is used.
pub(crate) static VARIABLES: [Variable; 21] = {
    use Holds::{Login, Secret, Setting};
    let other_credentials = "other credentials for profile kognic";
    [
        of(
            PRUSA,
            Login,
            "PRUSA_TOKENS_JSON",
            "a login of profile prusa",
        )
        .telling(),
        of(PRUSA, Login, "PRUSA_TOKEN", "a login of profile prusa").telling(),
        of(
            PRACTICUS,
            Login,
            "PRT_TOKEN",
            "a login of profile practicus",
        ),
        of(
            PRUSA,
            Setting,
            "PRUSA_ACCOUNT_URL",
            "another server for profile prusa",
        )
        .telling(),
        of(
            PRUSA,
            Setting,
            "PRUSA_CONNECT_URL",
            "another host for profile prusa",
        ),
        of(
            PRUSA,
            Setting,
            "PRUSA_CLIENT_ID",
            "another client for profile prusa",
        ),
        of(
            PRUSA,
            Setting,
            "PRUSA_REDIRECT_URI",
            "another address for profile prusa",
        ),
        of(
            PRUSA,
            Setting,
            "PRUSA_TOKENS_FILE",
            "another token file for profile prusa",
        ),
        of(PRUSA, Setting, "PRUSA_EMAIL", "signs profile prusa in").telling(),
        of(PRUSA, Secret, "PRUSA_PASSWORD", "signs profile prusa in").telling(),
        of(PRUSA, Secret, "PRUSA_TOTP_SECRET", "signs profile prusa in").telling(),
        of(
            PRACTICUS,
            Setting,
            "PRT_URL",
            "another region for profile practicus",
        ),
        of(
            PRACTICUS,
            Setting,
            "PRT_EMAIL",
            "signs profile practicus in",
        ),
        of(
            PRACTICUS,
            Secret,
            "PRT_PASSWORD",
            "signs profile practicus in",
        ),
        of(KOGNIC, Setting, "KOGNIC_CREDENTIALS", other_credentials).telling(),
        of(KOGNIC, Setting, "KOGNIC_CLIENT_ID", other_credentials).telling(),
        of(KOGNIC, Secret, "KOGNIC_CLIENT_SECRET", other_credentials),
        of_all("PRUSA_CRED_PROFILE", "names the profile, as --profile does"),
        of_all(
            "PRUSA_CRED_CONFIG",
            "another configuration file, as --config does",
        ),
        of_all(
            "PRUSA_CRED_NO_INPUT",
            "nothing is ever asked, as with --no-input",
        ),
        of_all("PRUSA_CRED_ERRORS", "how errors are told"),
    ]
};

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// What `setup` has VS Code give to an MCP server: never read here.
    const GIVEN: &str = "PRUSA_CRED_MCP_TOKEN";

    #[test]
    fn whatever_is_read_is_in_the_table() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let texts = sources(&src).into_iter().map(fs::read_to_string);
        let texts: Vec<_> = texts.collect::<Result<_, _>>().expect("the sources");
        let is_ours = |text: &&str| {
            ["PRUSA_", "PRT_", "KOGNIC_"]
                .iter()
                .any(|start| text.starts_with(start))
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        };
        let named = texts
            .iter()
            .flat_map(|text| text.split('"'))
            .filter(is_ours);
        let unknown: Vec<_> = named
            .filter(|name| *name != GIVEN && !name.ends_with('_'))
            .filter(|name| VARIABLES.iter().all(|variable| variable.name != *name))
            .collect();
        assert!(unknown.is_empty(), "not in VARIABLES: {unknown:?}");
    }

    #[test]
    fn what_may_sign_in_is_secret() {
        for variable in &VARIABLES {
            let is_named_so = ["TOKEN", "TOKENS_JSON", "PASSWORD", "SECRET"]
                .iter()
                .any(|end| variable.name.ends_with(end));
            assert_eq!(variable.is_secret(), is_named_so, "{}", variable.name);
        }
    }

    fn sources(directory: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(directory).expect("a directory");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .flat_map(|path| {
                if path.is_dir() {
                    sources(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }
}
