//! What git reads later than our entry, or for a part of the host: git itself is asked, whatever the layout of its
//! files.

use std::fs;

use super::Desk;
use crate::support::process::Run;

/// A helper of another program.
const THEIRS: &str = "!f() { echo username=other; echo password=theirs; }; f";

/// Returns the lines with which Git Credential Manager and others take the place of all helpers before them.
fn theirs(section: &str) -> String {
    format!("[credential{section}]\n\thelper =\n\thelper = \"{THEIRS}\"\n")
}

/// Returns a desk whose profile is signed in.
fn desk(hosts: &str) -> Desk {
    let desk = Desk::with_hosts(hosts);
    let token = "{\"access_token\":\"ours\",\"expires_at\":99999999999}";
    desk.write("config/prusa-cred/tokens/corp.json", token);
    desk
}

/// Returns git in a directory below the home, with no question asked.
fn git_in(desk: &Desk, directory: &str, words: &[&str]) -> Run {
    let path = desk.path(directory);
    fs::create_dir_all(&path).expect("a directory");
    let git = desk.env.run_as("git", words).directory(path);
    git.env("GIT_TERMINAL_PROMPT", "0")
        .any_stdout()
        .any_stderr()
}

/// Returns whether git, in a directory, gets our token for a request.
fn is_ours(desk: &Desk, directory: &str, request: &str) -> bool {
    let git = git_in(desk, directory, &["credential", "fill"]);
    let answer = git.stdin(format!("protocol=https\n{request}\n")).outcome();
    answer.stdout.contains("password=ours\n")
}

/// Returns doctor's check of the one host: its state, message and command.
fn doctor(desk: &Desk, directory: &str) -> (String, String, String) {
    let run = desk.env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let report = run.directory(desk.path(directory)).outcome().stdout;
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|it| it["id"] == "client.git");
    let text = |key: &str| {
        let value = check.expect("a check")[key].as_str();
        value.unwrap_or_default().to_owned()
    };
    (text("state"), text("message"), text("mend"))
}

/// Returns what the overview says of git.
fn overview(desk: &Desk, directory: &str) -> String {
    let run = desk.env.run(["setup"]).directory(desk.path(directory));
    let told = run.any_stdout().success().stdout;
    let line = told.lines().find_map(|it| it.strip_prefix("  git "));
    line.expect("a line").trim().to_owned()
}

/// Runs doctor's command as a person does.
fn mend(desk: &Desk, directory: &str, command: &str) {
    let shell = desk.env.run_as("sh", ["-c", command]);
    let run = shell.directory(desk.path(directory));
    run.any_stdout().any_stderr().success();
}

/// A layout of git's files, the request for which our token is wanted, and the directory in which git is asked.
struct Layout {
    name: &'static str,
    config: String,
    /// `~/more.inc`.
    more: String,
    hosts: &'static str,
    request: &'static str,
    directory: &'static str,
}

fn layouts() -> Vec<Layout> {
    let layout = |name, config: String, more: String| Layout {
        name,
        config,
        more,
        hosts: "['git.example.com']",
        request: "host=git.example.com\n",
        directory: "",
    };
    let section = "[credential \"https://git.example.com\"]\n\tusername = ada # mine\n";
    let include = "[include]\n\tpath = more.inc\n";
    vec![
        layout("general section below", section.to_owned() + &theirs(""), String::new()),
        layout("same section again below", format!("{section}{}\n; end\n{section}", theirs("")), String::new()),
        layout("included below", section.to_owned() + include, theirs("")),
        layout("included with ~", format!("{section}[include] path = ~/more.inc"), theirs("")),
        layout("wildcard below", section.to_owned() + &theirs(" \"https://*.example.com\""), String::new()),
        layout("default port below", section.to_owned() + &theirs(" \"https://git.example.com:443/\""), String::new()),
        layout("no scheme below", section.to_owned() + &theirs(" \"git.example.com\""), String::new()),
        layout("CRLF", (section.to_owned() + &theirs("")).replace('\n', "\r\n"), String::new()),
        Layout {
            request: "host=git.example.com\npath=team/x.git\n",
            ..layout("a part below", section.to_owned() + &theirs(" \"https://git.example.com/team\""), String::new())
        },
        Layout {
            request: "host=git.example.com\nusername=eve\n",
            ..layout("a user below", section.to_owned() + &theirs(" \"https://eve@git.example.com\""), String::new())
        },
        Layout {
            directory: "work/repo",
            ..layout(
                "included elsewhere",
                format!("{section}[includeIf \"gitdir:~/work/\"]\n\tpath = more.inc\n"),
                theirs(""),
            )
        },
        Layout {
            hosts: "['git.example.com/team']",
            request: "host=git.example.com\npath=team/x.git\n",
            ..layout(
                "no path",
                "[credential \"https://git.example.com/team\"]\n\tuseHttpPath = true\n[credential]\n\tuseHttpPath = false\n".to_owned(),
                String::new(),
            )
        },
        Layout {
            hosts: "['*.pages.example.com']",
            request: "host=a.pages.example.com\n",
            ..layout("a wildcard", section.to_owned() + &theirs(" \"https://*.pages.example.com\""), String::new())
        },
    ]
}

impl Layout {
    fn desk(&self) -> Desk {
        let desk = desk(self.hosts);
        desk.write(".gitconfig", &self.config);
        desk.write("more.inc", &self.more);
        if !self.directory.is_empty() {
            git_in(&desk, self.directory, &["init", "-q"]).success();
        }
        desk
    }

    fn is_ours(&self, desk: &Desk) -> bool {
        is_ours(desk, self.directory, self.request)
    }
}

#[test]
fn git_asks_us_after_setup_in_any_layout() {
    for layout in layouts() {
        let (name, desk) = (layout.name, layout.desk());
        assert!(!layout.is_ours(&desk), "{name}");
        desk.apply("git");
        assert!(layout.is_ours(&desk), "{name}");
        let with = desk.read(".gitconfig").expect("it");
        for line in layout.config.lines() {
            assert!(with.contains(line), "{name}: {with}");
        }
        let (state, message, _) = doctor(&desk, layout.directory);
        assert_eq!(state, "ok", "{name}: {message}");
        assert!(overview(&desk, layout.directory).starts_with("asks prusa-cred ("));
        let again = desk.apply("git");
        assert!(
            again.stdout.starts_with("Nothing to do: "),
            "{name}: {again}"
        );
        assert_eq!(desk.read(".gitconfig"), Some(with), "{name}");
        desk.undo("git");
        assert_eq!(desk.read(".gitconfig"), Some(layout.config), "{name}");
    }
}

#[test]
fn what_comes_below_later_is_told_and_mended_by_doctor_s_command() {
    for layout in layouts() {
        let (name, desk) = (layout.name, layout.desk());
        desk.write(".gitconfig", "");
        desk.apply("git");
        let ours = desk.read(".gitconfig").expect("it");
        desk.write(".gitconfig", &(ours + &layout.config));
        assert!(!layout.is_ours(&desk), "{name}");
        // In the home, also what is included in another directory only.
        let (state, message, command) = doctor(&desk, "");
        assert_eq!(state, "broken", "{name}: {message}");
        let file = if layout.more.is_empty() {
            "~/.gitconfig:"
        } else {
            "~/more.inc:2"
        };
        assert!(message.contains(file), "{name}: {message}");
        assert!(overview(&desk, "").contains(file), "{name}");
        mend(&desk, "", &command);
        assert!(layout.is_ours(&desk), "{name}: {command}");
        let (state, message, _) = doctor(&desk, layout.directory);
        assert_eq!(state, "ok", "{name}: {message}");
        desk.undo("git");
        // Moving our lines to the end has ended the last line.
        let left = desk.read(".gitconfig").expect("it");
        assert_eq!(left.trim_end(), layout.config.trim_end(), "{name}");
    }
}

#[test]
fn a_repository_s_own_file_is_told_with_the_command_that_mends_it() {
    for directory in ["repo", "repo/below"] {
        let desk = desk("['git.example.com']");
        git_in(&desk, "repo", &["init", "-q"]).success();
        let config = desk.read("repo/.git/config").expect("it");
        desk.write("repo/.git/config", &(config + &theirs("")));
        fs::create_dir_all(desk.path(directory)).expect("a directory");
        let in_repository = |words: &[&str]| {
            let words = [&["setup", "git"], words].concat();
            let run = desk.env.run(words).directory(desk.path(directory));
            run.any_stdout().success().stdout
        };
        let told = "an empty helper in ~/repo/.git/config:";
        assert!(in_repository(&[]).contains(told));
        assert!(in_repository(&["--apply"]).contains(told));
        let again = in_repository(&["--apply"]);
        let nothing = "Nothing to change in ~/.gitconfig, but git does not ask prusa-cred first for all of git.example.com.\n";
        assert!(
            again.starts_with(nothing) && again.contains(told),
            "{again}"
        );
        assert!(overview(&desk, directory).starts_with(told));
        assert!(overview(&desk, "").starts_with("asks prusa-cred ("));
        assert!(!is_ours(&desk, directory, "host=git.example.com\n"));
        let (state, _, command) = doctor(&desk, directory);
        assert_eq!(state, "broken");
        mend(&desk, directory, &command);
        assert!(is_ours(&desk, directory, "host=git.example.com\n"));
        assert_eq!(doctor(&desk, directory).0, "ok");
    }
}

#[test]
fn helpers_from_the_environment_are_told() {
    let desk = desk("['git.example.com']");
    desk.apply("git");
    let desk = Desk {
        env: desk
            .env
            .var("GIT_CONFIG_COUNT", "2")
            .var("GIT_CONFIG_KEY_0", "credential.helper")
            .var("GIT_CONFIG_VALUE_0", "")
            .var("GIT_CONFIG_KEY_1", "credential.helper")
            .var("GIT_CONFIG_VALUE_1", THEIRS),
    };
    let problem = "an empty helper in the environment or an option of git turns prusa-cred off";
    assert_eq!(overview(&desk, ""), problem);
    let (state, message, command) = doctor(&desk, "");
    assert_eq!((state.as_str(), message.as_str()), ("broken", problem));
    assert_eq!(command, "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS");
    // A variable of `git config` alone changes nothing that git does.
    let desk = Desk {
        env: desk
            .env
            .var("GIT_CONFIG_COUNT", "")
            .var("GIT_CONFIG", "/dev/null"),
    };
    assert!(overview(&desk, "").starts_with("asks prusa-cred ("));
}

#[test]
fn what_is_read_before_the_user_s_file_is_in_no_way() {
    let desk = desk("['git.example.com']");
    desk.write(".gitconfig", "[user]\n\tname = Ada\n");
    desk.write("config/git/config", &theirs(""));
    desk.write("system", &theirs(" \"https://git.example.com\""));
    let system = desk.path("system");
    let desk = Desk {
        env: desk
            .env
            .var("GIT_CONFIG_NOSYSTEM", "")
            .var("GIT_CONFIG_SYSTEM", system),
    };
    desk.apply("git");
    assert!(is_ours(&desk, "", "host=git.example.com\n"));
    assert_eq!(doctor(&desk, "").0, "ok");
}

#[test]
fn a_helper_without_a_value_is_an_error_that_is_told() {
    let desk = desk("['git.example.com']");
    desk.write(".gitconfig", "[credential]\n\thelper\n");
    let problem = "git fails at ~/.gitconfig:2: helper has no value";
    assert_eq!(overview(&desk, ""), problem);
    let (state, message, command) = doctor(&desk, "");
    assert_eq!((state.as_str(), message.as_str()), ("broken", problem));
    mend(&desk, "", &command);
    desk.apply("git");
    assert!(is_ours(&desk, "", "host=git.example.com\n"));
}

#[test]
fn what_keeps_git_from_asking_any_helper_is_told_without_its_secret() {
    for (config, told) in [
        (
            "[http \"https://git.example.com/\"]\n\textraheader = AUTHORIZATION: basic S3NTRY\n",
            "git sends a header of its own (http.extraHeader in ~/repo/.git/config:",
        ),
        (
            "[http]\n\textraHeader = \"Authorization: Bearer S3NTRY\"\n",
            "git sends a header of its own (http.extraHeader in ~/repo/.git/config:",
        ),
        (
            "[http \"https://git.example.com/team\"]\n\textraHeader = authorization: S3NTRY\n",
            "for https://git.example.com/team git sends a header",
        ),
        (
            "[url \"ssh://git@git.example.com/\"]\n\tinsteadOf = https://git.example.com/\n",
            "git goes to another address (insteadOf in ~/repo/.git/config:",
        ),
        (
            "[url \"https://me:S3NTRY@git.example.com/\"]\n\tinsteadOf = https://git.example.com/\n",
            "git goes to another address (insteadOf in ~/repo/.git/config:",
        ),
        (
            "[url \"git@git.example.com:\"]\n\tinsteadOf = https://\n",
            "git goes to another address (insteadOf in ~/repo/.git/config:",
        ),
    ] {
        let desk = desk("['git.example.com']");
        git_in(&desk, "repo", &["init", "-q"]).success();
        let of_git = desk.read("repo/.git/config").expect("it");
        desk.write("repo/.git/config", &(of_git + config));
        let in_repository = |words: &[&str]| {
            let run = desk.env.run(words).directory(desk.path("repo"));
            run.any_stdout().no_secret_on_stdout().success().stdout
        };
        assert!(in_repository(&["setup", "git"]).contains(told), "{config}");
        let applied = in_repository(&["setup", "git", "--apply"]);
        assert!(applied.contains(told), "{config}: {applied}");
        let line = overview(&desk, "repo");
        assert!(line.starts_with(told), "{config}: {line}");
        let (state, message, command) = doctor(&desk, "repo");
        assert!(
            state == "broken" && message.starts_with(told),
            "{config}: {message}"
        );
        assert!(
            command.starts_with("${EDITOR:-vi} ") && !command.contains("S3NTRY"),
            "{command}"
        );
        assert!(overview(&desk, "").starts_with("asks prusa-cred ("));
    }
    for config in [
        "[http]\n\textraHeader = X-Trace: 1\n",
        "[http]\n\textraHeader = Authorization: S3NTRY\n\textraHeader =\n",
        "[http \"https://other.example.com/\"]\n\textraHeader = Authorization: S3NTRY\n",
        "[url \"https://me@git.example.com/\"]\n\tinsteadOf = https://git.example.com/\n",
        "[url \"https://git.example.com/\"]\n\tinsteadOf = git@git.example.com:\n\tinsteadOf = gh:\n",
        "[url \"git@git.example.com:\"]\n\tpushInsteadOf = https://git.example.com/\n",
    ] {
        let desk = desk("['git.example.com']");
        desk.write(".gitconfig", config);
        desk.apply("git");
        assert_eq!(doctor(&desk, "").0, "ok", "{config}");
        assert!(is_ours(&desk, "", "host=git.example.com\n"));
    }
}

#[test]
fn a_helper_by_hand_is_told_as_git_runs_it() {
    for (value, is_asked, state, told) in [
        (
            "!f() { prusa-cred git \"$1\"; }; f",
            true,
            "ok",
            "asks prusa-cred (~/.gitconfig, by a command of its own)",
        ),
        (
            "!exec prusa-cred git",
            true,
            "ok",
            "asks prusa-cred (~/.gitconfig, by a command of its own)",
        ),
        (
            "!PRUSA_CRED_PROFILE=corp prusa-cred git",
            true,
            "ok",
            "asks prusa-cred (~/.gitconfig, by a command of its own)",
        ),
        (
            "!$(command -v prusa-cred) git",
            true,
            "ok",
            "asks prusa-cred (~/.gitconfig, by a command of its own)",
        ),
        ("!prusa-cred", true, "ok", "asks prusa-cred (~/.gitconfig)"),
        (
            "!prusa-cred --profile corp git",
            true,
            "ok",
            "asks prusa-cred (~/.gitconfig)",
        ),
        (
            "!prusa-cred get",
            false,
            "broken",
            "git gets no answer from the helper in ~/.gitconfig:",
        ),
        (
            "~/bin/git-credential-prusa-cred",
            false,
            "broken",
            "git gets no answer from the helper in ~/.gitconfig:",
        ),
        (
            "!/gone/prusa-cred git",
            false,
            "broken",
            "git runs /gone/prusa-cred (~/.gitconfig:2), which does not exist",
        ),
    ] {
        let desk = desk("['git.example.com']");
        git_in(
            &desk,
            "",
            &["config", "--global", "credential.helper", value],
        )
        .success();
        assert_eq!(
            is_ours(&desk, "", "host=git.example.com\n"),
            is_asked,
            "{value}"
        );
        let line = overview(&desk, "");
        assert!(line.starts_with(told), "{value}: {line}");
        assert_eq!(doctor(&desk, "").0, state, "{value}");
    }
    let desk = desk("['git.example.com']");
    git_in(
        &desk,
        "",
        &["config", "--global", "credential.helper", "!prusa-cred git"],
    )
    .success();
    let path = desk
        .env
        .run_as("sh", ["-c", "dirname \"$(command -v git)\""])
        .any_stdout()
        .success()
        .stdout;
    let run = desk.env.run(["setup"]).env("PATH", path.trim());
    let shown = run.any_stdout().success().stdout;
    assert!(
        shown.contains("git          the program prusa-cred is not found"),
        "{shown}"
    );
}
