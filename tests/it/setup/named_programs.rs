//! What the command in a client's entry comes to: one rule for every client.

use super::Desk;

const MCP: &str = "https://mcp.example.com/mcp";

/// Returns each client's file with an entry that runs a program with options.
fn entries(program: &str, options: &str) -> Vec<(&'static str, &'static str, String)> {
    let command = format!("{program} {options}");
    let quoted: Vec<_> = command
        .split_whitespace()
        .map(|it| format!("{it:?}"))
        .collect();
    let (list, arguments) = (quoted.join(", "), quoted.get(1..).unwrap_or_default());
    let arguments: String = arguments.iter().map(|it| format!("{it}, ")).collect();
    vec![
        (
            "git",
            ".gitconfig",
            format!("[credential]\n\thelper = \"!{command} git\"\n"),
        ),
        (
            "cargo",
            ".cargo/config.toml",
            format!(
                "[registries.c]\nindex = 'sparse+https://git.example.com/'\ncredential-provider = [{list}]\n"
            ),
        ),
        ("go", "config/go/env", format!("GOAUTH={command} goauth\n")),
        (
            "claude-code",
            ".claude.json",
            format!(
                "{{\"mcpServers\": {{\"corp\": {{\"type\": \"http\", \"url\": \"{MCP}\", \"headersHelper\": \"{command} get --format headers {MCP}\"}}}}}}\n"
            ),
        ),
        (
            "vscode",
            "config/Code/User/mcp.json",
            format!(
                "{{\"servers\": {{\"corp\": {{\"type\": \"stdio\", \"command\": \"{program}\", \"args\": [{arguments}\"exec\", \"--\", \"npx\", \"{MCP}\"]}}}}}}\n"
            ),
        ),
    ]
}

/// Returns a desk with a second profile, `two`, for other hosts.
fn desk() -> Desk {
    let desk = Desk::new();
    let config = desk.read("config/prusa-cred/config.toml").expect("it");
    let two = "[profiles.two]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\nhosts = ['two.example.com']\n";
    desk.write("config/prusa-cred/config.toml", &(config + two));
    desk
}

/// Returns a client's line of the overview, and the states of its checks.
fn state(desk: &Desk, client: &str) -> (String, Vec<String>) {
    let shown = desk
        .env
        .run(["setup", "--all", "--profile", "corp"])
        .any_stdout();
    let shown = shown.success().stdout;
    let lines = shown.lines().map(str::trim_start);
    let mut own = lines.filter_map(|line| line.strip_prefix(client));
    let line = own.find(|line| line.starts_with(' ')).expect("a line");
    let words = ["doctor", "--json", "--profile", "corp"];
    let ran = desk.env.run(words).any_stdout().any_stderr().outcome();
    let checks = ran.json()["checks"].as_array().expect("checks").clone();
    let id = format!("client.{}", client.replace('-', "_"));
    let own = checks.iter().filter(|check| check["id"] == id.as_str());
    let states = own.map(|check| check["state"].as_str().unwrap_or_default().to_owned());
    (line.trim().to_owned(), states.collect())
}

#[test]
fn every_client_s_program_and_profile_have_to_be_there() {
    for (program, options, shown, wanted) in [
        ("prusa-cred", "", "asks prusa-cred (", "ok"),
        ("prusa-cred", "--profile corp", "asks prusa-cred (", "ok"),
        ("/gone/prusa-cred", "", "/gone/prusa-cred", "broken"),
        (
            "prusa-cred",
            "--profile nosuch",
            "there is no profile \"nosuch\"",
            "broken",
        ),
        (
            "prusa-cred",
            "--profile two",
            "asks prusa-cred for profile two",
            "warning",
        ),
    ] {
        for (client, file, text) in entries(program, options) {
            // go may have commands of several profiles side by side.
            if client == "go" && options == "--profile two" {
                continue;
            }
            let desk = desk();
            desk.write(file, &text);
            let (line, states) = state(&desk, client);
            assert!(line.contains(shown), "{client} {options}: {line}");
            assert!(
                states.iter().any(|it| it == wanted),
                "{client} {options}: {states:?}"
            );
        }
    }
}

#[test]
fn a_link_s_name_that_is_another_program_s_is_told() {
    for (client, file, text, name) in [
        (
            "docker",
            ".docker/config.json",
            "{\"credHelpers\":{\"git.example.com\":\"prusa-cred\"}}",
            "docker-credential-prusa-cred",
        ),
        (
            "git",
            ".gitconfig",
            "[credential]\n\thelper = prusa-cred\n",
            "git-credential-prusa-cred",
        ),
    ] {
        let desk = desk();
        desk.write(file, text);
        desk.script(name, "exit 0");
        let (line, states) = state(&desk, client);
        assert!(line.contains("is another program"), "{line}");
        assert!(!states.contains(&"ok".to_owned()), "{client}: {states:?}");
    }
    let bazel = "common --credential_helper=git.example.com=/gone/bazel-credential-prusa-cred\n";
    let desk = desk();
    desk.write(".bazelrc", bazel);
    let (line, states) = state(&desk, "bazel");
    assert!(line.contains("/gone/bazel-credential-prusa-cred"), "{line}");
    assert_eq!(states, ["broken"]);
}

#[test]
fn an_empty_helper_of_docker_goes_before_the_one_for_all() {
    let desk = Desk::with_hosts("['git.example.com']");
    let config = "{\"credsStore\":\"prusa-cred\",\"credHelpers\":{\"git.example.com\":null}}";
    desk.write(".docker/config.json", config);
    assert!(state(&desk, "docker").0.starts_with("not set up: "));
}

#[test]
fn a_server_that_was_named_with_host_is_found_again() {
    for client in ["claude-code", "vscode"] {
        let desk = desk();
        let config = desk.read("config/prusa-cred/config.toml").expect("it");
        let config = config.replace("resource = ", "# ");
        desk.write("config/prusa-cred/config.toml", &config);
        assert!(state(&desk, client).0.starts_with("not set up: "));
        let words = ["--host", "https://git.example.com/mcp", "--apply"];
        desk.setup(client, &words).any_stdout().success();
        let (line, states) = state(&desk, client);
        assert!(line.starts_with("asks prusa-cred ("), "{client}: {line}");
        assert_eq!(states, ["ok"], "{client}");
    }
}
