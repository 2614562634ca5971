//! An ID token that cannot be checked at a sign-in: what nobody asked for does not cost the login, and neither do keys
//! that are not to be had.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};

const LEFT_OUT: &str = "prusa-cred: warning: the sign-in returned an ID token that could not be verified and is left out: ";

fn home(site: &OAuthSite, scopes: &str) -> TestEnv {
    TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\nscopes = {scopes}\n",
        site.origin()
    ))
}

fn stored(env: &TestEnv) -> Option<Value> {
    let path = env.config_dir().join("prusa-cred/tokens/corp.json");
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Signs in with a browser or a device, and returns the exit status and what was on the screen.
fn signed_in(site: &OAuthSite, env: &TestEnv, way: &str) -> (i32, String) {
    if way == "--device" {
        let endpoint = format!("{}/device", site.origin());
        let hand = format!("device_authorization_endpoint = '{endpoint}'\n");
        let config = env.configuration().expect("a configuration") + &hand;
        env.write(&env.config_dir().join("prusa-cred/config.toml"), config);
        let ran = env.run(["login", way]).any_stderr().outcome();
        return (ran.status, ran.stderr);
    }
    let mut terminal = env.terminal(["login", way]);
    terminal.expect("sign in:\r\n\r\n  ");
    let address = terminal.word();
    visit(&address);
    terminal.wait()
}

#[test]
fn an_id_token_that_nobody_asked_for_is_left_out() {
    type Lie = fn(&OAuthSite);
    let table: [(Lie, &str); 8] = [
        (
            |site| site.edit_header(|header| header["alg"] = json!("HS256")),
            "the ID token is signed with an algorithm that is not accepted here (HS256)",
        ),
        (
            |site| site.edit_header(|header| header["alg"] = json!("none")),
            "the ID token is not signed (its alg is none)",
        ),
        (
            |site| site.edit_header(|header| *header = json!("no header")),
            "the ID token is not a JSON web token",
        ),
        (
            |site| site.edit_header(|header| header["kid"] = json!("another")),
            "has no key that matches the ID token's signature",
        ),
        (
            |site| {
                site.edit_key(|key| {
                    key["x"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
                });
            },
            "the signature of the ID token is wrong",
        ),
        (
            |site| site.edit_claims(|claims| claims["aud"] = json!("you")),
            "the ID token is for another client (its aud is not me)",
        ),
        (
            |site| site.edit_claims(|claims| claims["exp"] = json!(1)),
            "the ID token expired at ",
        ),
        (
            |site| site.edit_claims(|claims| claims["sub"] = json!(7)),
            "the ID token has no usable sub",
        ),
    ];
    for (lie, why) in table {
        for way in ["--browser", "--device"] {
            let site = OAuthSite::start();
            lie(&site);
            let env = home(&site, "['read']");
            let (status, screen) = signed_in(&site, &env, way);
            assert_eq!(status, 0, "{screen}");
            assert!(
                screen.contains(LEFT_OUT) && screen.contains(why),
                "{why}: {screen}"
            );
            let set = stored(&env).expect("a login");
            assert!(set["refresh_token"].is_string() && set.get("id_token").is_none());
        }
    }
}

#[test]
fn an_id_token_that_was_asked_for_has_to_be_right() {
    let site = OAuthSite::start();
    site.edit_header(|header| header["alg"] = json!("HS256"));
    let env = home(&site, "['openid']");
    let (status, screen) = signed_in(&site, &env, "--browser");
    assert_eq!(status, 1, "{screen}");
    let hint =
        "or take \"openid\" out of profiles.corp.scopes in the configuration if you need none\n";
    assert!(screen.contains(hint), "{screen}");
    assert_eq!(stored(&env), None);
}

#[test]
fn keys_are_asked_for_again_after_the_code_was_spent() {
    for (status, body) in [
        (500, ""),
        (404, ""),
        (200, "<html>"),
        (200, "{}"),
        (302, ""),
    ] {
        for way in ["--browser", "--device"] {
            let site = OAuthSite::start();
            site.can_for(2, "/jwks", status, body);
            let env = home(&site, "['openid']");
            let (ended, screen) = signed_in(&site, &env, way);
            assert_eq!(ended, 0, "{status} {screen}");
            assert!(!screen.contains(LEFT_OUT), "{screen}");
            assert!(stored(&env).expect("a login")["id_token"].is_string());
            assert_eq!(site.forms("/jwks").len(), 3);
        }
    }
}

#[test]
fn keys_that_never_come_cost_the_id_token_alone() {
    type Break = fn(&OAuthSite);
    let breaks: [(Break, &str); 3] = [
        (
            |site| site.can("/jwks", 503, ""),
            "/jwks did not answer with metadata (status 503)",
        ),
        (
            |site| {
                site.edit_metadata(|metadata| {
                    metadata["jwks_uri"] = json!("http://127.0.0.1:1/jwks");
                });
            },
            "cannot reach http://127.0.0.1:1/jwks",
        ),
        (
            |site| site.edit_metadata(|metadata| metadata["jwks_uri"] = json!("/jwks")),
            "has a jwks_uri that is no whole address",
        ),
    ];
    for (break_keys, why) in breaks {
        for scopes in ["['openid']", "[]"] {
            let site = OAuthSite::start();
            break_keys(&site);
            let env = home(&site, scopes);
            let (status, screen) = signed_in(&site, &env, "--browser");
            assert_eq!(status, 0, "{screen}");
            let keys = "could not get the keys that the server signs ID tokens with: ";
            assert!(
                screen.contains(LEFT_OUT) && screen.contains(keys) && screen.contains(why),
                "{screen}"
            );
            let set = stored(&env).expect("a login");
            assert!(set["access_token"].is_string() && set.get("id_token").is_none());
        }
    }
}

#[test]
fn keys_without_that_of_the_token_cost_the_id_token_alone() {
    for keys in [
        json!([]),
        json!([{ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA" }, 7, null]),
        json!([{ "kty": "OKP", "crv": "Ed25519", "x": "AAAA", "kid": "another" }]),
    ] {
        for scopes in ["['openid']", "[]"] {
            let site = OAuthSite::start();
            site.can("/jwks", 200, json!({ "keys": keys }).to_string());
            site.edit_header(|header| header["kid"] = json!("mine"));
            let env = home(&site, scopes);
            let (status, screen) = signed_in(&site, &env, "--browser");
            assert_eq!(status, 0, "{screen}");
            assert!(
                screen.contains(LEFT_OUT)
                    && screen.contains("has no key that matches the ID token's signature"),
                "{screen}"
            );
            let set = stored(&env).expect("a login");
            assert!(set["access_token"].is_string() && set.get("id_token").is_none());
        }
    }
}

#[test]
fn without_keys_a_wrong_nonce_still_ends_the_sign_in() {
    let site = OAuthSite::start();
    site.can("/jwks", 503, "");
    site.edit_claims(|claims| claims["nonce"] = json!("other"));
    let env = home(&site, "['openid']");
    let (status, screen) = signed_in(&site, &env, "--browser");
    assert_eq!(status, 1, "{screen}");
    assert!(screen.contains("its nonce differs"), "{screen}");
    assert_eq!(stored(&env), None);
}
