//! The audit log: one line for each token or saved credential that is handed out, none of it secret, none of it lost.

mod file;
mod log;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::{MARKER, Sandbox};

const CONFIG: &str = "\
audit = true

[profiles.corp]
provider = \"prusa\"
hosts = [\"reg.example.com\", \"reg.example.com:8443\"]

[profiles.idle]
provider = \"prusa\"
hosts = [\"idle.example.com\"]
";
/// Holds the marker, so that a run that shows it on stderr fails.
const TOKEN: &str = "S3NTRY-corp";
const REFRESH_TOKEN: &str = "S3NTRY-corp-refresh";
/// 2100-01-01T00:00:00Z.
const END: i64 = 4_102_444_800;
const OURS: &str = "https://reg.example.com";
const THEIRS: &str = "https://other.example.com";

/// Makes a home where profile `corp` has a valid token, every use is logged, and no server can be
/// reached.
fn home() -> TestEnv {
    with_login(TestEnv::offline().config(CONFIG))
}

fn with_login(env: TestEnv) -> TestEnv {
    let set = json!({ "access_token": TOKEN, "refresh_token": REFRESH_TOKEN, "expires_at": END });
    let file = env.config_dir().join("prusa-cred/tokens/corp.json");
    env.write(&file, set.to_string());
    env
}

fn file(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/audit.jsonl")
}

fn older(env: &TestEnv) -> PathBuf {
    env.data_dir().join("prusa-cred/audit.jsonl.1")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

/// Returns the parsed lines of a log file.
fn lines_of(path: &Path) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(path) else {
        return Vec::new();
    };
    assert!(text.is_empty() || text.ends_with('\n'));
    let read = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not whole: {line}"));
    text.lines().map(read).collect()
}

fn lines(env: &TestEnv) -> Vec<Value> {
    lines_of(&file(env))
}

/// Saves a password for a host of no profile.
fn save(env: &TestEnv) {
    env.run(["git", "store"])
        .stdin("protocol=https\nhost=other.example.com\nusername=u\npassword=S3NTRY-saved\n")
        .any_stderr()
        .success();
}

fn get(env: &TestEnv) -> Run {
    env.run(["get", "--profile", "corp"])
        .stdout(format!("{TOKEN}\n"))
}

/// Runs this and returns profile, protocol, format, host and token of each of its lines.
fn told(env: &TestEnv, run: Run) -> Vec<[Value; 5]> {
    let before = lines(env).len();
    run.any_stdout().success();
    let lines = lines(env).split_off(before);
    let me = std::process::id();
    let tell = |line: &Value| {
        let at: Vec<_> = line["at"].as_str().expect("a time").split('T').collect();
        assert!(at.len() == 2 && at[1].ends_with('Z'), "{line}");
        assert_eq!(line["parent_pid"], me, "{line}");
        assert!(line["pid"].as_u64().is_some_and(|pid| pid != u64::from(me)));
        let parent = line["parent"].as_str().expect("an executable");
        let parent = Path::new(parent).file_name().expect("a name");
        assert!(parent.to_string_lossy().starts_with("it-"), "{line}");
        assert_eq!(
            line.as_object().map(serde_json::Map::len),
            Some(9),
            "{line}"
        );
        ["profile", "protocol", "format", "host", "token"].map(|name| line[name].clone())
    };
    let told = lines.iter().map(tell).collect();
    let text = fs::read_to_string(file(env)).expect("the log");
    assert!(!text.contains(MARKER), "{text}");
    told
}

fn line(profile: &str, protocol: &str, host: Option<&str>) -> [Value; 5] {
    let token = if profile == "saved" {
        "saved"
    } else {
        "access"
    };
    [
        json!(profile),
        json!(protocol),
        Value::Null,
        json!(host),
        json!(token),
    ]
}

#[test]
fn every_helper_protocol_is_logged() {
    let env = home();
    save(&env);
    env.run(["docker", "store"])
        .stdin(json!({ "ServerURL": "https://u:S3NTRY@h.example.com/v1/", "Username": "u", "Secret": "S3NTRY" }).to_string())
        .any_stderr()
        .success();
    let request = |verb: &[&str], input: &str| env.run(verb).stdin(input);
    let git = |host: &str| request(&["git", "get"], &format!("protocol=https\nhost={host}\n"));
    assert_eq!(
        told(&env, git("reg.example.com:8443")),
        [line("corp", "git", Some("https://reg.example.com:8443"))]
    );
    assert_eq!(
        told(&env, git("other.example.com")),
        [line("saved", "git", Some(THEIRS))]
    );
    assert!(told(&env, git("nobody.example.com")).is_empty());

    let docker = |key: &str| request(&["docker", "get"], key);
    assert_eq!(
        told(&env, docker("reg.example.com")),
        [line("corp", "docker", Some(OURS))]
    );
    assert_eq!(
        told(&env, docker("https://u:S3NTRY@h.example.com/v1/")),
        [line("saved", "docker", None)]
    );
    assert!(told(&env, env.run(["docker", "list"])).is_empty());

    let bazel = request(&["bazel", "get"], "{\"uri\":\"https://reg.example.com/x\"}");
    assert_eq!(told(&env, bazel), [line("corp", "bazel", Some(OURS))]);

    let ask = |url: &str| {
        let registry = json!({ "index-url": format!("sparse+{url}/index/") });
        let request = json!({ "v": 1, "registry": registry, "kind": "get", "operation": "read" });
        format!("{request}\n")
    };
    let cargo = request(
        &["--cargo-plugin"],
        &(ask(OURS) + &ask(THEIRS) + &ask(OURS)),
    );
    let ours = || line("corp", "cargo", Some(OURS));
    assert_eq!(told(&env, cargo), [ours(), ours()]);

    let cluster = json!({ "spec": { "interactive": false, "cluster": { "server": OURS } },
        "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1" });
    let kube = env
        .run(["kube"])
        .env("KUBERNETES_EXEC_INFO", cluster.to_string());
    assert_eq!(told(&env, kube), [line("corp", "kube", Some(OURS))]);
    assert_eq!(
        told(&env, env.run(["kube", "-p", "corp"])),
        [line("corp", "kube", None)]
    );

    let terraform = env.run(["terraform", "get", "reg.example.com"]);
    assert_eq!(
        told(&env, terraform),
        [line("corp", "terraform", Some(OURS))]
    );

    assert_eq!(
        told(&env, env.run(["goauth"])),
        [line("corp", "goauth", None)]
    );
    let second = request(
        &["goauth", "https://other.example.com/x"],
        "HTTP/1.1 401 Unauthorized\n\n",
    );
    assert_eq!(told(&env, second), [line("saved", "goauth", Some(THEIRS))]);

    let keyring = |service: &str| env.run_as("keyring", ["get", service, "u"]);
    assert_eq!(
        told(&env, keyring("https://other.example.com/simple/")),
        [line("saved", "keyring", Some(THEIRS))]
    );
    env.run_as("keyring", ["get", "nobody.example.com", "u"])
        .status(1);

    assert_eq!(
        told(&env, env.run(["exec", "-p", "corp", "--", "true"])),
        [line("corp", "exec", None)]
    );
    for path in [file(&env), file(&env).with_file_name("")] {
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn get_logs_its_format_and_each_token() {
    let env = home();
    save(&env);
    let tell = |words: &str| {
        let words = format!("get {words}");
        told(&env, env.run(words.split(' ')))
    };
    let line = |profile: &str, format: &str, host: Option<&str>, token: &str| {
        [
            json!(profile),
            json!("get"),
            json!(format),
            json!(host),
            json!(token),
        ]
    };
    for format in [
        "raw", "json", "header", "headers", "env", "curl", "netrc", "bearer",
    ] {
        assert_eq!(
            tell(&format!("--profile corp -f {format}")),
            [line("corp", format, None, "access")]
        );
        assert_eq!(
            tell(&format!("{OURS}/x -f {format}")),
            [line("corp", format, Some(OURS), "access")]
        );
    }
    assert_eq!(
        tell("reg.example.com --json"),
        [line("corp", "json", Some(OURS), "access")]
    );
    assert_eq!(
        tell("--profile corp --token refresh"),
        [line("corp", "raw", None, "refresh")]
    );
    assert_eq!(
        tell("--profile corp --token both"),
        [
            line("corp", "json", None, "access"),
            line("corp", "json", None, "refresh")
        ]
    );
    assert_eq!(tell(THEIRS), [line("saved", "raw", Some(THEIRS), "saved")]);
    assert_eq!(
        tell("other.example.com -f netrc"),
        [line("saved", "netrc", Some(THEIRS), "saved")]
    );
    let count = lines(&env).len();
    env.run(["get", "--profile", "idle"]).any_stderr().status(1);
    env.run(["get", "https://nobody.example.com"])
        .any_stderr()
        .status(1);
    assert_eq!(lines(&env).len(), count);
}

#[test]
fn a_printed_login_and_google_s_answer_are_logged() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .config("audit = true\n")
        .with_credentials();
    let of = |protocol: &str, token: &str| {
        [
            json!("prusa"),
            json!(protocol),
            Value::Null,
            Value::Null,
            json!(token),
        ]
    };
    let login = env.run(["login", "--no-store"]);
    assert_eq!(
        told(&env, login),
        ["access", "identity", "refresh"].map(|it| of("login", it))
    );

    env.store(&site.stored(3600));
    let google = |interactive: &str| {
        env.run(["google"])
            .env(
                "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE",
                "urn:ietf:params:oauth:token-type:id_token",
            )
            .env(
                "GOOGLE_EXTERNAL_ACCOUNT_OUTPUT_FILE",
                env.home().join("answer.json"),
            )
            .env("GOOGLE_EXTERNAL_ACCOUNT_INTERACTIVE", interactive)
    };
    assert_eq!(told(&env, google("0")), [of("google", "identity")]);
    assert_eq!(told(&env, google("1")), [of("google", "identity")]);
}
