//! Why a client cannot be set up. With `OwnPathUnknown`, `ChangeFailed` and `Store`, links or the client's file may
//! already have been changed; with the others nothing has been.

use std::path::PathBuf;

use crate::clients::path::display_path;
use crate::context::ContextError;
use crate::escape::{shell_word, shell_word_of};
use crate::store::StoreError;

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    /// The file is not in the client's language, or is written in a form that cannot be edited here.
    #[error("cannot edit {}: {reason}", display_path(path))]
    NotEditable { path: PathBuf, reason: String },
    /// Another program's entry is where prusa-cred's would have to be.
    #[error("{} already has {entry}", display_path(path))]
    OtherProgram { path: PathBuf, entry: String },
    /// The file can have only one such entry, and it is for another profile.
    #[error("{} already names {profile}", display_path(path))]
    OtherProfile { path: PathBuf, profile: String },
    /// A link would hide another program of the same name.
    #[error("{} is another program, which a link of that name would hide", display_path(.0))]
    NameTaken(PathBuf),
    /// A file that `setup` has not written has the name of the backup that it needs.
    #[error("{} is there already, and a copy of the file would go there", display_path(.0))]
    BackupInTheWay(PathBuf),
    /// The client's own lock file is there.
    #[error("{} is being changed by another program", display_path(path))]
    LockedByClient { path: PathBuf, lock: PathBuf },
    /// The client's own command is needed, and is not on the search path.
    #[error("{0} is not installed")]
    NotInstalled(&'static str),
    /// Only a person can make the change.
    #[error("{} has to be changed by hand, because {reason}", display_path(path))]
    ManualOnly {
        path: PathBuf,
        reason: &'static str,
        client: String,
    },
    /// All hosts are `*.HOST`, and the client has no such entries.
    #[error("{client} does not support *.HOST")]
    NoWildcards { client: &'static str },
    /// All entries are for a part of a host, and the client asks for whole hosts only.
    #[error("{client} asks for whole hosts only, and profile {profile} answers only for {hosts}")]
    NoPaths {
        client: &'static str,
        profile: String,
        hosts: String,
    },
    /// What stands elsewhere and the entries make the client's configuration unreadable.
    #[error(
        "{what} and an entry in {} cannot stand together: {client} would refuse both",
        display_path(path)
    )]
    Conflict {
        path: PathBuf,
        client: String,
        what: String,
        mend: String,
    },
    /// None of cargo's registries is on one of the hosts.
    #[error(
        "no registry in {}, or in a file or variable that counts here, has its index at {hosts}",
        display_path(path)
    )]
    NoMatchingRegistry { path: PathBuf, hosts: String },
    /// Neither the profile nor `--host` has an address of an MCP server.
    #[error("the address of the MCP server of profile {0} is not known")]
    NoServerAddress(String),
    /// The profile's `hosts` do not cover the MCP server's address.
    #[error("profile {0} does not answer for its MCP server's address, {1}")]
    ServerHostNotCovered(String, String),
    /// The profile has no `hosts`.
    #[error("profile {0} names no hosts")]
    NoHosts(String),
    /// Hosts of more than one profile were given.
    #[error("these hosts belong to two profiles, {0} and {1}")]
    TwoProfiles(String, String),
    /// Nothing on this machine runs a command once a day.
    #[error("there is nothing here that runs a command once a day: {0}")]
    NoScheduler(&'static str),
    /// A file that would be all this program's own is there, and another wrote it.
    #[error("{} is there already, and holds something else than `prusa-cred setup` wrote", display_path(.0))]
    NotOwnFile(PathBuf),
    /// A path cannot be written down where the system reads its commands.
    #[error("{what} cannot be named in a timer: {path:?}")]
    UnusablePath { what: &'static str, path: PathBuf },
    /// A command of the system failed.
    #[error("`{command}` failed: {reason}")]
    CommandFailed { command: String, reason: String },
    /// The operating system does not tell the path of this executable.
    #[error("cannot find the file of this program")]
    OwnPathUnknown(#[source] std::io::Error),
    /// A link or a backup could not be created or removed.
    #[error("could not change {}", display_path(path))]
    ChangeFailed {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Context(#[from] ContextError),
}

impl SetupError {
    /// Returns what a person can do about the error; `None` if there is nothing to say.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NotEditable { .. } => "correct that file; it was left as it is",
            Self::OtherProgram { .. } => {
                "nothing was changed; remove that entry first if prusa-cred is to be asked instead"
            }
            Self::OtherProfile { .. } => {
                "nothing was changed, because the file can have only one such entry; remove it first, or name with --host those hosts that no other profile has"
            }
            Self::NameTaken(_) => "nothing was changed; remove that program, or keep using it",
            Self::BackupInTheWay(_) => "the file was not changed; move that one away, or remove it",
            Self::LockedByClient { lock, .. } => {
                return Some(format!(
                    "try again; if no other program is running, remove {}",
                    display_path(lock)
                ));
            }
            Self::Conflict { mend, .. } => {
                return Some(format!("nothing was changed; remove it first: {mend}"));
            }
            Self::NotInstalled(_) => "install it first, and make sure that it is on PATH",
            Self::ManualOnly { client, .. } => {
                return Some(format!(
                    "`prusa-cred setup {client}` shows the lines to add"
                ));
            }
            Self::NoWildcards { .. } => "name each host with --host",
            Self::NoPaths { .. } => {
                "add the whole host to the profile's `hosts` if its token is for all of it"
            }
            Self::NoMatchingRegistry { .. } => {
                "add the registry first: [registries.NAME] with its `index` on such a host"
            }
            Self::NoServerAddress(_) => "give the address with --host https://…/mcp",
            Self::ServerHostNotCovered(profile, place) => {
                let place = shell_word_of(place);
                return Some(format!(
                    "if it is to get the token, run `prusa-cred hosts add {place} --profile {profile}`"
                ));
            }
            Self::NoHosts(profile) => {
                return Some(format!(
                    "run `prusa-cred hosts add HOST --profile {profile}` for each host that is to get its token"
                ));
            }
            Self::TwoProfiles(..) => "name the hosts of one profile at a time",
            Self::NoScheduler(_) => "run `prusa-cred refresh --all` once a day by other means",
            Self::NotOwnFile(path) => {
                return Some(format!(
                    "nothing was changed; look at that file, and remove it if nothing needs it: rm {}",
                    shell_word(path)
                ));
            }
            Self::UnusablePath { .. } => "put it where its path is UTF-8 without line breaks",
            Self::Store(StoreError::Locked { .. }) => "try again in a moment",
            Self::OwnPathUnknown(_)
            | Self::ChangeFailed { .. }
            | Self::CommandFailed { .. }
            | Self::Store(_)
            | Self::Context(_) => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
