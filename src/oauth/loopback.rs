//! The end of a sign-in in a browser: a listener on this machine that the server redirects to (RFC 8252 §7.3).
//!
//! It listens on 127.0.0.1 only, answers one path, and everything else with 404. A browser that comes back waits for
//! its page until it is known how the sign-in ended, so that the page says so. Requests are bounded in size, time and
//! number: any page and any program of this machine can send some.
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

/// The longest request line: codes of some servers are kilobytes long.
const LONGEST_LINE: u64 = 16 * 1024;
/// The most that is read of a request.
const LONGEST_REQUEST: u64 = 64 * 1024;
/// How long one connection may take to say what it wants; browsers open some that never say anything.
const TALK: Duration = Duration::from_secs(10);
/// How many connections are listened to at a time.
const AT_ONCE: usize = 32;
/// How long it takes breath where a connection cannot be taken: for want of a file descriptor the next try fails at once.
const BREATH: Duration = Duration::from_millis(100);

/// Why nobody can come back here.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoopbackError {
    /// Something else listens there.
    #[error("port {port} of this machine is in use by another program")]
    PortInUse { port: u16 },
    #[error("cannot listen on this machine")]
    Io(#[from] io::Error),
}

/// A browser that came back.
pub(crate) struct Arrival {
    pub(crate) query: Zeroizing<String>,
    browser: TcpStream,
}

impl Arrival {
    /// Shows the browser its last page.
    pub(crate) fn show(mut self, page: &Page) {
        // The sign-in does not depend on whether somebody still looks.
        let _ = answer(&mut self.browser, "200 OK", &page.to_string());
    }
}

/// A listener.
pub(crate) struct Loopback {
    listener: TcpListener,
    port: u16,
}

impl Loopback {
    /// Listens on this port, or on one that is free.
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

    /// Returns the redirect URI of a port.
    pub(crate) fn redirect_uri(port: u16) -> Result<Url, LoopbackError> {
        Url::parse(&format!("http://127.0.0.1:{port}/"))
            .map_err(|error| LoopbackError::Io(io::Error::other(error)))
    }

    /// Hands on everybody who comes back, from a thread of its own, as long as somebody takes them.
    pub(crate) fn listen<T: From<Arrival> + Send + 'static>(self, arrivals: Sender<T>) {
        let talking = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in self.listener.incoming() {
                let Ok(stream) = stream else {
                    Deadline::after(BREATH).sleep(BREATH);
                    continue;
                };
                if talking.fetch_add(1, Ordering::SeqCst) >= AT_ONCE {
                    talking.fetch_sub(1, Ordering::SeqCst);
                    continue;
                }
                let (arrivals, talking) = (arrivals.clone(), Arc::clone(&talking));
                std::thread::spawn(move || {
                    // Whoever breaks off, or talks nonsense, is nobody that is waited for.
                    if let Ok(Some(arrival)) = talk(stream, self.port) {
                        let _ = arrivals.send(arrival.into());
                    }
                    talking.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
    }
}

/// Returns the arrival if the request is one; answers it if it is not.
fn talk(mut stream: TcpStream, port: u16) -> io::Result<Option<Arrival>> {
    stream.set_write_timeout(Some(TALK))?;
    let (line, host) = head(Hearing {
        stream: &stream,
        end: Deadline::after(TALK),
    })?;
    match judge(&line, &host, port) {
        Ok(query) => Ok(Some(Arrival {
            query: Zeroizing::new(query.to_owned()),
            browser: stream,
        })),
        Err((status, page)) => {
            answer(&mut stream, status, &page.to_string())?;
            Ok(None)
        }
    }
}

/// What is said on a connection, until a moment and no longer, however slowly that is.
struct Hearing<'s> {
    stream: &'s TcpStream,
    end: Deadline,
}

impl Read for Hearing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.end.is_over() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        // Zero, which would be no timeout at all, is refused there.
        self.stream.set_read_timeout(Some(self.end.remaining()))?;
        self.stream.read(buffer)
    }
}

/// Reads the request line and the `Host` header.
fn head(hearing: Hearing<'_>) -> io::Result<(Zeroizing<String>, String)> {
    let mut reader = BufReader::new(hearing).take(LONGEST_REQUEST);
    let mut first = Zeroizing::new(String::new());
    (&mut reader).take(LONGEST_LINE).read_line(&mut first)?;
    let mut host = String::new();
    loop {
        let mut line = String::new();
        if (&mut reader).take(LONGEST_LINE).read_line(&mut line)? == 0 || line.trim().is_empty() {
            return Ok((first, host));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            value.trim().clone_into(&mut host);
        }
    }
}

/// Returns the query of a browser that comes back, or what else to answer.
fn judge<'l>(line: &'l str, host: &str, port: u16) -> Result<&'l str, (&'static str, Page)> {
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next())
    else {
        return Err(("400 Bad Request", Page::nothing_here()));
    };
    // A name that somebody's DNS gives this machine is not ours.
    let is_for_us = host == format!("127.0.0.1:{port}") || host == format!("localhost:{port}");
    if !version.starts_with("HTTP/1.") || !line.ends_with('\n') || !is_for_us {
        return Err(("400 Bad Request", Page::nothing_here()));
    }
    if method != "GET" {
        return Err(("405 Method Not Allowed", Page::nothing_here()));
    }
    let query = target.strip_prefix("/?").unwrap_or_default();
    let is_answer = url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, _)| ["code", "error", "state"].contains(&&*name));
    if is_answer {
        Ok(query)
    } else {
        Err(("404 Not Found", Page::nothing_here()))
    }
}

fn answer(stream: &mut TcpStream, status: &str, page: &str) -> io::Result<()> {
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
    fn only_a_browser_that_comes_back_is_taken() {
        let status = |line: &'static str, host| judge(line, host, 9).map_err(|(status, _)| status);
        assert_eq!(
            status("GET /?code=a&state=s HTTP/1.1\r\n", OURS),
            Ok("code=a&state=s")
        );
        assert_eq!(
            status("GET /?error=x HTTP/1.0\r\n", "localhost:9"),
            Ok("error=x")
        );
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
            ("GET /?code=a HTTP/1.1", OURS, "400 Bad Request"),
            ("GET /?code=a\r\n", OURS, "400 Bad Request"),
            ("\r\n", OURS, "400 Bad Request"),
        ] {
            assert_eq!(status(line, host), Err(expected), "{line}");
        }
    }

    #[test]
    fn whoever_talks_slowly_is_not_listened_to_for_ever() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut slow = TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("a connection");
        let hear = |end| {
            head(Hearing {
                stream: &stream,
                end,
            })
        };
        // One more byte is there to read, and no time is left for it.
        slow.write_all(b"G").expect("a byte");
        let over = hear(Deadline::after(Duration::ZERO)).expect_err("no time");
        assert_eq!(over.kind(), io::ErrorKind::TimedOut);
        slow.write_all(b"ET / HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("the rest");
        let (line, host) = hear(Deadline::after(TALK)).expect("a request");
        assert_eq!((line.trim_end(), host.as_str()), ("GET / HTTP/1.1", "x"));
    }

    fn request(port: u16, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.write_all(text.as_bytes()).expect("a request");
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn a_browser_waits_for_the_page_that_says_how_it_ended() {
        let loopback = Loopback::bind(None).expect("a port");
        let port = loopback.port();
        assert!(matches!(
            Loopback::bind(Some(port)),
            Err(LoopbackError::PortInUse { port: used }) if used == port
        ));
        let (sender, arrivals) = channel::<Arrival>();
        loopback.listen(sender);
        // A connection that says nothing holds nobody up.
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
        let arrival = arrivals.recv().expect("an arrival");
        assert_eq!(*arrival.query, "code=a&state=s");
        arrival.show(&Page::signed_in("corp"));
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
