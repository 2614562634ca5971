//! The file of saved credentials.

use std::path::Path;

use super::check::{About, Check, shell_word};
use super::context::CheckContext;
use super::files::{self, CheckIds};
use crate::causes::with_causes;
use crate::context::credentials_path;
use crate::profile::Profiles;
use crate::store::{CredentialStore, Label};

const SAVED_CHECKS: CheckIds = CheckIds {
    file: "saved.file",
    access: "saved.access",
    directory: "saved.directory",
    leftover: "saved.leftover",
    lock: "saved.lock",
};

const SUBJECT: &str = "credentials.json";

/// Returns the checks of the file of saved credentials: whether it can be read, who may access it and its directory,
/// its lock and leftovers. One broken check alone if its path is not known.
pub(super) fn checks(ctx: &CheckContext<'_>) -> Vec<Check> {
    let about = About::new(SAVED_CHECKS.file, SUBJECT);
    let path = match credentials_path() {
        Ok(path) => path,
        Err(error) => return vec![about.broken(with_causes(&error), "export HOME=~")],
    };
    let choice = ctx.profiles.and_then(Profiles::seal_of_saved).cloned();
    let saved = CredentialStore::new(
        path,
        ctx.context.sealing(choice, Label::saved_credentials()),
    );
    let path = saved.path();
    let file = match saved.load() {
        Ok(credentials) if path.symlink_metadata().is_ok() => about.ok(format!(
            "{} ({} saved{})",
            files::with_link_target(path),
            credentials.entries().len() + credentials.registries().len(),
            if credentials.is_sealed {
                ", sealed"
            } else {
                ""
            }
        )),
        Ok(_) => about.ok(format!("none yet at {}", path.display())),
        Err(error) => {
            let aside = format!("mv {0} {0}.aside", shell_word(path));
            about.broken(
                with_causes(&error),
                files::fix_for(&error, path, "--saved", &aside),
            )
        }
    };
    let mut checks = vec![file];
    let remove = |leftover: &Path| format!("rm {}", shell_word(leftover));
    checks.extend(files::access_checks(
        ctx,
        &SAVED_CHECKS,
        SUBJECT,
        path,
        remove,
    ));
    checks
}
