//! Every client's file: shown, written, found to be there, and taken back to the byte.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{Desk, backup};

const TERRAFORM: &str = "credentials_helper \"prusa-cred\" {}";
const HEADERS: &str = "prusa-cred get --format headers https://mcp.example.com/mcp";

/// A client, its file, the expected content, and contents before.
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
fn apply_makes_the_shown_change_and_undo_restores_it() {
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
            // There is one where removing the entries would not be enough.
            if let Ok(kept) = fs::read_to_string(backup(&desk.path(file))) {
                assert_eq!(kept, *text, "{client}");
            }

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
fn undo_removes_a_file_that_setup_created() {
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
fn undo_keeps_lines_added_by_others() {
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
fn undo_keeps_members_added_by_others() {
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
fn undo_keeps_a_changed_entry_and_says_so() {
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
fn the_rest_of_a_bazel_line_is_kept() {
    let text = "build:ci --credential_helper=git.example.com=/opt/ci/bazel-credential-prusa-cred --jobs=3\n";
    let desk = Desk::new().alone_with(&[]);
    desk.write(".bazelrc", text);
    desk.apply("bazel");
    let with = desk.read(".bazelrc").expect("it");
    assert!(with.starts_with(text), "{with}");
    desk.write(".bazelrc", &format!("{with}build --x\n"));
    desk.undo("bazel");
    let left = desk.read(".bazelrc").expect("it");
    assert_eq!(left, format!("{text}build --x\n"));

    let desk = Desk::new().alone_with(&[]);
    desk.write(
        ".bazelrc",
        "common -k --credential_helper=git.example.com=/old/prusa-cred-helper\n",
    );
    desk.is_refused(
        "bazel",
        ".bazelrc",
        "already has --credential_helper=git.example.com=/old/prusa-cred-helper",
    );
}

/// Two profiles for one host, the first of them the default, and one more host for each.
const TWO: &str = "default = 'one'\n[profiles.one]\nprovider = 'prusa'\nhosts = ['git.example.com', 'one.example.com']\n\
                   [profiles.two]\nprovider = 'prusa'\nhosts = ['git.example.com', 'two.example.com']\n";

#[test]
fn terraform_s_block_of_another_profile_is_not_replaced() {
    let file = ".terraformrc";
    let desk = Desk::new().alone_with(&[]);
    desk.write("config/prusa-cred/config.toml", TWO);
    desk.setup("terraform", &["--profile", "one", "--apply"])
        .any_stdout()
        .success();
    let refused = "already names prusa-cred for another profile";
    for words in [&["--profile", "two"][..], &["--profile", "two", "--apply"]] {
        let ran = desk.setup("terraform", words).stderr_contains(refused);
        ran.status(1);
    }
    assert_eq!(desk.read(file), Some(format!("{TERRAFORM}\n")));
    let told = desk.env.run(["setup"]).any_stdout().success().stdout;
    let two = told.split("two (").nth(1).expect("the profile");
    let line = "  terraform    asks prusa-cred for another profile first\n";
    assert!(two.contains(line), "{told}");
    // Where no other profile has the host, the one block is enough.
    let own = ["--profile", "two", "--host", "two.example.com", "--apply"];
    desk.setup("terraform", &own)
        .stdout_contains("Nothing to do: Terraform asks prusa-cred for two.example.com already")
        .success();

    let of_two = "credentials_helper \"prusa-cred\" {\n  args = [\"--profile\", \"two\"]\n}\n";
    desk.write(file, of_two);
    desk.setup("terraform", &["--profile", "one", "--apply"])
        .stderr_contains("already names prusa-cred for profile two")
        .status(1);
    desk.setup("terraform", &["--profile", "two", "--apply"])
        .any_stdout()
        .success();
    assert_eq!(desk.read(file).as_deref(), Some(of_two));
}

#[test]
fn uv_s_lines_are_removed_from_below_a_comment() {
    let desk = Desk::new().alone_with(&[]);
    let file = "config/uv/uv.toml";
    desk.apply("uv");
    let ours = desk.read(file).expect("a file");
    desk.write(file, &format!("# mine\n{ours}"));
    desk.undo("uv");
    assert_eq!(desk.read(file).as_deref(), Some("# mine\n"));
}

#[test]
fn terraform_s_block_may_span_several_lines() {
    for (text, wanted) in [
        ("credentials_helper \"prusa-cred\" {\n}\n", "Nothing to do"),
        (
            "a = 1\ncredentials_helper \"prusa-cred\" {\n  args = [\"--profile\", \"corp\"] # so\n}\n",
            "To be added to ~/.terraformrc by hand\n  credentials_helper \"prusa-cred\" {}\n",
        ),
        (
            "# credentials_helper \"vault\" {}\n",
            "  + credentials_helper \"prusa-cred\" {}",
        ),
        (
            "# why\ncredentials_helper \"prusa-cred\" {}\n[global",
            "is not closed",
        ),
        (
            "credentials_helper \"prusa-cred\"\n{\n  args = [\n    \"-v\",\n  ]\n}\n",
            "  + credentials_helper \"prusa-cred\" {",
        ),
    ] {
        let desk = Desk::new().alone_with(&[]);
        desk.apply("terraform");
        desk.write(".terraformrc", text);
        let ran = desk
            .setup("terraform", &[])
            .any_stdout()
            .any_stderr()
            .outcome();
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn go_gets_several_profiles() {
    let file = "config/go/env";
    let desk = Desk::new().alone_with(&[]);
    desk.write("config/prusa-cred/config.toml", TWO);
    for profile in ["one", "two"] {
        desk.setup("go", &["--profile", profile, "--apply"])
            .any_stdout()
            .success();
    }
    let both = "GOAUTH=prusa-cred --profile two goauth;prusa-cred goauth;netrc\n";
    assert_eq!(desk.read(file).as_deref(), Some(both));
    desk.setup("go", &["--profile", "one", "--undo"])
        .any_stdout()
        .success();
    let two = "GOAUTH=prusa-cred --profile two goauth;netrc\n";
    assert_eq!(desk.read(file).as_deref(), Some(two));
}

#[test]
fn replacing_another_profile_s_entry_says_so() {
    let desk = Desk::new().alone_with(&["git"]);
    desk.write("config/prusa-cred/config.toml", TWO);
    desk.write(
        ".cargo/config.toml",
        "[registries.corp]\nindex = 'sparse+https://git.example.com/'\n",
    );
    for client in ["git", "cargo"] {
        desk.setup(client, &["--profile", "one", "--apply"])
            .any_stdout()
            .success();
        let told = desk.env.run(["setup"]).any_stdout().success().stdout;
        let two = told.split("two (").nth(1).expect("the profile");
        let line = format!("  {client:12} asks prusa-cred for another profile first\n");
        assert!(two.contains(&line), "{told}");
        for words in [&["--profile", "two"][..], &["--profile", "two", "--apply"]] {
            desk.setup(client, words)
                .stdout_contains("this replaces an entry of prusa-cred for another profile.")
                .success();
        }
        let preview = desk.setup(client, &["--profile", "one"]).any_stdout();
        let preview = preview.success().stdout;
        assert!(
            preview.contains("this replaces an entry of prusa-cred for profile two."),
            "{preview}"
        );
        if client == "git" {
            let way = "--unset-all credential.https://git.example.com.helper\n";
            assert!(preview.contains(way), "{preview}");
        }
    }
}

#[test]
fn another_program_s_entry_is_not_replaced() {
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
fn an_invalid_file_is_left_alone() {
    let cases = [
        (
            "docker",
            ".docker/config.json",
            "{\"auths\": {\"x\": \"S3NTRY\"",
            "is not valid JSON: line 1",
        ),
        (
            "docker",
            ".docker/config.json",
            "// a comment\n{}",
            "is not valid JSON: line 1",
        ),
        ("docker", ".docker/config.json", "[]", "not a JSON object"),
        ("cargo", ".cargo/config.toml", "[registries\n", "line 1"),
        ("terraform", ".terraformrc", "{\"x\": 1}", "it is JSON"),
        ("pip", "config/pip/pip.conf", "x = S3NTRY\n", "line 1"),
        ("uv", "config/uv/uv.toml", "x = \n", "line 1"),
        (
            "vscode",
            "config/Code/User/mcp.json",
            "{\"servers\": 3}",
            "servers is not an object",
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
fn vs_code_keeps_comments_and_gets_a_server_with_token() {
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
fn a_server_without_a_scheme_is_written_with_https() {
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
fn an_unwritable_file_is_an_error() {
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
