//! Errors of HTTP requests.

use super::code::{Code, CodeAndHint};
use super::hint::{config_key, hint, localhost_hint};
use crate::http::HttpError;

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
        HttpError::CaFile { .. } => (
            Code::Config,
            Some(format!(
                "set {} to a file of certificates in PEM",
                config_key(profile, "ca_file")
            )),
        ),
        HttpError::UntrustedCaFile(_) => (Code::Config, None),
        HttpError::Setup { .. } => (
            Code::Config,
            hint("check that SSL_CERT_FILE, if it is set, names certificates in PEM"),
        ),
        HttpError::Untrusted { .. } => (
            Code::Network,
            Some(format!(
                "check that the address and this machine's clock are right; to trust your own network's certificates, \
                 name them in {}, or with SSL_CERT_FILE",
                config_key(profile, "ca_file")
            )),
        ),
        HttpError::Proxy { .. } => (
            Code::Network,
            hint(
                "check that HTTPS_PROXY or ALL_PROXY names the proxy, with the user name and password that it requires, or exclude the server with NO_PROXY",
            ),
        ),
        _ => (
            Code::Network,
            hint("check that the network is up, then try again"),
        ),
    }
}
