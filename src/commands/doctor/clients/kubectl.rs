//! kubectl: whether a user in its configuration runs prusa-cred. The files are read as text and kubectl is not run: some
//! builds of it ask a server for its version whatever they are told to do.

use std::path::Path;

use super::super::check::{About, Check, edit_command};
use super::Clients;
use crate::clients::kubectl;
use crate::clients::programs::is_prusa_cred;
use crate::context::read_text;

const ID: &str = "client.kubectl";

pub(super) fn look(clients: &mut Clients) {
    let files = kubectl::files().unwrap_or_default();
    let checks = files.iter().filter_map(|path| of_file(path));
    clients.checks.extend(checks);
    if !clients.checks.iter().any(|check| check.id == ID) {
        let about = About::new(ID, "kubectl");
        clients
            .checks
            .push(about.skipped("not told to ask prusa-cred"));
    }
}

fn of_file(path: &Path) -> Option<Check> {
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
        let message = format!("{place} names {program}, which is not there");
        about.broken(message, edit_command(path))
    } else {
        about.ok(format!("a user in {place} runs {program}"))
    })
}

/// Returns the program of ours that a line names: `command: prusa-cred`, in YAML or in JSON.
fn program(line: &str) -> Option<&str> {
    let is_mark = |c: char| c.is_whitespace() || "\"',{}-".contains(c);
    let (key, value) = line.split_once(':')?;
    let value = value.trim_matches(is_mark);
    (key.trim_matches(is_mark) == "command" && is_prusa_cred(value)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_of_ours_is_found_however_it_is_written() {
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
