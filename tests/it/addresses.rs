//! Addresses that one program reads in one way and the next in another: none of them is answered.

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_of};
use crate::support::process::{Run, piped};

const SERVER: &str = "CLAUDE_CODE_MCP_SERVER_URL";
const ADDRESS: &str = "https://h.example.com/mcp";

fn home() -> TestEnv {
    let env = signed_in().config(
        "[profiles.mcp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'me'\n\
         resource = 'https://h.example.com/mcp'\nusername = 'ada'\n",
    );
    sign_in_to(&env, "mcp");
    env
}

/// Returns whether the answer holds the token.
fn gets_token(run: Run) -> bool {
    let output = run.any_stdout().any_stderr().outcome();
    output.stdout.contains(&token_of("mcp"))
}

#[test]
fn a_user_name_that_hides_the_host_is_refused() {
    let env = home();
    for user in [
        "evil.example\\",
        "evil.example\\x",
        "\\",
        "evil.example\\..\\",
        "a b",
        "evil[",
        "evil%",
        "evil%zz",
        "\u{fc}",
    ] {
        let address = format!("https://{user}@h.example.com/mcp");
        let json = serde_json::json!({ "uri": address }).to_string();
        let run = |words: &[&str]| env.run(words).stdin("");
        for run in [
            run(&["get", &address]),
            run(&["get", "--format", "headers"]).env(SERVER, &address),
            run(&["get", "--format", "headers", ADDRESS]).env(SERVER, &address),
            run(&["goauth", &address]),
            run(&["keyring", "get", &address, "ada"]),
            env.run(["bazel", "get"]).stdin(json),
            env.run(["docker", "get"]).stdin(address.as_str()),
            env.run(["get"]).stdin_from(piped(address.as_str())),
        ] {
            assert!(!gets_token(run), "{address}");
        }
        for words in [["which"], ["forget"], ["login"]] {
            let run = env.run(words.into_iter().chain([address.as_str()]));
            let output = run.any_stdout().any_stderr().status(2);
            let why = "because: it holds a user name or password";
            assert!(output.stderr.contains(why), "{output}");
        }
        let run = env.run(["git", "get"]).stdin(format!("url={address}\n"));
        run.any_stderr().success();
    }
    assert!(gets_token(
        env.run(["get", "https://ada@h.example.com/mcp"])
    ));
}

#[test]
fn the_server_beside_an_address_has_no_user_name_and_a_scheme() {
    let env = home();
    let asked = |server: &str| {
        let run = env.run(["get", "--format", "headers", ADDRESS]);
        run.env(SERVER, server)
    };
    for server in [
        "https://evil.example%5c@h.example.com/mcp",
        "https://evil.example@h.example.com/mcp",
        "https://ada@h.example.com/mcp",
        "https://ada:x@h.example.com/mcp",
        "h.example.com/mcp",
        "//h.example.com/mcp",
        "ws://h.example.com/mcp",
        "wss://evil.example/mcp",
        "cargo://h.example.com/mcp",
        "https://h.example.com/m\u{a0}",
        "https://h.example.com/mcp\u{a0}",
        "https://h.example.com/\r\nmcp",
        "https://h.example.com/mcp/\tx",
        " ",
    ] {
        assert!(!gets_token(asked(server)), "{server:?}");
    }
    asked("h.example.com/mcp")
        .stderr(
            "prusa-cred: a token is for https only, or http on this machine; h.example.com/mcp is named without a scheme\n  \
             hint: the client's configuration has to name the server with https://\n",
        )
        .status(1);
}

#[test]
fn a_server_may_be_reached_by_websocket_and_have_white_space_around_it() {
    let env = home();
    for server in [
        "wss://h.example.com/mcp",
        "WSS://h.example.com:443/mcp",
        " https://h.example.com/mcp\n",
        "\twss://h.example.com/mcp/x \r\n",
    ] {
        for words in [
            &["get", "--format", "headers"][..],
            &["get", "--format", "headers", ADDRESS],
        ] {
            assert!(gets_token(env.run(words).env(SERVER, server)), "{server:?}");
        }
    }
    for server in [" ", "ws://h.example.com/mcp", "ws://", "wss:///mcp"] {
        let run = env.run(["get", "--format", "headers"]);
        assert!(!gets_token(run.env(SERVER, server)), "{server:?}");
    }
}

#[test]
fn no_address_holds_a_control_character() {
    let env = home();
    for address in [
        "https://h.example.com/mcp/\r\nx",
        "https://h.example.com/mcp\n",
        "https://h.example.com/mcp/\tx",
        "https://h.example.com/mcp?\u{1}",
        "h.example.com/mcp\r",
        "https://h.example.com\n/mcp",
        "https://h.example.com/mcp#\n",
    ] {
        for words in [["get"], ["which"], ["forget"], ["login"]] {
            let run = env.run(words.into_iter().chain([address]));
            let output = run.any_stdout().any_stderr().status(2);
            assert!(
                output.stderr.contains("not a plain host name or address"),
                "{words:?} {address:?} {output}"
            );
        }
    }
    for server in [
        "https://h.example.com/\r\nmcp",
        "https://h.example.com/m\ncp",
    ] {
        let run = env.run(["get", "--format", "headers"]);
        assert!(!gets_token(run.env(SERVER, server)), "{server:?}");
    }
}

/// Has cargo and Terraform save a token each, and returns their addresses as `list` shows them.
fn with_saved_tokens(env: &TestEnv) -> [&'static str; 2] {
    let login = serde_json::json!({
        "v": 1, "registry": { "index-url": "sparse+https://reg.example.com/index" },
        "kind": "login", "token": "S3NTRY-cargo",
    });
    env.run(["--cargo-plugin"])
        .stdin(format!("{login}\n"))
        .any_stdout()
        .any_stderr()
        .success();
    env.run(["terraform", "store", "reg.example.com"])
        .stdin("{\"token\":\"S3NTRY-terraform\"}")
        .any_stderr()
        .success();
    [
        "cargo://reg.example.com/index",
        "terraform://reg.example.com",
    ]
}

#[test]
fn the_tokens_of_cargo_and_terraform_are_for_them_alone() {
    let env = TestEnv::offline();
    let addresses = with_saved_tokens(&env);
    let file = env.data_dir().join("prusa-cred/credentials.json");
    let before = std::fs::read_to_string(&file).expect("the file");
    let is_kept = || std::fs::read_to_string(&file).expect("the file") == before;
    for address in addresses {
        for name in [address.to_owned(), address.to_ascii_uppercase()] {
            let (scheme, rest) = name.split_once("://").expect("a scheme");
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let git =
                format!("capability[]=authtype\nprotocol={scheme}\nhost={host}\npath={path}\n");
            for lines in [&git, &format!("url={name}\n")] {
                for words in [&["git", "get"][..], &["get"]] {
                    env.run(words).stdin(lines.as_str()).success();
                }
                for words in [&["git", "store"][..], &["store"]] {
                    let offered = format!("{lines}username=\npassword=S3NTRY-evil\n");
                    env.run(words).stdin(offered).any_stderr().success();
                }
                for words in [&["git", "erase"][..], &["erase"]] {
                    env.run(words).stdin(lines.as_str()).success();
                }
            }
            for run in [
                env.run(["docker", "get"]).stdin(name.as_str()),
                env.run(["get"]).stdin_from(piped(name.as_str())),
                env.run(["keyring", "get", &name]).stdin(""),
                env.run(["goauth", &name]).stdin(""),
                env.run(["get", "--format", "headers"]).env(SERVER, &name),
            ] {
                let output = run.any_stdout().any_stderr().outcome();
                assert!(!output.stdout.contains("S3NTRY"), "{output}");
            }
            env.run(["docker", "erase"])
                .stdin(name.as_str())
                .any_stderr()
                .success();
            assert!(is_kept(), "{name}");
        }
    }
    for address in addresses {
        env.run(["forget", address]).any_stderr().success();
    }
    assert!(!is_kept());
}
