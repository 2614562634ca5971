//! uv ("Configuration files" in its manual): `UV_KEYRING_PROVIDER`, then the project's `uv.toml` or the `[tool.uv]` of its
//! `pyproject.toml`, the user's `uv.toml`, the machine's. For `uv pip` the table `[pip]` of any of them goes first.
//! `UV_CONFIG_FILE` is read in place of all files, and `UV_NO_CONFIG` turns them off.

use std::path::{Path, PathBuf};

use super::keyring::{self, SUBPROCESS};
use super::precedence::{Overruling, Precedence};
use super::sources::{
    directories_upwards, is_same_file, machine_directories, text_of, text_value, text_variable,
    toml_value,
};
use crate::clients::path::display_path;
use crate::clients::setup_target::SetupTarget;
use crate::context::path_variable;

const VARIABLE: &str = "UV_KEYRING_PROVIDER";
const NO_CONFIG: &str = "UV_NO_CONFIG";
const KEY: &str = "keyring-provider";

/// A file with uv's settings: the tables around them are empty but for `pyproject.toml`.
struct Source {
    file: PathBuf,
    tables: &'static [&'static str],
}

impl Source {
    /// Returns the provider, in `[pip]` or outside of it.
    fn provider(&self, in_pip: bool) -> Option<String> {
        let tables = self.tables.iter().copied();
        let path: Vec<_> = tables.chain(in_pip.then_some("pip")).chain([KEY]).collect();
        toml_value(&text_of(&self.file)?, &path, text_value)
    }
}

/// Returns what uv follows before the key in `file`, the one that `setup` changes.
pub(crate) fn precedence(target: &SetupTarget<'_>, file: &Path) -> Precedence {
    let mut found = Precedence::default();
    if let Some(value) = text_variable(VARIABLE) {
        if value != SUBPROCESS {
            found.add(Overruling::variable(VARIABLE));
        } else if keyring::is_prusa_cred() {
            found.asks_through = Some(format!("the environment variable {VARIABLE}"));
        }
    } else if path_variable("UV_CONFIG_FILE").is_some() {
        by_files(&[own(file)], file, &mut found);
    } else if text_variable(NO_CONFIG).is_some_and(|value| is_true(&value)) {
        found.add(Overruling::variable(NO_CONFIG));
    } else {
        let sources = project().into_iter().chain([own(file)]).chain(machine());
        by_files(&sources.collect::<Vec<_>>(), file, &mut found);
    }
    for overruling in keyring::in_netrc(target) {
        found.add(overruling);
    }
    found
}

/// Adds the first provider outside of `[pip]` if it is not in `file`, and the first one in `[pip]`.
fn by_files(sources: &[Source], file: &Path, found: &mut Precedence) {
    let first = |in_pip| {
        let mut all = sources.iter();
        all.find_map(|source| Some((source, source.provider(in_pip)?)))
    };
    if let Some((source, value)) = first(true)
        && value != SUBPROCESS
    {
        found.add(Overruling::in_file(
            &format!("{KEY} of [pip]"),
            &source.file,
        ));
    }
    match first(false) {
        Some((source, value)) if !is_same_file(&source.file, file) => {
            if value != SUBPROCESS && precedes(sources, &source.file, file) {
                found.add(Overruling::in_file(KEY, &source.file));
            } else if value == SUBPROCESS && keyring::is_prusa_cred() {
                found.asks_through = Some(display_path(&source.file));
            }
        }
        _ => {}
    }
}

/// Returns whether one of the files goes before another.
fn precedes(sources: &[Source], one: &Path, other: &Path) -> bool {
    let position = |wanted: &Path| sources.iter().position(|it| is_same_file(&it.file, wanted));
    position(one) < position(other)
}

/// Returns the source for a `uv.toml`.
fn own(file: &Path) -> Source {
    Source {
        file: file.to_owned(),
        tables: &[],
    }
}

/// Returns the project's file: the nearest `uv.toml`, or `pyproject.toml` with `[tool.uv]`, upwards from here.
fn project() -> Option<Source> {
    directories_upwards().into_iter().find_map(|directory| {
        let file = directory.join("uv.toml");
        if file.is_file() {
            return Some(own(&file));
        }
        let file = directory.join("pyproject.toml");
        let text = text_of(&file)?;
        toml_value(&text, &["tool", "uv"], |item| {
            item.as_table_like().map(|_| ())
        })?;
        Some(Source {
            file,
            tables: &["tool", "uv"],
        })
    })
}

/// Returns the machine's file, if there is one.
fn machine() -> Option<Source> {
    let files: Vec<_> = if cfg!(windows) {
        let data = path_variable("ProgramData").into_iter();
        data.map(|it| it.join("uv").join("uv.toml")).collect()
    } else {
        let listed = machine_directories().into_iter().map(|it| it.join("uv"));
        let all = listed.chain([PathBuf::from("/etc/uv")]);
        all.map(|directory| directory.join("uv.toml")).collect()
    };
    files
        .iter()
        .find(|file| file.is_file())
        .map(|file| own(file))
}

/// Returns whether a variable's text turns a switch of uv on.
fn is_true(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    !matches!(value.as_str(), "0" | "false" | "f" | "no" | "n" | "off")
}
