//! Kognic's credentials file, whose keys [`super`] lists: JSON in, a client's name and secret out.
//!
//! An error names a key and never quotes what stands there. Secret: `clientSecret`.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::token::UnixTime;

/// The keys that every such file has beside the client's own, of whatever kind: a `userId` is a number.
const BESIDE: [&str; 3] = ["email", "userId", "issuer"];

/// What a credentials file says of a client.
#[derive(Clone, Debug)]
pub(crate) struct CredentialsFile {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) scopes: Vec<String>,
}

/// Why a credentials file cannot be used.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum CredentialsFileError {
    #[error("it stops being JSON at line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error("it is JSON but not an object")]
    NotAnObject,
    #[error("its \"{0}\" is missing")]
    Missing(&'static str),
    #[error("its \"{key}\" is not {wanted}")]
    Wrong {
        key: &'static str,
        wanted: &'static str,
    },
    #[error("the credentials expired at {at}")]
    Expired { at: UnixTime },
}

impl CredentialsFile {
    /// Reads the file's content; keys that are not known are let be.
    ///
    /// # Errors
    ///
    /// When a key is missing or is not what it should be, or when the credentials have expired.
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
        for key in BESIDE {
            fields.needed(key)?;
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

/// The file's keys, wiped when they have been read.
struct Fields(Map<String, Value>);

impl Fields {
    fn text(&self, key: &'static str) -> Result<&str, CredentialsFileError> {
        let wanted = "a text that is not empty";
        match self.needed(key)? {
            Value::String(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(CredentialsFileError::Wrong { key, wanted }),
        }
    }

    fn needed(&self, key: &'static str) -> Result<&Value, CredentialsFileError> {
        let value = self.0.get(key).filter(|value| !value.is_null());
        value.ok_or(CredentialsFileError::Missing(key))
    }

    /// Reads a time in ISO 8601 with `Z` or an offset; none is no error.
    fn time(&self, key: &'static str) -> Result<Option<UnixTime>, CredentialsFileError> {
        let wanted = "a time such as 2030-01-31T12:00:00Z";
        let wrong = CredentialsFileError::Wrong { key, wanted };
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => match text.trim().parse::<Timestamp>() {
                Ok(time) => Ok(Some(UnixTime::from_secs(time.as_second()))),
                Err(_) => Err(wrong),
            },
            Some(_) => Err(wrong),
        }
    }

    fn scopes(&self) -> Result<Vec<String>, CredentialsFileError> {
        let wrong = || CredentialsFileError::Wrong {
            key: "scopes",
            wanted: "a list of texts",
        };
        let items = match self.0.get("scopes") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(value) => value.as_array().ok_or_else(wrong)?,
        };
        let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(wrong);
        items.iter().map(text).collect()
    }
}

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
    fn a_file_says_who_asks_and_for_what() {
        let mut file = whole();
        file["scopes"] = json!(["b", "a"]);
        file["somethingNew"] = json!({ "x": 1 });
        let read = parse(&file).expect("credentials");
        assert_eq!(read.client_id, "me");
        assert_eq!(read.scopes, ["b", "a"]);
        assert!(!format!("{read:?}").contains("sekret"));
    }

    #[test]
    fn a_key_that_is_missing_or_wrong_is_named() {
        for key in ["clientId", "clientSecret"].into_iter().chain(BESIDE) {
            let mut file = whole();
            file.as_object_mut().expect("an object").remove(key);
            assert_eq!(parse(&file).err(), Some(CredentialsFileError::Missing(key)));
            file[key] = Value::Null;
            assert_eq!(parse(&file).err(), Some(CredentialsFileError::Missing(key)));
            if BESIDE.contains(&key) {
                for used_by_nobody in [json!(7), json!("7"), json!("")] {
                    file[key] = used_by_nobody;
                    assert!(parse(&file).is_ok(), "{key}");
                }
                continue;
            }
            for wrong in [json!(7), json!(""), json!(["sekret"])] {
                file[key] = wrong;
                let error = parse(&file).expect_err("wrong").to_string();
                assert_eq!(
                    error,
                    format!("its \"{key}\" is not a text that is not empty")
                );
            }
        }
        let mut file = whole();
        file["scopes"] = json!("a b");
        assert!(matches!(
            parse(&file),
            Err(CredentialsFileError::Wrong { key: "scopes", .. })
        ));
    }

    #[test]
    fn what_is_no_object_is_told_as_such() {
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
    fn times_may_have_any_offset_and_fraction_and_expired_says_when() {
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
            Err(CredentialsFileError::Wrong { key: "created", .. })
        ));
    }
}
