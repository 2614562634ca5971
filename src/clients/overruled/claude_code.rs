//! Claude Code ("MCP installation scopes" in its documentation): of servers with one name, that of the user for one
//! project goes first, then the project's own in `.mcp.json`, then the user's for all projects. Where the machine has a
//! `managed-mcp.json`, only that counts.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::precedence::{Overruling, Precedence};
use super::sources::{directories_upwards, text_of};
use crate::clients::programs::PROGRAM_NAME;

/// Returns what Claude Code follows, here, before the server of this name for all projects in `file`.
pub(crate) fn precedence(file: &Path, server: &str) -> Precedence {
    let mut found = Precedence::default();
    let managed = managed_file();
    if managed.is_file() {
        found.add(Overruling::in_file("the only servers that count", &managed));
    }
    let config = json_of(file).unwrap_or_default();
    let servers = |config: &Value| config.get("mcpServers")?.get(server).cloned();
    for directory in directories_upwards() {
        let path = directory.to_string_lossy();
        let own = config
            .get("projects")
            .and_then(|it| servers(it.get(&*path)?));
        if own.is_some_and(|it| is_other(&it)) {
            let what = format!("the server {server} for the project {path}");
            found.add(Overruling::in_file(&what, file));
        }
        let shared = directory.join(".mcp.json");
        let of_project = json_of(&shared).and_then(|it| servers(&it));
        if of_project.is_some_and(|it| is_other(&it)) {
            found.add(Overruling::in_file(
                &format!("the server {server}"),
                &shared,
            ));
        }
    }
    found
}

/// Returns whether a server's entry does not run prusa-cred.
fn is_other(server: &Value) -> bool {
    !server.to_string().contains(PROGRAM_NAME)
}

/// Returns a file's JSON; `None` if it is missing or invalid.
fn json_of(file: &Path) -> Option<Value> {
    serde_json::from_str(&text_of(file)?).ok()
}

/// Returns the machine's file, which an administrator writes.
fn managed_file() -> PathBuf {
    let directory = if cfg!(windows) {
        r"C:\Program Files\ClaudeCode"
    } else if cfg!(target_os = "macos") {
        "/Library/Application Support/ClaudeCode"
    } else {
        "/etc/claude-code"
    };
    Path::new(directory).join("managed-mcp.json")
}
