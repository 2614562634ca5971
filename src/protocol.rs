//! Helper protocols: what other programs ask, and what they are told, as bytes.
//!
//! Nothing here reads, writes or asks for a token: a command parses with one of these modules, asks the broker, and
//! renders. An answer is made whole in memory and checked before anyone writes it, for clients use whatever was printed
//! before a failure. Secret: what a request to store or erase carries, and every answer.

pub(crate) mod bazel;
pub(crate) mod cargo;
pub(crate) mod docker;
pub(crate) mod format;
pub(crate) mod git;
pub(crate) mod goauth;
pub(crate) mod google;
pub(crate) mod keyring;
pub(crate) mod kube;
pub(crate) mod terraform;

use std::time::Duration;

use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::credential::{Credential, OriginError, RenderError, Secret, check_printable};
use crate::token::UnixTime;

/// The longest input that is read as a request, in bytes.
pub(crate) const MAX_INPUT: usize = 1 << 20;

/// Makes an enum of the list below.
macro_rules! protocols {
    ($($(#[doc = $help:literal])+ $variant:ident, $name:literal, $link:expr;)+) => {
        /// A protocol in which another program runs this one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Protocol {
            $($(#[doc = $help])+ $variant,)+
        }

        impl Protocol {
            /// Every protocol, in the order of the help text.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name of its command.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns what its command does: the lines of the comment in the list, each with the space that it begins
            /// with. The first is a summary, the second is empty.
            pub(crate) fn help(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($help),+],)+
                }
            }

            /// Returns the name of a link that runs the program as this helper, or the prefix of such names, which ends
            /// in a hyphen; `None` if the protocol has none.
            fn link(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => $link,)+
                }
            }
        }
    };
}

// The list: the command's help text and name, and the name of a link that selects it; one that ends in a hyphen is a
// prefix of such names.
protocols! {
    /// Speak git's credential helper protocol
    ///
    /// For `git config credential.helper`; git adds the verb. A link named git-credential-prusa-cred does the same.
    Git, "git", Some("git-credential-");
    /// Speak docker's credential helper protocol
    ///
    /// docker runs it under the name docker-credential-prusa-cred, which a link to this program gives it.
    Docker, "docker", Some("docker-credential-");
    /// Speak Bazel's credential helper protocol
    ///
    /// Bazel runs a program without arguments of its own: name a link to this one, bazel-credential-prusa-cred.
    Bazel, "bazel", Some("bazel-credential-");
    /// Speak cargo's credential provider protocol
    ///
    /// cargo runs it as `prusa-cred --cargo-plugin`: name prusa-cred as credential-provider in its configuration, with
    /// options such as --profile after it if needed.
    Cargo, "cargo", None;
    /// Print a token as kubectl and other Kubernetes clients ask for one
    ///
    /// For `users[].user.exec` of a kubeconfig. With provideClusterInfo the server picks the profile, and only a server
    /// that a profile names gets its token, and none whose certificate kubectl is told not to verify.
    Kube, "kube", None;
    /// Speak Terraform's credentials helper protocol
    ///
    /// Terraform runs it under the name terraform-credentials-prusa-cred, from its own directory of plugins.
    Terraform, "terraform", Some("terraform-credentials-");
    /// Print headers as go asks for them
    ///
    /// For GOAUTH. Without a URL the tokens that are still valid are printed; with one, a token is renewed if needed.
    GoAuth, "goauth", None;
    /// Print a token as Google's libraries ask for one
    ///
    /// For `credential_source.executable` of external-account credentials: the identity token of the profile, or an
    /// access token that is a JWT.
    Google, "google", None;
    /// Answer pip and uv in place of the keyring command
    ///
    /// They run a program of the name keyring, which a link to this one gives it. They ask for an index by its address
    /// and then by its host alone, which is answered for this machine only: an index elsewhere has to be at https.
    Keyring, "keyring", Some("keyring");
}

impl Protocol {
    /// Returns what its command does, in a line.
    pub(crate) fn about(self) -> &'static str {
        self.help().first().map_or("", |line| line.trim())
    }

    /// Returns whether a scheme is the name under which a protocol's own tokens are saved, apart from passwords. No
    /// client has such addresses: one that names a scheme itself, as git and docker, is not to reach them.
    pub(crate) fn is_namespace(scheme: &str) -> bool {
        [Self::Cargo, Self::Terraform]
            .iter()
            .any(|protocol| scheme.eq_ignore_ascii_case(protocol.name()))
    }

    /// Returns the protocol that this program speaks when it is run by this name, which has no folder and no extension:
    /// any name that begins with `git-credential-`, for example, is git's. Case does not count.
    pub(crate) fn of_link(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let is_called = |protocol: &&Self| {
            protocol
                .link()
                .is_some_and(|it| name == it || (it.ends_with('-') && name.starts_with(it)))
        };
        Self::ALL.iter().find(is_called).copied()
    }
}

/// Whether the first bytes of stdin begin a request of some protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Recognition {
    Yes,
    No,
    /// Undecided: more bytes are needed. If the input ends here, the answer is no.
    NeedsMore,
}

/// Why a request cannot be read or an answer cannot be written. Quotes no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum ProtocolError {
    #[error("the request cannot be read: {why}")]
    Malformed { why: &'static str },
    #[error("the request is longer than {MAX_INPUT} bytes")]
    TooLong,
    #[error("the request is for an address that is never served")]
    NotServed(#[from] OriginError),
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// Returns the error `Malformed` with this reason.
fn malformed<T>(why: &'static str) -> Result<T, ProtocolError> {
    Err(ProtocolError::Malformed { why })
}

/// Reads a JSON object into a struct; `None` if it is none or does not fit. An array, which serde would accept too, is
/// refused.
fn json_object<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Option<T> {
    if !input.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    // serde_json quotes values in its errors, so none of them is passed on.
    serde_json::from_slice(input).ok()
}

/// Returns a time in the format of RFC 3339, in whole seconds and UTC; `None` after the year 9999. A time before 1970
/// becomes the beginning of 1970.
fn rfc3339(time: UnixTime) -> Option<String> {
    let time = jiff::Timestamp::from_second(time.as_secs().max(0)).ok()?;
    Some(time.to_string())
}

/// Returns the expiry to report for a token that expires at `end`: 30 s earlier, since clients that cache a token use
/// it up to the last second, or a fifth of the remaining time if that is less. One that has passed is unchanged.
fn early_expiry(end: UnixTime, now: UnixTime) -> UnixTime {
    const EARLIER: Duration = Duration::from_secs(30);
    end.minus(EARLIER.min(now.until(end) / 5))
}

/// Refuses an input that is longer than `MAX_INPUT`.
fn check_length(input: &[u8]) -> Result<&[u8], ProtocolError> {
    if input.len() > MAX_INPUT {
        return Err(ProtocolError::TooLong);
    }
    Ok(input)
}

/// Returns the value unchanged if it has no line break and no NUL: git's lines have no other limits.
fn check_single_line<'a>(what: &'static str, value: &'a str) -> Result<&'a str, ProtocolError> {
    if value.contains(['\n', '\r', '\0']) {
        return Err(RenderError::Unrenderable { what }.into());
    }
    Ok(value)
}

/// Refuses a credential that the answer of no protocol may hold, also where the answer would escape or encode it: a
/// control character in a profile's token or its user name, and a line break or a NUL in a saved user name, password or
/// header (RFC 7617 §2, RFC 9110 §5.5). Whoever reads the answer writes it into a header.
fn check_values(credential: &Credential) -> Result<(), ProtocolError> {
    if let Secret::Token(token) = &credential.secret {
        check_printable("access token", token.value.expose_secret())?;
        check_printable("user name", credential.username())?;
        return Ok(());
    }
    check_single_line("user name", credential.username())?;
    match &credential.secret {
        Secret::Token(_) => {}
        Secret::Password(password) => {
            check_single_line("password", password.expose_secret())?;
        }
        Secret::Header { scheme, value } => {
            check_single_line("authtype", scheme)?;
            check_single_line("credential", value.expose_secret())?;
        }
    }
    Ok(())
}

/// Returns a JSON value as one line, wiped on drop. If it holds a secret, `room` has to be at least its length, so that
/// growing leaves no copy behind.
fn json_line(value: &impl Serialize, room: usize) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    let mut line = Zeroizing::new(Vec::with_capacity(room));
    if serde_json::to_writer(&mut *line, value).is_err() {
        return Err(RenderError::Unrenderable { what: "answer" }.into());
    }
    line.push(b'\n');
    Ok(line)
}
