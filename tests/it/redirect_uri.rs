//! Clients that nobody registered here: where the browser comes back to for one that was registered by hand, and the
//! document of one that is registered nowhere.

use std::net::TcpListener;

use serde_json::{Value, json};
use url::Url;

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::pty::Terminal;

const DOCUMENT: &str = "https://c.example/prusa-cred.json";

fn site(client_id: &'static str) -> OAuthSite {
    let site = OAuthSite::start();
    site.edit_claims(move |claims| claims["aud"] = json!(client_id));
    site
}

/// A port that nothing listens to.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Starts a sign-in and returns it with the address that it shows.
fn begun(env: &TestEnv, args: &[&str]) -> (Terminal, Url) {
    let mut terminal = env.terminal([&["login", "--browser"], args].concat());
    terminal.expect("Open this address in a browser and sign in:\r\n\r\n  ");
    let address = terminal.word();
    terminal.expect("press Enter");
    (terminal, Url::parse(&address).expect("an address"))
}

fn parameter(address: &Url, name: &str) -> String {
    let mut pairs = address.query_pairs();
    let found = pairs.find(|(key, _)| key == name);
    found.map_or_else(String::new, |(_, value)| value.into_owned())
}

/// Signs in, and returns the redirect URI of the authorization request, which has to be that of the exchange.
fn redirect_uri_of(env: &TestEnv, site: &OAuthSite, args: &[&str]) -> String {
    let (terminal, address) = begun(env, args);
    assert!(visit(address.as_str()).contains("You are signed in"));
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let sent = parameter(&address, "redirect_uri");
    let form = site.forms("/token").pop().expect("an exchange");
    assert_eq!(form["redirect_uri"], sent);
    sent
}

#[test]
fn the_redirect_uri_is_sent_as_it_is_registered() {
    for (uri, any_port) in [
        ("http://localhost:PORT/callback", false),
        ("http://localhost:PORT", false),
        ("http://127.0.0.1:PORT/OAuth/Redirect%20here?a=b", false),
        ("http://localhost/any/path", true),
        ("http://127.0.0.1/", true),
    ] {
        let uri = uri.replace("PORT", &free_port().to_string());
        let site = site("mine");
        // A registered query stays where it is.
        site.edit_way_back(|back| match back.match_indices('?').nth(1) {
            Some((at, _)) => format!("{}&{}", &back[..at], &back[at + 1..]),
            None => back,
        });
        let env = TestEnv::offline().config(&format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'mine'\nredirect_uri = '{uri}'\n",
            site.origin()
        ));
        let sent = redirect_uri_of(&env, &site, &[]);
        if any_port {
            let port = Url::parse(&sent).expect("an address").port();
            let port = format!(":{}", port.expect("a port"));
            assert_eq!(sent.replacen(&port, "", 1), uri);
        } else {
            assert_eq!(sent, uri);
        }
    }
}

#[test]
fn a_new_profile_keeps_the_redirect_uri() {
    let uri = format!("http://localhost:{}/callback", free_port());
    for by_address in [true, false] {
        let site = site("mine");
        let env = TestEnv::offline();
        let address = format!("{}/mcp", site.origin());
        let place: &[&str] = if by_address {
            &[&address]
        } else {
            &["--issuer", site.origin(), "--host", "x.example"]
        };
        let options = ["--client-id", "mine", "--redirect-uri", &uri];
        let args = [place, &options].concat();
        assert_eq!(redirect_uri_of(&env, &site, &args), uri);
        let config = env.configuration().expect("a configuration");
        assert!(
            config.contains(&format!("redirect_uri = \"{uri}\"\n")),
            "{config}"
        );
        // The same again is the same profile, and another is another.
        assert_eq!(redirect_uri_of(&env, &site, &args), uri);
        let other = [
            place,
            &["--client-id", "mine", "--redirect-uri", "http://127.0.0.1/"],
        ]
        .concat();
        env.run([&["login"], other.as_slice()].concat())
            .stderr_contains("has other settings than these options")
            .status(2);
        assert_eq!(env.configuration(), Some(config));
    }
}

#[test]
fn a_registered_client_has_the_redirect_uri_that_was_asked_for() {
    let site = site("registered");
    let env = TestEnv::offline();
    let address = format!("{}/mcp", site.origin());
    let sent = redirect_uri_of(
        &env,
        &site,
        &["--redirect-uri", "http://localhost/cb", &address],
    );
    assert_eq!(
        site.documents("/register")[0]["redirect_uris"],
        json!([sent])
    );
    assert!(
        sent.starts_with("http://localhost:") && sent.ends_with("/cb"),
        "{sent}"
    );
    assert_eq!(redirect_uri_of(&env, &site, &[&address]), sent);
}

#[test]
fn a_redirect_uri_that_is_not_here_is_refused() {
    let refused = |keys: &str, part: &str| {
        TestEnv::offline()
            .config(&format!(
                "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://a.example'\nclient_id = 'me'\n{keys}\n"
            ))
            .run(["status"])
            .stderr_contains("config.toml:5: profiles.corp.redirect_uri: ")
            .stderr_contains(part)
            .status(1);
    };
    refused(
        "redirect_uri = 'https://evil.example/cb'",
        "the browser has to come back to this machine",
    );
    refused(
        "redirect_uri = 'http://localhost:99999/cb'",
        "its port is not a number",
    );
    refused(
        "redirect_uri = 'http://localhost/cb'\nredirect_port = 9",
        "redirect_port is set too",
    );
    TestEnv::offline()
        .run([
            "login",
            "https://m.example/mcp",
            "--redirect-uri",
            "http://evil.example/",
        ])
        .stderr_contains("prusa-cred: --redirect-uri: not an address http://127.0.0.1")
        .status(2);
}

#[test]
fn the_printed_document_is_that_of_the_sign_in() {
    for uri in [None, Some(format!("http://localhost:{}/cb", free_port()))] {
        let site = site(DOCUMENT);
        site.edit_metadata(|metadata| {
            metadata["client_id_metadata_document_supported"] = json!(true);
            metadata
                .as_object_mut()
                .expect("an object")
                .remove("registration_endpoint");
        });
        let env = TestEnv::offline();
        let address = format!("{}/mcp", site.origin());
        let mut args = vec!["--client-id", DOCUMENT, &address];
        if let Some(uri) = &uri {
            args.extend(["--redirect-uri", uri]);
        }
        let printed = env
            .run([&["login", "--print-client-document"], args.as_slice()].concat())
            .any_stdout()
            .stderr_contains(&format!("Publish this at {DOCUMENT}"))
            .success();
        let document: Value = serde_json::from_str(&printed.stdout).expect("JSON");
        assert_eq!(document["client_id"], DOCUMENT);
        assert_eq!(document["token_endpoint_auth_method"], "none");
        assert_eq!(env.configuration(), None);
        let sent = redirect_uri_of(&env, &site, &args);
        let without_port = |uri: &str| {
            let mut url = Url::parse(uri).expect("an address");
            url.set_port(None).expect("an address with a host");
            url.to_string()
        };
        let listed: Vec<_> = document["redirect_uris"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|uri| uri.as_str().expect("a text"))
            .collect();
        // Where another program has the port of the document, a server that compares it may refuse another one.
        let is_listed = listed.contains(&sent.as_str())
            || (uri.is_none() && listed.contains(&&*without_port(&sent)));
        assert!(is_listed, "{sent} {listed:?}");
        let form = site.forms("/token").pop().expect("an exchange");
        assert_eq!(form["client_id"], DOCUMENT);
        assert_eq!(site.documents("/register").len(), 0);
        // It is the same for the profile that there is now.
        let again = env
            .run(["login", "--print-client-document", &address])
            .any_stdout()
            .any_stderr()
            .success();
        assert_eq!(again.stdout, printed.stdout);
    }
}

#[test]
fn a_document_needs_its_own_address() {
    let env = TestEnv::offline();
    let print = ["login", "--print-client-document", "https://m.example/mcp"];
    let printed = env
        .run(print)
        .any_stdout()
        .stderr_contains("with its own address as client_id")
        .success();
    let document: Value = serde_json::from_str(&printed.stdout).expect("JSON");
    assert_eq!(document["client_id"], "https://example.com/prusa-cred.json");
    for (client_id, part) in [
        ("mine", "that begins with https://"),
        ("https://c.example", "needs a path"),
        ("https://c.example/x#y", "without user name, fragment"),
    ] {
        env.run([&print[..], &["--client-id", client_id]].concat())
            .stderr_contains("prusa-cred: --client-id: ")
            .stderr_contains(part)
            .status(2);
    }
    env.run(["login", "--print-client-document"])
        .any_stderr()
        .status(2);
}

#[test]
fn a_server_without_registration_says_how_a_client_is_named() {
    for (takes_documents, part) in [
        (true, "publish the one that --print-client-document prints"),
        (
            false,
            "name it with --client-id ID, and its redirect URI with --redirect-uri",
        ),
    ] {
        let site = site("mine");
        site.edit_metadata(move |metadata| {
            metadata["client_id_metadata_document_supported"] = json!(takes_documents);
            metadata["registration_endpoint"] = Value::Null;
        });
        let address = format!("{}/mcp", site.origin());
        TestEnv::offline()
            .run(["login", &address])
            .stderr_contains("does not let clients register themselves")
            .stderr_contains(part)
            .status(1);
    }
}
