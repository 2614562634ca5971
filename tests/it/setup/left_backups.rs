//! Backups whose profile, entry or variable is gone: `doctor` names them all the same, and `setup` removes them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Desk, backup};
use crate::support::env::TestEnv;

const CLAUDE: &str = ".claude.json";
const CARGO: &str = ".cargo/config.toml";
const KUBE: &str = ".kube/config";
/// A profile for an MCP server that it does not name, so that only `--host` does.
const UNNAMED: &str = "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\n\
                       client_id = 'x'\nhosts = ['a.example', 'git.example.com']\n";

fn desk() -> Desk {
    let desk = Desk::new();
    let env = desk.env.config(UNNAMED);
    Desk { env }
}

/// Makes a client's file have a backup: an entry that was edited is replaced.
fn with_backup(desk: &Desk, client: &str) -> &'static str {
    let (file, words, edit) = match client {
        "claude-code" => {
            desk.write(CLAUDE, "{\"primaryApiKey\":\"S3NTRY\"}\n");
            let words = &["--host", "https://a.example/mcp", "--apply"][..];
            (
                CLAUDE,
                words,
                ["prusa-cred get", "prusa-cred get --min-ttl 9m"],
            )
        }
        "cargo" => {
            let registry = "[registries.corp]\nindex = \"sparse+https://git.example.com/index/\"\ntoken = \"S3NTRY\"\n";
            desk.write(CARGO, registry);
            (
                CARGO,
                &["--apply"][..],
                ["\"prusa-cred\"", "\"prusa-cred\", \"-v\""],
            )
        }
        _ => {
            kubectl(desk);
            desk.write(
                KUBE,
                "{\"users\":[{\"name\":\"me\",\"user\":{\"token\":\"S3NTRY\"}}]}",
            );
            (KUBE, &["--apply"][..], ["", ""])
        }
    };
    desk.setup(client, words).any_stdout().success();
    if let [old, new] = edit
        && !old.is_empty()
    {
        let text = desk.read(file).expect("it");
        let edited = text.replace(old, new);
        assert_ne!(edited, text);
        desk.write(file, &edited);
        desk.setup(client, words).any_stdout().success();
    }
    let kept = fs::read_to_string(backup(&desk.path(file))).expect(client);
    assert!(kept.contains("S3NTRY"), "{client}");
    file
}

/// Puts a kubectl on the search path that knows one user only. JSON is YAML.
fn kubectl(desk: &Desk) {
    desk.script(
        "kubectl",
        "for word do case $word in --kubeconfig=*) file=${word#*=};; esac; done\ncase $2 in\n\
         view) if [ -s \"$4\" ]; then cat \"$4\"; else echo '{}'; fi;;\n\
         set-credentials) echo '{\"users\":[{\"name\":\"prusa-cred\",\"user\":{\"exec\":{\"apiVersion\":\
         \"client.authentication.k8s.io/v1\",\"command\":\"prusa-cred\",\"args\":[\"kube\"],\
         \"interactiveMode\":\"Never\",\"provideClusterInfo\":true}}}]}' > \"$file\";;\n\
         delete-user) echo '{}' > \"$file\";;\nesac\n",
    );
}

fn make_old(env: &TestEnv, path: &Path) {
    let path = path.to_str().expect("text");
    env.run_as("touch", ["-h", "-d", "60 days ago", path])
        .success();
}

fn is_named_by_doctor(env: &TestEnv, path: &Path) -> bool {
    let report = env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let command = format!("\"mend\":\"rm {}\"", path.display());
    report.outcome().stdout.contains(&command)
}

/// Checks that `doctor` names the backup, and that any `setup` removes it after a month.
fn is_found(env: &TestEnv, path: &Path) {
    assert!(is_named_by_doctor(env, path), "{}", path.display());
    env.run(["setup"]).any_stdout().any_stderr().success();
    assert!(path.exists());
    make_old(env, path);
    let said = env
        .run(["setup"])
        .any_stdout()
        .any_stderr()
        .success()
        .stderr;
    assert!(said.contains("a backup of more than a month ago"), "{said}");
    assert!(!path.exists() && !is_named_by_doctor(env, path));
    let list = fs::read_to_string(list(env)).unwrap_or_default();
    assert!(!list.contains("before-prusa-cred"), "{list}");
}

fn list(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/backups.jsonl")
}

#[test]
fn a_backup_is_found_without_its_host_registry_or_profile() {
    for client in ["claude-code", "cargo", "kubectl"] {
        for (config, has_list) in [(UNNAMED, true), (UNNAMED, false), ("", true), ("", false)] {
            let desk = desk();
            let file = with_backup(&desk, client);
            let Desk { env } = desk;
            let kept = backup(&env.home().join(file));
            env.write(&env.home().join(file), "");
            let env = env.config(config);
            if !has_list {
                // As an older version leaves it.
                fs::remove_file(list(&env)).expect("a list");
            }
            is_found(&env, &kept);
        }
    }
}

#[test]
fn undo_removes_a_backup_when_nothing_else_is_left() {
    for client in ["claude-code", "cargo", "kubectl"] {
        for config in [UNNAMED, ""] {
            let desk = desk();
            let file = with_backup(&desk, client);
            let Desk { env } = desk;
            let desk = Desk {
                env: env.config(config),
            };
            let kept = backup(&desk.path(file));
            desk.write(file, "");
            desk.undo(client);
            assert!(!kept.exists(), "{client} {config}");
            assert_eq!(desk.read(file).as_deref(), Some(""));
        }
    }
}

#[test]
fn the_list_finds_a_file_that_only_a_variable_named() {
    let desk = desk();
    let other = desk.path("elsewhere");
    let desk = Desk {
        env: desk.env.var("CLAUDE_CONFIG_DIR", &other),
    };
    desk.write("elsewhere/.claude.json", "{\"primaryApiKey\":\"S3NTRY\"}\n");
    let words = ["--host", "https://a.example/mcp", "--apply"];
    desk.setup("claude-code", &words).any_stdout().success();
    let text = desk.read("elsewhere/.claude.json").expect("it");
    let edited = text.replace("prusa-cred get", "prusa-cred get --min-ttl 9m");
    desk.write("elsewhere/.claude.json", &edited);
    desk.setup("claude-code", &words).any_stdout().success();
    let env = desk.env.var("CLAUDE_CONFIG_DIR", "");
    let mode = fs::metadata(list(&env))
        .expect("a list")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    is_found(&env, &backup(&other.join(".claude.json")));
}

#[test]
fn nothing_but_a_backup_is_removed_whatever_the_list_says() {
    let env = desk().env;
    let home = env.home().to_owned();
    let at = |name: &str| home.join(name);
    for name in [
        "precious",
        ".before-prusa-cred",
        "x.before-prusa-cred",
        "d.before-prusa-cred/f",
    ] {
        env.write(&at(name), "S3NTRY");
    }
    std::os::unix::fs::symlink("precious", at("l.before-prusa-cred")).expect("a link");
    let names = [
        "precious",
        ".before-prusa-cred",
        "x.before-prusa-cred",
        "d.before-prusa-cred",
        "l.before-prusa-cred",
    ];
    let line = |name: &&str| format!("\"{}\"\n", at(name).display());
    let lines: String = names.iter().map(line).collect();
    env.write(
        &list(&env),
        format!("not a path\n{lines}\"x.before-prusa-cred\"\n"),
    );
    for name in names {
        make_old(&env, &at(name));
        let is_backup = name == "x.before-prusa-cred";
        assert_eq!(is_named_by_doctor(&env, &at(name)), is_backup, "{name}");
    }
    env.run(["setup"]).any_stdout().any_stderr().success();
    for name in names {
        let is_there = at(name).symlink_metadata().is_ok();
        assert_eq!(is_there, name != "x.before-prusa-cred", "{name}");
    }
}

#[test]
fn kubectl_s_backup_is_private_and_removed_by_undo() {
    let desk = desk();
    with_backup(&desk, "kubectl");
    let kept = backup(&desk.path(KUBE));
    let mode = fs::metadata(&kept).expect("it").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(is_named_by_doctor(&desk.env, &kept));
    let before = fs::read_to_string(&kept).expect("it");
    desk.undo("kubectl");
    assert_eq!(desk.read(KUBE), Some(before));
    assert!(!kept.exists() && !is_named_by_doctor(&desk.env, &kept));
}
