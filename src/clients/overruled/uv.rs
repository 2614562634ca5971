//! uv ("Configuration files" in its manual): `UV_KEYRING_PROVIDER`, then the project's `uv.toml` or the `[tool.uv]` of
//! its `pyproject.toml`, the user's `uv.toml`, the machine's. For `uv pip` the table `[pip]` of any of them goes first.
//! `UV_CONFIG_FILE` is read in place of all files, and `UV_NO_CONFIG` turns them off. The password of an index in a
//! variable, in its address or stored by `uv auth login` goes before `keyring`.

use std::path::{Path, PathBuf};

use toml_edit::Item;

use super::keyring::{self, SUBPROCESS};
use super::precedence::{Overruling, Precedence};
use super::sources::{
    command_words, directories_upwards, is_empty_variable, is_same_file, machine_directories,
    text_of, text_value, text_variable, toml_value,
};
use crate::clients::path::display_path;
use crate::clients::setup_target::SetupTarget;
use crate::context::{home_dir, path_variable};
use crate::escape::shell_word_of;

const VARIABLE: &str = "UV_KEYRING_PROVIDER";
const FILE_VARIABLE: &str = "UV_CONFIG_FILE";
const NO_CONFIG: &str = "UV_NO_CONFIG";
/// The variables with addresses of indexes.
const ADDRESSES: [&str; 4] = [
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
];
const KEY: &str = "keyring-provider";

/// A file with uv's settings: the tables around them are empty but for `pyproject.toml`.
struct Source {
    file: PathBuf,
    tables: &'static [&'static str],
}

/// An index of packages.
struct Index {
    name: Option<String>,
    url: String,
    /// Whether it says `authenticate = "never"`.
    is_never_signed_in: bool,
}

impl Source {
    /// Returns the provider, in `[pip]` or outside of it.
    fn provider(&self, in_pip: bool) -> Option<String> {
        let tables = self.tables.iter().copied();
        let path: Vec<_> = tables.chain(in_pip.then_some("pip")).chain([KEY]).collect();
        toml_value(&text_of(&self.file)?, &path, text_value)
    }

    /// Returns its indexes.
    fn indexes(&self) -> Vec<Index> {
        let path: Vec<_> = self.tables.iter().copied().chain(["index"]).collect();
        let text = text_of(&self.file).unwrap_or_default();
        let read = |item: &Item| {
            let tables = item.as_array_of_tables()?.iter();
            let indexes = tables.filter_map(|table| {
                let text = |key| Some(table.get(key)?.as_str()?.to_owned());
                Some(Index {
                    name: text("name"),
                    url: text("url")?,
                    is_never_signed_in: text("authenticate").as_deref() == Some("never"),
                })
            });
            Some(indexes.collect())
        };
        toml_value(&text, &path, read).unwrap_or_default()
    }

    /// Returns the addresses of the older keys for indexes, outside of `[pip]` and in it.
    fn addresses(&self) -> Vec<String> {
        let text = text_of(&self.file).unwrap_or_default();
        let tables = [&[][..], &["pip"]].into_iter();
        let keys =
            tables.flat_map(|table| ["index-url", "extra-index-url"].map(|key| (table, key)));
        let values = keys.filter_map(|(table, key)| {
            let path: Vec<_> = self
                .tables
                .iter()
                .chain(table)
                .copied()
                .chain([key])
                .collect();
            toml_value(&text, &path, command_words)
        });
        values.flatten().collect()
    }
}

/// Returns what uv follows before the key in `file`, the one that `setup` changes.
pub(crate) fn precedence(target: &SetupTarget<'_>, file: &Path) -> Precedence {
    let mut found = Precedence::default();
    // uv refuses to run with one that is empty.
    for name in [VARIABLE, NO_CONFIG] {
        if is_empty_variable(name) {
            found.add(Overruling::variable(name));
        }
    }
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

/// Returns what has a password for an index on one of the hosts, which uv uses before it runs `keyring`, or says
/// that it
/// needs none.
fn index_passwords(target: &SetupTarget<'_>, sources: &[Source]) -> Vec<Overruling> {
    let has_password = |value: &str| keyring::has_password(target, value);
    let variables = ADDRESSES.into_iter();
    let variables =
        variables.filter(|name| text_variable(name).is_some_and(|it| has_password(&it)));
    let mut found: Vec<_> = variables.map(Overruling::variable).collect();
    for source in sources {
        let in_file = |what| Overruling::in_file(what, &source.file);
        if source.addresses().iter().any(|it| has_password(it)) {
            found.push(in_file("the password in an index's address"));
        }
        for index in source.indexes() {
            if !keyring::is_on_a_host(target, &index.url) {
                continue;
            }
            if has_password(&index.url) {
                found.push(in_file("the password in an index's address"));
            }
            if index.is_never_signed_in {
                found.push(in_file("`authenticate = \"never\"` of an index"));
            }
            let name = index.name.unwrap_or_default().to_uppercase();
            let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
            let name = format!("UV_INDEX_{name}_PASSWORD");
            found.extend(text_variable(&name).map(|_| Overruling::variable(&name)));
        }
    }
    found.extend(stored_logins(target));
    found
}

/// Returns the logins of `uv auth login` for the hosts, which uv keeps in a file of its own.
fn stored_logins(target: &SetupTarget<'_>) -> Vec<Overruling> {
    let directory = path_variable("UV_CREDENTIALS_DIR").or_else(|| {
        let data = path_variable("XDG_DATA_HOME");
        let data = data.or_else(|| Some(home_dir().ok()?.join(".local").join("share")))?;
        Some(data.join("uv").join("credentials"))
    });
    let file = directory.unwrap_or_default().join("credentials.toml");
    let text = text_of(&file).unwrap_or_default();
    let read = |item: &Item| {
        let tables = item.as_array_of_tables()?.iter();
        let services = tables.filter_map(|it| it.get("service")?.as_str());
        Some(services.map(str::to_owned).collect::<Vec<_>>())
    };
    let services = toml_value(&text, &["credential"], read).unwrap_or_default();
    let of_hosts = services
        .into_iter()
        .filter(|it| keyring::is_on_a_host(target, it));
    let logins = of_hosts.map(|service| Overruling {
        what: format!("the login of `uv auth` in {}", display_path(&file)),
        mend: format!("uv auth logout {}", shell_word_of(&service)),
    });
    logins.collect()
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
