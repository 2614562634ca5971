//! Becoming a client of a server that nobody has told about us, and what is left where nothing comes of it.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;

/// A server whose users may sign in on another device, and the address of something that it protects.
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
fn a_client_registers_for_every_way_that_the_server_has() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    env.run(["login", "--device", &address])
        .stderr_contains("ABCD-EFGH")
        .success();
    let wish = site.forms("/register")[0]
        .keys()
        .cloned()
        .collect::<String>();
    let wish: Value = serde_json::from_str(&wish).expect("JSON");
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
fn who_may_not_ask_registers_no_client() {
    let (site, address) = with_device();
    let env = TestEnv::offline();
    env.run(["login", "--no-input", &address])
        .stderr_contains("cannot ask for the sign-in in a browser: --no-input is set")
        .status(1);
    assert_eq!(site.forms("/register").len(), 0);
    assert_eq!(left_behind(&env), [""; 0]);
}

#[test]
fn a_place_to_register_that_is_none_is_in_nobody_s_way_who_does_not_register() {
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
        .stderr_contains("lets nobody register by themselves")
        .status(1);
    assert_eq!(site.forms("/register").len(), 0);
}

#[test]
fn other_hosts_come_beside_the_address_s_own_and_another_kind_is_refused() {
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
    let wanted = format!("hosts = [\"{}\", \"git.example.com\"]\n", site.origin());
    assert!(config.contains(&wanted), "{config}");
}
