//! CR, LF, NUL and other control characters, in every protocol: in what is asked, in a token that is stored, in what is
//! saved. None of it reaches an answer, also where JSON or base64 would hide it.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_of};
use crate::support::process::Run;

const HOST: &str = "reg.example.com";
const CHARACTERS: [char; 5] = ['\r', '\n', '\0', '\u{1b}', '\u{7f}'];

/// A request for the host in place of `HOST`; in JSON as it stands in a text there.
struct Request {
    protocol: &'static str,
    words: &'static [&'static str],
    stdin: &'static str,
    variable: [&'static str; 2],
}

const fn request(
    protocol: &'static str,
    words: &'static [&'static str],
    stdin: &'static str,
) -> Request {
    Request {
        protocol,
        words,
        stdin,
        variable: ["UNUSED", ""],
    }
}

const CARGO: &str = "{\"v\":1,\"registry\":{\"index-url\":\"sparse+https://HOST/\"},\"kind\":\"get\",\"operation\":\"read\"}\n";
const KUBE: &str = "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\
                    \"spec\":{\"cluster\":{\"server\":\"https://HOST\"}}}";
const BASIC: &str = "HTTP/1.1 401 Unauthorized\nWww-Authenticate: Basic\n\n";
const BEARER: &str = "capability[]=authtype\nprotocol=https\nhost=HOST\n";

/// Each protocol, and each form of its answer.
const REQUESTS: [Request; 20] = [
    request("git", &["git", "get"], "protocol=https\nhost=HOST\n"),
    request("git", &["git", "get"], BEARER),
    request(
        "git",
        &["git", "get"],
        "protocol=https\nhost=HOST\nusername=u\n",
    ),
    request("git", &["get"], "url=https://HOST/x\n"),
    request("docker", &["docker", "get"], "HOST"),
    request("docker", &["docker", "get"], "https://HOST/v2/"),
    request("bazel", &["bazel", "get"], "{\"uri\":\"https://HOST/x\"}"),
    request("bazel", &["bazel", "get"], "{\"uri\":\"grpcs://HOST\"}"),
    request("cargo", &["--cargo-plugin"], CARGO),
    Request {
        variable: ["KUBERNETES_EXEC_INFO", KUBE],
        ..request("kube", &["kube"], "")
    },
    request("terraform", &["terraform", "get", "HOST"], ""),
    request("goauth", &["goauth"], ""),
    request("goauth", &["goauth", "https://HOST/x"], ""),
    request("goauth", &["goauth", "https://HOST/x"], BASIC),
    Request {
        variable: [
            "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE",
            "urn:ietf:params:oauth:token-type:jwt",
        ],
        ..request("google", &["--profile", "corp", "google"], "")
    },
    request("keyring", &["keyring", "get", "https://HOST/", "u"], ""),
    request(
        "keyring",
        &["keyring", "get", "https://HOST/", "--output", "json"],
        "",
    ),
    request(
        "keyring",
        &["keyring", "get", "https://HOST/", "--mode", "creds"],
        "",
    ),
    request(
        "keyring",
        &[
            "keyring",
            "get",
            "https://HOST/",
            "--mode",
            "creds",
            "--output",
            "json",
        ],
        "",
    ),
    request("get", &["get", "https://HOST/x"], ""),
];

/// Returns the text as it stands within a text of JSON.
fn in_json(text: &str) -> String {
    let text = Value::from(text).to_string();
    text.trim_matches('"').to_owned()
}

/// Makes a request for a host; `None` if no argument or variable can hold it, as one with a NUL.
fn ask(env: &TestEnv, request: &Request, host: &str) -> Option<Run> {
    let replaced = |text: &str| {
        let is_json = text.starts_with('{');
        let host = if is_json {
            in_json(host)
        } else {
            host.to_owned()
        };
        text.replace("HOST", &host)
    };
    let words: Vec<_> = request.words.iter().map(|word| replaced(word)).collect();
    let [name, value] = request.variable;
    let value = replaced(value);
    if words.iter().chain([&value]).any(|text| text.contains('\0')) {
        return None;
    }
    let run = env.run(words).env(name, value);
    Some(run.stdin(replaced(request.stdin)).any_stdout().any_stderr())
}

fn home() -> TestEnv {
    let env = signed_in().config(&format!(
        "[profiles.corp]\nprovider = 'prusa'\nhosts = ['{HOST}']\n"
    ));
    sign_in_to(&env, "corp");
    env
}

/// Stores this as the profile's tokens.
fn store_token(env: &TestEnv, token: &str) {
    let set = json!({ "access_token": token, "id_token": token, "expires_at": 4_102_444_800_i64 });
    let path = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&path, set.to_string());
}

#[test]
fn the_table_has_every_protocol() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/protocol");
    let files = std::fs::read_dir(directory).expect("a directory");
    let names = files.map(|file| file.expect("a name").path());
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    for name in names.filter(|name| name != "format") {
        assert!(REQUESTS.iter().any(|it| it.protocol == name), "{name}");
    }
}

#[test]
fn a_host_with_a_control_character_gets_nothing() {
    let env = home();
    let names_host = |request: &&Request| {
        let [_, value] = request.variable;
        let texts = request.words.iter().chain([&request.stdin, &value]);
        texts.into_iter().any(|text| text.contains("HOST"))
    };
    for request in REQUESTS.iter().filter(names_host) {
        let token = token_of("corp");
        let answered = ask(&env, request, HOST).expect("a host").outcome().stdout;
        let is_hidden = answered.contains("Basic ");
        assert!(
            answered.contains(&token) || is_hidden,
            "{:?} {answered}",
            request.words
        );
        for character in CHARACTERS {
            for host in [
                format!("{HOST}{character}.evil.example"),
                format!("reg{character}.example.com"),
                format!("{character}{HOST}"),
                format!("{HOST}{character}/x"),
            ] {
                let Some(run) = ask(&env, request, &host) else {
                    continue;
                };
                let output = run.outcome();
                assert!(
                    !output.stdout.contains(&token) && !output.stdout.contains("Basic "),
                    "{:?} {host:?} {output}",
                    request.words
                );
            }
        }
    }
}

#[test]
fn a_stored_token_with_a_control_character_is_in_no_answer() {
    let env = home();
    let header = "eyJhbGciOiJub25lIn0.e30.";
    for request in &REQUESTS {
        store_token(&env, &format!("{header}S3NTRY"));
        let run = ask(&env, request, HOST).expect("a host");
        let answered = run.success().stdout;
        assert!(answered.len() > 20, "{:?} {answered}", request.words);
        for character in CHARACTERS {
            store_token(&env, &format!("{header}S3N{character}TRY"));
            let output = ask(&env, request, HOST).expect("a host").outcome();
            assert!(
                !output.stdout.contains("S3N") && !output.stdout.contains("Basic "),
                "{:?} {character:?} {output}",
                request.words
            );
            // These two report failures within their answers.
            let status = i32::from(!["cargo", "google"].contains(&request.protocol));
            assert_eq!(output.status, status, "{:?} {output}", request.words);
        }
    }
}

/// What is saved for the host, by field.
fn saved(field: &str, value: &str) -> Value {
    let mut entry = json!({ "protocol": "https", "host": HOST, "username": "u" });
    match field {
        "username" => entry["password"] = json!("S3N"),
        "authtype" => entry["credential"] = json!("S3N"),
        "credential" => entry["authtype"] = json!("Bearer"),
        _ => {}
    }
    entry[field] = json!(value);
    entry
}

#[test]
fn a_saved_value_with_a_line_break_or_nul_is_in_no_answer() {
    let env = TestEnv::offline();
    let file = env.data_dir().join("prusa-cred/credentials.json");
    let protocols = REQUESTS
        .iter()
        .filter(|it| !["google", "get"].contains(&it.protocol));
    for request in protocols {
        for field in ["username", "password", "authtype", "credential"] {
            for character in ['\r', '\n', '\0'] {
                let mut entries = vec![saved(field, &format!("S3N{character}TRY"))];
                for scheme in ["cargo", "terraform"] {
                    let mut entry = entries[0].clone();
                    entry["protocol"] = json!(scheme);
                    entries.push(entry);
                }
                env.write(&file, json!({ "credentials": entries }).to_string());
                let output = ask(&env, request, HOST).expect("a host").outcome();
                assert!(
                    !output.stdout.contains("S3N") && !output.stdout.contains("Basic "),
                    "{:?} {field} {character:?} {output}",
                    request.words
                );
            }
        }
    }
}

#[test]
fn docker_keeps_a_key_file_and_no_other_control_character() {
    let env = TestEnv::offline();
    let store = |key: &str, username: &str, secret: &str| {
        let login = json!({ "ServerURL": key, "Username": username, "Secret": secret });
        env.run(["docker", "store"])
            .stdin(login.to_string())
            .any_stdout()
            .any_stderr()
    };
    let key_file = "{\r\n\t\"type\": \"S3NTRY\"\r\n}\n";
    store(HOST, "_json_key", key_file).success();
    let run = env.run(["docker", "get"]).stdin(HOST).any_stdout();
    assert_eq!(run.success().json()["Secret"], key_file);
    for character in CHARACTERS {
        let odd = format!("S3N{character}TRY");
        store(&format!("a{character}b"), "u", "S3N").status(1);
        store("a.example.com", &odd, "S3N").status(1);
        if !['\r', '\n'].contains(&character) {
            store("a.example.com", "u", &odd).status(1);
        }
        for key in [
            format!("reg{character}.example.com"),
            format!("{character}{HOST}"),
        ] {
            for verb in ["get", "erase"] {
                let run = env.run(["docker", verb]).stdin(key.as_str()).any_stdout();
                let said = run.status(1).stdout;
                assert!(
                    said.contains("the key holds a control character"),
                    "{key:?} {said}"
                );
            }
        }
    }
    let file = env.data_dir().join("prusa-cred/credentials.json");
    let login = |username: &str, secret: &str| json!({ "registries": [{ "ServerURL": HOST, "Username": username, "Secret": secret }] });
    for content in [
        login("u", "S3N\0TRY"),
        login("S3N\nTRY", "x"),
        login("S3N\0TRY", "x"),
    ] {
        env.write(&file, content.to_string());
        let said = env
            .run(["docker", "get"])
            .stdin(HOST)
            .any_stdout()
            .status(1)
            .stdout;
        assert!(!said.contains("S3N"), "{said}");
    }
}
