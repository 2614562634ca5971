//! Forms of a saved credential: the same that tokens have, where a user name and password can have them.

use zeroize::Zeroizing;

use super::{Field, Object, PlainError, curl_line, header_line, headers_object, netrc_entry};
use crate::credential::{Credential, Secret};
use crate::token::UnixTime;
use crate::wiped;

/// A saved credential and the host that it is for.
#[derive(Debug)]
pub(crate) struct PlainSaved<'a> {
    pub(crate) credential: &'a Credential,
    pub(crate) host: &'a str,
}

impl PlainSaved<'_> {
    /// Renders the password, or what follows the scheme in a saved header, and a newline.
    pub(crate) fn raw(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(wiped::concat(&[self.secret()?, "\n"]))
    }

    /// Renders one line of JSON, with git's names for what a saved credential has.
    pub(crate) fn json(&self, now: UnixTime) -> Result<Zeroizing<String>, PlainError> {
        let expires_at = self.credential.expires_at;
        let end = expires_at.and_then(UnixTime::rfc3339);
        let (key, authtype) = match &self.credential.secret {
            Secret::Header { scheme, .. } => ("credential", Some(scheme)),
            Secret::Password(_) | Secret::Token { .. } => ("password", None),
        };
        let expires_in = expires_at.map(|at| now.until(at).as_secs());
        let mut object = Object::from([
            (
                "username",
                Field::of_text(self.credential.username.as_deref()),
            ),
            ("expires_at", Field::of_text(end.as_deref())),
            ("expires_in", Field::of_number(expires_in)),
            (key, Field::Text(self.any_secret())),
        ]);
        object.extend(authtype.map(|scheme| ("authtype", Field::Text(scheme))));
        Ok(wiped::json_line(&object))
    }

    /// Renders `Authorization: …`.
    pub(crate) fn header(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(header_line(&self.authorization()?))
    }

    /// Renders `Bearer …`; nothing else can stand for it.
    pub(crate) fn bearer(&self) -> Result<Zeroizing<String>, PlainError> {
        let token = self.credential.as_bearer().ok_or(PlainError::OnlyTokens)?;
        if token.contains(char::is_control) {
            return Err(PlainError::NotALine);
        }
        Ok(wiped::concat(&["Bearer ", token, "\n"]))
    }

    /// Renders a JSON object of headers, names to strings.
    pub(crate) fn headers(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(headers_object(&self.authorization()?))
    }

    /// Renders a line for `curl -K -`.
    pub(crate) fn curl(&self) -> Result<Zeroizing<String>, PlainError> {
        Ok(curl_line(&self.authorization()?))
    }

    /// Renders a netrc entry.
    pub(crate) fn netrc(&self) -> Result<Zeroizing<String>, PlainError> {
        let password = self.credential.as_password();
        let password = password.ok_or(PlainError::NoPassword)?;
        netrc_entry(self.host, self.credential.username(), password)
    }

    fn authorization(&self) -> Result<Zeroizing<String>, PlainError> {
        self.credential
            .authorization()
            .map_err(|_| PlainError::NotALine)
    }

    /// Returns the secret if it stays on one line and moves no cursor.
    fn secret(&self) -> Result<&str, PlainError> {
        let secret = self.any_secret();
        if secret.contains(char::is_control) {
            return Err(PlainError::NotALine);
        }
        Ok(secret)
    }

    fn any_secret(&self) -> &str {
        match &self.credential.secret {
            Secret::Header { value, .. } => secrecy::ExposeSecret::expose_secret(value),
            Secret::Password(_) | Secret::Token { .. } => {
                self.credential.as_password().unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn saved(username: &str, password: &str) -> Credential {
        Credential::password(Some(username.into()), password.to_owned().into())
    }

    fn text(form: Result<Zeroizing<String>, PlainError>) -> String {
        form.map_or_else(|error| error.to_string(), |text| text.to_string())
    }

    #[test]
    fn every_form_is_what_its_reader_wants() {
        let mut credential = saved("Aladdin", "open sesame");
        credential.expires_at = Some(UnixTime::from_secs(1_893_456_000));
        let plain = PlainSaved {
            credential: &credential,
            host: "h",
        };
        assert_eq!(text(plain.raw()), "open sesame\n");
        let header = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        assert_eq!(text(plain.header()), format!("{header}\n"));
        assert_eq!(text(plain.curl()), format!("header = \"{header}\"\n"));
        assert_eq!(
            text(plain.headers()),
            "{\"Authorization\":\"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\"}\n"
        );
        assert_eq!(plain.netrc(), Err(PlainError::NotForNetrc), "a space");
        let json: serde_json::Value =
            serde_json::from_str(&text(plain.json(UnixTime::from_secs(1_893_455_000))))
                .expect("JSON");
        let expected = json!({
            "username": "Aladdin", "password": "open sesame", "expires_at": "2030-01-01T00:00:00Z",
            "expires_in": 1000,
        });
        assert_eq!(json, expected);

        let short = saved("ada", "s3cret");
        let plain = PlainSaved {
            credential: &short,
            host: "h",
        };
        assert_eq!(text(plain.netrc()), "machine h login ada password s3cret\n");
        let nameless = saved("", "s3cret");
        let plain = PlainSaved {
            credential: &nameless,
            host: "h",
        };
        assert_eq!(plain.netrc(), Err(PlainError::NoUsername));
    }

    #[test]
    fn a_saved_header_has_no_password() {
        let mut credential = saved("ada", "");
        credential.secret = Secret::Header {
            scheme: "Negotiate".into(),
            value: "YII".to_owned().into(),
        };
        let plain = PlainSaved {
            credential: &credential,
            host: "h",
        };
        assert_eq!(text(plain.raw()), "YII\n");
        assert_eq!(text(plain.header()), "Authorization: Negotiate YII\n");
        assert_eq!(plain.netrc(), Err(PlainError::NoPassword));
        let json = text(plain.json(UnixTime::from_secs(0)));
        assert!(
            json.contains("\"authtype\":\"Negotiate\"") && json.contains("\"credential\":\"YII\"")
        );
    }

    #[test]
    fn a_key_file_for_a_password_has_the_one_form_that_holds_it() {
        let credential = saved("_json_key", "{\n}\u{1b}");
        let plain = PlainSaved {
            credential: &credential,
            host: "h",
        };
        assert_eq!(plain.raw(), Err(PlainError::NotALine));
        assert_eq!(plain.netrc(), Err(PlainError::NotForNetrc));
        assert!(plain.header().is_ok(), "base64 holds anything");
        assert!(text(plain.json(UnixTime::from_secs(0))).contains("{\\n}\\u001b"));
    }
}
