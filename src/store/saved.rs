//! Saved credentials: what git and docker asked us to store, in one JSON file with a lock beside it.
//!
//! Reading takes no lock, since the file is only ever replaced as a whole: written beside it, flushed, renamed. A file
//! that cannot be read is an error and is never overwritten. Unless the configuration says otherwise, a new file is
//! sealed if a keyring answers. Only `CredentialStore` accesses the disk.
//!
//! Secret: the file unless it is sealed, its temporary file `.NAME.new`, and everything read from it except names and
//! times.

mod by_address;
mod entry;
mod error;
mod wire;

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::error::{KeyError, StoreError};
use super::lock::Lock;
use super::sealed::Sealer;
use super::sealing::{Converted, Sealing, Unsealed};
use super::{atomic, regular_file};
use crate::credential::{Credential, Extent, Offered, Request, Target};
use crate::deadline::Deadline;
use crate::platform;
use crate::token::{OtherFields, UnixTime};

pub(crate) use entry::{Entry, Found};
pub(crate) use error::SavedError;

/// The largest file, in bytes: more than anybody's passwords need, and it is read at every request.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The file of saved credentials, which may not exist.
#[derive(Debug)]
pub(crate) struct CredentialStore {
    path: PathBuf,
    sealing: Sealing,
}

/// The outcome of a change.
#[derive(Debug)]
pub(crate) enum Changed {
    /// Nothing had to be changed.
    Unchanged,
    /// The file was replaced, or created as the configuration says; if that says nothing, it was created sealed.
    Written,
    /// The file was created in plain text: the configuration says nothing about it, and the keyring gave no key.
    CreatedPlain(KeyError),
}

impl CredentialStore {
    /// Returns the store at `path`, without reading it.
    pub(crate) fn new(path: PathBuf, sealing: Sealing) -> Self {
        Self { path, sealing }
    }

    /// Returns the path as it was given, which may be a symbolic link.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what is saved, without the lock. A missing or empty file holds no credentials. A sealed file of version 1
    /// is rewritten in the present one if its lock is free.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or unsealed, is plain where it should be sealed, holds something else, or was cut
    /// short.
    pub(crate) fn load(&self) -> Result<SavedCredentials, StoreError> {
        let saved = self.read()?.unwrap_or_default();
        if saved.is_old_version {
            self.sealing.rewrite_old(&self.path);
        }
        Ok(saved)
    }

    /// Applies `change` to what is saved, and writes the file if it changed anything.
    ///
    /// `change` returns whether it did. It is tried without the lock first, since most of git's requests to store
    /// change nothing, and so may be called twice.
    ///
    /// # Errors
    ///
    /// As `load`, and when the lock is not free before the deadline, or the file cannot be sealed or replaced, or would
    /// be too large (`Full`). The file is then unchanged.
    pub(crate) fn change(
        &self,
        deadline: Deadline,
        change: &mut dyn FnMut(&mut SavedCredentials) -> bool,
    ) -> Result<Changed, StoreError> {
        if !change(&mut self.load()?) {
            return Ok(Changed::Unchanged);
        }
        let lock = Lock::acquire(&self.path, deadline)?;
        let stored = self.read()?;
        let is_new = stored.is_none();
        let mut saved = stored.unwrap_or_default();
        if !change(&mut saved) {
            return Ok(Changed::Unchanged);
        }
        let (sealer, changed) = match self.sealing.sealer_for(lock.target())? {
            Some(sealer) => (Some(sealer), Changed::Written),
            None if !is_new || self.sealing.is_configured() => (None, Changed::Written),
            None => match self.sealing.sealer_for_new_file() {
                Ok(sealer) => (Some(sealer), Changed::Written),
                Err(error) => (None, Changed::CreatedPlain(error)),
            },
        };
        let is_sealed = sealer.is_some();
        self.write(&lock, &saved.render(), sealer)?;
        // Not before: a file of version 1 that was still there had to stay readable.
        if is_sealed {
            self.sealing.note_sealed();
        }
        Ok(changed)
    }

    /// Seals or unseals the file as the configuration says; without a setting it stays as it is. An empty file counts
    /// as missing. The content and the modification time stay.
    ///
    /// # Errors
    ///
    /// As `change`.
    pub(crate) fn convert(&self, deadline: Deadline) -> Result<Converted, StoreError> {
        if self.read()?.is_none() {
            return Ok(Converted::Missing);
        }
        let lock = Lock::acquire(&self.path, deadline)?;
        let Some(unsealed) = self.sealing.read(lock.target(), MAX_BYTES)? else {
            return Ok(Converted::Missing);
        };
        self.parse(&unsealed)?;
        let content = &unsealed.content.bytes;
        self.sealing.convert(lock.target(), &unsealed, content)
    }

    /// Makes the file inaccessible to everybody but its owner, if it exists.
    pub(crate) fn restrict_permissions(&self) -> Result<(), StoreError> {
        regular_file::restrict_permissions(&self.path)
    }

    /// Reads and unseals the file, without the lock; `None` if it is missing or empty. Fails if it cannot be read or
    /// unsealed, or does not hold saved credentials.
    fn read(&self) -> Result<Option<SavedCredentials>, StoreError> {
        let unsealed = self.sealing.read(&self.path, MAX_BYTES)?;
        // Other tools leave empty files behind; there is nothing in one that could be lost.
        let unsealed = unsealed.filter(|unsealed| !unsealed.content.bytes.is_empty());
        unsealed.as_ref().map(|file| self.parse(file)).transpose()
    }

    /// Parses the unsealed content, and notes whether others have access to the file and whether it is sealed. Fails if
    /// the content is not saved credentials, or holds none and looks like a damaged sealed file.
    fn parse(&self, unsealed: &Unsealed) -> Result<SavedCredentials, StoreError> {
        let bytes = &unsealed.content.bytes;
        let saved = SavedCredentials::parse(bytes);
        let has_entries =
            |saved: &SavedCredentials| !saved.entries.is_empty() || !saved.registries.is_empty();
        if !saved.as_ref().is_ok_and(has_entries)
            && let Some(error) = Sealing::damage_error(&self.path, bytes)
        {
            return Err(error);
        }
        let mut saved = saved.map_err(|source| StoreError::NotCredentials {
            path: self.path.clone(),
            source,
        })?;
        saved.world_readable = platform::is_accessible_by_others(&unsealed.content.metadata);
        saved.is_sealed = unsealed.key.is_some();
        saved.is_old_version = unsealed.key.as_ref().is_some_and(|key| key.is_old);
        Ok(saved)
    }

    /// Replaces the locked file with these bytes, sealed if there is a sealer. Fails if there are more than `MAX_BYTES`
    /// of them (`Full`), or the file may not or cannot be replaced.
    fn write(&self, lock: &Lock, bytes: &[u8], sealer: Option<Sealer>) -> Result<(), StoreError> {
        if bytes.len() as u64 > MAX_BYTES {
            return Err(StoreError::Full {
                path: self.path.clone(),
                max_bytes: MAX_BYTES,
            });
        }
        atomic::check_target(lock.target())?;
        match sealer {
            Some(sealer) => atomic::write_durably(lock.target(), &sealer.seal(bytes)),
            None => atomic::write_durably(lock.target(), bytes),
        }
    }
}

/// Everything that is saved, newest first.
#[derive(Debug, Default)]
pub(crate) struct SavedCredentials {
    entries: Vec<Entry>,
    registries: Vec<Registry>,
    /// Fields that a later version may have added.
    other: OtherFields,
    /// Whether others than the owner have access to the file.
    pub(crate) world_readable: bool,
    pub(crate) is_sealed: bool,
    /// Whether the file is a sealed one of version 1, to be rewritten.
    is_old_version: bool,
}

/// A login to a container registry, under docker's key for it.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) server_url: String,
    pub(crate) username: String,
    secret: SecretString,
    /// Fields that a later version may have added.
    other: OtherFields,
}

impl Registry {
    /// Returns the user name and secret as a credential with a password.
    fn credential(&self) -> Credential {
        Credential::password(Some(self.username.clone()), self.secret.clone())
    }
}

/// Changes are in memory only. Entries are what git saved, registries are docker's logins. Targets are the same if
/// scheme, host and port are; a loopback host that was named without a scheme stands for http and https.
impl SavedCredentials {
    /// Returns the newest unexpired credential that is saved for exactly the path of the request, else one for the
    /// whole host, for the user that it names and of a kind that the client can send: one with only a header is skipped
    /// unless the request `takes_bearer`.
    pub(crate) fn find(&self, request: &Request, now: UnixTime) -> Option<Found> {
        let find = |is_match: &dyn Fn(&Entry) -> bool| {
            self.entries
                .iter()
                .filter(|entry| is_match(entry) && !entry.is_expired(now))
                .find_map(|entry| entry.found(request.takes_bearer))
        };
        find(&|entry| entry.matches_path(request))
            .or_else(|| find(&|entry| entry.matches(request)))
            .map(|found| self.without_others(found, &request.target))
    }

    /// Narrows what is saved for a whole host to the path that was asked for, if something else is saved for a part of
    /// that host.
    fn without_others(&self, found: Found, target: &Target) -> Found {
        let is_part = |entry: &Entry| entry.path.is_some() && entry.target.is_same(target);
        if self.entries.iter().any(is_part) {
            let extent = Extent::WholePath;
            return Found { extent, ..found };
        }
        found
    }

    /// Saves the credential that a client offers as the newest entry, replacing the one for the same target, path and
    /// user. Returns whether that changes anything: a credential that is incomplete, ephemeral or expired does not, nor
    /// one that is already saved as the newest for its target.
    pub(crate) fn put(&mut self, request: &Request, offered: &Offered, now: UnixTime) -> bool {
        let Some(entry) = Entry::from_offer(request, offered, now) else {
            return false;
        };
        if self
            .newest_replaced_by(&entry)
            .is_some_and(|first| *first == entry)
        {
            return false;
        }
        self.entries.retain(|other| !other.replaces(&entry));
        self.entries.insert(0, entry);
        true
    }

    /// Returns the newest entry for the target of `entry`, expired or not, if `entry` would replace it.
    fn newest_replaced_by(&self, entry: &Entry) -> Option<&Entry> {
        let is_same = |other: &&Entry| other.target.is_same(&entry.target);
        let first = self.entries.iter().find(is_same);
        first.filter(|first| first.replaces(entry))
    }

    /// Removes every entry that matches the request, of any path if it names none, and has the secret that was refused,
    /// and returns their number. An entry with another secret stays: it is newer than what the client tried. If the
    /// client names no secret, every entry that matches is removed.
    pub(crate) fn erase(&mut self, request: &Request, refused: &Offered) -> usize {
        remove_where(&mut self.entries, |entry| {
            entry.is_erased_by(request) && entry.has_secret(refused)
        })
    }

    /// Returns the login that docker saved under exactly this key.
    pub(crate) fn registry(&self, key: &str) -> Option<Credential> {
        let found = self.registries.iter().find(|it| it.server_url == key)?;
        Some(found.credential())
    }

    /// Saves a login for docker, replacing the one under the same key. Returns whether that changes anything.
    pub(crate) fn put_registry(
        &mut self,
        server_url: String,
        username: String,
        secret: SecretString,
    ) -> bool {
        let is_same = |it: &Registry| {
            it.server_url == server_url
                && it.username == username
                && it.secret.expose_secret() == secret.expose_secret()
        };
        if self.registries.iter().any(is_same) {
            return false;
        }
        self.registries.retain(|it| it.server_url != server_url);
        self.registries.insert(
            0,
            Registry {
                server_url,
                username,
                secret,
                other: OtherFields::default(),
            },
        );
        true
    }

    /// Removes docker's login under exactly this key, and returns how many there were.
    pub(crate) fn erase_registry(&mut self, key: &str) -> usize {
        remove_where(&mut self.registries, |it| it.server_url == key)
    }

    /// Removes the entries that answer a request, expired or not: those for exactly its path, else those for the whole
    /// host; of the user that it names, or of all. Returns their number.
    pub(crate) fn forget_answers(&mut self, request: &Request) -> usize {
        match remove_where(&mut self.entries, |entry| entry.matches_path(request)) {
            0 => remove_where(&mut self.entries, |entry| entry.matches(request)),
            count => count,
        }
    }

    /// Removes the entries for a target, if a path or user is given only those that have it, and returns their number.
    /// Slashes at the end of a path do not count, nor how it is escaped.
    pub(crate) fn forget(
        &mut self,
        target: &Target,
        path: Option<&str>,
        username: Option<&str>,
    ) -> usize {
        remove_where(&mut self.entries, |entry| {
            entry.target.is_same(target)
                && (path.is_none() || entry.has_path(path))
                && entry::equals_if_given(entry.username.as_deref(), username)
        })
    }

    /// Removes docker's logins under exactly this key and, if no path is given, those under any key for the target,
    /// whatever path is in it; if a user is given, only those of that user. Returns how many there were.
    pub(crate) fn forget_registries(
        &mut self,
        key: &str,
        target: &Target,
        path: Option<&str>,
        username: Option<&str>,
    ) -> usize {
        let is_for_target = |key: &str| Target::parse(key).is_ok_and(|it| it.is_same(target));
        remove_where(&mut self.registries, |it| {
            let is_selected =
                it.server_url == key || (path.is_none() && is_for_target(&it.server_url));
            is_selected && entry::equals_if_given(Some(&it.username), username)
        })
    }

    /// Removes all credentials, git's and docker's, and returns how many there were. Unknown fields of the file stay.
    pub(crate) fn forget_all(&mut self) -> usize {
        let count = self.entries.len() + self.registries.len();
        self.entries.clear();
        self.registries.clear();
        count
    }

    /// Returns the credentials that are saved by address, newest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns docker's logins, newest first.
    pub(crate) fn registries(&self) -> &[Registry] {
        &self.registries
    }
}

/// Removes the items for which `predicate` holds, and returns their number.
fn remove_where<T>(list: &mut Vec<T>, mut predicate: impl FnMut(&T) -> bool) -> usize {
    let before = list.len();
    list.retain(|it| !predicate(it));
    before - list.len()
}

#[cfg(test)]
mod tests;
