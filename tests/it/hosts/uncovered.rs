//! A host that no profile names: every message has the file and the command that makes one answer, and that works.

use crate::support::env::TestEnv;
use crate::support::known::{raw, sign_in_to, signed_in};

const WRITES: &str = ", which writes it into ~/config/prusa-cred/config.toml";

/// Returns the commands in backticks in the hint of what a command says, with the rest of the hint.
fn hint(env: &TestEnv, args: &[&str]) -> String {
    let output = env.run(args).any_stdout().any_stderr().status(1);
    let hint = output.stderr.split_once("hint: ").expect("a hint").1;
    hint.trim_end().to_owned()
}

#[test]
fn the_command_works_as_it_is_typed() {
    let env = signed_in();
    let commands: [&[&str]; 4] = [
        &["get", "https://git.example.com/x"],
        &["which", "https://git.example.com/x"],
        &["setup", "git", "--host", "git.example.com"],
        &["setup", "docker", "--host", "git.example.com"],
    ];
    for args in commands {
        assert_eq!(
            hint(&env, args),
            format!(
                "if that host is to get the token, run `prusa-cred hosts add git.example.com`{WRITES}"
            )
        );
    }
    env.run_as("sh", ["-c", "prusa-cred hosts add git.example.com"])
        .any_stdout()
        .success();
    env.run(["get", "https://git.example.com/x"])
        .stdout(raw())
        .success();
}

#[test]
fn the_login_comes_first_where_there_is_none() {
    let env = TestEnv::offline();
    assert_eq!(
        hint(&env, &["get", "https://git.example.com:8443"]),
        format!(
            "if that host is to get the token, run `prusa-cred login`, then `prusa-cred hosts add \
             git.example.com:8443`{WRITES}"
        )
    );
    let env = env.config("default = 'farm'\n[profiles.farm]\nprovider = 'prusa'\n");
    assert_eq!(
        hint(&env, &["get", "git.example.com"]),
        format!(
            "if that host is to get the token, run `prusa-cred login --profile farm`, then `prusa-cred hosts add \
             git.example.com`{WRITES}"
        )
    );
}

#[test]
fn the_profile_is_named_where_several_have_a_login() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    sign_in_to(&env, "farm");
    assert_eq!(
        hint(&env, &["get", "https://git.example.com"]),
        format!(
            "if that host is to get the token, run `prusa-cred hosts add git.example.com --profile farm` or `prusa-cred \
             hosts add git.example.com --profile prusa`{WRITES}"
        )
    );
    assert_eq!(
        hint(
            &env,
            &["get", "https://git.example.com", "--profile", "farm"]
        ),
        format!(
            "if that host is to get the token, run `prusa-cred hosts add git.example.com --profile farm`{WRITES}"
        )
    );
    let text = format!("default = 'farm'\n{}", env.configuration().unwrap());
    env.write(&env.config_dir().join("prusa-cred/config.toml"), text);
    assert_eq!(
        hint(&env, &["get", "https://git.example.com"]),
        format!(
            "if that host is to get the token, run `prusa-cred hosts add git.example.com`{WRITES}"
        )
    );
}

#[test]
fn the_file_of_the_option_is_named_in_the_command() {
    let env = signed_in();
    env.write(&env.home().join("my config.toml"), "");
    let args = ["get", "git.example.com", "--config", "my config.toml"];
    let hint = hint(&env, &args);
    assert!(
        hint.contains("`prusa-cred --config 'my config.toml' hosts add git.example.com`"),
        "{hint}"
    );
    env.run_as(
        "sh",
        [
            "-c",
            "prusa-cred --config 'my config.toml' hosts add git.example.com",
        ],
    )
    .any_stdout()
    .success();
    env.run(args).stdout(raw()).success();
}

#[test]
fn a_path_is_in_the_command_where_paths_decide() {
    let env = signed_in().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\n\
         hosts = ['git.example.com/team-a']\n",
    );
    let hint = hint(&env, &["get", "https://git.example.com/team-b/$x"]);
    assert!(
        hint.contains("`prusa-cred hosts add 'git.example.com/team-b/$x'`"),
        "{hint}"
    );
}

#[test]
fn git_itself_hears_nothing() {
    let request = "protocol=https\nhost=git.example.com\n\n";
    signed_in().run(["git", "get"]).stdin(request).success();
}
