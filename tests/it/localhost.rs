//! `localhost` over http: this machine only if everything that the name stands for is, which a private hosts file
//! changes here; in every protocol, and for our own requests.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_of};
use crate::support::oauth::OAuthSite;
use crate::support::process::Run;

const OURS: [&str; 3] = [
    "127.0.0.1 localhost\n",
    "127.8.9.1 localhost\n",
    "::ffff:127.0.0.1 localhost\n",
];
const NOT_OURS: [&str; 5] = [
    "192.0.2.7 localhost\n",
    "127.0.0.1 localhost\n192.0.2.7 localhost\n",
    "192.0.2.7 localhost\n127.0.0.1 localhost\n",
    "127.0.0.1 localhost\n2001:db8::1 localhost\n",
    "127.0.0.1 other\n",
];
const WHY: &str = "http on this machine; ";

/// Returns whether this machine lets a test have its own hosts file. Where it does not, only the unit tests beside the
/// decision are left.
fn may_mount(env: &TestEnv) -> bool {
    let run = with_hosts(env, OURS[0], "true", &[]);
    run.any_stderr().outcome().status == 0
}

/// Returns a run of a program in which nothing but this hosts file resolves names.
fn with_hosts(env: &TestEnv, hosts: &str, name: &str, args: &[&str]) -> Run {
    let script =
        "mount --bind nsswitch /etc/nsswitch.conf && mount --bind hosts /etc/hosts && exec \"$@\"";
    env.write(&env.home().join("nsswitch"), "hosts: files\n");
    env.write(&env.home().join("hosts"), hosts);
    let words = ["-rm", "sh", "-c", script, "sh", name];
    env.run_as("unshare", words.iter().chain(args))
}

/// A way to ask for the credential of `http://localhost:9`, or of `localhost:9`: program, arguments, stdin, a variable.
struct Question {
    protocol: &'static str,
    words: &'static [&'static str],
    stdin: &'static str,
    variable: (&'static str, &'static str),
    /// Whether a saved password is an answer too.
    takes_password: bool,
}

const fn question(
    protocol: &'static str,
    words: &'static [&'static str],
    stdin: &'static str,
    takes_password: bool,
) -> Question {
    Question {
        protocol,
        words,
        stdin,
        variable: ("UNUSED", ""),
        takes_password,
    }
}

const HEAD: &str = "HTTP/1.1 401 Unauthorized\nWww-Authenticate: Bearer\n\n";
const CARGO: &str = "{\"v\":1,\"registry\":{\"index-url\":\"sparse+http://localhost:9/\"},\"kind\":\"get\",\"operation\":\"read\"}\n";
const KUBE: &str = "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"cluster\":{\"server\":\"http://localhost:9\"}}}";

/// Every protocol that names a host, and `get`.
const QUESTIONS: [Question; 14] = [
    question(
        "git",
        &["git", "get"],
        "protocol=http\nhost=localhost:9\n",
        true,
    ),
    question("git", &["get"], "url=http://LOCALHOST:9/x\n", true),
    question("docker", &["docker", "get"], "localhost:9", false),
    question(
        "docker",
        &["docker", "get"],
        "http://localhost:9/v2/",
        false,
    ),
    question("docker", &["get"], "localhost:9", true),
    question(
        "bazel",
        &["bazel", "get"],
        "{\"uri\":\"http://localhost:9/x\"}",
        true,
    ),
    question("cargo", &["--cargo-plugin"], CARGO, false),
    Question {
        variable: ("KUBERNETES_EXEC_INFO", KUBE),
        ..question("kube", &["kube"], "", false)
    },
    question("terraform", &["terraform", "get", "localhost:9"], "", false),
    question("goauth", &["goauth", "http://localhost:9/x"], HEAD, true),
    question(
        "keyring",
        &["keyring", "get", "http://localhost:9/simple/", "u"],
        "",
        true,
    ),
    question("keyring", &["keyring", "get", "localhost:9", "u"], "", true),
    question("get", &["get", "http://localhost:9/x"], "", true),
    Question {
        variable: ("CLAUDE_CODE_MCP_SERVER_URL", "http://localhost:9/mcp"),
        ..question("get", &["get", "--format", "headers"], "", false)
    },
];

fn ask(env: &TestEnv, hosts: &str, question: &Question) -> Run {
    let run = with_hosts(env, hosts, "prusa-cred", question.words);
    let (name, value) = question.variable;
    run.env(name, value).stdin(question.stdin)
}

/// Asks every question that `is_asked`, and expects an answer with `secret`, or in base64, where the name is ours
/// alone.
fn ask_all(env: &TestEnv, secrets: [&str; 2], is_asked: fn(&Question) -> bool) {
    let holds = |text: &str| secrets.iter().any(|secret| text.contains(secret));
    for question in QUESTIONS.iter().filter(|it| is_asked(it)) {
        for hosts in OURS {
            let output = ask(env, hosts, question).any_stdout().success();
            assert!(holds(&output.stdout), "{:?} {output}", question.words);
        }
        for hosts in NOT_OURS {
            let output = ask(env, hosts, question)
                .any_stdout()
                .any_stderr()
                .outcome();
            // cargo's protocol reports errors on stdout, with status 0.
            let status = i32::from(question.protocol != "cargo");
            assert_eq!(output.status, status, "{output}");
            assert!(!holds(&output.stdout), "{:?} {output}", question.words);
            let said = [output.stdout, output.stderr].concat();
            assert!(said.contains(WHY), "{:?} {hosts} {said}", question.words);
        }
    }
}

#[test]
fn every_protocol_but_one_names_a_host() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol");
    let files = std::fs::read_dir(directory).expect("a directory");
    let names = files.map(|file| file.expect("a name").path());
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    for name in names.filter(|name| !["format", "google"].contains(&name.as_str())) {
        assert!(QUESTIONS.iter().any(|it| it.protocol == name), "{name}");
    }
}

#[test]
fn a_token_is_for_a_localhost_that_is_this_machine_alone() {
    let env = signed_in().config("[profiles.corp]\nprovider = 'prusa'\nhosts = ['localhost:9']\n");
    sign_in_to(&env, "corp");
    if may_mount(&env) {
        let token = token_of("corp");
        ask_all(&env, [&token, &token], |_| true);
    }
}

#[test]
fn a_saved_password_is_for_a_localhost_that_is_this_machine_alone() {
    let env = TestEnv::offline();
    if !may_mount(&env) {
        return;
    }
    env.run(["git", "store"])
        .stdin("protocol=http\nhost=localhost:9\nusername=u\npassword=S3NTRY-saved\n")
        .any_stderr()
        .success();
    // `u:S3NTRY-saved` in base64.
    let secrets = ["S3NTRY-saved", "dTpTM05UUlktc2F2ZWQ="];
    ask_all(&env, secrets, |question| question.takes_password);
    env.run(["docker", "store"])
        .stdin("{\"ServerURL\":\"localhost:9\",\"Username\":\"u\",\"Secret\":\"S3NTRY-saved\"}")
        .success();
    ask_all(&env, secrets, |question| {
        question.words[0] == "docker" && question.stdin == "localhost:9"
    });
}

#[test]
fn https_and_addresses_in_numbers_are_not_looked_up() {
    let env = signed_in().config(
        "[profiles.corp]\nprovider = 'prusa'\nhosts = ['localhost:9', '127.0.0.1:9', '[::1]:9']\n",
    );
    sign_in_to(&env, "corp");
    if !may_mount(&env) {
        return;
    }
    for address in [
        "https://localhost:9",
        "http://127.0.0.1:9",
        "http://[::1]:9",
        "127.0.0.1:9",
    ] {
        with_hosts(&env, NOT_OURS[0], "prusa-cred", &["get", address])
            .stdout(format!("{}\n", token_of("corp")))
            .success();
    }
}

#[test]
fn the_error_says_what_localhost_is_and_what_to_write() {
    let env = signed_in().config("[profiles.corp]\nprovider = 'prusa'\nhosts = ['localhost:9']\n");
    sign_in_to(&env, "corp");
    if !may_mount(&env) {
        return;
    }
    let told = |hosts: &str| {
        let run = with_hosts(&env, hosts, "prusa-cred", &["get", "http://localhost:9"]);
        run.any_stderr().status(1).stderr
    };
    assert_eq!(
        told(NOT_OURS[1]),
        "prusa-cred: a token is for https only, or http on this machine; http://localhost:9 is neither\n  \
         because: localhost has the address 192.0.2.7, which is not this machine's own\n  \
         hint: write 127.0.0.1 in place of localhost, also in `hosts`, or correct what the hosts file says about localhost\n"
    );
    let told = told("127.0.0.1 other\n");
    assert!(
        told.contains("because: localhost cannot be resolved: "),
        "{told}"
    );
}

#[test]
fn our_own_requests_go_to_the_address_that_was_checked() {
    let site = OAuthSite::start();
    let issuer = site.origin().replace("127.0.0.1", "localhost");
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{issuer}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'\n"
    ));
    if !may_mount(&env) {
        return;
    }
    site.edit_metadata({
        let issuer = issuer.clone();
        move |metadata| {
            metadata["issuer"] = json!(issuer);
            metadata["token_endpoint"] = json!(format!("{issuer}/token"));
        }
    });
    for hosts in NOT_OURS {
        let run = with_hosts(&env, hosts, "prusa-cred", &["get"]);
        let output = run.any_stderr().status(1);
        let what = format!(
            "{issuer}/.well-known/openid-configuration is not allowed: it is http, and not known to be this machine"
        );
        assert!(output.stderr.contains(&what), "{output}");
        assert!(output.stderr.contains("hint: write 127.0.0.1"), "{output}");
    }
    assert!(site.forms("/.well-known/openid-configuration").is_empty());
    // No proxy is used for it either.
    with_hosts(&env, OURS[0], "prusa-cred", &["get"])
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .any_stdout()
        .success();
    assert_eq!(site.forms("/token").len(), 1);
}

#[test]
fn no_browser_is_sent_to_a_localhost_that_is_another_machine() {
    let site = OAuthSite::start();
    let origin = site.origin().to_owned();
    let there = origin.replace("127.0.0.1", "localhost");
    let env = TestEnv::offline();
    if !may_mount(&env) {
        return;
    }
    let keys = "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nclient_id = 'me'\n";
    let endpoints = |page: &str, device: &str| {
        format!("{keys}token_endpoint = '{origin}/token'\n{page} = '{there}/authorize'\n{device}")
    };
    let device = format!("device_authorization_endpoint = '{origin}/device'\n");
    site.can(
        "/device",
        200,
        format!(
            "{{\"device_code\":\"S3NTRY\",\"user_code\":\"AB\",\"interval\":1,\"expires_in\":60,\
             \"verification_uri\":\"{there}/enter\"}}"
        ),
    );
    for (config, flow, page) in [
        (
            endpoints("authorization_endpoint", ""),
            "--browser",
            "authorize",
        ),
        (
            endpoints("authorization_endpoint", &device),
            "--device",
            "enter",
        ),
    ] {
        let env = TestEnv::offline().config(&config);
        let words = ["login", "--profile", "corp", flow];
        let output = with_hosts(&env, NOT_OURS[1], "prusa-cred", &words)
            .any_stdout()
            .any_stderr()
            .status(1);
        let what =
            format!("{there}/{page} is not allowed: it is http, and not known to be this machine");
        assert!(output.stderr.contains(&what), "{output}");
    }
}
