//! `credential.URL.helper` in git's configuration: an empty value, which clears the list of helpers, and then
//! prusa-cred (gitcredentials(7), "Credential Contexts"). `git config` itself makes the change, on a scratch copy.

use std::path::Path;

use super::super::client_command::{ClientCommand, first_error_line, with_scratch_copy};
use super::super::git::helpers::runs_prusa_cred;
use super::entry_state::{EditError, EntryState};
use crate::escape::shell_word_of;

/// The only credential helper that git asks for one address.
pub(crate) struct GitHelper {
    pub(crate) url: String,
    /// The command line that git makes its helper's from.
    pub(crate) value: String,
    /// Whether git is to send the path too (`credential.URL.useHttpPath`), as it has to where that decides who answers.
    pub(crate) sends_path: bool,
    /// git itself, which reads and writes its files.
    pub(crate) git: ClientCommand,
}

impl GitHelper {
    /// Returns the key of git's setting: `credential.URL.helper`.
    fn key(&self) -> String {
        format!("credential.{}.helper", self.url)
    }

    /// Returns the key of git's setting: `credential.URL.useHttpPath`.
    fn path_key(&self) -> String {
        format!("credential.{}.useHttpPath", self.url)
    }

    /// Returns whether the file lets git send the path for the address, if it has to.
    fn is_path_sent(&self, file: &Path) -> Result<bool, EditError> {
        Ok(!self.sends_path || self.values_of(file, &self.path_key())? == ["true"])
    }

    /// Returns the helpers that the file has for the address, in its order, or none; fails if git cannot read the file.
    fn values(&self, file: &Path) -> Result<Vec<String>, EditError> {
        self.values_of(file, &self.key())
    }

    /// Returns the values that the file has for a key, in its order, or none; fails if git cannot read the file.
    fn values_of(&self, file: &Path, key: &str) -> Result<Vec<String>, EditError> {
        let file = file.to_string_lossy();
        let ran = self
            .git
            .run(&["config", "--file", &file, "-z", "--get-all", key], &[])?;
        match ran.status.code() {
            Some(0) => Ok(fields(&ran.stdout)),
            Some(1) => Ok(Vec::new()),
            _ => Err(first_error_line(&ran)),
        }
    }

    /// Returns what the text has as the address's helpers: `AsWritten` if the last two are those that setup writes, and
    /// the path is sent if it has to be, else `Modified` if any of them runs prusa-cred, else `Absent`, whatever other
    /// helpers there are. Fails if git cannot read the text.
    pub(crate) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let read = |file: &Path| Ok((self.values(file)?, self.is_path_sent(file)?));
        let ((values, is_path_sent), _) = with_scratch_copy(text, read)?;
        Ok(match values.as_slice() {
            [.., reset, last] if is_path_sent && reset.is_empty() && *last == self.value => {
                EntryState::AsWritten
            }
            values => match values.iter().find(|value| runs_prusa_cred(value)) {
                Some(value) => EntryState::Modified(format!("helper = {value}")),
                None => EntryState::Absent,
            },
        })
    }

    /// Returns the text with an empty helper and prusa-cred's after the others; earlier ones of prusa-cred are removed.
    /// Fails if git cannot read or change it.
    pub(crate) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let change = |file: &Path| {
            let old = self.values(file)?;
            let kept = without_prusa_cred(&old);
            if kept != old {
                self.rewrite(file, &kept)?;
            }
            self.config(file, &["--add", &self.key(), ""])?;
            self.config(file, &["--add", &self.key(), &self.value])?;
            if self.is_path_sent(file)? {
                return Ok(());
            }
            self.config(file, &["--replace-all", &self.path_key(), "true"])
        };
        Ok(with_scratch_copy(text, change)?.1)
    }

    /// Returns the text without the address's helpers that run prusa-cred, the empty one before each, `useHttpPath` if
    /// that was needed, and a section that is then empty. Fails if git cannot read or change it, or the address has no
    /// helpers.
    pub(crate) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let change = |file: &Path| {
            self.rewrite(file, &without_prusa_cred(&self.values(file)?))?;
            if self.sends_path && self.is_path_sent(file)? {
                self.config(file, &["--unset-all", &self.path_key()])?;
            }
            Ok(())
        };
        let ((), text) = with_scratch_copy(text, change)?;
        Ok(self.without_empty_section(&text))
    }

    /// Replaces all helpers that the file has for the address by these values; fails if it has none, or git fails.
    fn rewrite(&self, file: &Path, values: &[String]) -> Result<(), EditError> {
        self.config(file, &["--unset-all", &self.key()])?;
        for value in values {
            self.config(file, &["--add", &self.key(), value])?;
        }
        Ok(())
    }

    /// Runs `git config --file` on the file with these arguments; fails if git does.
    fn config(&self, file: &Path, arguments: &[&str]) -> Result<(), EditError> {
        let file = file.to_string_lossy();
        let words = [&["config", "--file", file.as_ref()], arguments].concat();
        self.git.run_checked(&words, &[])
    }

    /// Returns the text without the section's header where git has left one without settings below it.
    fn without_empty_section(&self, text: &str) -> String {
        let header = format!("[credential \"{}\"]", self.url);
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let is_empty = |at: usize| {
            let next = lines
                .iter()
                .skip(at + 1)
                .find(|line| !line.trim().is_empty());
            next.is_none_or(|line| line.trim_start().starts_with('['))
        };
        let kept = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| line.trim() != header || !is_empty(*at));
        kept.map(|(_, line)| *line).collect()
    }

    /// Returns the `git config --global` command lines that make the same change as `insert_into`, quoted for a shell;
    /// if git cannot read the text, as if it were empty.
    pub(crate) fn client_commands(&self, text: &str) -> Vec<String> {
        let key = shell_word_of(&self.key());
        // A file that cannot be read here is an error when the change is made.
        let old = with_scratch_copy(text, |file| self.values(file))
            .map_or_else(|_| Vec::new(), |it| it.0);
        let kept = without_prusa_cred(&old);
        let (unset, re_added) = if kept == old {
            (None, Vec::new())
        } else {
            (Some(format!("git config --global --unset-all {key}")), kept)
        };
        let own_values = [String::new(), self.value.clone()];
        let added = re_added.into_iter().chain(own_values).map(|value| {
            let value = value.replace('\'', r"'\''");
            format!("git config --global --add {key} '{value}'")
        });
        let path_key = shell_word_of(&self.path_key());
        let path = self
            .sends_path
            .then(|| format!("git config --global {path_key} true"));
        unset.into_iter().chain(added).chain(path).collect()
    }
}

/// Returns the values without those that run prusa-cred, and without an empty one right before such a value.
fn without_prusa_cred(values: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !runs_prusa_cred(value) {
            kept.push(value.clone());
        } else if kept.last().is_some_and(String::is_empty) {
            kept.pop();
        }
    }
    kept
}

/// Returns the values that `git config -z` has printed.
fn fields(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_suffix('\0').unwrap_or(&text);
    if text.is_empty() && bytes.is_empty() {
        return Vec::new();
    }
    text.split('\0').map(str::to_owned).collect()
}
