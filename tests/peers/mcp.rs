//! A protected MCP server (the package `mcp`) whose tokens come from `oidc-provider`: from its bare address to clients
//! that call a tool, with `get --format headers` as their header command or with what `setup` wrote.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{Server, beside, node_modules, node_script, python};
use crate::support::env::TestEnv;
use crate::support::process::Run;

/// The tool's answer to the user of `oidc-provider`.
const ANSWER: &str = "you are ada\n";

struct Protected {
    address: String,
    directory: TempDir,
    _servers: [Server; 2],
}

impl Protected {
    fn start() -> Self {
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
        Self {
            address: format!("{}/mcp", server.address()),
            directory,
            _servers: [oidc, server],
        }
    }

    /// Returns a home whose browser signs in to `oidc-provider`.
    fn home(&self) -> TestEnv {
        let page = self.directory.path().join("page.html");
        TestEnv::offline().var("BROWSER", crate::oidc::browser("walk.mjs", &page))
    }
}

fn sign_in(env: &TestEnv, server: &Protected) {
    env.run(["login", &server.address]).any_stderr().success();
}

fn set_up(env: &TestEnv, server: &Protected, client: &str) {
    env.run(["setup", client, "--host", &server.address, "--apply"])
        .any_stdout()
        .any_stderr()
        .success();
}

/// Returns a run of a client that is written with the package `mcp`.
fn client(env: &TestEnv, script: &str, arguments: &[&str]) -> Run {
    let script = beside(script);
    env.run_as(&python("mcp").to_string_lossy(), [script])
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

#[test]
fn an_mcp_client_calls_a_tool_with_our_header_command() {
    let server = Protected::start();
    let address = server.address.as_str();
    let env = server.home();
    let command = [address, "prusa-cred", "get", "--format", "headers", address];
    let client = || client(&env, "mcp_client.py", &command);
    client().any_stderr().status(1);

    sign_in(&env, &server);
    client().stdout(ANSWER).success();

    // The token is for this server and no other, and renewed for it too.
    env.run(["get", "--refresh", address])
        .any_stdout()
        .success();
    client().stdout(ANSWER).success();
    env.run(["get", "https://elsewhere.example/mcp"])
        .any_stderr()
        .status(1);
}

#[test]
fn claude_code_connects_after_setup() {
    let server = Protected::start();
    let env = server
        .home()
        .var("DISABLE_AUTOUPDATER", "1")
        .var("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    let program = node_modules("mcp-clients")
        .join(format!(
            "@anthropic-ai/claude-code-linux-{}",
            architecture()
        ))
        .join("claude");
    let list = || {
        let listed = env.run_as(&program.to_string_lossy(), ["mcp", "list"]);
        let said = listed.any_stdout().any_stderr().success().stdout;
        assert!(said.contains(&server.address), "{said}");
        said.contains("Connected")
    };
    sign_in(&env, &server);
    set_up(&env, &server, "claude-code");
    assert!(list());

    env.run(["logout", "--all"])
        .any_stdout()
        .any_stderr()
        .success();
    assert!(!list());
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "x64",
    }
}

#[test]
fn the_vs_code_entry_calls_a_tool_through_mcp_remote() {
    let server = Protected::start();
    let env = server.home();
    // npx takes what is installed beside it before it asks a registry.
    symlink(node_modules("mcp-clients"), env.home().join("node_modules")).expect("a link");
    sign_in(&env, &server);
    set_up(&env, &server, "vscode");
    let settings = env.config_dir().join("Code/User/mcp.json");
    client(&env, "mcp_stdio_client.py", &[&settings.to_string_lossy()])
        .any_stderr()
        .stdout(ANSWER)
        .success();
}
