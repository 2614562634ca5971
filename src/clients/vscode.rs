//! VS Code: an MCP server in the user's `mcp.json` (VS Code's documentation, "MCP configuration reference").
//!
//! VS Code has no command for a token, so what it starts is `prusa-cred exec`, which starts mcp-remote with a token in its
//! environment. That token is as good as at the start for as long as it lasts.

use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Dialect, Entry, Member, OURS, Shape};
use crate::context::config_dir;

/// The directories of VS Code and its relatives, the first of which is taken that is there.
const PRODUCTS: [&str; 3] = ["Code", "Code - Insiders", "VSCodium"];
const VARIABLE: &str = "PRUSA_CRED_MCP_TOKEN";

pub(crate) fn plan(env: &SetupEnv, scope: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let name = scope.profile.name.clone();
    let url = scope.mcp_server()?;
    let config = config_dir()?;
    let directories = PRODUCTS.map(|product| config.join(product).join("User"));
    let [first, ..] = &directories;
    let directory = directories.iter().find(|it| it.is_dir()).unwrap_or(first);
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
        ("type", Shape::Text("stdio".to_owned())),
        ("command", Shape::Text(OURS.to_owned())),
        ("args", Shape::List(words.map(str::to_owned).to_vec())),
    ]);
    let entry = Entry::Json(Member {
        dialect: Dialect::WithComments,
        names: vec!["servers".to_owned(), name],
        shape: server,
    });
    let mut plan = SetupPlan::new(directory.join("mcp.json"), [entry]);
    plan.links.push(ProgramLink::our_name());
    if env.tool("npx").is_none() {
        plan.note(
            "this runs mcp-remote through npx, which comes with Node.js and is not installed",
        );
    }
    plan.note(
        "the token is the one of the start: restart the server in VS Code when it has run out",
    );
    Ok(plan)
}
