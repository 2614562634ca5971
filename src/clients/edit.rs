//! What a client's configuration is to hold, as data: where it stands, what it says, and how it is put there and taken
//! away again. Texts in, texts out; only what the client's own command writes touches a scratch copy.
//!
//! A text that cannot be read is refused with why, which never quotes the text: other programs keep secrets there.

mod block;
mod entry_state;
mod git_helper;
mod go_env;
mod ini;
mod json;
mod kube_user;
mod lines;
mod rc;
mod shape;
mod toml;

pub(crate) use block::{Block, is_json};
pub(crate) use entry_state::{Found, MARK, Why, profile_in, whose};
pub(crate) use git_helper::GitHelper;
pub(crate) use go_env::GoAuth;
pub(crate) use ini::Setting;
pub(crate) use json::{Dialect, Member};
pub(crate) use kube_user::{KubeUser, list, text, user_yaml};
pub(crate) use rc::Flag;
pub(crate) use shape::Shape;
pub(crate) use toml::{Key, registries};

/// How anything of ours is known: the name that it runs.
pub(crate) use crate::clients::programs::OURS;

/// One entry of a file.
pub(crate) enum Entry {
    Json(Member),
    Toml(Key),
    Ini(Setting),
    Flag(Flag),
    Block(Block),
    Go(GoAuth),
    Git(GitHelper),
    Kube(KubeUser),
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
