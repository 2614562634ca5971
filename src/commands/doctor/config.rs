//! The configuration file: whether it is read, who may change it, and whether its profiles get in each other's way.

use std::collections::BTreeMap;

use super::check::{About, Check, edit_command, shell_word};
use super::{CheckContext, environment, files};
use crate::answer::choose::pick;
use crate::causes::with_causes;
use crate::context::{ContextError, is_set};
use crate::credential::Origin;
use crate::platform;
use crate::profile::{ChooseError, ProfileQuery, Profiles};

/// What names another file.
const VARIABLE: &str = "PRUSA_CRED_CONFIG";

pub(super) fn checks(patient: &CheckContext<'_>) -> Vec<Check> {
    let path = match patient.context.config_path() {
        Ok(path) => path,
        Err(error) => {
            let about = About::new("config.file", "config.toml");
            return vec![about.broken(with_causes(&error), "export HOME=~")];
        }
    };
    let about = About::new("config.file", path.display().to_string());
    let file = match (patient.fault, patient.profiles) {
        (Some(error), _) if environment::is_at_fault(error) => {
            about.skipped("cannot be judged before the environment is right")
        }
        (Some(error), _) => broken(about, error, &edit_command(&path)),
        (None, Some(profiles)) if path.symlink_metadata().is_ok() => {
            about.ok(format!("{} ({})", path.display(), told(profiles)))
        }
        (None, _) => about.ok(format!(
            "none at {}; none is needed for one Prusa Account",
            path.display()
        )),
    };
    let mut checks = vec![file];
    if platform::directory_of(&path).exists() {
        checks.push(files::changed_by_others("config.access", &path));
    }
    if let Some(profiles) = patient.profiles {
        checks.extend(shared_hosts(patient, profiles, &edit_command(&path)));
    }
    checks
}

fn broken(about: About, error: &ContextError, mend: &str) -> Check {
    match error {
        ContextError::Unreadable(path, source) if source.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("{} is named and is not there", path.display());
            if is_set(VARIABLE) {
                about.broken(message, format!("unset {VARIABLE}"))
            } else {
                about.broken(message, format!("touch {}", shell_word(path)))
            }
        }
        error => {
            let why = with_causes(error);
            about.broken(format!("{why}; its profiles are not looked at"), mend)
        }
    }
}

fn told(profiles: &Profiles) -> String {
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

/// Returns a line for each host that several profiles name with nothing to pick among them, or one that there is none.
fn shared_hosts(patient: &CheckContext<'_>, profiles: &Profiles, mend: &str) -> Vec<Check> {
    let hosts: BTreeMap<String, &Origin> = profiles
        .iter()
        .flat_map(|profile| &profile.hosts)
        .filter_map(|host| Some((host.to_string(), host.exact_origin()?)))
        .collect();
    let ambiguous = hosts.values().filter_map(|origin| {
        let query = ProfileQuery {
            origin: Some(origin),
            ..ProfileQuery::default()
        };
        match pick(patient.context, profiles, &query) {
            Err(ChooseError::Ambiguous { host, names }) => {
                let message = format!(
                    "{host} is for {}: a request without a user name fails; make one of them the `default`",
                    names.join(" and ")
                );
                Some(About::new("config.hosts", host).warning(message, mend))
            }
            _ => None,
        }
    });
    let ambiguous: Vec<_> = ambiguous.collect();
    if ambiguous.is_empty() {
        let about = About::new("config.hosts", "hosts");
        return vec![about.ok("each host has one profile that answers for it")];
    }
    ambiguous
}
