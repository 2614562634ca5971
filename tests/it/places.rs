//! A token is for the places that its profile names, and a saved credential for the path that it was saved with: the
//! same addresses, asked for by every protocol that names one.

mod login;
mod saved;
mod setup;

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_of};
use crate::support::process::Run;

const HOST: &str = "h.example.com";

/// One way to ask for the credential of an address.
struct Client {
    name: &'static str,
    /// Asks for what follows the host in an address, or `None` where this client cannot say that.
    ask: fn(&TestEnv, &str) -> Option<Run>,
    /// What it gets, and the status, where there is no answer.
    nothing: (&'static str, i32),
}

const CLIENTS: [Client; 12] = [
    Client {
        name: "get",
        ask: |env, path| Some(env.run(["get", &url(path)])),
        nothing: ("", 1),
    },
    Client {
        name: "get --format headers",
        ask: |env, path| {
            let run = env.run(["get", "--format", "headers"]);
            Some(run.env("CLAUDE_CODE_MCP_SERVER_URL", url(path)))
        },
        nothing: ("", 1),
    },
    Client {
        name: "get, for a server that is told twice",
        ask: |env, path| {
            let run = env.run(["get", "--format", "headers", &url(path)]);
            Some(run.env("CLAUDE_CODE_MCP_SERVER_URL", url(path)))
        },
        nothing: ("", 1),
    },
    Client {
        name: "git, path",
        ask: |env, path| {
            let path = decoded_by_git(path)?;
            let asked = format!("protocol=https\nhost={HOST}\npath={path}\n");
            Some(env.run(["git", "get"]).stdin(asked))
        },
        nothing: ("", 0),
    },
    Client {
        name: "git, url",
        ask: |env, path| {
            // An encoded NUL is an error, and not only no answer.
            if path.contains("%00") {
                return None;
            }
            let asked = format!("url={}\n", url(path));
            Some(env.run(["git", "get"]).stdin(asked))
        },
        nothing: ("", 0),
    },
    Client {
        name: "docker",
        ask: |env, path| {
            let is_key = !path.contains(['?', '#']);
            is_key.then(|| env.run(["docker", "get"]).stdin(format!("{HOST}{path}")))
        },
        nothing: ("credentials not found in native keychain\n", 1),
    },
    Client {
        name: "bazel",
        ask: |env, path| {
            let asked = json!({ "uri": url(path) }).to_string();
            Some(env.run(["bazel", "get"]).stdin(asked))
        },
        nothing: ("", 1),
    },
    Client {
        name: "bazel, over gRPC",
        ask: |env, path| {
            let asked = json!({ "uri": format!("grpcs://{HOST}{path}") }).to_string();
            Some(env.run(["bazel", "get"]).stdin(asked))
        },
        nothing: ("", 1),
    },
    Client {
        name: "goauth",
        ask: |env, path| Some(env.run(["goauth", &url(path)])),
        nothing: ("", 0),
    },
    Client {
        name: "cargo",
        ask: |env, path| {
            let index = format!("sparse+{}", url(path));
            let asked = json!({ "v": 1, "registry": { "index-url": index }, "kind": "get", "operation": "read" });
            Some(env.run(["--cargo-plugin"]).stdin(format!("{asked}\n")))
        },
        nothing: ("{\"v\":[1]}\n{\"Err\":{\"kind\":\"not-found\"}}\n", 0),
    },
    Client {
        name: "keyring",
        ask: |env, path| Some(env.run(["keyring", "get", &url(path), "ada"])),
        nothing: ("", 1),
    },
    Client {
        name: "kube",
        ask: |env, path| {
            let info = json!({
                "kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1",
                "spec": { "cluster": { "server": url(path) } },
            });
            let run = env.run(["kube"]);
            Some(run.env("KUBERNETES_EXEC_INFO", info.to_string()))
        },
        nothing: ("", 1),
    },
];

/// What follows the host in an address, and whether it is `/mcp` or lies below it whoever reads it.
const ADDRESSES: [(&str, bool); 36] = [
    ("/mcp", true),
    ("/mcp/", true),
    ("/mcp/x/y", true),
    ("/mcp?x=/../y", true),
    ("/mcp/x#/..", true),
    ("/%6Dcp/x", true),
    ("/mcp/a%20b", true),
    ("", false),
    ("/", false),
    ("/mc", false),
    ("/mcp2", false),
    ("/mcp.json", false),
    ("/MCP", false),
    ("/Mcp/x", false),
    ("/tenant/mcp", false),
    ("/?x=/mcp", false),
    ("?/mcp", false),
    ("/mcp/..", false),
    ("/mcp/../tenant", false),
    ("/tenant/../mcp", false),
    ("/./mcp", false),
    ("/mcp/%2e%2e/tenant", false),
    ("/mcp/.%2E/tenant", false),
    ("/mcp/%252e%252e/tenant", false),
    ("/mcp/..;/tenant", false),
    ("/mcp;x/tenant", false),
    ("/mcp%2Fx", false),
    ("/mcp/..%2ftenant", false),
    ("/mcp/%5c..%5ctenant", false),
    ("/mcp/..\\tenant", false),
    ("/mcp\\x", false),
    ("//mcp", false),
    ("/mcp//x", false),
    ("/mcp/%c0%ae%c0%ae/tenant", false),
    ("/mcp/%00", false),
    ("/mcp/%zz", false),
];

/// Returns what git sends for the path of an address: percent-decoded. `None` where it sends a query, or what no line
/// can hold, or what may have been an escape or not, which nobody can tell from what is sent: `/`, and `%` without
/// digits.
fn decoded_by_git(path: &str) -> Option<String> {
    let path = path
        .strip_prefix('/')
        .filter(|it| !it.contains(['?', '#']))?;
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let byte = u8::from_str_radix(piece.get(..2)?, 16).ok()?;
        if matches!(byte, 0 | b'/') {
            return None;
        }
        bytes.push(byte);
        bytes.extend(piece.bytes().skip(2));
    }
    String::from_utf8(bytes).ok()
}

fn url(path: &str) -> String {
    format!("https://{HOST}{path}")
}

/// Asks, and checks that the answer holds this secret, or that there is none in the protocol's own way.
fn check(env: &TestEnv, client: &Client, path: &str, secret: Option<&str>) {
    let Some(run) = (client.ask)(env, path) else {
        return;
    };
    let output = run.any_stdout().any_stderr().outcome();
    let about = format!("{} {path}: {output}", client.name);
    match secret {
        Some(secret) => {
            let encoded = base64_of(secret);
            let is_there = output.stdout.contains(secret) || output.stdout.contains(&encoded);
            assert!(is_there && output.status == 0, "{about}");
        }
        None => assert_eq!(
            (output.stdout.as_str(), output.status),
            client.nothing,
            "{about}"
        ),
    }
}

/// Returns how a password stands in the header of the user `ada`.
fn base64_of(secret: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("ada:{secret}"))
}

fn with_profiles(profiles: &str, names: &[&str]) -> TestEnv {
    let env = signed_in().config(profiles);
    for name in names {
        sign_in_to(&env, name);
    }
    env
}

/// A profile for a part of the host: by its resource, or by its `hosts`.
const KINDS: [&str; 4] = [
    "resource = 'https://h.example.com/mcp'",
    "resource = 'https://H.Example.com:443/mcp/?x=y'\nhosts = ['elsewhere.example.com']",
    "hosts = ['h.example.com/mcp']",
    "hosts = ['https://h.example.com/%6dcp/']\nresource = 'urn:example:api'",
];

fn oauth(name: &str, keys: &str) -> String {
    format!(
        "[profiles.{name}]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'me'\n\
         username = 'ada'\n{keys}\n"
    )
}

#[test]
fn every_client_gets_the_token_for_its_place_and_what_is_below() {
    for (at, keys) in KINDS.iter().enumerate() {
        let env = with_profiles(&oauth("mcp", keys), &["mcp"]);
        let token = token_of("mcp");
        for client in &CLIENTS {
            // All addresses with the first kind, and with the others what tells them apart.
            for (path, is_for_it) in ADDRESSES
                .iter()
                .filter(|(path, _)| at == 0 || path.len() < 6)
            {
                check(&env, client, path, is_for_it.then_some(&token));
            }
        }
        env.run(["terraform", "get", HOST]).stdout("{}\n").success();
        env.run(["docker", "get"])
            .stdin(HOST)
            .stdout("credentials not found in native keychain\n")
            .status(1);
        env.run(["get", "--profile", "mcp", &url("/mcp2")])
            .stderr_contains("profile mcp does not answer for https://h.example.com/mcp2\n")
            .status(1);
        env.run(["list"])
            .stdout_contains("h.example.com/")
            .success();
    }
}

#[test]
fn of_several_profiles_the_longest_entry_answers() {
    let profiles = oauth("whole", "hosts = ['h.example.com']")
        + &oauth("team", "hosts = ['h.example.com/team']")
        + &oauth("part", "resource = 'https://h.example.com/team/part'")
        + &oauth(
            "tenant",
            "hosts = ['h.example.com']\nresource = 'https://h.example.com/tenant/mcp'",
        );
    let env = with_profiles(
        &format!("default = 'whole'\n{profiles}"),
        &["whole", "team", "part", "tenant"],
    );
    for (path, profile) in [
        ("", "whole"),
        ("/", "whole"),
        ("/team2", "whole"),
        ("/team", "team"),
        ("/team/parts", "team"),
        ("/team/part/x", "part"),
        ("/tenant/mcp", "tenant"),
    ] {
        let token = token_of(profile);
        // docker's key for a part of a host is for entries with a path alone.
        let clients = CLIENTS
            .iter()
            .filter(|client| profile != "whole" || client.name != "docker");
        for client in clients {
            check(&env, client, path, Some(&token));
        }
    }
}

#[test]
fn several_profiles_for_one_place_need_a_name() {
    let profiles = oauth("one", "hosts = ['h.example.com/a']")
        + &oauth(
            "two",
            "hosts = ['h.example.com/a/']\nemail = 'bob@example.com'",
        );
    let env = with_profiles(&profiles, &["one", "two"]);
    let asked = |username: &str| {
        let lines = format!("protocol=https\nhost={HOST}\npath=a/x\n{username}");
        env.run(["git", "get"]).stdin(lines)
    };
    asked("")
        .stderr_contains("several profiles answer for https://h.example.com/a/x: one, two\n")
        .status(1);
    for (username, profile) in [("one", "one"), ("two", "two"), ("bob@example.com", "two")] {
        asked(&format!("username={username}\n"))
            .stdout(format!(
                "username={username}\npassword={}\n",
                token_of(profile)
            ))
            .any_stdout()
            .success();
    }
    let report = env
        .run(["doctor", "--json"])
        .any_stdout()
        .any_stderr()
        .outcome();
    assert!(report.stdout.contains("h.example.com/a"), "{report}");
}

#[test]
fn a_path_that_git_decoded_is_not_decoded_again() {
    let profiles = oauth(
        "team",
        "hosts = ['h.example.com/team-a', 'h.example.com/a%20b']",
    );
    let env = with_profiles(&profiles, &["team"]);
    let is_answered = |path: &str| {
        let asked = format!("protocol=https\nhost={HOST}\npath={path}\n");
        let output = env.run(["git", "get"]).stdin(asked).any_stdout().success();
        output.stdout.contains(&token_of("team"))
    };
    for path in [
        "team-a",
        "team-a/r.git",
        "a b/r.git",
        "team-a/x y",
        "team-a/r.git?x=1",
    ] {
        assert!(is_answered(path), "{path}");
    }
    for path in [
        "team-a?evil/r.git",
        "team-a#evil/r.git",
        "team-a?/../../evil/r.git",
        "team-a#/../evil",
        "%74eam-a/r.git",
        "team%2Da/r.git",
        "team-a/%2e%2e/evil",
        "team-a/\\..\\evil",
        "a%20b/r.git",
        "a?b",
    ] {
        assert!(!is_answered(path), "{path}");
    }
}

#[test]
fn go_is_told_for_which_part_of_the_host_the_token_is() {
    let env = with_profiles(&oauth("mcp", KINDS[0]), &["mcp"]);
    let answer = |prefix: &str| {
        format!(
            "https://h.example.com{prefix}\n\nAuthorization: Bearer {}\n\n",
            token_of("mcp")
        )
    };
    env.run(["goauth", "--profile", "mcp"])
        .stdout(answer("/mcp"))
        .success();
    env.run(["goauth", &url("/%6dcp/x?go-get=1")])
        .stdout(answer("/%6dcp"))
        .success();
}

#[test]
fn an_ambiguous_path_is_named_as_the_reason_where_paths_decide() {
    let profiles = oauth("mcp", KINDS[0]) + &oauth("all", "hosts = ['all.example.com']");
    let env = with_profiles(&profiles, &["mcp", "all"]);
    let told = "prusa-cred: the path of https://h.example.com/… can be read in two ways, and who answers on that host \
                depends on it\n  \
                hint: give the path that the server is to find, without \"..\", \"//\", \"\\\" and escapes such as %2F\n";
    let address = url("/mcp/../x");
    for words in [
        &["get", &address][..],
        &["get", "--profile", "mcp", &address],
        &["which", &address],
    ] {
        env.run(words).stderr(told).status(1);
    }
    let bazel = json!({ "uri": address }).to_string();
    env.run(["bazel", "get"])
        .stdin(bazel)
        .stderr(told)
        .status(1);
    env.run(["get", "https://other.example.com/mcp/../x"])
        .stderr_contains("no profile answers for https://other.example.com\n")
        .status(1);
    env.run(["get", "https://all.example.com/mcp/../x"])
        .stdout(token_of("all") + "\n")
        .success();
}

/// Returns go's group for these addresses below the host, with the token of a profile.
fn go_group(paths: &[&str], profile: &str) -> String {
    let addresses: String = paths.iter().map(|path| url(path) + "\n").collect();
    format!(
        "{addresses}\nAuthorization: Bearer {}\n\n",
        token_of(profile)
    )
}

#[test]
fn go_is_told_of_no_place_of_which_another_profile_has_a_part() {
    for part in [
        "hosts = ['h.example.com/team']",
        "hosts = ['*.example.com/team']",
        "resource = 'https://h.example.com/team'\nhosts = ['elsewhere.example.com']",
    ] {
        let whole = "hosts = ['h.example.com', 'h.example.com/own', 'i.example.org']";
        let profiles = oauth("whole", whole) + &oauth("team", part);
        let env = with_profiles(&profiles, &["whole"]);
        let own = format!(
            "https://h.example.com/own\nhttps://i.example.org\n\nAuthorization: Bearer {}\n\n",
            token_of("whole")
        );
        let output = env.run(["goauth"]).any_stdout().success();
        assert!(
            output.stdout.ends_with(&own) && !output.stdout.contains("https://h.example.com\n"),
            "{output}"
        );
        for (path, told) in [
            ("/other/x", &["/other/x"][..]),
            ("/other/x/", &["/other/x"]),
            ("/other?go-get=1", &["/other", "/other?go-get=1"]),
            ("/team2", &["/team2"]),
            ("/own/x", &["/own"]),
        ] {
            env.run(["goauth", &url(path)])
                .stdout(go_group(told, "whole"))
                .success();
        }
        sign_in_to(&env, "team");
        let output = env.run(["goauth"]).any_stdout().success();
        assert!(
            !output.stdout.contains("https://h.example.com\n"),
            "{output}"
        );
        env.run(["goauth", &url("/team/x/y")])
            .stdout(go_group(&["/team"], "team"))
            .success();
        // Whoever names a profile gets no answer of another one, whatever the path is.
        env.run(["goauth", "--profile", "whole", &url("/other/x")])
            .stdout(go_group(&[""], "whole"))
            .success();
    }
}

#[test]
fn a_server_that_is_told_twice_has_to_be_the_same() {
    let profiles = oauth("mcp", KINDS[0]) + &oauth("all", "hosts = ['all.example.com']");
    let env = with_profiles(&profiles, &["mcp", "all"]);
    let asked = |address: &str, server: &str| {
        let run = env.run(["get", address]);
        run.env("CLAUDE_CODE_MCP_SERVER_URL", server)
    };
    for (address, server, shown) in [
        (
            "h.example.com/mcp",
            "https://evil.example.com/mcp",
            "https://evil.example.com/mcp",
        ),
        (
            "h.example.com/mcp",
            "https://h.example.com/tenant/mcp",
            "https://h.example.com/tenant/mcp",
        ),
        (
            "h.example.com/mcp",
            "https://h.example.com/mcp/../x",
            "https://h.example.com/…",
        ),
        (
            "h.example.com/mcp",
            "https://h.example.com:8443/mcp",
            "https://h.example.com:8443/mcp",
        ),
        (
            "h.example.com/mcp",
            "http://h.example.com/mcp",
            "http://h.example.com/mcp",
        ),
        (
            "h.example.com/mcp",
            "https://h.example.com@evil.example.com/mcp",
            "https://evil.example.com/mcp",
        ),
        (
            "h.example.com/mcp",
            "smtp://h.example.com/mcp",
            "no address on the web",
        ),
        (
            "h.example.com/mcp",
            "https://h.example.com:x/mcp",
            "no address on the web",
        ),
        (
            "all.example.com",
            "https://all.example.com.evil.tld/",
            "https://all.example.com.evil.tld",
        ),
    ] {
        let output = asked(address, server).any_stderr().status(1);
        let told = format!(
            "prusa-cred: nothing is given out: the command line names https://{address}, and \
             CLAUDE_CODE_MCP_SERVER_URL names {shown}\n"
        );
        assert!(output.stderr.starts_with(&told), "{output}");
    }
    for (address, server) in [
        (
            "h.example.com/mcp",
            "https://H.example.com:443/mcp/?session=1",
        ),
        (
            "https://h.example.com/mcp/",
            "https://h.example.com/mcp/messages",
        ),
        ("all.example.com", "https://all.example.com/any/mcp"),
    ] {
        asked(address, server).any_stdout().success();
    }
}
