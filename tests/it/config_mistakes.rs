//! config.toml with several mistakes: all are told at once, each with file, line and key, and with what was likely meant.

use crate::support::env::TestEnv;

/// Returns what `status` tells of a configuration, with `FILE` for its path.
fn told(config: &str) -> String {
    let env = TestEnv::offline().config(config);
    let path = env.config_dir().join("prusa-cred/config.toml");
    let output = env.run(["status"]).any_stderr().status(1);
    output.stderr.replace(&env.shown(&path), "FILE")
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let config = "\
default = 'nobody'
seal_keys = [
  'none',
  'relative/path',
]

[profiles.prusa]
hosts = [
  'git.example.com',
  'x y',
  'http://git.example.com',
  7,
]
scopes = ['a', 1]

[profiles.corp]
provider = 'oauth'
client-id = 'corp'
isuer = 'https://login.example.com'
flow = 'devise'
authorize_params = { state = 'x', prompt = 'none', nonce = 'y' }
redirect_uri = 'https://example.com/'
";
    let told = told(config);
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(
        lines[0],
        format!(
            "prusa-cred: the configuration has {} mistakes",
            lines.len() - 1
        )
    );
    let places: Vec<_> = lines[1..]
        .iter()
        .map(|line| {
            let line = line.strip_prefix("  because: FILE:").expect(line);
            let mut parts = line.splitn(3, ": ");
            let (number, key) = (parts.next().unwrap(), parts.next().unwrap());
            (number.parse::<usize>().unwrap(), key)
        })
        .collect();
    assert_eq!(
        places,
        [
            (1, "default"),
            (3, "seal_keys"),
            (4, "seal_keys"),
            (10, "profiles.prusa.hosts"),
            (11, "profiles.prusa.hosts"),
            (12, "profiles.prusa.hosts"),
            (14, "profiles.prusa.scopes"),
            (16, "profiles.corp.client_id"),
            (16, "profiles.corp.issuer"),
            (18, "profiles.corp.client-id"),
            (19, "profiles.corp.isuer"),
            (20, "profiles.corp.flow"),
            (21, "profiles.corp.authorize_params"),
            (21, "profiles.corp.authorize_params"),
            (22, "profiles.corp.redirect_uri"),
        ],
        "{told}"
    );
    for part in [
        "hosts: entry 2: its host is not a plain host name or address\n",
        "hosts: entry 4: not a string\n",
        "scopes: entry 2: not a string\n",
        "client-id: unknown key: did you mean `client_id`?\n",
        "isuer: unknown key: did you mean `issuer`?\n",
        "flow: not one of browser, device, client-credentials: did you mean `device`?\n",
        "authorize_params: state cannot be set: each sign-in has its own\n",
        "authorize_params: nonce cannot be set: each sign-in has its own\n",
    ] {
        assert!(told.contains(part), "{part:?} in {told}");
    }
}

#[test]
fn a_single_mistake_is_the_error_itself() {
    assert_eq!(
        told("[profiles.prusa]\nclient-id = 'x'\n"),
        "prusa-cred: FILE:2: profiles.prusa.client-id: unknown key: did you mean `client_id`?\n"
    );
}

#[test]
fn a_key_of_another_provider_is_told_as_that() {
    for (config, wanted) in [
        (
            "[profiles.prusa]\nissuer = 'https://login.example.com'\n",
            "FILE:2: profiles.prusa.issuer: unknown key: it is one of provider oauth, and this profile is of provider prusa",
        ),
        (
            "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'x'\nserver = 'https://x.example.com'\n",
            "FILE:5: profiles.corp.server: unknown key: it is one of provider kognic, and this profile is of provider oauth",
        ),
        (
            "client_id = 'x'\n",
            "FILE:1: client_id: unknown key: it belongs below a line [profiles.NAME]",
        ),
        (
            "[profiles.corp]\nprovider = 'oath'\n",
            "FILE:2: profiles.corp.provider: not one of prusa, kognic, practicus, oauth: did you mean `oauth`?",
        ),
        (
            "[profiles.prusa]\nzzz = 1\n",
            "FILE:2: profiles.prusa.zzz: unknown key (known: provider, ",
        ),
    ] {
        let told = told(config);
        assert!(told.starts_with(&format!("prusa-cred: {wanted}")), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn no_value_is_repeated_whatever_is_wrong_with_it() {
    let told = told(
        "[profiles.prusa]\nhosts = ['S3NTRY one', 'S3NTRY two']\nemail = 7\ngit_auth = 'S3NTRY'\npassword = 'S3NTRY'\n",
    );
    assert_eq!(told.lines().count(), 6, "{told}");
}

#[test]
fn programs_get_all_mistakes_in_one_message() {
    let config = "[profiles.prusa]\nclient-id = 'x'\nmin_ttl = 'soon'\n";
    let env = TestEnv::offline().config(config);
    let error = env
        .run(["status", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("the configuration has 2 mistakes: "),
        "{message}"
    );
    assert!(message.contains("did you mean `client_id`?; "), "{message}");
    let docker = env
        .run(["docker", "get"])
        .stdin("registry.example.com")
        .any_stdout()
        .status(1);
    assert_eq!(docker.stdout.lines().count(), 1, "{docker}");
    let report = env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let report: serde_json::Value = serde_json::from_str(&report.status(1).stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let broken = checks.iter().filter(|it| it["id"] == "config.file");
    assert_eq!(broken.count(), 2, "{report}");
}
