//! Becoming a client of a server that nobody has told about us, and what is left where nothing comes of it.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;

/// A server with a device endpoint, and the address of a resource that it protects.
fn with_device() -> (OAuthSite, String) {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    site.edit_claims(|claims| claims["aud"] = json!("registered"));
    let address = format!("{}/mcp", site.origin());
    (site, address)
}

fn left_behind(env: &TestEnv) -> Vec<String> {
    if env.config_dir().join("prusa-cred/tokens").exists() {
        env.names_in("prusa-cred/tokens")
    } else {
        Vec::new()
    }
}

#[test]
fn a_client_registers_for_every_grant_of_the_server() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    env.run(["login", "--device", &address])
        .stderr_contains("ABCD-EFGH")
        .success();
    let wish = &site.documents("/register")[0];
    assert_eq!(
        wish["grant_types"],
        json!([
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code"
        ])
    );
    assert_eq!(
        left_behind(&env),
        ["127.0.0.1.client_secret", "127.0.0.1.json"]
    );
    assert!(env.configuration().is_some());
}

#[test]
fn a_sign_in_that_fails_leaves_no_client_secret_behind() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    site.polls(&["access_denied"]);
    env.run(["login", "--device", &address])
        .stderr_contains("access was denied")
        .status(1);
    assert_eq!(site.forms("/register").len(), 1);
    assert_eq!(left_behind(&env), [""; 0]);
    assert_eq!(env.configuration(), None);
}

#[test]
fn without_a_terminal_no_client_is_registered() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    env.run(["login", "--no-input", &address])
        .stderr_contains("cannot ask for the sign-in in a browser: --no-input is set")
        .status(1);
    assert_eq!(site.forms("/register").len(), 0);
    assert_eq!(left_behind(&env), [""; 0]);
}

#[test]
fn an_invalid_registration_endpoint_only_affects_registration() {
    let (site, address) = with_device();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| {
        metadata["device_authorization_endpoint"] = json!(endpoint);
        metadata["registration_endpoint"] = json!("http://elsewhere.example/register");
    });
    site.edit_claims(|claims| claims["aud"] = json!("mine"));
    let env = TestEnv::offline();
    env.run(["login", "--device", "--client-id", "mine", &address])
        .any_stderr()
        .success();
    env.run(["login", "--profile", "other", "--device", &address])
        .stderr_contains("does not let clients register themselves")
        .status(1);
    assert_eq!(site.forms("/register").len(), 0);
}

#[test]
fn hosts_are_added_and_another_provider_is_an_error() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    env.run(["login", "--device", &address, "--provider", "prusa"])
        .stderr_contains(&format!("--provider prusa: {address} is of provider oauth"))
        .status(2);
    env.run(["login", "http://127.0.0.1:2", "--provider", "kognic"])
        .stderr_contains("--provider kognic: prusa is of provider prusa")
        .status(2);
    env.run(["login", "--device", &address, "--host", "http://x.example"])
        .stderr_contains("prusa-cred: --host: ")
        .status(2);
    env.run(["login", "--device", &address, "--profile", "Bad"])
        .stderr_contains("prusa-cred: --profile: \"Bad\" cannot be a profile's name")
        .status(2);
    assert_eq!(site.forms("/register").len(), 0);
    env.run(["login", "--device", &address, "--host", "git.example.com"])
        .any_stderr()
        .success();
    let config = env.configuration().expect("a configuration");
    for wanted in [
        format!("resource = \"{address}\"\n"),
        "hosts = [\"git.example.com\"]\n".to_owned(),
    ] {
        assert!(config.contains(&wanted), "{config}");
    }
}

#[test]
fn no_client_is_registered_for_a_profile_that_cannot_be_added() {
    for config in [
        "profiles = {}\n",
        "'profiles' = { farm = { provider = 'prusa' } }\n",
    ] {
        let (site, address) = with_device();
        let env = TestEnv::offline().config(config);
        env.run(["login", "--device", &address])
            .stderr_contains(
                "  because: its `profiles` is not made of [profiles.NAME] tables, so none can be added at the end\n  hint: \
                 write each profile there as a table of its own, which begins with [profiles.NAME]\n",
            )
            .status(1);
        assert_eq!(site.forms("/register").len(), 0);
        assert_eq!(env.configuration().as_deref(), Some(config));
    }
    for config in [
        "profiles.farm = { provider = 'prusa' }\n",
        "[profiles]\nfarm = { provider = 'prusa' }\n",
    ] {
        let (_site, address) = with_device();
        let env = TestEnv::offline().config(config);
        env.run(["login", "--device", &address])
            .stderr_contains("ABCD-EFGH")
            .success();
    }
}
