//! The list of programs, for a person and for programs, and what `setup` says as JSON.

use serde_json::{Value, json};

use super::Desk;

/// Returns what plain `setup` prints with these further words.
fn listed(desk: &Desk, words: &[&str]) -> String {
    let words = [&["setup"], words].concat();
    let ran = desk.env.run(words).any_stdout().success();
    ran.stdout
}

#[test]
fn what_is_installed_comes_with_its_command_and_the_rest_on_request() {
    let desk = Desk::new().alone_with(&[]);
    desk.script("docker", "exit 1");
    desk.script("tofu", "exit 1");
    desk.write(".config/Code/User/settings.json", "{}");
    desk.write("config/Code/User/settings.json", "{}");
    desk.write("config/uv/uv.toml", "");
    let told = listed(&desk, &[]);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(
        lines,
        [
            "corp (git.example.com, registry.example.com:5000, mcp.example.com)",
            "  docker       not set up: prusa-cred setup docker",
            "  terraform    not set up: prusa-cred setup terraform",
            "  uv           not set up: prusa-cred setup uv",
            "  vscode       not set up: prusa-cred setup vscode",
            "",
            "8 more programs are not installed here. To list them: prusa-cred setup --all",
            "Each command shows what it would change, and does it with --apply.",
        ]
    );
    let all = listed(&desk, &["--all"]);
    assert!(all.contains("  kubectl      not set up: prusa-cred setup kubectl\n"));
    assert!(!all.contains("not installed"), "{all}");
    let named = listed(&desk, &["--profile", "corp"]);
    assert!(
        named.contains("prusa-cred setup docker --profile corp\n"),
        "{named}"
    );
    desk.env
        .run(["setup", "docker", "--all"])
        .stderr_contains("--all")
        .status(2);
}

#[test]
fn without_any_program_the_list_says_so() {
    let desk = Desk::new().alone_with(&[]);
    let told = listed(&desk, &[]);
    assert!(
        told.contains("None of the programs that prusa-cred can set up was found here.\n"),
        "{told}"
    );
    assert!(
        told.contains("12 programs are not installed here."),
        "{told}"
    );
}

#[test]
fn a_server_s_address_is_asked_for_where_it_is_not_known() {
    let desk = Desk::new().alone_with(&[]);
    let config = desk.read("config/prusa-cred/config.toml").expect("it");
    let config = config.replace("resource = 'https://mcp.example.com/mcp'\n", "");
    desk.write("config/prusa-cred/config.toml", &config);
    let all = listed(&desk, &["--all"]);
    let wanted = "  claude-code  not set up: prusa-cred setup claude-code --host ADDRESS\n";
    assert!(all.contains(wanted), "{all}");
}

#[test]
fn json_lists_every_program_and_its_state() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(".bazelrc", "build -k\n");
    desk.apply("bazel");
    let rows = desk.env.run(["setup", "--json"]).any_stdout().success();
    let rows = rows.json();
    let rows = rows.as_array().expect("a list");
    let of = |name: &str| rows.iter().find(|row| row["client"] == name).expect("it");
    assert_eq!(of("bazel")["state"], "asks_prusa_cred");
    assert_eq!(of("bazel")["installed"], true);
    assert_eq!(of("bazel")["command"], Value::Null);
    assert_eq!(
        *of("docker"),
        json!({
            "profile": "corp", "client": "docker", "installed": false, "state": "not_set_up",
            "detail": "not set up", "command": "prusa-cred setup docker",
        })
    );
}

#[test]
fn json_says_what_would_be_changed_and_what_was() {
    let desk = Desk::new().alone_with(&[]);
    let run = |words: &[&str]| {
        let words = [words, &["--json"]].concat();
        desk.setup("bazel", &words).any_stdout().success().json()
    };
    let shown = run(&["--host", "git.example.com"]);
    let line = "common --credential_helper=git.example.com=bazel-credential-prusa-cred";
    assert_eq!(shown["client"], "bazel");
    assert_eq!(shown["profile"], "corp");
    assert_eq!(shown["hosts"], json!(["git.example.com"]));
    assert_eq!(shown["added"], json!([line]));
    assert_eq!(shown["removed"], json!([]));
    assert_eq!(
        shown["command"],
        "prusa-cred setup bazel --host git.example.com --apply"
    );
    assert_eq!(shown["file"], desk.path(".bazelrc").display().to_string());
    assert!(shown["links"][0]["path"].is_string(), "{shown}");
    assert_eq!(desk.read(".bazelrc"), None);
    let done = run(&["--apply"]);
    assert!(done["messages"].to_string().contains("Wrote "), "{done}");
    let nothing = run(&[]);
    assert_eq!(nothing["command"], Value::Null);
    assert_eq!(nothing["added"], json!([]));
    let undone = run(&["--undo"]);
    assert!(
        undone["messages"].to_string().contains("Removed"),
        "{undone}"
    );
    let nothing = run(&["--undo"]);
    assert!(
        nothing["messages"]
            .to_string()
            .contains("Nothing to take back")
    );
}
