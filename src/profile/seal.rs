//! How a store rests on disk: plain, or sealed under a key, and where that key is.
//!
//! Names of places only; nothing here reads a key. A place is kept as it was written, since what it means may differ
//! from run to run: systemd gives each service its own `$CREDENTIALS_DIRECTORY`.

use std::path::{Path, PathBuf};

/// What a configuration says for a keyring, and for no sealing.
const KEYRING: &str = "keyring";
const NONE: &str = "none";
/// How a key file in systemd's credentials directory is named.
const IN_CREDENTIALS: [&str; 2] = ["$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/"];

/// What the configuration says of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// It is plain JSON.
    None,
    /// It is sealed under the key that is there.
    Under(KeyPlace),
}

/// Where a key rests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyPlace {
    /// The platform's keyring.
    Keyring,
    /// A file, by the name that the configuration has for it.
    File(String),
}

impl Seal {
    /// Reads what `seal` is set to.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == NONE {
            return Ok(Self::None);
        }
        let place = KeyPlace::parse(text).ok_or(
            "none of none, keyring, or the path of a key file: absolute, ~/…, or $CREDENTIALS_DIRECTORY/…",
        )?;
        Ok(Self::Under(place))
    }

    /// Returns the text that the configuration has for it.
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
    /// Reads a place as a configuration or a sealed file names it.
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

    /// Returns the text that the configuration has for it.
    pub(crate) fn word(&self) -> &str {
        match self {
            Self::Keyring => KEYRING,
            Self::File(text) => text,
        }
    }

    /// Returns the file, in a run with this `$CREDENTIALS_DIRECTORY`. `None` where that, or a home, would be needed and
    /// is missing; and for a keyring.
    pub(crate) fn path(&self, credentials_directory: Option<&Path>) -> Option<PathBuf> {
        let Self::File(text) = self else {
            return None;
        };
        let below = |starts: &[&str]| starts.iter().find_map(|start| text.strip_prefix(start));
        if let Some(rest) = below(&IN_CREDENTIALS) {
            return credentials_directory.map(|directory| directory.join(rest));
        }
        match below(&["~/"]) {
            Some(rest) => dirs::home_dir().map(|home| home.join(rest)),
            None => Some(PathBuf::from(text)),
        }
    }
}

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
    fn a_store_is_plain_or_has_a_key_somewhere() {
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
    fn a_service_finds_its_own_credentials() {
        let file = |text: &str| KeyPlace::parse(text).expect("a place");
        let directory = Some(Path::new("/run/credentials/x"));
        for text in ["$CREDENTIALS_DIRECTORY/key", "${CREDENTIALS_DIRECTORY}/key"] {
            let found = file(text).path(directory);
            assert_eq!(found, Some("/run/credentials/x/key".into()));
            assert_eq!(file(text).path(None), None);
        }
        assert_eq!(file("/key").path(None), Some("/key".into()));
        assert_eq!(file("keyring").path(directory), None);
    }
}
