//! Finding and removing credentials by the address that a person or client names, whichever client saved them.

use super::entry::{self, Entry};
use super::{Registry, SavedCredentials};
use crate::credential::{Address, Credential, Target};
use crate::protocol::docker;
use crate::token::UnixTime;

/// A loopback host that was named without a scheme stands for http and https.
impl SavedCredentials {
    /// Returns the credential for exactly this address: saved by git, else by docker under this key. If there is none,
    /// returns one that is saved for the whole host, by either, and never one for another path. If the address names a
    /// user, only that user's count. Of git's, skips what has expired and, unless `takes_header`, what is only a
    /// header.
    pub(crate) fn find_for_address(
        &self,
        address: &Address<'_>,
        takes_header: bool,
        now: UnixTime,
    ) -> Option<Credential> {
        let with_path = |path: Option<&str>| {
            let is_match = |entry: &&Entry| is_for_host(entry, address) && entry.has_path(path);
            let mut entries = self.entries.iter().filter(is_match);
            entries.find_map(|entry| entry.unexpired_credential(now, takes_header))
        };
        with_path(address.path.as_deref())
            .or_else(|| self.registry_where(address, &|key| key == address.text))
            .or_else(|| with_path(None))
            .or_else(|| self.registry_where(address, &|key| key_is_for_host(key, &address.target)))
    }

    /// Removes the credentials, git's and docker's, whose name, as `list` shows it, fulfils `is_named`, if a user is
    /// given only those of that user, and returns their number.
    pub(crate) fn forget_by_listed_name(
        &mut self,
        is_named: &dyn Fn(&str) -> bool,
        username: Option<&str>,
    ) -> usize {
        super::remove_where(&mut self.entries, |entry| {
            is_named(&entry.address())
                && entry::equals_if_given(entry.username.as_deref(), username)
        }) + super::remove_where(&mut self.registries, |it| {
            is_named(&it.server_url) && entry::equals_if_given(Some(&it.username), username)
        })
    }

    /// Returns the credential of the first registry whose URL fulfils `is_named` and whose user is the one in the
    /// address, if the address names one; `None` if there is no such registry.
    fn registry_where(
        &self,
        address: &Address<'_>,
        is_named: &dyn Fn(&str) -> bool,
    ) -> Option<Credential> {
        let is_match = |it: &&Registry| {
            is_named(&it.server_url)
                && entry::equals_if_given(Some(&it.username), address.username.as_deref())
        };
        self.registries
            .iter()
            .find(is_match)
            .map(Registry::credential)
    }
}

/// Returns whether an entry is for the target of an address, and for its user if it names one.
fn is_for_host(entry: &Entry, address: &Address<'_>) -> bool {
    entry.target.is_same(&address.target)
        && entry::equals_if_given(entry.username.as_deref(), address.username.as_deref())
}

/// Returns whether a docker key is for this target as a whole: it has no path, or only the registry API's, `v1` or
/// `v2`.
fn key_is_for_host(key: &str, target: &Target) -> bool {
    docker::parse_key(key.as_bytes())
        .is_ok_and(|request| request.path.is_none() && request.target.is_same(target))
}
