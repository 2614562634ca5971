//! The docker credential helper protocol (docker/docker-credential-helpers, `credentials/credentials.go`).
//!
//! Errors are one line on stdout with exit status 1, and some of them docker knows by their exact text. Secret: the
//! `Secret` of a request to store, and every answer to `get`.
//!
//! # What docker does
//!
//! Sources: docker/docker-credential-helpers (`credentials/`, `client/`), docker/cli (`cli/config/`), containers/image
//! (`pkg/docker/config`), google/go-containerregistry (`pkg/authn/keychain.go`).
//!
//! | verb | stdin | stdout |
//! | --- | --- | --- |
//! | `get` | a key, without a line end | `{"ServerURL":"…","Username":"…","Secret":"…"}` and LF |
//! | `store` | the same object | nothing |
//! | `erase` | a key | nothing |
//! | `list` | `unused` | `{"KEY":"USERNAME",…}` and LF |
//!
//! - docker compares the whole of stdout, after a failure, with three texts: [`NOT_FOUND`] is no error to it, and
//!   [`NO_SERVER_URL`] and [`NO_USERNAME`] are the others. Anything else is shown to the user. With status 0 the output
//!   has to be JSON.
//! - An unknown verb is `NAME: unknown action: VERB` on stdout, with status 1.
//! - Go escapes `<`, `>` and `&` in JSON, and takes field names without regard to case.
//! - A key is a host, with its port. Docker Hub's is `https://index.docker.io/v1/` (in Podman, Buildah and Skopeo
//!   `docker.io`); old entries have a scheme in front. `credHelpers` is compared letter by letter. crane asks for
//!   `host/repository` before `host`; a key with a path is answered only where `hosts` has an entry with a path.
//! - There is no expiry: docker asks for every command. The user name `<token>` would make the secret a refresh token
//!   that docker trades by itself, so a token is told under an ordinary name.
//! - `docker login` without a password calls `get`, and then `store` with what it was given. Podman takes an `erase`
//!   that fails for a failure, so erasing what is not there succeeds. One key of `list` that `get` cannot answer fails
//!   a whole build.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{ProtocolError, check_length, check_printable, check_values, json_line};
use crate::credential::{Credential, Origin, RenderError, Request, Scheme, Secret};

/// There is nothing for the key: docker continues without a credential.
pub(crate) const NOT_FOUND: &str = "credentials not found in native keychain";
/// The key was empty.
pub(crate) const NO_SERVER_URL: &str = "no credentials server URL";
/// `store` came without a user name.
pub(crate) const NO_USERNAME: &str = "no credentials username";

/// Docker Hub's key: docker requests this address, other container tools `docker.io`.
const HUB: &str = "https://index.docker.io/v1/";
const HUB_HOSTS: [&str; 2] = ["docker.io", "index.docker.io"];

/// Why a request of docker gets no answer. Its text is what docker expects on stdout.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum DockerError {
    #[error("{}", NOT_FOUND)]
    NotFound,
    #[error("{}", NO_SERVER_URL)]
    NoServerUrl,
    #[error("{}", NO_USERNAME)]
    NoUsername,
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

/// Returns the key that `get` and `erase` carry, without the spaces and tabs around it and the line ends after it.
///
/// # Errors
///
/// When it is empty, too long, not UTF-8, or holds a control character.
pub(crate) fn key_text(input: &[u8]) -> Result<&str, DockerError> {
    let Ok(text) = std::str::from_utf8(check_length(input)?) else {
        return Err(ProtocolError::Malformed {
            why: "the key is not UTF-8",
        }
        .into());
    };
    let text = text.trim_start_matches([' ', '\t']);
    check_key(text.trim_end_matches([' ', '\t', '\r', '\n']))
}

/// Returns the key unchanged. Fails if it is empty or holds a control character.
fn check_key(key: &str) -> Result<&str, DockerError> {
    if key.is_empty() {
        return Err(DockerError::NoServerUrl);
    }
    if key.contains(char::is_control) {
        return Err(ProtocolError::Malformed {
            why: "the key holds a control character",
        }
        .into());
    }
    Ok(key)
}

/// Reads a key: a host, with or without a port, a scheme and a path. The paths of the registry API count as the host
/// itself, any other path names something within it.
///
/// # Errors
///
/// As `key_text`, and `NotFound` for a key with a query, or one that does not name a valid host.
pub(crate) fn parse_key(input: &[u8]) -> Result<Request, DockerError> {
    let key = key_text(input)?;
    let rest = key.split_once("://").map_or(key, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    if key.contains(['?', '#']) {
        return Err(DockerError::NotFound);
    }
    let request = Request::for_url(key).map_err(|_| DockerError::NotFound)?;
    let is_host = matches!(path, "" | "v1" | "v1/" | "v2" | "v2/");
    Ok(Request {
        path: request.path.filter(|_| !is_host),
        ..request
    })
}

/// Returns whether this host is Docker Hub to docker: `docker.io` or `index.docker.io`, https at the default port.
pub(crate) fn is_hub(origin: &Origin) -> bool {
    origin.scheme() == Scheme::Https && HUB_HOSTS.contains(&origin.host_and_port().as_str())
}

/// Returns Docker Hub's hosts if this is one of them, else nothing: to docker they are one registry.
pub(crate) fn hub_hosts(origin: &Origin) -> impl Iterator<Item = Origin> {
    let hosts = is_hub(origin).then_some(HUB_HOSTS);
    let hosts = hosts.into_iter().flatten();
    hosts.filter_map(|host| Origin::parse(host).ok())
}

/// Returns the key that docker uses for a host: Docker Hub's address, or the host with its port and without a scheme.
pub(crate) fn key_of(origin: &Origin) -> String {
    if is_hub(origin) {
        HUB.to_owned()
    } else {
        origin.host_and_port()
    }
}

/// A login that docker saves.
#[derive(Debug)]
pub(crate) struct DockerStore {
    /// The key, as docker will request it.
    pub(crate) server_url: String,
    pub(crate) username: String,
    pub(crate) secret: SecretString,
}

/// Reads the input of `store`. White space around the server is dropped; a missing secret is an empty one.
///
/// # Errors
///
/// When it is too long or not docker's JSON object, lacks the server or the user name, or contains a control character
/// there or, other than those of a text, in the secret.
pub(crate) fn parse_store(input: &[u8]) -> Result<DockerStore, DockerError> {
    // serde_json quotes values in its errors, so none of them is passed on.
    let fields: StoreFields =
        serde_json::from_slice(check_length(input)?).map_err(|_| ProtocolError::Malformed {
            why: "it is not a JSON object with ServerURL, Username and Secret",
        })?;
    let server_url = check_key(fields.server_url.trim())?.to_owned();
    if fields.username.is_empty() {
        return Err(DockerError::NoUsername);
    }
    check_printable("user name", &fields.username).map_err(ProtocolError::from)?;
    check_secret(fields.secret.expose_secret())?;
    Ok(DockerStore {
        server_url,
        username: fields.username,
        secret: fields.secret,
    })
}

#[derive(Default)]
struct StoreFields {
    server_url: String,
    username: String,
    secret: SecretString,
}

/// Like Go's JSON decoder: names without regard to case, the last one wins, null and absent are empty.
impl<'de> Deserialize<'de> for StoreFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = StoreFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StoreFields, A::Error> {
                let mut fields = StoreFields::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.to_ascii_lowercase().as_str() {
                        "serverurl" => {
                            fields.server_url = map.next_value::<Option<_>>()?.unwrap_or_default();
                        }
                        "username" => {
                            fields.username = map.next_value::<Option<_>>()?.unwrap_or_default();
                        }
                        "secret" => {
                            let secret = map.next_value::<Option<String>>()?;
                            fields.secret = secret.unwrap_or_default().into();
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Renders an answer to `get`, with the key as it was requested.
///
/// A line break in a saved secret is escaped as in JSON: registries accept whole key files as a password.
///
/// # Errors
///
/// When the key, the user name or a profile's token contains a control character, or a saved secret one other than
/// those of a text; or when only a whole header was saved.
pub(crate) fn render(
    key: &str,
    credential: &Credential,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Credentials<'a> {
        #[serde(rename = "ServerURL")]
        server_url: &'a str,
        username: &'a str,
        secret: &'a str,
    }

    let unrenderable = RenderError::Unrenderable { what: "secret" };
    let credentials = Credentials {
        server_url: check_printable("key", key)?,
        username: check_printable("user name", credential.username())?,
        secret: credential.as_password().ok_or(unrenderable)?,
    };
    match credential.secret {
        Secret::Token(_) => check_values(credential)?,
        _ => check_secret(credentials.secret)?,
    }
    let length = key.len() + credentials.username.len() + credentials.secret.len();
    json_line(&credentials, 64 + 6 * length)
}

/// Refuses a saved secret with a control character other than those that the text of a key file holds: line ends and
/// tabs.
fn check_secret(secret: &str) -> Result<(), ProtocolError> {
    let is_refused = |it: char| it.is_ascii_control() && !matches!(it, '\n' | '\r' | '\t');
    if secret.contains(is_refused) {
        return Err(RenderError::Unrenderable { what: "secret" }.into());
    }
    Ok(())
}

/// Renders an answer to `list`: each key with its user name, sorted by key.
///
/// # Errors
///
/// When a key or a user name contains a control character.
pub(crate) fn render_list(
    entries: &BTreeMap<String, String>,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    for (key, username) in entries {
        check_printable("key", key)?;
        check_printable("user name", username)?;
    }
    json_line(entries, 0)
}

/// Returns the message of docker's own helpers for an unknown verb, without a line end; control characters become `?`.
pub(crate) fn unknown_action(name: &str, verb: &str) -> String {
    format!("{name}: unknown action: {verb}").replace(char::is_control, "?")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::protocol::MAX_INPUT;

    fn answered(key: &str, username: &str, secret: &str) -> Result<String, ProtocolError> {
        let password = SecretString::from(secret.to_owned());
        render(
            key,
            &Credential::password(Some(username.to_owned()), password),
        )
        .map(|bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8"))
    }

    fn listed(entries: &[(&str, &str)]) -> String {
        let entries = entries
            .iter()
            .map(|(key, username)| ((*key).to_owned(), (*username).to_owned()))
            .collect::<BTreeMap<_, _>>();
        let bytes = render_list(&entries).expect("a list");
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn the_worked_example_holds_byte_for_byte() {
        let asked = parse_key(b"registry.example.com:5000").expect("a request");
        assert_eq!(
            asked.target.to_string(),
            "https://registry.example.com:5000"
        );
        assert!(!asked.takes_bearer);
        assert_eq!(
            answered("registry.example.com:5000", "alice", "T0K3N").expect("an answer"),
            "{\"ServerURL\":\"registry.example.com:5000\",\"Username\":\"alice\",\"Secret\":\"T0K3N\"}\n"
        );
        let kept = parse_store(b"{\"ServerURL\":\"registry.example.com:5000\",\"Username\":\"\\u003ctoken\\u003e\",\"Secret\":\"R3FR\"}\n")
            .expect("a credential");
        assert_eq!(kept.server_url, "registry.example.com:5000");
        assert_eq!(kept.username, "<token>");
        assert_eq!(kept.secret.expose_secret(), "R3FR");
        assert!(!format!("{kept:?}").contains("R3FR"));
        assert_eq!(
            listed(&[("registry.example.com:5000", "alice")]),
            "{\"registry.example.com:5000\":\"alice\"}\n"
        );
    }

    #[test]
    fn error_texts_are_those_that_docker_knows() {
        for (error, text) in [
            (
                DockerError::NotFound,
                "credentials not found in native keychain",
            ),
            (DockerError::NoServerUrl, "no credentials server URL"),
            (DockerError::NoUsername, "no credentials username"),
        ] {
            assert_eq!(error.to_string(), text);
        }
        let said = unknown_action("docker-credential-prusa-cred", "frob\nnicate");
        assert_eq!(
            said,
            "docker-credential-prusa-cred: unknown action: frob?nicate"
        );
    }

    #[test]
    fn a_key_is_a_host() {
        for (key, origin) in [
            ("registry.example.com", "https://registry.example.com"),
            (
                "  Registry.example.com:443\r\n",
                "https://registry.example.com",
            ),
            ("https://index.docker.io/v1/", "https://index.docker.io"),
            ("https://h:5000/v2", "https://h:5000"),
            ("h/v2/", "https://h"),
            ("h/", "https://h"),
            ("http://h/", "http://h"),
            ("localhost:5000", "localhost:5000"),
        ] {
            let asked = parse_key(key.as_bytes()).expect(key);
            assert_eq!(
                asked,
                Request::new(Origin::parse(origin).expect(origin)),
                "{key}"
            );
        }
    }

    #[test]
    fn docker_hub_is_one_registry_by_three_names() {
        for key in ["docker.io", "index.docker.io", HUB] {
            let asked = parse_key(key.as_bytes()).expect(key);
            let origin = asked.origin().expect("a host");
            assert_eq!(key_of(origin), HUB);
            assert_eq!(hub_hosts(origin).count(), 2);
        }
        for key in [
            "registry-1.docker.io",
            "docker.io:5000",
            "http://docker.io",
            "hub.docker.io",
        ] {
            let origin = Origin::parse(key).expect(key);
            assert!(!is_hub(&origin), "{key}");
            assert_eq!(hub_hosts(&origin).count(), 0, "{key}");
        }
    }

    #[test]
    fn another_path_is_within_the_host_and_a_query_is_not_found() {
        for (key, path) in [
            ("h/repository", "repository"),
            ("h/v1/access-token", "v1/access-token"),
            ("https://index.docker.io/v1/access-token", "v1/access-token"),
            ("h//", "/"),
            ("h/v1//", "v1//"),
            ("h/V1/", "V1/"),
            ("h/%76%31/", "%76%31/"),
        ] {
            let asked = parse_key(key.as_bytes()).expect(key);
            assert_eq!(asked.path.as_deref(), Some(path), "{key}");
        }
        for key in [
            "h?x",
            "h#x",
            "h?/v1/",
            "https://h@evil.tld/v1/",
            "h.",
            "ftp://h",
            "unused host",
            "<token>",
        ] {
            assert_eq!(
                parse_key(key.as_bytes()),
                Err(DockerError::NotFound),
                "{key}"
            );
        }
        for blank in ["", " ", "\r\n"] {
            assert_eq!(parse_key(blank.as_bytes()), Err(DockerError::NoServerUrl));
        }
        for rubbish in [
            b"h\nevil.tld".as_slice(),
            b"h\0",
            b"\xff",
            &vec![b'h'; MAX_INPUT + 1],
        ] {
            assert!(matches!(parse_key(rubbish), Err(DockerError::Protocol(_))));
        }
    }

    #[test]
    fn a_login_is_parsed_as_go_parses_it() {
        let kept = parse_store(
            br#" {"serverurl":" h ","USERNAME":"x","Extra":{"a":[1]},"Secret":null,"username":"ann","secret":"a\n\"b"} "#,
        )
        .expect("a credential");
        assert_eq!(kept.server_url, "h");
        assert_eq!(kept.username, "ann");
        assert_eq!(kept.secret.expose_secret(), "a\n\"b");
        let error = |text: &str| parse_store(text.as_bytes()).expect_err("refused");
        assert_eq!(error("{}"), DockerError::NoServerUrl);
        assert_eq!(
            error(r#"{"ServerURL":"h","Secret":"s"}"#),
            DockerError::NoUsername
        );
        assert_eq!(
            error(r#"{"ServerURL":"h","Username":"","Secret":"s"}"#),
            DockerError::NoUsername
        );
        for text in [
            "",
            "h",
            "[]",
            r#"["h","u","s"]"#,
            r#"{"ServerURL":"h","Username":"u","Secret":7}"#,
            r#"{"ServerURL":"h","Username":"u","Secret":"sekret"}x"#,
            r#"{"ServerURL":"h","Username":"u\n","Secret":"sekret"}"#,
            r#"{"ServerURL":"h","Username":"u","Secret":"sekret\u007f"}"#,
            r#"{"ServerURL":"h\u0000","Username":"u","Secret":"sekret"}"#,
        ] {
            let error = error(text);
            assert!(matches!(error, DockerError::Protocol(_)), "{text}");
            assert!(!error.to_string().contains("sekret"));
        }
    }

    #[test]
    fn a_list_is_sorted_by_key() {
        assert_eq!(listed(&[]), "{}\n");
        assert_eq!(
            listed(&[("b", "2"), ("a", "1")]),
            "{\"a\":\"1\",\"b\":\"2\"}\n"
        );
        assert!(render_list(&BTreeMap::from([("a\n".into(), "1".into())])).is_err());
    }

    #[test]
    fn a_key_file_for_a_secret_stays_on_check_key() {
        let text = answered("h", "_json_key", "{\n\t\"a\": 1\n}\n").expect("an answer");
        assert!(
            text.ends_with("\"Secret\":\"{\\n\\t\\\"a\\\": 1\\n}\\n\"}\n"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn no_input_makes_the_readers_panic(input: Vec<u8>) {
            let _ = parse_key(&input);
            let _ = parse_store(&input);
        }

        #[test]
        fn an_answer_is_one_line_that_reads_back(
            key in ".{1,20}|[a-z\n\t\u{7f}]{1,9}",
            username in ".{1,20}|[a-z\n\t\u{7f}]{1,9}",
            secret in "(?s).{0,20}",
        ) {
            if let Ok(text) = answered(&key, &username, &secret) {
                let line = text.strip_suffix('\n').expect("a line");
                prop_assert!(!line.bytes().any(|byte| byte.is_ascii_control()));
                let value: Value = serde_json::from_str(line).expect("JSON");
                prop_assert_eq!(&value["ServerURL"], &key);
                prop_assert_eq!(&value["Username"], &username);
                prop_assert_eq!(&value["Secret"], &secret);
                if let Ok(kept) = parse_store(text.as_bytes()) {
                    prop_assert_eq!(kept.server_url, key.trim());
                    prop_assert_eq!(kept.username, username);
                    prop_assert_eq!(kept.secret.expose_secret(), secret);
                }
            }
        }
    }
}
