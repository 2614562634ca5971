//! `credential.URL.helper` in git's configuration: an empty value, which clears the list, and then ours
//! (gitcredentials(7), "Credential Contexts"). `git config` itself makes the change, on a scratch copy.

use std::path::Path;

use super::super::client_command::{ClientCommand, on_copy, why};
use super::super::git::helpers::is_ours;
use super::entry_state::{Found, Why};

/// The helper of one address.
pub(crate) struct GitHelper {
    pub(crate) url: String,
    pub(crate) value: String,
    pub(crate) git: ClientCommand,
}

impl GitHelper {
    fn key(&self) -> String {
        format!("credential.{}.helper", self.url)
    }

    fn values(&self, file: &Path) -> Result<Vec<String>, Why> {
        let file = file.to_string_lossy();
        let ran = self.git.run(
            &["config", "--file", &file, "-z", "--get-all", &self.key()],
            &[],
        )?;
        match ran.status.code() {
            Some(0) => Ok(fields(&ran.stdout)),
            Some(1) => Ok(Vec::new()),
            _ => Err(why(&ran)),
        }
    }

    pub(crate) fn found(&self, text: &str) -> Result<Found, Why> {
        let (values, _) = on_copy(text, |file| self.values(file))?;
        Ok(match values.as_slice() {
            [.., reset, ours] if reset.is_empty() && *ours == self.value => Found::Ours,
            values => match values.iter().find(|value| is_ours(value)) {
                Some(value) => Found::Changed(format!("helper = {value}")),
                None => Found::Absent,
            },
        })
    }

    pub(crate) fn put(&self, text: &str) -> Result<String, Why> {
        let change = |file: &Path| {
            let old = self.values(file)?;
            let kept = without_ours(&old);
            if kept != old {
                self.rewrite(file, &kept)?;
            }
            self.config(file, &["--add", &self.key(), ""])?;
            self.config(file, &["--add", &self.key(), &self.value])
        };
        Ok(on_copy(text, change)?.1)
    }

    pub(crate) fn take(&self, text: &str) -> Result<String, Why> {
        let change = |file: &Path| self.rewrite(file, &without_ours(&self.values(file)?));
        let ((), text) = on_copy(text, change)?;
        Ok(self.without_empty_section(&text))
    }

    fn rewrite(&self, file: &Path, values: &[String]) -> Result<(), Why> {
        self.config(file, &["--unset-all", &self.key()])?;
        for value in values {
            self.config(file, &["--add", &self.key(), value])?;
        }
        Ok(())
    }

    fn config(&self, file: &Path, arguments: &[&str]) -> Result<(), Why> {
        let file = file.to_string_lossy();
        let words = [&["config", "--file", file.as_ref()], arguments].concat();
        self.git.do_it(&words, &[])
    }

    /// Drops the section's header where git left one with nothing below it.
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

    pub(crate) fn commands(&self, text: &str) -> Vec<String> {
        let key = match self.key() {
            key if key.contains(['*', '[']) => format!("'{key}'"),
            key => key,
        };
        // What cannot be read now is told of when it is changed.
        let old = on_copy(text, |file| self.values(file)).map_or_else(|_| Vec::new(), |it| it.0);
        let kept = without_ours(&old);
        let (first, again) = if kept == old {
            (None, Vec::new())
        } else {
            (Some(format!("git config --global --unset-all {key}")), kept)
        };
        let ours = [String::new(), self.value.clone()];
        let added = again.into_iter().chain(ours).map(|value| {
            let value = value.replace('\'', r"'\''");
            format!("git config --global --add {key} '{value}'")
        });
        first.into_iter().chain(added).collect()
    }
}

/// Returns the values but ours and the empty one before it.
fn without_ours(values: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !is_ours(value) {
            kept.push(value.clone());
        } else if kept.last().is_some_and(String::is_empty) {
            kept.pop();
        }
    }
    kept
}

fn fields(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_suffix('\0').unwrap_or(&text);
    if text.is_empty() && bytes.is_empty() {
        return Vec::new();
    }
    text.split('\0').map(str::to_owned).collect()
}
