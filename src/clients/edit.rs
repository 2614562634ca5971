//! The entries that clients' configuration files are to have, as data: where each belongs in its file, what it says,
//! and how it is inserted and removed. Text in, text out; only git, kubectl and go write files themselves, on a scratch
//! copy.
//!
//! A text that is not in the client's language is refused with a reason, which never quotes the text: other programs
//! keep secrets there.

mod block;
mod entry_state;
mod git_helper;
mod go_env;
mod hcl;
mod ini;
mod json;
mod kube_user;
mod rc;
mod shape;
mod toml;

use serde::{Deserialize, Serialize};

use super::env::SetupEnv;
use crate::byte_order_mark::without_mark;

pub(crate) use block::{Block, has_credentials_helper, is_complete, runs_prusa_cred};
pub(crate) use entry_state::{EditError, EntryState, describe_profile, profile_option_in};
pub(crate) use git_helper::GitHelper;
pub(crate) use go_env::{
    GoAuth, commands as go_commands, refused as go_refuses, value as go_value,
};
pub(crate) use hcl::labels as hcl_labels;
pub(crate) use ini::{Setting, settings as ini_settings};
pub(crate) use json::{Dialect, Member, server_address};
pub(crate) use kube_user::{KubeUser, list, text, user_yaml};
pub(crate) use rc::Flag;
pub(crate) use shape::Shape;
pub(crate) use toml::{Key, registries};

/// One entry of a file. Its JSON is what the record of `setup` holds of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A member of a JSON object: Docker, Podman, Claude Code, VS Code.
    Json(Member),
    /// A key of a TOML file: cargo, uv.
    Toml(Key),
    /// A setting of an INI file: pip.
    Ini(Setting),
    /// A flag in a `.bazelrc`.
    Flag(Flag),
    /// Terraform's `credentials_helper`.
    Block(Block),
    /// One of the commands in `GOAUTH`.
    Go(GoAuth),
    /// A credential helper of git.
    Git(GitHelper),
    /// A user of a kubeconfig.
    Kube(KubeUser),
}

impl Entry {
    /// Returns the entry as it was written down, with the client's own command for its file.
    pub(crate) fn with_command(mut self, env: &SetupEnv) -> Self {
        match &mut self {
            Self::Git(entry) => entry.git = env.command("git"),
            Self::Go(entry) => entry.go = env.command("go"),
            Self::Kube(entry) => entry.kubectl = env.command("kubectl"),
            Self::Json(_) | Self::Toml(_) | Self::Ini(_) | Self::Flag(_) | Self::Block(_) => {}
        }
        self
    }

    /// Returns what the text has in the entry's place; fails if it cannot be parsed or edited. A byte order mark at its
    /// beginning is no part of it.
    pub(crate) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let text = match self {
            // go takes the mark for a part of the first line, so that it does not see what is there.
            Self::Go(_) => text,
            _ => without_mark(text),
        };
        match self {
            Self::Json(entry) => entry.state(text),
            Self::Toml(entry) => entry.state(text),
            Self::Ini(entry) => entry.state(text),
            Self::Flag(entry) => Ok(entry.state(text)),
            Self::Block(entry) => entry.state(text),
            Self::Go(entry) => entry.state(text),
            Self::Git(entry) => entry.state(text),
            Self::Kube(entry) => entry.state(text),
        }
    }

    /// Returns the words of the command that the text has in the entry's place, its program first; `None` if it has
    /// none, or
    /// the client runs a link of prusa-cred, or is asked itself.
    pub(crate) fn command(&self, text: &str) -> Option<Vec<String>> {
        let text = without_mark(text);
        match self {
            Self::Json(entry) => entry.command(text),
            Self::Toml(entry) => entry.command(text),
            Self::Flag(entry) => entry.command(text),
            Self::Go(entry) => entry.command(text),
            Self::Ini(_) | Self::Block(_) | Self::Git(_) | Self::Kube(_) => None,
        }
    }

    /// Returns the text with the entry, which replaces one in its place; fails if the text cannot be edited. A byte
    /// order mark stays where the client reads it.
    pub(crate) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let (mark, text) = self.split_mark(text);
        self.inserted(text).map(|new| format!("{mark}{new}"))
    }

    /// As `insert_into`, for a text without a byte order mark.
    fn inserted(&self, text: &str) -> Result<String, EditError> {
        match self {
            Self::Json(entry) => entry.insert_into(text),
            Self::Toml(entry) => entry.insert_into(text),
            Self::Ini(entry) => entry.insert_into(text),
            Self::Flag(entry) => Ok(entry.insert_into(text)),
            Self::Block(entry) => entry.insert_into(text),
            Self::Go(entry) => entry.insert_into(text),
            Self::Git(entry) => entry.insert_into(text),
            Self::Kube(entry) => entry.insert_into(text),
        }
    }

    /// Returns the text without the entry, which it must hold as setup writes it; fails if the text cannot be edited.
    pub(crate) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let (mark, text) = self.split_mark(text);
        self.removed(text).map(|new| format!("{mark}{new}"))
    }

    /// As `remove_from`, for a text without a byte order mark.
    fn removed(&self, text: &str) -> Result<String, EditError> {
        match self {
            Self::Json(entry) => entry.remove_from(text),
            Self::Toml(entry) => entry.remove_from(text),
            Self::Ini(entry) => entry.remove_from(text),
            Self::Flag(entry) => Ok(entry.remove_from(text)),
            Self::Block(entry) => entry.remove_from(text),
            Self::Go(entry) => entry.remove_from(text),
            Self::Git(entry) => entry.remove_from(text),
            Self::Kube(entry) => entry.remove_from(text),
        }
    }

    /// Returns the byte order mark that is to stay at the beginning, which may be empty, and the text after it. Clients
    /// that read strict JSON (RFC 8259 §8.1 forbids to add one), INI files and flags fail at a mark, and go does not
    /// see the line behind it: there it goes.
    fn split_mark<'t>(&self, text: &'t str) -> (&'static str, &'t str) {
        let rest = without_mark(text);
        let stays = match self {
            Self::Json(entry) => entry.dialect == Dialect::WithComments,
            Self::Ini(_) | Self::Flag(_) | Self::Go(_) => false,
            Self::Toml(_) | Self::Block(_) | Self::Git(_) | Self::Kube(_) => true,
        };
        let has_mark = rest.len() < text.len();
        (if has_mark && stays { "\u{feff}" } else { "" }, rest)
    }

    /// Returns the entry's name in its file, which tells it from the file's other entries.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Json(entry) => entry.names.join("."),
            Self::Toml(entry) => {
                let names = entry.table.iter().map(String::as_str);
                names.chain([&*entry.name]).collect::<Vec<_>>().join(".")
            }
            Self::Ini(entry) => format!("{}.{}", entry.section, entry.key),
            Self::Flag(entry) => format!("{} {}", entry.command, entry.key),
            Self::Block(_) => "credentials_helper".to_owned(),
            Self::Go(entry) => format!("GOAUTH {}", entry.command),
            Self::Git(entry) => format!("credential.{}.helper", entry.url),
            Self::Kube(entry) => format!("users.{}", entry.name),
        }
    }

    /// Returns whether a comment in the file says that `setup` wrote the entry.
    pub(crate) fn is_marked(&self) -> bool {
        match self {
            Self::Ini(_) => true,
            Self::Toml(entry) => entry.needs_mark(),
            _ => false,
        }
    }

    /// Returns whether the entry is in the text, but where something below it takes its effect away.
    pub(crate) fn is_in_wrong_place(&self, text: &str) -> bool {
        match self {
            Self::Git(entry) => entry.is_in_wrong_place(text),
            _ => false,
        }
    }

    /// Returns the client's own command lines that insert the entry into this text, where the client has such commands.
    pub(crate) fn client_commands(&self, text: &str) -> Vec<String> {
        match self {
            Self::Git(entry) => entry.client_commands(text),
            Self::Kube(entry) => entry.client_commands(),
            Self::Go(entry) => entry.client_commands(text),
            _ => Vec::new(),
        }
    }

    /// Returns whether the entry makes the client ask for all hosts, so that several profiles may need the same one.
    pub(crate) fn is_for_all_hosts(&self) -> bool {
        match self {
            Self::Toml(entry) => entry.table.is_empty(),
            Self::Json(entry) => entry.names.len() == 1,
            Self::Ini(_) | Self::Block(_) | Self::Go(_) | Self::Kube(_) => true,
            Self::Flag(_) | Self::Git(_) => false,
        }
    }

    /// Returns whether another value was in the entry's place, which its removal brings back.
    pub(crate) fn has_replaced(&self) -> bool {
        matches!(self, Self::Json(entry) if entry.replaces.is_some())
    }

    /// Returns whether a file can have only one such entry, which may be for one profile alone: Terraform's block.
    pub(crate) fn is_only_one_per_file(&self) -> bool {
        matches!(self, Self::Block(_))
    }

    /// Returns whether the client rewrites the whole file: then its command is shown, and no difference between texts.
    pub(crate) fn is_rewritten_by_its_client(&self) -> bool {
        matches!(self, Self::Kube(_))
    }
}

#[cfg(test)]
mod tests;
