//! Profiles that a login makes: bad options are told by their names, and a file that is named is begun.

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::practicus;
use crate::support::sandbox::{EMAIL, PASSWORD};

#[test]
fn an_invalid_option_is_named_in_the_error() {
    let site = OAuthSite::start();
    let env = TestEnv::offline().config("default = 'prusa'\n");
    let told = |options: &[&str]| {
        let line = ["login", "--provider", "oauth", "--issuer", site.origin()];
        let said = env.run(line).args(options).any_stderr().status(2).stderr;
        assert!(!said.contains("config.toml"), "{said}");
        said
    };
    let said = told(&[
        "--client-id",
        "x",
        "--profile",
        "h1",
        "--host",
        "http://x.example",
    ]);
    assert!(said.starts_with("prusa-cred: --host: "), "{said}");
    let said = told(&["--client-id", "x\ty", "--profile", "h1"]);
    assert!(said.starts_with("prusa-cred: --client-id: "), "{said}");
    let said = told(&["--client-id", "x", "--profile", "h1", "--email", "a\tb"]);
    assert!(said.starts_with("prusa-cred: --email: "), "{said}");
    let said = told(&["--client-id", "x", "--profile", "Bad"]);
    assert!(
        said.starts_with("prusa-cred: --profile: \"Bad\" cannot be"),
        "{said}"
    );
    env.run(["login", "--provider", "prusa"])
        .env("PRUSA_CRED_PROFILE", "Bad")
        .stderr_contains("prusa-cred: PRUSA_CRED_PROFILE: \"Bad\" cannot be")
        .status(2);
}

#[test]
fn login_creates_a_named_configuration_file() {
    let region = practicus::start();
    let env = TestEnv::offline();
    let config = env.home().join("new/own.toml");
    let login = |options: &str| {
        let run = env.run(["login"]).args(options.split_whitespace());
        run.env("PRUSA_CRED_CONFIG", &config)
            .stdin(PASSWORD)
            .any_stderr()
    };
    let said = login("--profile farm").status(1).stderr;
    assert!(said.contains("could not read"), "{said}");
    assert!(!config.exists());
    let url = region.url();
    login(&format!(
        "--profile mine --url {url} --email {EMAIL} --password-stdin"
    ))
    .success();
    let text = std::fs::read_to_string(&config).expect("a configuration");
    assert!(
        text.starts_with("[profiles.mine]\nprovider = \"practicus\"\n"),
        "{text}"
    );
}

#[test]
fn an_address_without_a_scheme_is_https() {
    let env = TestEnv::offline();
    let line = "login --provider practicus --email a --password-stdin";
    let reached = "cannot reach https://localhost:1/console/api/auth/";
    let by_option = env.run(line.split(' ')).args(["--url", "localhost:1"]);
    by_option.stdin(PASSWORD).stderr_contains(reached).status(1);
    let by_variable = env.run(line.split(' ')).env("PRT_URL", "localhost:1");
    by_variable
        .stdin(PASSWORD)
        .stderr_contains(reached)
        .status(1);
}
