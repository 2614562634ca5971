//! Why the certificate of a server is not accepted, in words, with who issued it: a person recognises the proxy of
//! their company, or their own authority, by that name.

use std::fmt;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, Error};

use super::authorities::NoCertificates;
use super::words::in_words;
use crate::escape::excerpt;
use crate::token::UnixTime;

/// The most names of a certificate that are shown.
const MAX_NAMES: usize = 4;

/// What is wrong with a certificate. Times are in Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    UnknownIssuer,
    SelfSigned,
    /// It is that of an authority and not of a server, so it is accepted only if it is itself named.
    Authority,
    Expired(Option<i64>),
    NotYetValid(Option<i64>),
    /// It is for these names alone, of which there may be none.
    OtherName(Vec<String>),
    Revoked,
    /// This machine trusts nobody, because of a variable or not.
    NoAuthorities(Option<NoCertificates>),
    /// Anything else, as the end of the sentence that begins with the certificate.
    Other(String),
}

/// How the fault can be mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// By trusting who issued it.
    Trust,
    /// By trusting the certificate itself.
    TrustItself,
    /// By setting the clock, or a new certificate.
    Clock,
    /// By another address.
    Name,
    /// By installing the certificates of authorities.
    Authorities,
    /// By correcting this variable.
    Variable(&'static str),
    /// By the server alone.
    Server,
}

/// A certificate that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateProblem {
    fault: Fault,
    issuer: Option<String>,
    /// The name that it should be for.
    server: String,
}

impl Fault {
    /// Converts what the TLS library or the platform says of a certificate, which is its own issuer or not.
    pub(super) fn of(error: &Error, is_self_issued: bool) -> Self {
        let Error::InvalidCertificate(error) = error else {
            return Self::Other(format!("was not accepted: {error}"));
        };
        let seconds = |time: rustls::pki_types::UnixTime| i64::try_from(time.as_secs()).ok();
        match error {
            CertificateError::UnknownIssuer if is_self_issued => Self::SelfSigned,
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Expired => Self::Expired(None),
            CertificateError::ExpiredContext { not_after, .. } => {
                Self::Expired(seconds(*not_after))
            }
            CertificateError::NotValidYet => Self::NotYetValid(None),
            CertificateError::NotValidYetContext { not_before, .. } => {
                Self::NotYetValid(seconds(*not_before))
            }
            CertificateError::NotValidForName => Self::OtherName(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                Self::OtherName(presented.iter().map(|name| plain_name(name)).collect())
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::BadEncoding => Self::Other("cannot be read".to_owned()),
            CertificateError::BadSignature => {
                Self::Other("has a signature that is not its issuer's".to_owned())
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::Other("is not one for servers".to_owned())
            }
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                Self::Other(
                    "is signed in a way that is no longer safe, or not known here".to_owned(),
                )
            }
            CertificateError::UnhandledCriticalExtension => {
                Self::Other("demands what is not known here".to_owned())
            }
            CertificateError::Other(other) => match Self::of_platform(&other.to_string()) {
                Self::Authority if is_self_issued => Self::SelfSigned,
                fault => fault,
            },
            _ => Self::Other("could not be checked".to_owned()),
        }
    }

    /// Converts what a library below says in one text, which may be the name of a variant.
    fn of_platform(text: &str) -> Self {
        match text {
            "CaUsedAsEndEntity" => Self::Authority,
            "UnsupportedCertVersion" => {
                Self::Other("is of a version that is not accepted here".to_owned())
            }
            "NameConstraintViolation" => {
                Self::Other("has a name that its authority may not issue for".to_owned())
            }
            text => Self::Other(format!("was not accepted: {}", in_words(text))),
        }
    }
}

/// Returns a name as the TLS library describes it, such as `DnsName("h.example")`, without the description.
fn plain_name(described: &str) -> String {
    let quoted = described
        .split_once('"')
        .and_then(|(_, rest)| rest.rsplit_once('"'));
    let bracketed = || {
        described
            .split_once('(')
            .and_then(|(_, rest)| rest.rsplit_once(')'))
    };
    let name = quoted
        .or_else(bracketed)
        .map_or(described, |(name, _)| name);
    excerpt(name)
}

impl CertificateProblem {
    /// Returns what is wrong with the certificate that this issuer gave to the server.
    pub(super) fn new(fault: Fault, issuer: Option<String>, server: &ServerName<'_>) -> Self {
        Self {
            fault,
            issuer,
            server: server.to_str().into_owned(),
        }
    }

    /// Returns the name of the server, or of the proxy, whose certificate it is.
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// Returns how it can be mended.
    pub(crate) fn remedy(&self) -> Remedy {
        match &self.fault {
            Fault::UnknownIssuer => Remedy::Trust,
            Fault::SelfSigned | Fault::Authority | Fault::Other(_) => Remedy::TrustItself,
            Fault::Expired(_) | Fault::NotYetValid(_) => Remedy::Clock,
            Fault::OtherName(_) => Remedy::Name,
            Fault::NoAuthorities(None) => Remedy::Authorities,
            Fault::NoAuthorities(Some(error)) => Remedy::Variable(error.variable),
            Fault::Revoked => Remedy::Server,
        }
    }

    /// Returns who issued the certificate, if it says so.
    pub(crate) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }
}

impl std::error::Error for CertificateProblem {}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuer = self.issuer.as_deref().unwrap_or("an issuer without a name");
        let certificate = format!("its certificate, issued by {issuer},");
        match &self.fault {
            Fault::UnknownIssuer => {
                write!(
                    f,
                    "its certificate was issued by {issuer}, which is not trusted here"
                )
            }
            Fault::SelfSigned => write!(
                f,
                "its certificate is signed by itself ({issuer}), and not trusted here"
            ),
            Fault::Authority => write!(
                f,
                "{certificate} is that of an authority and not of a server"
            ),
            Fault::Expired(at) => write!(f, "{certificate} expired{}", date(" at ", *at)),
            Fault::NotYetValid(from) => {
                write!(
                    f,
                    "{certificate} is not valid yet{}",
                    date(", but from ", *from)
                )
            }
            Fault::OtherName(names) if names.is_empty() => {
                write!(f, "{certificate} is not for {}", self.server)
            }
            Fault::OtherName(names) => {
                let shown: Vec<_> = names.iter().take(MAX_NAMES).map(String::as_str).collect();
                let more = if names.len() > MAX_NAMES {
                    " and others"
                } else {
                    ""
                };
                write!(
                    f,
                    "{certificate} is for {}{more}, and not for {}",
                    shown.join(", "),
                    self.server
                )
            }
            Fault::Revoked => write!(f, "{certificate} was revoked"),
            Fault::NoAuthorities(Some(error)) => write!(
                f,
                "{error}; so its certificate, issued by {issuer}, is not trusted"
            ),
            Fault::NoAuthorities(None) => write!(
                f,
                "no certificates of authorities were found on this machine, so its certificate, issued by {issuer}, is not trusted"
            ),
            Fault::Other(what) => write!(f, "{certificate} {what}"),
        }
    }
}

/// Returns the time after some words; nothing if it is not known.
fn date(words: &str, seconds: Option<i64>) -> String {
    let time = seconds.and_then(|seconds| UnixTime::from_secs(seconds).rfc3339());
    time.map_or_else(String::new, |time| format!("{words}{time}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: CertificateError, is_self_issued: bool) -> String {
        let fault = Fault::of(&Error::InvalidCertificate(error), is_self_issued);
        let server = ServerName::try_from("h.example").expect("a name");
        CertificateProblem::new(fault, Some("Corp CA".to_owned()), &server).to_string()
    }

    #[test]
    fn every_fault_is_told_in_words_with_the_issuer() {
        use CertificateError as E;
        let time = |seconds| {
            rustls::pki_types::UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))
        };
        let other = |text: &str| {
            E::Other(rustls::OtherError(std::sync::Arc::from(Box::<
                dyn std::error::Error + Send + Sync,
            >::from(
                text
            ))))
        };
        for (error, wanted) in [
            (
                E::UnknownIssuer,
                "its certificate was issued by Corp CA, which is not trusted here",
            ),
            (
                E::ExpiredContext {
                    time: time(9),
                    not_after: time(7),
                },
                "its certificate, issued by Corp CA, expired at 1970-01-01T00:00:07Z",
            ),
            (E::Expired, "its certificate, issued by Corp CA, expired"),
            (
                E::NotValidYetContext {
                    time: time(7),
                    not_before: time(9),
                },
                "its certificate, issued by Corp CA, is not valid yet, but from 1970-01-01T00:00:09Z",
            ),
            (
                E::NotValidForNameContext {
                    expected: ServerName::try_from("h.example").expect("a name"),
                    presented: vec![
                        "DnsName(\"a.example\")".to_owned(),
                        "IpAddress(127.0.0.1)".to_owned(),
                    ],
                },
                "its certificate, issued by Corp CA, is for a.example, 127.0.0.1, and not for h.example",
            ),
            (
                E::NotValidForName,
                "its certificate, issued by Corp CA, is not for h.example",
            ),
            (
                E::Revoked,
                "its certificate, issued by Corp CA, was revoked",
            ),
            (
                E::BadEncoding,
                "its certificate, issued by Corp CA, cannot be read",
            ),
            (
                other("CaUsedAsEndEntity"),
                "its certificate, issued by Corp CA, is that of an authority and not of a server",
            ),
            (
                other("PathLenConstraintViolated"),
                "its certificate, issued by Corp CA, was not accepted: path len constraint violated",
            ),
        ] {
            assert_eq!(told(error, false), wanted);
        }
        assert_eq!(
            told(E::UnknownIssuer, true),
            "its certificate is signed by itself (Corp CA), and not trusted here"
        );
    }
}
