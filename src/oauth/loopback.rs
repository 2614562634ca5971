//! Loopback redirection (RFC 8252 §7.3): a small HTTP server on this machine that receives the authorization response.
//!
//! It listens on 127.0.0.1 only and answers everything but an authorization response with an error page. The browser
//! gets its page when the outcome of the sign-in is known, so that the page can say it. Requests are limited in size,
//! time and number: every web page and every program on this machine can send some.
//!
//! Secret: the query of the request, which holds the code.

mod page;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use url::Url;
use zeroize::Zeroizing;

use crate::deadline::Deadline;

pub(crate) use page::Page;

/// In bytes. The codes of some servers are kilobytes long.
const MAX_LINE: u64 = 16 * 1024;
/// In bytes: the most that is read of a request.
const MAX_REQUEST: u64 = 64 * 1024;
/// How long a connection may take to send its request; browsers open some that never send one.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECTIONS: usize = 32;
/// How long to wait after a connection could not be accepted: without a free file descriptor the next would fail at
/// once.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Why the authorization response cannot be received.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoopbackError {
    #[error("port {port} of this machine is in use by another program")]
    PortInUse { port: u16 },
    #[error("cannot listen on a port of this machine")]
    Io(#[from] io::Error),
}

/// An authorization response, and the browser that brought it.
pub(crate) struct RedirectRequest {
    /// The query: the response's parameters (RFC 6749 §4.1.2).
    pub(crate) query: Zeroizing<String>,
    browser: TcpStream,
}

impl RedirectRequest {
    /// Sends the browser its last page, with status 200. A failure is ignored.
    pub(crate) fn respond(mut self, page: &Page) {
        // The sign-in does not depend on whether the browser is still there.
        let _ = write_page(&mut self.browser, "200 OK", &page.to_string());
    }
}

/// A listener on a port of 127.0.0.1.
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// Listens on this port, or on any free one if `None`.
    ///
    /// # Errors
    ///
    /// When the port is in use, or listening fails.
    pub(crate) fn bind(port: Option<u16>) -> Result<Self, LoopbackError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let listener = listener.map_err(|error| match port {
            Some(port) if error.kind() == io::ErrorKind::AddrInUse => {
                LoopbackError::PortInUse { port }
            }
            _ => LoopbackError::Io(error),
        })?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Returns the port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the redirect URI of a port, `http://127.0.0.1:PORT/`, without `:PORT` for port 80.
    pub(crate) fn redirect_uri(port: u16) -> Result<Url, LoopbackError> {
        Url::parse(&format!("http://127.0.0.1:{port}/"))
            .map_err(|error| LoopbackError::Io(io::Error::other(error)))
    }

    /// Sends every authorization response to `receiver`, from a thread of its own, until the program ends; returns at
    /// once. Their `state` is not checked. Connections beyond `MAX_CONNECTIONS` at a time are closed unanswered.
    pub(crate) fn listen<T: From<RedirectRequest> + Send + 'static>(self, receiver: Sender<T>) {
        let connections = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in self.listener.incoming() {
                let Ok(stream) = stream else {
                    Deadline::after(ACCEPT_RETRY_PAUSE).sleep(ACCEPT_RETRY_PAUSE);
                    continue;
                };
                if connections.fetch_add(1, Ordering::SeqCst) >= MAX_CONNECTIONS {
                    connections.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let (receiver, connections) = (receiver.clone(), Arc::clone(&connections));
                std::thread::spawn(move || {
                    // A connection that ends early or sends nonsense is not the browser that is waited for.
                    if let Ok(Some(request)) = handle_connection(stream, self.port) {
                        let _ = receiver.send(request.into());
                    }
                    connections.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
    }
}

/// Returns the request if it is an authorization response, without answering it; answers any other and returns `None`.
/// Fails as `read_head`, and if the answer cannot be written.
fn handle_connection(mut stream: TcpStream, port: u16) -> io::Result<Option<RedirectRequest>> {
    stream.set_write_timeout(Some(CONNECTION_TIMEOUT))?;
    let (line, host) = read_head(DeadlineReader {
        stream: &stream,
        deadline: Deadline::after(CONNECTION_TIMEOUT),
    })?;
    match response_query(&line, &host, port) {
        Ok(query) => Ok(Some(RedirectRequest {
            query: Zeroizing::new(query.to_owned()),
            browser: stream,
        })),
        Err((status, page)) => {
            write_page(&mut stream, status, &page.to_string())?;
            Ok(None)
        }
    }
}

/// Reads from a connection until a deadline, however slowly the bytes arrive.
struct DeadlineReader<'s> {
    stream: &'s TcpStream,
    deadline: Deadline,
}

impl Read for DeadlineReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.deadline.is_over() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // The call refuses a timeout of zero, which would mean none at all.
        self.stream
            .set_read_timeout(Some(self.deadline.remaining()))?;
        self.stream.read(buffer)
    }
}

/// Returns the request line, with its line end unless it is too long, and the value of the `Host` header, empty without
/// one. Fails if reading fails or times out, or a line is not UTF-8.
fn read_head(reader: DeadlineReader<'_>) -> io::Result<(Zeroizing<String>, String)> {
    let mut reader = BufReader::new(reader).take(MAX_REQUEST);
    let mut request_line = Zeroizing::new(String::new());
    (&mut reader).take(MAX_LINE).read_line(&mut request_line)?;
    let mut host = String::new();
    loop {
        let mut line = String::new();
        if (&mut reader).take(MAX_LINE).read_line(&mut line)? == 0 || line.trim().is_empty() {
            return Ok((request_line, host));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            value.trim().clone_into(&mut host);
        }
    }
}

/// Returns the query of a request that is an authorization response, or the status (400, 404 or 405) and page to answer
/// another with. An authorization response is a GET of `/?…` over HTTP/1 with `code`, `error` or `state`, whose
/// `Host` is `127.0.0.1` or `localhost` with this port, which may be left out if it is 80.
fn response_query<'l>(
    line: &'l str,
    host: &str,
    port: u16,
) -> Result<&'l str, (&'static str, Page)> {
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Err(("400 Bad Request", Page::not_found()));
    };
    // Against DNS rebinding: another name may resolve to this machine, and is not accepted.
    // A browser leaves out the port that is the scheme's own.
    let name = match host.rsplit_once(':') {
        Some((name, given)) => (given == port.to_string()).then_some(name),
        None => (port == 80).then_some(host),
    };
    let is_our_host = matches!(name, Some("127.0.0.1" | "localhost"));
    if !version.starts_with("HTTP/1.") || !line.ends_with('\n') || !is_our_host {
        return Err(("400 Bad Request", Page::not_found()));
    }
    if method != "GET" {
        return Err(("405 Method Not Allowed", Page::not_found()));
    }
    let query = target.strip_prefix("/?").unwrap_or_default();
    let is_response = url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| ["code", "error", "state"].contains(&&*name));
    if is_response {
        Ok(query)
    } else {
        Err(("404 Not Found", Page::not_found()))
    }
}

/// Writes an HTTP response with this status and HTML page. Fails if the stream cannot be written.
fn write_page(stream: &mut TcpStream, status: &str, page: &str) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        page.len(),
        page::POLICY,
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(page.as_bytes())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const OURS: &str = "127.0.0.1:9";

    #[test]
    fn only_an_authorization_response_is_accepted() {
        let status =
            |line: &'static str, host| response_query(line, host, 9).map_err(|(status, _)| status);
        assert_eq!(
            status("GET /?code=a&state=s HTTP/1.1\r\n", OURS),
            Ok("code=a&state=s")
        );
        assert_eq!(
            status("GET /?error=x HTTP/1.0\r\n", "localhost:9"),
            Ok("error=x")
        );
        // A browser does not name the port that `http` has anyway.
        for host in ["127.0.0.1", "localhost", "127.0.0.1:80"] {
            assert_eq!(
                response_query("GET /?code=a HTTP/1.1\r\n", host, 80).ok(),
                Some("code=a")
            );
        }
        for (line, host, expected) in [
            ("GET / HTTP/1.1\r\n", OURS, "404 Not Found"),
            ("GET /?utm=1 HTTP/1.1\r\n", OURS, "404 Not Found"),
            ("GET /favicon.ico HTTP/1.1\r\n", OURS, "404 Not Found"),
            ("GET /x?code=a&state=s HTTP/1.1\r\n", OURS, "404 Not Found"),
            ("GET //?code=a&state=s HTTP/1.1\r\n", OURS, "404 Not Found"),
            ("POST /?code=a HTTP/1.1\r\n", OURS, "405 Method Not Allowed"),
            ("HEAD /?code=a HTTP/1.1\r\n", OURS, "405 Method Not Allowed"),
            (
                "GET /?code=a HTTP/1.1\r\n",
                "evil.example",
                "400 Bad Request",
            ),
            (
                "GET /?code=a HTTP/1.1\r\n",
                "127.0.0.1:8",
                "400 Bad Request",
            ),
            ("GET /?code=a HTTP/1.1\r\n", "", "400 Bad Request"),
            ("GET /?code=a HTTP/1.1\r\n", "127.0.0.1", "400 Bad Request"),
            ("GET /?code=a HTTP/1.1", OURS, "400 Bad Request"),
            ("GET /?code=a\r\n", OURS, "400 Bad Request"),
            ("\r\n", OURS, "400 Bad Request"),
        ] {
            assert_eq!(status(line, host), Err(expected), "{line}");
        }
    }

    #[test]
    fn a_slow_request_times_out() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut slow = TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("a connection");
        let read_until = |deadline| {
            read_head(DeadlineReader {
                stream: &stream,
                deadline,
            })
        };
        // One more byte is there to read, and no time is left for it.
        slow.write_all(b"G").expect("a byte");
        let error = read_until(Deadline::after(Duration::ZERO)).expect_err("no time");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        slow.write_all(b"ET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("the rest");
        let (line, host) = read_until(Deadline::after(CONNECTION_TIMEOUT)).expect("a request");
        assert_eq!((line.trim_end(), host.as_str()), ("GET / HTTP/1.1", "x"));
    }

    fn request(port: u16, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.write_all(text.as_bytes()).expect("a request");
        let mut response = String::new();
        let _ = stream.read_to_string(&mut response);
        response
    }

    #[test]
    fn the_browser_gets_the_page_of_the_outcome() {
        let loopback = Loopback::bind(None).expect("a port");
        let port = loopback.port();
        assert!(matches!(
            Loopback::bind(Some(port)),
            Err(LoopbackError::PortInUse { port: used }) if used == port
        ));
        let (sender, receiver) = channel::<RedirectRequest>();
        loopback.listen(sender);
        // A connection that sends nothing does not block the others.
        let silent = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        let host = format!("Host: 127.0.0.1:{port}\r\n\r\n");
        let lost = request(port, &format!("GET /favicon.ico HTTP/1.1\r\n{host}"));
        assert!(lost.starts_with("HTTP/1.1 404 "), "{lost}");
        let endless = request(
            port,
            &format!("GET /?code={} HTTP/1.1\r\n", "a".repeat(20_000)),
        );
        assert!(!endless.contains("200"), "{endless}");
        let get = format!("GET /?code=a&state=s HTTP/1.1\r\n{host}");
        let browser = std::thread::spawn(move || request(port, &get));
        let request = receiver.recv().expect("a response");
        assert_eq!(*request.query, "code=a&state=s");
        request.respond(&Page::signed_in("corp"));
        let shown = browser.join().expect("a page");
        assert!(shown.starts_with("HTTP/1.1 200 OK\r\n"), "{shown}");
        assert!(
            shown.contains("Content-Security-Policy: default-src 'none';"),
            "{shown}"
        );
        assert!(
            shown.contains("signed in") && !shown.contains("code=a"),
            "{shown}"
        );
        drop(silent);
    }
}
