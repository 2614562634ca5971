//! Claude Code: an MCP server with a `headersHelper`, for all projects of the user ([`crate::protocol::format`]).
//!
//! The URL is in the command too, so that the answer does not depend on the environment.

use std::path::PathBuf;

use url::Url;

use super::env::SetupEnv;
use super::error::SetupError;
use super::overruled;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Dialect, Entry, Member, Shape, server_address};
use crate::context::path_variable;
use crate::escape::shell_word_of;
use crate::http::WebAddress;

/// Returns the plan for Claude Code: one server, with the profile's name, in `.claude.json` in `CLAUDE_CONFIG_DIR`,
/// else in the home directory.
///
/// # Errors
///
/// When the URL of the MCP server is not known, or the profile does not answer for it.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let name = target.profile.name.clone();
    let file = file(env);
    let names = vec!["mcpServers".to_owned(), name.clone()];
    let written = || server_address(&file, Dialect::Strict, &names);
    let url = encoded(target.mcp_server_url(written)?);
    let command = target.command_line(&format!("get --format headers {}", shell_word_of(&url)));
    let server = Shape::Object(vec![
        ("type".into(), Shape::Text("http".to_owned())),
        ("url".into(), Shape::Text(url)),
        ("headersHelper".into(), Shape::Text(command)),
    ]);
    let found = overruled::claude_code::precedence(&file, &name);
    let entry = Entry::Json(Member {
        dialect: Dialect::Strict,
        names,
        shape: server,
        replaces: None,
    });
    let mut plan = SetupPlan::new(file, [entry]).with_precedence(found);
    plan.links.push(ProgramLink::prusa_cred_itself());
    plan.note("a running Claude Code writes this file too: close it before the change, and start it again afterwards");
    Ok(plan)
}

/// Returns the file of Claude Code's settings.
pub(super) fn file(env: &SetupEnv) -> PathBuf {
    let directory = path_variable("CLAUDE_CONFIG_DIR").unwrap_or_else(|| env.home.clone());
    directory.join(".claude.json")
}

/// Returns the URL as an address for programs, as a server may have chosen a part of it (the profile's `resource`); a
/// URL that is one already, or is none of the web, is unchanged.
fn encoded(url: String) -> String {
    let address = Url::parse(&url)
        .ok()
        .and_then(|url| WebAddress::new(&url).ok());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@=+&%".contains(c);
    match address {
        Some(address) if !url.chars().all(is_plain) => address.to_string(),
        _ => url,
    }
}
