//! Successes that are odd: whatever a refresh brings is kept, and used as far as it goes.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, End, Sandbox};

const TOKEN: &str = "POST /o/token/";

#[test]
fn an_answer_without_access_token_keeps_its_refresh_token() {
    for access_token in [
        None,
        Some(Value::Null),
        Some(json!("")),
        Some(json!(["no"])),
    ] {
        let site = Sandbox::start();
        let set = site.stored(-10);
        let env = TestEnv::new(&site).stored(&set);
        let edit = Answer::edited(move |answer| {
            answer.remove("access_token");
            answer.extend(
                access_token
                    .clone()
                    .map(|odd| ("access_token".to_owned(), odd)),
            );
        });
        site.answers(TOKEN, [edit]);
        env.run(["get"])
            .stderr(format!(
                "prusa-cred: could not refresh the token of profile prusa\n  because: {}/o/token/ sent no \
                 token\n  hint: the login is kept; try again later\n",
                site.account_url()
            ))
            .status(1);
        let stored = env.tokens();
        assert_ne!(stored["refresh_token"], set["refresh_token"]);
        assert_eq!(stored["access_token"], set["access_token"]);
        assert!(site.honours(&env.token("refresh_token")));
        env.run(["get"]).any_stdout().success();
        assert_eq!((site.rotations(), site.reuses()), (2, 0));
    }
}

#[test]
fn an_unusable_expires_in_causes_no_second_refresh() {
    for opaque in [false, true] {
        for expires_in in [
            "absent", "0", "-1", "null", "\"soon\"", "\"3600\"", "1e300", "{}",
        ] {
            let site = Sandbox::start().with(|site| site.opaque_tokens = opaque);
            let env = TestEnv::new(&site).stored(&site.stored(-10));
            let value: Option<Value> = serde_json::from_str(expires_in).ok();
            let edit = Answer::edited(move |answer| {
                answer.remove("expires_in");
                answer.extend(value.clone().map(|value| ("expires_in".to_owned(), value)));
            });
            site.answers(TOKEN, [edit]);
            let token = env.run(["get"]).any_stdout().success().stdout;
            env.run(["get"]).stdout(token).success();
            assert_eq!(site.refreshes(), 1, "{expires_in}");
        }
    }
}

#[test]
fn a_valid_body_is_accepted_with_any_type_and_extra_bytes() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let large = "x".repeat(700_000);
    let edit = Answer::edited(move |answer| {
        answer.insert("theirs".to_owned(), json!({ "deep": [1, null] }));
        answer.insert("padding".to_owned(), json!(large));
    });
    for answer in [
        Answer::Typed("text/plain"),
        Answer::Typed("text/html; charset=utf-8"),
        edit,
    ] {
        site.answers(TOKEN, [answer]);
        let token = env.run(["get", "--refresh"]).any_stdout().success();
        assert_eq!(token.stdout.trim(), env.token("access_token"));
        assert!(site.honours(&env.token("refresh_token")));
    }
    assert_eq!(env.tokens()["theirs"], json!({ "deep": [1, null] }));
    env.run(["get"]).any_stdout().success();
    assert_eq!(site.rotations(), 3);
}

/// Refreshes once with this answer, which must be enough.
fn kept(told: &str, answer: Answer, timeout: &str) {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [answer]);
    let output = env.run(["get", "--timeout", timeout]).outcome();
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{told}");
    assert_eq!(output.stdout.trim(), env.token("access_token"), "{told}");
    assert!(site.honours(&env.token("refresh_token")), "{told}");
    assert_eq!((site.refreshes(), site.reuses()), (1, 0), "{told}");
    assert_eq!(env.leftovers(), [""; 0]);
}

fn around(before: &'static [u8], after: &'static [u8]) -> Answer {
    Answer::rewritten(move |json| [before, json, after].concat())
}

/// Appends a field, of any bytes.
fn with_field(field: &'static [u8]) -> Answer {
    Answer::rewritten(move |json| {
        let fields = json.strip_suffix(b"}").unwrap();
        [fields, b",", field, b"}"].concat()
    })
}

#[test]
fn a_login_answer_with_extra_bytes_is_accepted() {
    for (told, answer) in [
        ("a mark in front", around(b"\xef\xbb\xbf", b"")),
        ("text behind", around(b"\r\n", b"\n<!-- theirs -->")),
        ("an endless life", with_field(b"\"expires_in\":1e400")),
        ("a number too large", with_field(b"\"theirs\":-1e999")),
        ("Latin", with_field(b"\"name\":\"\xe9\"")),
        (
            "no coding",
            around(b"", b"").under("content-encoding", "identity"),
        ),
        ("UTF-16", Answer::rewritten(utf16)),
        (
            "raw control characters",
            with_field(b"\"name\":\"a\tb\r\nc\x01\""),
        ),
        ("no number", with_field(b"\"theirs\":NaN")),
        (
            "no JSON at all",
            with_field(b"theirs:undefined,'n':'it\\'s','l':03600,'m':,"),
        ),
        ("a comma too many", around(b"[", b",]")),
        ("a guard", around(b")]}',\n", b"")),
        ("a comment", around(b"/* theirs */ ", b"")),
        ("NUL", around(b"\0", b"\0")),
        (
            "a warning in front",
            around(
                b"<br />\n<b>Notice</b>: Undefined variable in <b>{x}</b>\n",
                b"",
            ),
        ),
        ("a call", around(b"callback(", b");")),
        ("another object", around(b"{\"ok\":true,\"data\":", b"}")),
        ("other names", Answer::rewritten(in_camel_case)),
        (
            "JSON in JSON",
            Answer::rewritten(|json| {
                let text = String::from_utf8_lossy(json);
                serde_json::to_vec(&text).expect("JSON")
            }),
        ),
        (
            "a form as in a page",
            Answer::rewritten(|json| separated(json, "&amp;")),
        ),
        (
            "a form of semicolons",
            Answer::rewritten(|json| separated(json, ";")),
        ),
        (
            "a form of lines",
            Answer::rewritten(|json| separated(json, "\r\n")),
        ),
        ("a form", Answer::rewritten(form)),
        (
            "a form that says so",
            Answer::rewritten(form).under(
                "content-type",
                "application/x-www-form-urlencoded; charset=utf-8",
            ),
        ),
    ] {
        kept(told, answer, "30s");
    }
}

/// Returns the text in UTF-16, with its mark, as some servers on Windows write it.
fn utf16(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).expect("text");
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Returns the fields of a JSON object as a form.
fn form(json: &[u8]) -> Vec<u8> {
    let object: serde_json::Map<String, Value> = serde_json::from_slice(json).expect("an object");
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in &object {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        form.append_pair(name, &text);
    }
    form.finish().into_bytes()
}

/// Returns the fields of a JSON object as a form whose fields are separated by this.
fn separated(json: &[u8], separator: &str) -> Vec<u8> {
    let form = String::from_utf8(form(json)).expect("ASCII");
    form.replace('&', separator).into_bytes()
}

/// Returns a token response with names as JavaScript has them.
fn in_camel_case(json: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(json).into_owned();
    for (name, other) in [
        ("access_token", "accessToken"),
        ("refresh_token", "refreshToken"),
        ("token_type", "tokenType"),
        ("expires_in", "expiresIn"),
    ] {
        text = text.replace(name, other);
    }
    text.into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn a_compressed_answer_is_accepted() {
    let coded = |write: fn(&[u8]) -> Vec<u8>, coding| {
        Answer::rewritten(write).under("content-encoding", coding)
    };
    let without_end = |bytes: &[u8]| {
        let zipped = gzip(bytes);
        zipped[..zipped.len() - 8].to_vec()
    };
    for (told, answer) in [
        ("gzip", coded(gzip, "gzip")),
        ("its old name", coded(gzip, "X-GZIP")),
        ("gzip that does not say so", Answer::rewritten(gzip)),
        ("deflate", coded(zlib, "deflate")),
        ("deflate named gzip", coded(zlib, "gzip")),
        ("deflate that does not say so", Answer::rewritten(zlib)),
        ("gzip over gzip", coded(|json| gzip(&gzip(json)), "gzip")),
        (
            "gzip in parts",
            coded(|json| [gzip(&json[..9]), gzip(&json[9..])].concat(), "gzip"),
        ),
        (
            "indented, not compressed",
            coded(
                |json| [b"\n{\n  ".to_vec(), json[1..].to_vec()].concat(),
                "deflate",
            ),
        ),
        ("twice", coded(|json| gzip(&zlib(json)), "deflate, gzip")),
        ("not compressed", coded(<[u8]>::to_vec, "gzip")),
        ("no such coding", coded(<[u8]>::to_vec, "utf-8")),
        ("a form in gzip", coded(|json| gzip(&form(json)), "gzip")),
        (
            "cut off behind the object",
            Answer::rewritten(without_end)
                .under("content-encoding", "gzip")
                .ending(End::BreaksOff),
        ),
    ] {
        kept(told, answer, "30s");
    }
}

#[test]
fn a_login_answer_that_never_ends_is_accepted() {
    let longer = || around(b"", b"").under("content-length", "5000");
    let without_last = || {
        Answer::rewritten(|json| {
            let last = json.windows(2).rposition(|pair| pair == b",\"").unwrap();
            json[..last].to_vec()
        })
    };
    for (told, answer) in [
        ("no last chunk", around(b"", b"").ending(End::BreaksOff)),
        ("too long", longer().ending(End::BreaksOff)),
        ("half an object", without_last()),
        (
            "half an object and no last chunk",
            without_last().ending(End::BreaksOff),
        ),
    ] {
        kept(told, answer, "30s");
    }
    for (told, answer) in [
        ("no last chunk comes", around(b"", b"")),
        ("nothing more comes", longer()),
    ] {
        kept(told, answer.ending(End::Stalls), "4s");
    }
}

#[test]
fn a_truncated_answer_is_requested_again() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let fault = Answer::of(500, "application/json", "{\"error\":\"theirs\"}");
    let nothing = Answer::rewritten(|json| json[..20].to_vec()).ending(End::BreaksOff);
    site.answers(TOKEN, [fault, nothing]);
    env.run(["get"])
        .stderr_contains("refused: invalid_grant, perhaps because a refresh that process ")
        .status(1);
    assert_eq!((site.refreshes(), site.rotations()), (3, 1));
}

#[test]
fn a_refresh_token_that_is_a_number_is_kept() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(
        TOKEN,
        [Answer::of(
            200,
            "application/json",
            r#"{"access_token":"A","refresh_token":123456789012345678901234567890,"expires_in":3600}"#,
        )],
    );
    env.run(["get"]).stdout("A\n").success();
    let digits = "123456789012345678901234567890";
    assert_eq!(env.token("refresh_token"), digits);
}

#[test]
fn a_form_whose_compressed_end_is_missing_loses_the_field_that_may_be_cut() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let cut = |_: &[u8]| {
        let form = gzip(b"refresh_token=R2&expires_in=3600&access_token=half");
        form[..form.len() - 8].to_vec()
    };
    site.answers(
        TOKEN,
        [Answer::rewritten(cut).under("content-encoding", "gzip")],
    );
    env.run(["get"]).any_stderr().status(1);
    assert_eq!(env.token("refresh_token"), "R2");
}

#[test]
fn a_refresh_token_is_kept_beside_an_invalid_access_token() {
    for invalid in ["x y", "x\ny", "x\u{7f}", "é", " "] {
        let site = Sandbox::start();
        let set = site.stored(-10);
        let env = TestEnv::new(&site).stored(&set);
        let odd = Answer::edited(move |answer| {
            answer.insert("access_token".into(), json!(invalid));
        });
        site.answers(TOKEN, [odd]);
        env.run(["get"])
            .stderr(format!(
                "prusa-cred: could not refresh the token of profile prusa\n  because: {}/o/token/ sent an access \
                 token that contains a character no token may contain\n  hint: the login is kept; try again later, and \
                 ask the server's operator why it sends such a token\n",
                site.account_url()
            ))
            .status(1);
        assert!(site.honours(&env.token("refresh_token")));
        assert_eq!(env.tokens()["access_token"], set["access_token"]);
        let why = "/o/token/ sent an access token that contains";
        env.run(["status"]).stdout_contains(why).success();
        env.run(["which"]).stdout_contains(why).success();
        let token = env.run(["get"]).any_stdout().success().stdout;
        assert_eq!(token.trim(), env.token("access_token"));
        assert_eq!((site.rotations(), site.reuses()), (2, 0));
    }
}

#[test]
fn a_token_that_lives_is_handed_out_beside_an_invalid_new_one() {
    let site = Sandbox::start();
    let set = site.stored(60);
    let env = TestEnv::new(&site).stored(&set);
    let odd = Answer::edited(|answer| drop(answer.insert("access_token".into(), json!("x y"))));
    site.answers(TOKEN, [odd]);
    let old = set["access_token"].as_str().unwrap();
    env.run(["get", "--min-ttl", "10m"])
        .stdout(format!("{old}\n"))
        .stderr_contains("so the old token is used until it expires")
        .success();
    assert!(site.honours(&env.token("refresh_token")));
}

#[test]
fn a_compressed_answer_is_reported_as_such() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let gzip = Answer::rewritten(|_| b"\x1f\x8b\x08\0\0".to_vec());
    site.answers(TOKEN, [gzip.under("content-encoding", "gzip")]);
    env.run(["get"])
        .stderr_contains(
            "/o/token/ compressed its response (gzip), although the request asked it not to\n",
        )
        .stderr_contains("compresses responses, then sign in again\n")
        .status(1);
    assert_eq!(site.refreshes(), 1);
}
