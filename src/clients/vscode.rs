//! VS Code: an MCP server in the user's `mcp.json` (VS Code's documentation, "MCP configuration reference").
//!
//! VS Code cannot run a command that prints a token, so it starts `prusa-cred exec`, which starts mcp-remote with a
//! token in its environment. The server cannot be used any more once that token has expired.

use std::path::{Path, PathBuf};

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Dialect, Entry, Member, Shape, server_address};
use crate::clients::programs::PROGRAM_NAME;
use crate::context::{ContextError, config_dir};

/// The directories of VS Code and its variants; the first that exists is used.
const PRODUCTS: [&str; 3] = ["Code", "Code - Insiders", "VSCodium"];
const VARIABLE: &str = "PRUSA_CRED_MCP_TOKEN";

/// Returns the plan for VS Code: one server, with the profile's name.
///
/// # Errors
///
/// When the URL of the MCP server is not known, the profile does not answer for it, or there is no configuration
/// directory.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let name = target.profile.name.clone();
    let files = files()?;
    let is_there = |file: &&PathBuf| file.parent().is_some_and(Path::is_dir);
    let file = files.iter().find(is_there).or(files.first());
    let file = file.cloned().unwrap_or_default();
    let names = vec!["servers".to_owned(), name.clone()];
    let written = || server_address(&file, Dialect::WithComments, &names);
    let url = target.mcp_server_url(written)?;
    let header = format!("Authorization: Bearer ${{{VARIABLE}}}");
    let words = [
        "exec",
        "--profile",
        &name,
        "--env",
        VARIABLE,
        "--",
        "npx",
        "-y",
        "mcp-remote",
        &url,
        "--header",
        &header,
    ];
    let server = Shape::Object(vec![
        ("type".into(), Shape::Text("stdio".to_owned())),
        ("command".into(), Shape::Text(PROGRAM_NAME.to_owned())),
        (
            "args".into(),
            Shape::List(words.map(str::to_owned).to_vec()),
        ),
    ]);
    let entry = Entry::Json(Member {
        dialect: Dialect::WithComments,
        names,
        shape: server,
        replaces: None,
    });
    let mut plan = SetupPlan::new(file, [entry]);
    plan.links.push(ProgramLink::prusa_cred_itself());
    if env.command("npx").is_none() {
        plan.note(
            "this runs mcp-remote through npx, which comes with Node.js and is not installed",
        );
    }
    plan.note(
        "the server keeps the token that it was started with: restart it in VS Code when the token has expired",
    );
    Ok(plan)
}

/// Returns the file of each product for its MCP servers.
pub(super) fn files() -> Result<Vec<PathBuf>, ContextError> {
    let config = config_dir()?;
    let file = |product| config.join(product).join("User").join("mcp.json");
    Ok(PRODUCTS.map(file).to_vec())
}
