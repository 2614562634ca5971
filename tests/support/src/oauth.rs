//! A loopback OAuth 2.0 and OpenID Connect server that can be told to lie and to refuse, and whose user always agrees.
//!
//! Every secret that it issues holds `MARKER`. ID tokens are signed with a key of Ed25519.

use std::collections::{HashMap, VecDeque};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, to_bytes};
use axum::http::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::sandbox::{MARKER, unix_now};

type Edit = Box<dyn Fn(&mut Value) + Send>;

/// What an endpoint answers instead of what it would: status, `Location`, body.
type Canned = (u16, Option<&'static str>, String);

#[derive(Default)]
struct State {
    canned: HashMap<&'static str, Canned>,
    metadata: Option<Edit>,
    claims: Option<Edit>,
    header: Option<Edit>,
    /// Changes the address that the browser is sent back to.
    back: Option<Box<dyn Fn(String) -> String + Send>>,
    /// What polling with a device code gets, before it gets tokens.
    polls: VecDeque<&'static str>,
    nonce: Option<String>,
    issued: u32,
    forms: Vec<(String, HashMap<String, String>)>,
}

/// The server. It stops when this is dropped.
pub struct OAuthSite {
    origin: String,
    state: Arc<Mutex<State>>,
    runtime: Option<Runtime>,
}

impl OAuthSite {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State::default()));
        let (site, place) = (Arc::clone(&state), origin.clone());
        let router = axum::Router::new().fallback(async move |request: axum::extract::Request| {
            let (parts, body) = request.into_parts();
            let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
            let mut state = site.lock().unwrap_or_else(PoisonError::into_inner);
            let query = parts.uri.query().unwrap_or_default();
            state.answer(&place, parts.uri.path(), query, &body)
        });
        runtime.spawn(async move {
            listener.set_nonblocking(true).expect("a socket option");
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("a server");
        });
        Self {
            origin,
            state,
            runtime: Some(runtime),
        }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers requests for `path` with this from now on.
    pub fn can(&self, path: &'static str, status: u16, body: impl Into<String>) {
        self.state()
            .canned
            .insert(path, (status, None, body.into()));
    }

    /// Redirects requests for `path` from now on.
    pub fn redirect(&self, path: &'static str, location: &'static str) {
        let canned = (302, Some(location), String::new());
        self.state().canned.insert(path, canned);
    }

    /// Answers as usual again.
    pub fn usual(&self, path: &str) {
        self.state().canned.remove(path);
    }

    pub fn edit_metadata(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.state().metadata = Some(Box::new(edit));
    }

    pub fn edit_claims(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.state().claims = Some(Box::new(edit));
    }

    pub fn edit_header(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.state().header = Some(Box::new(edit));
    }

    pub fn edit_way_back(&self, edit: impl Fn(String) -> String + Send + 'static) {
        self.state().back = Some(Box::new(edit));
    }

    pub fn polls(&self, answers: &[&'static str]) {
        self.state().polls = answers.iter().copied().collect();
    }

    /// Returns the forms that this endpoint was sent, in order.
    pub fn forms(&self, path: &str) -> Vec<HashMap<String, String>> {
        let state = self.state();
        let forms = state.forms.iter().filter(|(seen, _)| seen == path);
        forms.map(|(_, form)| form.clone()).collect()
    }
}

impl Drop for OAuthSite {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl State {
    fn answer(&mut self, origin: &str, path: &str, query: &str, body: &[u8]) -> Response<Body> {
        let form: HashMap<_, _> = url::form_urlencoded::parse(body).into_owned().collect();
        let query: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        self.forms.push((path.to_owned(), form.clone()));
        if let Some((status, location, body)) = self.canned.get(path) {
            return reply(*status, *location, &body.replace("ORIGIN", origin));
        }
        match path {
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
                json_reply(
                    200,
                    &json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x }] }),
                )
            }
            "/authorize" => self.authorize(&query),
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
            "/token" => self.token(origin, &form),
            "/revoke" => reply(200, None, ""),
            _ => reply(404, None, "not here"),
        }
    }

    fn authorize(&mut self, query: &HashMap<String, String>) -> Response<Body> {
        self.nonce = query.get("nonce").cloned();
        let mut back = format!(
            "{}?code={MARKER}-code&state={}",
            query["redirect_uri"], query["state"]
        );
        if let Some(edit) = &self.back {
            back = edit(back);
        }
        reply(302, Some(&back), "")
    }

    fn token(&mut self, origin: &str, form: &HashMap<String, String>) -> Response<Body> {
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

fn json_reply(status: u16, body: &Value) -> Response<Body> {
    reply(status, None, &body.to_string())
}

fn reply(status: u16, location: Option<&str>, body: &str) -> Response<Body> {
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
