//! What a client's configuration is to hold, as data: where it stands, what it says, and how it is put there and taken
//! away again. Texts in, texts out; only what the client's own command writes touches a scratch copy.
//!
//! A text that cannot be read is refused with why, which never quotes the text: other programs keep secrets there.

mod block;
mod go_env;
mod ini;
mod json;
mod lines;
mod rc;
mod shape;
mod toml;

pub(crate) use block::{Block, is_json};
pub(crate) use go_env::GoAuth;
pub(crate) use ini::Setting;
pub(crate) use json::{Dialect, Member};
pub(crate) use rc::Flag;
pub(crate) use shape::Shape;
pub(crate) use toml::{Key, registries};

/// How anything of ours is known: the name that it runs.
pub(crate) use crate::clients::programs::OURS;

use super::git::Helper;
use super::kubectl::User;

/// Stands above a line that does not say by itself who wrote it.
pub(crate) const MARK: &str = "# by `prusa-cred setup`: the program `keyring` is prusa-cred";

/// What stands where an entry belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    Ours,
    /// It works as ours would, and is not marked as ours.
    AsGood,
    /// It names prusa-cred and says something else than it would if it were written now.
    Changed(String),
    /// It names prusa-cred, for another profile.
    Another(String),
    /// Another program's, in whose place ours would be.
    Theirs(String),
}

/// Returns the profile that a command line of ours names, in whatever way its file writes words.
pub(crate) fn profile_in(text: &str) -> Option<&str> {
    let is_between = |it: char| it.is_whitespace() || "\"',[]{}".contains(it);
    let mut words = text.split(is_between).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "--profile" | "-p") {
            return words.next();
        }
        if let Some(name) = word.strip_prefix("--profile=") {
            return Some(name);
        }
    }
    None
}

/// Returns who is asked by an entry for another profile, for a sentence.
pub(crate) fn whose(said: &str) -> String {
    match profile_in(said) {
        Some(profile) => format!("{OURS} for profile {profile}"),
        None => format!("{OURS} for another profile"),
    }
}

/// Why a text cannot be worked on.
pub(crate) type Why = String;

/// One entry of a file.
pub(crate) enum Entry {
    Json(Member),
    Toml(Key),
    Ini(Setting),
    Flag(Flag),
    Block(Block),
    Go(GoAuth),
    Git(Helper),
    Kube(User),
}

impl Entry {
    /// Returns what stands in its place.
    pub(crate) fn found(&self, text: &str) -> Result<Found, Why> {
        match self {
            Self::Json(entry) => entry.found(text),
            Self::Toml(entry) => entry.found(text),
            Self::Ini(entry) => entry.found(text),
            Self::Flag(entry) => Ok(entry.found(text)),
            Self::Block(entry) => entry.found(text),
            Self::Go(entry) => Ok(entry.found(text)),
            Self::Git(entry) => entry.found(text),
            Self::Kube(entry) => entry.found(text),
        }
    }

    /// Returns the text with the entry, in place of what was ours there before.
    pub(crate) fn put(&self, text: &str) -> Result<String, Why> {
        match self {
            Self::Json(entry) => entry.put(text),
            Self::Toml(entry) => entry.put(text),
            Self::Ini(entry) => entry.put(text),
            Self::Flag(entry) => Ok(entry.put(text)),
            Self::Block(entry) => entry.put(text),
            Self::Go(entry) => entry.put(text),
            Self::Git(entry) => entry.put(text),
            Self::Kube(entry) => entry.put(text),
        }
    }

    /// Returns the text without the entry, which is there.
    pub(crate) fn take(&self, text: &str) -> Result<String, Why> {
        match self {
            Self::Json(entry) => entry.take(text),
            Self::Toml(entry) => entry.take(text),
            Self::Ini(entry) => entry.take(text),
            Self::Flag(entry) => Ok(entry.take(text)),
            Self::Block(entry) => entry.take(text),
            Self::Go(entry) => entry.take(text),
            Self::Git(entry) => entry.take(text),
            Self::Kube(entry) => entry.take(text),
        }
    }

    /// Returns the client's own command lines that make the change to this text, where it has some.
    pub(crate) fn commands(&self, text: &str) -> Vec<String> {
        match self {
            Self::Git(entry) => entry.commands(text),
            Self::Kube(entry) => entry.commands(),
            Self::Go(entry) => entry.commands(text),
            _ => Vec::new(),
        }
    }

    /// Returns whether the file has room for one alone, which other profiles are served by too.
    pub(crate) fn is_for_all(&self) -> bool {
        matches!(self, Self::Block(_))
    }

    /// Returns whether the change is best shown by the commands alone: what else the file holds may move.
    pub(crate) fn is_rewritten_by_its_client(&self) -> bool {
        matches!(self, Self::Kube(_))
    }
}

#[cfg(test)]
mod tests;
