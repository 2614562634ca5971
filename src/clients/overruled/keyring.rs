//! The program `keyring`, which pip and uv run by that name alone.

use std::path::PathBuf;

use url::Url;

use super::netrc;
use super::precedence::Overruling;
use crate::clients::programs::{Executable, KEYRING, file_name};
use crate::clients::setup_target::SetupTarget;
use crate::credential::Request;
use crate::program::find;

/// The value with which pip and uv run it.
pub(super) const SUBPROCESS: &str = "subprocess";

/// Returns the program that is found by this name.
pub(super) fn program() -> Option<PathBuf> {
    find(KEYRING)
}

/// Returns the program that is found by this name, or else where its link would be.
pub(super) fn program_or_place() -> Option<PathBuf> {
    let place = || {
        let (directory, _) = Executable::find().ok()?.directory_for_links().ok()?;
        Some(directory.join(file_name(KEYRING)))
    };
    program().or_else(place)
}

/// Returns whether that program is prusa-cred.
pub(super) fn is_prusa_cred() -> bool {
    let executable = Executable::find();
    program().is_some_and(|path| executable.is_ok_and(|it| it.is_prusa_cred_at(&path)))
}

/// Returns the hosts' entries in the file of passwords that pip and uv use before they run `keyring`.
pub(super) fn in_netrc(target: &SetupTarget<'_>) -> Vec<Overruling> {
    let Some((file, text)) = netrc::read() else {
        return Vec::new();
    };
    let hosts = target.hosts.iter().filter(|host| !host.is_wildcard());
    let names = hosts.map(|host| netrc::without_port(&host.host_name()).to_owned());
    let with_entry = names.filter(|name| netrc::has_machine(&text, name));
    let described =
        with_entry.map(|name| Overruling::in_file(&format!("the login for {name}"), &file));
    described.collect()
}

/// Returns whether an index is on one of the hosts.
pub(super) fn is_on_a_host(target: &SetupTarget<'_>, address: &str) -> bool {
    let request = without_login(address).and_then(|it| Request::for_url(it.as_str()).ok());
    let place = request.as_ref().and_then(Request::place);
    place.is_some_and(|place| target.covers(&place))
}

/// Returns whether one of the addresses in a text, between blanks and perhaps after a name with `=`, is of an index
/// on one
/// of the hosts and has a password in it, which pip and uv use before they run `keyring`.
pub(super) fn has_password(target: &SetupTarget<'_>, addresses: &str) -> bool {
    let mut addresses = addresses.split_whitespace().map(|word| {
        let at = word.find("://").unwrap_or_default();
        let name = word.get(..at).and_then(|it| it.rfind('='));
        name.and_then(|name| word.get(name + 1..)).unwrap_or(word)
    });
    addresses.any(|address| {
        let has_one = Url::parse(address).is_ok_and(|url| url.password().is_some());
        has_one && is_on_a_host(target, address)
    })
}

/// Returns an address without user name and password.
fn without_login(address: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok()?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}
