//! Why a request got no answer, told so that DNS, the network, TLS and a slow server are different texts.
//!
//! An error names scheme, host, port and path. A query may hold a code or a state: it never shows.

use std::error::Error;
use std::io;

use url::Url;

use crate::escape::excerpt;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The deadline came first; the request may or may not have been served.
    #[error("no answer from {url} in time")]
    Timeout { url: String },
    /// The deadline had passed before anything was sent.
    #[error("there was no time left to ask {url}")]
    NoTime { url: String },
    /// There was no connection: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The server shows no certificate that is good for it here: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Untrusted { url: String, reason: String },
    /// The proxy made no way to the server: nothing was sent.
    #[error("cannot reach {url}: through the proxy: {reason}")]
    Proxy { url: String, reason: String },
    /// There was a connection, and it ended before the answer did; the request may have been served.
    #[error("the connection to {url} broke off: {reason}")]
    BrokeOff { url: String, reason: String },
    /// The answer does not end where answers do.
    #[error("the answer of {url} is too large")]
    TooLarge { url: String },
    /// Plain HTTP to another machine, or no HTTP at all.
    #[error("{url} is refused: only https is, and http to this machine")]
    NotAllowed { url: String },
    /// The certificates that are trusted beside the platform's.
    #[error("cannot use the certificates in {file}: {reason}")]
    CaFile { file: String, reason: String },
    /// No client could be made: the platform's trust store, the runtime.
    #[error("cannot set up HTTPS: {reason}")]
    Setup { reason: String },
}

impl HttpError {
    /// Returns whether a later try may go better.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::NoTime { .. }
            | Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::Proxy { .. }
            | Self::BrokeOff { .. } => true,
            Self::TooLarge { .. }
            | Self::NotAllowed { .. }
            | Self::CaFile { .. }
            | Self::Setup { .. } => false,
        }
    }

    /// Returns whether the time was up.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::NoTime { .. })
    }

    pub(super) fn setup(what: &str, error: &(dyn Error + 'static)) -> Self {
        Self::Setup {
            reason: format!("{what}: {}", chain(error)),
        }
    }

    /// Takes over the client's error, without the address that it may quote.
    pub(super) fn from_client(url: &Url, error: reqwest::Error) -> Self {
        let error = error.without_url();
        let url = redacted(url);
        if error.is_timeout() {
            return Self::Timeout { url };
        }
        let reason = reason(&error);
        if error.is_builder() {
            return Self::Setup { reason };
        }
        if !error.is_connect() {
            Self::BrokeOff { url, reason }
        } else if causes(&error).any(is_bad_certificate) {
            Self::Untrusted { url, reason }
        } else if causes(&error).any(is_of_proxy) {
            Self::Proxy { url, reason }
        } else {
            Self::Unreachable { url, reason }
        }
    }
}

/// Returns an address without user name, query and fragment.
pub(crate) fn redacted(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

fn reason(error: &reqwest::Error) -> String {
    let causes = || causes(error);
    let tls = causes().find_map(|cause| cause.downcast_ref::<rustls::Error>());
    let system = causes()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last();
    let is_dns = error.is_dns() || causes().any(|cause| cause.to_string() == "dns error");
    let text = match (tls, system) {
        (Some(tls), _) => format!("TLS failed: {tls}"),
        (None, Some(system)) if is_dns => format!("its name has no address: {system}"),
        (None, Some(system)) if system.kind() == io::ErrorKind::ConnectionRefused => {
            "connection refused".to_owned()
        }
        _ => chain(error),
    };
    excerpt(&text)
}

fn is_bad_certificate(cause: &(dyn Error + 'static)) -> bool {
    matches!(
        cause.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

fn is_of_proxy(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().starts_with("tunnel error")
}

/// Returns the error and what is behind it, outermost first.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |outer| {
        let outer = *outer;
        // `source` of an I/O error that wraps another error skips the wrapped one.
        match outer
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(wrapped) => Some(wrapped),
            None => outer.source(),
        }
    })
}

/// Returns what the error and its causes say, each once, from the general to the particular.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut said: Vec<String> = Vec::new();
    for text in causes(error).map(ToString::to_string) {
        // That a client could not send a request is no news beside the reason.
        let is_news =
            !text.starts_with("error sending request") && !text.starts_with("client error");
        if is_news && !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
    }
    excerpt(&said.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_is_not_good_is_found_however_deep_it_is() {
        let wrapped = |error: rustls::Error| io::Error::other(io::Error::other(error));
        let is_found = |error: &io::Error| causes(error).any(is_bad_certificate);
        let unknown = rustls::CertificateError::UnknownIssuer;
        assert!(is_found(&wrapped(rustls::Error::InvalidCertificate(
            unknown
        ))));
        let other = rustls::Error::General("handshake".to_owned());
        assert!(!is_found(&wrapped(other)));
    }

    #[test]
    fn a_place_holds_no_query_and_no_user() {
        let url =
            Url::parse("https://me:sekret@h.example:8443/a/b?code=sekret#sekret").expect("a URL");
        assert_eq!(redacted(&url), "https://h.example:8443/a/b");
        let plain = Url::parse("https://h.example").expect("a URL");
        assert_eq!(redacted(&plain), "https://h.example/");
    }
}
