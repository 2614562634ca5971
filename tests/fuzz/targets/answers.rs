//! Responses of servers, through the real HTTP client and a server on a loopback address that responds with the input.
//!
//! A response may name an address that is fetched next. Only this machine is: `HTTPS_PROXY`, as `.ci/fuzz` sets it, is
//! a closed port.

use std::cell::OnceCell;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use url::Url;

use super::assert_printable;
use crate::deadline::Deadline;
use crate::http::{Http, HttpSettings};
use crate::oauth::client_auth::{AuthenticatedRequest, Authentication, Client};
use crate::oauth::form::form;
use crate::oauth::{device, discovery, id_token, registration, resource, token_endpoint};
use crate::token::UnixTime;

const SECRET: &str = "S3NTRY-of-some-length";
const CLIENT_SECRET: &str = "S3NTRY-of-the-client";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
/// For a response, which takes a fraction of it: the server is on this machine.
const TIMEOUT: Duration = Duration::from_secs(1);
const STATUSES: [u16; 12] = [200, 201, 204, 302, 400, 401, 403, 404, 410, 429, 500, 503];
/// The headers that say where a response ends: those are the server's own.
const FRAMING: [&[u8]; 5] = [
    b"content-length",
    b"transfer-encoding",
    b"connection",
    b"upgrade",
    b"trailer",
];

/// A client and its server.
struct Scene {
    http: Http,
    url: Url,
    response: Arc<Mutex<Vec<u8>>>,
}

thread_local! {
    static SCENE: OnceCell<Scene> = const { OnceCell::new() };
}

/// A response: the first byte selects the request, the second the status; then come headers, an empty line and the
/// body. `PORT` in it stands for the server's.
pub(super) fn answers(data: &[u8]) {
    let [request, status, rest @ ..] = data else {
        return;
    };
    SCENE.with(|cell| {
        let scene = cell.get_or_init(Scene::start);
        let status = STATUSES[usize::from(*status) % STATUSES.len()];
        let rest = with_port(rest, scene.url.port().unwrap_or_default());
        *scene.response.lock().expect("no panic") = whole_response(status, &rest);
        scene.send(*request);
    });
}

fn with_port(mut rest: &[u8], port: u16) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(at) = rest.windows(4).position(|four| four == b"PORT") {
        whole.extend_from_slice(&rest[..at]);
        whole.extend_from_slice(port.to_string().as_bytes());
        rest = &rest[at + 4..];
    }
    whole.extend_from_slice(rest);
    whole
}

fn whole_response(status: u16, rest: &[u8]) -> Vec<u8> {
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (headers, body) = match end {
        Some(end) => (&rest[..end], &rest[end + 2..]),
        None => (&rest[..0], rest),
    };
    // These have no body, whatever is sent.
    let body = if status == 204 { &[] } else { body };
    let mut response = format!("HTTP/1.1 {status} It\r\nConnection: close\r\n").into_bytes();
    for line in headers.split(|byte| *byte == b'\n') {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let name = name.trim_ascii().to_ascii_lowercase();
        if line.contains(&b':') && !line.contains(&b'\r') && !FRAMING.contains(&name.as_slice()) {
            response.extend_from_slice(line);
            response.extend_from_slice(b"\r\n");
        }
    }
    if status != 204 {
        response.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    response.extend_from_slice(b"\r\n");
    response.extend_from_slice(body);
    response
}

impl Scene {
    fn start() -> Self {
        let has_proxy = std::env::var_os("HTTPS_PROXY").is_some();
        assert!(has_proxy, "requests would leave this machine: use .ci/fuzz");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let response = Arc::<Mutex<Vec<u8>>>::default();
        let shared = Arc::clone(&response);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that has gone is no matter.
                let _ = serve(&stream, &shared);
            }
        });
        Self {
            http: Http::new(HttpSettings::default()).expect("a client"),
            url: Url::parse(&format!("http://127.0.0.1:{port}/mcp")).expect("an address"),
            response,
        }
    }

    fn send(&self, request: u8) {
        let Self { http, url, .. } = self;
        let deadline = Deadline::after(TIMEOUT);
        let form = form([("grant_type", "refresh_token"), ("refresh_token", SECRET)]);
        let text = match request % 6 {
            0 => {
                let request = AuthenticatedRequest::form_only(form);
                match token_endpoint::exchange(http, url, &request, NOW, deadline) {
                    Ok(set) => {
                        assert!(set.access_token.is_some() || set.refresh_token.is_some());
                        assert!(set.expires_at.is_none() || set.expires_in.is_some());
                        format!("{set:?}")
                    }
                    Err(error) => without_secrets(format!("{error}")),
                }
            }
            1 => {
                let client = Client {
                    id: "client".to_owned(),
                    authentication: Authentication::Post(CLIENT_SECRET.into()),
                };
                let request = client.authenticate(form, url.as_str(), NOW);
                let request = request.expect("nothing is signed");
                match device::request_authorization(http, url, &request, NOW, deadline) {
                    Ok(authorization) => {
                        assert!(discovery::is_secure(
                            authorization.verification_uri.as_url()
                        ));
                        assert!(authorization.expires_in <= Duration::from_secs(1800));
                        authorization.user_code
                    }
                    Err(error) => without_secrets(format!("{error}")),
                }
            }
            2 => match discovery::discover(http, url, deadline) {
                Ok(server) => {
                    let endpoints = [&server.authorization_endpoint, &server.token_endpoint];
                    assert!(endpoints.into_iter().flatten().all(discovery::is_secure));
                    String::new()
                }
                Err(error) => format!("{error}"),
            },
            3 => {
                let mut server = discovery::ServerMetadata::default();
                server.registration_endpoint = Some(url.clone());
                match registration::register(http, &server, url.as_str(), &[], NOW, deadline) {
                    Ok(registered) => registered.client_id,
                    Err(error) => format!("{error}"),
                }
            }
            4 => match resource::discover(http, url, || deadline) {
                Ok(found) => {
                    assert!(found.authorization_servers.iter().all(discovery::is_secure));
                    String::new()
                }
                Err(error) => format!("{error}"),
            },
            _ => match id_token::fetch_keys(http, url, deadline) {
                Ok(_) => String::new(),
                Err(error) => format!("{error}"),
            },
        };
        assert_printable("what is shown", &text);
    }
}

/// An error repeats no secret of the request, whatever the server says.
fn without_secrets(text: String) -> String {
    let repeats = [SECRET, CLIENT_SECRET]
        .iter()
        .any(|secret| text.contains(secret));
    assert!(!repeats, "it repeats a secret: {text}");
    text
}

/// Responds to one request. Anything but HTTP, such as TLS, gets no response: the client would wait for its end.
fn serve(stream: &TcpStream, response: &Mutex<Vec<u8>>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut reader = BufReader::new(stream);
    if !reader
        .fill_buf()?
        .first()
        .is_some_and(u8::is_ascii_uppercase)
    {
        return Ok(());
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    io::copy(&mut reader.take(length), &mut io::sink())?;
    let mut writer = stream;
    writer.write_all(&response.lock().expect("no panic"))
}
