//! Podman, Buildah and Skopeo (containers-auth.json(5), containers-registries.conf(5)): `credential-helpers` of
//! `registries.conf` says which helpers are asked in which order, and where the files come among them. Of the files,
//! `REGISTRY_AUTH_FILE` or else `DOCKER_CONFIG` is the only one; without them what `podman login` has written for this
//! session goes before the user's own, and in a file `credHelpers` before `auths`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::precedence::{Overruling, Precedence};
use super::sources::{command_words, is_same_file, text_of, toml_value};
use crate::clients::env::SetupEnv;
use crate::clients::path::display_path;
use crate::clients::programs::PROGRAM_NAME;
use crate::clients::registry_logins::holds_login_at_or_below;
use crate::context::path_variable;
use crate::escape::shell_word_of;
use crate::platform;

/// The name that stands for the files among the helpers.
pub(crate) const FILES: &str = "containers-auth.json";

/// Returns what Podman follows for these registries before the helpers in `file`, the one that `setup` changes.
pub(crate) fn precedence<'k>(
    env: &SetupEnv,
    file: &Path,
    keys: impl IntoIterator<Item = &'k str>,
) -> Precedence {
    let mut found = Precedence::default();
    if let Some((conf, helpers)) = helpers(env) {
        by_helpers(&conf, &helpers, &mut found);
    }
    if path_variable("REGISTRY_AUTH_FILE").is_some() || path_variable("DOCKER_CONFIG").is_some() {
        return found;
    }
    let session = session_file();
    if is_same_file(&session, file) {
        return found;
    }
    let text = text_of(&session).unwrap_or_default();
    let Ok(session_config) = serde_json::from_str::<Value>(&text) else {
        return found;
    };
    for key in keys {
        by_session(&session, &session_config, key, &mut found);
    }
    found
}

/// Adds the helpers that go before the files, or that are asked instead of them.
fn by_helpers(conf: &Path, helpers: &[String], found: &mut Precedence) {
    let before = helpers.iter().take_while(|name| *name != FILES);
    let before: Vec<_> = before.map(String::as_str).collect();
    match before.as_slice() {
        [PROGRAM_NAME, ..] => found.asks_through = Some(display_path(conf)),
        [] if !helpers.is_empty() => {}
        _ => found.add(Overruling::in_file("credential-helpers", conf)),
    }
}

/// Adds this session's helper or login for a registry.
fn by_session(session: &Path, config: &Value, key: &str, found: &mut Precedence) {
    let helper = config.get("credHelpers").and_then(|it| it.get(key));
    if let Some(helper) = helper.and_then(Value::as_str) {
        if helper == PROGRAM_NAME {
            found.asks_through = Some(display_path(session));
        } else {
            let what = format!("this session's helper for {key}");
            found.add(Overruling::in_file(&what, session));
        }
    } else if holds_login_at_or_below(config.get("auths"), key) {
        found.add(Overruling {
            what: format!("this session's login for {key}"),
            mend: format!("podman logout {}", shell_word_of(key)),
        });
    }
}

/// Returns the file that `podman login` writes for this session.
fn session_file() -> PathBuf {
    let directory = path_variable("XDG_RUNTIME_DIR").unwrap_or_else(|| {
        let user = platform::user_id().unwrap_or_default().to_string();
        Path::new("/run/containers").join(user)
    });
    if path_variable("XDG_RUNTIME_DIR").is_some() {
        return directory.join("containers").join("auth.json");
    }
    directory.join("auth.json")
}

/// Returns the last `credential-helpers` of `registries.conf` and the files beside it, with its file.
fn helpers(env: &SetupEnv) -> Option<(PathBuf, Vec<String>)> {
    let with_names = |file: PathBuf| Some((names_in(&file)?, file));
    let found = conf_files(env).into_iter().rev().find_map(with_names);
    found.map(|(names, file)| (file, names))
}

/// Returns the names of `credential-helpers` in a file; `None` if it has no such key.
fn names_in(file: &Path) -> Option<Vec<String>> {
    toml_value(&text_of(file)?, &["credential-helpers"], command_words)
}

/// The `credential-helpers` of other files than the one that `setup` writes.
pub(crate) struct OtherHelpers {
    /// Those that count without it, with their file; the files with logins if no file names any.
    pub(crate) names: Vec<String>,
    pub(crate) file: Option<PathBuf>,
    /// The file that counts even with it.
    pub(crate) overruling: Option<Overruling>,
}

impl OtherHelpers {
    /// Reads what the files other than `own` say.
    pub(crate) fn besides(own: &Path, env: &SetupEnv) -> Self {
        let files = conf_files(env);
        let name = own.file_name();
        // The files of a directory count by their names, and `own` need not be there yet.
        let is_after = |file: &PathBuf| {
            file.parent() == own.parent() && file.file_name() > name && names_in(file).is_some()
        };
        let overruling = files.iter().rev().find(|file| is_after(file));
        let overruling = overruling.map(|file| Overruling::in_file("credential-helpers", file));
        let others = files.into_iter().rev().filter(|file| file != own);
        let found = others
            .into_iter()
            .find_map(|file| Some((names_in(&file)?, file)));
        let (names, file) = match found {
            Some((names, file)) if !names.is_empty() => (names, Some(file)),
            _ => (vec![FILES.to_owned()], None),
        };
        Self {
            names,
            file,
            overruling,
        }
    }
}

/// Returns the user's directory of files that are added to `registries.conf`: below the home directory, whatever
/// `XDG_CONFIG_HOME` is, as Podman has it.
pub(crate) fn added_directory(env: &SetupEnv) -> PathBuf {
    env.home.join(".config/containers/registries.conf.d")
}

/// Returns the files of settings about registries in the order in which they are read; a later one counts.
fn conf_files(env: &SetupEnv) -> Vec<PathBuf> {
    let machine = PathBuf::from("/etc/containers");
    let xdg = path_variable("XDG_CONFIG_HOME").map(|it| it.join("containers"));
    let at_home = env.home.join(".config/containers");
    let xdg = xdg.filter(|it| *it != at_home);
    let own: Vec<_> = xdg.into_iter().chain([at_home]).collect();
    let name = "registries.conf";
    let main = path_variable("CONTAINERS_REGISTRIES_CONF").unwrap_or_else(|| {
        let mut files = own.iter().map(|it| it.join(name));
        let file = files.find(|file| file.is_file());
        file.unwrap_or_else(|| machine.join(name))
    });
    let mut files = vec![main];
    for directory in [machine].into_iter().chain(own) {
        let entries = std::fs::read_dir(directory.join("registries.conf.d"));
        let paths = entries.into_iter().flatten().flatten().map(|it| it.path());
        let mut parts: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|it| it == "conf"))
            .collect();
        parts.sort();
        files.extend(parts);
    }
    files
}
