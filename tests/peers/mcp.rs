//! A protected MCP server (the package `mcp`) whose tokens come from `oidc-provider`: from its bare address to a client
//! that calls a tool with `get --format headers` as its header command.

use std::fs;
use std::process::Command;

use crate::peer::{Server, beside, node_script, python};
use crate::support::env::TestEnv;

#[test]
fn an_mcp_client_calls_a_tool_with_nothing_configured_but_a_header_command() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let at = |name: &str| directory.path().join(name);
    fs::write(at("clients.json"), "[]").expect("a file");
    let mut oidc = node_script("server.mjs");
    oidc.arg(at("clients.json"));
    let oidc = Server::start(oidc, at("oidc.log"));
    let mut server = Command::new(python("mcp"));
    server
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(beside("mcp_server.py"))
        .arg(oidc.address());
    let server = Server::start(server, at("mcp.log"));
    let address = format!("{}/mcp", server.address());

    let env = TestEnv::offline().var(
        "BROWSER",
        crate::oidc::browser("walk.mjs", &at("page.html")),
    );
    let client = |expected: &str| {
        let script = beside("mcp_client.py");
        let python = python("mcp");
        env.run_as(
            &python.to_string_lossy(),
            [
                &*script.to_string_lossy(),
                &address,
                "prusa-cred",
                "get",
                "--format",
                "headers",
                &address,
            ],
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(expected)
    };
    client("").any_stderr().status(1);

    env.run(["login", &address]).any_stderr().success();
    client("you are ada\n").success();

    // The token is for this server and no other, and renewed for it too.
    env.run(["get", "--refresh", &address])
        .any_stdout()
        .success();
    client("you are ada\n").success();
    env.run(["get", "https://elsewhere.example/mcp"])
        .any_stderr()
        .status(1);
}
