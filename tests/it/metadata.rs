//! A server's metadata with fields that cannot be used: what a request does not need does not break it.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::sandbox::MARKER;

const ENDPOINTS: [&str; 6] = [
    "authorization_endpoint",
    "token_endpoint",
    "device_authorization_endpoint",
    "revocation_endpoint",
    "registration_endpoint",
    "jwks_uri",
];

/// What a server writes where an endpoint should be, and what is said of it when it is needed.
fn unfit() -> [(Value, &'static str); 11] {
    [
        (Value::Null, ""),
        (json!(""), "is empty"),
        (json!("  "), "is empty"),
        (json!("/token"), "is no whole address"),
        (json!("token"), "is no whole address"),
        (json!(7), "is a number, and no address"),
        (json!(false), "is true or false, and no address"),
        (json!(["https://a.example"]), "is a list, and no address"),
        (
            json!({ "url": "https://a.example" }),
            "is an object, and no address",
        ),
        (
            json!("http://idp.internal.example/x"),
            "is neither an https address nor one of this machine",
        ),
        (
            json!("urn:nothing:here"),
            "is neither an https address nor one of this machine",
        ),
    ]
}

fn home(site: &OAuthSite, keys: &str) -> TestEnv {
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n{keys}\n",
        site.origin()
    ));
    let old =
        json!({ "access_token": "old", "refresh_token": "r", "expires_in": 60, "expires_at": 1 });
    env.write(
        &env.config_dir().join("prusa-cred/tokens/corp.json"),
        old.to_string(),
    );
    env
}

#[test]
fn a_refresh_needs_the_token_endpoint_alone() {
    for endpoint in ENDPOINTS {
        for (value, why) in unfit() {
            let site = OAuthSite::start();
            let (written, origin) = (value.clone(), site.origin().to_owned());
            site.edit_metadata(move |metadata| metadata[endpoint] = written.clone());
            let env = home(&site, "");
            let run = env.run(["get"]);
            if endpoint != "token_endpoint" {
                run.stdout(format!("{MARKER}-access-1\n")).success();
            } else if why.is_empty() {
                run.stderr_contains(
                    "has no token_endpoint, and the configuration does not set one",
                )
                .status(1);
            } else {
                run.stderr_contains(&format!(
                    "{origin}/.well-known/openid-configuration has a token_endpoint that {why}\n"
                ))
                .stderr_contains(
                    "hint: the login is kept; if you know the right address, set profiles.corp.token_endpoint in the configuration",
                )
                .status(1);
            }
        }
    }
}

#[test]
fn an_endpoint_that_is_needed_is_named_with_what_it_is() {
    let relative = "has a FIELD that is no whole address";
    for (field, args, said) in [
        (
            "authorization_endpoint",
            &["login", "--browser"][..],
            relative,
        ),
        (
            "device_authorization_endpoint",
            &["login", "--device"],
            relative,
        ),
        ("revocation_endpoint", &["logout"], relative),
    ] {
        let site = OAuthSite::start();
        site.edit_metadata(move |metadata| metadata[field] = json!("/here"));
        let env = home(&site, "");
        let ran = env.run(args).any_stdout().any_stderr().outcome();
        let said = said.replace("FIELD", field);
        assert!(ran.stderr.contains(&said), "{field}: {ran}");
    }
    let site = OAuthSite::start();
    site.edit_metadata(|metadata| metadata["registration_endpoint"] = json!(""));
    TestEnv::offline()
        .run(["login", &format!("{}/mcp", site.origin())])
        .stderr_contains("does not let clients register themselves")
        .stderr_contains("has a registration_endpoint that is empty")
        .status(1);
}

#[test]
fn a_sign_in_takes_the_way_whose_endpoint_can_be_used() {
    let site = OAuthSite::start();
    let device = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| {
        metadata["authorization_endpoint"] = json!("");
        metadata["revocation_endpoint"] = json!(0);
        metadata["device_authorization_endpoint"] = json!(device);
    });
    home(&site, "")
        .run(["login"])
        .stderr_contains("ABCD-EFGH")
        .success();
}

#[test]
fn lists_of_another_type_break_nothing() {
    for field in [
        "scopes_supported",
        "response_types_supported",
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
        "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported",
    ] {
        for value in [
            json!("openid profile"),
            json!(""),
            json!(7),
            json!(null),
            json!({}),
            json!([1, null, {}]),
        ] {
            let site = OAuthSite::start();
            let written = value.clone();
            site.edit_metadata(move |metadata| metadata[field] = written.clone());
            home(&site, "")
                .run(["get"])
                .stdout(format!("{MARKER}-access-1\n"))
                .success();
        }
    }
}

#[test]
fn an_issuer_that_is_a_pattern_is_refused_with_what_to_do() {
    const OPENID: &str = "/.well-known/openid-configuration";
    for (named, placeholder) in [
        ("ORIGIN/{tenantid}/v2.0", "{tenantid}"),
        ("https://{tenant}.login.example", "{tenant}"),
        ("ORIGIN/%7Btenantid%7D/v2.0", "{tenantid}"),
        ("ORIGIN/%7btenantid%7d", "{tenantid}"),
        ("ORIGIN/<tenant>/", "<tenant>"),
        ("ORIGIN/:tenant/v2", ":tenant"),
    ] {
        let site = OAuthSite::start();
        site.can(OPENID, 200, json!({ "issuer": named }).to_string());
        let named = named.replace("ORIGIN", site.origin());
        home(&site, "")
            .run(["get"])
            .stderr(format!(
                "prusa-cred: could not refresh the token of profile corp\n  because: {}{OPENID} is metadata of many \
                 issuers: the issuer {named:?} is a pattern: {placeholder} in it stands for a name\n  hint: name the \
                 address of your own tenant as `issuer`, with what {placeholder} stands for filled in; or take `issuer` \
                 out of the profile and set authorization_endpoint and token_endpoint in it\n",
                site.origin()
            ))
            .status(1);
    }
    // Another issuer, which is none of many.
    let site = OAuthSite::start();
    site.can(OPENID, 200, r#"{"issuer":"https://evil.example/a:b"}"#);
    home(&site, "")
        .run(["get"])
        .stderr_contains(
            "hint: the login is kept; `issuer` has to be exactly what the server's metadata names",
        )
        .status(1);
}

#[test]
fn a_placeholder_in_the_configuration_is_told_with_the_key() {
    for address in [
        "https://a.example/{tenant}/v2.0",
        "https://a.example/%7Btenant%7D/v2.0",
        "https://a.example/<tenant>/v2.0",
        "https://{yourDomain}/oauth2/default",
        "https://{{tenant}}.example.com",
        "https://${TENANT}.example.com",
        "https://[tenant].example.com",
        "https://<tenant>.example.com",
        "https://YOUR_TENANT.example.com",
    ] {
        let env = TestEnv::offline();
        let args = ["login", "--issuer", address, "--client-id", "me"];
        env.run(args)
            .stderr_contains("--issuer")
            .stderr_contains("has a placeholder in it: write your own name")
            .status(2);
        assert_eq!(env.configuration(), None);
        for key in [
            "issuer",
            "token_endpoint",
            "authorization_endpoint",
            "device_authorization_endpoint",
            "revocation_endpoint",
            "jwks_uri",
        ] {
            let env = TestEnv::offline().config(&format!(
                "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nclient_id = 'me'\n{key} = '{address}'\n"
            ));
            env.run(["get"])
                .stderr_contains(&format!(
                    "config.toml:5: profiles.corp.{key}: has a placeholder in it: write your own name"
                ))
                .status(1);
        }
    }
}

#[test]
fn endpoints_by_hand_do_what_the_hint_says() {
    let site = OAuthSite::start();
    let origin = site.origin();
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nclient_id = 'me'\n\
         token_endpoint = '{origin}/token'\ndevice_authorization_endpoint = '{origin}/device'\n"
    ));
    env.run(["login", "--device"]).any_stderr().success();
    env.run(["get"])
        .stdout(format!("{MARKER}-access-1\n"))
        .success();
    assert_eq!(site.forms("/.well-known/openid-configuration").len(), 0);
}

#[test]
fn what_is_configured_needs_no_metadata_for_a_refresh_or_a_logout() {
    let site = OAuthSite::start();
    let origin = site.origin();
    site.can("/.well-known/openid-configuration", 500, "");
    let env = home(
        &site,
        &format!(
            "token_endpoint = '{origin}/token'\nrevocation_endpoint = '{origin}/revoke'\n\
             device_authorization_endpoint = '{origin}/device'\njwks_uri = '{origin}/jwks'"
        ),
    );
    env.run(["get"])
        .stdout(format!("{MARKER}-access-1\n"))
        .success();
    let ran = env.run(["logout"]).any_stdout().any_stderr().success();
    assert!(!ran.stderr.contains("could not be revoked"), "{ran}");
    assert_eq!(site.forms("/revoke").len(), 2);
    assert_eq!(site.forms("/.well-known/openid-configuration").len(), 0);
    // Only the ID token needs to be of the issuer that the metadata names.
    env.run(["login", "--device"])
        .stderr_contains("returned an ID token that could not be verified and is left out: ")
        .stderr_contains("openid-configuration did not answer with metadata (status 500)")
        .success();
}
