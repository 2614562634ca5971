//! Requests that leave the scheme out, in every protocol: whoever asks may go on by plain http, so a host on another
//! machine is answered only where the client uses https whatever it says, or a person typed the host.

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_of};
use crate::support::process::{Run, piped};

const HOST: &str = "reg.example.com";
const HERE: &str = "127.0.0.1:9";

/// What a request without a scheme gets.
#[derive(Clone, Copy, PartialEq)]
enum Gets {
    /// An answer on any machine: the client goes on by https.
    Answer,
    /// An answer for this machine only.
    AnswerHere,
    /// Nothing at all: the protocol always names a scheme.
    Nothing,
}

/// How a request without a scheme can be made: `HOST` stands for the host.
struct Form {
    protocol: &'static str,
    words: &'static str,
    stdin: &'static str,
    /// A variable and its value.
    variable: [&'static str; 2],
    gets: Gets,
}

const fn form(
    protocol: &'static str,
    words: &'static str,
    stdin: &'static str,
    gets: Gets,
) -> Form {
    Form {
        protocol,
        words,
        stdin,
        variable: ["UNUSED", ""],
        gets,
    }
}

const CARGO: &str =
    "{\"v\":1,\"registry\":{\"index-url\":\"HOST\"},\"kind\":\"get\",\"operation\":\"read\"}\n";
const SPARSE: &str = "{\"v\":1,\"registry\":{\"index-url\":\"sparse+HOST\"},\"kind\":\"get\",\"operation\":\"read\"}\n";
const KUBE: &str = "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
                    \"spec\":{\"cluster\":{\"server\":\"HOST\",\"certificate-authority-data\":\"eA==\"}}}";

const FORMS: [Form; 22] = [
    form("git", "git get", "host=HOST\n", Gets::Nothing),
    form("git", "git get", "protocol=\nhost=HOST\n", Gets::Nothing),
    form("git", "get", "host=HOST\n", Gets::Nothing),
    // git refuses such an address itself and never passes one on.
    form("git", "git get", "url=HOST\n", Gets::AnswerHere),
    form("git", "get", "url=HOST/team/app.git\n", Gets::AnswerHere),
    // docker's keys have none, and it uses https for all but this machine and what a person named insecure.
    form("docker", "docker get", "HOST", Gets::Answer),
    form("docker", "docker get", "HOST/v2/", Gets::Answer),
    form("docker", "get", "HOST", Gets::Answer),
    form("bazel", "bazel get", "{\"uri\":\"HOST\"}", Gets::Nothing),
    form(
        "bazel",
        "bazel get",
        "{\"uri\":\"//HOST/x\"}",
        Gets::Nothing,
    ),
    form("cargo", "--cargo-plugin", CARGO, Gets::Nothing),
    form("cargo", "--cargo-plugin", SPARSE, Gets::Nothing),
    Form {
        variable: ["KUBERNETES_EXEC_INFO", KUBE],
        ..form("kube", "kube", "", Gets::AnswerHere)
    },
    // Terraform's hosts have none, and it uses https for all of them.
    form("terraform", "terraform get HOST", "", Gets::Answer),
    form("goauth", "goauth HOST/x", "", Gets::Nothing),
    form("keyring", "keyring get HOST robot", "", Gets::AnswerHere),
    form(
        "keyring",
        "keyring get HOST/simple/ robot",
        "",
        Gets::AnswerHere,
    ),
    form(
        "keyring",
        "keyring --mode=creds --output=json get HOST",
        "",
        Gets::AnswerHere,
    ),
    form(
        "keyring",
        "keyring get --mode creds HOST",
        "",
        Gets::AnswerHere,
    ),
    // A person typed it.
    form("get", "get HOST", "", Gets::Answer),
    form("get", "get HOST/x --format curl", "", Gets::Answer),
    Form {
        variable: ["CLAUDE_CODE_MCP_SERVER_URL", "HOST/mcp"],
        ..form("get", "get --format headers", "", Gets::AnswerHere)
    },
];

fn ask(env: &TestEnv, form: &Form, host: &str) -> Run {
    let with_host = |text: &str| text.replace("HOST", host);
    let [name, value] = form.variable;
    env.run(with_host(form.words).split(' '))
        .env(name, with_host(value))
        // A pipe, as plain `get` looks for a key of docker in nothing else.
        .stdin_from(piped(with_host(form.stdin)))
        .any_stdout()
        .any_stderr()
}

/// Returns the forms in which this host, of another machine or this one, is answered with the token.
fn answered(env: &TestEnv, host: &str) -> Vec<String> {
    let holds = |form: &&Form| {
        ask(env, form, host)
            .outcome()
            .stdout
            .contains(&token_of("corp"))
    };
    let forms = FORMS.iter().filter(holds);
    forms
        .map(|form| format!("{} {}", form.words, form.stdin))
        .collect()
}

fn expected(gets: &[Gets]) -> Vec<String> {
    let forms = FORMS.iter().filter(|form| gets.contains(&form.gets));
    forms
        .map(|form| format!("{} {}", form.words, form.stdin))
        .collect()
}

fn home() -> TestEnv {
    let env = signed_in().config(&format!(
        "[profiles.corp]\nprovider = 'prusa'\nhosts = ['{HOST}', '{HERE}']\n"
    ));
    sign_in_to(&env, "corp");
    env
}

#[test]
fn without_a_scheme_only_a_client_of_https_or_this_machine_gets_a_token() {
    let env = home();
    assert_eq!(answered(&env, HOST), expected(&[Gets::Answer]));
    assert_eq!(
        answered(&env, HERE),
        expected(&[Gets::Answer, Gets::AnswerHere])
    );
}

#[test]
fn plain_http_to_another_machine_gets_no_token_in_any_form() {
    let env = home();
    for host in [
        format!("http://{HOST}"),
        format!("http://{HOST}:443"),
        format!("HTTP://{HOST}"),
    ] {
        assert_eq!(answered(&env, &host), [""; 0], "{host}");
    }
}

#[test]
fn the_table_has_every_protocol_that_names_a_host() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol");
    let files = std::fs::read_dir(directory).expect("a directory");
    let names = files.map(|file| file.expect("a name").path());
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    for name in names.filter(|name| !["format", "google"].contains(&name.as_str())) {
        assert!(FORMS.iter().any(|it| it.protocol == name), "{name}");
    }
}

#[test]
fn a_password_that_is_saved_for_https_stays_for_https() {
    let env = TestEnv::offline();
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=reg.example.com\nusername=robot\npassword=S3NTRY-saved\n")
        .any_stderr()
        .success();
    let holds_password = |form: &&Form, host: &str| {
        let told = ask(&env, form, host).outcome().stdout;
        // Also `robot:S3NTRY-saved` in base64.
        told.contains("S3NTRY-saved") || told.contains("cm9ib3Q6UzNOVFJZLXNhdmVk")
    };
    for form in FORMS.iter().filter(|form| form.gets != Gets::Answer) {
        assert!(
            !holds_password(&form, HOST),
            "{} {}",
            form.words,
            form.stdin
        );
    }
    let plain = format!("http://{HOST}");
    for form in &FORMS {
        assert!(
            !holds_password(&form, &plain),
            "{} {}",
            form.words,
            form.stdin
        );
    }
    assert!(FORMS.iter().any(|form| holds_password(&form, HOST)));
}

#[test]
fn a_server_named_without_a_scheme_is_an_error_that_says_so() {
    let env = home();
    env.run(["get", "--format", "headers"])
        .env("CLAUDE_CODE_MCP_SERVER_URL", "reg.example.com/mcp")
        .stderr(
            "prusa-cred: a token is for https only, or http on this machine; reg.example.com/mcp is named without a scheme\n  \
             hint: the client's configuration has to name the server with https://\n",
        )
        .status(1);
    env.run(["kube"])
        .env("KUBERNETES_EXEC_INFO", KUBE.replace("HOST", HOST))
        .stderr(
            "prusa-cred: the request is for an address that is never served\n  \
             because: it has no scheme such as https://, and whoever asked might use plain http\n",
        )
        .status(1);
}
