//! config.toml: what is wrong with it is told with file, line and key, and never with a value.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use crate::support::env::TestEnv;

const FARM: &str = "[profiles.farm]\nprovider = 'prusa'\n";

fn usual_file(env: &TestEnv) -> PathBuf {
    env.config_dir().join("prusa-cred/config.toml")
}

fn told(path: &str, line: usize, key: &str, why: &str) -> String {
    format!("prusa-cred: {path}:{line}: {key}: {why}\n")
}

#[test]
fn an_error_names_file_line_and_key() {
    let faults = [
        (
            "\n\ndefaults = 'x'",
            3,
            "defaults",
            "unknown key: did you mean `default`?",
        ),
        (
            "default = 'nobody'",
            1,
            "default",
            "no profile has this name",
        ),
        (
            "[profiles.farm]\nemail = 'f@example.com'",
            1,
            "profiles.farm.provider",
            "missing: one of prusa, kognic, practicus, oauth",
        ),
        (
            "[profiles.farm]\nprovider = 'S3NTRY'",
            2,
            "profiles.farm.provider",
            "not one of prusa, kognic, practicus, oauth",
        ),
        (
            "[profiles.farm]\nprovider = 'prusa'\n\nmin_ttl = 'S3NTRY'",
            4,
            "profiles.farm.min_ttl",
            "not a duration such as 30s, 2m or 1h",
        ),
        (
            "[profiles.prusa]\ngit_auth = 'S3NTRY'",
            2,
            "profiles.prusa.git_auth",
            "not one of auto, bearer, basic",
        ),
        (
            "[profiles.prusa]\nhosts = 'S3NTRY'",
            2,
            "profiles.prusa.hosts",
            "not a list of strings",
        ),
        (
            "[profiles.prusa]\naccount_url = 'http://example.com'",
            2,
            "profiles.prusa.account_url",
            "neither an https address nor an http one on a loopback host",
        ),
        (
            "[profiles.prusa]\nca_file = 'S3NTRY.pem'",
            2,
            "profiles.prusa.ca_file",
            "not an absolute path (`~/…` is one)",
        ),
        (
            "[profiles.prusa]\nemail = 'a@example.com'\nprovider = 'oauth'",
            3,
            "profiles.prusa.provider",
            "a profile named prusa is of provider prusa; give this one another name",
        ),
        (
            "[profiles.kognic]\nprovider = 'prusa'",
            2,
            "profiles.kognic.provider",
            "a profile named kognic is of provider kognic; give this one another name",
        ),
        (
            "[profiles.practicus]\nprovider = 'prusa'",
            2,
            "profiles.practicus.provider",
            "a profile named practicus is of provider practicus; give this one another name",
        ),
        (
            "[profiles.Farm]\nprovider = 'prusa'",
            1,
            "profiles",
            "a profile's name is 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit",
        ),
        (
            "[profiles.'../up']\nprovider = 'prusa'",
            1,
            "profiles",
            "a profile's name is 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit",
        ),
    ];
    for (text, line, key, why) in faults {
        let env = TestEnv::offline().config(text);
        let path = usual_file(&env);
        env.run(["get"])
            .stderr(told(path.to_str().unwrap(), line, key, why))
            .status(1);
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    for text in [
        "[profiles.prusa]\npassword = 'S3NTRY'",
        "S3NTRY",
        "[profiles.prusa]\nemail = S3NTRY",
        "[profiles.prusa]\nemail = 'S3NTRY",
    ] {
        let env = TestEnv::offline().config(text);
        let error = env
            .run(["status", "--json"])
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(error["error"], "config", "{text}");
        let line = format!("config.toml:{}: ", text.lines().count());
        assert!(
            error["message"].as_str().unwrap().contains(&line),
            "{error}"
        );
    }
}

#[test]
fn an_error_in_a_variable_names_the_variable() {
    let env = TestEnv::offline();
    env.run(["get"])
        .env("PRUSA_ACCOUNT_URL", "http://example.com")
        .stderr("prusa-cred: the environment variable PRUSA_ACCOUNT_URL: neither an https address nor an http one on a loopback host\n")
        .status(1);
    env.run(["get"])
        .env("PRUSA_EMAIL", std::ffi::OsStr::from_bytes(b"\xff"))
        .stderr("prusa-cred: the environment variable PRUSA_EMAIL is not UTF-8\n")
        .status(1);
}

#[test]
fn a_named_configuration_file_is_read_and_must_exist() {
    let env = TestEnv::offline().config("default = 'nobody'");
    env.write(&env.home().join("mine.toml"), FARM);
    let lists = |run: crate::support::process::Run| {
        let printed = run.any_stdout().success().stdout;
        assert!(printed.starts_with("farm (prusa)\n"), "{printed}");
    };
    lists(env.run(["status", "--config", "mine.toml"]));
    lists(env.run(["status"]).env("PRUSA_CRED_CONFIG", "mine.toml"));
    lists(
        env.run(["--config", "mine.toml", "status"])
            .env("PRUSA_CRED_CONFIG", "not there"),
    );
    for run in [
        env.run(["status", "--config", "not there"]),
        env.run(["status"]).env("PRUSA_CRED_CONFIG", "not there"),
    ] {
        run.stderr_contains(
            "prusa-cred: could not read not there\n  because: No such file or directory",
        )
        .status(1);
    }
    fs::remove_file(usual_file(&env)).unwrap();
    env.run(["status"]).any_stdout().success();
}

#[test]
fn a_path_that_is_no_file_is_an_error_at_once() {
    let env = TestEnv::offline();
    let path = usual_file(&env);
    let told = |why: &str| {
        format!(
            "prusa-cred: could not read {}\n  because: {why}\n",
            path.display()
        )
    };
    fs::create_dir_all(&path).unwrap();
    env.run(["get"]).stderr(told("it is a directory")).status(1);
    fs::remove_dir(&path).unwrap();
    env.run_as("mkfifo", [&path]).success();
    env.run(["get"]).stderr(told("it is a FIFO")).status(1);
    fs::remove_file(&path).unwrap();
    env.write(&path, b"\xff\xfe");
    env.run(["get"])
        .stderr(told("it is not UTF-8 in line 1"))
        .status(1);
    env.write(&path, b"# mine\n\ndefault = '\xff'");
    env.run(["get"])
        .stderr(told("it is not UTF-8 in line 3"))
        .status(1);
    env.write(&path, "#".repeat(1024 * 1024 + 1));
    env.run(["get"])
        .stderr(told("it is larger than 1 MiB"))
        .status(1);
}

#[test]
fn an_unknown_profile_is_an_error_wherever_it_is_named() {
    let env = TestEnv::offline().config(FARM);
    let told = "prusa-cred: there is no profile \"barn\"\n  hint: the profiles are farm, kognic, prusa; `prusa-cred status` lists them\n";
    for command in ["get", "status", "logout", "inspect", "which"] {
        env.run([command, "--profile", "barn"])
            .stderr(told)
            .status(1);
        env.run([command])
            .env("PRUSA_CRED_PROFILE", "barn")
            .stderr(
                "prusa-cred: there is no profile \"barn\"\n  hint: PRUSA_CRED_PROFILE names it: unset it, or set it to \
                 one of farm, kognic, prusa\n",
            )
            .status(1);
    }
    env.run(["login", "--profile", "barn"])
        .stderr(told.replace(
            "lists them\n",
            "lists them; add --provider KIND to make a new one\n",
        ))
        .status(1);
}

#[test]
fn a_host_of_several_profiles_needs_a_named_one() {
    let hosts = "provider = 'prusa'\nhosts = ['git.example.com']\n";
    let two = format!("[profiles.a]\n{hosts}[profiles.b]\nusername = 'bob'\n{hosts}");
    let env = TestEnv::offline().config(&two);
    let which = |arguments: &[&str]| env.run([&["which"], arguments].concat());
    which(&["https://git.example.com/x"])
        .stderr("prusa-cred: several profiles answer for https://git.example.com: a, b\n  hint: name one with --profile, or in git's address (https://NAME@…), or as `default` in the configuration\n")
        .status(1);
    which(&["https://git.example.com", "-p", "b"])
        .stdout_contains("rule          named by --profile")
        .success();
    env.run(["git", "get"])
        .stdin("protocol=https\nhost=git.example.com\nusername=bob\n")
        .stderr_contains("profile b is not signed in")
        .status(1);
    let env = TestEnv::offline().config(&format!("default = 'a'\n{two}"));
    env.run(["which", "git.example.com"])
        .stdout_contains("profile       a\nrule          the default of the configuration")
        .success();
}

#[test]
fn a_named_profile_answers_for_its_own_hosts_only() {
    let env = TestEnv::offline().config(&format!("{FARM}hosts = ['farm.example.com']\n"));
    let hint = |commands: &str| {
        format!(
            "hint: if that host is to get the token, run {commands}, which writes it into ~/config/prusa-cred/config.toml\n"
        )
    };
    env.run(["get", "--profile", "farm", "https://connect.prusa3d.com"])
        .stderr(format!(
            "prusa-cred: profile farm does not answer for https://connect.prusa3d.com\n  {}",
            hint("`prusa-cred login --profile farm`, then `prusa-cred hosts add connect.prusa3d.com --profile farm`")
        ))
        .status(1);
    env.run(["get", "https://farm.example.com.evil.example"])
        .stderr(format!(
            "prusa-cred: no profile answers for https://farm.example.com.evil.example\n  {}",
            hint("`prusa-cred login`, then `prusa-cred hosts add farm.example.com.evil.example`")
        ))
        .status(1);
    env.run(["get", "ftp://farm.example.com"])
        .stderr("prusa-cred: not an address that this command can use\n  because: its scheme is neither https nor http\n  hint: give an address such as https://connect.prusa3d.com, or a host alone\n")
        .status(2);
}
