//! The errors of TLS and of proxies in words: the libraries show the names of their variants.

use rustls::{AlertDescription, Error, InvalidMessage, PeerIncompatible};

/// Why there is no TLS with a server whose certificate was not yet a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HandshakeFault {
    /// What answers at that port does not speak TLS.
    NotTls,
    /// A version, cipher or key that both sides accept is missing.
    Refused,
    /// The server wants the certificate of a client (RFC 8446 §4.3.2), and there is none.
    ClientCertificate,
}

/// Returns why TLS failed, in words, and the kind of fault.
pub(super) fn handshake_fault(error: &Error) -> (String, HandshakeFault) {
    let refused = |text: &str| (text.to_owned(), HandshakeFault::Refused);
    match error {
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload
            | InvalidMessage::UnexpectedMessage(_),
        ) => (
            "what answers there does not speak TLS, but perhaps plain http".to_owned(),
            HandshakeFault::NotTls,
        ),
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            refused("the server speaks neither TLS 1.2 nor TLS 1.3")
        }
        Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity,
        ) => refused("the server accepts none of the ciphers and keys that it was offered"),
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            refused("the server does not know its name in the address")
        }
        Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::AccessDenied,
        ) => (
            "the server wants the certificate of a client".to_owned(),
            HandshakeFault::ClientCertificate,
        ),
        Error::InvalidCertificate(_) => refused(
            "the key of the server's certificate is too weak, of a kind that is not known here, or not the server's own",
        ),
        Error::AlertReceived(alert) => refused(&format!(
            "the server ended the handshake: {}",
            variant_in_words(alert)
        )),
        Error::NoCertificatesPresented => refused("the server has no certificate"),
        Error::PeerIncompatible(what) => refused(&format!(
            "the server and this program cannot agree: {}",
            variant_in_words(what)
        )),
        Error::PeerMisbehaved(what) => refused(&format!(
            "the server does not keep to TLS: {}",
            variant_in_words(what)
        )),
        Error::General(text) => refused(&in_words(text)),
        error => refused(&format!(
            "the server does not keep to TLS: {}",
            variant_in_words(error)
        )),
    }
}

/// Returns the name of a variant in words, without what it holds.
fn variant_in_words(variant: &dyn std::fmt::Debug) -> String {
    let text = format!("{variant:?}");
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric());
    in_words(text.get(..end.unwrap_or(text.len())).unwrap_or_default())
}

/// Returns a text in which a single word such as `NoCipherSuitesInCommon` is written as words; any other is unchanged.
pub(super) fn in_words(text: &str) -> String {
    if text.contains(|letter: char| !letter.is_ascii_alphanumeric()) {
        return text.to_owned();
    }
    let mut words = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase()
            && !words.is_empty()
            && !words.ends_with(|it: char| it.is_ascii_uppercase())
        {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Returns what a proxy did, in words, as the HTTP library says it in the texts of an error and its causes; `None` if
/// none of them is about a proxy.
pub(super) fn proxy_words(texts: &[String]) -> Option<&'static str> {
    const TABLE: [(&str, &str); 13] = [
        (
            "proxy authorization required",
            "it asks for a user name and a password (status 407)",
        ),
        (
            "tunnel error: unsuccessful",
            "it does not connect to that server",
        ),
        (
            "tunnel error: unexpected end of file",
            "it closed the connection",
        ),
        ("proxy response headers too long", "its answer is too long"),
        ("tunnel error", "it gives no connection"),
        (
            "SOCKS error: server does not support user/pass",
            "it does not take a user name and a password",
        ),
        (
            "SOCKS error: credentials not accepted",
            "it does not accept the user name and the password",
        ),
        (
            "SOCKS error: failed parsing",
            "what answers there does not speak SOCKS",
        ),
        (
            "SOCKS error: failed to create",
            "there is no connection to it",
        ),
        ("SOCKS error: io error", "it closed the connection"),
        ("SOCKS error", "it does not connect to that server"),
        (
            "error resolving for socks proxy",
            "the server's host name cannot be resolved here: `socks5h://` leaves that to the proxy",
        ),
        (
            "error connecting to socks proxy",
            "it does not connect to that server",
        ),
    ];
    let found = TABLE
        .iter()
        .find(|(text, _)| texts.iter().any(|it| it.contains(text)));
    found.map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_of_a_variant_is_shown() {
        for (error, wanted) in [
            (
                Error::InvalidMessage(InvalidMessage::InvalidContentType),
                "what answers there does not speak TLS, but perhaps plain http",
            ),
            (
                Error::AlertReceived(AlertDescription::ProtocolVersion),
                "the server speaks neither TLS 1.2 nor TLS 1.3",
            ),
            (
                Error::AlertReceived(AlertDescription::InternalError),
                "the server ended the handshake: internal error",
            ),
            (
                Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
                "the server and this program cannot agree: no cipher suites in common",
            ),
            (
                Error::InappropriateMessage {
                    expect_types: Vec::new(),
                    got_type: rustls::ContentType::Alert,
                },
                "the server does not keep to TLS: inappropriate message",
            ),
        ] {
            assert_eq!(handshake_fault(&error).0, wanted);
        }
        assert_eq!(in_words("two words"), "two words");
    }
}
