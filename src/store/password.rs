//! A password saved beside the token set that it obtained, for signing in again without a person: in a sealed file
//! only.
//!
//! Secret: the password. The e-mail address is stored with it, so that the password is never sent for another account.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroize;

use crate::token::TokenSet;

/// Its key in the file.
const KEY: &str = "prusa_cred_password";

/// A password and the account that it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct SavedPassword {
    pub(crate) email: String,
    pub(crate) password: SecretString,
}

impl SavedPassword {
    /// Removes the password from a token set that was read, and returns it. Any other value in its place is removed as
    /// well, and counts as none.
    pub(super) fn take_from(set: &mut TokenSet) -> Option<Self> {
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

    /// Returns the token set with this password in it, as it is written to the file.
    pub(super) fn insert_into(&self, mut set: TokenSet) -> TokenSet {
        let Self { email, password } = self;
        let value = json!({ "email": email, "password": password.expose_secret() });
        set.set_other_field(KEY, Some(value));
        set
    }
}

/// Returns a copy of the string under `key` in a JSON object; `None` if there is none or it is not a string.
fn text(value: &Value, key: &str) -> Option<String> {
    Some(value.get(key)?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_back_and_removed_from_the_set() {
        let saved = SavedPassword {
            email: "me@example.com".to_owned(),
            password: "hunter2".to_owned().into(),
        };
        let mut set = saved.insert_into(TokenSet::default());
        assert!(String::from_utf8_lossy(&set.render()).contains("hunter2"));
        let read = SavedPassword::take_from(&mut set).expect("a password");
        assert_eq!(read.email, saved.email);
        assert_eq!(read.password.expose_secret(), "hunter2");
        assert!(!String::from_utf8_lossy(&set.render()).contains("hunter2"));
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn any_other_value_counts_as_no_password() {
        for value in [
            "null",
            "7",
            "{}",
            r#"{"email":"a"}"#,
            r#"{"email":1,"password":"p"}"#,
        ] {
            let mut set = TokenSet::default();
            set.set_other_field(KEY, serde_json::from_str(value).ok());
            assert!(SavedPassword::take_from(&mut set).is_none(), "{value}");
            assert!(set.other_field(KEY).is_none());
        }
    }
}
