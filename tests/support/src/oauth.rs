//! A loopback OAuth 2.0 and OpenID Connect server that can be told to lie and to refuse, and whose user always agrees.
//!
//! Every secret that it issues holds `MARKER`. ID tokens are signed with a key of Ed25519.

use std::collections::{BTreeMap, VecDeque};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use axum::body::Body;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::answer::Answer;
use super::loopback::Loopback;
use super::request::{Fields, Incoming};
use super::sandbox::{MARKER, unix_now};

type Edit = Box<dyn Fn(&mut Value) + Send>;

/// What the server knows.
#[derive(Default)]
struct State {
    metadata: Option<Edit>,
    claims: Option<Edit>,
    header: Option<Edit>,
    /// Changes the one key that the server publishes.
    key: Option<Edit>,
    /// Changes the address that the browser is sent back to.
    back: Option<Box<dyn Fn(String) -> String + Send>>,
    /// What polling with a device code gets, before it gets tokens.
    polls: VecDeque<&'static str>,
    nonce: Option<String>,
    issued: u32,
}

/// The server. It stops when this is dropped.
pub struct OAuthSite(Loopback<State>);

impl OAuthSite {
    pub fn start() -> Self {
        Self(Loopback::answering(State::default(), State::answer))
    }

    pub fn origin(&self) -> &str {
        self.0.url()
    }

    /// Answers requests for `path` with this from now on; `ORIGIN` in it is the server's own.
    pub fn can(&self, path: &str, status: u16, body: impl Into<String>) {
        let body = body.into().replace("ORIGIN", self.origin());
        let headers = Vec::new();
        let answer = Answer::Instead {
            status,
            headers,
            body,
        };
        self.0.always_at(path, answer);
    }

    /// Answers the next requests for `path` with this, one for each time, and as usual again after that.
    pub fn can_for(&self, times: usize, path: &str, status: u16, body: &str) {
        let answer = || Answer::of(status, "text/plain", body);
        self.0
            .answers_at(path, std::iter::repeat_with(answer).take(times));
    }

    /// Answers requests for this path, or for a method and a path, so from now on.
    pub fn always(&self, endpoint: &str, answer: Answer) {
        self.0.always_at(endpoint, answer);
    }

    /// Redirects requests for `path` from now on.
    pub fn redirect(&self, path: &str, location: &str) {
        self.0.always_at(path, Answer::redirect(location));
    }

    /// Answers as usual again.
    pub fn usual(&self, path: &str) {
        self.0.always_at(path, Answer::Usual);
    }

    pub fn edit_metadata(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.0.state().metadata = Some(Box::new(edit));
    }

    pub fn edit_claims(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.0.state().claims = Some(Box::new(edit));
    }

    pub fn edit_header(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.0.state().header = Some(Box::new(edit));
    }

    pub fn edit_key(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.0.state().key = Some(Box::new(edit));
    }

    pub fn edit_way_back(&self, edit: impl Fn(String) -> String + Send + 'static) {
        self.0.state().back = Some(Box::new(edit));
    }

    pub fn polls(&self, answers: &[&'static str]) {
        self.0.state().polls = answers.iter().copied().collect();
    }

    /// Returns the forms that this endpoint was sent, in order.
    pub fn forms(&self, path: &str) -> Vec<BTreeMap<String, String>> {
        let requests = self.requests(path);
        requests.map(|request| request.fields).collect()
    }

    /// Returns whether each request for this endpoint had an `Authorization` header, in order.
    pub fn has_authorization(&self, path: &str) -> Vec<bool> {
        let has = |request: Incoming| request.headers.contains_key("authorization");
        self.requests(path).map(has).collect()
    }

    /// Returns the JSON documents that this endpoint was sent, in order.
    pub fn documents(&self, path: &str) -> Vec<Value> {
        let requests = self.requests(path);
        let document = |request: Incoming| serde_json::from_slice(&request.body).expect("JSON");
        requests.map(document).collect()
    }

    /// Returns the bodies of the requests for this path, in order.
    pub fn bodies(&self, path: &str) -> Vec<String> {
        let text = |request: Incoming| String::from_utf8_lossy(&request.body).into_owned();
        self.requests(path).map(text).collect()
    }

    /// Returns path and query of the requests for this path, as they came, in order.
    pub fn addresses(&self, path: &str) -> Vec<String> {
        let requests = self.requests(path);
        requests.map(|request| request.address).collect()
    }

    fn requests(&self, path: &str) -> impl Iterator<Item = Incoming> {
        let log = self.0.log().into_iter();
        log.filter(move |request| request.path == path)
    }
}

impl State {
    fn answer(&mut self, origin: &str, request: &Incoming) -> Response {
        match request.path.as_str() {
            "/.well-known/openid-configuration" => {
                let mut metadata = metadata(origin);
                if let Some(edit) = &self.metadata {
                    edit(&mut metadata);
                }
                json_reply(200, &metadata)
            }
            "/.well-known/oauth-protected-resource/mcp" => json_reply(
                200,
                &json!({ "resource": format!("{origin}/mcp"), "authorization_servers": [origin] }),
            ),
            "/mcp" => reply(401, None, ""),
            "/jwks" => {
                let x = URL_SAFE_NO_PAD.encode(key().public_key());
                let mut key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x });
                if let Some(edit) = &self.key {
                    edit(&mut key);
                }
                json_reply(200, &json!({ "keys": [key] }))
            }
            "/authorize" => self.authorize(&request.query),
            "/register" => json_reply(
                201,
                &json!({ "client_id": "registered", "client_secret": format!("{MARKER}-client") }),
            ),
            "/device" => json_reply(
                200,
                &json!({
                    "device_code": format!("{MARKER}-device"), "user_code": "ABCD-EFGH", "interval": 1,
                    "verification_uri": format!("{origin}/enter"), "expires_in": 60,
                    "verification_uri_complete": format!("{origin}/enter?code=ABCD-EFGH"),
                }),
            ),
            "/token" => self.token(origin, &request.fields),
            "/revoke" => reply(200, None, ""),
            _ => reply(404, None, "not here"),
        }
    }

    fn authorize(&mut self, query: &Fields) -> Response {
        self.nonce = Some(query.get("nonce").to_owned()).filter(|nonce| !nonce.is_empty());
        let mut back = format!(
            "{}?code={MARKER}-code&state={}",
            query.get("redirect_uri"),
            query.get("state")
        );
        if let Some(edit) = &self.back {
            back = edit(back);
        }
        reply(302, Some(&back), "")
    }

    fn token(&mut self, origin: &str, form: &BTreeMap<String, String>) -> Response {
        if form["grant_type"].ends_with("device_code")
            && let Some(error) = self.polls.pop_front()
        {
            return json_reply(400, &json!({ "error": error }));
        }
        self.issued += 1;
        let number = self.issued;
        let mut claims = json!({
            "iss": origin, "aud": "me", "sub": "ada", "email": "ada@example.com",
            "iat": unix_now(), "exp": unix_now() + 600, "nonce": self.nonce,
        });
        if let Some(edit) = &self.claims {
            edit(&mut claims);
        }
        let mut header = json!({ "alg": "EdDSA", "kid": "k" });
        if let Some(edit) = &self.header {
            edit(&mut header);
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&claims));
        let signature = URL_SAFE_NO_PAD.encode(key().sign(message.as_bytes()));
        let mut answer = json!({
            "access_token": format!("{MARKER}-access-{number}"), "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": format!("{MARKER}-refresh-{number}"),
        });
        if form["grant_type"] == "client_credentials" {
            answer
                .as_object_mut()
                .expect("an object")
                .remove("refresh_token");
        } else {
            answer["id_token"] = json!(format!("{message}.{signature}"));
        }
        json_reply(200, &answer)
    }
}

fn metadata(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "revocation_endpoint": format!("{origin}/revoke"),
        "registration_endpoint": format!("{origin}/register"),
        "jwks_uri": format!("{origin}/jwks"),
    })
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key")
}

fn json_reply(status: u16, body: &Value) -> Response {
    reply(status, None, &body.to_string())
}

fn reply(status: u16, location: Option<&str>, body: &str) -> Response {
    let mut reply = Response::builder().status(status);
    if let Some(location) = location {
        reply = reply.header("location", location);
    }
    reply.body(Body::from(body.to_owned())).expect("a response")
}

/// Fetches an address as a browser does, redirects followed, and returns the last page.
pub fn visit(address: &str) -> String {
    let url = url::Url::parse(address).expect("an address");
    let port = url.port().expect("a port");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    let target = &url[url::Position::BeforePath..];
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    match answer.split_once("location: ") {
        Some((_, rest)) => visit(rest.lines().next().expect("a line")),
        None => answer,
    }
}
