//! Stored token sets and saved credentials: each one JSON file, plain or sealed, with a lock (and for token sets a
//! journal) beside it. Also the audit log, and editing configuration files.
//!
//! Reading a token file or saved credentials takes no lock, since either is only ever replaced as a whole. Whatever
//! changes a token file goes through `Locked`, which proves that the lock is held, and works on the target of a
//! symbolic link. Nothing here prints, and an error names a file and never quotes its content.
//!
//! Secret, unless sealed: the token file, its temporary file `.NAME.new`, and a file that was set aside. The lock file
//! holds a process number and the journal a digest; both are readable by their owner only all the same.

mod atomic;
mod audit;
mod error;
mod file_state;
mod journal;
mod keys;
mod label;
mod lock;
mod locked;
mod locked_edit;
mod password;
mod path;
mod record;
mod regular_file;
mod remove;
mod replace;
mod saved;
mod sealed;
mod sealed_before;
mod sealing;
mod token_file;
mod upgrade;
mod writable;

pub(crate) use atomic::{write_durably, write_private};
pub(crate) use audit::{append_audit_line, read_audit};
pub(crate) use error::{KeyError, StoreError, UnsealError};
pub(crate) use file_state::{FileState, LockHolder};
pub(crate) use journal::{
    CutOff, Failure, Journal, Known, Refused, attempt_fingerprint, change_fingerprint,
};
pub(crate) use keys::{KeyLocations, Keys};
pub(crate) use label::Label;
pub(crate) use locked::Locked;
pub(crate) use locked_edit::{Change, edit, edit_foreign, read_foreign};
pub(crate) use password::SavedPassword;
pub(crate) use record::{RejectionOutcome, RejectionState, Stored};
pub(crate) use replace::Slot;
pub(crate) use saved::{Changed, CredentialStore, Found, SavedCredentials};
pub(crate) use sealed::Damage;
pub(crate) use sealing::{Converted, Form, Sealing};
pub(crate) use token_file::Store;
pub(crate) use writable::check_editable;
