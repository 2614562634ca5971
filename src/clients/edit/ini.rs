//! A setting in a section, as in pip's `pip.conf` (Python's `configparser`).

use super::entry_state::{Found, MARK, Why};
use super::lines::{appended, end_of_lines, lines};

/// `key = value` under `[section]`.
pub(crate) struct Setting {
    pub(crate) section: &'static str,
    pub(crate) key: &'static str,
    pub(crate) value: &'static str,
}

/// What a line is.
enum Line<'t> {
    Section(&'t str),
    Setting(&'t str, &'t str),
    /// Empty, a comment, or the rest of a value.
    Other,
}

/// Returns the lines with what each is.
fn read(text: &str) -> Result<Vec<(&str, Line<'_>)>, Why> {
    let mut has_section = false;
    let mut read = Vec::new();
    for (number, line) in lines(text).into_iter().enumerate() {
        let trimmed = line.trim();
        let is_rest = line.starts_with([' ', '\t']);
        let is = if trimmed.is_empty() || trimmed.starts_with(['#', ';']) || is_rest {
            Line::Other
        } else if let Some(name) = trimmed.strip_prefix('[') {
            has_section = true;
            let name = name.split_once(']').map(|(name, _)| name);
            Line::Section(name.ok_or_else(|| at(number, "a section without its `]`"))?)
        } else if !has_section {
            return Err(at(number, "a setting before any section"));
        } else {
            let (key, value) = trimmed
                .split_once(['=', ':'])
                .ok_or_else(|| at(number, "neither a section nor a setting"))?;
            Line::Setting(key.trim_end(), value.trim_start())
        };
        read.push((line, is));
    }
    Ok(read)
}

fn at(number: usize, what: &str) -> Why {
    format!("line {} is {what}", number + 1)
}

impl Setting {
    /// Returns the number of the line that has the setting, and its value.
    fn look<'t>(&self, read: &[(&str, Line<'t>)]) -> Option<(usize, &'t str)> {
        let mut is_inside = false;
        let mut last = None;
        for (number, (_, line)) in read.iter().enumerate() {
            match line {
                Line::Section(name) => is_inside = *name == self.section,
                Line::Setting(key, value) if is_inside && self.is_called(key) => {
                    last = Some((number, *value));
                }
                _ => {}
            }
        }
        last
    }

    /// pip takes either, in any case.
    fn is_called(&self, key: &str) -> bool {
        key.replace('_', "-").eq_ignore_ascii_case(self.key)
    }

    pub(super) fn found(&self, text: &str) -> Result<Found, Why> {
        let read = read(text)?;
        let is_marked = |number: usize| {
            let above = number.checked_sub(1).and_then(|above| read.get(above));
            above.is_some_and(|(line, _)| line.trim_end() == MARK)
        };
        Ok(match self.look(&read) {
            None => Found::Absent,
            Some((number, value)) if value == self.value && is_marked(number) => Found::Ours,
            Some((_, value)) if value == self.value => Found::AsGood,
            Some((number, value)) if is_marked(number) => Found::Changed(value.to_owned()),
            Some((_, value)) => Found::Theirs(format!("{} = {value}", self.key)),
        })
    }

    pub(super) fn put(&self, text: &str) -> Result<String, Why> {
        let read = read(text)?;
        let end = end_of_lines(text);
        let setting = format!("{} = {}", self.key, self.value);
        let ours = format!("{MARK}{end}{setting}{end}");
        let old = self.look(&read).map(|(number, _)| number);
        let header = read
            .iter()
            .position(|(_, line)| matches!(line, Line::Section(name) if *name == self.section));
        if old.is_none() && header.is_none() {
            let gap = if text.is_empty() { "" } else { end };
            let section = format!("{gap}[{}]{end}{MARK}{end}{setting}", self.section);
            return Ok(appended(text, &section));
        }
        let mut new = String::new();
        for (number, (line, _)) in read.iter().enumerate() {
            if Some(number) == old {
                new += &format!("{setting}{end}");
                continue;
            }
            new += line;
            if old.is_none() && Some(number) == header {
                new += if line.ends_with('\n') { "" } else { end };
                new += &ours;
            }
        }
        Ok(new)
    }

    pub(super) fn take(&self, text: &str) -> Result<String, Why> {
        let read = read(text)?;
        let Some((at, _)) = self.look(&read) else {
            return Ok(text.to_owned());
        };
        let kept = read
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
        section: "global",
        key: "keyring-provider",
        value: "subprocess",
    };

    #[test]
    fn a_setting_comes_and_goes_with_its_mark() {
        for text in [
            "[global]\n# mine\nindex-url = https://x/\n",
            "[install]\r\nuser = yes\r\n\r\n[global]\r\ntimeout: 3\r\n",
            "[ global ]\n; nothing\n[global]\nextra-index-url =\n    https://a\n    https://b\n",
        ] {
            assert_eq!(SETTING.found(text), Ok(Found::Absent), "{text}");
            let with = SETTING.put(text).expect("a text");
            assert_eq!(SETTING.found(&with), Ok(Found::Ours), "{with}");
            assert_eq!(SETTING.take(&with).as_deref(), Ok(text));
        }
        let begun = SETTING.put("").expect("a text");
        assert_eq!(
            begun,
            format!("[global]\n{MARK}\nkeyring-provider = subprocess\n")
        );
        let bare = SETTING.put("[global]").expect("a text");
        assert_eq!(SETTING.found(&bare), Ok(Found::Ours));
    }

    #[test]
    fn what_a_person_wrote_is_not_ours() {
        let text = "[global]\nKeyring_Provider=subprocess\n";
        assert_eq!(SETTING.found(text), Ok(Found::AsGood));
        let text = "[global]\nkeyring-provider = import\n";
        assert!(matches!(SETTING.found(text), Ok(Found::Theirs(_))));
        let text = format!("[global]\n{MARK}\nkeyring-provider = import\nx = 1\n");
        assert!(matches!(SETTING.found(&text), Ok(Found::Changed(_))));
        let mended = SETTING.put(&text).expect("a text");
        assert_eq!(SETTING.found(&mended), Ok(Found::Ours));
        for broken in ["x = 1\n", "[global\n", "[global]\nwhat\n"] {
            assert!(SETTING.found(broken).is_err(), "{broken}");
        }
    }
}
