//! Addresses that a server chose, on their way to programs, the screen and command lines.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};
use url::Url;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::pty::Terminal;
use crate::support::sandbox::Sandbox;
use crate::support::wait::wait_for_text;

/// What a shell, or a program between a shell and the browser, would read in an address.
const EVIL: &str = "$(touch pwned)`touch pwned`';touch pwned;|<>^{}[]*!,\"\\%s%";

/// Returns the home, in which `BROWSER` evaluates the address between double quotes, as WSL's opener does, and then
/// writes down what it got.
fn with_shell_as_browser(env: TestEnv) -> TestEnv {
    let opener = env.home().join("opener");
    env.write(
        &opener,
        "#!/bin/sh\neval \"printf '%s\\n' \\\"$1\\\"\" >evaluated\nprintf '%s\\n' \"$@\" end >opened\n",
    );
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o700)).unwrap();
    env.var("BROWSER", format!("{} %s", opener.display()))
}

/// Returns what the opener got, after a check that a shell read it as it is.
fn opened(env: &TestEnv) -> String {
    let text = wait_for_text(&env.home().join("opened"), |text| text.ends_with("\nend\n"));
    let address = text
        .strip_suffix("\nend\n")
        .expect("one argument")
        .to_owned();
    let evaluated = fs::read_to_string(env.home().join("evaluated")).unwrap();
    assert_eq!(evaluated, format!("{address}\n"));
    assert!(!env.home().join("pwned").exists(), "{address}");
    address
}

/// Checks that nothing is left in an address that a shell gives a meaning to, and that it means the same.
fn assert_encoded(address: &str) {
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@=&+%".contains(c);
    assert!(address.chars().all(is_harmless), "{address}");
    let url = Url::parse(address).unwrap();
    if url.query().is_some_and(|query| query.starts_with("x=")) {
        let (_, value) = url.query_pairs().next().unwrap();
        assert_eq!(value, EVIL);
    }
}

/// Returns an address whose query has `EVIL`, as a server would write it.
fn evil_address(origin: &str, path: &str) -> String {
    // `#` and `&` would end the parameter, and a browser's own encoding is not needed by a server.
    format!("{origin}{path}?x={EVIL}")
}

fn begun(terminal: &mut Terminal) -> String {
    terminal.expect("sign in:\r\n\r\n  ");
    terminal.word()
}

fn corp(site: &OAuthSite, keys: &str) -> TestEnv {
    TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n{keys}\n",
        site.origin()
    ))
}

#[test]
fn an_authorization_endpoint_is_encoded_for_the_browser_and_the_screen() {
    for is_by_resource in [false, true] {
        for path in ["/authorize", "/$(touch pwned)`touch pwned`;'&|/authorize"] {
            let site = OAuthSite::start();
            let endpoint = evil_address(site.origin(), path);
            site.edit_metadata(move |metadata| {
                metadata["authorization_endpoint"] = json!(endpoint);
            });
            let (env, args) = if is_by_resource {
                let url = format!("{}/mcp", site.origin());
                (TestEnv::offline(), vec!["login".to_owned(), url])
            } else {
                (corp(&site, ""), vec!["login".to_owned()])
            };
            let env = with_shell_as_browser(env);
            let mut terminal = env.terminal(args);
            let shown = begun(&mut terminal);
            let opened = opened(&env);
            assert_eq!(opened, shown);
            assert_encoded(&opened);
        }
    }
}

#[test]
fn the_address_of_prusa_account_is_encoded() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).var(
        "PRUSA_ACCOUNT_URL",
        format!("{}/$(touch pwned)`x`;'", site.account_url()),
    );
    let mut terminal = env.terminal(["login", "--browser"]);
    let shown = begun(&mut terminal);
    assert!(
        shown.contains("/%24%28touch%20pwned%29%60x%60%3B%27/o/authorize/?"),
        "{shown}"
    );
    assert_encoded(&shown);
}

fn device_answer(verification_uri: &str, complete: &str) -> String {
    json!({
        "device_code": "d", "user_code": "ABCD-EFGH", "interval": 1, "expires_in": 60,
        "verification_uri": verification_uri, "verification_uri_complete": complete,
    })
    .to_string()
}

/// A server with a device endpoint that answers with this.
fn device_site(verification_uri: &str, complete: &str) -> OAuthSite {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    site.can("/device", 200, device_answer(verification_uri, complete));
    site
}

#[test]
fn both_addresses_of_a_device_code_are_encoded() {
    let uri = evil_address("https://a.example", "/$(touch pwned)");
    let complete = evil_address("https://a.example", "/`touch pwned`");
    let site = device_site(&uri, &complete);
    let env = corp(&site, "flow = 'device'");
    let mut terminal = env.terminal(["login"]);
    terminal.expect("open\r\n\r\n  ");
    assert_encoded(&terminal.word());
    terminal.expect("contains the code:\r\n\r\n  ");
    assert_encoded(&terminal.word());
}

#[test]
fn no_other_address_is_opened_shown_or_made_a_picture() {
    for address in [
        "http://elsewhere.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ms-settings:privacy",
        "https://someone:secret@a.example/",
        "https://someone@a.example/",
    ] {
        let site = OAuthSite::start();
        site.edit_metadata(move |metadata| metadata["authorization_endpoint"] = json!(address));
        for (env, args) in [
            (
                corp(&site, ""),
                vec!["login".to_owned(), "--browser".to_owned()],
            ),
            (
                TestEnv::offline(),
                vec!["login".to_owned(), format!("{}/mcp", site.origin())],
            ),
        ] {
            let env = with_shell_as_browser(env);
            let ran = env.run(args).any_stderr().status(1);
            let named = format!(
                "{}/.well-known/openid-configuration has a authorization_endpoint that ",
                site.origin()
            );
            assert!(
                ran.stderr.contains(&named) && !ran.stderr.contains(address),
                "{ran}"
            );
            assert!(!env.home().join("opened").exists());
        }
        let good = "https://a.example/";
        // Without an address there is no sign-in; without the complete one the code is typed.
        for (uri, complete, said) in [
            (
                address,
                good,
                "/device sent no usable device code: its verification_uri is",
            ),
            (
                good,
                address,
                "open\n\n  https://a.example/\n\nand enter the code",
            ),
        ] {
            let site = device_site(uri, complete);
            site.polls(&["access_denied", "access_denied"]);
            for (env, args) in [
                (
                    corp(&site, ""),
                    vec!["login".to_owned(), "--device".to_owned()],
                ),
                (
                    TestEnv::offline(),
                    vec![
                        "login".to_owned(),
                        "--device".to_owned(),
                        format!("{}/mcp", site.origin()),
                    ],
                ),
            ] {
                let ran = env.run(args).any_stderr().status(1);
                assert!(
                    ran.stderr.contains(said) && !ran.stderr.contains(address),
                    "{ran}"
                );
            }
        }
    }
}

#[test]
fn a_host_with_signs_of_a_shell_is_refused() {
    let endpoint = "https://a$(id).example/authorize";
    let site = OAuthSite::start();
    site.edit_metadata(move |metadata| metadata["authorization_endpoint"] = json!(endpoint));
    let env = with_shell_as_browser(corp(&site, ""));
    env.run(["login"])
        .stderr(format!(
            "prusa-cred: the authorization_endpoint {endpoint} has a host that is no plain name\n"
        ))
        .status(1);
    assert!(!env.home().join("opened").exists());
    let site = device_site("https://a`id`.example/", "");
    corp(&site, "")
        .run(["login", "--device"])
        .stderr_contains("its verification_uri is missing or not valid")
        .status(1);
}

#[test]
fn a_command_to_type_has_no_address_that_a_shell_reads() {
    let issuer = "http://127.0.0.1:2/$(touch pwned)`touch pwned`;'";
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nclient_id = 'me'\nissuer = \"{issuer}\"\n"
    ));
    let ran = env
        .run(["doctor", "--online", "--json"])
        .any_stdout()
        .any_stderr();
    let report: Value = ran.status(1).json();
    let text = report.to_string();
    assert!(
        text.contains("/%24%28touch%20pwned%29%60touch%20pwned%60%3B%27"),
        "{text}"
    );
    let fixes: Vec<_> = text.split("curl ").skip(1).collect();
    assert!(!fixes.is_empty(), "{text}");
    for fix in fixes {
        let command = fix.split('"').next().unwrap_or_default();
        assert!(!command.contains(['$', '`', ';', '(']), "{command}");
    }
}

#[test]
fn a_resource_of_a_server_is_encoded_in_what_setup_writes() {
    let resource = "https://mcp.example.com/mcp?$(touch pwned)&`touch pwned`";
    let env = TestEnv::offline().config(&format!(
        "[profiles.mcp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\n\
         resource = '{resource}'\nhosts = ['mcp.example.com']\n"
    ));
    let ran = env
        .run(["setup", "claude-code", "--profile", "mcp", "--apply"])
        .any_stdout()
        .any_stderr();
    ran.success();
    let text = fs::read_to_string(env.home().join(".claude.json")).unwrap();
    assert!(
        text.contains("mcp?%24%28touch%20pwned%29&%60touch%20pwned%60"),
        "{text}"
    );
    assert!(!text.contains("$("), "{text}");
}
