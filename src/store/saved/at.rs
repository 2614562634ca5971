//! What is saved for an address that somebody names, whichever client it was that saved it.

use super::entry::{self, Entry};
use super::{Registry, SavedCredentials};
use crate::credential::{Address, Credential, Target};
use crate::protocol::docker;
use crate::token::UnixTime;

impl SavedCredentials {
    /// Returns what is saved for this very address: by git, else by docker under this key; where nothing is, what is
    /// saved for the whole of the place, by either.
    pub(crate) fn find_at(
        &self,
        address: &Address<'_>,
        takes_header: bool,
        now: UnixTime,
    ) -> Option<Credential> {
        let of_path = |path: Option<&str>| {
            let is_meant = |entry: &&Entry| is_at(entry, address) && entry.path.as_deref() == path;
            let mut entries = self.entries.iter().filter(is_meant);
            entries.find_map(|entry| entry.credential_at(now, takes_header))
        };
        of_path(address.path.as_deref())
            .or_else(|| self.registry_where(address, &|key| key == address.text))
            .or_else(|| of_path(None))
            .or_else(|| self.registry_where(address, &|key| is_of(key, &address.target)))
    }

    /// As `find_at`, else what git saved for some other path of the place.
    pub(crate) fn find_near(
        &self,
        address: &Address<'_>,
        takes_header: bool,
        now: UnixTime,
    ) -> Option<Credential> {
        let near = || {
            let mut entries = self.entries.iter().filter(|entry| is_at(entry, address));
            entries.find_map(|entry| entry.credential_at(now, takes_header))
        };
        self.find_at(address, takes_header, now).or_else(near)
    }

    /// Forgets what stands under a name in a list, and returns how much.
    pub(crate) fn forget_listed(
        &mut self,
        is_it: &dyn Fn(&str) -> bool,
        username: Option<&str>,
    ) -> usize {
        super::removed(&mut self.entries, |entry| {
            is_it(&entry.address()) && entry::has(entry.username.as_deref(), username)
        }) + super::removed(&mut self.registries, |it| {
            is_it(&it.server_url) && entry::has(Some(&it.username), username)
        })
    }

    fn registry_where(
        &self,
        address: &Address<'_>,
        is_it: &dyn Fn(&str) -> bool,
    ) -> Option<Credential> {
        let is_meant = |it: &&Registry| {
            is_it(&it.server_url) && entry::has(Some(&it.username), address.username.as_deref())
        };
        self.registries
            .iter()
            .find(is_meant)
            .map(Registry::credential)
    }
}

fn is_at(entry: &Entry, address: &Address<'_>) -> bool {
    entry.target.is_same(&address.target)
        && entry::has(entry.username.as_deref(), address.username.as_deref())
}

/// Returns whether a key of docker's is for the whole of a place.
fn is_of(key: &str, target: &Target) -> bool {
    docker::parse_key(key.as_bytes()).is_ok_and(|request| request.target.is_same(target))
}
