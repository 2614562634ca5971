//! Loopback redirection (RFC 8252 §7.3): a small HTTP server on this machine that receives the authorization response.
//!
//! It listens on the loopback addresses of its redirect URI only and answers everything but the response that is waited
//! for with an error page. The browser gets its page when the outcome of the sign-in is known, so that the page can say
//! it. Every web page and every program on this machine can send requests, so they are limited in size, time and
//! number, and nothing in them is shown or believed but in the response that is waited for.
//!
//! Secret: the query of the request, which holds the code.

mod page;
mod unread;

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::localhost;
use crate::profile::RedirectUri;
use unread::Unread;

pub(crate) use page::Page;

/// In bytes. The codes of some servers are kilobytes long. Of a longer header only the beginning counts.
const MAX_LINE: u64 = 16 * 1024;
/// In bytes: the longest head of a request. The cookies of other servers on this machine are sent here too.
const MAX_HEAD: u64 = 256 * 1024;
/// How long a connection may take to send its request; browsers open some that never send one.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// How many requests are read at a time.
const MAX_CONNECTIONS: usize = 64;
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

/// What came to the redirect URI.
pub(crate) enum LoopbackEvent {
    /// The response that is waited for.
    Response(RedirectRequest),
    /// A response to something else, which was answered and forgotten.
    Ignored,
}

impl RedirectRequest {
    /// Sends the browser its last page, with status 200. A failure is ignored.
    pub(crate) fn respond(mut self, page: &Page) {
        // The sign-in does not depend on whether the browser is still there.
        let _ = write_page(&mut self.browser, "200 OK", &page.to_string());
    }
}

/// How many free ports are tried, until one is free at every loopback address.
const PORT_TRIES: usize = 16;

/// Listeners on a port of this machine.
pub(crate) struct Loopback {
    listeners: Vec<TcpListener>,
    /// With its port.
    redirect_uri: RedirectUri,
}

impl Loopback {
    /// Listens where the redirect URI leads, on any free port if it has none: for `localhost` on both loopback
    /// addresses, as a browser may take either, or on the first alone on a machine without the other.
    ///
    /// # Errors
    ///
    /// When the port is in use at one of them, or listening fails.
    pub(crate) fn bind(redirect_uri: &RedirectUri) -> Result<Self, LoopbackError> {
        let mut bound = Self::bind_once(redirect_uri);
        for _ in 1..PORT_TRIES {
            let is_taken = matches!(bound, Err(LoopbackError::PortInUse { .. }));
            if !is_taken || redirect_uri.port().is_some() {
                break;
            }
            bound = Self::bind_once(redirect_uri);
        }
        bound
    }

    /// As `bind`, but with the first free port of the first address alone.
    fn bind_once(redirect_uri: &RedirectUri) -> Result<Self, LoopbackError> {
        let mut port = redirect_uri.port();
        let mut listeners = Vec::new();
        for address in redirect_uri.addresses() {
            match listen_at(*address, port) {
                Ok(listener) => {
                    port = Some(listener.local_addr()?.port());
                    listeners.push(listener);
                }
                Err(LoopbackError::Io(_)) if !listeners.is_empty() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            listeners,
            redirect_uri: redirect_uri.with_port(port.unwrap_or_default()),
        })
    }

    /// Returns the redirect URI, with its port.
    pub(crate) fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// Sends the authorization response that is waited for to `receiver`, from threads of their own, until the program
    /// ends; returns at once. `is_response` tells by the query whether it is that one. Another is answered with a page
    /// and forgotten, and the first of them is told to `receiver`. Of more than `MAX_CONNECTIONS` unread requests at a
    /// time the oldest is dropped.
    pub(crate) fn listen<T: From<LoopbackEvent> + Send + 'static>(
        self,
        receiver: &Sender<T>,
        is_response: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) {
        let visitors = Arc::new(Visitors {
            redirect_uri: self.redirect_uri,
            is_response: Box::new(is_response),
            unread: Unread::new(MAX_CONNECTIONS),
            has_told: AtomicBool::new(false),
        });
        for listener in self.listeners {
            let (receiver, visitors) = (receiver.clone(), Arc::clone(&visitors));
            std::thread::spawn(move || serve(&listener, &receiver, &visitors));
        }
    }
}

/// Listens on a port of this address, on any free one if `None`. Fails if it is in use, or listening fails.
fn listen_at(address: IpAddr, port: Option<u16>) -> Result<TcpListener, LoopbackError> {
    TcpListener::bind((address, port.unwrap_or(0))).map_err(|error| match port {
        Some(port) if error.kind() == io::ErrorKind::AddrInUse => LoopbackError::PortInUse { port },
        _ => LoopbackError::Io(error),
    })
}

/// Receives what comes to a listener, each connection in a thread of its own, until the program ends.
fn serve<T: From<LoopbackEvent> + Send + 'static>(
    listener: &TcpListener,
    receiver: &Sender<T>,
    visitors: &Arc<Visitors>,
) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            Deadline::after(ACCEPT_RETRY_PAUSE).sleep(ACCEPT_RETRY_PAUSE);
            continue;
        };
        let (receiver, visitors) = (receiver.clone(), Arc::clone(visitors));
        // Without a thread for it the connection is dropped; the next may get one.
        let _ = std::thread::Builder::new().spawn(move || {
            // A connection that ends early or sends nonsense is not the browser that is waited for.
            if let Ok(Some(event)) = visitors.receive(stream) {
                let _ = receiver.send(event.into());
            }
        });
    }
}

/// What is known of everybody who connects.
struct Visitors {
    redirect_uri: RedirectUri,
    is_response: Box<dyn Fn(&str) -> bool + Send + Sync>,
    unread: Unread,
    /// Whether a response to something else has been told.
    has_told: AtomicBool,
}

impl Visitors {
    /// Reads a request. Returns it, without answering it, if it is the response that is waited for; answers any other,
    /// and returns `Ignored` for the first that looks like a response, `None` for the rest. Fails as `read_head`, and
    /// if the connection cannot be used.
    fn receive(&self, mut stream: TcpStream) -> io::Result<Option<LoopbackEvent>> {
        stream.set_write_timeout(Some(CONNECTION_TIMEOUT))?;
        let number = self.unread.add(&stream)?;
        let head = read_head(DeadlineReader {
            stream: &stream,
            deadline: Deadline::after(CONNECTION_TIMEOUT),
        });
        self.unread.remove(number);
        let head = head?;
        match response_query(&head, &self.redirect_uri) {
            Ok(query) if (self.is_response)(query) => {
                let query = Zeroizing::new(query.to_owned());
                Ok(Some(LoopbackEvent::Response(RedirectRequest {
                    query,
                    browser: stream,
                })))
            }
            Ok(_) => {
                write_page(&mut stream, "400 Bad Request", &Page::ignored().to_string())?;
                let is_first = !self.has_told.swap(true, Ordering::SeqCst);
                Ok(is_first.then_some(LoopbackEvent::Ignored))
            }
            Err((status, page)) => {
                write_page(&mut stream, status, &page.to_string())?;
                Ok(None)
            }
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

/// The part of a request's head that counts.
struct Head {
    /// Without its line end.
    request_line: Zeroizing<String>,
    /// The value of the `Host` header; `None` if there is none or more than one.
    host: Option<String>,
}

/// Reads the head of a request. Fails if reading fails or times out, the head is too long or ends early, or its first
/// line is too long or not UTF-8.
fn read_head(reader: DeadlineReader<'_>) -> io::Result<Head> {
    let mut reader = BufReader::new(reader).take(MAX_HEAD);
    let mut request_line = Zeroizing::new(String::new());
    (&mut reader).take(MAX_LINE).read_line(&mut request_line)?;
    if request_line.pop() != Some('\n') {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut hosts = Vec::new();
    let mut is_line_start = true;
    loop {
        let mut line = Vec::new();
        if (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if is_line_start && matches!(line.as_slice(), b"\n" | b"\r\n") {
            break;
        }
        if is_line_start {
            hosts.extend(host_header(&line));
        }
        // What follows in a line that is too long is no header.
        is_line_start = line.ends_with(b"\n");
    }
    let host = hosts.pop().filter(|_| hosts.is_empty());
    Ok(Head { request_line, host })
}

/// Returns the value of a header line if it is `Host`.
fn host_header(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line);
    let (name, value) = line.split_once(':')?;
    name.eq_ignore_ascii_case("host")
        .then(|| value.trim().to_owned())
}

/// Returns the query of a request that is an authorization response, or the status (400, 404 or 405) and page to answer
/// another with. An authorization response is a GET of the redirect URI's path over HTTP/1 with `code`, `error` or
/// `state`, whose `Host` is a loopback address or `localhost` with its port, which may be left out if it is 80.
fn response_query<'h>(
    head: &'h Head,
    redirect_uri: &RedirectUri,
) -> Result<&'h str, (&'static str, Page)> {
    let port = redirect_uri.port().unwrap_or_default();
    let mut words = head.request_line.split_ascii_whitespace();
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Err(("400 Bad Request", Page::not_found()));
    };
    // Against DNS rebinding: another name may resolve to this machine, and is not accepted.
    // A browser leaves out the port that is the scheme's own.
    let host = head.host.as_deref();
    let name = match host.and_then(|host| host.rsplit_once(':')) {
        Some((name, given)) if !given.ends_with(']') => (given == port.to_string()).then_some(name),
        _ => host.filter(|_| port == 80),
    };
    let is_our_host = matches!(name, Some("127.0.0.1" | "[::1]" | localhost::NAME));
    if !version.starts_with("HTTP/1.") || !is_our_host {
        return Err(("400 Bad Request", Page::not_found()));
    }
    if method != "GET" {
        return Err(("405 Method Not Allowed", Page::not_found()));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = if path == redirect_uri.path() {
        query
    } else {
        ""
    };
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
    use std::net::Ipv4Addr;
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    const OURS: &str = "127.0.0.1:9";

    #[test]
    fn only_an_authorization_response_is_accepted() {
        let query = |line: &str, host: &str, port| {
            let head = Head {
                request_line: Zeroizing::new(line.to_owned()),
                host: Some(host.to_owned()).filter(|host| !host.is_empty()),
            };
            let uri = RedirectUri::default().with_port(port);
            let query = response_query(&head, &uri).map(str::to_owned);
            query.map_err(|(status, _)| status)
        };
        let found = |query: &str| Ok(query.to_owned());
        assert_eq!(
            query("GET /?code=a&state=s HTTP/1.1\r", OURS, 9),
            found("code=a&state=s")
        );
        assert_eq!(
            query("GET /?error=x HTTP/1.0", "localhost:9", 9),
            found("error=x")
        );
        // A browser does not name the port that `http` has anyway.
        for host in ["127.0.0.1", "localhost", "127.0.0.1:80"] {
            assert_eq!(query("GET /?code=a HTTP/1.1", host, 80), found("code=a"));
        }
        for (line, host, expected) in [
            ("GET / HTTP/1.1", OURS, "404 Not Found"),
            ("GET /?utm=1 HTTP/1.1", OURS, "404 Not Found"),
            ("GET /favicon.ico HTTP/1.1", OURS, "404 Not Found"),
            ("GET /x?code=a&state=s HTTP/1.1", OURS, "404 Not Found"),
            ("GET //?code=a&state=s HTTP/1.1", OURS, "404 Not Found"),
            ("POST /?code=a HTTP/1.1", OURS, "405 Method Not Allowed"),
            ("HEAD /?code=a HTTP/1.1", OURS, "405 Method Not Allowed"),
            ("GET /?code=a HTTP/1.1", "evil.example", "400 Bad Request"),
            ("GET /?code=a HTTP/1.1", "127.0.0.1:8", "400 Bad Request"),
            ("GET /?code=a HTTP/1.1", "", "400 Bad Request"),
            ("GET /?code=a HTTP/1.1", "127.0.0.1", "400 Bad Request"),
            ("GET /?code=a", OURS, "400 Bad Request"),
            ("", OURS, "400 Bad Request"),
        ] {
            assert_eq!(query(line, host, 9), Err(expected), "{line}");
        }
    }

    #[test]
    fn the_response_comes_to_the_path_that_is_registered() {
        let uri = RedirectUri::parse("http://localhost:80/a/cb?x=1").expect("a redirect URI");
        let query = |target: &str, host: &str| {
            let head = Head {
                request_line: Zeroizing::new(format!("GET {target} HTTP/1.1")),
                host: Some(host.to_owned()),
            };
            let query = response_query(&head, &uri).map(str::to_owned);
            query.map_err(|(status, _)| status)
        };
        for host in ["localhost", "127.0.0.1:80", "[::1]", "[::1]:80"] {
            assert_eq!(query("/a/cb?x=1&code=a", host), Ok("x=1&code=a".to_owned()));
        }
        for target in [
            "/?code=a",
            "/a/cb/?code=a",
            "/a?code=a",
            "/a/cbx?code=a",
            "/a/cb",
        ] {
            assert_eq!(query(target, "localhost"), Err("404 Not Found"), "{target}");
        }
        assert_eq!(query("/a/cb?code=a", "[::2]"), Err("400 Bad Request"));
    }

    #[test]
    fn localhost_is_listened_to_at_both_addresses() {
        let uri = RedirectUri::parse("http://localhost/cb").expect("a redirect URI");
        let loopback = Loopback::bind(&uri).expect("a port");
        let port = loopback.redirect_uri().port().expect("a port");
        assert_eq!(
            loopback.redirect_uri().as_str(),
            format!("http://localhost:{port}/cb")
        );
        let mut addresses = vec!["127.0.0.1"];
        // A machine may have no IPv6.
        addresses.extend((loopback.listeners.len() == 2).then_some("::1"));
        let (sender, receiver) = channel();
        loopback.listen(&sender, |query| query.ends_with("state=s"));
        for address in addresses {
            let mut stream = TcpStream::connect((address, port)).expect("a connection");
            let text = format!("GET /cb?code=a&state=s HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
            stream.write_all(text.as_bytes()).expect("a request");
            let Ok(LoopbackEvent::Response(request)) = receiver.recv() else {
                panic!("no response");
            };
            assert_eq!(*request.query, "code=a&state=s");
        }
    }

    /// Returns what is read of a head that a client sends, before it sends no more.
    fn read(head: &str) -> io::Result<(String, Option<String>)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("a connection");
        let head = head.to_owned();
        let sender = std::thread::spawn(move || {
            // The reader may have had enough before the end.
            let _ = client.write_all(head.as_bytes());
            let _ = client.shutdown(std::net::Shutdown::Write);
            client
        });
        let head = read_head(DeadlineReader {
            stream: &stream,
            deadline: Deadline::after(CONNECTION_TIMEOUT),
        });
        drop(stream);
        let _client = sender.join().expect("a client");
        head.map(|head| (head.request_line.trim_end().to_owned(), head.host))
    }

    #[test]
    fn a_head_counts_only_when_it_is_complete_and_names_one_host() {
        let longest = usize::try_from(MAX_LINE).expect("a length");
        let long = "x".repeat(longest - "A: ".len());
        for (text, host) in [
            (
                "GET / HTTP/1.1\r\nHost: h:1\r\n\r\n".to_owned(),
                Some("h:1"),
            ),
            ("GET / HTTP/1.1\nhOST:h\n\n".to_owned(), Some("h")),
            ("GET / HTTP/1.1\r\n\r\n".to_owned(), None),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".to_owned(),
                None,
            ),
            // What a web page puts behind the longest line is no header; nor does it hide the one that follows.
            (
                format!("GET / HTTP/1.1\r\nA: {long}Host: a\r\nHost: b\r\n\r\n"),
                Some("b"),
            ),
            (
                format!("GET / HTTP/1.1\r\nA: {long}\r\nHost: b\r\n\r\n"),
                Some("b"),
            ),
        ] {
            let (line, found) = read(&text).expect("a head");
            assert_eq!((line.as_str(), found.as_deref()), ("GET / HTTP/1.1", host));
        }
        for text in [
            String::new(),
            "GET /?code=a".to_owned(),
            "GET / HTTP/1.1\r\nHost: a\r\n".to_owned(),
            format!("GET /?code={long} HTTP/1.1\r\nHost: a\r\n\r\n"),
            format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(1 << 16)),
        ] {
            assert!(read(&text).is_err(), "{text:.40}");
        }
    }

    #[test]
    fn a_slow_request_times_out() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut slow = TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("a connection");
        // A byte is there to read, and no time is left for it.
        slow.write_all(b"G").expect("a byte");
        let read = read_head(DeadlineReader {
            stream: &stream,
            deadline: Deadline::after(Duration::ZERO),
        });
        assert_eq!(
            read.err().map(|error| error.kind()),
            Some(io::ErrorKind::TimedOut)
        );
    }

    /// Listens for the state `s`, and returns the port and what is received.
    fn listening() -> (u16, Receiver<LoopbackEvent>) {
        let loopback = Loopback::bind(&RedirectUri::default()).expect("a port");
        let port = loopback.redirect_uri().port().expect("a port");
        assert!(matches!(
            Loopback::bind(loopback.redirect_uri()),
            Err(LoopbackError::PortInUse { port: used }) if used == port
        ));
        let (sender, receiver) = channel();
        loopback.listen(&sender, |query| query.ends_with("state=s"));
        (port, receiver)
    }

    fn request(port: u16, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.write_all(text.as_bytes()).expect("a request");
        let mut response = String::new();
        let _ = stream.read_to_string(&mut response);
        response
    }

    fn get(port: u16, target: &str) -> String {
        request(
            port,
            &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
        )
    }

    #[test]
    fn strangers_get_a_page_and_the_browser_that_of_the_outcome() {
        let (port, receiver) = listening();
        assert!(get(port, "/favicon.ico").starts_with("HTTP/1.1 404 "));
        for target in [
            "/?error=S3NTRY",
            "/?code=S3NTRY&state=t",
            "/?error=S3NTRY&state=t",
        ] {
            let ignored = get(port, target);
            assert!(ignored.starts_with("HTTP/1.1 400 "), "{ignored}");
            assert!(
                ignored.contains("not the answer") && !ignored.contains("S3NTRY"),
                "{ignored}"
            );
        }
        // Told once, so that what comes next is the response.
        assert!(matches!(receiver.recv(), Ok(LoopbackEvent::Ignored)));
        let endless = request(
            port,
            &format!("GET /?code={} HTTP/1.1\r\n", "a".repeat(20_000)),
        );
        assert!(!endless.contains("200"), "{endless}");
        let browser = std::thread::spawn(move || get(port, "/?code=a&state=s"));
        let Ok(LoopbackEvent::Response(request)) = receiver.recv() else {
            panic!("no response");
        };
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
    }

    #[test]
    fn idle_connections_do_not_keep_the_browser_out() {
        let (port, receiver) = listening();
        let idle: Vec<_> = (0..200)
            .map(|number| {
                let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
                if number % 2 == 0 {
                    // The connection may have been dropped already.
                    let _ = stream.write_all(b"GET /?code=a&state=s HT");
                }
                stream
            })
            .collect();
        let browser = std::thread::spawn(move || get(port, "/?code=a&state=s"));
        let Ok(LoopbackEvent::Response(request)) = receiver.recv() else {
            panic!("no response");
        };
        request.respond(&Page::signed_in("corp"));
        assert!(browser.join().expect("a page").contains("signed in"));
        drop(idle);
    }
}
