//! The keys of one profile in `config.toml`.
//!
//! Reading a key by its name makes it a known one; whatever is left at the end is unknown, which is a fault. Faults are
//! collected, so that a person hears of all of them at once. Each names file, line and key, and never quotes a value,
//! which may be a misplaced password.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::{ParseError, Url};

use super::duration::parse_duration;
use super::error::ConfigError;
use super::seal::Seal;
use super::unknown_word::not_one_of;
use crate::credential::{HostPattern, placeholder};
use crate::named_path;

/// The file, for the line numbers in errors.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// Returns an error about a key at this byte of the text.
    pub(super) fn error(self, offset: usize, key: &str, why: impl Into<String>) -> ConfigError {
        ConfigError::Key {
            file: self.path.to_owned(),
            line: self.line(offset),
            key: key.to_owned(),
            why: why.into(),
        }
    }

    /// Returns the number of the line, from 1, that this byte of the text is in.
    pub(super) fn line(self, offset: usize) -> usize {
        1 + self
            .text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count()
    }
}

/// The keys of one profile. A built-in one may have no table in the file.
pub(super) struct Keys<'a> {
    table: Option<Table<'a>>,
    name: &'a str,
    /// The keys that were read so far.
    known: Vec<&'static str>,
    faults: Vec<ConfigError>,
}

#[derive(Clone, Copy)]
struct Table<'a> {
    source: Source<'a>,
    keys: &'a DeTable<'a>,
    /// Where the name of the profile begins.
    offset: usize,
}

impl<'a> Keys<'a> {
    /// Returns the keys in the table of profile `name`, whose name begins at byte `offset`.
    pub(super) fn of(
        source: Source<'a>,
        name: &'a str,
        table: &'a DeTable<'a>,
        offset: usize,
    ) -> Self {
        let table = Some(Table {
            source,
            keys: table,
            offset,
        });
        Self {
            table,
            name,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Returns the keys of a profile that has no table: none.
    pub(super) fn none(name: &'a str) -> Self {
        Self {
            table: None,
            name,
            known: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Returns the profile's name.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Returns whether the configuration file has this profile.
    pub(super) fn is_configured(&self) -> bool {
        self.table.is_some()
    }

    /// Returns whether the table has a key, which does not count as known by that.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.find(key).is_some())
    }

    /// Returns a key's value as `read` parses it; `None` without the key, and if `read` fails, which is noted with the key
    /// and its line. The key counts as known from then on.
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let (offset, value) = self.find(key)?;
        read(value).map_err(|why| self.wrong(offset, key, why)).ok()
    }

    /// Returns a key's text; `None` without the key. It must be a string that is not empty.
    pub(super) fn string(&mut self, key: &'static str) -> Option<String> {
        self.read(key, string)
    }

    /// Returns a key's text; `None` without the key. It must be a string that is not empty, without control characters.
    pub(super) fn line(&mut self, key: &'static str) -> Option<String> {
        self.read(key, line)
    }

    /// Returns a key's list of texts; `None` without the key. Each must be valid for `line`.
    pub(super) fn lines(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.list(key, line)
    }

    /// Returns the names and texts of a key's table, in its order; `None` without the key. A text may be empty, and a
    /// number or `true` and `false` are texts too. It must be a table, no name empty or one that `check` refuses, no
    /// value something else, and nothing in it may have a control character.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        check: fn(&str) -> Result<(), String>,
    ) -> Option<Vec<(String, String)>> {
        let (offset, value) = self.find(key)?;
        let Some(table) = value.as_table() else {
            self.wrong(offset, key, "not a table of strings");
            return None;
        };
        let entry = |name: &str, value: &DeValue<'_>| {
            check(name)?;
            let text = plain_text(value).ok_or(format!("{name} is not a string"))?;
            if name.is_empty() || format!("{name}{text}").contains(char::is_control) {
                return Err("a name is empty, or something has a control character".to_owned());
            }
            Ok((name.to_owned(), text))
        };
        let mut texts = Vec::new();
        for (name, value) in table {
            match entry(name.get_ref(), value.get_ref()) {
                Ok(text) => texts.push(text),
                Err(why) => self.wrong(name.span().start, key, why),
            }
        }
        Some(texts)
    }

    /// Returns what a key's word stands for in `words`; `None` without the key. It must be one of them.
    pub(super) fn word<T: Copy>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.read(key, |value| {
            let text = string(value)?;
            let word = words.iter().find(|(word, _)| *word == text);
            word.map(|(_, meaning)| *meaning).ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                not_one_of(&text, &words)
            })
        })
    }

    /// Returns a key's address of a service; `None` without the key. It must be https, or http on a loopback host,
    /// without a user name or password.
    pub(super) fn endpoint(&mut self, key: &'static str) -> Option<Url> {
        self.read(key, |value| endpoint(&string(value)?))
    }

    /// Returns the origins in a key's list of addresses of services; `None` without the key. Each must be valid for
    /// `endpoint`.
    pub(super) fn origins(&mut self, key: &'static str) -> Option<Vec<String>> {
        self.list(key, |value| {
            endpoint(&line(value)?).map(|url| url.origin().ascii_serialization())
        })
    }

    /// Returns a key's address, which is never fetched; `None` without the key. It must be a URL; any scheme will do.
    pub(super) fn address(&mut self, key: &'static str) -> Option<Url> {
        self.read(key, |value| address(&string(value)?))
    }

    /// Returns a key's path, with the home directory for `~` and the value of `$CREDENTIALS_DIRECTORY`, where that is
    /// set; `None` without the key. It must be absolute or begin with one of them, and there must be a home directory.
    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        self.read(key, |value| named_path::absolute(&string(value)?))
    }

    /// Returns how files are stored, as a key says; `None` without the key. It must be a valid setting.
    pub(super) fn seal(&mut self, key: &'static str) -> Option<Seal> {
        self.read(key, |value| Seal::parse(&string(value)?))
    }

    /// Returns a key's duration; `None` without the key. It must be text such as `2m`, or whole seconds.
    pub(super) fn duration(&mut self, key: &'static str) -> Option<Duration> {
        self.read(key, |value| match value.as_integer() {
            Some(seconds) => parse_duration(seconds.as_str()),
            None => parse_duration(&string(value)?),
        })
    }

    /// Returns a key's time in seconds since 1970; `None` without the key. It must be a whole number.
    pub(super) fn seconds(&mut self, key: &'static str) -> Option<i64> {
        self.read(key, |value| {
            let number = value.as_integer();
            let number = number.and_then(|number| number.as_str().parse().ok());
            number.ok_or_else(|| "not a whole number".to_owned())
        })
    }

    /// Returns a key's port; `None` without the key. It must be a number from 1 to 65535.
    pub(super) fn port(&mut self, key: &'static str) -> Option<u16> {
        self.read(key, |value| {
            let number = value
                .as_integer()
                .and_then(|number| number.as_str().parse().ok());
            number
                .filter(|port| *port != 0)
                .ok_or_else(|| "not a port number".to_owned())
        })
    }

    /// Returns a key's list of hosts, in its order; `None` without the key. Each must be a valid entry.
    pub(super) fn hosts(&mut self, key: &'static str) -> Option<Vec<HostPattern>> {
        self.list(key, pattern)
    }

    /// Returns a key's list as `read` parses each entry; `None` without the key, and if it is no list. Each entry that
    /// `read` refuses is noted with its own line, which may be below that of the key, and left out.
    fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let (offset, value) = self.find(key)?;
        let Some(items) = value.as_array() else {
            self.wrong(offset, key, "not a list of strings");
            return None;
        };
        let mut entries = Vec::new();
        for (number, item) in (1..).zip(items.iter()) {
            let number: usize = number;
            match read(item.get_ref()) {
                Ok(entry) => entries.push(entry),
                Err(why) => {
                    self.wrong(item.span().start, key, format!("entry {number}: {why}"));
                }
            }
        }
        Some(entries)
    }

    /// Returns the value of a key that the profile needs, as it was read; without the key, notes that it is missing.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        value: Option<T>,
        why: &str,
    ) -> Option<T> {
        // One that is there and not valid is noted already.
        if value.is_none() && !self.has(key) {
            self.missing(key, why);
        }
        value
    }

    /// Notes that the profile lacks a key that it needs.
    pub(super) fn missing(&mut self, key: &str, why: &str) {
        let path = format!("profiles.{}.{key}", self.name);
        let fault = match self.table {
            Some(table) => table
                .source
                .error(table.offset, &path, format!("missing: {why}")),
            None => ConfigError::Missing {
                key: path,
                why: why.to_owned(),
            },
        };
        self.fault(fault);
    }

    /// Notes what is wrong, once.
    pub(super) fn fault(&mut self, fault: ConfigError) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Returns the keys that were read.
    pub(super) fn known(self) -> Vec<&'static str> {
        self.known
    }

    /// Notes every key in the table that was not asked for, as unknown; `why` says more about it, from its name and all
    /// that are known.
    pub(super) fn note_unknown(&mut self, why: impl Fn(&str, &[&'static str]) -> String) {
        let Some(table) = self.table else { return };
        for key in table.keys.keys() {
            let name = key.get_ref().as_ref();
            if !self.known.contains(&name) {
                let why = why(name, &self.known);
                self.wrong(key.span().start, name, why);
            }
        }
    }

    /// Returns everything that is wrong with the profile.
    pub(super) fn finish(self) -> Vec<ConfigError> {
        self.faults
    }

    /// Returns the byte at which a key begins, and its value; `None` without the key, which counts as known from then
    /// on.
    fn find(&mut self, key: &'static str) -> Option<(usize, &'a DeValue<'a>)> {
        self.known.push(key);
        self.table?.find(key)
    }

    /// Notes what is wrong with a key, at this byte of the text.
    fn wrong(&mut self, offset: usize, key: &str, why: impl Into<String>) {
        let path = format!("profiles.{}.{key}", self.name);
        if let Some(table) = self.table {
            self.fault(table.source.error(offset, &path, why));
        }
    }
}

impl<'a> Table<'a> {
    /// Returns the byte at which a key begins, and its value; `None` without the key.
    fn find(self, key: &str) -> Option<(usize, &'a DeValue<'a>)> {
        let (name, value) = self
            .keys
            .iter()
            .find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some((name.span().start, value.get_ref()))
    }
}

/// Returns the value's text. Fails with the reason if it is not a string or is empty.
pub(super) fn spanned_string(value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    string(value.get_ref())
}

/// Returns the value's text. Fails with the reason if it is not a string or is empty.
pub(super) fn string(value: &DeValue<'_>) -> Result<String, String> {
    match value.as_str().ok_or("not a string")? {
        "" => Err("empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}

/// Returns the text of a string, also of an empty one, of a number or of a boolean; `None` for anything else.
fn plain_text(value: &DeValue<'_>) -> Option<String> {
    let integer = value.as_integer().map(|number| number.as_str().to_owned());
    let boolean = value.as_bool().map(|boolean| boolean.to_string());
    value.as_str().map(str::to_owned).or(integer).or(boolean)
}

/// Returns the value's text. Fails with the reason if it is not a string, is empty or has a control character.
pub(super) fn line(value: &DeValue<'_>) -> Result<String, String> {
    let text = string(value)?;
    if text.chars().any(char::is_control) {
        Err("has a control character".to_owned())
    } else {
        Ok(text)
    }
}

/// Parses the value as a pattern of hosts. Fails with the reason if it is not one.
fn pattern(value: &DeValue<'_>) -> Result<HostPattern, String> {
    let text = line(value)?;
    no_placeholder(&text)?;
    HostPattern::parse(&text).map_err(|error| error.to_string())
}

/// What is wrong with an address that is a host alone, or a host with a port.
const NO_SCHEME: &str = "http:// or https:// is missing at its beginning";

/// Parses the address of a service: https, or http on a loopback host, without a user name or password. Fails with the
/// reason, without the text.
pub(super) fn endpoint(text: &str) -> Result<Url, String> {
    no_placeholder(text)?;
    if !text.contains("://") {
        return Err(NO_SCHEME.to_owned());
    }
    let url = address(text)?;
    host_of(&url)?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("holds a user name or password".into())
    }
}

/// Fails with what to do if the address has a part that stands for a name.
fn no_placeholder(address: &str) -> Result<(), String> {
    match placeholder(address) {
        None => Ok(()),
        Some(_) => Err(
            "has a placeholder in it: write your own name, such as that of your tenant, in the place of what is in \
             brackets or begins with YOUR_"
                .to_owned(),
        ),
    }
}

/// Parses an address that is never fetched: a URL of any scheme. Fails with the reason, without the text.
pub(super) fn address(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => NO_SCHEME.to_owned(),
        error => error.to_string(),
    })
}

/// Returns the host of a service's address, as an entry of `hosts` with its scheme and port.
///
/// # Errors
///
/// When the address is neither https nor http on a loopback host, or its host is not valid in `hosts`.
pub(super) fn host_of(url: &Url) -> Result<HostPattern, String> {
    let pattern =
        HostPattern::parse(&url.origin().ascii_serialization()).map_err(|error| error.to_string());
    match (url.scheme(), pattern) {
        ("https", pattern) => pattern,
        ("http", Ok(pattern)) if pattern.is_loopback() => Ok(pattern),
        _ => Err("neither an https address nor an http one on a loopback host".to_owned()),
    }
}
