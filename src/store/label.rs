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
    /// Further profiles that have the same file: one that names them is accepted in its place. Never in a file.
    pub(super) also_of: Vec<String>,
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
            also_of: Vec::new(),
        }
    }

    /// Returns the label of the only login of the first of these profiles, which have one file; there is at least one.
    pub(crate) fn login_of_any(profiles: Vec<String>) -> Self {
        let mut names = profiles.into_iter();
        let first = names.next().unwrap_or_default();
        Self {
            also_of: names.filter(|name| *name != first).collect(),
            ..Self::login(&first)
        }
    }

    /// Returns whether a file with the label `found` may be in the place of this one.
    pub(super) fn accepts(&self, found: &Self) -> bool {
        self.each().any(|label| label == *found)
    }

    /// Returns the other profile whose only login a file with the label `found` is, where the profile of this one has
    /// its own; `None` if that is not all by which they differ.
    pub(crate) fn other_profile<'a>(&self, found: &'a Self) -> Option<&'a str> {
        let kinds = [&self.kind, &found.kind];
        let is_login = kinds.iter().all(|kind| *kind == LOGIN);
        let name = found.profile.as_deref();
        name.filter(|_| is_login && self.file.is_none() && found.file.is_none())
    }

    /// Returns every label that this one accepts, first itself.
    pub(super) fn each(&self) -> impl Iterator<Item = Self> {
        let others = self.also_of.iter().cloned().map(Some);
        std::iter::once(self.profile.clone())
            .chain(others)
            .map(|profile| Self {
                kind: self.kind.clone(),
                profile,
                file: self.file.clone(),
                also_of: Vec::new(),
            })
    }

    /// Returns the label of one of a profile's logins, in the file at `path`: a file for each client, server and
    /// scopes.
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
            file: Some(stem(path)),
            ..Self::default()
        }
    }

    /// Returns the label of a client secret in the file at `path`, which has the name of the profile that it was issued
    /// for. Other profiles may name the same file.
    pub(crate) fn client_secret(path: &Path) -> Self {
        Self {
            kind: CLIENT_SECRET.to_owned(),
            profile: Some(stem(path)),
            ..Self::default()
        }
    }

    /// Returns the label of the saved credentials, of which there is one file.
    pub(crate) fn saved_credentials() -> Self {
        Self {
            kind: SAVED_CREDENTIALS.to_owned(),
            ..Self::default()
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
            also_of: _,
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
