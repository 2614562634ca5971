//! Signing in at `oidc-provider`, a certified OpenID Connect server (`oidc/server.mjs`): discovery, code with PKCE,
//! device code, client credentials, every kind of client authentication, refresh rotation, revocation, ID tokens.
//!
//! The person is a script that goes through the server's own pages (`oidc/walk.mjs`), and once a real chromium.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::peer::{Server, node_script};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::wait::wait_for_text;

/// It needs form encoding (RFC 6749 §2.3.1).
const SECRET: &str = "p@ss:w%rd +S3NTRY~";

/// The server, with what signs in to it.
struct Site {
    server: Server,
    directory: TempDir,
}

impl Site {
    fn start() -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let clients = directory.path().join("clients.json");
        fs::write(&clients, clients_of(directory.path()).to_string()).expect("a file");
        let mut command = node_script("server.mjs");
        command.arg(&clients);
        let server = Server::start(command, directory.path().join("log"));
        Self { server, directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Returns a home with a profile `corp` of these keys, and a script for a browser.
    fn env(&self, keys: &str) -> TestEnv {
        let issuer = self.server.address();
        let config = format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{issuer}'\nhosts = ['git.example.com']\n{keys}"
        );
        TestEnv::offline()
            .config(&config)
            .var("BROWSER", self.walk())
    }

    /// Returns the command of a browser that signs in by itself.
    fn walk(&self) -> String {
        browser("walk.mjs", &self.path("page.html"))
    }

    /// Checks that the server answered this with this status so many times.
    fn answered(&self, line: &str, times: usize) {
        self.server.logged(times, |seen| seen == line);
    }
}

/// Returns the value of `BROWSER` that runs a script with a file for what it saw.
pub(crate) fn browser(script: &str, output: &Path) -> String {
    let command = node_script(script);
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    format!("{} {}", words.join(" "), output.display())
}

/// Writes a key pair for each algorithm, and returns the clients that the server knows.
fn clients_of(directory: &Path) -> Value {
    let native = json!({
        "client_id": "native", "application_type": "native", "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1/"], "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    });
    let machine = |id: &str, method: &str| {
        json!({
            "client_id": id, "token_endpoint_auth_method": method, "client_secret": SECRET,
            "grant_types": ["client_credentials"], "redirect_uris": [], "response_types": [],
        })
    };
    let mut clients = vec![
        native,
        machine("machine: basic", "client_secret_basic"),
        machine("post", "client_secret_post"),
    ];
    for (algorithm, options) in [
        ("RS256", ["RSA", "rsa_keygen_bits:2048"]),
        ("ES256", ["EC", "ec_paramgen_curve:P-256"]),
        ("EdDSA", ["ED25519", ""]),
    ] {
        let key = directory.join(format!("{algorithm}.pem"));
        let mut openssl = Command::new("openssl");
        openssl
            .args(["genpkey", "-algorithm", options[0], "-out"])
            .arg(&key);
        if !options[1].is_empty() {
            openssl.args(["-pkeyopt", options[1]]);
        }
        assert!(openssl.output().expect("openssl").status.success());
        let mut signed = machine(algorithm, "private_key_jwt");
        signed["jwks"] = json!({ "keys": [public_jwk(&key)] });
        signed["token_endpoint_auth_signing_alg"] = json!(algorithm);
        clients.push(signed);
    }
    clients.into()
}

fn public_jwk(key: &Path) -> Value {
    let script = "const c = require('crypto'), f = require('fs');
        console.log(JSON.stringify(c.createPublicKey(f.readFileSync(process.argv[1])).export({ format: 'jwk' })))";
    let output = Command::new("node").args(["-e", script]).arg(key).output();
    let mut jwk: Value = serde_json::from_slice(&output.expect("node").stdout).expect("a JWK");
    jwk["kid"] = json!("ours");
    jwk
}

const NATIVE: &str = "client_id = 'native'\nscopes = ['openid', 'email', 'offline_access']\n";

fn login(env: &TestEnv) -> Run {
    env.run(["login"]).any_stdout().any_stderr()
}

fn get(env: &TestEnv, options: &[&str]) -> String {
    let ran = env.run([&["get"], options].concat()).any_stdout().success();
    ran.stdout.trim_end_matches('\n').to_owned()
}

fn stored(env: &TestEnv) -> Value {
    let file = env.config_dir().join("prusa-cred/tokens/corp.json");
    serde_json::from_slice(&fs::read(file).expect("a token file")).expect("JSON")
}

#[test]
fn a_browser_signs_in_and_the_login_lives_until_logout() {
    let site = Site::start();
    let env = site.env(NATIVE);
    let ran = login(&env).success();
    assert!(ran.stderr.contains(&format!(
        "{}/auth?response_type=code",
        site.server.address()
    )));
    assert!(
        ran.stderr
            .contains("Signed in to profile corp as ada@example.com"),
        "{ran}"
    );
    // The browser writes it down after prusa-cred has ended.
    let page = wait_for_text(&site.path("page.html"), |page| page.contains("</html>"));
    assert!(page.contains("You are signed in"), "{page}");

    let first = get(&env, &[]);
    let refresh_token = stored(&env)["refresh_token"].clone();
    let second = get(&env, &["--refresh"]);
    assert_ne!(first, second);
    assert_ne!(stored(&env)["refresh_token"], refresh_token, "it rotates");
    let headers: Value = serde_json::from_str(&get(
        &env,
        &["--format", "headers", "https://git.example.com/"],
    ))
    .expect("JSON");
    assert_eq!(headers["Authorization"], format!("Bearer {second}"));
    assert_eq!(get(&env, &["--token", "identity"]).split('.').count(), 3);

    env.run(["logout"]).any_stdout().any_stderr().success();
    site.answered("POST /token/revocation 200", 2);
    env.run(["get"]).any_stderr().status(1);
}

#[test]
fn a_real_browser_ends_on_a_friendly_page() {
    let site = Site::start();
    let picture = site.path("page.png");
    let env = site
        .env(NATIVE)
        .var("BROWSER", browser("drive.mjs", &picture));
    login(&env).success();
    // The browser writes it down, and its picture before, after prusa-cred has ended.
    let said = wait_for_text(&site.path("page.png.txt"), |said| said.ends_with('\n'));
    assert_eq!(
        said,
        "✓\nYou are signed in\n\nprusa-cred has received the login for profile corp.\n\n\
         You can close this tab and go back to the terminal.\n"
    );
    assert!(!get(&env, &[]).is_empty());
    if let Some(keep) = std::env::var_os("PRUSA_CRED_TEST_PICTURES") {
        fs::copy(&picture, Path::new(&keep).join("signed-in.png")).expect("a copy");
    }
}

#[test]
fn a_device_code_signs_in() {
    let site = Site::start();
    let env = site.env(&format!("{NATIVE}flow = 'device'\n"));
    let mut terminal = env.terminal(["login"]);
    terminal.expect("and enter the code");
    terminal.expect("which contains the code:\r\n\r\n  ");
    let address = terminal.word();
    let mut person = node_script("walk.mjs");
    person.arg(site.path("page.html")).arg(&address);
    assert!(person.output().expect("node").status.success());
    let (status, screen) = terminal.wait();
    assert_eq!(status, 0, "{screen}");
    assert!(
        screen.contains("Signed in to profile corp as ada@example.com"),
        "{screen}"
    );
    assert!(screen.contains('▀') && screen.contains(" left"), "{screen}");
    get(&env, &["--refresh"]);
}

#[test]
fn client_credentials_work_with_every_client_authentication() {
    let site = Site::start();
    let secret = site.path("secret");
    let env = site.env("");
    env.write(&secret, format!("{SECRET}\n"));
    for (client, auth) in [
        (
            "machine: basic",
            format!("client_secret_file = '{}'", secret.display()),
        ),
        (
            "post",
            format!(
                "client_auth = 'client_secret_post'\nclient_secret_command = 'cat {}'",
                secret.display()
            ),
        ),
        (
            "RS256",
            format!(
                "private_key = '{}'\nkey_id = 'ours'",
                site.path("RS256.pem").display()
            ),
        ),
        (
            "ES256",
            format!("private_key = '{}'", site.path("ES256.pem").display()),
        ),
        (
            "EdDSA",
            format!("private_key = '{}'", site.path("EdDSA.pem").display()),
        ),
    ] {
        let env = site.env(&format!(
            "client_id = '{client}'\nflow = 'client-credentials'\n{auth}\n"
        ));
        login(&env).success();
        let first = get(&env, &[]);
        assert_ne!(get(&env, &["--refresh"]), first, "{client}");
    }
    site.answered("POST /token 200", 10);
    site.answered("POST /token 401", 0);
}

#[test]
fn a_used_refresh_token_needs_a_login_and_stays_stored() {
    let site = Site::start();
    let env = site.env(NATIVE);
    login(&env).success();
    let backup = stored(&env);
    get(&env, &["--refresh"]);
    let file = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&file, backup.to_string());
    let ran = env
        .run(["get", "--refresh"])
        .env("PRUSA_CRED_ERRORS", "json")
        .any_stderr()
        .status(1);
    assert_eq!(ran.json_error()["error"], "login_required");
    assert_eq!(stored(&env)["refresh_token"], backup["refresh_token"]);
}
