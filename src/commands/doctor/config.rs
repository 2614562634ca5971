//! The configuration file: whether it can be read, who may change it, and whether several profiles name one host.

use std::collections::BTreeMap;

use super::check::{About, Check, edit_command, fix_or, shell_word};
use super::context::CheckContext;
use super::{environment, files};
use crate::answer::choose::choose_candidate;
use crate::causes::with_causes;
use crate::context::{ContextError, is_set};
use crate::credential::{HostPattern, OriginAndPath};
use crate::platform;
use crate::profile::{ChooseError, Profile, ProfileQuery, Profiles};

/// The variable that names another file.
const VARIABLE: &str = "PRUSA_CRED_CONFIG";

/// Returns the checks of the configuration file, of who may change it, of hosts that several profiles share, and of
/// profiles that answer for more than their tokens are for.
pub(super) fn checks(ctx: &CheckContext<'_>) -> Vec<Check> {
    let path = match ctx.context.config_path() {
        Ok(path) => path,
        Err(error) => {
            let about = About::new("config.file", "config.toml");
            return vec![about.broken(with_causes(&error), "export HOME=~")];
        }
    };
    let about = About::new("config.file", path.display().to_string());
    let mut checks = match (ctx.config_error, ctx.profiles) {
        (Some(error), _) if environment::is_cause_of(error) => {
            vec![about.skipped("cannot be checked until the environment is corrected")]
        }
        (Some(error), _) => broken(&about, error, &edit_command(&path)),
        (None, Some(profiles)) if path.symlink_metadata().is_ok() => {
            vec![about.ok(format!("{} ({})", path.display(), summary(profiles)))]
        }
        (None, _) => vec![about.ok(format!(
            "no file {}; none is needed for one Prusa Account",
            path.display()
        ))],
    };
    if platform::directory_of(&path).exists() {
        checks.push(files::check_unchanged_by_others("config.access", &path));
    }
    if let Some(profiles) = ctx.profiles {
        let edit = edit_command(&path);
        checks.extend(shared_hosts(ctx, profiles, &edit));
        checks.extend(profiles.iter().filter_map(|it| whole_host(it, &edit)));
    }
    checks
}

/// Reports why the file cannot be read, with a command of its own if it does not exist or is not trusted, otherwise
/// with `fix`; each mistake in it is a check of its own.
fn broken(about: &About, error: &ContextError, fix: &str) -> Vec<Check> {
    let about = || about.clone();
    if let ContextError::Config(mistakes) = error
        && !mistakes.several().is_empty()
    {
        let mistakes = mistakes.several().iter();
        return mistakes
            .map(|mistake| about().broken(mistake.to_string(), fix))
            .collect();
    }
    let check = match error {
        ContextError::Unreadable(path, source) if source.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("{} does not exist", path.display());
            if is_set(VARIABLE) {
                about().broken(message, format!("unset {VARIABLE}"))
            } else {
                about().broken(message, format!("touch {}", shell_word(path)))
            }
        }
        error => {
            let why = with_causes(error);
            let message = format!("{why}; its profiles are not checked");
            about().broken(message, fix_or(error, fix))
        }
    };
    vec![check]
}

/// Returns the names of the configured profiles and of the default one, as a phrase.
fn summary(profiles: &Profiles) -> String {
    let names: Vec<_> = profiles
        .iter()
        .filter(|profile| profile.is_configured)
        .map(|profile| profile.name.as_str())
        .collect();
    let default = profiles.default_name();
    match names.as_slice() {
        [] => format!("no profiles of its own; default {default}"),
        [one] => format!("profile {one}; default {default}"),
        several => format!("profiles {}; default {default}", several.join(", ")),
    }
}

/// Returns a warning for a profile whose tokens are for a part of a host, by its `resource`, and that answers for the
/// whole of it by its `hosts`, as `login ADDRESS` of version 0.1 wrote them; `None` for any other.
fn whole_host(profile: &Profile, fix: &str) -> Option<Check> {
    let resource = profile.issuer.resource_place()?;
    let part = resource.path_text()?;
    let is_larger = |it: &&HostPattern| it.path_text().is_none() && resource.is_within(it);
    let entry = profile.hosts.iter().find(is_larger)?;
    let about = About::new("config.resource", profile.name.as_str());
    let message = format!(
        "its tokens are for /{part} on {entry}, and it answers for all of that host; if other programs are there too, \
         write \"{}\" in place of \"{entry}\" in the `hosts` of profile {}",
        entry.with_path_of(resource),
        profile.name
    );
    Some(about.warning(message, fix))
}

/// Returns a warning for each host, patterns aside, that several profiles name and none of them is the default, or one
/// check that there is none. A built-in profile counts only if it is configured or has a login.
fn shared_hosts(ctx: &CheckContext<'_>, profiles: &Profiles, fix: &str) -> Vec<Check> {
    let hosts: BTreeMap<String, OriginAndPath<'_>> = profiles
        .iter()
        .flat_map(Profile::places)
        .filter_map(|host| {
            let place = OriginAndPath::new(host.exact_origin()?, host.path_text());
            Some((host.to_string(), place))
        })
        .collect();
    let ambiguous = hosts.values().filter_map(|place| {
        let query = ProfileQuery {
            place: Some(place),
            ..ProfileQuery::default()
        };
        match choose_candidate(ctx.context, profiles, &query) {
            Err(ChooseError::Ambiguous { host, names }) => {
                let message = format!(
                    "{host} is in {}: a request without a user name fails; make one of them the `default`",
                    names.join(" and ")
                );
                Some(About::new("config.hosts", host).warning(message, fix))
            }
            _ => None,
        }
    });
    let ambiguous: Vec<_> = ambiguous.collect();
    if ambiguous.is_empty() {
        let about = About::new("config.hosts", "hosts");
        return vec![about.ok("one profile answers for each host")];
    }
    ambiguous
}
