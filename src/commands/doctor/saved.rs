//! The file of saved credentials.

use std::path::Path;

use super::CheckContext;
use super::check::{About, Check, shell_word};
use super::files::{self, Names};
use crate::causes::with_causes;
use crate::context::credentials_path;
use crate::profile::Profiles;
use crate::store::CredentialStore;

const NAMES: Names = Names {
    file: "saved.file",
    access: "saved.access",
    directory: "saved.directory",
    leftover: "saved.leftover",
    lock: "saved.lock",
};

const SUBJECT: &str = "credentials.json";

pub(super) fn checks(patient: &CheckContext<'_>) -> Vec<Check> {
    let about = About::new(NAMES.file, SUBJECT);
    let path = match credentials_path() {
        Ok(path) => path,
        Err(error) => return vec![about.broken(with_causes(&error), "export HOME=~")],
    };
    let choice = patient.profiles.and_then(Profiles::seal_of_saved).cloned();
    let saved = match patient.context.sealing(choice) {
        Ok(sealing) => CredentialStore::new(path, sealing),
        Err(error) => return vec![about.broken(with_causes(&error), "prusa-cred status")],
    };
    let path = saved.path();
    let file = match saved.load() {
        Ok(kept) if path.symlink_metadata().is_ok() => about.ok(format!(
            "{} ({} kept{})",
            files::led_to(path),
            kept.entries().len() + kept.registries().len(),
            if kept.is_sealed { ", sealed" } else { "" }
        )),
        Ok(_) => about.ok(format!("none yet at {}", path.display())),
        Err(error) => {
            let aside = format!("mv {0} {0}.aside", shell_word(path));
            about.broken(with_causes(&error), files::mend_of(&error, path, &aside))
        }
    };
    let mut checks = vec![file];
    let remove = |left: &Path| format!("rm {}", shell_word(left));
    checks.extend(files::around(patient, &NAMES, SUBJECT, path, remove));
    checks
}
