//! Why a client cannot be set up. Nothing has been changed then.

use std::path::PathBuf;

use crate::clients::path::shown;
use crate::context::ContextError;
use crate::store::StoreError;

/// What stands in the way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    /// A file that makes no sense here, in which case it is not for us to change.
    #[error("cannot edit {}: {why}", shown(path))]
    Unusable { path: PathBuf, why: String },
    /// An entry of another program, where ours would have to be.
    #[error("{} already says {what}", shown(path))]
    Theirs { path: PathBuf, what: String },
    /// An entry of ours, where there can be one alone.
    #[error("{} already names {whose}", shown(path))]
    OtherProfile { path: PathBuf, whose: String },
    /// A program with a name that ours would hide.
    #[error("{} is another program, which a link of that name would hide", shown(.0))]
    Taken(PathBuf),
    /// The client is at its file.
    #[error("{} is being changed by its own program", shown(path))]
    Busy { path: PathBuf, lock: PathBuf },
    #[error("{0} is not installed")]
    NotInstalled(&'static str),
    /// What only a person can do.
    #[error("{} has to be changed by hand, as {why}", shown(path))]
    ByHand {
        path: PathBuf,
        why: &'static str,
        client: String,
    },
    #[error("{client} cannot be told of *.HOST")]
    OnlyWildcards { client: &'static str },
    #[error("no registry in {} has its index at {hosts}", shown(path))]
    NoRegistry { path: PathBuf, hosts: String },
    #[error("nothing says at which address the MCP server of profile {0} is")]
    NoAddress(String),
    #[error("profile {0} does not answer for its MCP server's host, {1}")]
    NotAnswered(String, String),
    #[error("profile {0} names no hosts")]
    NoHosts(String),
    #[error("profile {0} and profile {1} answer for these hosts")]
    TwoProfiles(String, String),
    #[error("cannot tell where this program is")]
    NoExecutable(#[source] std::io::Error),
    #[error("could not change {}", shown(path))]
    ProgramLink {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Context(#[from] ContextError),
}

impl SetupError {
    /// Returns what a person can do.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unusable { .. } => "mend that file; it was left as it is",
            Self::Theirs { .. } => {
                "nothing was changed; take that out first if prusa-cred is to answer"
            }
            Self::OtherProfile { .. } => {
                "nothing was changed, as there is room for one entry; take that out first, or name with --host those hosts that no other profile has"
            }
            Self::Taken(_) => "nothing was changed; remove that program, or keep using it",
            Self::Busy { lock, .. } => {
                return Some(format!(
                    "try again; if nothing else runs, remove {}",
                    shown(lock)
                ));
            }
            Self::NotInstalled(_) => "install it first, and see that it is on PATH",
            Self::ByHand { client, .. } => {
                return Some(format!(
                    "`prusa-cred setup {client}` shows what belongs there"
                ));
            }
            Self::OnlyWildcards { .. } => "name each host with --host",
            Self::NoRegistry { .. } => {
                "add the registry first: [registries.NAME] with its `index` on such a host"
            }
            Self::NoAddress(_) => "give the address with --host https://…/mcp",
            Self::NotAnswered(..) => "add the host to the profile's `hosts` in the configuration",
            Self::NoHosts(_) => "give the profile `hosts` in the configuration",
            Self::TwoProfiles(..) => "name the hosts of one profile at a time",
            Self::Store(StoreError::Locked { .. }) => "try again in a moment",
            Self::NoExecutable(_)
            | Self::ProgramLink { .. }
            | Self::Store(_)
            | Self::Context(_) => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
