//! The program `keyring`, which pip and uv run by that name alone.

use std::path::PathBuf;

use super::netrc;
use super::precedence::Overruling;
use crate::clients::programs::{Executable, KEYRING, file_name};
use crate::clients::setup_target::SetupTarget;
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
