//! `login ADDRESS`: the profile of that very resource, or a new one.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;

/// A server with a device endpoint, whose paths all ask for a token.
fn site() -> OAuthSite {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    site.edit_claims(|claims| claims["aud"] = json!("registered"));
    site
}

fn sign_in(env: &TestEnv, address: &str) {
    env.run(["login", "--device", address])
        .any_stderr()
        .success();
}

fn profiles(env: &TestEnv) -> Vec<String> {
    let config = env.configuration().unwrap_or_default();
    let names = config
        .lines()
        .filter_map(|line| line.strip_prefix("[profiles."));
    names
        .map(|name| name.trim_matches([']', '"']).to_owned())
        .collect()
}

/// Returns the profile that answers, if one does.
fn who(env: &TestEnv, address: &str) -> Option<String> {
    let output = env
        .run(["which", address])
        .any_stdout()
        .any_stderr()
        .outcome();
    let line = output
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("profile"));
    line.map(|name| name.trim().to_owned())
}

#[test]
fn each_resource_of_a_host_has_a_login_of_its_own() {
    let site = site();
    site.can("/tenant/mcp", 401, "");
    let env = TestEnv::offline();
    let at = |path: &str| format!("{}{path}", site.origin());
    sign_in(&env, &at("/mcp"));
    assert_eq!(profiles(&env), ["127.0.0.1"]);
    for path in ["/tenant/mcp", "/", "", "/mcp2", "/mcp/../tenant"] {
        assert_eq!(who(&env, &at(path)), None, "{path}");
        env.run(["get", &at(path)]).any_stderr().status(1);
    }
    env.run(["login", "--device", &at("/tenant/../mcp")])
        .stderr_contains("its path has")
        .status(2);
    sign_in(&env, &at("/tenant/mcp"));
    let port = site
        .origin()
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    let second = format!("127.0.0.1-{port}-tenant-mcp");
    assert_eq!(profiles(&env), ["127.0.0.1", &second]);
    assert_eq!(who(&env, &at("/mcp/x")).as_deref(), Some("127.0.0.1"));
    assert_eq!(who(&env, &at("/tenant/mcp")), Some(second));
    // Again, also as others write the same address: no further profile and no further client.
    sign_in(&env, &at("/mcp"));
    sign_in(&env, &at("/tenant/mcp").replace("http://", "HTTP://"));
    assert_eq!(profiles(&env).len(), 2);
    assert_eq!(site.forms("/register").len(), 2);
}

#[test]
fn a_resource_may_be_larger_than_the_address_that_was_typed() {
    let site = site();
    site.can(
        "/.well-known/oauth-protected-resource/mcp",
        200,
        r#"{"resource":"ORIGIN/","authorization_servers":["ORIGIN"]}"#,
    );
    let env = TestEnv::offline();
    let address = format!("{}/mcp", site.origin());
    for _ in 0..2 {
        sign_in(&env, &address);
        assert_eq!(profiles(&env), ["127.0.0.1"]);
    }
    for path in ["/mcp", "/", "/other"] {
        let address = format!("{}{path}", site.origin());
        assert!(who(&env, &address).is_some(), "{path}");
    }
}

#[test]
fn a_profile_that_says_its_host_in_words_keeps_it() {
    let site = site();
    site.can("/tenant/mcp", 401, "");
    let origin = site.origin().to_owned();
    let env = TestEnv::offline().config(&format!(
        "[profiles.old]\nprovider = 'oauth'\nissuer = '{origin}'\nclient_id = 'registered'\nhosts = ['{origin}']\n\
         resource = '{origin}/mcp'\n"
    ));
    sign_in(&env, &format!("{origin}/mcp"));
    assert_eq!(profiles(&env), ["old"]);
    assert_eq!(
        who(&env, &format!("{origin}/tenant/mcp")).as_deref(),
        Some("old")
    );
    // But a login for another resource is another login, and answers there.
    sign_in(&env, &format!("{origin}/tenant/mcp"));
    assert_eq!(profiles(&env).len(), 2);
    assert_ne!(
        who(&env, &format!("{origin}/tenant/mcp")).as_deref(),
        Some("old")
    );
    assert_eq!(
        who(&env, &format!("{origin}/other")).as_deref(),
        Some("old")
    );
}

#[test]
fn a_slash_at_the_end_makes_no_other_resource() {
    for (first, second) in [
        ("/tenant/mcp", "/tenant/mcp/"),
        ("/tenant/mcp/", "/tenant/mcp"),
    ] {
        let site = site();
        site.can("/tenant/mcp", 401, "");
        site.can("/tenant/mcp/", 401, "");
        let env = TestEnv::offline();
        let at = |path: &str| format!("{}{path}", site.origin());
        for path in [first, second, first] {
            sign_in(&env, &at(path));
            assert_eq!(profiles(&env), ["127.0.0.1"], "{first} {path}");
        }
        assert_eq!(site.forms("/register").len(), 1);
        env.run(["get", &at("/tenant/mcp/x")])
            .any_stdout()
            .success();
    }
}

#[test]
fn white_space_and_a_fragment_are_no_part_of_an_address() {
    let site = site();
    site.can("/tenant/mcp", 401, "");
    let env = TestEnv::offline();
    let address = format!("{}/tenant/mcp", site.origin());
    sign_in(&env, &format!(" {address}#tools "));
    let config = env.configuration().unwrap_or_default();
    let resource = format!("resource = \"{address}\"\n");
    assert!(config.contains(&resource), "{config}");
    assert_eq!(who(&env, &address).as_deref(), Some("127.0.0.1"));
}

#[test]
fn of_two_profiles_that_differ_by_a_slash_each_has_its_own_address() {
    let site = site();
    site.can("/mcp/", 401, "");
    let origin = site.origin();
    let profile = |name: &str, path: &str| {
        format!(
            "[profiles.{name}]\nprovider = 'oauth'\nissuer = '{origin}'\nclient_id = 'registered'\n\
             resource = '{origin}{path}'\n"
        )
    };
    let env = TestEnv::offline().config(&(profile("plain", "/mcp") + &profile("slash", "/mcp/")));
    for (path, name) in [("/mcp", "plain"), ("/mcp/", "slash")] {
        let run = env.run(["login", "--device", &format!("{origin}{path}")]);
        run.stderr_contains(name).success();
        let file = env
            .config_dir()
            .join(format!("prusa-cred/tokens/{name}.json"));
        assert!(file.exists(), "{name}");
    }
}

#[test]
fn an_issuer_that_is_named_is_the_only_one() {
    let site = site();
    site.can("/tenant/mcp", 401, "");
    let address = format!("{}/tenant/mcp", site.origin());
    let env = TestEnv::offline();
    env.run([
        "login",
        "--device",
        &address,
        "--issuer",
        "https://honest.example",
    ])
    .stderr_contains(&format!(
        "--issuer: {address} does not accept tokens of https://honest.example, but of {}/",
        site.origin()
    ))
    .status(2);
    assert_eq!(profiles(&env), [""; 0]);
    assert_eq!(site.forms("/register").len(), 0);
    env.run(["login", "--device", &address, "--issuer", site.origin()])
        .any_stderr()
        .success();
    assert_eq!(profiles(&env).len(), 1);
}
