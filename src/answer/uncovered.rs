//! An address that no profile names, with what makes one answer for it.

use std::path::PathBuf;

use super::logins::{has_login, with_login};
use crate::context::Context;
use crate::credential::OriginAndPath;
use crate::escape::{shell_word, shell_word_of};
use crate::profile::Profile;

/// An address that a profile, or any profile, does not answer for.
#[derive(Debug)]
pub(crate) struct Uncovered {
    /// The host, with its path where paths decide, as a person knows it.
    pub(crate) host: String,
    /// The commands that make a profile answer: each does, but for a login, which has to come first.
    pub(crate) commands: Vec<String>,
    /// The login that is needed before, if there is none.
    pub(crate) login: Option<String>,
    /// The configuration file that they write; `None` without a configuration directory.
    pub(crate) file: Option<PathBuf>,
}

impl Uncovered {
    /// Returns the place with the commands that have a profile answer for it: the one that is named, else the default
    /// one, else each that has a login.
    pub(crate) fn at(context: &Context, place: &OriginAndPath<'_>, named: Option<&str>) -> Self {
        let host = context
            .profiles()
            .map_or_else(|_| place.to_string(), |it| it.name_of(place));
        // A path that servers read in two ways is no entry.
        let is_entry = place.is_clear() || host == place.origin.to_string();
        let entry = host.split_once("://").map_or(&*host, |(_, rest)| rest);
        let entry = is_entry.then(|| entry.to_owned());
        Self::with_entry(context, host, entry, named)
    }

    /// Returns a host that is no address on the web, for which no profile can answer.
    pub(crate) fn without_remedy(host: String) -> Self {
        Self {
            host,
            commands: Vec::new(),
            login: None,
            file: None,
        }
    }

    /// As `at`, for a host and the entry of `hosts` for it.
    pub(crate) fn with_entry(
        context: &Context,
        host: String,
        entry: Option<String>,
        named: Option<&str>,
    ) -> Self {
        let Some(entry) = entry else {
            return Self::without_remedy(host);
        };
        let (choices, login) = whose(context, named);
        let config = context.global.config.as_deref();
        let config = config.map_or_else(String::new, |it| format!(" --config {}", shell_word(it)));
        let command = format!("prusa-cred{config} hosts add {}", shell_word_of(&entry));
        let commands = match choices.as_slice() {
            [] => vec![command],
            choices => choices
                .iter()
                .map(|name| format!("{command} --profile {name}"))
                .collect(),
        };
        Self {
            host,
            commands,
            login,
            file: context.config_path().ok(),
        }
    }

    /// Returns the commands as one phrase, the login first if it is needed; an empty one if nothing helps.
    pub(crate) fn remedy(&self) -> String {
        let commands = self.commands.iter().map(|it| format!("`{it}`"));
        let commands = commands.collect::<Vec<_>>().join(" or ");
        match &self.login {
            Some(login) if !commands.is_empty() => format!("`{login}`, then {commands}"),
            _ => commands,
        }
    }
}

/// Returns the profiles that the command has to name, each a choice of its own, and the login that comes before it. None
/// of both if the configuration cannot be read, which another error says.
fn whose(context: &Context, named: Option<&str>) -> (Vec<String>, Option<String>) {
    let Ok(profiles) = context.profiles() else {
        return (named.into_iter().map(str::to_owned).collect(), None);
    };
    let with_login = with_login(profiles);
    let (choices, meant) = match (named.or(profiles.default_in_file()), with_login.as_slice()) {
        (Some(meant), _) => (named.into_iter().collect(), profiles.named(meant)),
        (None, []) => (Vec::new(), profiles.named(profiles.default_name())),
        (None, [only]) => (Vec::new(), Some(*only)),
        (None, several) => (several.iter().map(|it| &*it.name).collect(), None),
    };
    let needs_login = |it: &&Profile| !has_login(it) && !it.issuer.renews_alone();
    let login = meant.filter(needs_login).map(Profile::login_command);
    (choices.into_iter().map(str::to_owned).collect(), login)
}
