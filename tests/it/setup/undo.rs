//! `--undo` takes back what `--apply` did, which the record says, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::Desk;

/// A client, its file, and what a person writes there by hand for the profile's host, just as `setup` would.
const BY_HAND: [(&str, &str, &str); 8] = [
    (
        "git",
        ".gitconfig",
        "[credential \"https://git.example.com\"]\n\thelper = \n\thelper = prusa-cred\n",
    ),
    (
        "docker",
        ".docker/config.json",
        "{\n  \"credHelpers\": {\n    \"git.example.com\": \"prusa-cred\"\n  }\n}\n",
    ),
    (
        "podman",
        "config/containers/auth.json",
        "{\"credHelpers\": {\"git.example.com\": \"prusa-cred\"}}",
    ),
    (
        "cargo",
        ".cargo/config.toml",
        "[registries.corp]\nindex = \"sparse+https://git.example.com/\"\ncredential-provider = [\"prusa-cred\"]\n",
    ),
    (
        "bazel",
        ".bazelrc",
        "common --credential_helper=git.example.com=bazel-credential-prusa-cred\n",
    ),
    (
        "terraform",
        ".terraformrc",
        "credentials_helper \"prusa-cred\" {}\n",
    ),
    ("go", "config/go/env", "GOAUTH=prusa-cred goauth;netrc\n"),
    (
        "claude-code",
        ".claude.json",
        "{\"mcpServers\": {\"corp\": {\"type\": \"http\", \"url\": \"https://mcp.example.com/mcp\", \
         \"headersHelper\": \"prusa-cred get --format headers https://mcp.example.com/mcp\"}}}",
    ),
];

fn desk() -> Desk {
    Desk::with_hosts("['git.example.com', 'mcp.example.com']").alone_with(&["git"])
}

/// Returns a desk with one host.
fn one_host() -> Desk {
    Desk::with_hosts("['git.example.com']").alone_with(&["git"])
}

fn record(desk: &Desk) -> PathBuf {
    desk.env.data_dir().join("prusa-cred/setup.jsonl")
}

/// Returns all that is below the home, but for what is this program's own.
fn all(desk: &Desk) -> BTreeMap<PathBuf, Option<String>> {
    fn add(directory: &Path, all: &mut BTreeMap<PathBuf, Option<String>>) {
        for entry in fs::read_dir(directory).expect("names") {
            let path = entry.expect("a name").path();
            if path.ends_with("prusa-cred") {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                add(&path, all);
                all.insert(path, None);
            } else {
                let text = fs::read_to_string(&path).unwrap_or_default();
                all.insert(path, Some(text));
            }
        }
    }
    let mut found = BTreeMap::new();
    add(desk.env.home(), &mut found);
    found.retain(|path, _| !path.starts_with(desk.env.data_dir()));
    found
}

#[test]
fn what_was_written_by_hand_stays() {
    for (client, file, text) in BY_HAND {
        let words = &["--host", "git.example.com"][..];
        for steps in [
            &["--undo"][..],
            &["--apply", "--undo"],
            &["--undo", "--undo"],
        ] {
            let desk = if client == "claude-code" {
                desk()
            } else {
                one_host()
            };
            desk.write(file, text);
            let mut told = String::new();
            for step in steps {
                let words = if client == "claude-code" { &[] } else { words };
                let words = [words, &[step]].concat();
                told = desk.setup(client, &words).any_stdout().success().stdout;
            }
            assert_eq!(desk.read(file).as_deref(), Some(text), "{client} {steps:?}");
            assert!(
                told.contains("because `prusa-cred setup` has no record of writing it"),
                "{told}"
            );
            if steps[0] == "--undo" {
                assert!(told.contains("Nothing to take back: "), "{client}: {told}");
            }
        }
    }
}

#[test]
fn another_host_s_line_stays_that_was_there_before() {
    for (client, file, text) in BY_HAND {
        if matches!(client, "cargo" | "terraform" | "go" | "claude-code") {
            continue;
        }
        let desk = desk();
        desk.write(file, text);
        desk.apply(client);
        let with = desk.read(file).expect("it");
        assert!(with.contains("mcp.example.com"), "{client}: {with}");
        desk.apply(client);
        desk.undo(client);
        assert_eq!(desk.read(file).as_deref(), Some(text), "{client}");
        // A line that comes later, on top of ours, stays too.
        desk.apply(client);
        let with = desk.read(file).expect("it");
        let more = if with.starts_with('{') {
            ""
        } else {
            "# more\n"
        };
        desk.write(file, &format!("{with}{more}"));
        desk.undo(client);
        assert_eq!(desk.read(file), Some(format!("{text}{more}")), "{client}");
    }
}

#[test]
fn everything_that_apply_made_is_gone_after_undo() {
    for (client, ..) in BY_HAND {
        if client == "cargo" {
            continue;
        }
        let desk = desk();
        let before = all(&desk);
        desk.apply(client);
        assert_ne!(all(&desk), before, "{client}");
        desk.apply(client);
        desk.undo(client);
        assert_eq!(all(&desk), before, "{client}");
        let record = fs::read_to_string(record(&desk)).expect("a record");
        assert_eq!(record, "", "{client}");
        let nothing = desk.undo(client).stdout;
        assert!(nothing.starts_with("Nothing to take back: "), "{nothing}");
    }
}

#[test]
fn the_record_is_private_and_holds_no_value() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = desk();
    desk.write(
        ".docker/config.json",
        "{\"auths\": {\"h\": {\"auth\": \"S3NTRY\"}}}",
    );
    desk.apply("docker");
    let mode = fs::metadata(record(&desk))
        .expect("it")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(record(&desk)).expect("it");
    assert!(
        text.contains("\"name\":\"credHelpers.git.example.com\""),
        "{text}"
    );
    assert!(!text.contains("S3NTRY"), "{text}");
}

#[test]
fn a_damaged_record_tells_what_can_be_read() {
    let desk = desk();
    desk.write(".bazelrc", "# mine\n");
    desk.apply("bazel");
    let text = fs::read_to_string(record(&desk)).expect("it");
    let lost = text.lines().find(|line| line.contains("\"entry\""));
    let lost = lost.expect("an entry");
    let rest = text.replace(&format!("{lost}\n"), "");
    let damaged = format!("{{\"made\":\n\u{0}garbage\r\n{rest}{}", &lost[..10]);
    desk.env.write(&record(&desk), &damaged);
    desk.undo("bazel");
    let left = desk.read(".bazelrc").expect("it");
    assert_eq!(
        left.lines().count(),
        2,
        "the entry whose line is lost: {left}"
    );
    let text = fs::read_to_string(record(&desk)).expect("it");
    assert!(text.contains("garbage"), "{text}");
}

#[test]
fn without_a_record_nothing_is_taken_back_and_the_lock_is_no_sign() {
    for (client, file, _) in BY_HAND {
        if client == "cargo" {
            continue;
        }
        let desk = desk();
        desk.apply(client);
        let with = desk.read(file);
        assert!(desk.path("config/prusa-cred/setup.lock").exists());
        fs::remove_file(record(&desk)).expect("a record");
        let other = if client == "docker" {
            "podman"
        } else {
            "docker"
        };
        for _ in 0..2 {
            let told = desk.undo(client).stdout;
            assert!(told.contains("Nothing to take back: "), "{told}");
            assert!(
                told.contains("(if nothing needs it, remove it by hand)"),
                "{told}"
            );
            assert_eq!(desk.read(file), with, "{client}");
            // Another client is set up by now.
            desk.apply(other);
        }
    }
}

#[test]
fn an_entry_that_a_person_edits_stays_and_so_does_its_link() {
    let desk = desk();
    desk.apply("bazel");
    let with = desk.read(".bazelrc").expect("it");
    let edited = with.replacen("common", "build", 1);
    desk.write(".bazelrc", &edited);
    let told = desk.undo("bazel").stdout;
    let left = desk.read(".bazelrc").expect("it");
    assert_eq!(left.lines().count(), 1, "{left}");
    assert!(left.starts_with("build "), "{left}");
    assert!(
        desk.bin().join("bazel-credential-prusa-cred").is_symlink(),
        "{told}"
    );
}

/// A client, its link below the home, and a file that may need it, with what it says.
const USERS: [(&str, &str, &str, &str); 11] = [
    (
        "git",
        "bin/git-credential-prusa-cred",
        ".gitconfig-work",
        "[credential]\n\thelper = prusa-cred\n",
    ),
    (
        "git",
        "bin/git-credential-prusa-cred",
        ".gitconfig-deeper",
        "[credential \"https://x\"]\n\thelper = prusa-cred\n",
    ),
    (
        "terraform",
        ".terraform.d/plugins/terraform-credentials-prusa-cred",
        ".terraform.d/a.tfrc",
        "credentials_helper \"prusa-cred\" {}\n",
    ),
    (
        "docker",
        "bin/docker-credential-prusa-cred",
        "config/containers/registries.conf",
        "credential-helpers = [\"prusa-cred\"]\n",
    ),
    (
        "docker",
        "bin/docker-credential-prusa-cred",
        "config/containers/registries.conf.d/x.conf",
        "credential-helpers = [\"prusa-cred\"]\n",
    ),
    (
        "podman",
        "bin/docker-credential-prusa-cred",
        ".docker/config.json",
        "{\"credsStore\":\"prusa-cred\"}",
    ),
    (
        "docker",
        "bin/docker-credential-prusa-cred",
        "config/containers/auth.json",
        "{\"credHelpers\":{\"h\":\"prusa-cred\"}}",
    ),
    (
        "docker",
        "bin/docker-credential-prusa-cred",
        "config/helm/registry/config.json",
        "{\"credsStore\":\"prusa-cred\"}",
    ),
    (
        "bazel",
        "bin/bazel-credential-prusa-cred",
        "more.bazelrc",
        "common --credential_helper=h=bazel-credential-prusa-cred\n",
    ),
    (
        "terraform",
        ".terraform.d/plugins/terraform-credentials-prusa-cred",
        ".tofurc",
        "credentials_helper \"prusa-cred\" {}\n",
    ),
    (
        "pip",
        "bin/keyring",
        "config/uv/uv.toml",
        "keyring-provider = \"subprocess\"\n",
    ),
];

/// Writes the files through which clients find the others.
fn with_includes(desk: &Desk) {
    desk.write(
        ".gitconfig",
        "[includeIf \"gitdir:~/work/\"]\n\tpath = ~/.gitconfig-work\n\
         [includeIf \"gitdir:~/x/\"]\n\tpath = .gitconfig-more\n",
    );
    desk.write(
        ".gitconfig-more",
        "[includeIf \"gitdir:~/x/y/\"]\n\tpath = ~/.gitconfig-deeper\n",
    );
    desk.write(".bazelrc", "try-import more.bazelrc\n");
}

#[test]
fn a_link_that_another_file_needs_stays_until_it_does_not() {
    for (client, link, file, text) in USERS {
        let desk = desk();
        with_includes(&desk);
        desk.apply(client);
        let link = desk.path(link);
        assert!(link.is_symlink(), "{client}");
        desk.write(file, text);
        let told = desk.undo(client).stdout;
        assert!(link.is_symlink(), "{client} {file}");
        let why = format!(", because ~/{file} needs it");
        assert!(
            told.contains("Left the link ") && told.contains(&why),
            "{told}"
        );
        fs::remove_file(desk.path(file)).expect("it");
        let told = desk.undo(client).stdout;
        assert!(told.contains("Removed the link "), "{client}: {told}");
        assert!(!link.is_symlink(), "{client} {file}");
    }
}

#[test]
fn a_link_that_was_there_before_stays() {
    for (client, link, ..) in USERS {
        let desk = desk();
        let path = desk.path(link);
        fs::create_dir_all(path.parent().expect("a directory")).expect("it");
        symlink(desk.bin().join("prusa-cred"), &path).expect("a link");
        for steps in [
            &["--undo"][..],
            &["--apply", "--undo"],
            &["--apply", "--apply", "--undo", "--undo"],
        ] {
            for step in steps {
                desk.setup(client, &[step]).any_stdout().success();
            }
            assert!(path.exists(), "{client} {steps:?}");
        }
    }
}

#[test]
fn a_link_that_was_replaced_since_stays() {
    let desk = desk();
    desk.apply("docker");
    let link = desk.bin().join("docker-credential-prusa-cred");
    assert_eq!(
        fs::read_link(&link).expect("a link"),
        Path::new("prusa-cred")
    );
    fs::remove_file(&link).expect("it");
    symlink(desk.bin().join("prusa-cred"), &link).expect("a link");
    let told = desk.undo("docker").stdout;
    assert!(link.exists() && !told.contains("link"), "{told}");
}

#[test]
fn files_elsewhere_count_that_setup_has_changed() {
    let desk = desk();
    let elsewhere = desk.path("elsewhere");
    let words = ["setup", "docker", "--apply"];
    let run = desk.env.run(words).env("DOCKER_CONFIG", &elsewhere);
    run.any_stdout().success();
    desk.apply("docker");
    let told = desk.undo("docker").stdout;
    assert!(
        told.contains("because ~/elsewhere/config.json needs it"),
        "{told}"
    );
    let words = ["setup", "docker", "--undo"];
    let run = desk.env.run(words).env("DOCKER_CONFIG", &elsewhere);
    run.any_stdout().success();
    assert!(!elsewhere.exists());
    assert!(!desk.bin().join("docker-credential-prusa-cred").is_symlink());
}

/// A client, its file, and what is there before.
const FILES: [(&str, &str, &str); 11] = [
    ("git", ".gitconfig", "[user]\n\tname = A\n"),
    ("docker", ".docker/config.json", "{\n  \"a\": 1\n}\n"),
    (
        "podman",
        "config/containers/auth.json",
        "{\n  \"a\": 1\n}\n",
    ),
    (
        "cargo",
        ".cargo/config.toml",
        "[registries.corp]\nindex = \"sparse+https://git.example.com/\"\n",
    ),
    ("bazel", ".bazelrc", "# mine\n"),
    ("terraform", ".terraformrc", "# mine\n"),
    ("go", "config/go/env", "GOPRIVATE=x\n"),
    ("pip", "config/pip/pip.conf", "[global]\ntimeout = 3\n"),
    ("uv", "config/uv/uv.toml", "native-tls = true\n"),
    ("claude-code", ".claude.json", "{\n  \"a\": 1\n}\n"),
    ("vscode", "config/Code/User/mcp.json", "{\n  \"a\": 1\n}\n"),
];

/// Returns a profile for these hosts.
fn profile(name: &str, hosts: &str) -> String {
    format!(
        "[profiles.{name}]\nprovider = 'oauth'\nissuer = 'https://{name}.example.com'\nclient_id = 'x'\n\
         resource = 'https://mcp.example.com/mcp'\nhosts = {hosts}\n"
    )
}

#[test]
fn undo_takes_back_what_was_written_whatever_the_configuration_says_now() {
    let both = "['git.example.com', 'mcp.example.com']";
    let corp = |hosts| format!("default = 'corp'\n{}", profile("corp", hosts));
    let table = [
        // Another profile for the same hosts, which is the default.
        format!(
            "default = 'b'\n{}{}",
            profile("corp", both),
            profile("b", both)
        ),
        // Another profile with another host.
        format!(
            "default = 'b'\n{}{}",
            profile("corp", both),
            profile("b", "['x.example.com']")
        ),
        // Renamed, removed, with another host, and with none.
        format!("default = 'b'\n{}", profile("b", both)),
        format!("default = 'b'\n{}", profile("b", "['x.example.com']")),
        String::new(),
        corp("['x.example.com']"),
        corp("[]"),
    ];
    for (client, file, text) in FILES {
        for now in &table {
            let desk = desk();
            desk.write(file, text);
            let before = all(&desk);
            desk.apply(client);
            assert_ne!(all(&desk), before, "{client}");
            desk.write("config/prusa-cred/config.toml", now);
            let told = desk.undo(client).stdout;
            assert_eq!(all(&desk), before, "{client}: {now}\n{told}");
            assert!(
                told.starts_with("Removed prusa-cred from "),
                "{client}: {now}\n{told}"
            );
            assert!(!told.contains("Left in"), "{client}: {now}\n{told}");
            let told = desk.undo(client).stdout;
            assert!(
                told.starts_with("Nothing to take back: "),
                "{client}: {now}\n{told}"
            );
        }
    }
}

#[test]
fn undo_for_one_profile_keeps_what_another_one_s_setup_wrote() {
    let hosts = |host| format!("['{host}.example.com']");
    let config = format!(
        "default = 'corp'\n{}{}",
        profile("corp", &hosts("git")),
        profile("b", &hosts("b"))
    );
    for (client, file) in [("git", ".gitconfig"), ("docker", ".docker/config.json")] {
        let desk = desk();
        desk.write("config/prusa-cred/config.toml", &config);
        desk.setup(client, &["-p", "b", "--apply"])
            .any_stdout()
            .success();
        let only_b = desk.read(file);
        desk.apply(client);
        desk.undo(client);
        assert_eq!(desk.read(file), only_b, "{client}");
        desk.apply(client);
        desk.setup(client, &["-p", "b", "--undo"])
            .any_stdout()
            .success();
        let left = desk.read(file).expect("a file");
        assert!(left.contains("git.example.com"), "{left}");
        assert!(!left.contains("b.example.com"), "{left}");
    }
}

/// Two profiles, the first of which is the default.
fn two_profiles() -> String {
    let hosts = |host| format!("['{host}.example.com']");
    format!(
        "default = 'corp'\n{}{}",
        profile("corp", &hosts("git")),
        profile("two", &hosts("b"))
    )
}

#[test]
fn what_two_profiles_have_asked_for_goes_with_the_last() {
    let two = |step| ["-p", "two", step];
    for (client, file, text) in FILES {
        if !matches!(client, "go" | "pip" | "uv" | "terraform") {
            continue;
        }
        for is_two_first in [true, false] {
            let desk = Desk::new().alone_with(&[]);
            desk.write("config/prusa-cred/config.toml", &two_profiles());
            desk.write(file, text);
            let before = all(&desk);
            desk.apply(client);
            let with = all(&desk);
            // It has asked for nothing yet.
            let told = desk.setup(client, &two("--undo")).any_stdout().success();
            assert!(
                told.stdout.contains("it is set up for profile corp too"),
                "{told}"
            );
            assert!(told.stdout.contains("Nothing to take back: "), "{told}");
            assert_eq!(all(&desk), with, "{client}");
            let told = desk.setup(client, &two("--apply")).any_stdout().success();
            assert!(told.stdout.starts_with("Nothing to "), "{told}");
            let mut steps = [&["--undo"][..], &two("--undo")];
            if is_two_first {
                steps.reverse();
            }
            desk.setup(client, steps[0]).any_stdout().success();
            assert_eq!(all(&desk), with, "{client} {is_two_first}");
            desk.setup(client, steps[1]).any_stdout().success();
            assert_eq!(all(&desk), before, "{client} {is_two_first}");
            let left = fs::read_to_string(record(&desk)).expect("a record");
            assert_eq!(left, "", "{client}");
        }
    }
}

#[test]
fn a_comment_and_another_program_s_file_need_no_link() {
    for (client, file, comment) in [
        (
            "pip",
            "config/pip/pip.conf",
            "# keyring-provider = subprocess\n",
        ),
        (
            "uv",
            "config/uv/uv.toml",
            "#keyring-provider = 'subprocess'\n",
        ),
        (
            "terraform",
            ".terraformrc",
            "# credentials_helper \"prusa-cred\" {}\n",
        ),
        (
            "bazel",
            ".bazelrc",
            "# common --credential_helper=h=bazel-credential-prusa-cred\n",
        ),
        ("git", ".gitconfig", "; helper = prusa-cred\n"),
        (
            "docker",
            "config/containers/registries.conf",
            "# credential-helpers = ['prusa-cred']\n",
        ),
    ] {
        let desk = desk();
        desk.write(file, comment);
        // What another client has is no reason either.
        desk.apply("claude-code");
        let before = all(&desk);
        desk.apply(client);
        let told = desk.undo(client).stdout;
        assert_eq!(all(&desk), before, "{client}: {told}");
    }
}

#[test]
fn what_apply_replaced_comes_back_with_what_stood_beside_it() {
    let desk = desk();
    let text = "{\"mcpServers\": {\"corp\": {\"type\": \"http\", \"url\": \"https://mcp.example.com/mcp\", \
                \"headers\": {\"X\": \"1\"}, \"headersHelper\": \"prusa-cred -p two get --format headers\"}}}";
    desk.write(".claude.json", text);
    desk.apply("claude-code");
    assert_ne!(desk.read(".claude.json").as_deref(), Some(text));
    let told = desk.undo("claude-code").stdout;
    assert_eq!(desk.read(".claude.json").as_deref(), Some(text), "{told}");
}

#[test]
fn a_file_that_apply_made_goes_with_its_last_host() {
    for (client, ..) in [BY_HAND[0], BY_HAND[1], BY_HAND[2], BY_HAND[4]] {
        let desk = desk();
        let before = all(&desk);
        desk.apply(client);
        for host in ["git.example.com", "mcp.example.com"] {
            let words = ["--host", host, "--undo"];
            desk.setup(client, &words).any_stdout().success();
        }
        assert_eq!(all(&desk), before, "{client}");
        for host in ["mcp.example.com", "git.example.com"] {
            let words = ["--host", host, "--apply"];
            desk.setup(client, &words).any_stdout().success();
        }
        desk.undo(client);
        assert_eq!(all(&desk), before, "{client}");
    }
}

#[test]
fn undo_finds_what_was_written_through_a_link_to_the_home() {
    for (client, file, text) in FILES {
        if client == "vscode" {
            continue;
        }
        let desk = desk();
        desk.write(file, text);
        let before = all(&desk);
        let home = desk.env.home();
        let link = home.with_extension("link");
        symlink(home, &link).expect("a link");
        let linked = |path: PathBuf| link.join(path.strip_prefix(home).expect("below"));
        let run = desk.env.run(["setup", client, "--apply"]);
        let run = run
            .env("HOME", &link)
            .env("XDG_CONFIG_HOME", linked(desk.path("config")))
            .env("XDG_DATA_HOME", linked(desk.env.data_dir()));
        run.any_stdout().success();
        assert_ne!(all(&desk), before, "{client}");
        let told = desk.undo(client).stdout;
        fs::remove_file(&link).expect("it");
        assert_eq!(all(&desk), before, "{client}: {told}");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_named_at_once() {
    for (client, file, _) in FILES {
        let desk = desk();
        desk.script("kubectl", "echo '{}'\n");
        let file = if client == "vscode" {
            (".kube/config", "kubectl")
        } else {
            (file, client)
        };
        let (file, client) = file;
        let path = desk.path(file);
        fs::create_dir_all(path.parent().expect("a directory")).expect("it");
        desk.env.run_as("/usr/bin/mkfifo", [&path]).success();
        for words in [&[][..], &["--apply"], &["--undo"]] {
            let run = desk.setup(client, words);
            run.stderr_contains("not a regular file").status(1);
        }
        desk.env.run(["setup"]).any_stdout().any_stderr().outcome();
    }
}

#[test]
fn a_file_by_the_name_of_a_backup_is_not_overwritten() {
    let desk = desk();
    let text = "{\"mcpServers\": {\"corp\": {\"type\": \"http\", \"url\": \"https://mcp.example.com/mcp\", \
                \"headersHelper\": \"prusa-cred get\"}}}";
    desk.write(".claude.json", text);
    let backup = super::backup(&desk.path(".claude.json"));
    desk.env.write(&backup, "mine");
    let run = desk.setup("claude-code", &["--apply"]).any_stdout();
    run.stderr_contains("is there already").status(1);
    assert_eq!(desk.read(".claude.json").as_deref(), Some(text));
    assert_eq!(fs::read_to_string(&backup).expect("it"), "mine");
}

#[test]
fn a_registry_of_a_project_or_a_variable_is_set_up_for_the_user() {
    let index = "sparse+https://git.example.com/";
    let registry = format!("[registries.corp]\nindex = '{index}'\n");
    for (text, variable) in [(registry.as_str(), ""), ("", index)] {
        for own in [None, Some("[net]\nretry = 0\n")] {
            let desk = desk();
            desk.write("p/.cargo/config.toml", text);
            if let Some(own) = own {
                desk.write(".cargo/config.toml", own);
            }
            let before = all(&desk);
            let run = |step| {
                let run = desk.setup("cargo", &[step]).directory(desk.path("p"));
                run.env("CARGO_REGISTRIES_CORP_INDEX", variable)
                    .any_stdout()
                    .success()
            };
            run("--apply");
            let entry = "[registries.corp]\ncredential-provider = [\"prusa-cred\"]\n";
            let wanted = format!("{}{entry}", own.unwrap_or_default());
            assert_eq!(desk.read(".cargo/config.toml"), Some(wanted));
            desk.undo("cargo");
            assert_eq!(all(&desk), before);
            let told = run("--undo").stdout;
            assert!(told.starts_with("Nothing to take back: "), "{told}");
            let told = desk.setup("cargo", &["-p", "corp", "--undo"]);
            let told = told.any_stdout().success().stdout;
            assert!(told.starts_with("Nothing to take back: "), "{told}");
        }
    }
}

#[test]
fn an_unreadable_record_is_an_error_and_nothing_is_done() {
    for words in [&[][..], &["--apply"], &["--undo"]] {
        let desk = desk();
        desk.write(".bazelrc", "# mine\n");
        desk.apply("bazel");
        desk.write(".bazelrc", "# mine\ncommon --x\n");
        let record = record(&desk);
        fs::remove_file(&record).expect("a record");
        fs::create_dir(&record).expect("a directory");
        let before = all(&desk);
        let run = desk.setup("bazel", words);
        run.stderr_contains("setup.jsonl").status(1);
        assert_eq!(all(&desk), before, "{words:?}");
    }
}
