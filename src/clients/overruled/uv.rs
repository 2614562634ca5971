//! uv ("Configuration files" in its manual): `UV_KEYRING_PROVIDER`, then the project's `uv.toml` or the `[tool.uv]` of
//! its `pyproject.toml`, the user's `uv.toml`, the machine's. For `uv pip` the table `[pip]` of any of them goes first.
//! `UV_CONFIG_FILE` is read in place of all files, and `UV_NO_CONFIG` turns them off. The password of an index in a
//! variable goes before `keyring`.

use std::path::{Path, PathBuf};

use toml_edit::Item;

use super::keyring::{self, SUBPROCESS};
use super::precedence::{Overruling, Precedence};
use super::sources::{
    directories_upwards, is_same_file, machine_directories, text_of, text_value, text_variable,
    toml_value,
};
use crate::clients::path::display_path;
use crate::clients::setup_target::SetupTarget;
use crate::context::path_variable;
use crate::credential::Request;

const VARIABLE: &str = "UV_KEYRING_PROVIDER";
const FILE_VARIABLE: &str = "UV_CONFIG_FILE";
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

    /// Returns the indexes with a name, each with its address.
    fn indexes(&self) -> Vec<(String, String)> {
        let path: Vec<_> = self.tables.iter().copied().chain(["index"]).collect();
        let text = text_of(&self.file).unwrap_or_default();
        let read = |item: &Item| {
            let tables = item.as_array_of_tables()?.iter();
            let pairs = tables.filter_map(|table| {
                let text = |key| Some(table.get(key)?.as_str()?.to_owned());
                Some((text("name")?, text("url")?))
            });
            Some(pairs.collect())
        };
        toml_value(&text, &path, read).unwrap_or_default()
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
    } else {
        if is_without_files() {
            found.add(Overruling::variable(NO_CONFIG));
        }
        by_files(&sources(file), file, &mut found);
    }
    let passwords = index_passwords(target, &sources(file));
    for overruling in keyring::in_netrc(target).into_iter().chain(passwords) {
        found.add(overruling);
    }
    found
}

/// Returns whether a variable turns all files off; `UV_CONFIG_FILE` is read nevertheless.
fn is_without_files() -> bool {
    path_variable(FILE_VARIABLE).is_none()
        && text_variable(NO_CONFIG).is_some_and(|value| is_true(&value))
}

/// Returns the files that uv reads here, the first of which counts; `file` is the one that `setup` changes.
fn sources(file: &Path) -> Vec<Source> {
    if path_variable(FILE_VARIABLE).is_some() {
        return vec![own(file)];
    }
    if is_without_files() {
        return Vec::new();
    }
    let all = project().into_iter().chain([own(file)]).chain(machine());
    all.collect()
}

/// Returns the variables with a password for an index on one of the hosts, which uv uses before it runs `keyring`.
fn index_passwords(target: &SetupTarget<'_>, sources: &[Source]) -> Vec<Overruling> {
    let indexes = sources.iter().flat_map(Source::indexes);
    let names = indexes.filter(|(_, url)| {
        let request = Request::for_url(url).ok();
        let place = request.as_ref().and_then(Request::place);
        place.is_some_and(|place| target.covers(&place))
    });
    let variables = names.map(|(name, _)| {
        let name = name.to_uppercase();
        let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        format!("UV_INDEX_{name}_PASSWORD")
    });
    let set = variables.filter(|name| text_variable(name).is_some());
    set.map(|name| Overruling::variable(&name)).collect()
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
