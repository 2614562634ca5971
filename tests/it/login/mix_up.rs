//! Servers that a resource named, and whose endpoints are on more than one origin.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::pty::Terminal;

/// A resource that is its own issuer, and another server. Each is an origin, as their ports differ.
struct Two {
    resource: OAuthSite,
    other: OAuthSite,
}

impl Two {
    /// Returns both; the resource's metadata has these endpoints at the other one's origin, and `more`.
    fn with_elsewhere(endpoints: &[&'static str], more: Value) -> Self {
        let (resource, other) = (OAuthSite::start(), OAuthSite::start());
        let two = Self { resource, other };
        two.have_elsewhere(endpoints, more);
        two
    }

    fn have_elsewhere(&self, endpoints: &[&'static str], more: Value) {
        let elsewhere = self.other.origin().to_owned();
        let endpoints = endpoints.to_vec();
        self.resource.edit_metadata(move |metadata| {
            for endpoint in &endpoints {
                let path = match *endpoint {
                    "device_authorization_endpoint" => "device",
                    "token_endpoint" => "token",
                    "revocation_endpoint" => "revoke",
                    _ => "authorize",
                };
                metadata[endpoint] = json!(format!("{elsewhere}/{path}"));
            }
            for (key, value) in more.as_object().expect("an object") {
                metadata[key] = value.clone();
            }
        });
        self.resource
            .edit_claims(|claims| claims["aud"] = json!("registered"));
    }

    fn address(&self) -> String {
        format!("{}/mcp", self.resource.origin())
    }

    /// Checks that nobody was told anything: no registration, no code, no device code.
    fn assert_untouched(&self) {
        for site in [&self.resource, &self.other] {
            for path in ["/register", "/token", "/device", "/authorize"] {
                assert_eq!(site.forms(path).len(), 0, "{path}");
            }
        }
    }
}

const AUTHORIZATION: &[&str] = &["authorization_endpoint"];
const DEVICE: &[&str] = &["device_authorization_endpoint"];

/// Returns the address that is shown to sign in at.
fn shown(terminal: &mut Terminal) -> String {
    terminal.expect("Open this address in a browser and sign in:\r\n\r\n  ");
    terminal.word()
}

/// Signs in without a question.
fn sign_in(env: &TestEnv, args: &[&str]) -> String {
    let mut terminal = env.terminal([&["login"], args].concat());
    let address = shown(&mut terminal);
    let page = visit(&address);
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}{page}");
    assert!(!screen.contains("yes/no"), "{screen}");
    screen
}

/// Expects the question, which names both servers.
fn expect_question(terminal: &mut Terminal, sign_in: &str, token: &str) {
    terminal
        .expect(&format!(
            "The sign-in is on the pages of\r\n\r\n  {sign_in}\r\n"
        ))
        .expect(&format!("goes to\r\n\r\n  {token}\r\n"))
        .expect("Sign in? [y/N]: ");
}

#[test]
fn one_origin_is_no_question() {
    let two = Two::with_elsewhere(&[], json!({}));
    let env = TestEnv::offline();
    sign_in(&env, &[&two.address()]);
    let config = env.configuration().expect("a configuration");
    let origins = format!("endpoint_origins = [\"{}\"]\n", two.resource.origin());
    assert!(config.contains(&origins), "{config}");
    sign_in(&env, &[&two.address()]);
    assert_eq!(two.other.forms("/authorize").len(), 0);
}

#[test]
fn an_authorization_endpoint_elsewhere_is_asked_about_once() {
    let two = Two::with_elsewhere(AUTHORIZATION, json!({}));
    let (sign_in_at, token_at) = (two.other.origin(), two.resource.origin());
    for answer in ["", "no", "N"] {
        let env = TestEnv::offline();
        let mut terminal = env.terminal(["login", &two.address()]);
        expect_question(&mut terminal, sign_in_at, token_at);
        terminal.send_line(answer);
        let (status, screen) = terminal.wait();
        assert_eq!(status, 1, "{screen}");
        let told = format!(
            "prusa-cred: you did not agree to sign in at {sign_in_at} and give {token_at} the access\n"
        );
        assert!(screen.contains(&told), "{screen}");
        two.assert_untouched();
        assert_eq!(env.configuration(), None);
    }
    let env = TestEnv::offline();
    let mut terminal = env.terminal(["login", &two.address()]);
    expect_question(&mut terminal, sign_in_at, token_at);
    terminal.send_line("perhaps").expect("neither yes nor no");
    terminal.send_line("yes");
    visit(&shown(&mut terminal));
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert_eq!(two.resource.forms("/token").len(), 1);
    // As long as both stay what they are, nothing is asked again, however the profile is named.
    sign_in(&env, &[&two.address()]);
    sign_in(&env, &["--profile", "127.0.0.1"]);
}

#[test]
fn nobody_to_ask_is_a_refusal_before_anything_is_sent() {
    let two = Two::with_elsewhere(AUTHORIZATION, json!({}));
    let env = TestEnv::offline();
    for args in [vec!["login"], vec!["login", "--browser"]] {
        let ran = env.run_without_terminal([args, vec![&two.address()]].concat());
        let hint = format!(
            "hint: run the command again in a terminal to be asked; or, if you know that both belong together, name the \
             server yourself, with a client that is registered there: `prusa-cred login --issuer {}/ --client-id ID \
             --host HOST`\n",
            two.resource.origin()
        );
        ran.stderr_contains(&format!(
            "prusa-cred: the sign-in would be at {} and give {} the access, which a person has to agree to\n",
            two.other.origin(),
            two.resource.origin()
        ))
        .stderr_contains(&hint)
        .status(1);
        two.assert_untouched();
    }
    env.run(["login", "--no-input", &two.address()])
        .any_stderr()
        .status(1);
    two.assert_untouched();
}

#[test]
fn a_device_endpoint_elsewhere_is_refused() {
    for more in [
        json!({}),
        json!({ "authorization_response_iss_parameter_supported": true }),
        json!({ "authorization_endpoint": null }),
    ] {
        for (elsewhere, is_token) in [(DEVICE, false), (&["token_endpoint"][..], true)] {
            let two = Two::with_elsewhere(elsewhere, more.clone());
            let (resource, other) = (two.resource.origin(), two.other.origin());
            let (device, token) = if is_token {
                (resource, other)
            } else {
                (other, resource)
            };
            if is_token {
                let endpoint = format!("{device}/device");
                let mut more = more.clone();
                more["device_authorization_endpoint"] = json!(endpoint);
                two.have_elsewhere(elsewhere, more);
            }
            for args in [
                vec!["login"],
                vec!["login", "--device"],
                vec!["login", "--browser"],
            ] {
                let env = TestEnv::offline();
                let address = two.address();
                let args = [args, vec![&address]].concat();
                let told = format!(
                    "takes requests for device codes at {device} and sends the tokens from {token},"
                );
                env.run(&args).stderr_contains(&told).status(1);
                let (status, screen) = env.terminal(&args).wait();
                assert!(status == 1 && screen.contains(&told), "{screen}");
                two.assert_untouched();
            }
        }
    }
}

#[test]
fn a_server_that_names_itself_in_the_answer_is_no_question() {
    let two = Two::with_elsewhere(
        AUTHORIZATION,
        json!({ "authorization_response_iss_parameter_supported": true }),
    );
    let iss = |origin: &str| format!("&iss={}", origin.replace(':', "%3A").replace('/', "%2F"));
    let (good, bad) = (iss(two.resource.origin()), iss(two.other.origin()));
    // The other server's own answer, with its name or without; with a name that came in with the redirect URI.
    for (added, why) in [
        (
            String::new(),
            "the response comes from an unnamed issuer, but",
        ),
        (bad.clone(), "the response comes from http://127.0.0.1:"),
        (
            format!("{good}{bad}"),
            "the response comes from http://127.0.0.1:",
        ),
        (
            format!("{bad}{good}"),
            "the response comes from http://127.0.0.1:",
        ),
    ] {
        two.other
            .edit_way_back(move |back| format!("{back}{added}"));
        let env = TestEnv::offline();
        let mut terminal = env.terminal(["login", &two.address()]);
        let page = visit(&shown(&mut terminal));
        let (status, screen) = terminal.wait();
        assert!(
            status == 1 && screen.contains(why) && page.contains(why),
            "{screen}"
        );
        assert_eq!(two.resource.forms("/token").len(), 0);
    }
    // A pasted code would come without its issuer.
    let env = TestEnv::offline();
    let mut terminal = env.terminal(["login", &two.address()]);
    shown(&mut terminal);
    terminal.expect("press Enter").send_line("4711");
    terminal.expect("Not accepted: a code alone does not say which server it is from");
    drop(terminal);
    two.other.edit_way_back(move |back| format!("{back}{good}"));
    let env = TestEnv::offline();
    sign_in(&env, &[&two.address()]);
    sign_in(&env, &["--profile", "127.0.0.1"]);
}

#[test]
fn an_endpoint_that_presets_the_request_is_refused() {
    for parameter in ["redirect_uri", "Client_ID", "state", "request_uri", "iss"] {
        let two = Two::with_elsewhere(&[], json!({}));
        let endpoint = format!("{}/authorize?{parameter}=x", two.other.origin());
        two.have_elsewhere(
            &[],
            json!({ "authorization_endpoint": endpoint, "authorization_response_iss_parameter_supported": true }),
        );
        let told = format!(
            "authorization_endpoint holds the parameter {} already",
            parameter.to_lowercase()
        );
        TestEnv::offline()
            .run(["login", &two.address()])
            .stderr_contains(&told)
            .status(1);
        two.assert_untouched();
    }
}

#[test]
fn endpoints_that_move_apart_later_are_asked_about() {
    let two = Two::with_elsewhere(&[], json!({}));
    let env = TestEnv::offline();
    sign_in(&env, &[&two.address()]);
    two.have_elsewhere(AUTHORIZATION, json!({}));
    for args in [
        vec!["login", "--profile", "127.0.0.1"],
        vec!["login", &two.address()],
    ] {
        env.run_without_terminal(&args)
            .stderr_contains(
                "hint: run `prusa-cred login --profile 127.0.0.1` in a terminal to be asked; or, ",
            )
            .status(1);
        let mut terminal = env.terminal(&args);
        expect_question(&mut terminal, two.other.origin(), two.resource.origin());
        terminal.send_line("no");
        assert_eq!(terminal.wait().0, 1);
    }
    two.have_elsewhere(DEVICE, json!({}));
    for flow in ["--device", "--browser"] {
        env.run(["login", "--profile", "127.0.0.1", flow])
            .stderr_contains("takes requests for device codes at")
            .status(1);
    }
    assert_eq!(two.other.forms("/authorize").len(), 0);
    assert_eq!(two.other.forms("/device").len(), 0);
}

#[test]
fn what_a_person_wrote_is_as_before() {
    let two = Two::with_elsewhere(AUTHORIZATION, json!({}));
    two.resource
        .edit_claims(|claims| claims["aud"] = json!("me"));
    let issuer = two.resource.origin();
    let options = [
        "--issuer",
        issuer,
        "--client-id",
        "me",
        "--host",
        "git.example.com",
    ];
    sign_in(&TestEnv::offline(), &options);
    let env = TestEnv::offline().config(&format!(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = '{issuer}'\nclient_id = 'me'\nresource = '{}'\n",
        two.address()
    ));
    sign_in(&env, &["--profile", "corp"]);
    // Its device endpoint may be elsewhere too.
    two.have_elsewhere(
        &["authorization_endpoint", "device_authorization_endpoint"],
        json!({}),
    );
    two.resource
        .edit_claims(|claims| claims["aud"] = json!("me"));
    env.run(["login", "--profile", "corp", "--device"])
        .stderr_contains("ABCD-EFGH")
        .success();
}

#[test]
fn the_page_to_enter_a_code_at_is_named_if_it_is_elsewhere() {
    let two = Two::with_elsewhere(&[], json!({}));
    let device = format!("{}/device", two.resource.origin());
    two.have_elsewhere(&[], json!({ "device_authorization_endpoint": device }));
    let (there, here) = (two.other.origin(), two.resource.origin());
    let told =
        format!("{here} sends you to a page of {there}: go on only if the two belong together.\n");
    for (page, is_told) in [(here, false), (there, true)] {
        two.resource.can(
            "/device",
            200,
            json!({
                "device_code": "d", "user_code": "ABCD-EFGH", "interval": 1, "expires_in": 60,
                "verification_uri": format!("{page}/enter"),
            })
            .to_string(),
        );
        let env = TestEnv::offline();
        let ran = env.run(["login", "--device", &two.address()]).any_stderr();
        let ran = ran.success();
        assert_eq!(ran.stderr.contains(&told), is_told, "{ran}");
    }
}

#[test]
fn a_list_of_origins_that_cannot_be_read_is_an_error() {
    for bad in [
        "'https://a.example'",
        "['a.example']",
        "['http://a.example']",
        "[1]",
    ] {
        let env = TestEnv::offline().config(&format!(
            "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://a.example'\nclient_id = 'me'\nendpoint_origins = {bad}\n"
        ));
        env.run(["login", "--profile", "corp"])
            .stderr_contains("profiles.corp.endpoint_origins")
            .status(1);
    }
}

#[test]
fn the_command_of_a_hint_is_one_command() {
    let two = Two::with_elsewhere(AUTHORIZATION, json!({}));
    let issuer = format!("{}/?a&reboot&b=$(reboot)'", two.resource.origin());
    two.resource.edit_metadata({
        let (issuer, other) = (issuer.clone(), two.other.origin().to_owned());
        move |metadata| {
            metadata["issuer"] = json!(issuer);
            metadata["authorization_endpoint"] = json!(format!("{other}/authorize"));
        }
    });
    let resource = json!({ "resource": two.address(), "authorization_servers": [issuer] });
    two.resource.can(
        "/.well-known/oauth-protected-resource/mcp",
        200,
        resource.to_string(),
    );
    let env = TestEnv::offline();
    let ran = env.run_without_terminal(["login", &two.address()]);
    let ran = ran.any_stderr().status(1);
    let (_, hint) = ran.stderr.split_once("hint: ").expect("a hint");
    let command = hint.split('`').nth(1).expect("a command");
    let shown = command.replacen("prusa-cred", "printf '%s\\n'", 1);
    let script = format!("reboot() {{ echo booted; }}\n{shown}\nwait");
    let issuer = format!("{}/?a&reboot&b=%24%28reboot%29%27", two.resource.origin());
    env.run_as("sh", ["-c", &script])
        .stdout(format!(
            "login\n--issuer\n{issuer}\n--client-id\nID\n--host\nHOST\n"
        ))
        .success();
}

/// Signs in at the other server, whose endpoints the resource names beside its own name.
fn signed_in_elsewhere(endpoints: &[&'static str]) -> (Two, TestEnv) {
    let both = ["authorization_endpoint", "token_endpoint"];
    let two = Two::with_elsewhere(&[&both, endpoints].concat(), json!({}));
    let issuer = two.resource.origin().to_owned();
    two.other.edit_claims(move |claims| {
        claims["aud"] = json!("registered");
        claims["iss"] = json!(issuer);
    });
    let env = TestEnv::offline();
    let screen = sign_in(&env, &[&two.address()]);
    let told = format!(
        "{} accepts tokens of {}/, which sends them from {}\n",
        two.address(),
        two.resource.origin(),
        two.other.origin()
    );
    assert!(screen.contains(&told), "{screen}");
    (two, env)
}

#[test]
fn tokens_are_revoked_where_they_come_from() {
    let (two, env) = signed_in_elsewhere(&["revocation_endpoint"]);
    env.run(["logout", "--profile", "127.0.0.1"])
        .any_stderr()
        .success();
    assert_eq!(two.other.forms("/revoke").len(), 2);

    let (two, env) = signed_in_elsewhere(&[]);
    let (resource, other) = (two.resource.origin(), two.other.origin());
    env.run(["logout", "--profile", "127.0.0.1"])
        .stderr(format!(
            "prusa-cred: warning: the login is deleted here, but could not be revoked at the server: the server revokes tokens at \
             {resource} and sends them from {other}, so that one of them may be posing as a part of the other\n\
             Signed out of profile 127.0.0.1.\n"
        ))
        .success();
    assert_eq!(two.resource.forms("/revoke").len(), 0);
    assert_eq!(two.other.forms("/revoke").len(), 0);
}

#[test]
fn a_token_endpoint_that_moves_to_another_server_gets_no_token() {
    let (two, env) = signed_in_elsewhere(&["revocation_endpoint"]);
    let (resource, other) = (two.resource.origin(), two.other.origin());
    // Everything is the resource's own now.
    two.have_elsewhere(&[], json!({}));
    let moved = format!(
        "the server takes tokens at {resource} now, and what the profile has is for {other}"
    );
    let hint = format!(
        "if you know that both belong together, add {resource} to profiles.127.0.0.1.endpoint_origins in the configuration\n"
    );
    env.run(["get", "--profile", "127.0.0.1", "--refresh"])
        .stderr_contains(&moved)
        .stderr_contains(&hint)
        .status(1);
    for flow in ["--browser", "--device"] {
        env.run(["login", "--profile", "127.0.0.1", flow])
            .stderr_contains(&moved)
            .stderr_contains(&hint)
            .status(1);
    }
    let config = env.configuration().expect("a configuration");
    let list = |origins: &str| format!("endpoint_origins = [{origins}]");
    let both = list(&format!("\"{other}\", \"{resource}\""));
    let config = config.replace(&list(&format!("\"{other}\"")), &both);
    assert!(config.contains(&both), "{config}");
    assert_eq!(two.resource.forms("/token").len(), 0);
    env.run(["logout", "--profile", "127.0.0.1"])
        .stderr_contains(&format!(
            "deleted here, but could not be revoked at the server: {moved}"
        ))
        .success();
    assert_eq!(two.resource.forms("/revoke").len(), 0);
    // A person who knows better says so.
    let env = TestEnv::offline().config(&config);
    sign_in(&env, &["--profile", "127.0.0.1"]);
    assert_eq!(two.resource.forms("/token").len(), 1);
}
