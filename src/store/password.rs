//! A password that is kept beside the tokens it gets, for signing in again without a person: in a sealed file only.
//!
//! Secret: the password. The e-mail address goes with it, so that it is never sent for another account.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroize;

use crate::token::TokenSet;

/// The key that it has in the file.
const KEY: &str = "prusa_cred_password";

/// A password and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct SavedPassword {
    pub(crate) email: String,
    pub(crate) password: SecretString,
}

impl SavedPassword {
    /// Takes the password out of a token set that was read. What is something else counts as none.
    pub(super) fn taken_from(set: &mut TokenSet) -> Option<Self> {
        let mut value = set.take_other_field(KEY)?;
        let password = text(&value, "password").map(SecretString::from);
        let email = text(&value, "email");
        if let Some(Value::String(text)) = value.get_mut("password") {
            text.zeroize();
        }
        Some(Self {
            email: email?,
            password: password?,
        })
    }

    /// Returns the token set with this password in it, as it is written.
    pub(super) fn put_into(&self, mut set: TokenSet) -> TokenSet {
        let Self { email, password } = self;
        let value = json!({ "email": email, "password": password.expose_secret() });
        set.set_other_field(KEY, Some(value));
        set
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_as_it_was_written_and_does_not_show_in_the_set() {
        let saved = SavedPassword {
            email: "me@example.com".to_owned(),
            password: "hunter2".to_owned().into(),
        };
        let mut set = saved.put_into(TokenSet::default());
        assert!(String::from_utf8_lossy(&set.render()).contains("hunter2"));
        let read = SavedPassword::taken_from(&mut set).expect("a password");
        assert_eq!(read.email, saved.email);
        assert_eq!(read.password.expose_secret(), "hunter2");
        assert!(!String::from_utf8_lossy(&set.render()).contains("hunter2"));
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_not_a_password_counts_as_none() {
        for value in [
            "null",
            "7",
            "{}",
            r#"{"email":"a"}"#,
            r#"{"email":1,"password":"p"}"#,
        ] {
            let mut set = TokenSet::default();
            set.set_other_field(KEY, serde_json::from_str(value).ok());
            assert!(SavedPassword::taken_from(&mut set).is_none(), "{value}");
            assert!(set.other_field(KEY).is_none());
        }
    }
}
