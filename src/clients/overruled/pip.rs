//! pip ("Configuration" in its manual): `PIP_KEYRING_PROVIDER`, then a command's own section in any file, then
//! `[global]`; of the files `PIP_CONFIG_FILE`, the one of its own installation or virtual environment, the user's, the
//! machine's. An empty value does not count. A password in an index's address goes before `keyring`. `subprocess`
//! skips a `keyring` in the directory of pip's own programs.

use std::path::{Path, PathBuf};

use super::keyring::{self, SUBPROCESS};
use super::precedence::{Overruling, Precedence};
use super::sources::{is_same_file, machine_directories, text_of, text_variable};
use crate::clients::edit::ini_settings;
use crate::clients::env::SetupEnv;
use crate::clients::path::display_path;
use crate::clients::setup_target::SetupTarget;
use crate::context::path_variable;
use crate::program::find;

const VARIABLE: &str = "PIP_KEYRING_PROVIDER";
const FILE_VARIABLE: &str = "PIP_CONFIG_FILE";
const KEY: &str = "keyring-provider";
/// The commands that contact an index, each of which may have a section.
const COMMANDS: [&str; 7] = [
    "install", "download", "wheel", "lock", "index", "list", "search",
];

/// Returns what pip follows before the setting in `file`, the one that `setup` changes.
pub(crate) fn precedence(env: &SetupEnv, target: &SetupTarget<'_>, file: &Path) -> Precedence {
    let mut found = Precedence::default();
    if let Some(value) = text_variable(VARIABLE) {
        if value != SUBPROCESS {
            found.add(Overruling::variable(VARIABLE));
        } else if keyring::is_prusa_cred() {
            found.asks_through = Some(format!("the environment variable {VARIABLE}"));
        }
    } else {
        if reads_no_file() {
            found.add(Overruling::variable(FILE_VARIABLE));
        }
        by_files(env, file, &mut found);
    }
    let passwords = index_passwords(env, target, file);
    for overruling in passwords
        .into_iter()
        .chain(keyring::in_netrc(target))
        .chain(skipped_keyring())
    {
        found.add(overruling);
    }
    found
}

/// Returns what has a password for an index on one of the hosts.
fn index_passwords(env: &SetupEnv, target: &SetupTarget<'_>, file: &Path) -> Vec<Overruling> {
    let has_password = |value: &str| keyring::has_password(target, value);
    let variables = ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"].into_iter();
    let variables =
        variables.filter(|name| text_variable(name).is_some_and(|it| has_password(&it)));
    let mut found: Vec<_> = variables.map(Overruling::variable).collect();
    for file in files(env, file).iter().filter(|_| !reads_no_file()) {
        let text = text_of(file).unwrap_or_default();
        for key in ["index-url", "extra-index-url"] {
            let settings = ini_settings(&text, key).into_iter();
            let with_one = settings.filter(|it| {
                let section = it.section.as_str();
                (section == "global" || COMMANDS.contains(&section)) && has_password(&it.value)
            });
            found.extend(with_one.map(|it| {
                let what = format!("the password in {key} of [{}]", it.section);
                Overruling::in_line(&what, file, it.line)
            }));
        }
    }
    found
}

/// Returns whether `PIP_CONFIG_FILE` is the null device, with which pip reads no file at all.
pub(crate) fn reads_no_file() -> bool {
    let null = if cfg!(windows) { "nul" } else { "/dev/null" };
    text_variable(FILE_VARIABLE).is_some_and(|file| file.eq_ignore_ascii_case(null))
}

/// Adds the sections and files that go before `[global]` in `file`.
fn by_files(env: &SetupEnv, file: &Path, found: &mut Precedence) {
    let settings: Vec<_> = files(env, file)
        .into_iter()
        .flat_map(|file| {
            let settings = ini_settings(&text_of(&file).unwrap_or_default(), KEY);
            let settings = settings.into_iter().filter(|it| !it.value.is_empty());
            settings.map(move |setting| (file.clone(), setting))
        })
        .collect();
    let last = |section: &str| {
        let mut all = settings.iter().rev();
        all.find(|(_, setting)| setting.section == section)
    };
    for section in COMMANDS {
        if let Some((file, setting)) = last(section)
            && setting.value != SUBPROCESS
        {
            let what = format!("{KEY} of [{section}]");
            found.add(Overruling::in_line(&what, file, setting.line));
        }
    }
    match last("global") {
        Some((other, _)) if is_same_file(other, file) => {}
        Some((other, setting)) if setting.value == SUBPROCESS && keyring::is_prusa_cred() => {
            found.asks_through = Some(display_path(other));
        }
        Some((other, setting))
            if setting.value != SUBPROCESS && is_read_after(env, other, file) =>
        {
            let what = format!("{KEY} of [global]");
            found.add(Overruling::in_line(&what, other, setting.line));
        }
        _ => {}
    }
}

/// Returns whether pip reads one of its files after another, and so follows it first.
fn is_read_after(env: &SetupEnv, one: &Path, other: &Path) -> bool {
    let files = files(env, other);
    let position = |wanted: &Path| files.iter().rposition(|file| is_same_file(file, wanted));
    position(one) > position(other)
}

/// Returns the files in the order in which pip reads them; a later one counts. The user's own are left out where
/// `PIP_CONFIG_FILE` names `file`.
fn files(env: &SetupEnv, file: &Path) -> Vec<PathBuf> {
    let name = if cfg!(windows) { "pip.ini" } else { "pip.conf" };
    let mut files = machine_files(name);
    let named = path_variable(FILE_VARIABLE).filter(|_| !reads_no_file());
    if named.is_none() {
        let legacy = if cfg!(windows) { "pip" } else { ".pip" };
        files.push(env.home.join(legacy).join(name));
        files.push(file.to_owned());
    }
    files.extend(prefixes().into_iter().map(|prefix| prefix.join(name)));
    files.extend(named);
    files
}

/// Returns the machine's files.
fn machine_files(name: &str) -> Vec<PathBuf> {
    if cfg!(windows) {
        let data = path_variable("ProgramData");
        return data
            .map(|it| it.join("pip").join(name))
            .into_iter()
            .collect();
    }
    if cfg!(target_os = "macos") {
        return vec![Path::new("/Library/Application Support/pip").join(name)];
    }
    let directories = machine_directories().into_iter().map(|it| it.join("pip"));
    let all = directories.chain([PathBuf::from("/etc")]);
    all.map(|directory| directory.join(name)).collect()
}

/// Returns the directories that pip's Python may be installed in: that of the `pip` that is found, and the active
/// virtual environment.
fn prefixes() -> Vec<PathBuf> {
    let of_pip = pip_directory().and_then(|it| Some(it.parent()?.to_owned()));
    of_pip
        .into_iter()
        .chain(path_variable("VIRTUAL_ENV"))
        .collect()
}

/// Returns the directory of the program `pip` that is found.
fn pip_directory() -> Option<PathBuf> {
    let pip = find("pip").or_else(|| find("pip3"))?;
    Some(pip.parent()?.to_owned())
}

/// Returns the `keyring` that pip does not run although it is found, as it is beside pip's own programs. Debian's pip
/// has those in `/usr/local/bin`.
fn skipped_keyring() -> Option<Overruling> {
    let keyring = keyring::program_or_place()?;
    let own = pip_directory()?;
    let of_debian = own.ends_with("usr/bin") && Path::new("/etc/debian_version").exists();
    let own = if of_debian {
        PathBuf::from("/usr/local/bin")
    } else {
        own
    };
    is_same_file(keyring.parent()?, &own).then(|| Overruling {
        what: format!(
            "that pip runs no `keyring` in {}, its own directory,",
            display_path(&own)
        ),
        mend: "ln -s \"$(command -v prusa-cred)\" ~/.local/bin/keyring".to_owned(),
    })
}
