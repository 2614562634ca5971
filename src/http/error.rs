//! Why a request got no response, with different texts for DNS, the network, TLS and a slow server.
//!
//! An error names scheme, host, port and path. A query may hold a code or a state: it is never shown.

use std::error::Error;
use std::io;

use rustls::CertificateError;
use url::Url;

use super::certificate_file::CertificateFileError;
use super::certificate_problem::CertificateProblem;
use super::proxy::{BadProxy, NamedProxy};
use super::words::{HandshakeFault, handshake_fault, proxy_words};
use crate::escape::excerpt;
use crate::localhost::LocalhostError;

/// Why a request got no response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The deadline passed first; the server may have carried out the request.
    #[error("no response from {url} in time")]
    Timeout {
        url: String,
        /// The variable that names the proxy, which may be what does not answer.
        proxy: Option<&'static str>,
    },
    /// The deadline had passed before anything was sent.
    #[error("there was no time left to send a request to {url}")]
    NotSent { url: String },
    /// There was no connection: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Unreachable { url: String, reason: String },
    /// The server's certificate is not valid or not trusted: nothing was sent.
    #[error("cannot reach {url}: TLS failed: {problem}")]
    Untrusted {
        url: String,
        problem: Box<CertificateProblem>,
    },
    /// There is no TLS with the server, for another reason: nothing was sent.
    #[error("cannot reach {url}: {reason}")]
    Handshake {
        url: String,
        reason: String,
        fault: HandshakeFault,
    },
    /// The proxy did not connect to the server: nothing was sent.
    #[error("cannot reach {url} through the proxy {proxy}: {reason}")]
    Proxy {
        url: String,
        proxy: Box<str>,
        /// The variable that names it.
        variable: &'static str,
        reason: Box<str>,
        /// What is wrong with its own certificate.
        problem: Option<Box<CertificateProblem>>,
    },
    /// A variable does not name a proxy that can be used: nothing was sent.
    #[error(transparent)]
    BadProxy(#[from] BadProxy),
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
    #[error(transparent)]
    CaFile(#[from] CertificateFileError),
    /// The client could not be created: the platform's trust store, the runtime.
    #[error("cannot set up HTTPS: {reason}")]
    Setup { reason: String },
}

impl HttpError {
    /// Returns whether another attempt may succeed soon: no time was left, there was no connection (also because of the
    /// proxy), or it was lost. Not with a certificate that is not accepted. Not after a response that cannot be read
    /// either: the next one would be like it, and a refresh token that was spent must not be sent again and again.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Timeout { .. }
            | Self::NotSent { .. }
            | Self::Unreachable { .. }
            | Self::Handshake { .. }
            | Self::Proxy { problem: None, .. }
            | Self::ConnectionLost { .. } => true,
            Self::Untrusted { .. }
            | Self::Proxy {
                problem: Some(_), ..
            }
            | Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::NotAllowed { .. }
            | Self::NotThisMachine { .. }
            | Self::CaFile(_)
            | Self::BadProxy(_)
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
    /// response, to `ConnectionLost` if there was a connection, else to `Proxy` if it is about that `proxy`,
    /// `Untrusted`, `Handshake` or `Unreachable`; a time-out to `Timeout`, a request that cannot be built to `Setup`.
    pub(super) fn from_reqwest(
        address: &Url,
        error: reqwest::Error,
        proxy: Option<&NamedProxy>,
    ) -> Self {
        let error = error.without_url();
        let url = redacted(address);
        if error.is_timeout() {
            let proxy = proxy.map(|proxy| proxy.variable);
            return Self::Timeout { url, proxy };
        }
        let reason = reason(&error);
        if error.is_builder() {
            return Self::Setup { reason };
        }
        let wants_client_certificate = tls_error(&error)
            .is_some_and(|tls| handshake_fault(tls).1 == HandshakeFault::ClientCertificate);
        // In TLS 1.3 the server says so after the handshake, in the place of a response.
        if !error.is_connect() && !wants_client_certificate {
            return if causes(&error).any(is_malformed) {
                Self::Malformed { url, reason }
            } else {
                Self::ConnectionLost { url, reason }
            };
        }
        let problem = causes(&error).find_map(certificate_problem);
        let by_proxy = proxy_words(&texts(&error));
        let is_of = |proxy: &NamedProxy| {
            let server = problem.map(CertificateProblem::server);
            server == Some(proxy.host()) && server != address.host_str()
        };
        if let Some(proxy) = proxy.filter(|it| by_proxy.is_some() || is_of(it)) {
            let has_own_reason = tls_error(&error).is_some() || system_error(&error).is_some();
            let words = by_proxy.filter(|_| !has_own_reason);
            return Self::Proxy {
                url,
                proxy: proxy.to_string().into(),
                variable: proxy.variable,
                reason: words.map_or(reason, str::to_owned).into(),
                problem: problem.map(|problem| Box::new(problem.clone())),
            };
        }
        match (problem, tls_error(&error)) {
            (Some(problem), _) => Self::Untrusted {
                url,
                problem: Box::new(problem.clone()),
            },
            (None, Some(tls)) => Self::Handshake {
                url,
                reason,
                fault: handshake_fault(tls).1,
            },
            (None, None) if is_end_of_handshake(&error) => Self::Handshake {
                url,
                reason,
                fault: HandshakeFault::Refused,
            },
            (None, None) => Self::Unreachable { url, reason },
        }
    }
}

/// Returns an address without user name, password, query and fragment.
pub(crate) fn redacted(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

/// Returns why a request failed, in a short text: its TLS error in words, else its last system error if that is about
/// the host name or a refused connection, else all its causes.
fn reason(error: &reqwest::Error) -> String {
    let is_dns = error.is_dns() || causes(error).any(|cause| cause.to_string() == "dns error");
    let text = match (tls_error(error), system_error(error)) {
        (Some(tls), _) => match causes(error).find_map(certificate_problem) {
            Some(problem) => format!("TLS failed: {problem}"),
            None => format!("TLS failed: {}", handshake_fault(tls).0),
        },
        _ if is_end_of_handshake(error) => {
            "TLS failed: the connection was closed during the handshake".to_owned()
        }
        (None, Some(system)) if is_dns => format!("its host name cannot be resolved: {system}"),
        (None, Some(system)) => match system.kind() {
            io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
            io::ErrorKind::ConnectionReset => "the connection was closed at once".to_owned(),
            _ => joined_causes(error),
        },
        _ => joined_causes(error),
    };
    excerpt(&text)
}

/// Returns the error of TLS among the causes.
fn tls_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// Returns the last error of the system among the causes.
fn system_error<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e io::Error> {
    let system = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>());
    system.last().filter(|error| error.get_ref().is_none())
}

/// Returns what is wrong with a certificate, if the cause says that.
fn certificate_problem<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e CertificateProblem> {
    match cause.downcast_ref()? {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

/// Returns whether the connection ended before TLS was set up, judged by the library's text.
fn is_end_of_handshake(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| cause.to_string() == "tls handshake eof")
}

/// Returns the texts of the error and its causes.
fn texts(error: &(dyn Error + 'static)) -> Vec<String> {
    causes(error).map(ToString::to_string).collect()
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
    fn a_tls_error_is_found_in_nested_errors() {
        let general = rustls::Error::General("handshake".to_owned());
        let wrapped = io::Error::other(io::Error::other(general.clone()));
        assert_eq!(tls_error(&wrapped), Some(&general));
        assert!(causes(&wrapped).find_map(certificate_problem).is_none());
        assert!(system_error(&wrapped).is_none());
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
