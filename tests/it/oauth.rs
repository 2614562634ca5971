//! Signing in to any OAuth server, and what happens where the server, the browser or the person does wrong.

use std::collections::HashMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::pty::Terminal;
use crate::support::sandbox::{MARKER, unix_now};

const OPENID: &str = "/.well-known/openid-configuration";

/// Returns a home with a profile `corp` at the site, and these keys.
pub(crate) fn env(site: &OAuthSite, keys: &str) -> TestEnv {
    TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n{keys}\n",
        site.origin()
    ))
}

/// A profile of client credentials, so that errors need no person.
fn machine(site: &OAuthSite) -> TestEnv {
    let env = env(
        site,
        "flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'\nhosts = ['git.example.com']",
    );
    env.write(&env.home().join("unused"), "");
    env
}

fn token_file(env: &TestEnv) -> std::path::PathBuf {
    env.config_dir().join("prusa-cred/tokens/corp.json")
}

fn stored(env: &TestEnv) -> Option<Value> {
    let text = fs::read(token_file(env)).ok()?;
    serde_json::from_slice(&text).ok()
}

/// Runs a command that fails, and returns its error code, message and hint.
fn failure(env: &TestEnv, args: &[&str]) -> (String, String) {
    let ran = env
        .run(args)
        .env("PRUSA_CRED_ERRORS", "json")
        .any_stderr()
        .status(1);
    // Warnings come before it, each on its own line.
    let last = ran.stderr.lines().last().expect("a line");
    let error: Value = serde_json::from_str(last).expect("JSON");
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (
        text("error"),
        format!("{} | {}", text("message"), text("hint")),
    )
}

#[test]
fn false_metadata_is_rejected_and_keeps_the_login() {
    let site = OAuthSite::start();
    let env = machine(&site);
    let set =
        json!({ "access_token": "old", "refresh_token": "r", "expires_in": 60, "expires_at": 1 });
    env.write(&token_file(&env), set.to_string());
    let table: [(u16, &str, &str, &str); 7] = [
        (
            200,
            r#"{"issuer":"https://evil.example"}"#,
            "denied",
            "is metadata of another issuer",
        ),
        (
            200,
            "<!doctype html><title>Welcome</title>",
            "server",
            "it is a web page",
        ),
        (200, "{}", "server", "it names no issuer"),
        (
            500,
            "",
            "server",
            "did not answer with metadata (status 500)",
        ),
        (404, "", "config", "publishes no metadata"),
        (
            200,
            r#"{"issuer":"ORIGIN","token_endpoint":"http://evil.example/token"}"#,
            "denied",
            "has a token_endpoint that is neither an https address",
        ),
        (
            200,
            r#"{"issuer":"ORIGIN"}"#,
            "config",
            "has no token_endpoint",
        ),
    ];
    for (status, body, code, message) in table {
        site.can(OPENID, status, body);
        // Temporary errors are retried until the deadline.
        let timeout = if status == 500 { "8s" } else { "55s" };
        for args in [["login"].as_slice(), &["get"], &["get", "--refresh"]] {
            let (got, text) = failure(&env, &[args, &["--timeout", timeout]].concat());
            assert!(text.contains(message), "{text}");
            assert_eq!(got, code, "{text}");
        }
    }
    site.redirect(OPENID, "https://evil.example/metadata");
    assert!(
        failure(&env, &["login"])
            .1
            .contains("redirects (status 302)")
    );
    site.can(OPENID, 200, format!(r#"{{"x":"{}"}}"#, "y".repeat(2 << 20)));
    assert!(failure(&env, &["login"]).1.contains("is too large"));
    assert_eq!(stored(&env), Some(set));
    site.usual(OPENID);
    env.run(["get"])
        .stdout(format!("{MARKER}-access-1\n"))
        .success();
}

#[test]
fn every_token_endpoint_error_has_an_error_code() {
    let site = OAuthSite::start();
    let env = machine(&site);
    for (error, code) in [
        ("invalid_request", "denied"),
        ("invalid_client", "invalid_credentials"),
        ("unauthorized_client", "invalid_credentials"),
        ("unsupported_grant_type", "denied"),
        ("invalid_scope", "denied"),
        ("invalid_target", "denied"),
        ("invalid_grant", "denied"),
    ] {
        site.can("/token", 400, json!({ "error": error }).to_string());
        let (got, text) = failure(&env, &["login"]);
        assert!(text.contains(&format!("refused: {error}")), "{text}");
        assert_eq!(got, code, "{text}");
        // A client has no login that could be made anew.
        assert!(!text.contains("prusa-cred login"), "{text}");
    }
    site.can("/token", 503, "");
    assert_eq!(failure(&env, &["login"]).0, "server");
    site.can("/token", 429, "");
    assert_eq!(failure(&env, &["login"]).0, "rate_limited");
    assert_eq!(stored(&env), None);
}

#[test]
fn client_credentials_get_a_token_and_a_new_one_at_expiry() {
    let site = OAuthSite::start();
    let env = machine(&site);
    env.run(["get"])
        .stdout(format!("{MARKER}-access-1\n"))
        .success();
    env.run(["status"])
        .stdout_contains("  refresh  not needed: the client requests a new token\n")
        .success();
    env.run(["get"])
        .stdout(format!("{MARKER}-access-1\n"))
        .success();
    assert_eq!(site.forms("/token").len(), 1);
    env.run(["get", "--refresh"])
        .stdout(format!("{MARKER}-access-2\n"))
        .success();
}

/// Starts a sign-in and returns it with the address that it shows.
fn begun(env: &TestEnv, options: &[&str]) -> (Terminal, String) {
    let mut terminal = env.terminal([&["login"], options].concat());
    terminal.expect("Open this address in a browser and sign in:\r\n\r\n  ");
    let address = terminal.word();
    terminal.expect("press Enter");
    (terminal, address)
}

#[test]
fn a_browser_login_ends_on_a_success_page() {
    let site = OAuthSite::start();
    let env = env(
        &site,
        "scopes = ['openid', 'email']\naudience = 'api'\nresource = 'https://r.example'",
    );
    let (terminal, address) = begun(&env, &[]);
    assert!(
        address.contains("&audience=api") && address.contains("resource=https%3A%2F%2Fr.example&")
    );
    let page = visit(&address);
    assert!(
        page.contains("You are signed in") && !page.contains(MARKER),
        "{page}"
    );
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(
        screen.contains("Signed in to profile corp as ada@example.com"),
        "{screen}"
    );
    let form = site.forms("/token").remove(0);
    assert_eq!(
        (form["resource"].as_str(), form["audience"].as_str()),
        ("https://r.example", "api")
    );
    env.run(["get", "--refresh"])
        .stdout(format!("{MARKER}-access-2\n"))
        .success();
    assert_eq!(site.forms("/token")[1]["resource"], "https://r.example");
    env.run(["logout"]).any_stdout().any_stderr().success();
    let hints: Vec<_> = site.forms("/revoke");
    assert_eq!(hints[0]["token_type_hint"], "refresh_token");
    assert_eq!(hints[1]["token_type_hint"], "access_token");
}

#[test]
fn invalid_callbacks_show_in_browser_and_terminal() {
    type Lie = fn(&OAuthSite);
    let table: [(Lie, &str); 13] = [
        (
            |site| site.edit_way_back(|back| back.replace("code=", "error=access_denied&x=")),
            "access was denied",
        ),
        (
            |site| site.edit_way_back(|back| format!("{back}&iss=https%3A%2F%2Fevil.example")),
            "the response comes from https://evil.example",
        ),
        (
            |site| {
                site.edit_metadata(|metadata| {
                    metadata["authorization_response_iss_parameter_supported"] = json!(true);
                });
            },
            "the response comes from an unnamed issuer",
        ),
        (
            |site| site.edit_claims(|claims| claims["nonce"] = json!("other")),
            "its nonce differs",
        ),
        (
            |site| site.edit_claims(|claims| claims["aud"] = json!("you")),
            "is for another client",
        ),
        (
            |site| site.edit_claims(|claims| claims["exp"] = json!(1)),
            "the ID token expired at 1970-01-01",
        ),
        (
            |site| site.edit_header(|header| header["alg"] = json!("none")),
            "the ID token is not signed",
        ),
        (
            |site| site.edit_header(|header| header["crit"] = json!(["b64"])),
            "they are not understood here (crit is ",
        ),
        (
            |site| site.edit_claims(|claims| claims["nbf"] = json!(unix_now() + 600)),
            "the ID token is not valid before ",
        ),
        (
            |site| site.edit_claims(|claims| claims["iat"] = json!(unix_now() + 600)),
            "the ID token says that it was issued at ",
        ),
        (
            |site| site.edit_key(|key| key["use"] = json!("enc")),
            "has no key that matches the ID token",
        ),
        (
            |site| site.edit_key(|key| key["key_ops"] = json!(["encrypt"])),
            "has no key that matches the ID token",
        ),
        (
            |site| site.edit_key(|key| key["alg"] = json!("ES256")),
            "has no key that matches the ID token",
        ),
    ];
    for (lie, message) in table {
        let site = OAuthSite::start();
        lie(&site);
        let env = env(&site, "scopes = ['openid']");
        let (terminal, address) = begun(&env, &[]);
        let page = visit(&address);
        assert!(page.contains("The sign-in did not work"), "{page}");
        assert!(page.contains(message), "{message}: {page}");
        let (status, screen) = terminal.wait();
        assert_eq!(status, 1, "{screen}");
        assert!(screen.contains(message), "{screen}");
        assert_eq!(stored(&env), None);
    }
}

#[test]
fn an_address_that_is_pasted_signs_in_too() {
    let site = OAuthSite::start();
    let env = env(&site, "scopes = ['openid']");
    let (mut terminal, address) = begun(&env, &["--browser"]);
    let address = url::Url::parse(&address).expect("an address");
    let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
    terminal.send_line("https://example.com/elsewhere");
    terminal.expect("Not accepted").expect("Still waiting");
    // As on another machine, where that page does not load.
    site.edit_claims({
        let nonce = asked["nonce"].clone();
        move |claims| claims["nonce"] = json!(nonce)
    });
    let (back, state) = (&asked["redirect_uri"], &asked["state"]);
    terminal.send_line(&format!("{back}?code=abc&state={state}"));
    terminal.expect("Signed in to profile corp");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(site.forms("/token")[0]["code"], "abc");
}

#[test]
fn a_port_in_use_is_its_own_error() {
    let site = OAuthSite::start();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let env = env(&site, &format!("redirect_port = {port}"));
    let (code, text) = failure(&env, &["login"]);
    assert_eq!(code, "config");
    assert!(
        text.contains(&format!("port {port} of this machine is in use")),
        "{text}"
    );
}

#[test]
fn without_a_terminal_no_sign_in_begins() {
    let site = OAuthSite::start();
    let (code, text) = failure(&env(&site, ""), &["login", "--no-input"]);
    assert_eq!(code, "login_required", "{text}");
    assert!(site.forms(OPENID).is_empty());
    assert_eq!(failure(&env(&site, ""), &["get"]).0, "login_required");
}

pub(crate) fn with_device(site: &OAuthSite) {
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
}

#[test]
fn without_a_browser_here_a_code_is_shown_and_awaited() {
    let site = OAuthSite::start();
    with_device(&site);
    site.polls(&["authorization_pending"]);
    let env = env(&site, "scopes = ['openid']");
    let mut terminal = env.terminal(["login"]);
    terminal.expect("On any device");
    terminal.expect("/enter\r\n\r\nand enter the code\r\n\r\n  ABCD-EFGH\r\n");
    terminal
        .expect("/enter?code=ABCD-EFGH")
        .expect("Waiting up to 1 min")
        .expect(" left");
    terminal.expect("Signed in to profile corp");
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(site.forms("/device")[0]["scope"], "openid");
    assert_eq!(site.forms("/token").len(), 2);
    // `BROWSER` is used if it is set.
    let (terminal, address) = begun(&env, &["--browser"]);
    visit(&address);
    assert_eq!(terminal.wait().0, 0);
}

#[test]
fn an_expired_or_denied_device_code_is_an_error() {
    for (answer, code, message) in [
        ("access_denied", "denied", "access was denied"),
        (
            "expired_token",
            "login_required",
            "nobody entered the code in time",
        ),
        (
            "invalid_client",
            "invalid_credentials",
            "refused: invalid_client",
        ),
    ] {
        let site = OAuthSite::start();
        with_device(&site);
        site.polls(&[answer]);
        let env = env(&site, "flow = 'device'");
        let (got, text) = failure(&env, &["login"]);
        assert!(text.contains(message), "{text}");
        assert_eq!(got, code);
        // The instructions are printed even for a program.
        site.polls(&[answer]);
        env.run(["login", "--quiet"])
            .stderr_contains("ABCD-EFGH")
            .status(1);
    }
    let site = OAuthSite::start();
    let (code, text) = failure(&env(&site, "flow = 'device'"), &["login"]);
    assert!(
        text.contains("has no device_authorization_endpoint"),
        "{text}"
    );
    assert_eq!(code, "config");
}

#[test]
fn an_mcp_server_needs_no_configuration_to_sign_in() {
    let site = OAuthSite::start();
    site.edit_claims(|claims| claims["aud"] = json!("registered"));
    let env = TestEnv::offline();
    let url = format!("{}/mcp", site.origin());
    let (terminal, address) = begun(&env, &[&url]);
    assert!(visit(&address).contains("You are signed in"));
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let config = fs::read_to_string(env.config_dir().join("prusa-cred/config.toml"))
        .expect("a configuration");
    assert!(
        !config.contains(MARKER) && config.contains(&format!("resource = \"{url}\"")),
        "{config}"
    );
    let secret = env
        .config_dir()
        .join("prusa-cred/tokens/127.0.0.1.client_secret");
    assert_eq!(
        fs::read_to_string(&secret).expect("a secret"),
        format!("{MARKER}-client")
    );
    assert_eq!(
        fs::metadata(&secret).expect("it").permissions().mode() & 0o777,
        0o600
    );
    let headers = format!("{{\"Authorization\":\"Bearer {MARKER}-access-1\"}}\n");
    env.run(["get", "--format", "headers", &url])
        .stdout(headers)
        .success();
    assert_eq!(
        failure(&env, &["get", "http://127.0.0.1:1/mcp"]).0,
        "denied"
    );
    // Again for the same address: the same profile, no second registration.
    let (terminal, address) = begun(&env, &[&url]);
    visit(&address);
    assert_eq!(terminal.wait().0, 0);
    assert_eq!(site.forms("/register").len(), 1);
}

#[test]
fn an_address_without_a_scheme_contacts_only_that_host() {
    for (address, place) in [
        ("LocalHost:1/mcp", "https://localhost:1/mcp"),
        ("localhost:1", "https://localhost:1/"),
        ("[::1]:1/mcp?a=b", "https://[::1]:1/mcp"),
    ] {
        let (code, text) = failure(&TestEnv::offline(), &["login", address]);
        assert!(
            text.contains(&format!("cannot reach {place}")),
            "{address}: {text}"
        );
        assert_eq!(code, "network");
    }
}

#[test]
fn a_registered_client_secret_is_sealed_with_the_login() {
    let site = OAuthSite::start();
    site.edit_claims(|claims| claims["aud"] = json!("registered"));
    let env = TestEnv::offline().config("seal = '~/key'\n");
    env.write(&env.home().join("key"), [7; 32]);
    let url = format!("{}/mcp", site.origin());
    let (terminal, address) = begun(&env, &[&url]);
    visit(&address);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let tokens = env.config_dir().join("prusa-cred/tokens");
    let read = |name: &str| fs::read_to_string(tokens.join(name)).expect(name);
    let (secret, set) = ("127.0.0.1.client_secret", "127.0.0.1.json");
    for name in [secret, set] {
        let text = read(name);
        assert!(text.starts_with("{\"prusa_cred_sealed\":2,"), "{text}");
        assert!(!text.contains(MARKER), "{text}");
    }
    env.run(["get", &url]).any_stdout().success();
    for (verb, is_sealed) in [("unseal", false), ("seal", true)] {
        let mut run = env.run([verb, "--profile", "127.0.0.1"]);
        if is_sealed {
            run = run.arg("--key-file").arg("key");
        }
        run.any_stderr().success();
        for name in [secret, set] {
            assert_eq!(!read(name).contains(MARKER), is_sealed, "{name}");
        }
    }
}

#[test]
fn a_failed_sign_in_leaves_no_files() {
    let site = OAuthSite::start();
    let env = TestEnv::offline();
    let url = format!("{}/mcp", site.origin());
    let fails = |code: &str, message: &str| {
        let (got, text) = failure(&env, &["login", &url]);
        assert!(text.contains(message), "{text}");
        assert_eq!(got, code, "{text}");
    };
    site.can("/register", 400, r#"{"error":"invalid_redirect_uri"}"#);
    fails("denied", "refused: invalid_redirect_uri");
    site.edit_metadata(|metadata| metadata["registration_endpoint"] = Value::Null);
    fails("config", "does not let clients register themselves");
    site.can(
        "/.well-known/oauth-protected-resource/mcp",
        200,
        r#"{"resource":"https://evil.example/mcp","authorization_servers":["ORIGIN"]}"#,
    );
    fails("denied", "is metadata of another resource");
    site.can("/.well-known/oauth-protected-resource/mcp", 404, "");
    site.can("/mcp", 200, "{}");
    fails("config", "does not ask for a token");
    assert_eq!(
        failure(&env, &["login", "http://mcp.example.com/mcp"]).0,
        "denied"
    );
    assert!(!env.config_dir().join("prusa-cred/config.toml").exists());
}

#[test]
fn a_hint_does_not_name_a_profile_not_yet_created() {
    let site = OAuthSite::start();
    site.can("/token", 400, r#"{"error":"invalid_grant"}"#);
    let env = TestEnv::offline();
    let options = [
        "--profile",
        "new",
        "--host",
        "git.example.com",
        "--issuer",
        site.origin(),
        "--client-id",
        "me",
    ];
    let (terminal, address) = begun(&env, &options);
    visit(&address);
    let (status, screen) = terminal.wait();
    assert!(
        screen.ends_with("refused: invalid_grant\n  hint: run the command again\n"),
        "{screen}"
    );
    assert_eq!(status, 1);
}

#[test]
fn a_private_key_readable_by_others_is_an_error() {
    let site = OAuthSite::start();
    let env = env(&site, "");
    let key = env.home().join("my key.pem");
    env.write(&key, "not a key");
    let config = format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nprivate_key = '{}'\n",
        site.origin(),
        key.display()
    );
    let env = env.config(&config);
    let (code, text) = failure(&env, &["login"]);
    assert!(
        text.contains("does not hold a usable private key"),
        "{text}"
    );
    assert_eq!(code, "config");
    let command = format!("`openssl pkcs8 -topk8 -nocrypt -in '{}'`", key.display());
    env.run(["login"]).stderr_contains(&command).status(1);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("a mode");
    let (_, text) = failure(&env, &["get"]);
    assert!(
        text.contains("others may read") && text.contains("chmod 600"),
        "{text}"
    );
}

#[test]
fn both_profiles_of_a_shared_host_are_named() {
    let one = "provider = 'oauth'\nissuer = 'https://a.example'\nclient_id = 'x'\nhosts = ['h.example']\n";
    let env = TestEnv::offline().config(&format!("[profiles.one]\n{one}[profiles.two]\n{one}"));
    let (code, text) = failure(&env, &["get", "https://h.example/"]);
    assert_eq!(code, "config");
    assert!(text.contains("one") && text.contains("two"), "{text}");
}

#[test]
fn plain_http_elsewhere_is_refused_in_the_configuration() {
    for key in [
        "issuer",
        "token_endpoint",
        "authorization_endpoint",
        "jwks_uri",
    ] {
        let env = TestEnv::offline().config(&format!(
            "[profiles.corp]\nprovider = 'oauth'\nclient_id = 'x'\n{key} = 'http://a.example/'\n"
        ));
        let (code, text) = failure(&env, &["--profile", "corp", "get"]);
        assert_eq!(code, "config");
        assert!(text.contains(&format!("profiles.corp.{key}")), "{text}");
    }
}

fn with_tokens(env: &TestEnv, set: &Value) {
    env.write(&token_file(env), set.to_string());
}

#[test]
fn a_refreshed_id_token_must_belong_to_the_login() {
    let site = OAuthSite::start();
    let env = env(&site, "");
    let refreshed = || {
        let ran = env.run(["get", "--refresh"]).any_stdout().any_stderr();
        (ran.success().stderr, stored(&env).expect("a set"))
    };
    with_tokens(&env, &json!({ "refresh_token": format!("{MARKER}-first") }));
    let (said, good) = refreshed();
    assert!(said.is_empty() && good["id_token"].is_string(), "{said}");
    let table: [(&str, &str, &str); 4] = [
        ("sub", "eve", "its sub has changed"),
        (
            "iss",
            "https://evil.example",
            "was issued by \"https://evil.example\"",
        ),
        ("aud", "you", "is for another client"),
        ("exp", "", "has no usable exp"),
    ];
    for (claim, value, why) in table {
        with_tokens(&env, &good);
        site.edit_claims(move |claims| claims[claim] = json!(value));
        let (said, set) = refreshed();
        assert!(
            said.contains("returned an ID token that is not valid") && said.contains(why),
            "{said}"
        );
        assert!(set.get("id_token").is_none(), "{claim}");
        assert_ne!(
            set["refresh_token"], good["refresh_token"],
            "what else came is kept"
        );
    }
    for (claim, why) in [
        ("nbf", "is not valid before"),
        ("iat", "says that it was issued at"),
    ] {
        with_tokens(&env, &good);
        site.edit_claims(move |claims| claims[claim] = json!(unix_now() + 600));
        let (said, set) = refreshed();
        assert!(said.contains(why), "{said}");
        assert_ne!(set["refresh_token"], good["refresh_token"], "{claim}");
    }
    site.edit_claims(|_| ());
    for (field, value, why) in [
        ("alg", json!("none"), "its alg is none"),
        ("crit", json!(["x"]), "crit is [\"x\"]"),
    ] {
        site.edit_header(move |header| header[field] = value.clone());
        with_tokens(&env, &good);
        let (said, set) = refreshed();
        assert!(said.contains(why), "{said}");
        assert!(set.get("id_token").is_none(), "{field}");
        assert_ne!(set["refresh_token"], good["refresh_token"], "{field}");
    }
    assert_eq!(site.forms("/jwks").len(), 0);
}

#[test]
fn both_tokens_are_revoked_even_if_one_fails() {
    let site = OAuthSite::start();
    let env = env(&site, "");
    let set = json!({ "access_token": "S3NTRY-a", "refresh_token": "S3NTRY-r" });
    with_tokens(&env, &set);
    site.can("/revoke", 503, "");
    env.run(["logout"])
        .stderr_contains("could not be revoked at the server: ")
        .success();
    let revoked = site.forms("/revoke");
    let kinds: Vec<_> = revoked
        .iter()
        .map(|form| &*form["token_type_hint"])
        .collect();
    assert_eq!(kinds, ["refresh_token", "access_token"]);
}

#[test]
fn a_device_endpoint_error_with_status_200_is_an_error() {
    let site = OAuthSite::start();
    with_device(&site);
    site.can(
        "/device",
        200,
        r#"{"error":"invalid_scope","error_description":"not here"}"#,
    );
    let (code, text) = failure(&env(&site, "flow = 'device'"), &["login"]);
    assert!(text.contains("refused: invalid_scope (not here)"), "{text}");
    assert_eq!(code, "denied");
}

#[test]
fn authorize_params_change_the_address_of_a_sign_in() {
    for (params, has, lacks) in [
        ("", "scope=", "prompt"),
        ("authorize_params = { prompt = '' }", "scope=", "prompt"),
        (
            "authorize_params = { access_type = 'offline', prompt = '' }",
            "&access_type=offline",
            "prompt",
        ),
        (
            "authorize_params = { prompt = 'login' }",
            "&prompt=login",
            "consent",
        ),
        (
            "authorize_params = { max_age = 0 }",
            "&max_age=0",
            "access_type",
        ),
        (
            "[profiles.corp.authorize_params]\n'x.y' = 'a b&c'",
            "&x.y=a+b%26c",
            "access_type",
        ),
    ] {
        let site = OAuthSite::start();
        let env = env(
            &site,
            &format!("scopes = ['openid', 'offline_access']\n{params}"),
        );
        let (terminal, address) = begun(&env, &["--browser"]);
        assert!(
            address.contains(has) && !address.contains(lacks),
            "{params}: {address}"
        );
        visit(&address);
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
    }
}

/// What a token endpoint answers that wants to be asked for consent before it issues a refresh token.
const NO_REFRESH_TOKEN: &str = r#"{"access_token":"short","token_type":"Bearer","expires_in":60}"#;

#[test]
fn consent_is_asked_for_only_where_no_refresh_token_came() {
    let site = OAuthSite::start();
    let with_offline = |params: &str| env(&site, &format!("scopes = ['offline_access']\n{params}"));
    let env = with_offline("");
    site.can_for(1, "/token", 200, NO_REFRESH_TOKEN);
    let (mut terminal, address) = begun(&env, &["--browser"]);
    assert!(!address.contains("prompt"), "{address}");
    visit(&address);
    terminal
        .expect("The server issued no refresh token")
        .expect("sign in:\r\n\r\n  ");
    let second = terminal.word();
    assert!(second.contains("&prompt=consent"), "{second}");
    visit(&second);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    let stored = env.config_dir().join("prusa-cred/tokens/corp.json");
    let stored = std::fs::read_to_string(stored).expect("a token file");
    assert!(stored.contains("\"refresh_token\""), "{stored}");

    // Who says what the server asks for is not asked twice.
    let env = with_offline("authorize_params = { prompt = '' }");
    site.can_for(1, "/token", 200, NO_REFRESH_TOKEN);
    let (terminal, address) = begun(&env, &["--browser"]);
    visit(&address);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
}

#[test]
fn a_refused_consent_leaves_the_login_that_came_before() {
    let site = OAuthSite::start();
    let env = env(&site, "scopes = ['offline_access']\n");
    site.can_for(1, "/token", 200, NO_REFRESH_TOKEN);
    let (mut terminal, address) = begun(&env, &["--browser"]);
    visit(&address);
    terminal.expect("sign in:\r\n\r\n  ");
    let second = terminal.word();
    site.can_for(1, "/token", 400, r#"{"error":"invalid_grant"}"#);
    visit(&second);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(
        screen.contains("warning: the login has no refresh token and ends with its access token: "),
        "{screen}"
    );
    env.run(["get"]).any_stdout().success();
}

#[test]
fn what_a_sign_in_is_safe_by_is_no_parameter_to_set() {
    let site = OAuthSite::start();
    for name in [
        "client_id",
        "redirect_uri",
        "response_type",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "scope",
        "resource",
        "request_uri",
        "State",
    ] {
        for value in ["x", ""] {
            let env = env(
                &site,
                &format!("authorize_params = {{ {name} = '{value}' }}"),
            );
            let name = name.to_ascii_lowercase();
            env.run(["get"])
                .stderr_contains(&format!(
                    "config.toml:6: profiles.corp.authorize_params: {name} cannot be set"
                ))
                .status(1);
        }
    }
    for (value, why) in [
        ("'prompt'", "not a table of strings"),
        ("{ a = [] }", "a is not a string"),
        ("{ '' = 'x' }", "a name is empty"),
        ("{ a = \"\\u0007\" }", "has a control character"),
    ] {
        env(&site, &format!("authorize_params = {value}"))
            .run(["get"])
            .stderr_contains(why)
            .status(1);
    }
}
