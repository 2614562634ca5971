//! Why a request got no response, with different texts for DNS, the network, TLS and a slow server.
//!
//! An error names scheme, host, port and path. A query may hold a code or a state: it is never shown.

use std::error::Error;
use std::io;

use url::Url;

use crate::escape::excerpt;
use crate::localhost::LocalhostError;
use crate::trusted_file::UntrustedFile;

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The deadline passed first; the server may have carried out the request.
    #[error("no response from {url} in time")]
    Timeout { url: String },
    /// The deadline had passed before anything was sent.
    #[error("there was no time left to send a request to {url}")]
    NotSent { url: String },
    /// There was no connection: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The server's certificate is not valid or not trusted: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Untrusted { url: String, reason: String },
    /// The proxy did not connect to the server: nothing was sent.
    #[error("cannot reach {url} through the proxy: {reason}")]
    Proxy { url: String, reason: String },
    /// The connection was lost before the end of the response; the server may have carried out the request.
    #[error("the connection to {url} was lost: {reason}")]
    ConnectionLost { url: String, reason: String },
    /// There is a response that is not HTTP; the server has carried out the request, for all that is known.
    #[error("the response of {url} cannot be read: {reason}")]
    Malformed { url: String, reason: String },
    /// The response is larger than is read here.
    #[error("the response of {url} is too large")]
    TooLarge { url: String },
    /// Plain HTTP to another machine, or another scheme.
    #[error("{url} is not allowed: it has to be https, or http to this machine")]
    NotAllowed { url: String },
    /// Plain HTTP to `localhost`, which is not known to be this machine: nothing was sent.
    #[error("{url} is not allowed: it is http, and not known to be this machine")]
    NotThisMachine { url: String, source: LocalhostError },
    /// The file of additional certificates.
    #[error("cannot use the certificates in {file}: {reason}")]
    CaFile { file: String, reason: String },
    /// Whoever may write the file decides which servers are trusted.
    #[error(transparent)]
    UntrustedCaFile(#[from] UntrustedFile),
    /// The client could not be created: the platform's trust store, the runtime.
    #[error("cannot set up HTTPS: {reason}")]
    Setup { reason: String },
}

impl HttpError {
    /// Returns whether a later attempt may succeed: no time was left, there was no connection (also because of the
    /// proxy or an untrusted certificate), or it was lost. Not after a response that cannot be read: the next one
    /// would be like it, and a refresh token that was spent must not be sent again and again.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::NotSent { .. }
            | Self::Unreachable { .. }
            | Self::Untrusted { .. }
            | Self::Proxy { .. }
            | Self::ConnectionLost { .. } => true,
            Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::NotAllowed { .. }
            | Self::NotThisMachine { .. }
            | Self::CaFile { .. }
            | Self::UntrustedCaFile(_)
            | Self::Setup { .. } => false,
        }
    }

    /// Returns whether the deadline passed.
    pub(crate) fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::NotSent { .. })
    }

    /// Returns whether the server may have carried out the request.
    pub(crate) fn outcome_unknown(&self) -> bool {
        matches!(
            self,
            Self::Timeout { .. }
                | Self::ConnectionLost { .. }
                | Self::Malformed { .. }
                | Self::TooLarge { .. }
        )
    }

    /// Returns the error of a client that could not be created; `what` says what failed.
    pub(super) fn setup(what: &str, error: &(dyn Error + 'static)) -> Self {
        Self::Setup {
            reason: format!("{what}: {}", joined_causes(error)),
        }
    }

    /// Converts the HTTP library's error, without the address that it may quote: to `Malformed` if there was a
    /// response, to `ConnectionLost` if there was a connection, else to `Untrusted`, `Proxy` or `Unreachable`; a
    /// time-out to `Timeout`, a request that cannot be built to `Setup`.
    pub(super) fn from_reqwest(url: &Url, error: reqwest::Error) -> Self {
        let error = error.without_url();
        let url = redacted(url);
        if error.is_timeout() {
            return Self::Timeout { url };
        }
        let reason = reason(&error);
        if error.is_builder() {
            return Self::Setup { reason };
        }
        if !error.is_connect() && causes(&error).any(is_malformed) {
            Self::Malformed { url, reason }
        } else if !error.is_connect() {
            Self::ConnectionLost { url, reason }
        } else if causes(&error).any(is_bad_certificate) {
            Self::Untrusted { url, reason }
        } else if causes(&error).any(is_proxy_error) {
            Self::Proxy { url, reason }
        } else {
            Self::Unreachable { url, reason }
        }
    }
}

/// Returns an address without user name, password, query and fragment.
pub(crate) fn redacted(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// Returns why a request failed, in a short text: its TLS error, else its last system error if that is about the host
/// name or a refused connection, else all its causes.
fn reason(error: &reqwest::Error) -> String {
    let causes = || causes(error);
    let tls = causes().find_map(|cause| cause.downcast_ref::<rustls::Error>());
    let system = causes()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last();
    let is_dns = error.is_dns() || causes().any(|cause| cause.to_string() == "dns error");
    let text = match (tls, system) {
        (Some(tls), _) => format!("TLS failed: {tls}"),
        (None, Some(system)) if is_dns => format!("its host name cannot be resolved: {system}"),
        (None, Some(system)) if system.kind() == io::ErrorKind::ConnectionRefused => {
            "connection refused".to_owned()
        }
        _ => joined_causes(error),
    };
    excerpt(&text)
}

/// Returns whether the cause is a server's certificate that is invalid or missing.
fn is_bad_certificate(cause: &(dyn Error + 'static)) -> bool {
    matches!(
        cause.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

/// Returns whether the cause is that the proxy could not make a tunnel, judged by its text.
fn is_proxy_error(cause: &(dyn Error + 'static)) -> bool {
    cause.to_string().starts_with("tunnel error")
}

/// Returns whether the cause is that the head of a response is not HTTP, judged by its text.
fn is_malformed(cause: &(dyn Error + 'static)) -> bool {
    let text = cause.to_string();
    text == "message head is too large" || text.contains(" parsed")
}

/// Returns the error and its causes, outermost first.
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

/// Returns the texts of the error and its causes, from the general to the particular, in one line of at most 200
/// characters: without repetitions, and without those that only say that there was an error.
fn joined_causes(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    for text in causes(error).map(ToString::to_string) {
        // These two say no more than that there was an error.
        let is_informative =
            !text.starts_with("error sending request") && !text.starts_with("client error");
        if is_informative && !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
    }
    excerpt(&texts.join(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_certificate_is_found_in_nested_errors() {
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
    fn a_redacted_address_has_no_query_and_no_user() {
        let url =
            Url::parse("https://me:sekret@h.example:8443/a/b?code=sekret#sekret").expect("a URL");
        assert_eq!(redacted(&url), "https://h.example:8443/a/b");
        let plain = Url::parse("https://h.example").expect("a URL");
        assert_eq!(redacted(&plain), "https://h.example/");
    }
}
