//! Every client's file: shown, written, found to be there, and taken back to the byte.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{Desk, backup};

const TERRAFORM: &str = "credentials_helper \"prusa-cred\" {}";
const HEADERS: &str = "prusa-cred get --format headers https://mcp.example.com/mcp";

/// A client, its file, what must be in it in the end, and texts that it may hold before.
const TABLE: [(&str, &str, &str, &[&str]); 9] = [
    (
        "docker",
        ".docker/config.json",
        "\"registry.example.com:5000\": \"prusa-cred\"",
        &[
            "{}",
            "{\n\t\"auths\": {\n\t\t\"other.example.com\": {\"auth\": \"S3NTRY\"}\n\t},\n\t\"credsStore\": \"secretservice\"\n}",
            "{\"credHelpers\":{\"gcr.io\":\"gcloud\"},\"n\":1.50e3}\r\n",
            "{\r\n      \"odd\" :  [ 1,2 ],\r\n  \"HttpHeaders\": {}\r\n}\r\n",
        ],
    ),
    (
        "podman",
        "config/containers/auth.json",
        "\"git.example.com\": \"prusa-cred\"",
        &["{\n        \"auths\": {}\n}"],
    ),
    (
        "cargo",
        ".cargo/config.toml",
        "credential-provider = [\"prusa-cred\"]",
        &[
            "# mine\n[build]\njobs   = 2 # few\n\n[registries.corp]\n  index = \"sparse+https://git.example.com/index/\" # here\n\n[registries.other]\nindex = \"sparse+https://other.example.com/\"\n",
            "[registries]\r\ncorp = { index = \"https://registry.example.com:5000/x\" }\r\n",
            "registries.corp.index = 'sparse+https://git.example.com/'",
            "registries.corp.index = 'https://git.example.com/c++/index'",
        ],
    ),
    (
        "bazel",
        ".bazelrc",
        "common --credential_helper=git.example.com=bazel-credential-prusa-cred",
        &["build --jobs=4", "# mine\r\n\r\ncommon -k\r\n"],
    ),
    (
        "terraform",
        ".terraformrc",
        TERRAFORM,
        &[
            "plugin_cache_dir = \"$HOME/.cache\"",
            "disable_checkpoint=true\r\n",
        ],
    ),
    (
        "go",
        "config/go/env",
        "GOAUTH=prusa-cred goauth;netrc",
        &["# mine\nGOFLAGS=-mod=mod", "GOPRIVATE=git.example.com\n"],
    ),
    (
        "pip",
        "config/pip/pip.conf",
        "keyring-provider = subprocess",
        &[
            "; mine\n[global]\nindex-url = https://pypi.example.com/simple/\nextra-index-url =\n    https://a\n    https://b\n",
            "[install]\r\nno-index=false",
        ],
    ),
    (
        "uv",
        "config/uv/uv.toml",
        "keyring-provider = \"subprocess\"",
        &[
            "native-tls = true",
            "# ours\n[[index]]\nurl = \"https://x\"\n",
        ],
    ),
    (
        "claude-code",
        ".claude.json",
        HEADERS,
        &["{\n  \"numStartups\": 3,\n  \"mcpServers\": {},\n  \"primaryApiKey\": \"S3NTRY\"\n}"],
    ),
];

#[test]
fn what_is_shown_is_done_once_and_taken_back_to_the_byte() {
    for (client, file, wanted, texts) in TABLE {
        for text in texts {
            let desk = Desk::new().alone_with(&[]);
            desk.write(file, text);
            desk.setup(client, &[])
                .stdout_contains("Nothing has been changed. To do it: prusa-cred setup")
                .success();
            assert_eq!(desk.read(file).as_deref(), Some(*text), "{client}");

            desk.apply(client);
            let with = desk.read(file).expect("the file");
            assert!(with.contains(wanted), "{client}: {with}");
            let kept = fs::read_to_string(backup(&desk.path(file))).expect("a backup");
            assert_eq!(kept, *text, "{client}");

            let again = desk.apply(client);
            assert!(again.stdout.starts_with("Nothing to do: "), "{again}");
            assert_eq!(desk.read(file), Some(with), "{client}");

            desk.undo(client);
            assert_eq!(desk.read(file).as_deref(), Some(*text), "{client}");
            assert!(!backup(&desk.path(file)).exists(), "{client}");
            let nothing = desk.undo(client);
            assert!(
                nothing.stdout.starts_with("Nothing to take back"),
                "{nothing}"
            );
        }
    }
}

#[test]
fn a_file_that_was_not_there_is_gone_again() {
    for (client, file, wanted, _) in TABLE {
        if client == "cargo" {
            continue;
        }
        let desk = Desk::new().alone_with(&[]);
        desk.setup(client, &[]).any_stdout().success();
        assert_eq!(desk.read(file), None, "{client}");
        desk.apply(client);
        assert!(desk.read(file).expect("it").contains(wanted), "{client}");
        desk.undo(client);
        assert_eq!(desk.read(file), None, "{client}");
    }
}

#[test]
fn what_others_add_meanwhile_stays() {
    let cases = [
        ("bazel", ".bazelrc", "build -k\n", "test --x\n"),
        ("terraform", ".terraformrc", "a = 1\n", "b = 2\n"),
        ("go", "config/go/env", "GOFLAGS=-v\n", "GOPROXY=off\n"),
        ("pip", "config/pip/pip.conf", "[global]\nx = 1\n", "y = 2\n"),
        (
            "uv",
            "config/uv/uv.toml",
            "offline = true\n",
            "[pip]\nno-index = true\n",
        ),
    ];
    for (client, file, before, more) in cases {
        let desk = Desk::new().alone_with(&[]);
        desk.write(file, before);
        desk.apply(client);
        let with = desk.read(file).expect("it");
        desk.write(file, &format!("{with}{more}"));
        desk.undo(client);
        assert_eq!(desk.read(file), Some(format!("{before}{more}")), "{client}");
    }
}

#[test]
fn members_that_others_add_meanwhile_stay() {
    let desk = Desk::new().alone_with(&[]);
    let file = ".docker/config.json";
    desk.write(file, "{\n  \"auths\": {}\n}\n");
    desk.apply("docker");
    let with = desk.read(file).expect("it");
    desk.write(
        file,
        &with.replace("\"auths\": {}", "\"auths\": {},\n  \"x\": 1"),
    );
    desk.undo("docker");
    let wanted = "{\n  \"auths\": {},\n  \"x\": 1\n}\n";
    assert_eq!(desk.read(file).as_deref(), Some(wanted));
}

#[test]
fn what_was_changed_since_is_left_and_said() {
    let cases = [
        (
            ".docker/config.json",
            "docker",
            "\"git.example.com\": \"prusa-cred\"",
            "\"git.example.com\": \"prusa-cred-mine\"",
        ),
        (
            ".terraformrc",
            "terraform",
            TERRAFORM,
            "credentials_helper \"prusa-cred\" { args = [\"-v\"] }",
        ),
        (
            ".claude.json",
            "claude-code",
            HEADERS,
            "prusa-cred get --min-ttl 9m --format headers",
        ),
        (
            "config/go/env",
            "go",
            "prusa-cred goauth",
            "prusa-cred --timeout 5s goauth",
        ),
    ];
    for (file, client, ours, theirs) in cases {
        let desk = Desk::with_hosts("['git.example.com', 'mcp.example.com']").alone_with(&[]);
        desk.apply(client);
        let changed = desk.read(file).expect("it").replace(ours, theirs);
        desk.write(file, &changed);
        let undone = desk.undo(client);
        assert!(undone.stdout.contains("Left in "), "{client}: {undone}");
        assert!(desk.read(file).expect("it").contains(theirs), "{client}");
    }
}

#[test]
fn another_programs_entry_is_not_replaced() {
    let cases = [
        (
            "docker",
            ".docker/config.json",
            "{\"credHelpers\":{\"git.example.com\":\"ecr-login\"}}",
            "ecr-login",
        ),
        (
            "cargo",
            ".cargo/config.toml",
            "[registries.c]\nindex='https://git.example.com/'\ncredential-provider='cargo:token'\n",
            "cargo:token",
        ),
        (
            "bazel",
            ".bazelrc",
            "build --credential_helper=git.example.com=/x.sh\n",
            "/x.sh",
        ),
        (
            "terraform",
            ".terraformrc",
            "credentials_helper \"vault\" {\n}\n",
            "vault",
        ),
        (
            "pip",
            "config/pip/pip.conf",
            "[global]\nkeyring-provider = import\n",
            "import",
        ),
        (
            "uv",
            "config/uv/uv.toml",
            "keyring-provider = 'disabled'\n",
            "disabled",
        ),
        (
            "claude-code",
            ".claude.json",
            "{\"mcpServers\":{\"corp\":{\"url\":\"x\",\"headers\":{\"A\":\"S3NTRY\"}}}}",
            "another entry corp",
        ),
        ("go", "config/go/env", "GOAUTH=off\n", "GOAUTH=off"),
    ];
    for (client, file, text, named) in cases {
        let desk = Desk::new().alone_with(&[]);
        desk.write(file, text);
        desk.is_refused(client, file, named);
        let undone = desk.undo(client);
        assert!(
            undone.stdout.starts_with("Nothing to take back"),
            "{undone}"
        );
        assert_eq!(desk.read(file).as_deref(), Some(text));
    }
}

#[test]
fn what_makes_no_sense_is_left_alone() {
    let cases = [
        (
            "docker",
            ".docker/config.json",
            "{\"auths\": {\"x\": \"S3NTRY\"",
            "is not JSON from line 1",
        ),
        (
            "docker",
            ".docker/config.json",
            "// a comment\n{}",
            "is not JSON from line 1",
        ),
        ("docker", ".docker/config.json", "[]", "no JSON object"),
        ("cargo", ".cargo/config.toml", "[registries\n", "line 1"),
        ("terraform", ".terraformrc", "x {\n", "bracket"),
        ("pip", "config/pip/pip.conf", "x = S3NTRY\n", "line 1"),
        ("uv", "config/uv/uv.toml", "x = \n", "line 1"),
        (
            "vscode",
            "config/Code/User/mcp.json",
            "{\"servers\": 3}",
            "servers is no object",
        ),
    ];
    for (client, file, text, why) in cases {
        let desk = Desk::new().alone_with(&[]);
        desk.write(file, text);
        desk.is_refused(client, file, why);
        desk.setup(client, &["--undo"])
            .stderr_contains(why)
            .status(1);
        assert_eq!(desk.read(file).as_deref(), Some(text));
    }
    let desk = Desk::new().alone_with(&[]);
    desk.env.write(&desk.path(".bazelrc"), b"\xff\xfe\n");
    desk.setup("bazel", &["--apply"])
        .stderr_contains("not UTF-8")
        .status(1);
}

#[test]
fn comments_of_vs_code_stay_and_its_server_is_run_with_a_token() {
    let desk = Desk::new().alone_with(&[]);
    let file = "config/Code/User/mcp.json";
    let text =
        "// mine\n{\n\t\"servers\": {\n\t\t\"a\": { \"url\": \"https://a\" }, // first\n\t},\n}\n";
    desk.write(file, text);
    desk.apply("vscode");
    let with = desk.read(file).expect("it");
    assert!(
        with.starts_with("// mine\n") && with.contains("// first\n"),
        "{with}"
    );
    assert!(
        with.contains("\"command\": \"prusa-cred\"") && with.contains("\"mcp-remote\""),
        "{with}"
    );
    desk.undo("vscode");
    assert_eq!(desk.read(file).as_deref(), Some(text));
}

#[test]
fn a_server_that_is_named_without_a_scheme_is_written_with_one() {
    let desk = Desk::new().alone_with(&[]);
    for (client, file) in [
        ("claude-code", ".claude.json"),
        ("vscode", "config/Code/User/mcp.json"),
    ] {
        let words = ["--host", "MCP.example.com:443/v1", "--apply"];
        desk.setup(client, &words).any_stdout().success();
        let text = desk.read(file).expect("it");
        assert!(text.contains("\"https://mcp.example.com/v1\""), "{text}");
        assert!(!text.contains(":443"), "{text}");
    }
}

#[test]
fn links_are_followed_and_modes_kept() {
    let desk = Desk::new().alone_with(&[]);
    desk.write("dotfiles/bazelrc", "build -k\n");
    let real = desk.path("dotfiles/bazelrc");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("a mode");
    symlink("dotfiles/bazelrc", desk.path(".bazelrc")).expect("a link");
    desk.apply("bazel");
    assert!(desk.path(".bazelrc").is_symlink());
    assert!(
        desk.read("dotfiles/bazelrc")
            .expect("it")
            .contains("prusa-cred")
    );
    let mode = fs::metadata(&real).expect("it").permissions().mode() & 0o777;
    assert_eq!(mode, 0o640);
    let names = fs::read_dir(desk.path("dotfiles")).expect("names").count();
    assert_eq!(names, 1, "no lock and no unfinished file");
    desk.undo("bazel");
    assert_eq!(desk.read("dotfiles/bazelrc").as_deref(), Some("build -k\n"));
}

#[test]
fn what_may_not_be_written_is_not_and_says_so() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(".bazelrc", "build -k\n");
    fs::set_permissions(desk.path(".bazelrc"), fs::Permissions::from_mode(0o444)).expect("a mode");
    desk.setup("bazel", &["--apply"])
        .stderr_contains("could not write to ")
        .status(1);
    assert!(!desk.bin().join("bazel-credential-prusa-cred").exists());
    assert_eq!(desk.read(".bazelrc").as_deref(), Some("build -k\n"));

    let desk = Desk::new().alone_with(&[]);
    fs::create_dir(desk.path(".bazelrc")).expect("a directory");
    desk.setup("bazel", &["--apply"])
        .any_stdout()
        .stderr_contains("is a directory")
        .status(1);
}
