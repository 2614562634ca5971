//! Errors of HTTP requests.

use super::code::{Code, CodeAndHint};
use super::hint::{config_key, hint, localhost_hint};
use crate::http::{CertificateFileError, HandshakeFault, HttpError, Remedy};

/// Returns code and hint of a request without a response; there always is a hint, but for an untrusted file. `Config`
/// if the client or its certificates cannot be set up, `Denied` for an address that is not allowed, `Server` for a
/// response that is too large or no HTTP, else `Network`, for an untrusted certificate and the proxy too. `profile` is
/// for the name of the key in the hint.
pub(super) fn classify_http(error: &HttpError, profile: Option<&str>) -> CodeAndHint {
    match error {
        HttpError::NotAllowed { .. } => (Code::Denied, hint("use an https address")),
        HttpError::NotThisMachine { .. } => (Code::Denied, localhost_hint()),
        HttpError::Malformed { .. } | HttpError::TooLarge { .. } => {
            (Code::Server, hint("try again later"))
        }
        HttpError::CaFile(CertificateFileError::Unusable { .. }) => (
            Code::Config,
            Some(format!(
                "set {} to a file of certificates in PEM",
                config_key(profile, "ca_file")
            )),
        ),
        HttpError::CaFile(CertificateFileError::Untrusted(_)) => (Code::Config, None),
        HttpError::Setup { .. } => (
            Code::Config,
            hint("check that SSL_CERT_FILE, if it is set, names certificates in PEM"),
        ),
        HttpError::Untrusted { problem, .. }
        | HttpError::Proxy {
            problem: Some(problem),
            ..
        } => (
            Code::Network,
            Some(certificate_hint(
                problem.remedy(),
                problem.issuer(),
                profile,
            )),
        ),
        HttpError::Handshake { fault, .. } => (Code::Network, handshake_hint(*fault)),
        HttpError::Proxy { variable, .. } => (
            Code::Network,
            Some(format!(
                "check that {variable} names the proxy, with the user name and password that it requires, or exclude the \
                 server with NO_PROXY"
            )),
        ),
        HttpError::BadProxy(error) => (
            Code::Config,
            Some(format!(
                "set {variable} to http://HOST:PORT, https://HOST:PORT or socks5h://HOST:PORT, or run `unset {variable}`",
                variable = error.variable
            )),
        ),
        HttpError::Timeout {
            proxy: Some(variable),
            ..
        } => (
            Code::Network,
            Some(format!(
                "check that the network is up, and the proxy that {variable} names, then try again"
            )),
        ),
        _ => (
            Code::Network,
            hint("check that the network is up, then try again"),
        ),
    }
}

/// Returns how a certificate that this issuer gave can come to be accepted.
fn certificate_hint(remedy: Remedy, issuer: Option<&str>, profile: Option<&str>) -> String {
    let ca_file = config_key(profile, "ca_file");
    let issuer = issuer.unwrap_or("its issuer");
    match remedy {
        Remedy::Trust => format!(
            "check that the address is right; if {issuer} is your own or your network's, save that certificate as PEM and \
             name the file in {ca_file}, or with SSL_CERT_FILE"
        ),
        Remedy::Clock => {
            "check that this machine's clock is right; if it is, the server needs a new certificate"
                .to_owned()
        }
        Remedy::Name => {
            "check that the address has the name that the certificate is for".to_owned()
        }
        Remedy::Authorities => format!(
            "install the certificates of the system (package ca-certificates), or name a file of them in PEM with \
             SSL_CERT_FILE or in {ca_file}"
        ),
        Remedy::Variable(name) => format!(
            "set {name} to certificates in PEM, or run `unset {name}` to trust those of the system"
        ),
        Remedy::TrustItself => format!(
            "check that the address is right; if you know this certificate, save it as PEM and name the file in {ca_file}"
        ),
        Remedy::Server => {
            "check that the address is right; the server needs a new certificate".to_owned()
        }
    }
}

/// Returns what helps where TLS cannot be set up.
fn handshake_hint(fault: HandshakeFault) -> Option<String> {
    match fault {
        HandshakeFault::NotTls => hint("check the port in the address: it is not one for https"),
        HandshakeFault::ClientCertificate => hint(
            "ask the server's operator for an address that takes clients without a certificate: there is no way to give one",
        ),
        HandshakeFault::Refused => hint(
            "check that the address is right, and that no firewall or proxy stands between; the server needs TLS 1.2 or later",
        ),
    }
}
