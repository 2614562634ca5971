//! What a sealed file is: its kind, and the profile or file that it belongs to.
//!
//! The label is written into the file in clear text and authenticated with its content, so that a sealed file cannot
//! take the place of another one, even of the same key. The user's own files can still be swapped for older copies of
//! themselves.

use std::path::Path;

use crate::escape::excerpt;

/// The kind of a file and whose it is. Two files with the same label may replace each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Label {
    /// One of the constants below; a file of a later version may have another one.
    pub(super) kind: String,
    pub(super) profile: Option<String>,
    /// The name of the file without its extension, where a profile has several or there is no profile.
    pub(super) file: Option<String>,
}

const LOGIN: &str = "login";
const ENVIRONMENT_LOGIN: &str = "environment login";
const CLIENT_SECRET: &str = "client secret";
const SAVED_CREDENTIALS: &str = "saved credentials";

impl Label {
    /// Returns the label of a profile's only login.
    pub(crate) fn login(profile: &str) -> Self {
        Self {
            kind: LOGIN.to_owned(),
            profile: Some(profile.to_owned()),
            file: None,
        }
    }

    /// Returns the label of one of a profile's logins, in the file at `path`: a file for each client, server and scopes.
    pub(crate) fn login_in(profile: &str, path: &Path) -> Self {
        Self {
            file: Some(stem(path)),
            ..Self::login(profile)
        }
    }

    /// Returns the label of a login from the environment, whose file is named after a digest of its refresh token.
    /// `path` must not be a link to it.
    pub(crate) fn environment_login(path: &Path) -> Self {
        Self {
            kind: ENVIRONMENT_LOGIN.to_owned(),
            profile: None,
            file: Some(stem(path)),
        }
    }

    /// Returns the label of a client secret in the file at `path`, which has the name of the profile that it was issued
    /// for. Other profiles may name the same file.
    pub(crate) fn client_secret(path: &Path) -> Self {
        Self {
            kind: CLIENT_SECRET.to_owned(),
            profile: Some(stem(path)),
            file: None,
        }
    }

    /// Returns the label of the saved credentials, of which there is one file.
    pub(crate) fn saved_credentials() -> Self {
        Self {
            kind: SAVED_CREDENTIALS.to_owned(),
            profile: None,
            file: None,
        }
    }
}

/// For an error message: `the login of profile farm`. What a file says of itself is cut to a line.
impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            kind,
            profile,
            file,
        } = self;
        write!(f, "the {}", excerpt(kind))?;
        if let Some(file) = file {
            write!(f, " {}", excerpt(file))?;
        }
        match profile {
            Some(profile) => write!(f, " of profile {}", excerpt(profile)),
            None => Ok(()),
        }
    }
}

/// Returns the name of a file without its extension.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_file_has_a_label_of_its_own() {
        let path = Path::new("/tokens/a-1.json");
        let all = [
            (Label::login("a-1"), "the login of profile a-1"),
            (Label::login_in("a", path), "the login a-1 of profile a"),
            (Label::environment_login(path), "the environment login a-1"),
            (
                Label::client_secret(path),
                "the client secret of profile a-1",
            ),
            (Label::saved_credentials(), "the saved credentials"),
        ];
        for (number, (label, text)) in all.iter().enumerate() {
            assert_eq!(label.to_string(), *text);
            let same = all.iter().filter(|(other, _)| other == label);
            assert_eq!(same.count(), 1, "{number}");
        }
    }
}
