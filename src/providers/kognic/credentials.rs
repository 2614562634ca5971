//! Kognic's credentials file: a JSON object with a client's ID and secret.
//!
//! Its keys are `clientId`, `clientSecret`, `email`, `userId` and `issuer`, and optionally `scopes`, `created` and
//! `expires`. An error names a key and never quotes its value. Secret: `clientSecret`.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::token::UnixTime;

/// Keys that every such file has and that nothing here uses. Their values may be of any type: a `userId` is a number.
const UNUSED_KEYS: [&str; 3] = ["email", "userId", "issuer"];

/// The credentials of a client, as in a credentials file.
#[derive(Clone, Debug)]
pub(crate) struct CredentialsFile {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) scopes: Vec<String>,
}

/// Why a credentials file cannot be used.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum CredentialsFileError {
    #[error("it is not valid JSON from line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error("it is JSON but not an object")]
    NotAnObject,
    #[error("its \"{0}\" is missing")]
    Missing(&'static str),
    #[error("its \"{key}\" is not {expected}")]
    Invalid {
        key: &'static str,
        expected: &'static str,
    },
    #[error("the credentials expired at {at}")]
    Expired { at: UnixTime },
}

impl CredentialsFile {
    /// Parses the file's content; unknown keys are ignored.
    ///
    /// # Errors
    ///
    /// When the content is not a JSON object, a required key is missing (also `email`, `userId` and `issuer`, which
    /// are not used), a value is not valid, or the credentials have expired.
    pub(crate) fn parse(bytes: &[u8], now: UnixTime) -> Result<Self, CredentialsFileError> {
        let fields = match serde_json::from_slice(bytes) {
            Ok(Value::Object(object)) => Fields(object),
            Ok(_) => return Err(CredentialsFileError::NotAnObject),
            Err(error) => {
                return Err(CredentialsFileError::NotJson {
                    line: error.line(),
                    column: error.column(),
                });
            }
        };
        let client_id = fields.text("clientId")?.to_owned();
        let client_secret = fields.text("clientSecret")?.into();
        for key in UNUSED_KEYS {
            fields.required(key)?;
        }
        fields.time("created")?;
        match fields.time("expires")? {
            Some(at) if at <= now => return Err(CredentialsFileError::Expired { at }),
            _ => {}
        }
        Ok(Self {
            client_id,
            client_secret,
            scopes: fields.scopes()?,
        })
    }
}

/// The file's keys and values. Values that are strings are wiped on drop, but no strings in lists or objects.
struct Fields(Map<String, Value>);

impl Fields {
    /// Returns the text of a required key; fails if it is missing, not a string, or blank.
    fn text(&self, key: &'static str) -> Result<&str, CredentialsFileError> {
        let expected = "a non-empty string";
        match self.required(key)? {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(CredentialsFileError::Invalid { key, expected }),
        }
    }

    /// Returns the value of a key; fails if it is missing or null.
    fn required(&self, key: &'static str) -> Result<&Value, CredentialsFileError> {
        let value = self.0.get(key).filter(|value| !value.is_null());
        value.ok_or(CredentialsFileError::Missing(key))
    }

    /// Returns a time in ISO 8601 with `Z` or an offset, whose fraction of a second is dropped; `None` if the key is
    /// missing or null. Fails if it is anything else.
    fn time(&self, key: &'static str) -> Result<Option<UnixTime>, CredentialsFileError> {
        let expected = "a time such as 2030-01-31T12:00:00Z";
        let invalid = CredentialsFileError::Invalid { key, expected };
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => match text.trim().parse::<Timestamp>() {
                Ok(time) => Ok(Some(UnixTime::from_secs(time.as_second()))),
                Err(_) => Err(invalid),
            },
            Some(_) => Err(invalid),
        }
    }

    /// Returns the strings in `scopes`, none if it is missing or null; fails if it is not a list of strings.
    fn scopes(&self) -> Result<Vec<String>, CredentialsFileError> {
        let invalid = || CredentialsFileError::Invalid {
            key: "scopes",
            expected: "a list of strings",
        };
        let items = match self.0.get("scopes") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(value) => value.as_array().ok_or_else(invalid)?,
        };
        let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(invalid);
        items.iter().map(text).collect()
    }
}

/// Shows none of them.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fields(…)")
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn whole() -> Value {
        json!({
            "clientId": "me", "clientSecret": "sekret", "email": "a@x.tld", "userId": 123,
            "issuer": "https://auth.tld",
        })
    }

    fn parse(file: &Value) -> Result<CredentialsFile, CredentialsFileError> {
        CredentialsFile::parse(file.to_string().as_bytes(), NOW)
    }

    #[test]
    fn a_file_gives_client_id_and_scopes() {
        let mut file = whole();
        file["scopes"] = json!(["b", "a"]);
        file["somethingNew"] = json!({ "x": 1 });
        let read = parse(&file).expect("credentials");
        assert_eq!(read.client_id, "me");
        assert_eq!(read.scopes, ["b", "a"]);
        assert!(!format!("{read:?}").contains("sekret"));
    }

    #[test]
    fn a_missing_or_invalid_key_is_named() {
        for key in ["clientId", "clientSecret"].into_iter().chain(UNUSED_KEYS) {
            let mut file = whole();
            file.as_object_mut().expect("an object").remove(key);
            assert_eq!(parse(&file).err(), Some(CredentialsFileError::Missing(key)));
            file[key] = Value::Null;
            assert_eq!(parse(&file).err(), Some(CredentialsFileError::Missing(key)));
            if UNUSED_KEYS.contains(&key) {
                for unused in [json!(7), json!("7"), json!("")] {
                    file[key] = unused;
                    assert!(parse(&file).is_ok(), "{key}");
                }
                continue;
            }
            for wrong in [json!(7), json!(""), json!(["sekret"])] {
                file[key] = wrong;
                let error = parse(&file).expect_err("wrong").to_string();
                assert_eq!(error, format!("its \"{key}\" is not a non-empty string"));
            }
        }
        let mut file = whole();
        file["scopes"] = json!("a b");
        assert!(matches!(
            parse(&file),
            Err(CredentialsFileError::Invalid { key: "scopes", .. })
        ));
    }

    #[test]
    fn content_that_is_no_object_is_an_error() {
        let error = |bytes: &[u8]| CredentialsFile::parse(bytes, NOW).err();
        assert_eq!(error(b"[]"), Some(CredentialsFileError::NotAnObject));
        assert_eq!(
            error(b"{\"clientId\": sekret}"),
            Some(CredentialsFileError::NotJson {
                line: 1,
                column: 14
            })
        );
    }

    #[test]
    fn times_may_have_an_offset_and_a_fraction() {
        let table = [
            ("2027-01-15T08:00:01Z", None),
            ("2027-01-15T10:00:00.123456789+01:00", None),
            ("2030-01-01T00:00:00.123456+00:00", None),
            (
                "2027-01-15T08:00:00Z",
                Some("the credentials expired at 2027-01-15T08:00:00Z"),
            ),
            (
                "2027-01-15T09:30:00.5+02:00",
                Some("the credentials expired at 2027-01-15T07:30:00Z"),
            ),
            (
                "2030-01-01",
                Some("its \"expires\" is not a time such as 2030-01-31T12:00:00Z"),
            ),
            (
                "soon",
                Some("its \"expires\" is not a time such as 2030-01-31T12:00:00Z"),
            ),
        ];
        for (expires, wanted) in table {
            let mut file = whole();
            file["expires"] = json!(expires);
            let error = parse(&file).err().map(|error| error.to_string());
            assert_eq!(error.as_deref(), wanted, "{expires}");
        }
        let mut file = whole();
        file["created"] = json!("yesterday");
        assert!(matches!(
            parse(&file),
            Err(CredentialsFileError::Invalid { key: "created", .. })
        ));
    }
}
