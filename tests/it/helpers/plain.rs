//! `get` for clients that run a command and take a token: cargo's `token-from-stdout`, Claude Code's header commands.

use super::{TOKEN, home};

const MCP_SERVER: &str = "CLAUDE_CODE_MCP_SERVER_URL";

#[test]
fn cargo_gets_the_whole_header_value() {
    let env = home();
    let bearer = format!("Bearer {TOKEN}\n");
    env.run(["get", "--profile", "corp", "--format", "bearer"])
        .stdout(&bearer)
        .success();
    env.run([
        "get",
        "sparse+https://reg.example.com/index/",
        "--format",
        "bearer",
    ])
    .stdout(&bearer)
    .success();
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=other.example.com\nusername=u\npassword=S3NTRY\n")
        .any_stderr()
        .success();
    env.run(["get", "other.example.com", "--format", "bearer"])
        .stderr_contains("prusa-cred: ")
        .status(1);
}

#[test]
fn headers_are_for_the_requesting_mcp_server_only() {
    let env = home();
    let headers = format!("{{\"Authorization\":\"Bearer {TOKEN}\"}}\n");
    let asked = |url: &str| env.run(["get", "--format", "headers"]).env(MCP_SERVER, url);
    asked("https://reg.example.com/mcp")
        .stdout(&headers)
        .success();
    for url in [
        "https://evil.example.com/mcp",
        "https://reg.example.com.evil.tld/",
        "http://reg.example.com/mcp",
    ] {
        asked(url).any_stderr().status(1);
        asked(url).arg("--profile=corp").any_stderr().status(1);
    }
    asked("https://user@reg.example.com/")
        .any_stderr()
        .status(2);
    asked("https://evil.example.com/")
        .arg("https://reg.example.com/")
        .stderr(
            "prusa-cred: nothing is given out: the command line names https://reg.example.com, and \
             CLAUDE_CODE_MCP_SERVER_URL names https://evil.example.com\n  \
             hint: set that server's `headersHelper` to `prusa-cred get --format headers`\n",
        )
        .status(1);
    asked("https://reg.example.com/mcp")
        .arg("https://reg.example.com/")
        .stdout(&headers)
        .success();
    env.run(["get", "--profile", "corp", "--format", "headers"])
        .stdout(&headers)
        .success();
}

#[test]
fn a_saved_password_is_not_for_an_mcp_server() {
    let env = home();
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=other.example.com\nusername=u\npassword=S3NTRY\n")
        .any_stderr()
        .success();
    env.run(["get", "--format", "headers"])
        .env(MCP_SERVER, "https://other.example.com/mcp")
        .stderr_contains("no profile answers for https://other.example.com")
        .status(1);
}
