//! Helper protocols: what other programs ask, and what they are told, as bytes.
//!
//! Nothing here reads, writes or asks for a token: a command parses with one of these modules, asks the broker, and
//! renders. An answer is made whole in memory and checked before anyone writes it, for clients use whatever was printed
//! before a failure. Secret: what a request to store or erase carries, and every answer.

pub(crate) mod bazel;
mod challenge;
pub(crate) mod docker;
pub(crate) mod git;
mod origin;
pub(crate) mod plain;

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::token::{AccessToken, UnixTime};

pub(crate) use origin::{HostPattern, Origin, OriginError};

/// The longest input that is read as a request, in bytes.
pub(crate) const MAX_INPUT: usize = 1 << 20;

/// What a client wants a credential for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) origin: Origin,
    /// What git names with `useHttpPath`; the other protocols ask for a host.
    pub(crate) path: Option<String>,
    pub(crate) username: Option<String>,
    /// The authentication schemes that the server offers, in lower case and its order; empty when nobody said.
    pub(crate) challenges: Vec<String>,
    /// Whether the client can send a bearer token.
    pub(crate) takes_bearer: bool,
}

impl Request {
    /// Returns a request for nothing but an origin.
    pub(crate) fn of(origin: Origin) -> Self {
        Self {
            origin,
            path: None,
            username: None,
            challenges: Vec::new(),
            takes_bearer: false,
        }
    }
}

/// What a client is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) access_token: &'a AccessToken,
    /// The user name for clients that can only send a name and a password.
    pub(crate) username: &'a str,
    pub(crate) expires_at: Option<UnixTime>,
}

/// A secret that a server refused, as `erase` tells.
#[derive(Clone, Debug)]
pub(crate) struct Rejected(SecretString);

impl Rejected {
    /// Wraps the secret that came with `erase`.
    pub(crate) fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// Returns the refused secret, to be compared with what is stored.
    pub(crate) fn secret(&self) -> &SecretString {
        &self.0
    }

    /// Returns whether the refused secret is this token.
    pub(crate) fn is(&self, token: &AccessToken) -> bool {
        self.0.expose_secret() == token.expose()
    }
}

/// Whether the first bytes of stdin begin a request of some protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Yes,
    No,
    /// So far they may: more bytes tell, and their end means no.
    NeedsMore,
}

/// Why a request cannot be read or an answer cannot be written. Quotes no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ProtocolError {
    #[error("the request cannot be read: {why}")]
    Malformed { why: &'static str },
    #[error("the request is longer than {MAX_INPUT} bytes")]
    TooLong,
    #[error("the request is for an address that is never served: {0}")]
    NotServed(#[from] OriginError),
    #[error("the {what} holds a control character, which the answer cannot carry")]
    Unrenderable { what: &'static str },
}

fn malformed<T>(why: &'static str) -> Result<T, ProtocolError> {
    Err(ProtocolError::Malformed { why })
}

fn bounded(input: &[u8]) -> Result<&[u8], ProtocolError> {
    if input.len() > MAX_INPUT {
        return Err(ProtocolError::TooLong);
    }
    Ok(input)
}

/// Returns the value if every byte of it can stand in an answer.
fn printable<'a>(what: &'static str, value: &'a str) -> Result<&'a str, ProtocolError> {
    if value.bytes().any(|byte| byte.is_ascii_control()) {
        return Err(ProtocolError::Unrenderable { what });
    }
    Ok(value)
}

/// A JSON value as one line, wiped on drop; `room` is at least its length, so that no copy is left behind by growing.
fn json_line(value: &impl Serialize, room: usize) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    let mut line = Zeroizing::new(Vec::with_capacity(room));
    if serde_json::to_writer(&mut *line, value).is_err() {
        return Err(ProtocolError::Unrenderable { what: "answer" });
    }
    line.push(b'\n');
    Ok(line)
}
