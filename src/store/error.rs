//! Why a stored file cannot be read or changed. An error names a file and a position in it, and never quotes its
//! content.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::saved::SavedError;
use super::sealed::{Damage, KeyId};
use crate::platform::keyring::KeyringError;
use crate::profile::KeyPlace;
use crate::token::{OtherIssuer, TokenSetError};
use crate::trusted_file::UntrustedFile;

/// Why a stored file could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Another process held the lock until the deadline.
    #[error("{} is locked by {}", path.display(), lock_holder(*pid))]
    Locked { path: PathBuf, pid: Option<u32> },
    /// The file holds something else, or was cut short. It is never overwritten, only set aside.
    #[error("{} does not hold a token set", path.display())]
    NotATokenSet {
        path: PathBuf,
        source: TokenSetError,
    },
    /// The login belongs to another server or client than the profile names. It is neither used nor overwritten by
    /// anything but a new login.
    #[error("{}: {foreign}", path.display())]
    Foreign { path: PathBuf, foreign: OtherIssuer },
    /// The path exists and is not a regular file.
    #[error("{} is {what}", path.display())]
    NotAFile { path: PathBuf, what: &'static str },
    /// Another user may have written the file, or put it there.
    #[error(transparent)]
    Untrusted(#[from] UntrustedFile),
    /// The file holds something else than saved credentials, or was cut short. It is never overwritten.
    #[error("{} does not hold saved credentials", path.display())]
    NotCredentials { path: PathBuf, source: SavedError },
    /// A sealed file that cannot be opened. It is never overwritten, only set aside.
    #[error("{} cannot be opened", path.display())]
    CannotUnseal { path: PathBuf, source: UnsealError },
    /// A plain file where the configuration says that it is sealed: anybody who can write its directory may have put it
    /// there. It is never overwritten, only set aside.
    #[error("{} is not sealed, and the configuration says that it is to be", path.display())]
    NotSealed { path: PathBuf },
    /// The file is to be sealed and cannot be, so it is not written at all.
    #[error("{} cannot be sealed", path.display())]
    CannotSeal { path: PathBuf, source: KeyError },
    /// No program that stores tokens would have written a file of this size.
    #[error("{} is larger than {} MiB", path.display(), max_bytes >> 20)]
    TooLarge { path: PathBuf, max_bytes: u64 },
    /// With the new content the file would be too large to be read again.
    #[error("{} is full: it may not be larger than {} MiB", path.display(), max_bytes >> 20)]
    Full { path: PathBuf, max_bytes: u64 },
    /// The new token set is on disk, but not in its place. It stays there: the next process that takes the lock puts it
    /// in place if it replaces a token set that had been spent, and a person can do so.
    #[error("could not replace {}; the new token set is in {}", path.display(), kept_at.display())]
    NotInPlace {
        path: PathBuf,
        kept_at: PathBuf,
        source: io::Error,
    },
    /// A server's answer could not be written anywhere, and the refresh token that it was given for may be spent.
    #[error("the server's answer could not be stored in {}", path.display())]
    AnswerLost { path: PathBuf, source: io::Error },
    /// The system reported an error.
    #[error("could not {what} {}", path.display())]
    Io {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

/// Returns `process PID`, or `another process` if the process id is unknown, for an error message.
fn lock_holder(pid: Option<u32>) -> String {
    pid.map_or_else(
        || "another process".to_owned(),
        |pid| format!("process {pid}"),
    )
}

impl StoreError {
    /// Returns a closure for `map_err` that makes an `Io` error; `what` completes "could not … PATH".
    pub(super) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            what,
            path: path.to_path_buf(),
            source,
        }
    }
}

/// Why a sealed file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnsealError {
    #[error(transparent)]
    Damage(#[from] Damage),
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a key cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum KeyError {
    /// The keyring did not answer, so it is unknown whether it has the key.
    #[error("the key cannot be read from the keyring")]
    Keyring(#[source] Arc<KeyringError>),
    /// No place has the key, and the one that the file names could be read. `found` says what is at each place; a
    /// keyring that did not answer is left out.
    #[error("it is sealed under key {key}, and that key is gone: {found}")]
    Gone { key: KeyId, found: String },
    /// No place that the configuration names has the key, and `place`, which the file names, is not among them.
    #[error(
        "it is sealed under key {key} from {place}, and the configuration does not name that place"
    )]
    NotConfigured { key: KeyId, place: String },
    #[error("there is no key file {}", .0.display())]
    NoFile(PathBuf),
    /// `$CREDENTIALS_DIRECTORY` outside a service, or `~` without a home directory.
    #[error("the key file {0} cannot be located")]
    UnknownPath(KeyPlace),
    #[error("the key file {} cannot be read", path.display())]
    File {
        path: PathBuf,
        source: Arc<StoreError>,
    },
    /// Another user may have written the key file, or put it there.
    #[error(transparent)]
    Untrusted(Arc<UntrustedFile>),
    #[error("what {0} holds is not a key")]
    NotAKey(KeyPlace),
    #[error("a new key could not be saved in {place}")]
    NotSaved {
        place: KeyPlace,
        source: Arc<StoreError>,
    },
    #[error("the new key was written to {0} and cannot be read back")]
    NotReadBack(KeyPlace),
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

impl KeyError {
    /// Returns whether the key may well be where it was, and only cannot be read at the moment: the keyring does not
    /// answer, or a key file cannot be read or located. A missing key file is not temporary.
    pub(super) fn is_temporary(&self) -> bool {
        matches!(
            self,
            Self::Keyring(_) | Self::File { .. } | Self::Untrusted(_) | Self::UnknownPath(_)
        )
    }
}
