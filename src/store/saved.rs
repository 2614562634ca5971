//! Saved credentials: what git and docker asked us to keep, in one JSON file with a lock beside it.
//!
//! Reading takes no lock, since the file is only ever replaced whole: written beside it, flushed, renamed. A file that
//! cannot be read is an error and never overwritten. Where nothing else is said, a new file is sealed if a keyring
//! answers. Bytes meet the disk in `read` and `write` alone.
//!
//! Secret: the file unless it is sealed, its temporary twin `.NAME.new`, and everything that is read from it but names and times.

mod at;
mod entry;
mod wire;

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::form::{Converted, Opened, Sealing};
use super::keys::KeyError;
use super::lock::Lock;
use super::sealed::Sealer;
use super::{StoreError, read, replace};
use crate::credential::{Credential, Offered, Request, Target};
use crate::deadline::Deadline;
use crate::platform;
use crate::token::{OtherFields, UnixTime};

pub(crate) use entry::Entry;
pub(crate) use wire::SavedError;

/// The file is never larger: more than anybody's passwords take, and read at every request.
const LARGEST: u64 = 8 * 1024 * 1024;

/// The file of saved credentials, which may not exist.
#[derive(Debug)]
pub(crate) struct CredentialStore {
    path: PathBuf,
    sealing: Sealing,
}

/// What came of a change.
#[derive(Debug)]
pub(crate) enum Changed {
    /// Everything was so already.
    Nothing,
    /// The file was replaced, or begun as the configuration says.
    File,
    /// A file was begun in plain text, as nothing is said of it and the keyring gave no key.
    NewPlainFile(KeyError),
}

impl CredentialStore {
    /// Names the file.
    pub(crate) fn new(path: PathBuf, sealing: Sealing) -> Self {
        Self { path, sealing }
    }

    /// Returns the path as it was given, which may be a symbolic link.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what is saved, without the lock. A missing file is nothing, and so is an empty one.
    ///
    /// # Errors
    ///
    /// When the file holds something else, or was cut short.
    pub(crate) fn load(&self) -> Result<SavedCredentials, StoreError> {
        Ok(self.read()?.unwrap_or_default())
    }

    /// Has `change` made to what is saved now, and tells what came of it. `change` returns whether it changed anything;
    /// it is tried on what can be read without the lock first, for most changes that git asks for are none.
    ///
    /// # Errors
    ///
    /// As `load`, and when the lock is not to be had before the deadline or the file cannot be replaced. Then nothing
    /// has changed.
    pub(crate) fn change(
        &self,
        deadline: Deadline,
        change: &mut dyn FnMut(&mut SavedCredentials) -> bool,
    ) -> Result<Changed, StoreError> {
        if !change(&mut self.load()?) {
            return Ok(Changed::Nothing);
        }
        let lock = Lock::acquire(&self.path, deadline)?;
        let stored = self.read()?;
        let is_new = stored.is_none();
        let mut kept = stored.unwrap_or_default();
        if !change(&mut kept) {
            return Ok(Changed::Nothing);
        }
        let (sealer, changed) = match self.sealing.for_writing(lock.target())? {
            Some(sealer) => (Some(sealer), Changed::File),
            None if !is_new || self.sealing.is_chosen() => (None, Changed::File),
            None => match self.sealing.by_keyring() {
                Ok(sealer) => (Some(sealer), Changed::File),
                Err(error) => (None, Changed::NewPlainFile(error)),
            },
        };
        self.write(&lock, &kept.render(), sealer)?;
        Ok(changed)
    }

    /// Brings the file into the form that it should have.
    ///
    /// # Errors
    ///
    /// As `change`.
    pub(crate) fn convert(&self, deadline: Deadline) -> Result<Converted, StoreError> {
        if self.read()?.is_none() {
            return Ok(Converted::Missing);
        }
        let lock = Lock::acquire(&self.path, deadline)?;
        let Some(opened) = self.sealing.read(lock.target(), LARGEST)? else {
            return Ok(Converted::Missing);
        };
        self.parse(&opened)?;
        let content = &opened.content.bytes;
        self.sealing.convert(lock.target(), &opened, content)
    }

    /// Takes every right to the file from others than its owner.
    pub(crate) fn restrict_permissions(&self) -> Result<(), StoreError> {
        if let Some((file, metadata)) = read::open_regular(&self.path)? {
            platform::restrict_permissions(&file, &metadata)
                .map_err(StoreError::io("change the mode of", &self.path))?;
        }
        Ok(())
    }

    fn read(&self) -> Result<Option<SavedCredentials>, StoreError> {
        let opened = self.sealing.read(&self.path, LARGEST)?;
        // An empty file is what other tools leave behind: there is nothing in it to be lost.
        let opened = opened.filter(|opened| !opened.content.bytes.is_empty());
        opened.as_ref().map(|opened| self.parse(opened)).transpose()
    }

    fn parse(&self, opened: &Opened) -> Result<SavedCredentials, StoreError> {
        let bytes = &opened.content.bytes;
        let kept = SavedCredentials::parse(bytes);
        let holds_something =
            |kept: &SavedCredentials| !kept.entries.is_empty() || !kept.registries.is_empty();
        if !kept.as_ref().is_ok_and(holds_something)
            && let Some(error) = Sealing::damage(&self.path, bytes)
        {
            return Err(error);
        }
        let mut kept = kept.map_err(|source| StoreError::NotCredentials {
            path: self.path.clone(),
            source,
        })?;
        kept.world_readable = platform::is_loose(&opened.content.metadata);
        kept.is_sealed = opened.under.is_some();
        Ok(kept)
    }

    fn write(&self, lock: &Lock, bytes: &[u8], sealer: Option<Sealer>) -> Result<(), StoreError> {
        if bytes.len() as u64 > LARGEST {
            return Err(StoreError::Full {
                path: self.path.clone(),
                largest: LARGEST,
            });
        }
        replace::check_target(lock.target())?;
        match sealer {
            Some(sealer) => replace::write_durably(lock.target(), &sealer.seal(bytes)),
            None => replace::write_durably(lock.target(), bytes),
        }
    }
}

/// Everything that is saved, newest first.
#[derive(Debug, Default)]
pub(crate) struct SavedCredentials {
    entries: Vec<Entry>,
    registries: Vec<Registry>,
    /// What a later version may have put beside these.
    other: OtherFields,
    /// Whether others than the owner could touch the file.
    pub(crate) world_readable: bool,
    pub(crate) is_sealed: bool,
}

/// A login to a registry, by the key that docker has for it.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) server_url: String,
    pub(crate) username: String,
    secret: SecretString,
    /// What a later version may have put beside these.
    other: OtherFields,
}

impl Registry {
    fn credential(&self) -> Credential {
        Credential::password(Some(self.username.clone()), self.secret.clone())
    }
}

impl SavedCredentials {
    /// Returns the newest credential that has everything the request asks for and has not run out.
    pub(crate) fn find(&self, request: &Request, now: UnixTime) -> Option<Credential> {
        self.entries
            .iter()
            .filter(|entry| entry.matches(request) && !entry.has_run_out(now))
            .find_map(|entry| entry.credential(request.takes_bearer))
    }

    /// Saves what a client offers, in place of what was saved for the same place, path and user. Returns whether that
    /// changes anything: not for what is incomplete, ephemeral, over, or saved already.
    pub(crate) fn put(&mut self, request: &Request, offered: &Offered, now: UnixTime) -> bool {
        let Some(entry) = Entry::of(request, offered, now) else {
            return false;
        };
        if self.first_for(&entry).is_some_and(|first| *first == entry) {
            return false;
        }
        self.entries.retain(|other| !other.is_for_the_same(&entry));
        self.entries.insert(0, entry);
        true
    }

    /// Returns the entry that a request without path and user would get, if it is for the same as this one.
    fn first_for(&self, entry: &Entry) -> Option<&Entry> {
        let request = Request::of(entry.target.clone());
        let first = self.entries.iter().find(|other| other.matches(&request));
        first.filter(|first| first.is_for_the_same(entry))
    }

    /// Forgets everything that has all of what the request names and the secret that was refused, and returns how
    /// much. An entry with another secret stays: it is newer than what the client tried.
    pub(crate) fn erase(&mut self, request: &Request, refused: &Offered) -> usize {
        removed(&mut self.entries, |entry| {
            entry.matches(request) && entry.has_secret(refused)
        })
    }

    /// Returns the login that docker saved under this very key.
    pub(crate) fn registry(&self, key: &str) -> Option<Credential> {
        let found = self.registries.iter().find(|it| it.server_url == key)?;
        Some(found.credential())
    }

    /// Saves a login of docker's, in place of the one under the same key. Returns whether that changes anything.
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

    /// Forgets docker's login under this very key, and returns how many there were.
    pub(crate) fn erase_registry(&mut self, key: &str) -> usize {
        removed(&mut self.registries, |it| it.server_url == key)
    }

    /// Forgets what is saved for a place, or only what is there for one path or user, and returns how much.
    pub(crate) fn forget(
        &mut self,
        target: &Target,
        path: Option<&str>,
        username: Option<&str>,
    ) -> usize {
        removed(&mut self.entries, |entry| {
            entry.target.is_same(target)
                && entry::has(entry.path.as_deref().map(plain), path.map(plain))
                && entry::has(entry.username.as_deref(), username)
        })
    }

    /// Forgets docker's logins under a key or, where no path is named, for a host, and returns how many there were.
    pub(crate) fn forget_registries(
        &mut self,
        key: &str,
        target: &Target,
        path: Option<&str>,
        username: Option<&str>,
    ) -> usize {
        let is_there = |key: &str| Target::parse(key).is_ok_and(|it| it.is_same(target));
        removed(&mut self.registries, |it| {
            let is_meant = it.server_url == key || (path.is_none() && is_there(&it.server_url));
            is_meant && entry::has(Some(&it.username), username)
        })
    }

    /// Forgets everything, and returns how much that was.
    pub(crate) fn forget_all(&mut self) -> usize {
        let count = self.entries.len() + self.registries.len();
        self.entries.clear();
        self.registries.clear();
        count
    }

    /// Returns what is saved by address, newest first.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns what docker saved, newest first.
    pub(crate) fn registries(&self) -> &[Registry] {
        &self.registries
    }
}

/// Returns a path without the slashes around it.
fn plain(path: &str) -> &str {
    path.trim_matches('/')
}

fn removed<T>(list: &mut Vec<T>, mut is_meant: impl FnMut(&T) -> bool) -> usize {
    let before = list.len();
    list.retain(|it| !is_meant(it));
    before - list.len()
}

#[cfg(test)]
mod tests;
