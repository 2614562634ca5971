//! What other programs write to prusa-cred, each in its protocol.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{assert_one_line, assert_printable, text};
use crate::credential::{Credential, Extent, GitAuth, IssuedToken, Offered, Request, Secret};
use crate::protocol::{
    Recognition, bazel as bazel_protocol, cargo as cargo_protocol, docker as docker_protocol,
    git as git_protocol, goauth as goauth_protocol, keyring as keyring_protocol,
    kube as kube_protocol, terraform as terraform_protocol,
};
use crate::token::{TokenKind, UnixTime};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn token() -> Credential {
    let token = IssuedToken {
        kind: TokenKind::Access,
        value: "T0K3N".into(),
        token_type: None,
        scope: None,
        profile: "prusa".to_owned(),
        git_auth: GitAuth::Auto,
    };
    let expires_at = UnixTime::from_secs(1_800_003_600);
    Credential::issued(token, "oauth2".to_owned(), Some(expires_at))
}

/// Returns the credential that would be saved of an offer, as a client receives it.
fn credential_of(request: &Request, offered: &Offered) -> Option<Credential> {
    let secret = match (&offered.header, &offered.password) {
        (Some((scheme, value)), _) if !scheme.is_empty() => Secret::Header {
            scheme: scheme.clone(),
            value: value.clone(),
        },
        (_, Some(password)) => Secret::Password(password.clone()),
        (_, None) => return None,
    };
    Some(Credential {
        username: request.username.clone(),
        secret,
        expires_at: offered.expires_at,
        oauth_refresh_token: offered.oauth_refresh_token.clone(),
    })
}

fn exposed(secret: Option<&SecretString>) -> Option<&str> {
    secret.map(ExposeSecret::expose_secret)
}

fn assert_request(request: &Request) {
    assert_printable("the address", &request.target.to_string());
    for (what, value) in [("path", &request.path), ("user name", &request.username)] {
        assert_one_line(what, value.as_deref().unwrap_or_default());
    }
    for scheme in &request.challenges {
        assert!(!scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(*scheme, scheme.to_ascii_lowercase());
    }
}

/// Once the first bytes say no, no further bytes may change that.
fn assert_no_is_final(looks_like: fn(&[u8]) -> Recognition, data: &[u8]) {
    for length in [1, 2, 4, 8, 16, 32, data.len() / 2] {
        if looks_like(data.get(..length).unwrap_or(data)) == Recognition::No {
            assert_eq!(looks_like(data), Recognition::No, "after {length} bytes");
        }
    }
}

fn one_json_line(bytes: &[u8]) -> Value {
    let line = bytes.strip_suffix(b"\n").expect("a line end");
    assert!(!line.contains(&b'\n'), "more than one line");
    serde_json::from_slice(line).expect("JSON")
}

/// git writes lines; what it stores comes back as it was.
pub(super) fn git(data: &[u8]) {
    assert_no_is_final(git_protocol::looks_like, data);
    let Ok(input) = git_protocol::parse(data) else {
        return;
    };
    let Some(request) = &input.request else {
        return;
    };
    assert_request(request);
    for auth in [GitAuth::Auto, GitAuth::Bearer, GitAuth::Basic] {
        let mut credential = token();
        if let Secret::Token(token) = &mut credential.secret {
            token.git_auth = auth;
        }
        // A user name of the request may hold what a token's lines cannot.
        if let Ok(answer) = git_protocol::render(request, &credential) {
            assert!(answer.is_empty() || answer.ends_with(b"\n"));
            git_protocol::parse(&answer).expect("an answer is in git's own form");
        }
    }
    let Some(credential) = credential_of(request, &input.offered) else {
        return;
    };
    let answer = git_protocol::render(request, &credential).expect("it came in the same form");
    if answer.is_empty() {
        return;
    }
    let again = git_protocol::parse(&answer).expect("an answer is in git's own form");
    if let Secret::Password(password) = &credential.secret {
        assert_eq!(
            exposed(again.offered.password.as_ref()),
            Some(password.expose_secret())
        );
    } else {
        let header = |offered: &Offered| {
            let (scheme, value) = offered.header.as_ref()?;
            Some((scheme.clone(), value.expose_secret().to_owned()))
        };
        assert_eq!(header(&again.offered), header(&input.offered));
    }
    assert_eq!(
        exposed(again.offered.oauth_refresh_token.as_ref()),
        exposed(credential.oauth_refresh_token.as_ref())
    );
}

/// docker writes a key, or JSON with what to store; the answer to `get` has the form of the latter.
pub(super) fn docker(data: &[u8]) {
    if let Ok(key) = docker_protocol::key_text(data) {
        assert_printable("key", key);
    }
    if let Ok(request) = docker_protocol::parse_key(data) {
        assert_request(&request);
        let origin = request.origin().expect("a registry is on the web");
        // docker leaves the scheme out, and calls its own registry by one name.
        let key = docker_protocol::key_of(origin);
        let again = docker_protocol::parse_key(key.as_bytes()).expect("a key of ours");
        let again = again.origin().expect("a registry is on the web");
        assert!(again.host() == origin.host() || docker_protocol::is_hub(origin));
    }
    let Ok(store) = docker_protocol::parse_store(data) else {
        return;
    };
    assert_printable("key", &store.server_url);
    let credential = Credential::password(Some(store.username.clone()), store.secret.clone());
    // A control character of Unicode, which JSON does not escape, is allowed in a key or user name.
    let answer = docker_protocol::render(&store.server_url, &credential).expect("it was accepted");
    one_json_line(&answer);
    let again = docker_protocol::parse_store(&answer).expect("an answer has the same form");
    assert_eq!(again.server_url, store.server_url);
    assert_eq!(again.username, store.username);
    assert_eq!(again.secret.expose_secret(), store.secret.expose_secret());
}

/// Bazel writes an object with an address.
pub(super) fn bazel(data: &[u8]) {
    assert_no_is_final(bazel_protocol::looks_like, data);
    if let Ok(request) = bazel_protocol::parse(data) {
        assert_request(&request);
        assert!(request.origin().is_some());
        assert_eq!(bazel_protocol::looks_like(data), Recognition::Yes);
    }
}

/// cargo writes an object on a line, perhaps with a token to keep.
pub(super) fn cargo(data: &[u8]) {
    match cargo_protocol::parse(data) {
        Ok(input) => {
            assert_request(&input.request);
            let origin = input.request.origin().expect("a registry is on the web");
            assert!(origin.may_receive_token());
            one_json_line(cargo_protocol::render_done(&input.action).as_bytes());
            if let cargo_protocol::Action::Login(Some(offered)) = &input.action {
                let credential = credential_of(&input.request, offered).expect("a token");
                let answer = cargo_protocol::render(&credential).expect("it was accepted");
                let answer = one_json_line(&answer);
                let token = answer.pointer("/Ok/token").and_then(Value::as_str);
                assert_eq!(token, credential.as_password());
            }
        }
        Err(error) => {
            one_json_line(cargo_protocol::render_error(&error).as_bytes());
        }
    }
    if let Some(text) = text(data) {
        one_json_line(cargo_protocol::render_failure(text, &[text.to_owned()]).as_bytes());
    }
}

/// Kubernetes' clients pass an object in a variable.
pub(super) fn kube(data: &[u8]) {
    let Some(text) = text(data) else {
        return;
    };
    let Ok(input) = kube_protocol::parse(Some(text)) else {
        return;
    };
    if let Some(request) = &input.request {
        assert_request(request);
    }
    let answer = kube_protocol::render(&input, &token(), NOW).expect("a plain token");
    let answer = one_json_line(&answer);
    let input: Value = serde_json::from_str(text).expect("it was read");
    assert_eq!(answer["apiVersion"], input["apiVersion"]);
    assert_eq!(answer["kind"], "ExecCredential");
}

/// Terraform names a host, and writes an object to store.
pub(super) fn terraform(data: &[u8]) {
    if let Some(request) = text(data).and_then(|text| terraform_protocol::parse_host(text).ok()) {
        assert_request(&request);
    }
    let Ok(offered) = terraform_protocol::parse_store(data) else {
        return;
    };
    let request = terraform_protocol::parse_host("app.terraform.io").expect("a host");
    let credential = credential_of(&request, &offered).expect("a token");
    let answer = terraform_protocol::render(&credential).expect("it was accepted");
    one_json_line(&answer);
    let again = terraform_protocol::parse_store(&answer).expect("an answer has the same form");
    assert_eq!(exposed(again.secret()), exposed(offered.secret()));
}

/// Go names an address and writes the head of the answer that it got. The first line here is the address.
pub(super) fn goauth(data: &[u8]) {
    let at = data
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(data.len());
    let (url, head) = data.split_at(at);
    let Some(url) = text(url) else {
        return;
    };
    let Ok(input) = goauth_protocol::parse(url, head.get(1..).unwrap_or_default()) else {
        return;
    };
    assert_request(&input.request);
    let answer =
        goauth_protocol::render(&input, &token(), Extent::Segments(1)).expect("a plain token");
    let answer = text(&answer).expect("text");
    let parts: Vec<_> = answer.split("\n\n").collect();
    let [prefix, header, ""] = parts.as_slice() else {
        panic!("{answer:?}");
    };
    assert_one_line("prefix", prefix);
    assert_one_line("header", header);
    assert!(url.starts_with(prefix), "{prefix} of {url}");
}

/// pip and uv name a service and a user, and write a password. The first line here is the service.
pub(super) fn keyring(data: &[u8]) {
    if let Some((service, username)) = text(data).and_then(|text| text.split_once('\n'))
        && let Ok(request) = keyring_protocol::parse_get(service, Some(username))
    {
        assert_printable("the address", &request.target.to_string());
    }
    let Ok(offered) = keyring_protocol::parse_password(data) else {
        return;
    };
    let request = keyring_protocol::parse("pypi.example.com", "me").expect("a host");
    let credential = credential_of(&request, &offered).expect("a password");
    let form = keyring_protocol::OutputFormat::default();
    let answer = keyring_protocol::render(&credential, form).expect("it was accepted");
    let again = keyring_protocol::parse_password(&answer).expect("an answer has the same form");
    assert_eq!(exposed(again.secret()), exposed(offered.secret()));
}
