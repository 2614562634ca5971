//! `doctor`: each check where something is wrong, and where nothing is; what it shows, and what it never does.

mod clients;
mod files;
mod logins;
mod names;
mod network;
mod online;

use std::fs;

use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, signed_in};
use crate::support::sandbox::Sandbox;

/// What `doctor --json` said.
struct Report {
    checks: Vec<Value>,
}

impl Report {
    /// Returns state, message and command of a check, `-` for no command.
    fn of(&self, id: &str, subject: &str) -> (&str, &str, &str) {
        let is_it = |check: &&Value| check["id"] == id && check["subject"] == subject;
        let check = self.checks.iter().find(is_it);
        let check = check.unwrap_or_else(|| panic!("no {id} of {subject}: {:#?}", self.checks));
        let text = |key: &str| check[key].as_str().unwrap_or("-");
        (text("state"), text("message"), text("mend"))
    }

    fn state(&self, id: &str, subject: &str) -> &str {
        self.of(id, subject).0
    }

    /// Returns the names of all checks that are in this state.
    fn all(&self, state: &str) -> Vec<&str> {
        let checks = self.checks.iter().filter(|check| check["state"] == state);
        checks.filter_map(|check| check["id"].as_str()).collect()
    }
}

/// Runs `doctor --json`, whose status is 1 exactly if something is broken, and which says nothing else.
fn examine(env: &TestEnv) -> Report {
    examine_with(env, &[])
}

fn examine_with(env: &TestEnv, options: &[&str]) -> Report {
    let run = env.run(["doctor", "--json"].iter().chain(options));
    read(&run.any_stdout().no_secret_on_stdout().outcome())
}

fn read(output: &crate::support::process::Output) -> Report {
    assert_eq!(output.stderr, "");
    let object = output.json();
    let checks = object["checks"].as_array().unwrap().clone();
    let is_broken = checks.iter().any(|check| check["state"] == "broken");
    assert_eq!(object["ok"], !is_broken, "{output}");
    assert_eq!(output.status, i32::from(is_broken), "{output}");
    for check in &checks {
        let is_off = check["state"] == "broken" || check["state"] == "warning";
        assert_eq!(check["mend"].is_string(), is_off, "{check}");
        assert_eq!(check.as_object().unwrap().len(), 5, "{check}");
    }
    Report { checks }
}

/// Runs the command that a check suggests.
fn mend(env: &TestEnv, command: &str) {
    let run = env.run_as("sh", ["-c", command]);
    run.any_stdout().any_stderr().success();
}

#[test]
fn an_empty_home_has_nothing_broken() {
    let env = TestEnv::of_a_newcomer();
    let report = examine(&env);
    assert_eq!(report.all("broken"), [""; 0]);
    assert_eq!(report.all("warning"), ["login"]);
    assert_eq!(
        report.of("login", "prusa"),
        ("warning", "not signed in", "prusa-cred login")
    );
    assert!(
        fs::read_dir(env.config_dir()).is_err() && fs::read_dir(env.data_dir()).is_err(),
        "a look makes no file"
    );
}

#[test]
fn a_healthy_setup_passes_every_check() {
    let env = signed_in().config("default = 'prusa'\n");
    let report = examine(&env);
    assert_eq!(report.all("broken"), [""; 0], "{:#?}", report.checks);
    assert_eq!(report.all("warning"), [""; 0], "{:#?}", report.checks);
    let path = env.config_dir().join("prusa-cred/config.toml");
    let path = path.to_str().unwrap();
    assert_eq!(
        report.of("config.file", path).1,
        format!("{path} (no profiles of its own; default prusa)")
    );
    for id in [
        "token.file",
        "token.access",
        "token.directory",
        "token.lock",
    ] {
        assert_eq!(report.state(id, "prusa"), "ok", "{id}");
    }
}

#[test]
fn the_report_has_a_line_for_each_check_and_its_command() {
    let env = signed_in();
    let text = |env: &TestEnv, args: &[&str], status| {
        let run = env.run(["doctor"].iter().chain(args)).any_stdout();
        run.no_secret_on_stdout().status(status).stdout
    };
    let well = text(&env, &[], 0);
    let path = env.token_file();
    let directory = env.shown(path.parent().unwrap());
    for line in [
        "Profile prusa\n  ok       login               the access token expires in ",
        &format!("\n  ok       token file          {}\n", env.shown(&path)),
        "\n\nNetwork\n  ok       proxy         none: requests go to servers directly\n",
        "\nnothing is broken, 0 warnings, ",
        " skipped (-v shows them)\n",
    ] {
        assert!(well.contains(line), "{line}\n{well}");
    }
    assert!(
        !well.contains('\x1b') && !well.contains("skipped  "),
        "{well}"
    );
    assert!(
        text(&env, &["-v"], 0)
            .contains("\n  skipped  servers server  not contacted without --online\n")
    );
    let quiet = text(&env, &["-q"], 0);
    assert!(quiet.starts_with("nothing is broken, "), "{quiet}");

    mend(&env, &format!("chmod 644 {}", path.display()));
    mend(
        &env,
        &format!("chmod 750 {}", path.parent().unwrap().display()),
    );
    let sum = "1 broken, 1 warning, ";
    let quiet = text(&env, &["-q"], 1);
    let wanted = format!(
        "Profile prusa\n  broken   token access     others may read {0} (mode 0644)\n                            fix: \
         chmod 600 {0}\n  warning  token directory  others may list {directory} (mode 0750)\n\
         \x20                           fix: chmod 700 {directory}\n\n{sum}",
        env.shown(&path)
    );
    assert!(quiet.starts_with(&wanted), "{quiet}\n{wanted}");
}

#[test]
fn colours_only_on_a_terminal_that_supports_them() {
    let shown = |env: &TestEnv| {
        let (status, screen) = env.terminal(["doctor"]).wait();
        assert_eq!(status, 0, "{screen}");
        screen
    };
    let plain = shown(&signed_in().var("NO_COLOR", "1"));
    assert!(
        plain.contains("  ok       config file   no file "),
        "{plain:?}"
    );
    assert!(!plain.contains('\x1b'), "{plain:?}");
    let coloured = shown(&signed_in());
    assert!(
        coloured.contains("  \x1b[32mok     \x1b[0m  config file   "),
        "{coloured:?}"
    );
    assert!(
        coloured.contains("\x1b[1mConfiguration\x1b[0m"),
        "{coloured:?}"
    );
}

#[test]
fn a_broken_configuration_stops_no_other_check() {
    for (config, wanted) in [
        (
            "[profiles.farm]\nhosts = []\n",
            ":1: profiles.farm.provider: missing",
        ),
        (
            "[profiles.farm]\nprovider = 'prusa'\npassword = 'S3NTRY'\n",
            ":3: profiles.farm.password: unknown key",
        ),
        ("= nonsense", ":1: "),
    ] {
        let env = signed_in().config(config);
        mend(&env, &format!("chmod 644 {}", env.token_file().display()));
        let report = examine(&env);
        let path = env.config_dir().join("prusa-cred/config.toml");
        let path = path.to_str().unwrap();
        let (state, message, command) = report.of("config.file", path);
        assert_eq!(state, "broken");
        assert!(message.starts_with(&format!("{path}{wanted}")), "{message}");
        assert_eq!(command, format!("${{EDITOR:-vi}} {path}"));
        assert_eq!(report.state("token.access", "prusa"), "broken");
        assert_eq!(report.state("login", "prusa"), "ok");
        assert_eq!(report.state("path.name", "prusa-cred"), "ok");
        assert_eq!(report.state("network.proxy", "proxy"), "ok");
    }
    let env = signed_in().var("PRUSA_CRED_CONFIG", "/nowhere/at/all.toml");
    let report = examine(&env);
    assert_eq!(
        report.of("config.file", "/nowhere/at/all.toml"),
        (
            "broken",
            "/nowhere/at/all.toml does not exist",
            "unset PRUSA_CRED_CONFIG"
        )
    );
}

#[test]
fn a_configuration_writable_by_others_is_broken() {
    let env = signed_in().config("");
    let path = env.config_dir().join("prusa-cred/config.toml");
    let path = path.to_str().unwrap();
    let directory = path.strip_suffix("/config.toml").unwrap();
    for (place, named) in [(path, "it"), (directory, directory)] {
        assert_eq!(examine(&env).state("config.access", path), "ok");
        mend(&env, &format!("chmod go+w {place}"));
        let report = examine(&env);
        let (state, message, command) = report.of("config.access", path);
        assert_eq!(state, "broken");
        assert!(
            message.starts_with(&format!("others may change {named} (mode 0")),
            "{message}"
        );
        mend(&env, command);
    }
    assert_eq!(examine(&env).state("config.access", path), "ok");
    mend(&env, &format!("rm {path}; chmod 770 {directory}"));
    assert_eq!(examine(&env).state("config.access", path), "broken");
}

#[test]
fn a_host_of_several_profiles_needs_a_default() {
    let both = "[profiles.a]\nprovider = 'prusa'\nhosts = ['h.example']\n\
                [profiles.b]\nprovider = 'prusa'\nhosts = ['h.example', 'b.example']\n";
    let env = signed_in().config(both);
    let report = examine(&env);
    let (state, message, _) = report.of("config.hosts", "https://h.example");
    assert_eq!(state, "warning");
    assert!(
        message.starts_with("https://h.example is in a and b: "),
        "{message}"
    );
    let env = env.config(&format!("default = 'b'\n{both}"));
    assert_eq!(examine(&env).state("config.hosts", "hosts"), "ok");
}

#[test]
fn a_profile_for_more_than_its_resource_is_a_warning() {
    let profile = |hosts: &str| {
        signed_in().config(&format!(
            "[profiles.mcp]\nprovider = 'oauth'\nissuer = 'https://login.example'\nclient_id = 'me'\n\
             resource = 'https://h.example/mcp'\n{hosts}\n"
        ))
    };
    let report = examine(&profile("hosts = ['h.example']"));
    let (state, message, _) = report.of("config.resource", "mcp");
    assert_eq!(state, "warning");
    assert_eq!(
        message,
        "its tokens are for /mcp on h.example, and it answers for all of that host; if other programs are there too, \
         write \"h.example/mcp\" in place of \"h.example\" in the `hosts` of profile mcp"
    );
    for hosts in ["", "hosts = ['h.example/mcp']", "hosts = ['other.example']"] {
        let env = profile(hosts);
        let output = env.run(["doctor", "--json"]).any_stdout().any_stderr();
        let output = output.outcome();
        assert!(!output.stdout.contains("config.resource"), "{output}");
    }
}

#[test]
fn variables_are_named_without_their_values() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    assert_eq!(examine(&env).state("environment", "PRUSA_CLIENT_ID"), "ok");
    let with = |name: &str, value: &str| {
        let run = env.run(["doctor", "--json"]).env(name, value);
        read(&run.any_stdout().no_secret_on_stdout().outcome())
    };
    let report = with("PRUSA_TOKEN", ACCESS);
    assert_eq!(
        report.of("environment", "PRUSA_TOKEN"),
        (
            "warning",
            "a login of profile prusa, used instead of the stored one",
            "unset PRUSA_TOKEN"
        )
    );
    let report = with(
        "PRUSA_TOKENS_JSON",
        &format!("{{\"access_token\":\"{ACCESS}"),
    );
    assert_eq!(report.state("login", "prusa"), "broken");
    assert_eq!(report.of("environment", "PRUSA_TOKENS_JSON").0, "broken");
    let report = with("PRUSA_PASSWORD", ACCESS);
    assert_eq!(
        report.of("environment", "PRUSA_PASSWORD").1,
        "signs profile prusa in"
    );
    let report = with("PRUSA_CRED_PROFILE", "nobody");
    assert_eq!(
        report.of("environment", "PRUSA_CRED_PROFILE"),
        (
            "broken",
            "there is no profile \"nobody\"",
            "unset PRUSA_CRED_PROFILE"
        )
    );
    let report = with("PRUSA_CRED_PROFILE", "farm");
    assert_eq!(report.state("environment", "PRUSA_CRED_PROFILE"), "ok");
    assert_eq!(report.state("login", "farm"), "warning");
    let report = with("PRUSA_ACCOUNT_URL", "http://h.example/S3NTRY");
    assert_eq!(report.state("environment", "PRUSA_ACCOUNT_URL"), "broken");
    assert_eq!(report.state("path.name", "prusa-cred"), "ok");
}

#[test]
fn only_a_named_profile_is_checked() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    let report = examine_with(&env, &["--profile", "farm"]);
    assert_eq!(report.state("login", "farm"), "warning");
    assert!(
        report
            .checks
            .iter()
            .all(|check| check["subject"] != "prusa")
    );
    let report = examine_with(&env, &["--profile", "nobody"]);
    assert_eq!(
        report.of("login", "nobody"),
        (
            "broken",
            "there is no profile \"nobody\"",
            "prusa-cred status"
        )
    );
}

#[test]
fn no_server_is_asked_without_the_option() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(3600));
    examine(&env);
    assert_eq!(site.requests().len(), 0);
    let args = [
        "-f",
        "-e",
        "trace=connect,sendto,sendmsg",
        "-o",
        "trace",
        "prusa-cred",
        "doctor",
    ];
    env.run_as("strace", args)
        .any_stdout()
        .any_stderr()
        .success();
    let trace = fs::read_to_string(env.home().join("trace")).unwrap();
    assert!(trace.contains("exited"), "{trace}");
    // The keyring is on a socket of this machine.
    assert!(!trace.contains("AF_INET"), "{trace}");
}
