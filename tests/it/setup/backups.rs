//! Backups of clients' files: none that `--undo` can do without, nobody else reads one, and none is kept for ever.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Desk, backup};
use crate::support::sandbox::unix_now;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A client, its file, and a content with a secret that it keeps there. kubectl rewrites its whole file, so that one
/// has a backup, and VS Code is set up by hand.
const SECRETS: [(&str, &str, &str); 10] = [
    (
        "git",
        ".gitconfig",
        "[http]\n\textraHeader = \"Authorization: S3NTRY\"\n",
    ),
    (
        "docker",
        ".docker/config.json",
        "{\n\t\"auths\": {\n\t\t\"other.example.com\": {\"auth\": \"S3NTRY\"}\n\t}\n}\n",
    ),
    (
        "podman",
        "config/containers/auth.json",
        "{\n    \"auths\": {\n        \"other.example.com\": {\"auth\": \"S3NTRY\"}\n    }\n}",
    ),
    (
        "cargo",
        ".cargo/config.toml",
        "[registries.corp]\nindex = \"sparse+https://git.example.com/index/\"\n\n[registries.other]\ntoken = \"S3NTRY\"\n",
    ),
    (
        "bazel",
        ".bazelrc",
        "build --remote_header=x-token=S3NTRY\n",
    ),
    (
        "terraform",
        ".terraformrc",
        "credentials \"other.example.com\" {\n  token = \"S3NTRY\"\n}\n",
    ),
    (
        "go",
        "config/go/env",
        "GOPROXY=https://me:S3NTRY@proxy.example.com\n",
    ),
    (
        "pip",
        "config/pip/pip.conf",
        "[global]\nindex-url = https://me:S3NTRY@other.example.com/simple/\n",
    ),
    (
        "uv",
        "config/uv/uv.toml",
        "[[index]]\nurl = \"https://me:S3NTRY@other.example.com/simple/\"\n",
    ),
    (
        "claude-code",
        ".claude.json",
        "{\n  \"mcpServers\": {\n    \"theirs\": {\n      \"command\": \"x\"\n    }\n  },\n  \"primaryApiKey\": \"S3NTRY\"\n}\n",
    ),
];

/// Returns the files below a directory that hold the secret.
fn with_secret(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).expect("names") {
        let path = entry.expect("a name").path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(with_secret(&path));
        } else if fs::read(&path).is_ok_and(|it| String::from_utf8_lossy(&it).contains("S3NTRY")) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_secret_in_a_client_s_file_is_copied_nowhere() {
    for (client, file, text) in SECRETS {
        let desk = Desk::new();
        desk.write(file, text);
        desk.apply(client);
        assert_ne!(desk.read(file).as_deref(), Some(text), "{client}");
        let own = desk.path(file).display().to_string();
        assert_eq!(with_secret(desk.env.home()), [own.as_str()], "{client}");
        desk.undo(client);
        assert_eq!(desk.read(file).as_deref(), Some(text), "{client}");
        assert_eq!(with_secret(desk.env.home()), [own], "{client}");
    }
}

const CLIENT: &str = "claude-code";
const FILE: &str = ".claude.json";

/// Returns a desk with an entry that `setup` has replaced, so that there is a backup, and the file as it was.
fn replaced() -> (Desk, String) {
    let desk = Desk::new();
    desk.write(FILE, "{\n  \"primaryApiKey\": \"S3NTRY\"\n}\n");
    desk.apply(CLIENT);
    let text = desk.read(FILE).expect("it");
    let other = text.replace("prusa-cred get", "prusa-cred get --min-ttl 9m");
    assert_ne!(other, text);
    desk.write(FILE, &other);
    fs::set_permissions(desk.path(FILE), fs::Permissions::from_mode(0o644)).expect("a mode");
    let applied = desk.apply(CLIENT);
    let kept = backup(&desk.path(FILE));
    assert!(applied.stdout.contains("before-prusa-cred"), "{applied}");
    assert_eq!(fs::read_to_string(&kept).expect("a backup"), other);
    let mode = fs::metadata(&kept).expect("it").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    (desk, other)
}

#[test]
fn a_backup_that_is_needed_is_private_and_named_by_doctor() {
    let (desk, before) = replaced();
    let kept = backup(&desk.path(FILE));
    let report = desk.env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let report = report.outcome().stdout;
    let command = format!("\"mend\":\"rm {}\"", kept.display());
    assert!(report.contains("\"id\":\"client.backup\""), "{report}");
    assert!(report.contains(&command), "{report}");
    desk.undo(CLIENT);
    assert_eq!(desk.read(FILE), Some(before));
    assert!(!kept.exists());
    let report = desk.env.run(["doctor", "--json"]).any_stdout().any_stderr();
    assert!(!report.outcome().stdout.contains("client.backup"));
}

#[test]
fn undo_removes_the_backup_also_of_a_file_that_was_changed_since() {
    let (desk, _) = replaced();
    let kept = backup(&desk.path(FILE));
    let text = desk.read(FILE).expect("it");
    desk.write(FILE, &text.replacen('{', "{\n  \"later\": 1,", 1));
    desk.undo(CLIENT);
    assert!(desk.read(FILE).expect("it").contains("later"));
    assert!(!kept.exists());
    // One that an older version has left, with nothing to take back.
    desk.env.write(&kept, "S3NTRY");
    desk.undo(CLIENT);
    assert!(!kept.exists());
}

#[test]
fn any_run_removes_a_backup_after_a_month() {
    for words in [
        &["setup"][..],
        &["setup", "go"],
        &["setup", CLIENT, "--apply"],
    ] {
        let (desk, _) = replaced();
        let kept = backup(&desk.path(FILE));
        for (days, is_kept) in [(0, true), (29, true), (31, false)] {
            let now = u64::try_from(unix_now()).expect("a time after 1970");
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(now) - days * DAY;
            let file = File::options().write(true).open(&kept).expect("it");
            file.set_modified(at).expect("a time");
            let said = desk.env.run(words).any_stdout().any_stderr().success();
            assert_eq!(kept.exists(), is_kept, "{words:?} {days}");
            let text =
                "Removed ~/.claude.json.before-prusa-cred, a backup of more than a month ago.\n";
            assert_eq!(said.stderr.contains(text), !is_kept, "{said}");
        }
    }
}
