//! Becoming a client of a server that nobody has told about us, and what is left where nothing comes of it.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::process::Run;

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

#[test]
fn a_login_is_kept_while_consent_is_asked_for() {
    for is_interrupted in [true, false] {
        let (site, address) = with_device();
        let env = TestEnv::offline();
        let without_refresh_token =
            r#"{"access_token":"short","token_type":"Bearer","expires_in":60}"#;
        site.can_for(1, "/token", 200, without_refresh_token);
        let login = ["login", "--browser", "--scopes", "offline_access", &address];
        let mut terminal = env.terminal(login);
        terminal.expect("sign in:\r\n\r\n  ");
        crate::support::oauth::visit(&terminal.word());
        terminal
            .expect("The server issued no refresh token")
            .expect("sign in:\r\n\r\n  ");
        let second = terminal.word();
        if is_interrupted {
            terminal.send("\u{3}");
            assert_ne!(terminal.wait().0, 0);
            let ran = env.run(["get", &address]).any_stdout().success();
            assert_eq!(ran.stdout, "short\n");
        } else {
            crate::support::oauth::visit(&second);
            let (status, screen) = terminal.wait();
            assert_eq!(status, 0, "{screen}");
            assert_eq!(
                screen.matches("Signed in to profile").count(),
                1,
                "{screen}"
            );
        }
        let config = env.configuration().expect("a configuration");
        assert_eq!(config.matches("[profiles.").count(), 1, "{config}");
    }
}

/// The error that a server answers a client with which it does not know.
fn forgets(site: &OAuthSite, path: &str) {
    site.can(
        path,
        401,
        r#"{"error":"invalid_client","error_description":"no such client"}"#,
    );
}

/// Has the server register a client of this name from now on.
fn registers(site: &OAuthSite, answer: &serde_json::Value) {
    site.can("/register", 201, answer.to_string());
    let client_id = answer["client_id"].as_str().expect("a text").to_owned();
    site.edit_claims(move |claims| claims["aud"] = json!(client_id));
}

/// A login with a device whose client has the name `one`.
fn with_one(site: &OAuthSite, address: &str) -> TestEnv {
    registers(
        site,
        &json!({ "client_id": "one", "client_secret": "S3NTRY-one" }),
    );
    let env = TestEnv::offline();
    env.run(["login", "--device", address])
        .any_stderr()
        .success();
    env
}

fn client_of(env: &TestEnv) -> String {
    let config = env.configuration().expect("a configuration");
    let line = config.lines().find(|line| line.starts_with("client_id = "));
    line.expect("a client").to_owned()
}

fn expire(env: &TestEnv) {
    let path = env.config_dir().join("prusa-cred/tokens/127.0.0.1.json");
    let mut set: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
    set["expires_at"] = json!(1);
    env.write(&path, set.to_string());
}

const LOGIN: &str =
    "run `prusa-cred login --profile 127.0.0.1`, which registers this program anew there";

#[test]
fn a_client_that_a_refresh_finds_forgotten_is_replaced_by_the_next_login() {
    for by_name in [false, true] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        expire(&env);
        forgets(&site, "/token");
        env.run(["get", &address])
            .stderr_contains("/token refused: invalid_client (no such client)")
            .stderr_contains(LOGIN)
            .status(1);
        site.usual("/token");
        registers(&site, &json!({ "client_id": "two" }));
        let login = if by_name {
            vec!["login", "--device", "--profile", "127.0.0.1"]
        } else {
            vec!["login", "--device", &address]
        };
        env.run(login)
            .stderr_contains("The server no longer accepts the client of profile 127.0.0.1; registering another one.")
            .stderr_contains("Changed the client of profile 127.0.0.1 in ")
            .success();
        assert_eq!(site.forms("/register").len(), 2);
        assert_eq!(client_of(&env), "client_id = \"two\"");
        // It has no secret, so that the old one's is gone.
        assert_eq!(left_behind(&env), ["127.0.0.1.json"]);
        assert_eq!(
            site.forms("/token").last().expect("a request")["client_id"],
            "two"
        );
        expire(&env);
        env.run(["get", &address]).any_stdout().success();
        env.run(["login", "--device", &address])
            .any_stderr()
            .success();
        assert_eq!(site.forms("/register").len(), 2);
    }
}

#[test]
fn a_client_that_is_refused_before_a_code_is_shown_is_replaced_at_once() {
    for (path, error) in [
        ("/device", "invalid_client"),
        ("/device", "unauthorized_client"),
        ("/device", "invalid_client_secret"),
    ] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        site.can_for(1, path, 400, &json!({ "error": error }).to_string());
        registers(
            &site,
            &json!({ "client_id": "two", "client_secret": "S3NTRY-two" }),
        );
        env.run(["login", "--device", &address])
            .any_stderr()
            .success();
        assert_eq!(client_of(&env), "client_id = \"two\"", "{error}");
        let secret = env
            .config_dir()
            .join("prusa-cred/tokens/127.0.0.1.client_secret");
        assert_eq!(
            std::fs::read_to_string(secret).expect("a secret"),
            "S3NTRY-two"
        );
        expire(&env);
        env.run(["get", &address]).any_stdout().success();
    }
}

#[test]
fn a_client_that_the_browser_finds_forgotten_is_replaced_by_the_next_login() {
    type Forget = fn(&OAuthSite);
    let ways: [Forget; 6] = [
        |site| site.can_for(1, "/token", 401, r#"{"error":"invalid_client"}"#),
        |site| site.can_for(1, "/token", 400, r#"{"error":"unauthorized_client"}"#),
        |site| site.can_for(1, "/token", 400, r#"{"error":"invalid_client_id"}"#),
        |site| site.can_for(1, "/token", 401, r#"{"error":"bad_client_secret"}"#),
        |site| {
            let body = r#"{"error":"incorrect_client_credentials"}"#;
            site.can_for(1, "/token", 200, body);
        },
        |site| site.can_for(1, "/token", 401, "<h1>Unauthorized</h1>"),
    ];
    for forget in ways {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        forget(&site);
        let sign_in = || {
            let mut terminal = env.terminal(["login", "--browser", &address]);
            terminal.expect("sign in:\r\n\r\n  ");
            crate::support::oauth::visit(&terminal.word());
            terminal.wait()
        };
        let (status, screen) = sign_in();
        assert_eq!(status, 1, "{screen}");
        assert!(screen.contains(LOGIN), "{screen}");
        assert_eq!(client_of(&env), "client_id = \"one\"");
        registers(&site, &json!({ "client_id": "two" }));
        let (status, screen) = sign_in();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(client_of(&env), "client_id = \"two\"");
        assert_eq!(site.forms("/register").len(), 2);
    }
}

#[test]
fn an_interrupted_refresh_hides_no_refused_client() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let tokens = env.config_dir().join("prusa-cred/tokens");
    let path = tokens.join("127.0.0.1.json");
    let mut set: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
    set["refresh_token"] = json!("S3NTRY-spent");
    env.write(&path, set.to_string());
    let journal = tokens.join("127.0.0.1.json.journal");
    // The first half of the SHA-256 of that token.
    let fingerprint = "6ef59f3394e76b5d97c5ba90b8c2fca9";
    let spending =
        json!({ "state": "spending", "fingerprint": fingerprint, "at": 1_800_000_000, "pid": 7 });
    env.write(&journal, spending.to_string());
    site.can_for(1, "/token", 401, r#"{"error":"invalid_client"}"#);
    let mut terminal = env.terminal(["login", "--browser", &address]);
    terminal.expect("sign in:\r\n\r\n  ");
    crate::support::oauth::visit(&terminal.word());
    let (status, screen) = terminal.wait();
    assert_eq!(status, 1, "{screen}");
    let noted: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&journal).expect("a journal")).expect("JSON");
    assert_eq!(noted["cut_off"]["pid"], 7, "{noted}");
    registers(&site, &json!({ "client_id": "two" }));
    env.run(["login", "--device", &address])
        .stderr_contains("registering another one.")
        .success();
    assert_eq!(client_of(&env), "client_id = \"two\"");
}

#[test]
fn a_client_that_the_sign_in_page_does_not_know_is_replaced_at_once() {
    let json = r#"{"error":"invalid_client","error_description":"Invalid client_id"}"#;
    for (status, body) in [
        (400, json),
        (401, r#"{"error":"unauthorized_client"}"#),
        (400, "<h1>Error</h1><p>invalid_client: who is that?</p>"),
        (400, r#"{"error":"Invalid_Client"}"#),
        (400, r#"{"error":{"code":"invalid_client"}}"#),
        (
            400,
            r#"{"error":"invalid_request","error_description":"Unknown client"}"#,
        ),
        (500, r#"{"error":"invalid_client"}"#),
        (200, r#"{"error":"invalid_client_id"}"#),
        (
            400,
            "<html><h1>We are sorry...</h1><p>Client not found.</p></html>",
        ),
        (
            401,
            "<p>Client authentication failed due to unknown client, no client authentication included, or unsupported \
             authentication method.",
        ),
        (200, "<p>invalid_client</p>"),
        (404, "<h1>Client Not Registered</h1>"),
        (
            500,
            "Invalid client. The clientId provided does not match to this client.",
        ),
        (404, ""),
    ] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        site.can_for(1, "/authorize", status, body);
        registers(&site, &json!({ "client_id": "two" }));
        let mut terminal = env.terminal(["login", "--browser", &address]);
        terminal.expect("registering another one.");
        terminal.expect("sign in:\r\n\r\n  ");
        crate::support::oauth::visit(&terminal.word());
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(client_of(&env), "client_id = \"two\"");
    }
}

#[test]
fn a_client_that_the_server_sends_back_refused_is_replaced_at_once() {
    for code in ["invalid_client", "unauthorized_client"] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        let is_old = std::sync::atomic::AtomicBool::new(true);
        site.edit_way_back(move |back| {
            if is_old.swap(false, std::sync::atomic::Ordering::SeqCst) {
                back.replace("code=", &format!("error={code}&x="))
            } else {
                back
            }
        });
        registers(&site, &json!({ "client_id": "two" }));
        let mut terminal = env.terminal(["login", "--browser", &address]);
        terminal.expect("registering another one.");
        terminal.expect("sign in:\r\n\r\n  ");
        crate::support::oauth::visit(&terminal.word());
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(client_of(&env), "client_id = \"two\"");
    }
}

#[test]
fn a_client_refused_on_a_page_of_the_servers_own_is_replaced_at_once() {
    for page in [
        "/error?error=invalid_client&error_description=no+such+client",
        "/oops#error=Invalid_Client",
        "/app#/error?error=invalid_request&error_description=Client+not+found",
    ] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        site.redirect("/authorize", page);
        registers(&site, &json!({ "client_id": "two" }));
        let mut terminal = env.terminal(["login", "--browser", &address]);
        terminal.expect("registering another one.");
        terminal.expect("sign in:\r\n\r\n  ");
        site.usual("/authorize");
        crate::support::oauth::visit(&terminal.word());
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(client_of(&env), "client_id = \"two\"");
    }
}

#[test]
fn the_page_is_asked_with_the_redirect_uri_of_the_sign_in() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let mut terminal = env.terminal(["login", "--browser", &address]);
    terminal.expect("sign in:\r\n\r\n  ");
    crate::support::oauth::visit(&terminal.word());
    assert_eq!(terminal.wait().0, 0);
    let addresses = site.addresses("/authorize");
    let uris: Vec<_> = addresses
        .iter()
        .map(|address| {
            address
                .split('&')
                .find(|it| it.starts_with("redirect_uri="))
        })
        .collect();
    let [.., Some(asked), Some(used)] = uris.as_slice() else {
        panic!("{addresses:?}");
    };
    assert_eq!(asked, used);
}

#[test]
fn a_pasted_page_that_refuses_the_client_lets_the_next_login_replace_it() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let mut terminal = env.terminal(["login", "--browser", &address]);
    terminal.expect("press Enter.");
    let page = format!("{}/oops?error=unauthorized_client", site.origin());
    terminal.send_line(&page);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 1, "{screen}");
    assert!(
        screen.contains("/oops refused: unauthorized_client"),
        "{screen}"
    );
    assert!(screen.contains(LOGIN), "{screen}");
    registers(&site, &json!({ "client_id": "two" }));
    env.run(["login", "--device", &address])
        .stderr_contains("registering another one.")
        .success();
    assert_eq!(client_of(&env), "client_id = \"two\"");
}

#[test]
fn a_person_has_a_client_registered_anew() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    registers(&site, &json!({ "client_id": "two" }));
    env.run(["login", "--device", "--new-client", &address])
        .stderr_contains("registering another one.")
        .success();
    assert_eq!(client_of(&env), "client_id = \"two\"");
    // What a person named is theirs to change.
    site.edit_claims(|claims| claims["aud"] = json!("mine"));
    let named = TestEnv::offline();
    named
        .run(["login", "--device", "--client-id", "mine", &address])
        .any_stderr()
        .success();
    named
        .run(["login", "--device", "--new-client", &address])
        .stderr_contains("--new-client: the client of profile 127.0.0.1 did not register itself")
        .status(2);
    env.run(["login", "--new-client", "--profile", "prusa"])
        .stderr_contains("profile prusa has other settings than these options")
        .status(2);
    assert_eq!(site.forms("/register").len(), 2);
}

#[test]
fn another_answer_of_the_sign_in_page_replaces_no_client() {
    for (status, body) in [
        (500, ""),
        (200, "<form>invalid_client</form>"),
        (404, "not found"),
        (
            400,
            "<script>errors = ['invalid_client']</script>Bad request",
        ),
        (
            400,
            "<!-- invalid_client --><p data-error='invalid_client'>No",
        ),
        (400, "<p hidden>Client not found</p>Wrong cookie"),
        (400, "<p>Invalid client_id or redirect_uri"),
        (
            400,
            r#"{"error":"invalid_client","error_description":"unknown redirect URI"}"#,
        ),
        (400, r#"{"error":"invalid_request"}"#),
        (403, "<p>Are you a human?</p>"),
    ] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        site.can_for(1, "/authorize", status, body);
        let mut terminal = env.terminal(["login", "--browser", &address]);
        terminal.expect("sign in:\r\n\r\n  ");
        crate::support::oauth::visit(&terminal.word());
        let (status, screen) = terminal.wait();
        assert_eq!(status, 0, "{screen}");
        assert_eq!(client_of(&env), "client_id = \"one\"");
        assert_eq!(site.forms("/register").len(), 1);
    }
}

#[test]
fn the_old_client_stays_until_the_new_one_has_signed_in() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let before = env.configuration();
    expire(&env);
    forgets(&site, "/token");
    env.run(["get", &address]).any_stderr().status(1);
    site.usual("/token");
    registers(
        &site,
        &json!({ "client_id": "two", "client_secret": "S3NTRY-two" }),
    );
    site.polls(&["access_denied"]);
    env.run(["login", "--device", &address])
        .stderr_contains("access was denied")
        .status(1);
    assert_eq!(env.configuration(), before);
    let secret = env
        .config_dir()
        .join("prusa-cred/tokens/127.0.0.1.client_secret");
    assert_eq!(
        std::fs::read_to_string(&secret).expect("a secret"),
        "S3NTRY-one"
    );
    // The server knows it again, and registers nobody else: a person who knows that says so.
    site.can("/register", 403, "");
    site.edit_claims(|claims| claims["aud"] = json!("one"));
    env.run(["login", "--device", &address])
        .stderr_contains("did not register this client")
        .status(1);
    login_with(&env, "one", &[&address]).any_stderr().success();
    assert_eq!(env.configuration(), before);
    env.run(["login", "--device", &address])
        .any_stderr()
        .success();
}

#[test]
fn where_no_other_client_is_registered_nobody_signs_in_with_a_dead_one() {
    type Closed = fn(&OAuthSite);
    let ways: [(Closed, &str, &str); 3] = [
        (
            |site| site.can("/register", 403, r#"{"error":"access_denied"}"#),
            "/register did not register this client",
            "/register refused: access_denied",
        ),
        (
            |site| site.can("/register", 404, ""),
            "/register did not register this client",
            "(status 404)",
        ),
        (
            |site| {
                let endpoint = format!("{}/device", site.origin());
                site.edit_metadata(move |metadata| {
                    metadata["device_authorization_endpoint"] = json!(endpoint);
                    metadata["registration_endpoint"] = json!(null);
                });
            },
            "does not let clients register themselves",
            "",
        ),
    ];
    for (close, why, reason) in ways {
        for is_known in [true, false] {
            let (site, address) = with_device();
            let env = with_one(&site, &address);
            let before = env.configuration();
            close(&site);
            if is_known {
                expire(&env);
                forgets(&site, "/token");
                env.run(["get", &address]).stderr_contains(LOGIN).status(1);
            } else {
                site.can_for(1, "/device", 401, r#"{"error":"invalid_client"}"#);
            }
            let asked = site.forms("/device").len();
            // It is said again as often as it is so, and the command that it names works.
            for _ in 0..2 {
                env.run(["login", "--device", &address])
                    .stderr_contains("the server no longer accepts the client of profile 127.0.0.1, and no other was registered")
                    .stderr_contains(why)
                    .stderr_contains(reason)
                    .stderr_contains("name it with --client-id ID")
                    .status(1);
            }
            let shown = site.forms("/device").len() - asked;
            assert_eq!(shown, usize::from(!is_known), "{why}");
            assert_eq!(env.configuration(), before);
            site.usual("/token");
            site.edit_claims(|claims| claims["aud"] = json!("mine"));
            login_with(&env, "mine", &[&address]).any_stderr().success();
            env.run(["get", &address]).any_stdout().success();
        }
    }
}

#[test]
fn a_secret_that_has_run_out_is_replaced_by_the_next_login() {
    for (expires_at, is_over) in [
        (json!(1), true),
        (json!("1"), true),
        (json!(1.5), true),
        (json!(1_700_000_000_000_i64), true),
        (json!("2023-11-14T22:13:20Z"), true),
        (json!(0), false),
        (json!(4_102_444_800_i64), false),
        (json!(null), false),
    ] {
        let (site, address) = with_device();
        registers(
            &site,
            &json!({ "client_id": "one", "client_secret": "S3NTRY-one", "client_secret_expires_at": expires_at }),
        );
        let env = TestEnv::offline();
        env.run(["login", "--device", &address])
            .any_stderr()
            .success();
        if is_over {
            registers(
                &site,
                &json!({ "client_id": "two", "client_secret": "S3NTRY-two" }),
            );
        }
        env.run(["login", "--device", &address])
            .any_stderr()
            .success();
        let client = if is_over { "two" } else { "one" };
        assert_eq!(
            client_of(&env),
            format!("client_id = \"{client}\""),
            "{expires_at}"
        );
        let config = env.configuration().expect("a configuration");
        let has_time = config.contains("client_secret_expires_at = ");
        assert_eq!(
            has_time,
            !is_over && expires_at.as_i64() > Some(1),
            "{config}"
        );
    }
}

#[test]
fn a_client_that_a_person_named_is_never_replaced() {
    let (site, address) = with_device();
    site.edit_claims(|claims| claims["aud"] = json!("mine"));
    let env = TestEnv::offline();
    env.run(["login", "--device", "--client-id", "mine", &address])
        .any_stderr()
        .success();
    expire(&env);
    forgets(&site, "/token");
    let ran = env.run(["get", &address]).any_stderr().status(1);
    assert!(ran.stderr.contains("profiles.127.0.0.1.client_id"), "{ran}");
    env.run(["login", "--device", &address])
        .any_stderr()
        .status(1);
    assert_eq!(site.forms("/register").len(), 0);
}

#[test]
fn a_profile_of_an_earlier_version_is_known_by_what_it_holds() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let config = env.configuration().expect("a configuration");
    let older: String = config
        .lines()
        .filter(|line| !line.starts_with("client_registration"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_ne!(older, config);
    env.write(&env.config_dir().join("prusa-cred/config.toml"), older);
    expire(&env);
    forgets(&site, "/token");
    env.run(["get", &address]).stderr_contains(LOGIN).status(1);
}

/// Signs in with a client that a person names, and returns its end.
fn login_with(env: &TestEnv, client_id: &str, options: &[&str]) -> Run {
    let login = ["login", "--device", "--client-id", client_id];
    env.run(login.iter().chain(options).copied())
}

#[test]
fn a_client_that_a_person_names_takes_the_place_of_one_of_a_login() {
    for by_name in [false, true] {
        let (site, address) = with_device();
        let env = with_one(&site, &address);
        let options: &[&str] = if by_name {
            &["--profile", "127.0.0.1"]
        } else {
            &[&address]
        };
        let before = env.configuration();
        // Nothing changes before the sign-in has worked.
        site.polls(&["access_denied"]);
        login_with(&env, "mine", options).any_stderr().status(1);
        assert_eq!(env.configuration(), before);
        assert_eq!(
            left_behind(&env),
            ["127.0.0.1.client_secret", "127.0.0.1.json"]
        );
        site.edit_claims(|claims| claims["aud"] = json!("mine"));
        login_with(&env, "mine", options)
            .stderr_contains("Changed the client of profile 127.0.0.1 in ")
            .success();
        let config = env.configuration().expect("a configuration");
        assert_eq!(client_of(&env), "client_id = \"mine\"");
        for gone in [
            "client_registration",
            "client_auth",
            "client_secret",
            "redirect_port",
        ] {
            assert!(!config.contains(gone), "{config}");
        }
        assert_eq!(left_behind(&env), ["127.0.0.1.json"]);
        assert_eq!(
            site.forms("/device").last().expect("a request")["client_id"],
            "mine"
        );
        assert_eq!(site.forms("/register").len(), 1);
        expire(&env);
        env.run(["get", &address]).any_stdout().success();
        // The same again changes nothing; now it is a person's, and no option changes it.
        login_with(&env, "mine", options).any_stderr().success();
        let conflict = "profile 127.0.0.1 has other settings than these options";
        login_with(&env, "other", options)
            .stderr_contains(conflict)
            .status(2);
        assert_eq!(env.configuration(), Some(config));
    }
}

#[test]
fn a_document_takes_the_place_of_another_with_its_own_redirect_uri() {
    let (site, address) = with_device();
    let [first, second] = ["https://example.com/p.json", "https://example.com/q.json"];
    let env = TestEnv::offline();
    site.edit_claims(move |claims| claims["aud"] = json!(first));
    login_with(&env, first, &[&address]).any_stderr().success();
    site.edit_claims(move |claims| claims["aud"] = json!(second));
    let uri = "http://localhost:3118/callback";
    login_with(
        &env,
        second,
        &[&address, "--redirect-uri", uri, "--scopes", "more"],
    )
    .any_stderr()
    .success();
    let config = env.configuration().expect("a configuration");
    for line in [
        format!("client_id = \"{second}\""),
        format!("redirect_uri = \"{uri}\""),
        "scopes = [\"more\"]".to_owned(),
    ] {
        assert!(config.lines().any(|it| it == line), "{config}");
    }
    assert_eq!(
        site.forms("/device").last().expect("a request")["scope"],
        "more"
    );
}

#[test]
fn no_option_changes_what_a_person_wrote() {
    let (site, address) = with_device();
    let origin = site.origin();
    let config = format!(
        "[profiles.corp]\nprovider = \"oauth\"\nissuer = \"{origin}\"\nclient_id = \"me\"\nresource = \"{address}\"\n"
    );
    let env = TestEnv::offline().config(&config);
    let conflict = "profile corp has other settings than these options";
    for options in [
        ["--client-id", "mine"],
        ["--issuer", "https://other.example"],
    ] {
        for target in [
            vec![&*address],
            vec!["--profile", "corp"],
            vec![&*address, "--profile", "corp"],
        ] {
            env.run(
                ["login", "--device"]
                    .into_iter()
                    .chain(options)
                    .chain(target),
            )
            .stderr_contains(conflict)
            .status(2);
        }
    }
    assert_eq!(env.configuration(), Some(config));
    site.edit_claims(|claims| claims["aud"] = json!("me"));
    let issuer = format!("{origin}/");
    login_with(&env, "me", &["--issuer", &issuer, &address])
        .any_stderr()
        .success();
}

#[test]
fn a_resource_that_accepts_the_tokens_of_another_server_is_told() {
    let (site, address) = with_device();
    let env = with_one(&site, &address);
    let (other, _) = with_device();
    let metadata = json!({ "resource": address, "authorization_servers": [other.origin()] });
    let well_known = "/.well-known/oauth-protected-resource/mcp";
    site.can(well_known, 200, metadata.to_string());
    let [from, to] = [site.origin(), other.origin()];
    let port = from.rsplit(':').next().expect("a port");
    let name = format!("127.0.0.1-{port}-mcp");
    let warning = format!(
        "warning: {address} accepts tokens of {to}/, and no longer of {from}/: `prusa-cred login {address} --profile \
         {name}` signs in there, and then profile 127.0.0.1 can be taken out of the configuration\n"
    );
    // It still signs in where the profile says: the metadata may be wrong.
    env.run(["login", "--device", &address])
        .stderr_contains(&warning)
        .success();
    site.can("/.well-known/oauth-authorization-server", 404, "");
    site.can("/.well-known/openid-configuration", 404, "");
    env.run(["login", "--device", &address])
        .stderr_contains(&warning)
        .stderr_contains("publishes no metadata")
        .status(1);
    other.edit_claims(|claims| claims["aud"] = json!("registered"));
    env.run(["login", "--device", &address, "--profile", &name])
        .any_stderr()
        .success();
    let config = env.configuration().expect("a configuration");
    let (_, of_new) = config
        .split_once(&format!("[profiles.\"{name}\"]"))
        .expect("a profile");
    assert!(of_new.contains(&format!("issuer = \"{to}")), "{config}");
    // Nothing is said of one that cannot be asked, or that publishes nothing.
    site.usual("/.well-known/oauth-authorization-server");
    site.usual("/.well-known/openid-configuration");
    for status in [404, 500] {
        site.can(well_known, status, "");
        let ran = env
            .run(["login", "--device", &address, "--profile", "127.0.0.1"])
            .any_stderr()
            .success();
        assert!(!ran.stderr.contains("no longer of"), "{ran}");
    }
}
