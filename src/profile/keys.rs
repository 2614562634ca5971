//! The keys of one profile in `config.toml`, each read by whoever knows what it means.
//!
//! Whoever asks for a key names it, so a key that nobody asked for is unknown. An error names file, line and key, and
//! never quotes a value: somebody may have put a password where it does not belong.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::{ConfigError, Seal, parse_duration};
use crate::credential::HostPattern;

/// The file, for telling where something stands.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a Path,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// Returns an error about a key that stands at `offset`.
    pub(super) fn error(self, offset: usize, key: &str, why: impl Into<String>) -> ConfigError {
        ConfigError::Key {
            file: self.path.to_owned(),
            line: self.line(offset),
            key: key.to_owned(),
            why: why.into(),
        }
    }

    /// Returns the number of the line that holds `offset`.
    pub(super) fn line(self, offset: usize) -> usize {
        1 + self
            .text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count()
    }
}

/// One profile's table, or none for what is only built in.
pub(super) struct Keys<'a> {
    place: Option<Place<'a>>,
    name: &'a str,
    asked: Vec<&'static str>,
}

#[derive(Clone, Copy)]
struct Place<'a> {
    source: Source<'a>,
    table: &'a DeTable<'a>,
    offset: usize,
}

impl<'a> Keys<'a> {
    /// Returns the keys of the table of profile `name`, whose name stands at `offset`.
    pub(super) fn of(
        source: Source<'a>,
        name: &'a str,
        table: &'a DeTable<'a>,
        offset: usize,
    ) -> Self {
        let place = Some(Place {
            source,
            table,
            offset,
        });
        Self {
            place,
            name,
            asked: Vec::new(),
        }
    }

    /// Returns no keys at all.
    pub(super) fn none(name: &'a str) -> Self {
        Self {
            place: None,
            name,
            asked: Vec::new(),
        }
    }

    /// Returns the profile's name.
    pub(super) fn name(&self) -> &'a str {
        self.name
    }

    /// Returns whether the configuration file has this profile.
    pub(super) fn is_configured(&self) -> bool {
        self.place.is_some()
    }

    /// Reads a key with `read`, whose error completes "KEY: ".
    pub(super) fn read<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        self.asked.push(key);
        let Some(place) = self.place else {
            return Ok(None);
        };
        let Some((span, value)) = place.find(key) else {
            return Ok(None);
        };
        let path = format!("profiles.{}.{key}", self.name);
        read(value)
            .map(Some)
            .map_err(|why| place.source.error(span, &path, why))
    }

    /// Reads text.
    pub(super) fn string(&mut self, key: &'static str) -> Result<Option<String>, ConfigError> {
        self.read(key, string)
    }

    /// Reads text without control characters.
    pub(super) fn line(&mut self, key: &'static str) -> Result<Option<String>, ConfigError> {
        self.read(key, line)
    }

    /// Reads a list of texts.
    pub(super) fn lines(&mut self, key: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        self.read(key, lines)
    }

    /// Reads one of several words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&str, T)],
    ) -> Result<Option<T>, ConfigError> {
        self.read(key, |value| {
            let text = string(value)?;
            let found = words.iter().find(|(word, _)| *word == text);
            found.map(|(_, meaning)| *meaning).ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                format!("none of {}", words.join(", "))
            })
        })
    }

    /// Reads the address of a service: https, or http on a loopback host.
    pub(super) fn endpoint(&mut self, key: &'static str) -> Result<Option<Url>, ConfigError> {
        self.read(key, |value| endpoint(&string(value)?))
    }

    /// Reads an address that is never fetched.
    pub(super) fn address(&mut self, key: &'static str) -> Result<Option<Url>, ConfigError> {
        self.read(key, |value| address(&string(value)?))
    }

    /// Reads an absolute path; `~/` stands for the home directory.
    pub(super) fn path(&mut self, key: &'static str) -> Result<Option<PathBuf>, ConfigError> {
        self.read(key, |value| path(&string(value)?))
    }

    /// Reads how a store rests.
    pub(super) fn seal(&mut self, key: &'static str) -> Result<Option<Seal>, ConfigError> {
        self.read(key, |value| Seal::parse(&string(value)?))
    }

    /// Reads a span of time: text such as `2m`, or whole seconds.
    pub(super) fn duration(&mut self, key: &'static str) -> Result<Option<Duration>, ConfigError> {
        self.read(key, |value| match value.as_integer() {
            Some(seconds) => parse_duration(seconds.as_str()),
            None => parse_duration(&string(value)?),
        })
    }

    /// Reads a port number.
    pub(super) fn port(&mut self, key: &'static str) -> Result<Option<u16>, ConfigError> {
        self.read(key, |value| {
            let number = value
                .as_integer()
                .and_then(|number| number.as_str().parse().ok());
            number
                .filter(|port| *port != 0)
                .ok_or_else(|| "not a port number".to_owned())
        })
    }

    /// Reads a list of hosts.
    pub(super) fn hosts(
        &mut self,
        key: &'static str,
    ) -> Result<Option<Vec<HostPattern>>, ConfigError> {
        let bad = Cell::new(None);
        let read = self.read(key, |value| {
            let items = value.as_array().ok_or("not a list of strings")?;
            let numbered = (1..).zip(items.iter());
            let patterns = numbered.map(|(number, item): (usize, _)| {
                pattern(item.get_ref()).map_err(|why| {
                    bad.set(Some(item.span().start));
                    format!("entry {number}: {why}")
                })
            });
            patterns.collect()
        });
        match (read, bad.get(), self.place) {
            // An entry may stand lines below the key.
            (Err(ConfigError::Key { key, why, .. }), Some(at), Some(place)) => {
                Err(place.source.error(at, &key, why))
            }
            (read, _, _) => read,
        }
    }

    /// Returns the error of a profile that lacks `key`.
    pub(super) fn missing(&self, key: &str, why: &str) -> ConfigError {
        let path = format!("profiles.{}.{key}", self.name);
        match self.place {
            Some(place) => place
                .source
                .error(place.offset, &path, format!("missing: {why}")),
            None => ConfigError::Missing {
                key: path,
                why: why.to_owned(),
            },
        }
    }

    /// Checks that every key that is there was asked for.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        let Some(place) = self.place else {
            return Ok(());
        };
        for key in place.table.keys() {
            let name = key.get_ref().as_ref();
            if !self.asked.contains(&name) {
                let path = format!("profiles.{}.{name}", self.name);
                return Err(place.source.error(
                    key.span().start,
                    &path,
                    unknown(name, &self.asked),
                ));
            }
        }
        Ok(())
    }
}

impl<'a> Place<'a> {
    fn find(self, key: &str) -> Option<(usize, &'a DeValue<'a>)> {
        let (name, value) = self
            .table
            .iter()
            .find(|(name, _)| name.get_ref().as_ref() == key)?;
        Some((name.span().start, value.get_ref()))
    }
}

/// Returns what is wrong with a key that nobody knows.
pub(super) fn unknown(key: &str, known: &[&str]) -> String {
    let is_close =
        |known: &&&str| known.len() > 2 && (known.starts_with(key) || key.starts_with(**known));
    match known.iter().find(is_close) {
        Some(close) => format!("unknown key (did you mean {close}?)"),
        None => format!("unknown key (known: {})", known.join(", ")),
    }
}

/// Reads text that is not empty.
pub(super) fn spanned_string(value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    string(value.get_ref())
}

fn string(value: &DeValue<'_>) -> Result<String, String> {
    match value.as_str().ok_or("not a string")? {
        "" => Err("empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}

fn line(value: &DeValue<'_>) -> Result<String, String> {
    let text = string(value)?;
    if text.chars().any(char::is_control) {
        Err("has a control character".to_owned())
    } else {
        Ok(text)
    }
}

fn lines(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let items = value.as_array().ok_or("not a list of strings")?;
    items.iter().map(|item| line(item.get_ref())).collect()
}

fn pattern(value: &DeValue<'_>) -> Result<HostPattern, String> {
    HostPattern::parse(&line(value)?).map_err(|error| error.to_string())
}

/// Reads the address of a service: https, or http on a loopback host, and no user name or password in it.
pub(super) fn endpoint(text: &str) -> Result<Url, String> {
    let url = address(text)?;
    host_of(&url)?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("holds a user name or password".into())
    }
}

/// Reads an address that is never fetched.
pub(super) fn address(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| error.to_string())
}

/// Reads an absolute path; `~/` stands for the home directory.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.strip_prefix("~") {
        Ok(rest) => dirs::home_dir()
            .map(|home| home.join(rest))
            .ok_or_else(|| "there is no home directory".to_owned()),
        Err(_) if path.is_absolute() => Ok(path),
        Err(_) => Err("not an absolute path (`~/…` is one)".to_owned()),
    }
}

/// Returns the host of a service's address, as a profile's `hosts` would name it.
pub(super) fn host_of(url: &Url) -> Result<HostPattern, String> {
    let pattern =
        HostPattern::parse(&url.origin().ascii_serialization()).map_err(|error| error.to_string());
    match (url.scheme(), pattern) {
        ("https", pattern) => pattern,
        ("http", Ok(pattern)) if pattern.is_loopback() => Ok(pattern),
        _ => Err("neither an https address nor an http one on a loopback host".to_owned()),
    }
}
