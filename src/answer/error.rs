//! Why a request gets no answer.

use super::uncovered::Uncovered;
use crate::credential::OriginError;
use crate::localhost::LocalhostError;
use crate::protocol::format::FormatError;

/// Why no credential is handed out or saved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    /// The host that there is no profile for.
    #[error("no profile answers for {}", .0.host)]
    HostNotCovered(Box<Uncovered>),
    #[error("a token is for https only, or http on this machine; {0} is neither")]
    Insecure(String),
    /// The host, which a program named without a scheme.
    #[error("a token is for https only, or http on this machine; {0} is named without a scheme")]
    NoScheme(String),
    /// The name `localhost` in the address, over http, may be another machine.
    #[error("a token is for https only, or http on this machine; {address} is neither")]
    NotThisMachine {
        address: String,
        source: LocalhostError,
    },
    /// The API server of a cluster, over TLS that its client does not verify.
    #[error(
        "no token is given for {0}, as the kubeconfig says insecure-skip-tls-verify: anybody could be that server"
    )]
    Unverified(String),
    /// The profile that is named does not name the host.
    #[error("profile {profile} does not answer for {}", place.host)]
    HostExcluded {
        profile: String,
        place: Box<Uncovered>,
    },
    /// A variable names the host, and nothing names an account that belongs to it.
    #[error(
        "the token of Prusa's own account is not given to {host}: {variable} names that host, and {why}"
    )]
    HostWithheld {
        host: String,
        variable: &'static str,
        why: &'static str,
    },
    /// The path of the address is no place that a part of its host could be known by.
    #[error("the path of {0} can be read in two ways, and who answers on that host depends on it")]
    AmbiguousPath(String),
    /// The command line names an address, and the client that runs it another server, where the credential would go.
    #[error(
        "nothing is given out: the command line names {named}, and {variable} names {}",
        server.as_deref().unwrap_or("no address on the web")
    )]
    OtherServer {
        named: String,
        variable: &'static str,
        server: Option<String>,
    },
    /// A host of one word without a scheme, which is more likely a name.
    #[error("{word} is {}", not_an_address(*.meaning))]
    NotAnAddress {
        word: String,
        meaning: Meaning,
        verb: Verb,
    },
    #[error("not an address that this command can use")]
    BadAddress(#[source] OriginError),
    /// The access token has characters that no token has, or is empty.
    #[error("what {location} holds cannot be a token")]
    InvalidToken {
        location: String,
        profile: String,
        is_from_environment: bool,
        source: FormatError,
    },
    /// A client wants to save a credential for a host that a profile answers for.
    #[error("profile {profile} answers for {host}, so no other credential is saved for it")]
    HostHasProfile { profile: String, host: String },
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A provider: `prusa-cred login --provider NAME`.
    Provider,
    /// A profile that exists.
    Profile,
    /// A service whose accounts sign in to Prusa Account in a browser.
    BrowserAccount,
    Unknown,
}

/// What is done with the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Login,
    Get,
    Which,
}

/// Returns what a name is, in place of an address.
fn not_an_address(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Provider => "the name of a provider, not an address",
        Meaning::Profile => "the name of a profile, not an address",
        Meaning::BrowserAccount => {
            "no address: such an account signs in to Prusa Account in a browser"
        }
        Meaning::Unknown => "no address",
    }
}
