//! Kognic's `environments.json`, the file in which its own tools (kognic-auth) list servers by host: text in,
//! environments out.
//!
//! A host matches exactly, or by an explicit `*.` entry, never by its suffix alone. If no environment matches, no token
//! is given. Nothing here is secret: the file only names where credentials are.

use serde_json::{Map, Value};
use url::Url;

use super::super::keys;
use super::KognicCredentials;
use crate::credential::{HostPattern, Origin};

/// One environment: a host, and the server that issues tokens for it.
#[derive(Clone, Debug)]
pub(crate) struct KognicEnvironment {
    pub(crate) name: String,
    pub(crate) host: HostPattern,
    pub(crate) server: Url,
    pub(crate) credentials: Option<KognicCredentials>,
    pub(crate) scopes: Vec<String>,
}

/// All environments in the file; empty if there is no file.
#[derive(Debug, Default)]
pub(crate) struct KognicEnvironments {
    /// The name of the default one, or what is wrong with that.
    default: Option<Result<String, EnvironmentsError>>,
    all: Vec<KognicEnvironment>,
    unusable: Vec<UnusableEnvironment>,
}

/// An environment that cannot be used. It is an error of what asks for it, and spoils no other.
#[derive(Clone, Debug)]
pub(crate) struct UnusableEnvironment {
    pub(crate) name: String,
    /// Its host, if that can be read.
    host: Option<HostPattern>,
    pub(crate) error: EnvironmentsError,
}

/// Why environments.json cannot be used, or no environment can be chosen from it.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EnvironmentsError {
    #[error("it is not valid JSON from line {line}, column {column}")]
    NotJson { line: usize, column: usize },
    #[error("{key}: {why}")]
    Key { key: String, why: String },
    #[error("there is no environment {name:?}{}", listed(.known))]
    NoSuch { name: String, known: Vec<String> },
    #[error("several environments have the host {host}: {}", .names.join(", "))]
    Ambiguous { host: String, names: Vec<String> },
}

/// Returns ` (known: NAME, NAME)`; empty without names.
fn listed(names: &[String]) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(" (known: {})", names.join(", "))
    }
}

impl KognicEnvironments {
    /// Parses the file. Unknown keys are ignored, and `null` counts as a missing key. An environment without host or
    /// server, or with an invalid value, which is not quoted, is kept with that error.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or it or its `environments` is not an object.
    pub(crate) fn parse(text: &str) -> Result<Self, EnvironmentsError> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| EnvironmentsError::NotJson {
                line: error.line(),
                column: error.column(),
            })?;
        let root = object(&root, "the file")?;
        let default = text_at(root, "default_environment", "default_environment");
        let mut environments = Self {
            default: default.map(|name| name.map(str::to_owned)).transpose(),
            ..Self::default()
        };
        if let Some(value) = present(root, "environments") {
            for (name, value) in object(value, "environments")? {
                environments.add(name, value);
            }
        }
        Ok(environments)
    }

    /// Adds the environment of that name, with its error if it cannot be used.
    fn add(&mut self, name: &str, value: &Value) {
        let path = format!("environments.{name}");
        match object(value, &path).and_then(|fields| environment(name, fields, &path)) {
            Ok(environment) => self.all.push(environment),
            Err(error) => self.unusable.push(UnusableEnvironment {
                name: name.to_owned(),
                host: value
                    .get("host")
                    .and_then(Value::as_str)
                    .and_then(|host| HostPattern::parse(host).ok()),
                error,
            }),
        }
    }

    /// Returns every environment that can be used, in the order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &KognicEnvironment> {
        self.all.iter()
    }

    /// Returns the environments that cannot be used, in the order of their names.
    pub(crate) fn unusable(&self) -> impl Iterator<Item = &UnusableEnvironment> {
        self.unusable.iter()
    }

    /// Returns the environment of that name.
    ///
    /// # Errors
    ///
    /// When it cannot be used, or there is none; the error then lists the others.
    pub(crate) fn named(&self, name: &str) -> Result<&KognicEnvironment, EnvironmentsError> {
        if let Some(environment) = self.all.iter().find(|one| one.name == name) {
            return Ok(environment);
        }
        let unusable = self.unusable.iter().find(|one| one.name == name);
        Err(match unusable {
            Some(unusable) => unusable.error.clone(),
            None => EnvironmentsError::NoSuch {
                name: name.to_owned(),
                known: self.all.iter().map(|one| one.name.clone()).collect(),
            },
        })
    }

    /// Returns the environment that `default_environment` names; `None` if the file does not have that key.
    ///
    /// # Errors
    ///
    /// When no environment has that name, or it cannot be used.
    pub(crate) fn default_one(&self) -> Result<Option<&KognicEnvironment>, EnvironmentsError> {
        match &self.default {
            None => Ok(None),
            Some(Err(error)) => Err(error.clone()),
            Some(Ok(name)) => match self.named(name) {
                Err(EnvironmentsError::NoSuch { .. }) => Err(EnvironmentsError::Key {
                    key: "default_environment".to_owned(),
                    why: "no environment has this name".to_owned(),
                }),
                named => named.map(Some),
            },
        }
    }

    /// Returns the environment whose host matches `origin`, of several the default one (an exact host does not win over
    /// a wildcard); `None` if none matches, or `origin` may receive no token (http to another machine).
    ///
    /// # Errors
    ///
    /// When several match and none of them is the default, or the only one that matches cannot be used.
    pub(crate) fn for_origin(
        &self,
        origin: &Origin,
    ) -> Result<Option<&KognicEnvironment>, EnvironmentsError> {
        if !origin.may_receive_token() {
            return Ok(None);
        }
        let is_for_origin = |one: &&KognicEnvironment| one.host.matches_host(origin);
        let matching: Vec<_> = self.all.iter().filter(is_for_origin).collect();
        let is_default = |one: &&&KognicEnvironment| matches!(&self.default, Some(Ok(name)) if *name == one.name);
        match matching.as_slice() {
            [] => self.unusable_for(origin).map_or(Ok(None), Err),
            [only] => Ok(Some(only)),
            several => match several.iter().find(is_default) {
                Some(default) => Ok(Some(default)),
                None => Err(EnvironmentsError::Ambiguous {
                    host: origin.to_string(),
                    names: several.iter().map(|one| one.name.clone()).collect(),
                }),
            },
        }
    }

    /// Returns why the first environment for `origin` that cannot be used cannot be; `None` if there is none.
    fn unusable_for(&self, origin: &Origin) -> Option<EnvironmentsError> {
        let is_for_origin = |host: &HostPattern| host.matches_host(origin);
        let mut unusable = self.unusable.iter();
        let found = unusable.find(|one| one.host.as_ref().is_some_and(is_for_origin));
        found.map(|one| one.error.clone())
    }
}

/// Reads one environment, whose path in the file is `path`. Fails, with the key, if `host` or `auth_server` is missing
/// or a value is not valid.
fn environment(
    name: &str,
    fields: &Map<String, Value>,
    path: &str,
) -> Result<KognicEnvironment, EnvironmentsError> {
    let wrong = |key: &str, why: String| EnvironmentsError::Key {
        key: format!("{path}.{key}"),
        why,
    };
    let required = |key: &str| {
        let value = text_at(fields, key, &format!("{path}.{key}"))?;
        value.ok_or_else(|| wrong(key, "missing".to_owned()))
    };
    let host = HostPattern::parse(required("host")?);
    let host = host.map_err(|error| wrong("host", error.to_string()))?;
    // Kognic's tools compare hosts: a token of theirs is not for a part of one.
    if host.path_text().is_some() {
        return Err(wrong(
            "host",
            "it has a path, and is to be a host alone".to_owned(),
        ));
    }
    let server = keys::endpoint(required("auth_server")?);
    let credentials = text_at(fields, "credentials", &format!("{path}.credentials"))?;
    let credentials = credentials.map(KognicCredentials::parse).transpose();
    let scopes = match present(fields, "scopes") {
        None => Vec::new(),
        Some(value) => {
            texts(value).ok_or_else(|| wrong("scopes", "not a list of strings".to_owned()))?
        }
    };
    Ok(KognicEnvironment {
        name: name.to_owned(),
        host,
        server: server.map_err(|why| wrong("auth_server", why))?,
        credentials: credentials.map_err(|why| wrong("credentials", why))?,
        scopes,
    })
}

/// Returns the strings of a list; `None` if the value is not a list or has other items too.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |item: &Value| item.as_str().map(str::to_owned);
    value.as_array()?.iter().map(text).collect()
}

/// Returns the value of a key, if it is there and not null.
fn present<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    fields.get(key).filter(|value| !value.is_null())
}

/// Returns the value as a JSON object. Fails with `path`, which names it in the file, if it is not one.
fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, EnvironmentsError> {
    value.as_object().ok_or_else(|| EnvironmentsError::Key {
        key: path.to_owned(),
        why: "not an object".to_owned(),
    })
}

/// Returns the string at a key; `None` if the key is missing or null. Fails, with `path` as the key's name, if the
/// value is not a string or is empty.
fn text_at<'a>(
    fields: &'a Map<String, Value>,
    key: &str,
    path: &str,
) -> Result<Option<&'a str>, EnvironmentsError> {
    match present(fields, key) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(EnvironmentsError::Key {
            key: path.to_owned(),
            why: "not a string, or empty".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"{"default_environment": "demo", "later": 1, "environments": {
        "demo": {"host": "demo.kognic.com", "auth_server": "https://auth.demo.kognic.com", "x": 1},
        "all": {"host": "*.kognic.com", "auth_server": "https://auth.tld", "credentials": "keyring://all",
                "scopes": ["a"]},
        "home": {"host": "home.tld", "auth_server": "https://auth.tld", "credentials": "~/home.json"},
        "house": {"host": "HOME.tld:443", "auth_server": "https://auth.tld"}}}"#;

    fn pick(url: &str) -> String {
        let environments = KognicEnvironments::parse(TWO).expect("environments");
        let origin = Origin::parse(url).expect("an origin");
        match environments.for_origin(&origin) {
            Ok(Some(one)) => one.name.clone(),
            Ok(None) => "nobody".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_host_with_a_path_is_refused_for_its_path() {
        let text = TWO.replace("demo.kognic.com\"", "demo.kognic.com/v1\"");
        let environments = KognicEnvironments::parse(&text).expect("environments");
        let error = environments.named("demo").expect_err("a path");
        let told = "it has a path, and is to be a host alone";
        assert!(error.to_string().contains(told), "{error}");
    }

    #[test]
    fn a_host_matches_exactly_or_by_an_explicit_wildcard() {
        let table = [
            ("https://demo.kognic.com/x", "demo"),
            ("https://x.kognic.com", "all"),
            ("https://x.y.kognic.com", "nobody"),
            ("https://kognic.com", "nobody"),
            ("https://x.demo.kognic.com", "nobody"),
            ("https://evilkognic.com", "nobody"),
            ("http://demo.kognic.com", "nobody"),
            ("https://demo.kognic.com:8443", "nobody"),
            (
                "https://home.tld",
                "several environments have the host https://home.tld: home, house",
            ),
        ];
        for (url, wanted) in table {
            assert_eq!(pick(url), wanted, "{url}");
        }
    }

    #[test]
    fn an_unknown_name_is_an_error_that_lists_the_others() {
        let environments = KognicEnvironments::parse(TWO).expect("environments");
        let all = environments.named("all").expect("it");
        assert_eq!(
            all.credentials,
            Some(KognicCredentials::Keyring("all".into()))
        );
        assert_eq!(all.scopes, ["a"]);
        assert_eq!(
            environments.named("al").expect_err("none").to_string(),
            "there is no environment \"al\" (known: all, demo, home, house)"
        );
        let default = environments.default_one().expect("a default one");
        assert_eq!(default.map(|one| &*one.name), Some("demo"));
        let none = KognicEnvironments::default();
        assert!(none.default_one().expect("no error").is_none());
        assert_eq!(
            KognicEnvironments::parse("{}")
                .expect("none")
                .iter()
                .count(),
            0
        );
    }

    #[test]
    fn an_environment_that_cannot_be_used_spoils_no_other() {
        for odd in [
            "null",
            "7",
            "[]",
            "{}",
            r#"{"host": null, "auth_server": "https://auth.tld"}"#,
            r#"{"host": "home.tld:x", "auth_server": "https://auth.tld"}"#,
            r#"{"host": "home.tld", "auth_server": "https://auth.tld", "scopes": [1]}"#,
            r#"{"host": "demo.kognic.com", "auth_server": 7}"#,
        ] {
            let text = TWO.replace("\"demo\": {", &format!("\"odd\": {odd}, \"demo\": {{"));
            let environments = KognicEnvironments::parse(&text).expect(odd);
            assert_eq!(environments.iter().count(), 4, "{odd}");
            assert_eq!(environments.unusable().count(), 1, "{odd}");
            let demo = Origin::parse("https://demo.kognic.com").expect("an origin");
            let found = environments.for_origin(&demo).expect(odd).expect(odd);
            assert_eq!(found.name, "demo", "{odd}");
            let error = environments.named("odd").expect_err(odd).to_string();
            assert!(error.starts_with("environments.odd"), "{error}");
        }
        for (default, told) in [
            (
                "\"nobody\"",
                "default_environment: no environment has this name",
            ),
            ("7", "default_environment: not a string, or empty"),
        ] {
            let text = TWO.replacen("\"demo\"", default, 1);
            let environments = KognicEnvironments::parse(&text).expect(default);
            let error = environments.default_one().expect_err(default);
            assert_eq!(error.to_string(), told);
            assert!(environments.named("demo").is_ok(), "{default}");
        }
    }

    #[test]
    fn a_host_of_an_unusable_environment_alone_is_told_about() {
        let text = r#"{"environments": {"a": {"host": "h.tld", "auth_server": 7}}}"#;
        let environments = KognicEnvironments::parse(text).expect("it");
        let origin = Origin::parse("https://h.tld").expect("an origin");
        let error = environments.for_origin(&origin).expect_err("an error");
        let told = "environments.a.auth_server: not a string, or empty";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn an_error_names_the_key_that_is_wrong() {
        let with = |fields: &str| format!(r#"{{"environments": {{"a": {{{fields}}}}}}}"#);
        let table = [
            ("[]".to_owned(), "the file: not an object"),
            (
                "{x".to_owned(),
                "it is not valid JSON from line 1, column 2",
            ),
            (
                r#"{"environments": 7}"#.to_owned(),
                "environments: not an object",
            ),
            (with(""), "environments.a.host: missing"),
            (
                with(r#""host": "h.tld""#),
                "environments.a.auth_server: missing",
            ),
            (
                with(r#""host": 7, "auth_server": "https://a.tld""#),
                "environments.a.host: not a string, or empty",
            ),
            (
                with(r#""host": "h.tld", "auth_server": "http://a.tld""#),
                "environments.a.auth_server: neither an https address nor an http one on a loopback host",
            ),
            (
                with(r#""host": "h.tld", "auth_server": "https://a.tld", "credentials": "x.json""#),
                "environments.a.credentials: not an absolute path (`~/…` is one)",
            ),
            (
                with(r#""host": "h.tld", "auth_server": "https://a.tld", "scopes": "a b""#),
                "environments.a.scopes: not a list of strings",
            ),
        ];
        for (text, wanted) in table {
            let named = KognicEnvironments::parse(&text)
                .and_then(|environments| environments.named("a").cloned());
            let error = named.expect_err(&text);
            assert_eq!(error.to_string(), wanted, "{text}");
        }
    }
}
