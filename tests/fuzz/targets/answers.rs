//! What servers answer, through the real HTTP client and a server on a loopback address that answers with the input.

use std::cell::OnceCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use url::Url;

use super::assert_printable;
use crate::deadline::Deadline;
use crate::http::{Http, HttpSettings};
use crate::oauth::client_auth::{Authentication, Client};
use crate::oauth::form::form;
use crate::oauth::{device, discovery, id_token, registration, resource, token_endpoint};
use crate::token::UnixTime;

const SECRET: &str = "S3NTRY-of-some-length";
const CLIENT_SECRET: &str = "S3NTRY-of-the-client";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const STATUSES: [u16; 12] = [200, 201, 204, 302, 400, 401, 403, 404, 410, 429, 500, 503];
/// What frames an answer; with another than the server's own, the next answer would be read out of step.
const FRAMING: [&[u8]; 5] = [
    b"content-length",
    b"transfer-encoding",
    b"connection",
    b"upgrade",
    b"trailer",
];

/// A client and the server that it asks.
struct Scene {
    http: Http,
    url: Url,
    answer: Arc<Mutex<Vec<u8>>>,
}

thread_local! {
    static SCENE: OnceCell<Scene> = const { OnceCell::new() };
}

/// An answer: its first byte says what was asked, its second the status; then come headers, an empty line and the body.
/// `PORT` in it stands for the server's.
pub(super) fn answers(data: &[u8]) {
    let [asked, status, rest @ ..] = data else {
        return;
    };
    SCENE.with(|cell| {
        let scene = cell.get_or_init(Scene::start);
        let status = STATUSES[usize::from(*status) % STATUSES.len()];
        let rest = with_port(rest, scene.url.port().unwrap_or_default());
        *scene.answer.lock().expect("no panic") = whole_answer(status, &rest);
        scene.ask(*asked);
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

fn whole_answer(status: u16, rest: &[u8]) -> Vec<u8> {
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (headers, body) = match end {
        Some(end) => (&rest[..end], &rest[end + 2..]),
        None => (&rest[..0], rest),
    };
    // These have no body, whatever is sent.
    let body = if status == 204 { &[] } else { body };
    let mut answer = format!("HTTP/1.1 {status} It\r\n").into_bytes();
    for line in headers.split(|byte| *byte == b'\n') {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let name = name.trim_ascii().to_ascii_lowercase();
        if line.contains(&b':') && !line.contains(&b'\r') && !FRAMING.contains(&name.as_slice()) {
            answer.extend_from_slice(line);
            answer.extend_from_slice(b"\r\n");
        }
    }
    if status != 204 {
        answer.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    answer.extend_from_slice(b"\r\n");
    answer.extend_from_slice(body);
    answer
}

impl Scene {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answer = Arc::<Mutex<Vec<u8>>>::default();
        let told = Arc::clone(&answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&told);
                thread::spawn(move || serve(stream, &told));
            }
        });
        Self {
            http: Http::new(HttpSettings::default()).expect("a client"),
            url: Url::parse(&format!("http://127.0.0.1:{port}/mcp")).expect("an address"),
            answer,
        }
    }

    fn ask(&self, asked: u8) {
        let Self { http, url, .. } = self;
        let deadline = Deadline::after(Duration::from_secs(5));
        let form = form([("grant_type", "refresh_token"), ("refresh_token", SECRET)]);
        let text = match asked % 6 {
            0 => match token_endpoint::exchange(http, url, &form, NOW, deadline) {
                Ok(set) => {
                    assert!(set.access_token.is_some() || set.refresh_token.is_some());
                    assert!(set.expires_at.is_none() || set.expires_in.is_some());
                    format!("{set:?}")
                }
                Err(error) => without_secrets(format!("{error}")),
            },
            1 => {
                let client = Client {
                    id: "client".to_owned(),
                    authentication: Authentication::Post(CLIENT_SECRET.into()),
                };
                let request = client.authenticate(form, url.as_str(), NOW);
                let request = request.expect("nothing is signed");
                match device::request_authorization(http, url, &request, NOW, deadline) {
                    Ok(authorization) => {
                        assert!(discovery::is_secure(&authorization.verification_uri));
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
                let server = discovery::ServerMetadata {
                    registration_endpoint: Some(url.clone()),
                    ..discovery::ServerMetadata::default()
                };
                match registration::register(http, &server, url, &[], NOW, deadline) {
                    Ok(registered) => registered.client_id,
                    Err(error) => format!("{error}"),
                }
            }
            4 => match resource::discover(http, url, deadline) {
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
        assert_printable("what is told", &text);
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

/// Answers every request of a connection.
fn serve(stream: TcpStream, answer: &Mutex<Vec<u8>>) {
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else {
        return;
    };
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if !matches!(reader.read_line(&mut line), Ok(1..)) {
                return;
            }
            if line == "\r\n" {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        let answer = answer.lock().expect("no panic").clone();
        if reader.read_exact(&mut body).is_err() || writer.write_all(&answer).is_err() {
            return;
        }
    }
}
