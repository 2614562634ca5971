//! A setting in a section, as in pip's `pip.conf` (Python's `configparser`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::entry_state::{EditError, EntryState, KEYRING_MARK};
use crate::lines::{appended, end_of_lines, lines};

/// `key = value` in `[section]`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Setting {
    pub(crate) section: Cow<'static, str>,
    pub(crate) key: Cow<'static, str>,
    pub(crate) value: Cow<'static, str>,
}

/// The kind of a line.
enum Line<'t> {
    Section(&'t str),
    Setting(&'t str, &'t str),
    /// More of the value above.
    Continued(&'t str),
    /// Empty or a comment.
    Other,
}

/// The section whose settings every other section has too, unless it has its own.
const DEFAULT: &str = "DEFAULT";

/// Returns the lines, each with its kind; fails where `configparser` does: at a line that is none of these, a setting
/// before any section, and a section or a setting that is there twice.
fn parse(text: &str) -> Result<Vec<(&str, Line<'_>)>, EditError> {
    let mut section = None;
    let mut seen = BTreeSet::new();
    // The indentation of the setting that a deeper line continues.
    let mut continued = None;
    let mut parsed = Vec::new();
    for (number, line) in lines(text).into_iter().enumerate() {
        let trimmed = line.trim();
        let indent = line.len() - line.trim_start().len();
        let kind = if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            Line::Other
        } else if continued.is_some_and(|it| indent > it) {
            Line::Continued(trimmed)
        } else if let Some(name) = trimmed.strip_prefix('[') {
            let name = name.split_once(']').map(|(name, _)| name);
            let name = name.ok_or_else(|| line_error(number, "a section without its `]`"))?;
            if name != DEFAULT && !seen.insert((name, String::new())) {
                return Err(line_error(number, "a section that is there twice"));
            }
            section = Some(name);
            continued = None;
            Line::Section(name)
        } else {
            let name = section.ok_or_else(|| line_error(number, "a setting before any section"))?;
            let (key, value) = trimmed
                .split_once(['=', ':'])
                .ok_or_else(|| line_error(number, "neither a section nor a setting"))?;
            let key = key.trim_end();
            if !seen.insert((name, key.to_lowercase())) {
                return Err(line_error(number, "a setting that is there twice"));
            }
            continued = Some(indent);
            Line::Setting(key, value.trim_start())
        };
        parsed.push((line, kind));
    }
    Ok(parsed)
}

/// Returns the error for a line, by its number from 0.
fn line_error(number: usize, what: &str) -> EditError {
    format!("line {} is {what}", number + 1)
}

/// A value of a key, as a file has it.
pub(crate) struct Found {
    pub(crate) section: String,
    pub(crate) value: String,
    /// The number of its line, from 1.
    pub(crate) line: usize,
}

/// Returns every value of a key, in any section, with those that a section has from `[DEFAULT]`; none if the text
/// cannot
/// be parsed.
pub(crate) fn settings(text: &str, wanted: &str) -> Vec<Found> {
    let (mut section, mut is_wanted) = ("", false);
    let (mut found, mut sections): (Vec<Found>, Vec<&str>) = (Vec::new(), Vec::new());
    for (number, (_, line)) in parse(text).unwrap_or_default().into_iter().enumerate() {
        match line {
            Line::Section(name) => {
                section = name;
                sections.push(name);
            }
            Line::Setting(key, value) => {
                is_wanted = is_key(key, wanted);
                found.extend(is_wanted.then(|| Found {
                    section: section.to_owned(),
                    value: value.to_owned(),
                    line: number + 1,
                }));
            }
            Line::Continued(more) if is_wanted => {
                if let Some(last) = found.last_mut() {
                    last.value.push('\n');
                    last.value += more;
                }
            }
            Line::Continued(_) | Line::Other => {}
        }
    }
    let (of_all, mut found): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|it| it.section == DEFAULT);
    for Found { value, line, .. } in of_all {
        for name in sections.iter().filter(|name| **name != DEFAULT) {
            if !found.iter().any(|it| it.section == **name) {
                found.push(Found {
                    section: (*name).to_owned(),
                    value: value.clone(),
                    line,
                });
            }
        }
    }
    found
}

/// Returns whether a key is the wanted one: pip takes `_` for `-`, and upper case, and leaves out `--` before it.
fn is_key(key: &str, wanted: &str) -> bool {
    let key = key.replace('_', "-");
    let key = key.strip_prefix("--").unwrap_or(&key);
    key.eq_ignore_ascii_case(wanted)
}

impl Setting {
    /// Returns the number of the last line with the setting, from 0, and its value; `None` if no line has it.
    fn find<'t>(&self, parsed: &[(&str, Line<'t>)]) -> Option<(usize, &'t str)> {
        let mut is_inside = false;
        let mut last = None;
        for (number, (_, line)) in parsed.iter().enumerate() {
            match line {
                Line::Section(name) => is_inside = *name == self.section,
                Line::Setting(key, value) if is_inside && is_key(key, &self.key) => {
                    last = Some((number, *value));
                }
                _ => {}
            }
        }
        last
    }

    /// Returns what the text has as the setting. Below the mark, it is `AsWritten` or, with another value, `Modified`;
    /// without the mark `Equivalent` or `OtherProgram`. Fails if the text cannot be parsed.
    pub(super) fn state(&self, text: &str) -> Result<EntryState, EditError> {
        let parsed = parse(text)?;
        let is_marked = |number: usize| {
            let above = number.checked_sub(1).and_then(|above| parsed.get(above));
            above.is_some_and(|(line, _)| line.trim() == KEYRING_MARK)
        };
        Ok(match self.find(&parsed) {
            None => EntryState::Absent,
            Some((number, value)) if value == self.value && is_marked(number) => {
                EntryState::AsWritten
            }
            Some((_, value)) if value == self.value => EntryState::Equivalent,
            Some((number, value)) if is_marked(number) => EntryState::Modified(value.to_owned()),
            Some((_, value)) => EntryState::OtherProgram(format!("{} = {value}", self.key)),
        })
    }

    /// Returns the text with the setting: replaces its line, without adding the mark, or else adds both at the
    /// beginning of the section, which is added at the end if it is missing. Fails if the text cannot be parsed.
    pub(super) fn insert_into(&self, text: &str) -> Result<String, EditError> {
        let parsed = parse(text)?;
        let end = end_of_lines(text);
        let setting = format!("{} = {}", self.key, self.value);
        // A setting below that is indented deeper would be more of this one.
        let indent = parsed.iter().find_map(|(line, kind)| {
            let spaces = line.len() - line.trim_start().len();
            matches!(kind, Line::Setting(..)).then(|| line.get(..spaces))?
        });
        let indent = indent.unwrap_or_default();
        let marked = format!("{indent}{KEYRING_MARK}{end}{indent}{setting}{end}");
        let old = self.find(&parsed).map(|(number, _)| number);
        let header = parsed
            .iter()
            .position(|(_, line)| matches!(line, Line::Section(name) if *name == self.section));
        if old.is_none() && header.is_none() {
            let gap = if text.is_empty() { "" } else { end };
            let section = format!("{gap}[{}]{end}{KEYRING_MARK}{end}{setting}", self.section);
            return Ok(appended(text, &section));
        }
        let mut new = String::new();
        for (number, (line, _)) in parsed.iter().enumerate() {
            if Some(number) == old {
                let spaces = line.len() - line.trim_start().len();
                let spaces = line.get(..spaces).unwrap_or_default();
                new += &format!("{spaces}{setting}{end}");
                continue;
            }
            new += line;
            if old.is_none() && Some(number) == header {
                new += if line.ends_with('\n') { "" } else { end };
                new += &marked;
            }
        }
        Ok(new)
    }

    /// Returns the text without the setting's line and the line above it, whatever that is; the whole text if it does
    /// not have the setting. Fails if the text cannot be parsed.
    pub(super) fn remove_from(&self, text: &str) -> Result<String, EditError> {
        let parsed = parse(text)?;
        let Some((at, _)) = self.find(&parsed) else {
            return Ok(text.to_owned());
        };
        let kept = parsed
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != at && number + 1 != at);
        Ok(kept.map(|(_, (line, _))| *line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: Setting = Setting {
        section: Cow::Borrowed("global"),
        key: Cow::Borrowed("keyring-provider"),
        value: Cow::Borrowed("subprocess"),
    };

    #[test]
    fn removing_the_inserted_setting_restores_the_text() {
        for text in [
            "[global]\n# mine\nindex-url = https://x/\n",
            "[install]\r\nuser = yes\r\n\r\n[global]\r\ntimeout: 3\r\n",
            "[global]\n    timeout = 3\n    retries = 4\n",
            "[ global ]\n; nothing\n[global]\nextra-index-url =\n    https://a\n    https://b\n",
        ] {
            assert_eq!(SETTING.state(text), Ok(EntryState::Absent), "{text}");
            let with = SETTING.insert_into(text).expect("a text");
            assert_eq!(SETTING.state(&with), Ok(EntryState::AsWritten), "{with}");
            assert_eq!(SETTING.remove_from(&with).as_deref(), Ok(text));
        }
        let new_file = SETTING.insert_into("").expect("a text");
        assert_eq!(
            new_file,
            format!("[global]\n{KEYRING_MARK}\nkeyring-provider = subprocess\n")
        );
        let bare = SETTING.insert_into("[global]").expect("a text");
        assert_eq!(SETTING.state(&bare), Ok(EntryState::AsWritten));
    }

    #[test]
    fn a_setting_without_the_mark_is_not_ours() {
        let text = "[global]\nKeyring_Provider=subprocess\n";
        assert_eq!(SETTING.state(text), Ok(EntryState::Equivalent));
        let text = "[global]\nkeyring-provider = import\n";
        assert!(matches!(
            SETTING.state(text),
            Ok(EntryState::OtherProgram(_))
        ));
        let text = format!("[global]\n{KEYRING_MARK}\nkeyring-provider = import\nx = 1\n");
        assert!(matches!(SETTING.state(&text), Ok(EntryState::Modified(_))));
        let corrected = SETTING.insert_into(&text).expect("a text");
        assert_eq!(SETTING.state(&corrected), Ok(EntryState::AsWritten));
        for broken in [
            "x = 1\n",
            "[global\n",
            "[global]\nwhat\n",
            "[global]\nx = 1\n[install]\n[global]\n",
            "[global]\nx = 1\nX: 2\n",
        ] {
            assert!(SETTING.state(broken).is_err(), "{broken}");
        }
    }
}
