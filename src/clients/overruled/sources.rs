//! Where clients take settings from: variables, and files of the user, the project and the machine.

use std::path::{Path, PathBuf};

use toml_edit::Item;

use crate::context::{path_variable, variable_names};
use crate::store::read_foreign;
use crate::toml_file::TomlFile;

/// Returns a variable's value; `None` if it is unset or empty.
pub(super) fn text_variable(name: &str) -> Option<String> {
    path_variable(name).map(|value| value.to_string_lossy().trim().to_owned())
}

/// Returns whether a variable is set, and empty: some programs take that for a value that is not valid.
pub(super) fn is_empty_variable(name: &str) -> bool {
    text_variable(name).is_none() && variable_names().any(|it| it == name)
}

/// Returns a file's text without a byte order mark; `None` if it is missing, unreadable or not UTF-8.
pub(super) fn text_of(file: &Path) -> Option<String> {
    let text = String::from_utf8(read_foreign(file).ok()??).ok()?;
    let without_mark = text.strip_prefix('\u{feff}').map(str::to_owned);
    Some(without_mark.unwrap_or(text))
}

/// Returns the current directory and those above it, the nearest first; none if it is not known.
pub(super) fn directories_upwards() -> Vec<PathBuf> {
    let current = std::env::current_dir().unwrap_or_default();
    let directories = current.ancestors().filter(|it| !it.as_os_str().is_empty());
    directories.map(Path::to_owned).collect()
}

/// Returns the machine's directories of settings in the order in which they count: `XDG_CONFIG_DIRS`, else `/etc/xdg`.
pub(super) fn machine_directories() -> Vec<PathBuf> {
    let listed = path_variable("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".into());
    std::env::split_paths(&listed)
        .filter(|path| path.is_absolute())
        .collect()
}

/// Returns whether two paths lead to one file, or are equal.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || (real(one).is_some() && real(one) == real(other))
}

/// Returns what `read` makes of the item at a path of keys; `None` if the text is not TOML, or there is none.
pub(super) fn toml_value<T>(
    text: &str,
    path: &[&str],
    read: impl FnOnce(&Item) -> Option<T>,
) -> Option<T> {
    let file = TomlFile::parse(text).ok()?;
    read(file.get(path.iter().copied())?)
}

/// Returns the words of a command: those of a list, or those of a text, which blanks separate; `None` for another
/// value.
pub(super) fn command_words(item: &Item) -> Option<Vec<String>> {
    if let Some(text) = item.as_str() {
        return Some(text.split_whitespace().map(str::to_owned).collect());
    }
    let words = item.as_array()?.iter();
    words.map(|it| it.as_str().map(str::to_owned)).collect()
}

/// Returns a text value.
pub(super) fn text_value(item: &Item) -> Option<String> {
    item.as_str().map(str::to_owned)
}
