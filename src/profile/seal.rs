//! How a file of secrets is stored: as plain JSON, or sealed with a key, and where that key is.
//!
//! Nothing here reads a key. The place of a key is stored as it was written, since its meaning may differ from run to
//! run: systemd sets another `$CREDENTIALS_DIRECTORY` for each service.

use std::path::{Path, PathBuf};

/// The values of `seal` for the platform's keyring, and for no sealing.
const KEYRING: &str = "keyring";
const NONE: &str = "none";
/// What the name of a key file in systemd's credentials directory begins with.
const IN_CREDENTIALS: [&str; 2] = ["$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/"];

/// Why a text is not the place of a key.
pub(super) const NOT_A_PLACE: &str =
    "neither keyring nor the path of a key file: absolute, ~/…, or $CREDENTIALS_DIRECTORY/…";

/// How a file is to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// As plain JSON.
    None,
    /// Sealed with the key at this place.
    Under(KeyPlace),
}

/// Where a key is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// The platform's keyring.
    Keyring,
    /// A file, named as in the configuration.
    File(String),
}

impl Seal {
    /// Parses the value of `seal`: `none` or the place of a key. Fails with the reason if it is neither.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == NONE {
            return Ok(Self::None);
        }
        let place = KeyPlace::parse(text).ok_or(
            "neither none nor keyring nor the path of a key file: absolute, ~/…, or $CREDENTIALS_DIRECTORY/…",
        )?;
        Ok(Self::Under(place))
    }

    /// Returns the value of `seal` that means this.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::None => NONE,
            Self::Under(place) => place.word(),
        }
    }

    /// Returns where the key is, if there is one.
    pub(crate) fn place(&self) -> Option<&KeyPlace> {
        match self {
            Self::None => None,
            Self::Under(place) => Some(place),
        }
    }
}

impl KeyPlace {
    /// Parses the place of a key: `keyring`, or the path of a file that is absolute or begins with `~/` or with
    /// `$CREDENTIALS_DIRECTORY/` (also in braces); `None` for anything else, and for a path with a control character.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text == KEYRING {
            return Some(Self::Keyring);
        }
        let is_file = Path::new(text).is_absolute()
            || text.starts_with("~/")
            || IN_CREDENTIALS.iter().any(|start| text.starts_with(start));
        let is_text = !text.chars().any(char::is_control);
        (is_file && is_text).then(|| Self::File(text.to_owned()))
    }

    /// Returns the name of the place in the configuration.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Keyring => KEYRING,
            Self::File(text) => text,
        }
    }

    /// Returns the path of a key file, given `$CREDENTIALS_DIRECTORY`.
    ///
    /// `None` for a keyring, and where the name needs that directory or a home directory and there is none.
    pub(crate) fn path(&self, credentials_directory: Option<&Path>) -> Option<PathBuf> {
        let Self::File(text) = self else {
            return None;
        };
        let after = |prefixes: &[&str]| prefixes.iter().find_map(|it| text.strip_prefix(it));
        if let Some(rest) = after(&IN_CREDENTIALS) {
            return credentials_directory.map(|directory| directory.join(rest));
        }
        match after(&["~/"]) {
            Some(rest) => dirs::home_dir().map(|home| home.join(rest)),
            None => Some(PathBuf::from(text)),
        }
    }
}

/// Writes it for a person: `the keyring`, or the path as it is in the configuration.
impl std::fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keyring => f.write_str("the keyring"),
            Self::File(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seal_is_none_keyring_or_the_path_of_a_key_file() {
        assert_eq!(Seal::parse("none"), Ok(Seal::None));
        assert_eq!(Seal::parse("keyring"), Ok(Seal::Under(KeyPlace::Keyring)));
        for file in ["/run/key", "~/key", "$CREDENTIALS_DIRECTORY/key"] {
            let seal = Seal::parse(file).expect(file);
            assert_eq!(seal.word(), file);
            assert!(matches!(seal, Seal::Under(KeyPlace::File(_))), "{seal:?}");
        }
        for wrong in ["", "None", "key", "./key", "~", "$HOME/key", "/k\ney"] {
            assert!(Seal::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn credentials_directory_is_expanded_at_either_spelling() {
        let file = |text: &str| KeyPlace::parse(text).expect("a place");
        let directory = Some(Path::new("/run/credentials/x"));
        for text in ["$CREDENTIALS_DIRECTORY/key", "${CREDENTIALS_DIRECTORY}/key"] {
            let path = file(text).path(directory);
            assert_eq!(path, Some("/run/credentials/x/key".into()));
            assert_eq!(file(text).path(None), None);
        }
        assert_eq!(file("/key").path(None), Some("/key".into()));
        assert_eq!(file("keyring").path(directory), None);
    }
}
