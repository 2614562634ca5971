//! Terraform and OpenTofu ("CLI Configuration" in the manual): the variable `TF_TOKEN_…` of a host, then a
//! `credentials` block for it in any file, then the `credentials_helper`, of which all files together may have one. The
//! files are `TF_CLI_CONFIG_FILE` (or the older `TERRAFORM_CONFIG`) alone, else the user's own and those in
//! `~/.terraform.d`, where `terraform login` writes `credentials.tfrc.json`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::precedence::{Overruling, Precedence};
use super::sources::text_of;
use crate::clients::edit::{has_credentials_helper, hcl_labels, runs_prusa_cred};
use crate::clients::path::display_path;

use crate::clients::setup_target::{Host, SetupTarget};
use crate::context::{path_variable, variable_names};
use crate::program::find;

const PREFIX: &str = "TF_TOKEN_";

/// Returns the file that a variable names in place of all others.
pub(crate) fn file_of_variable() -> Option<PathBuf> {
    path_variable("TF_CLI_CONFIG_FILE").or_else(|| path_variable("TERRAFORM_CONFIG"))
}

/// Returns what Terraform follows before the block in `file`, the one that `setup` changes; `directory` is its own of
/// the user.
pub(crate) fn precedence(
    home: &Path,
    directory: &Path,
    target: &SetupTarget<'_>,
    file: &Path,
) -> Precedence {
    let mut found = Precedence::default();
    let hosts = target.hosts.iter().filter(|host| !host.has_path());
    let hosts: Vec<_> = hosts.collect();
    for name in variable_names().filter(|name| name.starts_with(PREFIX)) {
        let host = host_of_variable(&name).unwrap_or_default();
        if hosts.iter().any(|it| is_for(it, &host)) {
            found.add(Overruling::variable(&name));
        }
    }
    let others = match file_of_variable() {
        Some(_) => Vec::new(),
        None => files_in(directory),
    };
    for other in [file.to_owned()].iter().chain(&others) {
        let text = text_of(other).unwrap_or_default();
        for named in credentials(&text) {
            if hosts.iter().any(|host| is_for(host, &named)) {
                let what = format!("the block credentials \"{named}\"");
                found.add(Overruling::in_file(&what, other));
            }
        }
    }
    for other in &others {
        by_other_helper(other, &mut found);
    }
    found.overruled_by.extend(by_tofu(home, file));
    found
}

/// Adds the helper in one of the files that are read beside the user's own.
fn by_other_helper(other: &Path, found: &mut Precedence) {
    let text = text_of(other).unwrap_or_default();
    if runs_prusa_cred(&text) {
        found.asks_through = Some(display_path(other));
    } else if has_credentials_helper(&text) {
        let what = "a second credentials_helper, which Terraform refuses,";
        found.add(Overruling::in_file(what, other));
    }
}

/// Returns OpenTofu's own file where that is what is installed and the file has no helper of prusa-cred.
fn by_tofu(home: &Path, file: &Path) -> Option<Overruling> {
    let own = home.join(".tofurc");
    let is_alone = find("terraform").is_none() && find("tofu").is_some();
    let is_read = is_alone && file_of_variable().is_none() && own != file && own.is_file();
    let asks = is_read && runs_prusa_cred(&text_of(&own)?);
    (is_read && !asks).then(|| Overruling::in_file("what OpenTofu reads instead", &own))
}

/// Returns the host of a variable's name: `_` stands for a dot and `__` for a hyphen.
fn host_of_variable(name: &str) -> Option<String> {
    let host = name.strip_prefix(PREFIX)?;
    Some(
        host.replace("__", "-")
            .replace('_', ".")
            .to_ascii_lowercase(),
    )
}

/// Returns whether a host is the one of this name, or one of those that its wildcard stands for.
fn is_for(host: &Host, name: &str) -> bool {
    let own = host.host_name();
    // The port of https is the same as none.
    let name = name.strip_suffix(":443").unwrap_or(name);
    match own.strip_prefix("*.") {
        Some(rest) => name
            .split_once('.')
            .is_some_and(|(_, it)| it.eq_ignore_ascii_case(rest)),
        None => own.eq_ignore_ascii_case(name),
    }
}

/// Returns the files in Terraform's directory that it reads too, by their names.
pub(crate) fn files_in(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory);
    let paths = entries.into_iter().flatten().flatten().map(|it| it.path());
    let is_read = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with(".tfrc") || name.ends_with(".tfrc.json")
    };
    let mut files: Vec<_> = paths.filter(is_read).collect();
    files.sort();
    files
}

/// Returns the hosts that a file has credentials for, in either of its two languages.
fn credentials(text: &str) -> Vec<String> {
    if let Ok(config) = serde_json::from_str::<Value>(text) {
        let blocks = match config.get("credentials") {
            Some(Value::Array(blocks)) => blocks.clone(),
            Some(block) => vec![block.clone()],
            None => Vec::new(),
        };
        let objects = blocks.iter().filter_map(Value::as_object);
        return objects.flat_map(|it| it.keys().cloned()).collect();
    }
    let labels = hcl_labels(text, "credentials").into_iter();
    labels.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_variables_and_files() {
        for (name, host) in [
            ("TF_TOKEN_app_example_com", "app.example.com"),
            ("TF_TOKEN_my__app_example_com", "my-app.example.com"),
            ("TF_TOKEN_my-app.example.com", "my-app.example.com"),
        ] {
            assert_eq!(host_of_variable(name).as_deref(), Some(host));
        }
        for (text, hosts) in [
            (
                "credentials \"h.tld\" {\n  token = \"x\"\n}\n",
                &["h.tld"][..],
            ),
            ("  credentials\t\"h.tld:8443\"{}\n", &["h.tld:8443"]),
            ("credentials h.tld {\n}\n", &["h.tld"]),
            (
                "# credentials \"h.tld\" {}\ncredentials_helper \"x\" {}\n",
                &[],
            ),
            (
                "{\"credentials\":{\"h.tld\":{\"token\":\"x\"}}}",
                &["h.tld"],
            ),
            ("{\"credentials\":[{\"h.tld\":{}}]}", &["h.tld"]),
        ] {
            assert_eq!(credentials(text), hosts, "{text}");
        }
    }
}
