//! `get URL` and `--profile`: a token goes to the hosts that a profile names, exactly, and to nobody else.

mod adding;
mod listing;
mod only_login;
mod remotes;
mod removing;
mod uncovered;

use crate::support::env::TestEnv;
use crate::support::known::{raw, sign_in_to, signed_in, token_of};

/// Hosts that look like the token's host and are not.
pub(crate) const LOOK_ALIKES: [&str; 16] = [
    "connect.prusa3d.com.evil.tld",
    "evilconnect.prusa3d.com",
    "evil.connect.prusa3d.com",
    "prusa3d.com",
    "connect.prusa3d.com.",
    "connect.prusa3d.com:8443",
    "connect.prusa3d.com:80",
    "connect.prusa3d.com:",
    "connect.prusa3d.com:0443",
    "connect.prusa3d.com@evil.tld",
    "user@connect.prusa3d.com",
    "connect.prusa3d.com\\@evil.tld",
    "connect.prusa3d.com%00.evil.tld",
    "connect.prusa3d%2ecom",
    "connect.prusa3d.cоm",
    "connect。prusa3d。com",
];

/// Two profiles besides the built-in one, each with a token that is its name.
fn two_farms() -> TestEnv {
    let env = signed_in().config(
        "[profiles.north]\nprovider = 'prusa'\nhosts = ['north.example.com', 'shared.example.com']\n\
         [profiles.south]\nprovider = 'prusa'\nhosts = ['*.south.example.com:8443', 'shared.example.com']\n",
    );
    for profile in ["north", "south"] {
        sign_in_to(&env, profile);
    }
    env
}

fn raw_of(profile: &str) -> String {
    format!(
        "{}
",
        token_of(profile)
    )
}

#[test]
fn the_host_matches_however_it_is_written() {
    let env = signed_in();
    for url in [
        "https://connect.prusa3d.com",
        "https://connect.prusa3d.com/",
        "https://connect.prusa3d.com:443/app/printers?limit=5#top",
        "HTTPS://CONNECT.Prusa3D.com",
        "connect.prusa3d.com",
        "connect.prusa3d.com:443",
        "CONNECT.PRUSA3D.COM/app",
        "https://connect.prusa3d.com?next=https://evil.tld",
    ] {
        env.run(["get", url]).stdout(raw()).success();
    }
}

#[test]
fn no_look_alike_gets_a_token() {
    let env = signed_in();
    for host in LOOK_ALIKES {
        for url in [
            host.to_owned(),
            format!("https://{host}"),
            format!("https://{host}/app"),
        ] {
            let output = env.run(["get", &url]).any_stderr().outcome();
            assert!([1, 2].contains(&output.status), "{output}");
            assert!(output.stderr.starts_with("prusa-cred: "), "{output}");
        }
    }
}

#[test]
fn another_host_is_denied_with_a_hint_to_allow_it() {
    signed_in()
        .run(["get", "https://evil.tld/x?token=y"])
        .stderr(
            "prusa-cred: no profile answers for https://evil.tld\n  \
             hint: if that host is to get the token, run `prusa-cred hosts add evil.tld`, which writes it into \
             ~/config/prusa-cred/config.toml\n",
        )
        .status(1);
}

#[test]
fn http_is_for_this_machine_only() {
    let env = signed_in();
    let told = "prusa-cred: a token is for https only, or http on this machine; http://connect.prusa3d.com is \
                neither\n";
    env.run(["get", "http://connect.prusa3d.com/"])
        .stderr(told)
        .status(1);
    env.run(["get", "http://127.0.0.1/"])
        .stderr_contains("no profile answers for http://127.0.0.1\n")
        .status(1);
    let here = signed_in().var("PRUSA_CONNECT_URL", "http://127.0.0.1:8080");
    here.run(["get", "http://127.0.0.1:8080/app"])
        .stdout(raw())
        .success();
    for other in [
        "https://127.0.0.1:8080",
        "http://127.0.0.1",
        "http://127.0.0.1:8081",
        "http://localhost:8080",
        "http://127.0.0.2:8080",
    ] {
        here.run(["get", other]).stderr_contains(other).status(1);
    }
}

#[test]
fn an_invalid_address_is_a_usage_error() {
    let env = signed_in();
    for (url, why) in [
        ("", "it has no host"),
        ("https://", "it has no host"),
        ("https:///app", "it has no host"),
        (
            "ftp://connect.prusa3d.com",
            "its scheme is neither https nor http",
        ),
        (
            "https://ada@connect.prusa3d.com",
            "it holds a user name or password",
        ),
        (
            "https://connect.prusa3d.com./",
            "its host is not a plain host name or address",
        ),
        (
            "https://connect.prusa3d.com\n.evil.tld",
            "its host is not a plain host name or address",
        ),
        (
            "https://connect.prusa3d.com:https",
            "its port is not a number from 1 to 65535",
        ),
    ] {
        env.run(["get", url])
            .stderr(format!(
                "prusa-cred: not an address that this command can use\n  because: {why}\n  hint: give an address such as \
                 https://connect.prusa3d.com, or a host alone\n"
            ))
            .status(2);
    }
}

#[test]
fn each_profile_answers_for_its_own_hosts() {
    let env = two_farms();
    for (url, profile) in [
        ("https://north.example.com", "north"),
        ("https://a.south.example.com:8443", "south"),
        ("https://B.South.Example.com:8443/x", "south"),
    ] {
        env.run(["get", url]).stdout(raw_of(profile)).success();
    }
    env.run(["get", "https://connect.prusa3d.com"])
        .stdout(raw())
        .success();
    for url in [
        "https://south.example.com:8443",
        "https://a.b.south.example.com:8443",
        "https://a.south.example.com",
        "https://.south.example.com:8443",
    ] {
        let output = env.run(["get", url]).any_stderr().outcome();
        assert_ne!(output.status, 0, "{output}");
    }
}

#[test]
fn a_named_profile_answers_for_its_own_hosts_and_no_other() {
    let env = two_farms();
    for profile in ["north", "south"] {
        let told = raw_of(profile);
        env.run(["get", "--profile", profile])
            .stdout(&told)
            .success();
        env.run(["get", "-p", profile, "https://shared.example.com"])
            .stdout(&told)
            .success();
        env.run(["get", "shared.example.com"])
            .env("PRUSA_CRED_PROFILE", profile)
            .stdout(told)
            .success();
    }
    let told = "prusa-cred: profile south does not answer for https://north.example.com\n";
    env.run(["--profile", "south", "get", "https://north.example.com"])
        .stderr_contains(told)
        .status(1);
    env.run(["get", "https://north.example.com"])
        .env("PRUSA_CRED_PROFILE", "south")
        .stderr_contains(told)
        .status(1);
    env.run(["get", "-p", "north", "https://north.example.com"])
        .env("PRUSA_CRED_PROFILE", "south")
        .stdout(raw_of("north"))
        .success();
}

#[test]
fn a_shared_host_needs_a_name_or_a_default() {
    let env = two_farms();
    let output = env
        .run(["get", "https://shared.example.com", "--json"])
        .any_stderr()
        .status(1);
    let error = output.json_error();
    assert_eq!(error["error"], "config");
    let told = "several profiles answer for https://shared.example.com: north, south";
    assert_eq!(error["message"], told);
    let config = env.config_dir().join("prusa-cred/config.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    env.write(&config, format!("default = 'south'\n{text}"));
    env.run(["get", "https://shared.example.com"])
        .stdout(raw_of("south"))
        .success();
    env.run(["get"]).stdout(raw_of("south")).success();
}

#[test]
fn an_unknown_profile_is_an_error() {
    let env = signed_in();
    let told = "prusa-cred: there is no profile \"farm\"\n  hint: the profiles are kognic, prusa; `prusa-cred status` lists them\n";
    env.run(["get", "--profile", "farm"]).stderr(told).status(1);
    env.run(["get"])
        .env("PRUSA_CRED_PROFILE", "farm")
        .stderr_contains(
            "hint: PRUSA_CRED_PROFILE names it: unset it, or set it to one of kognic, prusa\n",
        )
        .status(1);
}
