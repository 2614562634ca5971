//! Completions and manual pages are committed, and are what the program prints: `.ci/generate` writes them anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::env::TestEnv;

const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "prusa-cred.bash"),
    ("elvish", "prusa-cred.elv"),
    ("fish", "prusa-cred.fish"),
    ("powershell", "_prusa-cred.ps1"),
    ("zsh", "_prusa-cred"),
];

/// Returns the files of a directory by name.
fn files(directory: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path()).expect("a text");
            (entry.file_name().into_string().unwrap(), text)
        })
        .collect()
}

fn assert_same(printed: &BTreeMap<String, String>, committed: &str) {
    let committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(committed));
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(printed), names(&committed), "run .ci/generate");
    for (name, text) in printed {
        assert!(committed[name] == *text, "{name} differs: run .ci/generate");
    }
}

#[test]
fn the_committed_completions_are_those_of_this_program() {
    let env = TestEnv::offline();
    let printed = COMPLETIONS.map(|(shell, file)| {
        let run = env.run(["completions", shell]).any_stdout().success();
        (file.to_owned(), run.stdout)
    });
    assert_same(&BTreeMap::from(printed), "completions");
}

/// Asks bash as a Tab at the end of a command line does: the last word is the one that is begun.
const TAB: &str = r#"
source prusa-cred.bash
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_prusa__cred "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

#[test]
fn bash_completes_commands_their_options_and_values() {
    let env = TestEnv::offline();
    let script = env.run(["completions", "bash"]).any_stdout().success();
    env.write(&env.home().join("prusa-cred.bash"), script.stdout);
    let offered = |words: &[&str]| {
        let run = env.run_as("bash", ["--norc", "-c", TAB, "bash", "prusa-cred"]);
        run.args(words).any_stdout().success().stdout
    };
    let has = |words: &[&str], word: &str| offered(words).lines().any(|line| line == word);
    assert_eq!(offered(&["forg"]), "forget\n");
    assert_eq!(offered(&["get", "--form"]), "--format\n");
    assert!(has(&["get", "--"], "--min-ttl") && !has(&["get", "--"], "--otp-command"));
    assert_eq!(offered(&["get", "--format", "netr"]), "netrc\n");
    assert_eq!(
        offered(&["--profile", "farm", "get", "--format", "netr"]),
        "netrc\n"
    );
    assert!(has(&["login", "--provider", ""], "kognic"));
    assert!(has(&["help", ""], "login") && has(&["git", "--"], "--profile"));
}

#[test]
fn the_committed_manual_pages_are_those_of_this_program() {
    let env = TestEnv::offline();
    env.run(["man", "pages/of/today"]).success();
    let pages = files(&env.home().join("pages/of/today"));
    assert_same(&pages, "man");
    env.run(["man"]).stdout(&pages["prusa-cred.1"]).success();
}

#[test]
fn every_command_that_help_names_has_a_page_with_the_same_text() {
    let env = TestEnv::offline();
    let help = env.run(["--help"]).any_stdout().success().stdout;
    let commands = help
        .split_once("Commands:\n")
        .and_then(|(_, rest)| rest.split_once("\n\n"))
        .expect("a list of commands")
        .0;
    let pages = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("man"));
    let lines = commands
        .lines()
        .filter_map(|line| line.trim().split_once("  "));
    let named: Vec<_> = lines
        .map(|(name, about)| (name, about.trim()))
        .filter(|(name, _)| *name != "help")
        .collect();
    assert_eq!(named.len() + 1, pages.len());
    for (name, about) in named {
        let page = pages[&format!("prusa-cred-{name}.1")]
            .replace("\\-", "-")
            .replace("\\*(Aq", "'");
        let first = format!("prusa-cred-{name} - {about}\n");
        assert!(page.contains(&first), "{first}{page}");
        let shown = env.run([name, "--help"]).any_stdout().success().stdout;
        assert!(shown.starts_with(about), "{shown}");
    }
}

/// Helper protocols, and commands that other programs run. Whether the examples work is checked by the
/// tests that have those programs.
#[test]
fn helper_pages_have_worked_examples() {
    let help = TestEnv::offline()
        .run(["--help"])
        .any_stdout()
        .success()
        .stdout;
    for name in [
        "get",
        "exec",
        "git",
        "docker",
        "bazel",
        "cargo",
        "kube",
        "terraform",
        "goauth",
        "google",
        "keyring",
    ] {
        assert!(help.contains(&format!("\n  {name} ")), "{name}");
        let pages = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("man"));
        let page = &pages[&format!("prusa-cred-{name}.1")];
        let (_, examples) = page.split_once("\n.SH EXAMPLES\n").expect(name);
        assert!(examples.contains("prusa\\-cred"), "{name}");
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_named() {
    let env = TestEnv::offline();
    env.write(&env.home().join("file"), "");
    env.run(["man", "file/pages"])
        .stderr_contains("prusa-cred: could not write file/pages\n  because: ")
        .status(1);
    env.run(["completions", "tcsh"])
        .stderr_contains("<SHELL> is one of bash, elvish, fish, powershell, zsh")
        .status(2);
}

#[test]
fn a_command_s_page_is_shown_and_no_directory_of_its_name_is_made() {
    let env = TestEnv::offline();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("man");
    for name in ["git", "prusa-cred-git"] {
        let page = fs::read_to_string(committed.join("prusa-cred-git.1")).expect("a page");
        env.run(["man", name]).stdout(page).success();
    }
    env.run(["man", "gti"])
        .stderr(
            "prusa-cred: there is no command and no directory gti\n  hint: `prusa-cred help` lists the commands; \
             `prusa-cred man ./gti` writes all pages into a new directory\n",
        )
        .status(1);
    assert!(!env.home().join("git").exists() && !env.home().join("gti").exists());
    // At a terminal man(1) shows it, or the help is there in its place.
    let env = env.var("MANPAGER", "cat");
    let (status, screen) = env.terminal(["man", "git"]).wait();
    assert_eq!(status, 0, "{screen}");
    assert!(
        screen.contains("git") && !screen.contains(".TH"),
        "{screen}"
    );
}
