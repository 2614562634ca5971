use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::*;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) form: Vec<(String, String)>,
}

impl Seen {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.form.iter();
        fields.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }

    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, target) = (words.next()?, words.next()?);
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(Ok(0), |n| n.parse())
            .ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self {
            method,
            target,
            headers,
            form: url::form_urlencoded::parse(&body).into_owned().collect(),
        })
    }
}

/// A server on this machine that lives as long as the test process.
pub(crate) struct Server {
    pub(crate) url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers each request with what `answer` makes of it.
    pub(crate) fn start(answer: impl Fn(&Seen) -> String + Send + 'static) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let url = serve(move |mut stream| {
            let Some(request) = Seen::read(&stream) else {
                return;
            };
            record
                .lock()
                .expect("no test panics here")
                .push(request.clone());
            let _ = stream.write_all(answer(&request).as_bytes());
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panics here").clone()
    }
}

/// Returns a response with a body.
pub(crate) fn reply(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
}

fn serve(talk: impl Fn(TcpStream) + Send + 'static) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(talk));
    Url::parse(&format!("http://127.0.0.1:{port}/p?code=sekret")).expect("a URL")
}

fn wait_for_the_client_to_leave(mut stream: &TcpStream) {
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
}

fn get(url: &Url, timeout: Duration) -> Result<HttpResponse, HttpError> {
    let http = Http::new(HttpSettings::default()).expect("a client");
    http.send(HttpRequest::get(url.clone()), Deadline::after(timeout))
}

/// Long enough to create a client.
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_form_is_sent_and_its_response_returned() {
    let server = Server::start(|_| reply(400, "X-Mine: 1\r\n", "body"));
    let http = Http::new(HttpSettings::default()).expect("a client");
    let form = vec![("a b".to_owned(), SecretString::from("c&d=é"))];
    let request = HttpRequest::post(server.url.clone(), form).header("referer", "r");
    let response = http
        .send(request, Deadline::after(LONG))
        .expect("an answer");
    assert_eq!(
        (response.status, response.body.as_slice()),
        (400, &b"body"[..])
    );
    assert_eq!(response.header("x-mine"), Some("1"));
    let seen = server.seen().remove(0);
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.field("a b"), Some("c&d=é"));
    assert_eq!(seen.headers["referer"], "r");
    assert!(seen.headers["user-agent"].starts_with("prusa-cred/"));
    assert_eq!(seen.headers["accept-encoding"], "identity");
}

#[test]
fn cookies_are_kept_only_if_the_settings_say_so() {
    for cookies in [true, false] {
        let server = Server::start(|_| reply(200, "Set-Cookie: a=1; Path=/\r\n", ""));
        let http = Http::new(HttpSettings {
            cookies,
            ..HttpSettings::default()
        })
        .expect("a client");
        for _ in 0..2 {
            let request = HttpRequest::get(server.url.clone());
            http.send(request, Deadline::after(LONG))
                .expect("an answer");
        }
        let second = server.seen().remove(1);
        assert_eq!(second.headers.contains_key("cookie"), cookies);
    }
}

#[test]
fn a_redirect_is_returned_and_not_followed() {
    let server = Server::start(|_| reply(302, "Location: /elsewhere\r\n", ""));
    let response = get(&server.url, LONG).expect("an answer");
    assert_eq!(
        (response.status, response.header("location")),
        (302, Some("/elsewhere"))
    );
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_server_without_a_response_times_out() {
    let url = serve(|stream| wait_for_the_client_to_leave(&stream));
    let error = get(&url, SHORT).expect_err("no answer");
    assert!(matches!(error, HttpError::Timeout { .. }), "{error}");
    assert!(!error.to_string().contains("sekret"), "{error}");
}

#[test]
fn nothing_is_sent_after_the_deadline() {
    let server = Server::start(|_| reply(200, "", ""));
    let error = get(&server.url, Duration::ZERO).expect_err("no answer");
    assert!(matches!(error, HttpError::NotSent { .. }), "{error}");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_stalled_body_times_out() {
    let url = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
        wait_for_the_client_to_leave(&stream);
    });
    let error = get(&url, SHORT).expect_err("no answer");
    assert!(matches!(error, HttpError::Timeout { .. }), "{error}");
}

#[test]
fn an_endless_body_is_too_large() {
    let url = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'a'; 4096]).is_ok() {}
    });
    let error = get(&url, LONG).expect_err("no answer");
    assert!(matches!(error, HttpError::TooLarge { .. }), "{error}");
}

/// Returns the body of a response with this head, to which `content-length` is added.
fn body_under(head: &'static [u8]) -> Result<Vec<u8>, HttpError> {
    let url = serve(move |mut stream| {
        let _ = Seen::read(&stream);
        let lines = [head, b"Content-Length: 4\r\nConnection: close\r\n\r\nbody"].concat();
        let _ = stream.write_all(&lines);
    });
    get(&url, LONG).map(|response| response.body.to_vec())
}

#[test]
fn header_lines_that_are_not_valid_are_passed_over() {
    for head in [
        &b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x01b\r\n"[..],
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\x7fb\r\n",
        b"HTTP/1.1 200 OK\r\nX-Odd Header: 1\r\n",
        b"HTTP/1.1 200 OK\r\nX-Odd : 1\r\n",
        b"HTTP/1.1 200 OK\r\n: nameless\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n",
        b"HTTP/1.1 200 OK\r\n\xff\xfe: 1\r\n",
        b"HTTP/1.1 200 OK\r\nX(Odd): 1\r\n",
        b"HTTP/1.1 200 OK\r\nX-Folded: 1\r\n  2\r\n\t3\r\n",
        b"HTTP/1.1 200 OK\nX-Bare: 1\n",
        b"HTTP/1.1 200\r\n",
        b"HTTP/1.0 200 \xe4\r\n",
    ] {
        let told = String::from_utf8_lossy(head);
        assert_eq!(body_under(head).expect(&told), b"body", "{told}");
    }
}

#[test]
fn hundreds_of_header_lines_are_read() {
    let url = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let lines = "Set-Cookie: a=b; path=/\r\n".repeat(2000);
        let _ = stream.write_all(reply(200, &lines, "body").as_bytes());
    });
    let response = get(&url, LONG).expect("an answer");
    assert_eq!(response.body.as_slice(), b"body");
}

#[test]
fn a_head_that_is_no_http_is_not_requested_again() {
    for head in [
        &b"HTTP/1.1 200 OK\r\nX: a\0b\r\n"[..],
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n",
        b"HTTP/1.1 2x0 OK\r\n",
        b"ICY 200 OK\r\n",
    ] {
        let told = String::from_utf8_lossy(head);
        let error = body_under(head).expect_err(&told);
        assert!(
            matches!(error, HttpError::Malformed { .. }),
            "{told}: {error}"
        );
        assert!(error.outcome_unknown() && !error.is_transient(), "{told}");
    }
}

#[test]
fn a_compressed_body_is_decompressed_and_a_bomb_is_too_large() {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    for (text, is_too_large) in [(b"body".to_vec(), false), (vec![b'a'; 9 * MAX_BODY], true)] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&text).expect("memory");
        let zipped = encoder.finish().expect("memory");
        let url = serve(move |mut stream| {
            let _ = Seen::read(&stream);
            let head = "HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(&[head.as_bytes(), &zipped].concat());
        });
        match get(&url, LONG) {
            Ok(response) if !is_too_large => {
                assert_eq!(response.body.as_slice(), text);
                assert_eq!(response.content_coding(), None);
            }
            Err(HttpError::TooLarge { .. }) if is_too_large => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_endless_response_head_is_an_error() {
    let url = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream
            .write_all(b"X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n")
            .is_ok()
        {}
    });
    let error = get(&url, LONG).expect_err("no answer");
    assert!(matches!(error, HttpError::Malformed { .. }), "{error}");
}

#[test]
fn a_connection_lost_in_the_body_has_its_own_error() {
    let url = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    });
    let error = get(&url, LONG).expect_err("no answer");
    assert!(matches!(error, HttpError::ConnectionLost { .. }), "{error}");
    assert!(
        !format!("{error} {error:?}").contains("sekret"),
        "{error:?}"
    );
}

#[test]
fn a_truncated_response_can_be_read() {
    let partial = |url: &Url, timeout| {
        let http = Http::new(HttpSettings::default()).expect("a client");
        http.send_allow_truncated(HttpRequest::get(url.clone()), Deadline::after(timeout))
    };
    let begin = |stream: &mut TcpStream| {
        let _ = Seen::read(stream);
        let _ = stream.write_all(b"HTTP/1.1 201 X\r\nContent-Length: 9\r\nX-Mine: 1\r\n\r\nabc");
    };
    let lost = partial(&serve(move |mut stream| begin(&mut stream)), LONG);
    let stalled = serve(move |mut stream| {
        begin(&mut stream);
        wait_for_the_client_to_leave(&stream);
    });
    let stalled = partial(&stalled, Duration::from_secs(1));
    let large = serve(|mut stream| {
        let _ = Seen::read(&stream);
        let _ = stream.write_all(b"HTTP/1.1 201 X\r\nX-Mine: 1\r\n\r\nabc");
        while stream.write_all(&[b'a'; 4096]).is_ok() {}
    });
    let large = partial(&large, LONG);
    for (response, length) in [(lost, 3), (stalled, 3), (large, MAX_BODY)] {
        let response = response.expect("a beginning");
        assert_eq!(response.status, 201);
        assert_eq!(response.header("x-mine"), Some("1"));
        assert!(response.body.starts_with(b"abc"));
        assert_eq!(response.body.len(), length, "{:?}", response.truncated);
        assert!(response.truncated.is_some());
    }
    let closed = serve(drop);
    assert!(partial(&closed, LONG).is_err());
}

#[test]
fn a_closed_port_and_failed_tls_have_different_texts() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let closed = Url::parse(&format!("http://127.0.0.1:{port}/?code=sekret")).expect("a URL");
    assert_eq!(
        get(&closed, LONG).expect_err("no answer").to_string(),
        format!("cannot reach http://127.0.0.1:{port}/: connection refused")
    );
    let mut plain = serve(|stream| {
        let mut first = [0; 1];
        let _ = (&stream).read(&mut first);
        let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    plain.set_scheme("https").expect("https");
    let error = get(&plain, LONG).expect_err("no answer").to_string();
    assert!(error.contains(": TLS failed: "), "{error}");
}

#[test]
fn plain_http_is_allowed_to_this_machine_only() {
    for refused in [
        "http://h.example/?code=sekret",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "file:///etc",
    ] {
        let error = get(&Url::parse(refused).expect("a URL"), LONG).expect_err("refused");
        assert!(matches!(error, HttpError::NotAllowed { .. }), "{error}");
        assert!(!error.to_string().contains("sekret"), "{error}");
    }
    for own in ["http://localhost:1/", "http://127.8.9.1/", "http://[::1]/"] {
        assert!(is_loopback(&Url::parse(own).expect("a URL")), "{own}");
    }
    for other in [
        "http://localhost.example/",
        "http://[::2]/",
        "http://128.0.0.1/",
    ] {
        assert!(!is_loopback(&Url::parse(other).expect("a URL")), "{other}");
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let wait = |value: &str| {
        let header = format!("Retry-After: {value}\r\n");
        let server = Server::start(move |_| reply(429, &header, ""));
        let response = get(&server.url, LONG).expect("an answer");
        response
            .retry_after(UnixTime::from_secs(784_111_700))
            .map(|wait| wait.as_secs())
    };
    assert_eq!(wait("7"), Some(7));
    assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(77));
    assert_eq!(wait("Sun, 06 Nov 1994 08:00:00 GMT"), None);
    assert_eq!(wait("0"), None);
    assert_eq!(wait("soon"), None);
    assert_eq!(wait("-1"), None);
}

#[test]
fn a_ca_file_without_a_certificate_is_named_in_the_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("ca.pem");
    let setup = |path: PathBuf| {
        let http = Http::new(HttpSettings {
            ca_file: Some(path),
            cookies: false,
        })
        .expect("a client");
        let url = Url::parse("https://127.0.0.1:1/").expect("a URL");
        http.send(HttpRequest::get(url), Deadline::after(LONG))
            .expect_err("no client")
            .to_string()
    };
    let missing = setup(path.clone());
    assert!(
        missing.contains("ca.pem: ") && !missing.contains("not PEM"),
        "{missing}"
    );
    std::io::copy(
        &mut &b"not a certificate"[..],
        &mut std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .expect("a file"),
    )
    .expect("written");
    assert!(setup(path).contains("it is not PEM"));
}
