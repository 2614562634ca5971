//! kubectl: whether a user in its configuration runs prusa-cred. The files are read as text and kubectl is not run, as
//! some builds of it contact a server for its version with every command.

use std::path::Path;

use super::super::check::{About, Check, edit_command};
use super::report::ClientReport;
use crate::clients::kubectl;
use crate::clients::programs::is_prusa_cred;
use crate::context::read_text;

const ID: &str = "client.kubectl";

/// Adds a check for each file of kubectl's configuration that runs prusa-cred or cannot be read, or one that none does.
pub(super) fn check(report: &mut ClientReport) {
    let files = kubectl::files().unwrap_or_default();
    let checks = files.iter().filter_map(|path| check_file(path));
    report.checks.extend(checks);
    if !report.checks.iter().any(|check| check.id == ID) {
        let about = About::new(ID, "kubectl");
        report
            .checks
            .push(about.skipped("not set up to ask prusa-cred"));
    }
}

/// Reports the first command of a file that is prusa-cred, broken if it is a missing path; a warning if the file cannot
/// be read. `None` if there is no such command or no file.
fn check_file(path: &Path) -> Option<Check> {
    let about = About::new(ID, "kubectl");
    let text = match read_text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            return Some(about.warning(message, edit_command(path)));
        }
    };
    let program = text.lines().find_map(program)?;
    let place = path.display();
    let is_gone = Path::new(program).is_absolute() && !Path::new(program).exists();
    Some(if is_gone {
        let message = format!("{place} names {program}, which does not exist");
        about.broken(message, edit_command(path))
    } else {
        about.ok(format!("a user in {place} runs {program}"))
    })
}

/// Returns prusa-cred's name or path if a line has it as a command: `command: prusa-cred`, in YAML or in JSON.
fn program(line: &str) -> Option<&str> {
    let is_punctuation = |c: char| c.is_whitespace() || "\"',{}-".contains(c);
    let (key, value) = line.split_once(':')?;
    let value = value.trim_matches(is_punctuation);
    (key.trim_matches(is_punctuation) == "command" && is_prusa_cred(value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prusa_cred_is_found_as_a_command_in_yaml_and_json() {
        for (line, wanted) in [
            ("      command: prusa-cred", Some("prusa-cred")),
            (
                "    - command: \"/opt/x/prusa-cred\"",
                Some("/opt/x/prusa-cred"),
            ),
            ("  \"command\": \"prusa-cred\",", Some("prusa-cred")),
            ("      command: gke-gcloud-auth-plugin", None),
            ("      token: prusa-cred", None),
            ("# prusa-cred", None),
        ] {
            assert_eq!(program(line), wanted, "{line}");
        }
    }
}
