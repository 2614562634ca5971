//! HTTP for everything that talks to a server: one request, one response, one deadline for both.
//!
//! A redirect is never followed: a request may carry a secret. `https` only, or `http` to this machine. TLS is verified
//! with the platform's trust store (or `SSL_CERT_FILE`), and the certificates in an additional file (see `trust`).
//! `localhost` over http is this machine only if all its addresses are, and one of those is connected to. Proxies come
//! from the environment, and are not used for this machine's own addresses. No connection is reused: one that died
//! while a person typed would lose the response to a refresh that has spent its token.
//!
//! A response is read as leniently as browsers do: header lines that are not valid are passed over, and a body that is
//! compressed although the request asked for none of that is decompressed (`coding`). It may hold the only refresh
//! token there is.
//!
//! Secret: form fields, header values, bodies, and the query of an address. None of it is shown in `Debug` or an error.

mod authorities;
mod certificate;
mod certificate_file;
mod certificate_problem;
mod coding;
mod error;
mod lazy;
mod proxy;
mod trust;
mod web_address;
mod words;

use std::cell::OnceCell;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::cookie::Jar;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::{Builder, Runtime};
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::localhost;
use crate::token::UnixTime;
use crate::waiting;

pub(crate) use authorities::{certificate_directories, certificate_file};
pub(crate) use certificate_file::{CertificateFile, CertificateFileError};
pub(crate) use certificate_problem::Remedy;
use coding::Decoded;
pub(crate) use error::{HttpError, redacted};
pub(crate) use lazy::LazyHttp;
pub(crate) use proxy::{BadProxy, NamedProxy, exceptions};
pub(crate) use trust::has_authorities;
pub(crate) use web_address::{UnfitAddress, WebAddress};
pub(crate) use words::HandshakeFault;

/// In bytes: the most that is read of a response's body, and the most that it may be when it is decompressed.
const MAX_BODY: usize = 1024 * 1024;

/// The most header lines that are read of a response.
const MAX_HEADERS: usize = 4096;

/// The settings of a client.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpSettings {
    /// PEM certificates that are trusted in addition to the platform's: of authorities, or of the server itself.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether cookies are kept from one request to the next.
    pub(crate) cookies: bool,
}

/// A request, before it is sent.
#[derive(Clone)]
pub(crate) struct HttpRequest {
    url: Url,
    headers: Vec<(&'static str, SecretString)>,
    body: RequestBody,
    wanted: Wanted,
}

/// How much of a response is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Whole,
    /// The whole, unless it is an event stream, which may never end.
    Document,
    /// Status and headers: its body may be of any length, and may never end.
    Head,
}

#[derive(Clone)]
enum RequestBody {
    None,
    HeadersOnly,
    Form(Vec<(String, SecretString)>),
    Json(Zeroizing<Vec<u8>>),
}

impl HttpRequest {
    /// Returns a GET request.
    pub(crate) fn get(url: Url) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::None,
            wanted: Wanted::Whole,
        }
    }

    /// Returns a HEAD request, whose response has no body.
    pub(crate) fn head(url: Url) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::HeadersOnly,
            wanted: Wanted::Whole,
        }
    }

    /// Returns a POST request with a form in its body.
    pub(crate) fn post(url: Url, form: Vec<(String, SecretString)>) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::Form(form),
            wanted: Wanted::Whole,
        }
    }

    /// Returns a POST request with JSON in its body, and the header `content-type` for that.
    pub(crate) fn post_json(url: Url, json: Zeroizing<Vec<u8>>) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::Json(json),
            wanted: Wanted::Whole,
        }
    }

    /// Returns the request with one more header, beside earlier ones of the same name. A value that no header may have
    /// is an error only when the request is sent.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the request of a document: an event stream in its place, which may never end, counts as empty.
    #[must_use]
    pub(crate) fn document(mut self) -> Self {
        self.wanted = Wanted::Document;
        self
    }

    /// Returns the request whose response has no body here: it is not waited for.
    #[must_use]
    pub(crate) fn head_only(mut self) -> Self {
        self.wanted = Wanted::Head;
        self
    }

    /// Returns the same request to another address.
    #[must_use]
    pub(crate) fn to(mut self, url: Url) -> Self {
        self.url = url;
        self
    }

    /// Returns the request's address.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }
}

/// A response.
pub(crate) struct HttpResponse {
    /// The address of the request.
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Why the body is incomplete; `None` if it is complete.
    pub(crate) truncated: Option<HttpError>,
    headers: HeaderMap,
}

impl HttpResponse {
    /// Returns a header's value, the first if there are several; `None` if there is none, or that one is not printable
    /// ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the values of a header that may be there more than once, in order, as they came: a text in one, such as
    /// a realm, need not be ASCII.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let values = self.headers.get_all(name).into_iter();
        values.map(HeaderValue::as_bytes)
    }

    /// Returns whether the body is an event stream.
    fn is_event_stream(&self) -> bool {
        let content_type = self.header("content-type").unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        media_type.trim().eq_ignore_ascii_case("text/event-stream")
    }

    /// Returns the `Content-Encoding` of a body that could not be decoded (RFC 9110 §8.4), cut for a message; `None`
    /// without that header, for `identity`, and if the body was decoded.
    pub(crate) fn content_coding(&self) -> Option<String> {
        let coding = excerpt(self.header("content-encoding")?);
        (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(coding)
    }

    /// Returns the response with its body decompressed, by its `Content-Encoding`, which is then removed, or because
    /// its bytes show that they are compressed; unchanged if it cannot be. `truncated` is set if only the beginning can
    /// be had: of a body that is damaged, or larger than 1 MiB.
    fn decoded(mut self) -> Self {
        let codings: Vec<String> = self
            .header_values("content-encoding")
            .flat_map(|value| value.split(|byte| *byte == b','))
            .map(|coding| String::from_utf8_lossy(coding).trim().to_ascii_lowercase())
            .collect();
        match coding::decode(&codings, std::mem::take(&mut self.body), MAX_BODY) {
            Decoded::Unchanged(body) => self.body = body,
            Decoded::Whole(body) => {
                self.body = body;
                self.headers.remove(CONTENT_ENCODING);
            }
            Decoded::Part { body, is_too_large } => {
                self.body = body;
                let url = redacted(&self.url);
                let error = if is_too_large {
                    HttpError::TooLarge { url }
                } else {
                    let reason = "its compressed body is damaged or cut off".to_owned();
                    HttpError::Malformed { url, reason }
                };
                self.truncated = self.truncated.or(Some(error));
            }
        }
        self
    }

    /// Returns how long to wait before the next attempt, by `Retry-After` (RFC 9110 §10.2.3), which is in seconds or a
    /// date; `None` without that header, if it is neither, and instead of zero, as for a date that has passed.
    pub(crate) fn retry_after(&self, now: UnixTime) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        let wait = match value.parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => now.until(http_date(value)?),
        };
        (!wait.is_zero()).then_some(wait)
    }

    /// Returns the server's time when it responded (RFC 9110 §6.6.1), if it sends one that can be parsed.
    pub(crate) fn date(&self) -> Option<UnixTime> {
        http_date(self.header("date")?)
    }
}

/// Parses the date of an HTTP header; `None` if it is not in the format of RFC 2822.
fn http_date(text: &str) -> Option<UnixTime> {
    let date = jiff::fmt::rfc2822::parse(text.trim()).ok()?;
    Some(UnixTime::from_secs(date.timestamp().as_second()))
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "HttpResponse({} from {})",
            self.status,
            redacted(&self.url)
        )
    }
}

/// A client with its runtime. Created just before the first request: loading the trust store takes milliseconds.
pub(crate) struct Http {
    settings: HttpSettings,
    cookie_jar: Option<Arc<Jar>>,
    /// For other machines.
    proxied: OnceCell<Client>,
    /// The proxy of `proxied`.
    proxy: OnceCell<NamedProxy>,
    /// For this machine.
    direct: OnceCell<Client>,
    /// For this machine as `localhost` over http: connects to the addresses that were looked up, and to no others.
    localhost: OnceCell<Client>,
    /// `None` only while the client is dropped.
    runtime: Option<Runtime>,
}

impl Http {
    /// Returns a client. `ca_file` is read before the first request.
    ///
    /// # Errors
    ///
    /// When the runtime cannot be created.
    pub(crate) fn new(settings: HttpSettings) -> Result<Self, HttpError> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| HttpError::setup("cannot create the runtime", &error))?;
        Ok(Self {
            cookie_jar: settings.cookies.then(Arc::default),
            settings,
            proxied: OnceCell::new(),
            proxy: OnceCell::new(),
            direct: OnceCell::new(),
            localhost: OnceCell::new(),
            runtime: Some(runtime),
        })
    }

    /// Sends the request and returns the complete response, whatever its status; a redirect is a response.
    ///
    /// # Errors
    ///
    /// When there is no complete response before the deadline, or its body is larger than 1 MiB. Nothing is sent if the
    /// deadline has passed, the address is not allowed, a header has a control character, or the client cannot be set
    /// up.
    pub(crate) fn send(
        &self,
        request: HttpRequest,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let mut response = self.send_allow_truncated(request, deadline)?;
        match response.truncated.take() {
            None => Ok(response),
            Some(error) => Err(error),
        }
    }

    /// As `send`, but also returns a response whose body is incomplete, with `truncated` set: even a part of it may
    /// hold a token that must not be lost.
    ///
    /// # Errors
    ///
    /// When not even the head of a response arrives, or nothing can be sent.
    pub(crate) fn send_allow_truncated(
        &self,
        request: HttpRequest,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let HttpRequest {
            url,
            headers,
            body,
            wanted,
        } = request;
        let client = self.client_for(&url, deadline)?;
        let mut builder = match &body {
            RequestBody::None => client.get(url.clone()),
            RequestBody::HeadersOnly => client.head(url.clone()),
            RequestBody::Form(form) => {
                let fields: Vec<(&str, &str)> = form
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.expose_secret()))
                    .collect();
                client.post(url.clone()).form(&fields)
            }
            RequestBody::Json(json) => client
                .post(url.clone())
                .header("content-type", "application/json")
                .body(json.to_vec()),
        };
        for (name, value) in &headers {
            builder = builder.header(*name, secret_header(value)?);
        }
        let not_sent = || HttpError::NotSent {
            url: redacted(&url),
        };
        if deadline.is_over() {
            return Err(not_sent());
        }
        let runtime = self.runtime.as_ref().ok_or_else(not_sent)?;
        let timeout = || HttpError::Timeout {
            url: redacted(&url),
            proxy: self.proxy_for(&url).map(|proxy| proxy.variable),
        };
        let mut partial = None;
        let _waiting =
            waiting::on(|| format!("Waiting for {}", url.host_str().unwrap_or_default()));
        let failed = |error| HttpError::from_reqwest(&url, error, self.proxy_for(&url));
        let result = runtime.block_on(async {
            let response = receive(builder, &url, wanted, &failed, &mut partial);
            tokio::time::timeout(deadline.remaining(), response)
                .await
                .unwrap_or_else(|_| Err(timeout()))
        });
        match (result, partial) {
            (result, Some(response)) => {
                let truncated = result.err();
                Ok(HttpResponse {
                    truncated,
                    ..response
                }
                .decoded())
            }
            (Err(error), None) => Err(error),
            (Ok(()), None) => Err(timeout()),
        }
    }

    /// Returns the proxy that requests to this address may go through.
    fn proxy_for(&self, url: &Url) -> Option<&NamedProxy> {
        self.proxy.get().filter(|_| !is_loopback(url))
    }

    /// Returns the client for a URL: one without a proxy for this machine, else the one that uses proxies. Each is
    /// built when it is first needed; that for `localhost` over http looks the name up, before the deadline.
    ///
    /// # Errors
    ///
    /// `NotAllowed` for `http` to another machine and for other schemes; `NotThisMachine` if `localhost` is not known
    /// to be this machine; `CaFile`, `BadProxy` or `Setup` if the client cannot be built.
    fn client_for(&self, url: &Url, deadline: Deadline) -> Result<&Client, HttpError> {
        if !is_https_or_loopback(url) {
            return Err(HttpError::NotAllowed { url: redacted(url) });
        }
        let loopback = is_loopback(url);
        let cell = if is_localhost_by_http(url) {
            &self.localhost
        } else if loopback {
            &self.direct
        } else {
            &self.proxied
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = self.build(loopback, &localhost_addresses(url, deadline)?)?;
        Ok(cell.get_or_init(|| client))
    }

    /// Returns a client with these settings, without a proxy if it is for a loopback address. If there are `addresses`,
    /// it connects to them for `localhost`, without another lookup. Fails if `ca_file` or the proxy's variable cannot
    /// be used, or the client cannot be created.
    fn build(&self, loopback: bool, addresses: &[SocketAddr]) -> Result<Client, HttpError> {
        let named = match &self.settings.ca_file {
            Some(path) => CertificateFile::read_trusted(path)?.certificates,
            None => Vec::new(),
        };
        let setup = |error| HttpError::setup("cannot set up TLS", &error);
        let tls = trust::client_config(named).map_err(setup)?;
        // Some servers compress unless they are asked not to; what one compresses all the same is read in `coding`.
        let identity = (ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let mut builder = Client::builder()
            .user_agent(concat!("prusa-cred/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([identity]))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .tls_backend_preconfigured(tls)
            .no_proxy()
            // Firewalls add header lines that are not valid, and many.
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_max_headers(MAX_HEADERS);
        if !loopback && let Some(proxy) = NamedProxy::from_environment()? {
            builder = builder.proxy(proxy.for_client()?);
            let _ = self.proxy.set(proxy);
        }
        if !addresses.is_empty() {
            builder = builder.resolve_to_addrs(localhost::NAME, addresses);
        }
        if let Some(jar) = &self.cookie_jar {
            builder = builder.cookie_provider(Arc::clone(jar));
        }
        builder
            .build()
            .map_err(|error| HttpError::setup("cannot create the client", &error))
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        // A name lookup cannot be interrupted: waiting for its thread would exceed every deadline.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Returns whether the address is on this machine by its text: a loopback IP address or `localhost`, which over http is
/// looked up before it is connected to.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == localhost::NAME,
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Returns whether nobody between can read what is sent to the address: it is https, or http that stays on this
/// machine.
pub(crate) fn is_https_or_loopback(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Returns whether the address holds a user name or password.
pub(crate) fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Returns whether the address is `localhost` over http: where that leads is up to whoever resolves the name.
fn is_localhost_by_http(url: &Url) -> bool {
    url.scheme() == "http" && url.domain() == Some(localhost::NAME)
}

/// Returns the addresses of `localhost` if the URL is that over http, else none. Fails with `NotThisMachine` unless all
/// are loopback addresses and there is one before the deadline.
fn localhost_addresses(url: &Url, deadline: Deadline) -> Result<Vec<SocketAddr>, HttpError> {
    if !is_localhost_by_http(url) {
        return Ok(Vec::new());
    }
    localhost::addresses(deadline).map_err(|source| HttpError::NotThisMachine {
        url: redacted(url),
        source,
    })
}

/// Checks an address that another program is given to open, as a browser: that it is not `localhost` over http while
/// that name stands for another machine. Any other address is accepted. The other program looks the name up once more.
///
/// # Errors
///
/// `NotThisMachine`, also if the name cannot be resolved before the deadline.
pub(crate) fn check_address_to_open(url: &Url, deadline: Deadline) -> Result<(), HttpError> {
    localhost_addresses(url, deadline).map(drop)
}

/// Returns the value as a header that is left out of debug output. Fails if it contains a control character other than
/// a tab.
fn secret_header(value: &SecretString) -> Result<HeaderValue, HttpError> {
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| HttpError::Setup {
        reason: "a header's value contains a control character".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Sends the request and stores its response in `partial` as it arrives, as much of it as is wanted: `None` until its
/// headers are there, and with `url` as the address that it came from. `failed` converts the library's errors. Fails if
/// the response is not complete, or its body is longer than
/// `MAX_BODY`; `partial` then holds what arrived, at most `MAX_BODY`, and the caller sets its `truncated`.
async fn receive(
    builder: reqwest::RequestBuilder,
    url: &Url,
    wanted: Wanted,
    failed: &dyn Fn(reqwest::Error) -> HttpError,
    partial: &mut Option<HttpResponse>,
) -> Result<(), HttpError> {
    let mut response = builder.send().await.map_err(failed)?;
    // Allocated for all of it at once: growing would leave unwiped copies behind.
    let length = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let capacity = length.unwrap_or(MAX_BODY).min(MAX_BODY);
    let received = partial.insert(HttpResponse {
        url: url.clone(),
        status: response.status().as_u16(),
        body: Zeroizing::new(Vec::with_capacity(capacity)),
        truncated: None,
        headers: std::mem::take(response.headers_mut()),
    });
    match wanted {
        Wanted::Head => return Ok(()),
        Wanted::Document if received.is_event_stream() => return Ok(()),
        Wanted::Document | Wanted::Whole => {}
    }
    let body = &mut received.body;
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        let fitting = chunk.get(..MAX_BODY - body.len());
        body.extend_from_slice(fitting.unwrap_or(&chunk));
        if fitting.is_some_and(|fitting| fitting.len() < chunk.len()) {
            return Err(HttpError::TooLarge { url: redacted(url) });
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
