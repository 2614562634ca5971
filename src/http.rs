//! HTTP for everything that talks to a server: one request, one answer, one deadline around both.
//!
//! A redirect is never followed: a request may carry a secret. `https` only, or `http` to this machine. TLS is verified
//! with the platform's trust store (`SSL_CERT_FILE` holds), and a CA file beside it. Proxies come from the environment,
//! and never stand before this machine. No connection is kept for later: one that died while a person typed would
//! leave a spent refresh token without its answer.
//!
//! Secret: form fields, header values, bodies, and the query of an address. None of it shows in `Debug` or an error.

mod error;
mod lazy;

use std::cell::OnceCell;
use std::fmt;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::cookie::Jar;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::runtime::{Builder, Runtime};
use url::{Host, Url};
use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::platform;
use crate::token::UnixTime;

pub(crate) use error::{HttpError, redacted};
pub(crate) use lazy::LazyHttp;

/// The most that is read of an answer.
const LARGEST_BODY: usize = 1024 * 1024;

/// No bundle of certificates is larger.
const LARGEST_CA_FILE: u64 = 16 * 1024 * 1024;

/// What differs from one client to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpSettings {
    /// PEM certificates that are trusted beside the platform's.
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
        }
    }

    /// Returns a HEAD request: how a server is, without anything of it.
    pub(crate) fn head(url: Url) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::HeadersOnly,
        }
    }

    /// Returns a POST request with a form in its body.
    pub(crate) fn post(url: Url, form: Vec<(String, SecretString)>) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::Form(form),
        }
    }

    /// Returns a POST request with JSON in its body.
    pub(crate) fn post_json(url: Url, json: Zeroizing<Vec<u8>>) -> Self {
        Self {
            url,
            headers: Vec::new(),
            body: RequestBody::Json(json),
        }
    }

    /// Returns the request with one more header.
    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the same request to another address.
    #[must_use]
    pub(crate) fn to(mut self, url: Url) -> Self {
        self.url = url;
        self
    }

    /// Returns where the request goes.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }
}

/// An answer.
pub(crate) struct HttpResponse {
    pub(crate) url: Url,
    pub(crate) status: u16,
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// Why the body is not all that the server meant to send; `None` where it is.
    pub(crate) cut_short: Option<HttpError>,
    headers: HeaderMap,
}

impl HttpResponse {
    /// Returns a header's value, if it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the values of a header that may be there more than once.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.headers.get_all(name).into_iter();
        values.filter_map(|value| value.to_str().ok())
    }

    /// Returns the coding of a body that was coded although none was asked for (RFC 9110 §8.4).
    pub(crate) fn coding(&self) -> Option<String> {
        let coding = excerpt(self.header("content-encoding")?);
        (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(coding)
    }

    /// Returns how long `Retry-After` (RFC 9110 §10.2.3) wants the next try to wait: seconds, or until a date; `None`
    /// where that is no time at all.
    pub(crate) fn retry_after(&self, now: UnixTime) -> Option<Duration> {
        let value = self.header("retry-after")?.trim();
        let wait = match value.parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => now.until(http_date(value)?),
        };
        (!wait.is_zero()).then_some(wait)
    }

    /// Returns what the server's clock showed when it answered (RFC 9110 §6.6.1), if it tells.
    pub(crate) fn date(&self) -> Option<UnixTime> {
        http_date(self.header("date")?)
    }
}

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

/// A client with its runtime. Made when a request is near: loading the trust store takes milliseconds.
pub(crate) struct Http {
    settings: HttpSettings,
    jar: Option<Arc<Jar>>,
    through_proxies: OnceCell<Client>,
    direct: OnceCell<Client>,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Http {
    /// Returns a client.
    ///
    /// # Errors
    ///
    /// When the system refuses what a runtime needs.
    pub(crate) fn new(settings: HttpSettings) -> Result<Self, HttpError> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| HttpError::setup("no runtime", &error))?;
        Ok(Self {
            jar: settings.cookies.then(Arc::default),
            settings,
            through_proxies: OnceCell::new(),
            direct: OnceCell::new(),
            runtime: Some(runtime),
        })
    }

    /// Sends the request and returns the whole answer, whatever its status; a redirect is an answer.
    ///
    /// # Errors
    ///
    /// When there is no answer, or none that ends within 1 MiB, before the deadline.
    pub(crate) fn send(
        &self,
        request: HttpRequest,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let mut response = self.send_allow_truncated(request, deadline)?;
        match response.cut_short.take() {
            None => Ok(response),
            Some(error) => Err(error),
        }
    }

    /// As `send`, for answers of which a part may be worth everything: one whose body did not come to its end is returned
    /// as well, with what of it came and why that is not all.
    ///
    /// # Errors
    ///
    /// When there is not even the beginning of an answer.
    pub(crate) fn send_allow_truncated(
        &self,
        request: HttpRequest,
        deadline: Deadline,
    ) -> Result<HttpResponse, HttpError> {
        let HttpRequest { url, headers, body } = request;
        let client = self.client_for(&url)?;
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
        let no_time = || HttpError::NoTime {
            url: redacted(&url),
        };
        if deadline.is_over() {
            return Err(no_time());
        }
        let runtime = self.runtime.as_ref().ok_or_else(no_time)?;
        let timeout = || HttpError::Timeout {
            url: redacted(&url),
        };
        let mut come = None;
        let received = runtime.block_on(async {
            tokio::time::timeout(deadline.remaining(), receive(builder, &url, &mut come))
                .await
                .unwrap_or_else(|_| Err(timeout()))
        });
        match (received, come) {
            (received, Some(response)) => Ok(HttpResponse {
                cut_short: received.err(),
                ..response
            }),
            (Err(error), None) => Err(error),
            (Ok(()), None) => Err(timeout()),
        }
    }

    fn client_for(&self, url: &Url) -> Result<&Client, HttpError> {
        let loopback = is_loopback(url);
        if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
            return Err(HttpError::NotAllowed { url: redacted(url) });
        }
        let cell = if loopback {
            &self.direct
        } else {
            &self.through_proxies
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = self.build(loopback)?;
        Ok(cell.get_or_init(|| client))
    }

    fn build(&self, loopback: bool) -> Result<Client, HttpError> {
        // Whoever installed one before us chose the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Nothing here reads a compressed answer, and some servers compress unless they are asked not to.
        let plain = (ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let mut builder = Client::builder()
            .user_agent(concat!("prusa-cred/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([plain]))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .pool_max_idle_per_host(0);
        if loopback {
            builder = builder.no_proxy();
        }
        if let Some(jar) = &self.jar {
            builder = builder.cookie_provider(Arc::clone(jar));
        }
        if let Some(path) = &self.settings.ca_file {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        builder
            .build()
            .map_err(|error| HttpError::setup("no client", &error))
    }
}

impl Drop for Http {
    fn drop(&mut self) {
        // A name lookup cannot be interrupted: waiting for its thread would outlive every deadline.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Returns how many certificates a PEM file holds, at least one.
///
/// # Errors
///
/// When it cannot be read, is something else, or holds none.
pub(crate) fn count_certificates(path: &Path) -> Result<usize, HttpError> {
    certificates(path).map(|certificates| certificates.len())
}

fn certificates(path: &Path) -> Result<Vec<reqwest::Certificate>, HttpError> {
    let unusable = |reason| HttpError::CaFile {
        file: path.display().to_string(),
        reason,
    };
    let pem = read_bounded(path).map_err(|error| unusable(error.to_string()))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&pem)
        .map_err(|_| unusable("it is not PEM".to_owned()))?;
    if certificates.is_empty() {
        return Err(unusable("it holds no certificate".to_owned()));
    }
    Ok(certificates)
}

/// Reads a regular file: what a FIFO or a device would give may never end.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let file = platform::open_for_reading(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        let what = platform::describe_file_type(metadata.file_type());
        return Err(io::Error::other(format!("it is {what}")));
    }
    if metadata.len() > LARGEST_CA_FILE {
        return Err(io::Error::other("it is too large"));
    }
    let mut content = Vec::new();
    file.take(LARGEST_CA_FILE).read_to_end(&mut content)?;
    Ok(content)
}

/// Returns whether the address is of this machine, whatever anybody's DNS says.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn secret_header(value: &SecretString) -> Result<HeaderValue, HttpError> {
    let mut value = HeaderValue::from_str(value.expose_secret()).map_err(|_| HttpError::Setup {
        reason: "a header would hold a control character".to_owned(),
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Puts the answer into `come` as it comes.
async fn receive(
    builder: reqwest::RequestBuilder,
    url: &Url,
    come: &mut Option<HttpResponse>,
) -> Result<(), HttpError> {
    let failed = |error| HttpError::from_client(url, error);
    let mut response = builder.send().await.map_err(failed)?;
    // Room for all of it at once: growing would leave copies behind that nobody wipes.
    let expected = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let room = expected.unwrap_or(LARGEST_BODY).min(LARGEST_BODY);
    let HttpResponse { body, .. } = come.insert(HttpResponse {
        url: url.clone(),
        status: response.status().as_u16(),
        body: Zeroizing::new(Vec::with_capacity(room)),
        cut_short: None,
        headers: std::mem::take(response.headers_mut()),
    });
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        let fitting = chunk.get(..LARGEST_BODY - body.len());
        body.extend_from_slice(fitting.unwrap_or(&chunk));
        if fitting.is_some_and(|fitting| fitting.len() < chunk.len()) {
            return Err(HttpError::TooLarge { url: redacted(url) });
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
