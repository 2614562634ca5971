//! Two logins at once that would make a profile of the same name: both are kept, each under a name of its own.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;

/// A server with a device endpoint and a resource; while it answers with the tokens, `config` is written: as another
/// login would, after this one has chosen its name.
#[allow(
    clippy::disallowed_methods,
    reason = "the file is written while the server answers"
)]
fn site_that_is_beaten(env: &TestEnv, config: &str) -> (OAuthSite, String) {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    let path = env.config_dir().join("prusa-cred/config.toml");
    let config = config.replace("ORIGIN", site.origin());
    site.edit_claims(move |claims| {
        claims["aud"] = json!("registered");
        if !path.exists() {
            let directory = path.parent().expect("a directory");
            std::fs::create_dir_all(directory).expect("the directory");
            std::fs::write(&path, &config).expect("the configuration");
        }
    });
    let address = format!("{}/mcp", site.origin());
    (site, address)
}

const OTHER: &str = "# theirs\n[profiles.\"127.0.0.1\"]\nprovider = 'oauth'\nissuer = 'ORIGIN'\nclient_id = 'other'\n\
                     resource = 'ORIGIN/PLACE'\n";

#[test]
fn the_second_login_gets_the_next_name() {
    let env = TestEnv::offline();
    let (site, address) = site_that_is_beaten(&env, &OTHER.replace("PLACE", "other"));
    env.run(["login", "--device", &address])
        .stderr_contains(
            "Another login has added a profile 127.0.0.1 meanwhile: added this one as 127.0.0.1-2 to ",
        )
        .stderr_contains("Signed in to profile 127.0.0.1-2")
        .success();
    let text = env.configuration().unwrap();
    assert!(text.starts_with("# theirs\n"), "{text}");
    assert!(text.contains("[profiles.\"127.0.0.1-2\"]\n"), "{text}");
    assert!(
        env.names_in("prusa-cred/tokens")
            .contains(&"127.0.0.1-2.json".to_owned())
    );
    env.run(["get", &address]).any_stdout().success();
    env.run(["which", &format!("{}/other", site.origin())])
        .stdout_contains("profile       127.0.0.1\n")
        .success();
}

#[test]
fn two_for_the_same_resource_are_told() {
    let env = TestEnv::offline();
    let (_site, address) = site_that_is_beaten(&env, &OTHER.replace("PLACE", "mcp"));
    env.run(["login", "--device", &address])
        .stderr_contains("warning: profiles 127.0.0.1-2 and 127.0.0.1 are both for ")
        .success();
    env.run(["get", "--profile", "127.0.0.1-2", &address])
        .any_stdout()
        .success();
}

#[test]
fn a_client_secret_of_another_login_is_not_overwritten() {
    let env = TestEnv::offline();
    let (_site, address) = site_that_is_beaten(&env, "");
    let theirs = env
        .config_dir()
        .join("prusa-cred/tokens/127.0.0.1.client_secret");
    env.write(&theirs, "theirs");
    env.run(["login", "--device", &address])
        .any_stderr()
        .success();
    assert_eq!(std::fs::read_to_string(theirs).unwrap(), "theirs");
    let text = env.configuration().unwrap();
    assert!(text.contains("127.0.0.1-2.client_secret\""), "{text}");
    env.run(["get", &address]).any_stdout().success();
}
