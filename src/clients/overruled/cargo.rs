//! cargo ("Registry Authentication" and "Configuration" in its manual): `CARGO_REGISTRIES_NAME_CREDENTIAL_PROVIDER`,
//! then `credentials.toml`, then the nearest `.cargo/config.toml` upwards from here, then the user's own, each with the
//! files that it includes after it. A provider
//! without arguments may be the name of a `credential-alias`. Only a registry without a provider takes the last of
//! `registry.global-credential-providers`. Tokens (`[registries.NAME] token`, `CARGO_REGISTRIES_NAME_TOKEN`) are used
//! by the provider `cargo:token` alone.

use std::path::{Path, PathBuf};

use toml_edit::{Item, Value};

use super::precedence::{Overruling, Precedence};
use super::sources::{
    command_words, directories_upwards, is_empty_variable, is_same_file, text_of, text_value,
    text_variable, toml_value,
};
use crate::clients::edit::{profile_option_in, registries};
use crate::clients::path::display_path;
use crate::clients::programs::{is_prusa_cred, problem_of};
use crate::clients::setup_target::SetupTarget;
use crate::context::variable_names;
use crate::credential::Request;
use crate::protocol::cargo;

/// cargo's own provider of tokens in files and variables.
const OWN: &str = "cargo:token";
/// How deep files may include each other.
const MAX_DEPTH: usize = 4;

/// Where a value is from.
enum Place {
    Variable(String),
    File(PathBuf),
}

impl Place {
    /// Returns the place for a sentence.
    fn describe(&self) -> String {
        match self {
            Self::Variable(name) => format!("the environment variable {name}"),
            Self::File(file) => display_path(file),
        }
    }

    /// Returns what overrules, which `what` names, at this place.
    fn overruling(&self, what: &str) -> Overruling {
        match self {
            Self::Variable(name) => Overruling::variable(name),
            Self::File(file) => Overruling::in_file(what, file),
        }
    }
}

/// cargo's settings, as it merges them.
struct Settings {
    /// The files, the first of which counts.
    files: Vec<PathBuf>,
}

impl Settings {
    /// Returns the settings as cargo reads them here; `file` is the user's own.
    fn read(file: &Path) -> Self {
        let home = file.parent().unwrap_or(Path::new(""));
        let mut files = first_of(home, ["credentials", "credentials.toml"]);
        for directory in directories_upwards() {
            files.extend(first_of(
                &directory.join(".cargo"),
                ["config", "config.toml"],
            ));
        }
        files.retain(|it| !is_same_file(it, file));
        files.push(file.to_owned());
        let files = files.into_iter();
        Self {
            files: files.flat_map(|it| with_included(it, MAX_DEPTH)).collect(),
        }
    }

    /// Returns the words of the value at a path of keys, with its place.
    fn words(&self, path: &[&str]) -> Option<(Vec<String>, Place)> {
        let name = variable_name(path);
        if let Some(text) = text_variable(&name) {
            let words = text.split_whitespace().map(str::to_owned);
            return Some((words.collect(), Place::Variable(name)));
        }
        self.files.iter().find_map(|file| {
            let words = toml_value(&text_of(file)?, path, command_words)?;
            Some((words, Place::File(file.clone())))
        })
    }

    /// Returns the provider of a registry that is a text in another file than the last, which is the user's own: cargo
    /// cannot merge it with a list there, and then reads no configuration at all.
    fn conflict(&self, registry: &str) -> Option<Overruling> {
        let path = ["registries", registry, "credential-provider"];
        let (_, others) = self.files.split_last()?;
        let is_text = |file: &&PathBuf| {
            let text = text_of(file).and_then(|text| toml_value(&text, &path, text_value));
            text.is_some()
        };
        let file = others.iter().find(is_text)?;
        Some(Overruling::in_file("the text credential-provider", file))
    }

    /// Returns whether there is a token for a registry.
    fn has_token(&self, registry: &str) -> bool {
        let path = ["registries", registry, "token"];
        let in_file = |file: &PathBuf| toml_value(&text_of(file)?, &path, text_value);
        text_variable(&variable_name(&path)).is_some()
            || self.files.iter().any(|it| in_file(it).is_some())
    }

    /// Returns the command that a provider's words stand for, and the place of the alias if it is one.
    fn resolve(&self, words: Vec<String>) -> (Vec<String>, Option<Place>) {
        if let [name] = words.as_slice()
            && !name.starts_with("cargo:")
            && let Some((words, place)) = self.words(&["credential-alias", name])
        {
            return (words, Some(place));
        }
        (words, None)
    }
}

/// Returns the registries, with their index, that cargo knows here apart from `file`, the one that `setup` changes:
/// from variables, whose registry is told only if its name is one word, then from the nearest file on.
pub(crate) fn registries_elsewhere(file: &Path) -> Vec<(String, String)> {
    let of_variable = |name: String| {
        let registry = name
            .strip_prefix("CARGO_REGISTRIES_")?
            .strip_suffix("_INDEX")?;
        let registry = Some(registry.to_lowercase()).filter(|it| !it.contains('_'))?;
        Some((registry, text_variable(&name)?))
    };
    let mut found: Vec<_> = variable_names().filter_map(of_variable).collect();
    for other in Settings::read(file).files {
        let text = text_of(&other)
            .filter(|_| other != file)
            .unwrap_or_default();
        for (name, index) in registries(&text).unwrap_or_default() {
            if !found.iter().any(|(it, _)| *it == name) {
                found.push((name, index));
            }
        }
    }
    found
}

/// Returns what cargo follows, here, before the providers of these registries in `file`, the one that `setup` changes,
/// which are to run prusa-cred with `options`.
pub(crate) fn precedence(
    target: &SetupTarget<'_>,
    file: &Path,
    registries: &[String],
    options: &[String],
) -> Precedence {
    let mut found = Precedence::default();
    let settings = Settings::read(file);
    for registry in registries {
        found.conflict = found.conflict.or(settings.conflict(registry));
        by_index(target, &settings, registry, &mut found);
        let path = ["registries", registry.as_str(), "credential-provider"];
        // cargo fails with one that is empty.
        let variable = variable_name(&path);
        if is_empty_variable(&variable) {
            found.add(Overruling::variable(&variable));
        }
        if let Some((words, place)) = settings.words(&path) {
            by_provider(target, &settings, file, words, &place, &mut found);
        } else {
            by_global(target, &settings, registry, &mut found);
            by_alias(&settings, options, &mut found);
        }
    }
    found
}

/// Adds what gives a registry an index elsewhere.
fn by_index(target: &SetupTarget<'_>, settings: &Settings, registry: &str, found: &mut Precedence) {
    let path = ["registries", registry, "index"];
    let Some((words, place)) = settings.words(&path) else {
        return;
    };
    let request = cargo::index(&words.concat()).ok();
    let address = request.as_ref().and_then(Request::place);
    if !address.is_some_and(|address| target.covers(&address)) {
        found.add(place.overruling(&format!("another index of {registry}")));
    }
}

/// Adds a registry's provider if it is not prusa-cred for the profile, or comes from elsewhere than `file`.
fn by_provider(
    target: &SetupTarget<'_>,
    settings: &Settings,
    file: &Path,
    words: Vec<String>,
    place: &Place,
    found: &mut Precedence,
) {
    let is_own = matches!(place, Place::File(it) if is_same_file(it, file));
    let (command, alias) = settings.resolve(words);
    match (asks_for(target, &command), alias) {
        // Without an alias, what stands in the file itself is the entry's own state.
        (_, None) if is_own => {}
        (true, _) => found.asks_through = Some(place.describe()),
        (false, Some(alias)) => found.add(alias.overruling("credential-alias")),
        (false, None) => found.add(place.overruling("credential-provider")),
    }
}

/// Takes account of the providers for all registries: the last that has an answer counts.
fn by_global(
    target: &SetupTarget<'_>,
    settings: &Settings,
    registry: &str,
    found: &mut Precedence,
) {
    let path = ["registry", "global-credential-providers"];
    let Some((providers, place)) = settings.words(&path) else {
        return;
    };
    let command = |text: &String| {
        let words = text.split_whitespace().map(str::to_owned).collect();
        settings.resolve(words).0
    };
    let mut last_first = providers.iter().rev().map(command);
    let has_token = settings.has_token(registry);
    let first = last_first.find(|command| match command.as_slice() {
        [own] if own == OWN => has_token,
        _ => true,
    });
    if first.is_some_and(|command| asks_for(target, &command)) {
        found.asks_through = Some(place.describe());
    }
}

/// Adds the alias that cargo would take for the name of prusa-cred once its entry is there.
fn by_alias(settings: &Settings, options: &[String], found: &mut Precedence) {
    let program = "prusa-cred".to_owned();
    let words = [program].into_iter().chain(options.iter().cloned());
    if let (command, Some(place)) = settings.resolve(words.collect())
        && !command.first().is_some_and(|it| is_prusa_cred(it))
    {
        found.add(place.overruling("credential-alias"));
    }
}

/// Returns whether a provider runs prusa-cred, itself or for its standard output, and the profile answers it.
fn asks_for(target: &SetupTarget<'_>, command: &[String]) -> bool {
    let program = match command {
        [own, program, ..] if own == "cargo:token-from-stdout" => Some(program),
        words => words.first(),
    };
    program.is_some_and(|it| is_prusa_cred(it) && problem_of(it).is_none())
        && profile_option_in(&command.join(" "))
            .map_or(!target.must_name_profile, |it| it == target.profile.name)
}

/// Returns the first of the files in a directory that is there, of which cargo reads only one.
fn first_of(directory: &Path, names: [&str; 2]) -> Vec<PathBuf> {
    let files = names.map(|name| directory.join(name));
    files
        .into_iter()
        .find(|file| file.is_file())
        .into_iter()
        .collect()
}

/// Returns a file and those that it includes, whose values count less; of these the last counts most. Each is named
/// by its
/// path from the file, or by a table with the path.
fn with_included(file: PathBuf, depth: usize) -> Vec<PathBuf> {
    let text = text_of(&file).unwrap_or_default();
    let path = |item: &Value| {
        let named = item.as_inline_table().and_then(|it| it.get("path"));
        named.unwrap_or(item).as_str().map(str::to_owned)
    };
    let read = |item: &Item| match item.as_array() {
        Some(all) => Some(all.iter().filter_map(path).collect()),
        None => Some(vec![path(item.as_value()?)?]),
    };
    let names: Vec<String> = toml_value(&text, &["include"], read).unwrap_or_default();
    let directory = file.parent().unwrap_or(Path::new("")).to_owned();
    let included = names.iter().rev().filter(|_| depth > 0);
    let included: Vec<_> = included.map(|name| directory.join(name)).collect();
    let below = included
        .into_iter()
        .flat_map(|it| with_included(it, depth - 1));
    [file].into_iter().chain(below).collect()
}

/// Returns the variable for a path of keys.
fn variable_name(path: &[&str]) -> String {
    let name = path.join("_").to_uppercase();
    format!("CARGO_{}", name.replace(['-', '.'], "_"))
}
