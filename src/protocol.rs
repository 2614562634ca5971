//! Helper protocols: what other programs ask, and what they are told, as bytes.
//!
//! Nothing here reads, writes or asks for a token: a command parses with one of these modules, asks the broker, and
//! renders. An answer is made whole in memory and checked before anyone writes it, for clients use whatever was printed
//! before a failure. Secret: what a request to store or erase carries, and every answer.

pub(crate) mod bazel;
pub(crate) mod cargo;
pub(crate) mod docker;
pub(crate) mod git;
pub(crate) mod goauth;
pub(crate) mod google;
pub(crate) mod keyring;
pub(crate) mod kube;
pub(crate) mod plain;
pub(crate) mod terraform;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::credential::{OriginError, RenderError, printable};
use crate::token::UnixTime;

/// The longest input that is read as a request, in bytes.
pub(crate) const MAX_INPUT: usize = 1 << 20;

/// Makes an enum of the list below.
macro_rules! protocols {
    ($($(#[doc = $help:literal])+ $variant:ident, $name:literal, $link:expr;)+) => {
        /// A conversation that another program starts.
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

            /// Returns what its command does: the lines of the comment in the list.
            pub(crate) fn help(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($help),+],)+
                }
            }

            fn link(self) -> Option<&'static str> {
                match self {
                    $(Self::$variant => $link,)+
                }
            }
        }
    };
}

// The list: the command's help text and name, and the name of a link that speaks it; one that ends in a hyphen is how
// such a name begins.
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
    /// that a profile names gets its token.
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
    /// They run a program of the name keyring, which a link to this one gives it.
    Keyring, "keyring", Some("keyring");
}

impl Protocol {
    /// Returns what its command does, in a line.
    pub(crate) fn about(self) -> &'static str {
        self.help().first().map_or("", |line| line.trim())
    }

    /// Returns the protocol that a program speaks when it is called by this name.
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
    #[error("the request is for an address that is never served")]
    NotServed(#[from] OriginError),
    #[error(transparent)]
    Render(#[from] RenderError),
}

fn malformed<T>(why: &'static str) -> Result<T, ProtocolError> {
    Err(ProtocolError::Malformed { why })
}

/// Reads a JSON object into a struct, in place of which serde would take an array.
fn json_object<'a, T: Deserialize<'a>>(input: &'a [u8]) -> Option<T> {
    if !input.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    // serde_json quotes values in its errors, so none of them is passed on.
    serde_json::from_slice(input).ok()
}

/// Returns a time in whole seconds and UTC; `None` for one that has no such form.
fn rfc3339(time: UnixTime) -> Option<String> {
    let time = jiff::Timestamp::from_second(time.as_secs().max(0)).ok()?;
    Some(time.to_string())
}

/// Returns when a token that ends at `end` is better fetched anew: clients that keep one take the time that they are
/// told to the second. A fifth of the rest is enough for a short one.
fn a_little_before(end: UnixTime, now: UnixTime) -> UnixTime {
    const EARLIER: Duration = Duration::from_secs(30);
    end.minus(EARLIER.min(now.until(end) / 5))
}

fn bounded(input: &[u8]) -> Result<&[u8], ProtocolError> {
    if input.len() > MAX_INPUT {
        return Err(ProtocolError::TooLong);
    }
    Ok(input)
}

/// Returns the value if it can stand in one line of git's, who knows no other limits.
fn in_one_line<'a>(what: &'static str, value: &'a str) -> Result<&'a str, ProtocolError> {
    if value.contains(['\n', '\r', '\0']) {
        return Err(RenderError::Unrenderable { what }.into());
    }
    Ok(value)
}

/// A JSON value as one line, wiped on drop; `room` is at least its length, so that no copy is left behind by growing.
fn json_line(value: &impl Serialize, room: usize) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    let mut line = Zeroizing::new(Vec::with_capacity(room));
    if serde_json::to_writer(&mut *line, value).is_err() {
        return Err(RenderError::Unrenderable { what: "answer" }.into());
    }
    line.push(b'\n');
    Ok(line)
}
