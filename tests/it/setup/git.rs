//! git: the only helper for the hosts, by git's own command, and the others again afterwards.

use std::fs;

use super::Desk;

fn git(desk: &Desk, words: &[&str]) -> String {
    let ran = desk.env.run_as("git", words).any_stdout().outcome();
    ran.stdout.trim_end().to_owned()
}

/// Returns the answer that git gets for a host.
fn fill(desk: &Desk, host: &str) -> String {
    let ran = desk
        .env
        .run_as("git", ["credential", "fill"])
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(format!("protocol=https\nhost={host}\n"))
        .any_stdout()
        .any_stderr()
        .outcome();
    ran.stdout
}

const OTHER: &str =
    "!f() { test \"$1\" = get && echo username=theirs && echo password=theirs; }; f";

#[test]
fn git_asks_only_us_for_the_hosts_and_others_otherwise() {
    let desk = Desk::new();
    let text = "# mine\r\n[user]\n    name = Ada ; me\n[credential]\n    helper = store --file=x\n\thelper = cache\n";
    desk.write(".gitconfig", text);
    desk.setup("git", &[])
        .stdout_contains("[credential \"https://git.example.com\"]")
        .stdout_contains("`store` (~/.gitconfig), `cache` (~/.gitconfig) are no longer asked for git.example.com")
        .success();
    assert_eq!(desk.read(".gitconfig").as_deref(), Some(text));

    desk.apply("git");
    let with = desk.read(".gitconfig").expect("it");
    assert!(with.starts_with(text), "{with}");
    let values = git(
        &desk,
        &[
            "config",
            "--get-urlmatch",
            "credential.helper",
            "https://git.example.com/x",
        ],
    );
    assert_eq!(values, "prusa-cred");
    let values = git(
        &desk,
        &[
            "config",
            "--get-urlmatch",
            "credential.helper",
            "https://other.example.com",
        ],
    );
    assert_eq!(values, "cache");
    let again = desk.apply("git");
    assert!(
        again
            .stdout
            .starts_with("Nothing to do: git asks prusa-cred"),
        "{again}"
    );

    desk.undo("git");
    assert_eq!(desk.read(".gitconfig").as_deref(), Some(text));
    assert!(!desk.bin().join("git-credential-prusa-cred").exists());
}

#[test]
fn another_helper_is_disabled_until_undo() {
    let desk = Desk::new();
    desk.write(
        ".gitconfig",
        &format!(
            "[credential]\n\thelper = \"{}\"\n",
            OTHER.replace('"', "\\\"")
        ),
    );
    assert!(fill(&desk, "git.example.com").contains("password=theirs"));
    desk.apply("git");
    assert!(!fill(&desk, "git.example.com").contains("password=theirs"));
    assert!(fill(&desk, "other.example.com").contains("password=theirs"));
    desk.undo("git");
    assert!(fill(&desk, "git.example.com").contains("password=theirs"));
}

#[test]
fn arguments_of_another_helper_are_not_shown() {
    let desk = Desk::with_hosts("['git.example.com']");
    desk.write(
        ".gitconfig",
        "[credential]\n\thelper = \"!echo password=S3NTRY #\"\n",
    );
    desk.setup("git", &[])
        .stdout_contains("`echo` (~/.gitconfig) is no longer asked")
        .success();
}

#[test]
fn our_entry_is_recognised_wherever_it_is() {
    let desk = Desk::with_hosts("['git.example.com']");
    let told = |helper: &str, section: &str| {
        desk.write(
            ".gitconfig",
            &format!("[credential{section}]\n\thelper = {helper}\n"),
        );
        let told = desk.env.run(["setup", "--profile", "corp"]).any_stdout();
        told.success().stdout
    };
    let not_asked = "  git          not set up: ";
    let ours = "\"!\\\"/my programs/prusa-cred\\\" git\"";
    assert!(!told(ours, "").contains(not_asked));
    let (whole, part) = (
        " \"https://git.example.com\"",
        " \"https://git.example.com/team\"",
    );
    assert!(!told("prusa-cred", whole).contains(not_asked));
    assert!(told("prusa-cred", part).contains(not_asked));
}

#[test]
fn other_settings_of_the_same_section_stay() {
    let desk = Desk::with_hosts("['git.example.com']");
    let section = "[credential \"https://git.example.com\"]\n\tusername = ada\n\thelper = cache\n";
    desk.write(".gitconfig", section);
    desk.apply("git");
    git(&desk, &["config", "--global", "user.name", "Ada"]);
    desk.undo("git");
    let left = desk.read(".gitconfig").expect("it");
    assert_eq!(left, format!("{section}[user]\n\tname = Ada\n"));
}

#[test]
fn an_empty_section_is_removed() {
    let desk = Desk::with_hosts("['git.example.com']");
    desk.write(".gitconfig", "[a]\n\tb = c");
    desk.apply("git");
    git(&desk, &["config", "--global", "user.name", "Ada"]);
    desk.undo("git");
    let left = desk.read(".gitconfig").expect("it");
    assert_eq!(left, "[a]\n\tb = c\n[user]\n\tname = Ada\n");
}

#[test]
fn a_changed_helper_is_kept() {
    let desk = Desk::with_hosts("['git.example.com']");
    desk.apply("git");
    let key = "credential.https://git.example.com.helper";
    git(
        &desk,
        &[
            "config",
            "--global",
            "--replace-all",
            key,
            "prusa-cred --timeout 3s",
            "^prusa",
        ],
    );
    let undone = desk.undo("git");
    assert!(
        undone.stdout.contains("helper = prusa-cred --timeout 3s"),
        "{undone}"
    );
    let link = desk.bin().join("git-credential-prusa-cred");
    assert!(link.is_symlink(), "it is needed");
    // Another setup changes nothing.
    desk.apply("git");
    assert_eq!(
        git(&desk, &["config", "--global", "--get-all", key]),
        "\nprusa-cred"
    );
}

#[test]
fn a_repository_s_own_helper_is_reported() {
    let desk = Desk::with_hosts("['git.example.com']");
    desk.write(".git/HEAD", "ref: refs/heads/main\n");
    fs::create_dir_all(desk.path(".git/refs")).expect("a directory");
    fs::create_dir_all(desk.path(".git/objects")).expect("a directory");
    desk.write(
        ".git/config",
        "[credential \"https://git.example.com\"]\n\thelper = cache\n",
    );
    desk.setup("git", &[])
        .stdout_contains("`cache` (~/.git/config:2) is still asked, after prusa-cred")
        .success();
}

#[test]
fn wildcards_and_loopback_hosts_are_written_in_git_s_form() {
    let desk = Desk::with_hosts("['*.pages.example.com', '127.0.0.1:8080']");
    desk.apply("git");
    let config = desk.read(".gitconfig").expect("it");
    for section in [
        "[credential \"https://*.pages.example.com\"]",
        "[credential \"https://127.0.0.1:8080\"]",
        "[credential \"http://127.0.0.1:8080\"]",
    ] {
        assert!(config.contains(section), "{config}");
    }

    let two = "default = 'a'\n[profiles.a]\nprovider = 'prusa'\nhosts = ['git.example.com']\n\
               [profiles.b]\nprovider = 'prusa'\nhosts = ['git.example.com']\n";
    let desk = Desk::new();
    desk.write("config/prusa-cred/config.toml", two);
    desk.setup("git", &["--profile", "b", "--apply"])
        .any_stdout()
        .success();
    let config = desk.read(".gitconfig").expect("it");
    assert!(
        config.contains("helper = prusa-cred --profile b\n"),
        "{config}"
    );
    desk.setup("git", &["--profile", "b", "--undo"])
        .any_stdout()
        .success();
    assert_eq!(desk.read(".gitconfig"), None);
}

#[test]
fn git_s_lock_and_a_broken_file_are_errors() {
    let desk = Desk::new();
    desk.write(".gitconfig", "[user\n");
    desk.is_refused("git", ".gitconfig", "bad config line 1");
    desk.write(".gitconfig", "[user]\n\tname = Ada\n");
    desk.write(".gitconfig.lock", "");
    desk.setup("git", &["--apply"])
        .any_stdout()
        .stderr_contains("remove ~/.gitconfig.lock")
        .status(1);
    fs::remove_file(desk.path(".gitconfig.lock")).expect("it");
    desk.apply("git");
    assert!(!desk.path(".gitconfig.lock").exists());
}

#[test]
fn the_same_file_as_git_s_is_changed() {
    let desk = Desk::new();
    desk.write("config/git/config", "[user]\n\tname = Ada\n");
    desk.apply("git");
    assert!(
        desk.read("config/git/config")
            .expect("it")
            .contains("prusa-cred")
    );
    assert_eq!(desk.read(".gitconfig"), None);
    let desk = Desk::new().alone_with(&[]);
    desk.setup("git", &[])
        .stderr_contains("git is not installed")
        .status(1);
}
