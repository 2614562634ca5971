//! Requests that were meant to trick a helper: nothing on stdout, whatever they look like.

use super::{CAPABLE, HELPER, HOST, basic, get};
use crate::hosts::LOOK_ALIKES;
use crate::support::env::TestEnv;
use crate::support::known::{ACCESS, signed_in};

/// Asks under every name; stdout must be empty, and stderr must not quote the request.
fn unanswered(env: &TestEnv, request: impl AsRef<[u8]>, status: i32) {
    let request = request.as_ref();
    for run in [
        env.run_as(HELPER, ["get"]),
        env.run(["git", "get"]),
        env.run_as(HELPER, ["-v", "get"]),
    ] {
        let output = run.stdin(request).any_stderr().status(status);
        let is_plain = |c: char| !c.is_control() || c == '\n';
        assert!(output.stderr.chars().all(is_plain), "{output}");
        assert!(!output.stderr.contains("evil"), "{output}");
        assert_eq!(
            status == 0,
            !output.stderr.contains("prusa-cred: the request")
        );
    }
}

#[test]
fn host_case_and_the_default_port_do_not_matter() {
    let env = signed_in();
    for host in [
        "connect.prusa3d.com",
        "CONNECT.Prusa3D.com",
        "connect.prusa3d.com:443",
    ] {
        get(&env, &format!("host={host}\nprotocol=https\n"))
            .stdout(basic(&env, "oauth2"))
            .success();
    }
}

#[test]
fn similar_hosts_and_other_schemes_get_no_answer() {
    let env = signed_in();
    for host in LOOK_ALIKES {
        unanswered(&env, format!("protocol=https\nhost={host}\n"), 0);
        // A user name is no part of the host.
        if !host.starts_with("user@") {
            let status = i32::from(host.contains("%00"));
            unanswered(&env, format!("url=https://{host}/x.git\n"), status);
        }
    }
    for host in [
        "connect.prusa3d.com/",
        "connect.prusa3d.com/path",
        "connect.prusa3d.com?q",
        "connect.prusa3d.com#f",
        "https://connect.prusa3d.com",
        "connect.prusa3d.com ",
        " connect.prusa3d.com",
        "connect.prusa3d.com\tx",
        "connect.prusa3d.com\u{1}",
        "connect.prusa3d.com\u{1b}[2K",
        "connect.prusa3d.com\u{7f}",
        "connect.prusa3d.com\u{2028}host=evil.tld",
        "[::1]",
        "*",
        "*.prusa3d.com",
    ] {
        unanswered(&env, format!("protocol=https\nhost={host}\n"), 0);
    }
    for protocol in [
        "http", "ssh", "cert", "https:", "https://", " https", "file",
    ] {
        let request = format!("protocol={protocol}\nhost=connect.prusa3d.com\n");
        unanswered(&env, request, 0);
    }
}

#[test]
fn a_request_without_its_scheme_or_host_matches_nothing() {
    let env = signed_in();
    for request in [
        "",
        "\n",
        "protocol=https\n",
        "host=connect.prusa3d.com\n",
        "protocol=https\nhost=\n",
        "protocol=\nhost=connect.prusa3d.com\n",
        "protocol=https\n\nhost=connect.prusa3d.com\n",
        "Protocol=https\nHost=connect.prusa3d.com\n",
        "capability[]=authtype\n",
    ] {
        unanswered(&env, request, 0);
    }
}

#[test]
fn an_ambiguous_request_is_an_error() {
    let env = signed_in();
    for request in [
        b"protocol=https\nhost=connect.prusa3d.com\rhost=evil.tld\n".as_slice(),
        b"protocol=https\nusername=\rhost=evil.tld\nhost=connect.prusa3d.com\n",
        b"protocol=https\nhost=connect.prusa3d.com\r\r\n",
        b"protocol=https\nhost=connect.prusa3d.com\0.evil.tld\n",
        b"protocol=https\nhost=evil.tld\nhost=connect.prusa3d.com\n",
        b"protocol=https\nhost=connect.prusa3d.com\nhost=evil.tld\n",
        b"protocol=http\nprotocol=https\nhost=connect.prusa3d.com\n",
        b"protocol=https\nhost=connect.prusa3d.com\nhost=\n",
        b"protocol=https\nhost=connect.prusa3d.com\nusername=a\nusername=b\n",
        b"protocol=https\nhost=connect.prusa3d.com\nevil\n",
        b"protocol=https\nhost=connect.prusa3d.com\n=evil\n",
        b"protocol=https\nhost=connect.prusa3d.com\nurl=https://evil.tld\n",
        b"protocol=https\nhost=connect.prusa3d.com\nusername=\xff\n",
        b"protocol=https\nhost=connect.prusa3d.com\xff\n",
    ] {
        unanswered(&env, request, 1);
    }
}

#[test]
fn a_user_name_that_breaks_the_protocol_is_an_error() {
    let env = signed_in();
    for name in ["a\u{1}", "a\u{1b}[31m", "a\u{7f}", "\ta"] {
        let output = get(&env, &format!("{HOST}username={name}\n"))
            .stderr_contains("prusa-cred: the user name holds a control character")
            .status(1);
        assert!(!output.stderr.contains(['\u{1}', '\u{1b}', '\u{7f}', '\t']));
    }
}

#[test]
fn crlf_and_unknown_keys_are_accepted() {
    let env = signed_in();
    for request in [
        HOST.replace('\n', "\r\n"),
        HOST.trim_end().to_owned(),
        format!("future=1\n{HOST}future[]=a\nfuture[]=b\n"),
        format!("{HOST}{HOST}"),
        format!("{HOST}\nhost=evil.tld\n"),
        format!("capability[]=levitation\nstate[]=other:1\n{HOST}"),
    ] {
        get(&env, &request).stdout(basic(&env, "oauth2")).success();
    }
}

#[test]
fn a_megabyte_is_accepted_and_more_is_an_error() {
    let env = signed_in();
    let padded = |size: usize| {
        let header = "wwwauth[]=Basic realm=\"";
        let room = size - HOST.len() - header.len() - 2;
        format!("{HOST}{header}{}\"\n", "x".repeat(room))
    };
    get(&env, &padded(1 << 20))
        .stdout(basic(&env, "oauth2"))
        .success();
    get(&env, &padded((1 << 20) + 1))
        .stderr("prusa-cred: stdin is longer than 1048576 bytes\n")
        .status(1);
    let many = format!("{HOST}{}", "state[]=x\n".repeat(100_000));
    get(&env, &many).stdout(basic(&env, "oauth2")).success();
    for byte in [b'\0', b'a', b'=', b'\n', 0xff] {
        let output = env
            .run_as(HELPER, ["get"])
            .stdin(vec![byte; 1 << 20])
            .any_stderr()
            .outcome();
        assert!(output.stdout.is_empty(), "{output}");
        assert!([0, 1].contains(&output.status), "{output}");
    }
}

#[test]
fn a_token_that_would_break_the_answer_is_not_sent() {
    for token in ["a\nhost=evil.tld", "a\rb", "a\0b", "a\u{7f}"] {
        let mut set = crate::support::known::token_set();
        set["access_token"] = token.into();
        let env = signed_in().stored(&set);
        for request in [HOST, CAPABLE] {
            get(&env, request)
                .stderr_contains("the access token holds a control character")
                .status(1);
        }
    }
}

#[test]
fn store_and_erase_reject_what_get_rejects() {
    let env = signed_in();
    for verb in ["store", "erase"] {
        for tail in ["host=evil.tld\n", "a\0=b\n", "no equals sign\n"] {
            env.run_as(HELPER, [verb])
                .stdin(format!("{HOST}{tail}password={ACCESS}\n"))
                .stderr_contains("prusa-cred: the request cannot be read: ")
                .status(1);
        }
    }
}
