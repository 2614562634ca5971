//! `credential.URL.helper` in git's configuration: an empty value, which clears the list of helpers, and then
//! prusa-cred (gitcredentials(7), "Credential Contexts").
//!
//! `git config --add` would write into the last section of the address, wherever that stands, and `--unset-all` and
//! `--add` move what others wrote. So the lines are placed here, and git reads the result, on a scratch copy, before it
//! counts.

use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::client_command::{ClientCommand, first_error_line, with_scratch_copy};
use super::super::git::address::Address;
use super::super::git::config_lines::{ConfigLines, Place};
use super::super::git::helper_program::runs_prusa_cred;
use super::entry_state::{EditError, EntryState};
use crate::escape::shell_word_of;
use crate::lines::{end_of_lines, inserted, without};

const NOT_UNDERSTOOD: &str = "its layout is one that prusa-cred does not edit";

/// The only credential helper that git asks for one address.
#[derive(Serialize, Deserialize)]
pub(crate) struct GitHelper {
    pub(crate) url: String,
    /// The command line that git makes its helper's from.
    pub(crate) value: String,
    /// Whether git is to send the path too (`credential.URL.useHttpPath`), as it has to where that decides who answers.
    pub(crate) sends_path: bool,
    /// Whether git, asked now, says that what is in the user's own file has no effect.
    #[serde(skip)]
    pub(crate) is_overruled: bool,
    /// git itself, which reads its files, if it is installed.
    #[serde(skip)]
    pub(crate) git: Option<ClientCommand>,
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

    /// Returns the section of git's setting, as keys begin with it.
    fn section(&self) -> String {
        format!("credential.{}", self.url)
    }

    /// Returns whether the file lets git send the path for the address, if it has to.
    fn is_path_sent(&self, file: &Path) -> Result<bool, EditError> {
        let values = || self.values_of(file, &["--bool"], &self.path_key());
        Ok(!self.sends_path || values()?.last().is_some_and(|it| it == "true"))
    }

    /// Returns the helpers that the file has for the address, in its order, or none; fails if git cannot read the file.
    fn values(&self, file: &Path) -> Result<Vec<String>, EditError> {
        self.values_of(file, &[], &self.key())
    }

    /// Returns the values that the file has for a key, in its order, or none; fails if git cannot read the file.
    fn values_of(
        &self,
        file: &Path,
        options: &[&str],
        key: &str,
    ) -> Result<Vec<String>, EditError> {
        let file = file.to_string_lossy();
        let words = [&["config", "--file", &file, "-z"], options];
        let words = [&words.concat(), &["--get-all", key][..]].concat();
        let ran = self
            .git
            .as_ref()
            .ok_or("git is not installed")?
            .run(&words, &[])?;
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

    /// Returns whether the helpers that setup writes are in the text, and above something that takes their effect away:
    /// git was asked, and said that they have none.
    pub(crate) fn is_in_wrong_place(&self, text: &str) -> bool {
        let own = self.own_range(text).unwrap_or_default();
        let lines = ConfigLines::parse(text).unwrap_or_default();
        let mut later = lines.settings.iter();
        let later = later.any(|it| it.range.start >= own.end && self.may_overrule(it));
        self.is_overruled && !own.is_empty() && later
    }

    /// Returns the text with an empty helper and prusa-cred's below all that could take their effect away: at the end
    /// of the address's section where that is possible, else in a new one at the end of the file. What `setup` wrote
    /// for the address before is removed. Fails if git cannot read it.
    pub(crate) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let text = self.without_pairs(text)?;
        let lines = ConfigLines::parse(&text).ok_or(NOT_UNDERSTOOD)?;
        let at = lines.end_of_section(&self.section(), |it| self.may_overrule(it));
        let is_path_sent = match at {
            Some(_) => with_scratch_copy(&text, |file| self.is_path_sent(file))?.0,
            None => !self.sends_path,
        };
        let newline = end_of_lines(&text);
        let mut own = vec![
            "\thelper = ".to_owned(),
            format!("\thelper = {}", self.value),
        ];
        if !is_path_sent || (self.sends_path && self.is_overruled) {
            own.push("\tuseHttpPath = true".to_owned());
        }
        if at.is_none() {
            own.insert(0, self.header());
        }
        let at = at.unwrap_or(text.len());
        let is_line_ended = at == 0 || text.get(..at).is_some_and(|it| it.ends_with('\n'));
        let before = if is_line_ended { "" } else { newline };
        let own = format!("{before}{}{newline}", own.join(newline));
        let new = inserted(&text, at, &own).ok_or(NOT_UNDERSTOOD)?;
        match self.state(&new)? {
            EntryState::AsWritten => Ok(new),
            _ => Err(NOT_UNDERSTOOD.to_owned()),
        }
    }

    /// Returns the text without the lines that setup writes, and without a section that is then empty. Fails if git
    /// cannot read it.
    pub(crate) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let own = self.own_range(text)?;
        let text = without(text, own).ok_or(NOT_UNDERSTOOD)?;
        Ok(self.without_empty_section(&text))
    }

    /// Returns the bytes of the last empty helper and prusa-cred's behind it, with a `useHttpPath` right below if that
    /// is needed; nothing if the text has none. Fails if git cannot read it.
    fn own_range(&self, text: &str) -> Result<Range<usize>, EditError> {
        let pairs = self.pairs(text)?;
        Ok(pairs.into_iter().next_back().unwrap_or_default())
    }

    /// Returns the text without any empty helper with prusa-cred's behind it. Fails if git cannot read it.
    fn without_pairs(&self, text: &str) -> Result<String, EditError> {
        let mut new = text.to_owned();
        for pair in self.pairs(text)?.into_iter().rev() {
            new = without(&new, pair).ok_or(NOT_UNDERSTOOD)?;
        }
        if new != text {
            new = self.without_empty_section(&new);
        }
        Ok(new)
    }

    /// Returns the bytes of every empty helper of the address and prusa-cred's right below it, with a `useHttpPath`
    /// right below if that is needed. Fails if git cannot read the text.
    fn pairs(&self, text: &str) -> Result<Vec<Range<usize>>, EditError> {
        let values = with_scratch_copy(text, |file| self.values(file))?.0;
        let lines = ConfigLines::parse(text).ok_or(NOT_UNDERSTOOD)?;
        let places: Vec<_> = lines.settings.iter().enumerate().collect();
        let is_helper = |it: &&(usize, &Place)| it.1.key == self.key();
        let helpers: Vec<_> = places.iter().filter(is_helper).collect();
        if helpers.len() != values.len() {
            return Err(NOT_UNDERSTOOD.to_owned());
        }
        let path_key = self.path_key().to_ascii_lowercase();
        let mut pairs = Vec::new();
        for (values, places_of) in values.windows(2).zip(helpers.windows(2)) {
            let ([reset, own], [first, second]) = (values, places_of) else {
                continue;
            };
            if !reset.is_empty() || !runs_prusa_cred(own) || second.0 != first.0 + 1 {
                continue;
            }
            let next = lines.settings.get(second.0 + 1);
            let path = next.filter(|it| {
                self.sends_path
                    && it.key.to_ascii_lowercase() == path_key
                    && it.range.start == second.1.range.end
            });
            let end = path.unwrap_or(second.1).range.end;
            pairs.push(first.1.range.start..end);
        }
        Ok(pairs)
    }

    /// Returns the text without the section's header where there is one without settings below it; comments stay.
    fn without_empty_section(&self, text: &str) -> String {
        let header = self.header();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let is_empty = |at: usize| {
            let next = lines
                .iter()
                .skip(at + 1)
                .map(|line| line.trim())
                .find(|line| !line.is_empty() && !line.starts_with(['#', ';']));
            next.is_none_or(|line| line.starts_with('['))
        };
        let kept = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| line.trim() != header || !is_empty(*at));
        kept.map(|(_, line)| *line).collect()
    }

    /// Returns whether a setting that is read later may take the effect of a helper away: a helper of the address or of
    /// a part of it, whether the path is sent, or another file.
    fn may_overrule(&self, place: &Place) -> bool {
        let key = place.key.as_str();
        let (section, name) = key.rsplit_once('.').unwrap_or_default();
        if name == "path" && (section == "include" || section.starts_with("includeif.")) {
            return true;
        }
        let address = ["helper", "usehttppath"].into_iter().find_map(|name| {
            let address = key.strip_prefix("credential.")?.strip_suffix(name)?;
            Some(address.strip_suffix('.').unwrap_or_default())
        });
        address.is_some_and(|address| {
            let (address, asked) = (Address::parse(address), Address::asked_for(&self.url));
            address.matches(&asked) || address.part_of(&asked).is_some()
        })
    }

    /// Returns the line that begins the address's section.
    fn header(&self) -> String {
        format!("[credential \"{}\"]", self.url)
    }

    /// Returns the `git config --global` command lines that make the same change as `insert_into`, quoted for a shell;
    /// if git cannot read the text, as if it were empty. None where it has no command for it: `--add` writes into a
    /// section that is there, also above what would take its effect away.
    pub(crate) fn client_commands(&self, text: &str) -> Vec<String> {
        let lines = ConfigLines::parse(text).unwrap_or_default();
        let has_section = lines.end_of_section(&self.section(), |_| false).is_some();
        let end = lines.end_of_section(&self.section(), |it| self.may_overrule(it));
        if has_section && (end.is_none() || self.is_in_wrong_place(text)) {
            return Vec::new();
        }
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

/// Returns the values without any empty one with prusa-cred's behind it.
fn without_prusa_cred(values: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if runs_prusa_cred(value) && kept.last().is_some_and(String::is_empty) {
            kept.pop();
        } else {
            kept.push(value.clone());
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
