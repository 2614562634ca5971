//! Claude Code: an MCP server with a `headersHelper`, for the user's every project ([`crate::protocol::plain`]).
//!
//! The address stands in the command too, so that the answer depends on nothing that the environment says.

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Dialect, Entry, Member, Shape};
use crate::context::path_variable;

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let name = scope.profile.name.clone();
    let url = scope.mcp_server()?;
    let directory = path_variable("CLAUDE_CONFIG_DIR").unwrap_or_else(|| env.home.clone());
    let command = scope.command_line(&format!("get --format headers {}", quoted(&url)));
    let server = Shape::Object(vec![
        ("type", Shape::Text("http".to_owned())),
        ("url", Shape::Text(url)),
        ("headersHelper", Shape::Text(command)),
    ]);
    let entry = Entry::Json(Member {
        dialect: Dialect::Strict,
        names: vec!["mcpServers".to_owned(), name],
        shape: server,
    });
    let mut plan = SetupPlan::new(directory.join(".claude.json"), [entry]);
    plan.links.push(ProgramLink::our_name());
    plan.note("a running Claude Code writes this file too: close it first, and start it anew");
    Ok(plan)
}

/// Returns the address for a shell: an address has no spaces, and may have what a shell reads.
fn quoted(url: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || ".:-_/[]~,+@%=".contains(it);
    if url.chars().all(is_plain) {
        url.to_owned()
    } else {
        format!("'{}'", url.replace('\'', "%27"))
    }
}
