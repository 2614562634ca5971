//! Certificates and proxies: which servers are trusted, what is told of the others, and that `doctor` says the same.
//!
//! The certificates in `tls/` are all of the key `key.pem`, for `server.example` and 127.0.0.1, and those of an
//! authority (`authority.pem`) whose key is gone. They are valid from 2020 to 2120, but for two.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

use base64::Engine as _;

use crate::support::env::TestEnv;

const ANSWER: &str = r#"{"access_token":"S3NTRY-at","token_type":"Bearer","expires_in":3600}"#;

/// Returns the path of a file beside this one.
fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/tls");
    folder.join(name).display().to_string()
}

/// Calls `serve` for each connection to a free port of this machine, in a thread, and returns the port.
fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

/// Starts a token endpoint with one of the certificates, and returns its port.
fn token_endpoint(certificate: &str, version: &'static SupportedProtocolVersion) -> u16 {
    let certificate = CertificateDer::from_pem_file(file(certificate)).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(file("key.pem")).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let signer = provider.key_provider.load_private_key(key).expect("a key");
    // The library does not compare the key with a certificate that it cannot read.
    let certified = rustls::sign::CertifiedKey::new(vec![certificate], signer);
    let resolver = rustls::sign::SingleCertAndKey::from(certified);
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let config = Arc::new(config);
    listen(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
        let mut stream = StreamOwned::new(connection, stream);
        let mut head = [0; 4096];
        if stream.read(&mut head).is_ok_and(|read| read > 0) {
            let length = ANSWER.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{ANSWER}"
            );
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    })
}

/// Returns a home with a profile whose client gets its tokens at this address.
fn client(endpoint: &str, keys: &str) -> TestEnv {
    TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\ntoken_endpoint = '{endpoint}'\nclient_id = 'me'\n\
         client_secret_command = 'echo s'\nflow = 'client-credentials'\n{keys}\n"
    ))
}

fn here(port: u16) -> String {
    format!("https://127.0.0.1:{port}/token")
}

fn ca_file(name: &str) -> String {
    format!("ca_file = '{}'", file(name))
}

/// Returns what a `get` that fails writes to stderr.
fn failure(env: &TestEnv) -> String {
    env.run(["get"]).any_stderr().status(1).stderr.clone()
}

#[test]
fn a_certificate_in_ca_file_is_trusted_as_it_is() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        for certificate in ["no_authority.pem", "own_authority.pem", "signed.pem"] {
            let port = token_endpoint(certificate, version);
            let env = client(&here(port), &ca_file(certificate));
            env.run(["get"]).stdout("S3NTRY-at\n").success();
        }
        let port = token_endpoint("signed.pem", version);
        let env = client(&here(port), &ca_file("authority.pem"));
        env.run(["get"]).stdout("S3NTRY-at\n").success();
    }
}

#[test]
fn a_named_certificate_is_still_checked_for_name_and_dates() {
    let told = |certificate: &str, host: &str| {
        let port = token_endpoint(certificate, &rustls::version::TLS13);
        let endpoint = format!("https://{host}:{port}/token");
        failure(&client(&endpoint, &ca_file(certificate)))
    };
    let name = told("no_authority.pem", "localhost");
    assert!(
        name.contains("TLS failed: its certificate, issued by Leaf (Me), is for ")
            && name.contains("server.example")
            && name.contains("and not for localhost\n  hint: check that the address has the name"),
        "{name}"
    );
    let common_name = told("version_1.pem", "127.0.0.1");
    assert!(
        common_name
            .contains("issued by server.example, is for server.example, and not for 127.0.0.1\n"),
        "{common_name}"
    );
    for (certificate, what) in [
        ("expired.pem", "expired at 2021-01-01T00:00:00Z"),
        (
            "future.pem",
            "is not valid yet, but from 2100-01-01T00:00:00Z",
        ),
    ] {
        let date = told(certificate, "127.0.0.1");
        assert!(
            date.contains(&format!(
                "its certificate, issued by Corp Root CA (Corp Inc.), {what}\n  hint: check that this machine's clock"
            )),
            "{date}"
        );
        let port = token_endpoint(certificate, &rustls::version::TLS13);
        let by_authority = failure(&client(&here(port), &ca_file("authority.pem")));
        assert!(by_authority.contains(what), "{by_authority}");
    }
}

#[test]
fn who_issued_an_untrusted_certificate_is_told() {
    let port = token_endpoint("signed.pem", &rustls::version::TLS13);
    let env = client(&here(port), "");
    let url = here(port);
    let told = format!(
        "prusa-cred: could not sign in to profile corp\n  because: cannot reach {url}: TLS failed: its certificate was \
         issued by Corp Root CA (Corp Inc.), which is not trusted here\n  hint: check that the address is right; if Corp \
         Root CA (Corp Inc.) is your own or your network's, save that certificate as PEM and name the file in \
         profiles.corp.ca_file in the configuration, or with SSL_CERT_FILE\n"
    );
    env.run(["get"]).stderr(told).status(1);
    let env = env.var("SSL_CERT_FILE", file("authority.pem"));
    env.run(["get"]).stdout("S3NTRY-at\n").success();
    for certificate in ["no_authority.pem", "own_authority.pem"] {
        let port = token_endpoint(certificate, &rustls::version::TLS13);
        let told = failure(&client(&here(port), ""));
        assert!(
            told.contains("TLS failed: its certificate is signed by itself (")
                && told.contains("save it as PEM and name the file in profiles.corp.ca_file"),
            "{told}"
        );
    }
}

#[test]
fn a_file_of_certificates_is_read_as_openssl_reads_it() {
    let port = token_endpoint("signed.pem", &rustls::version::TLS13);
    let read = |name| std::fs::read_to_string(file(name)).expect("a certificate");
    let authority = read("authority.pem");
    let der = CertificateDer::from_pem_slice(authority.as_bytes()).expect("a certificate");
    // What `openssl x509 -trustout` writes: trust settings behind the certificate.
    let trusted = [
        &der[..],
        b"\x30\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01",
    ]
    .concat();
    let block = |label: &str, bytes: &[u8]| {
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let accepted = [
        (
            "glued",
            [read("expired.pem").trim_end(), &authority].concat(),
        ),
        ("trusted", block("TRUSTED CERTIFICATE", &trusted)),
        ("old", block("X509 CERTIFICATE", &der)),
        ("annotated", format!("subject=CN=\u{e9}\n{authority}")),
    ];
    for (name, content) in &accepted {
        let env = client(&here(port), "ca_file = '~/ca.pem'");
        env.write(&env.home().join("ca.pem"), content);
        let output = env.run(["get"]).outcome();
        assert_eq!(output.stdout, "S3NTRY-at\n", "{name}: {output}");
    }
    for (name, content, why) in [
        (
            "DER",
            der.to_vec(),
            "it is not PEM but DER: `openssl x509 -inform der",
        ),
        (
            "PKCS7",
            block("PKCS7", b"x").into_bytes(),
            "PKCS #7: `openssl pkcs7 -print_certs",
        ),
        ("nothing", b"hello".to_vec(), "it is not PEM\n"),
    ] {
        let env = client(&here(port), "ca_file = '~/ca.pem'");
        env.write(&env.home().join("ca.pem"), content);
        let told = failure(&env);
        assert!(told.contains(why), "{name}: {told}");
    }
}

#[test]
fn doctor_names_a_file_whose_certificates_have_expired() {
    let env = client("https://server.example/token", &ca_file("expired.pem"));
    env.run(["doctor"])
        .any_stderr()
        .stdout_contains("expired.pem, one certificate, expired at ")
        .status(1);
}

#[test]
fn variables_of_certificates_are_read_as_others_are() {
    let port = token_endpoint("signed.pem", &rustls::version::TLS13);
    let authority = std::fs::read(file("authority.pem")).expect("a certificate");
    for value in ["~/ca.pem", "~/ca.pem\n", "$CREDENTIALS_DIRECTORY/ca.pem"] {
        let env = client(&here(port), "");
        env.write(&env.home().join("ca.pem"), &authority);
        let home = env.home().to_owned();
        let env = env
            .var("CREDENTIALS_DIRECTORY", home)
            .var("SSL_CERT_FILE", value);
        env.run(["get"]).stdout("S3NTRY-at\n").success();
        let doctor = env.run(["doctor"]).outcome();
        let is_told = doctor.stdout.contains("ca.pem, one certificate");
        assert!(is_told, "{doctor}");
    }
    // The server's own certificate is trusted there too, as curl does.
    let leaf = token_endpoint("no_authority.pem", &rustls::version::TLS13);
    let env = client(&here(leaf), "").var("SSL_CERT_FILE", file("no_authority.pem"));
    env.run(["get"]).stdout("S3NTRY-at\n").success();
    // An empty one is not set.
    let env = client(&here(port), "")
        .var("SSL_CERT_FILE", "")
        .var("SSL_CERT_DIR", "");
    let told = failure(&env);
    assert!(!told.contains("names no certificates"), "{told}");
}

#[test]
fn a_variable_that_names_no_certificates_is_named_and_doctor_says_so_too() {
    let port = token_endpoint("signed.pem", &rustls::version::TLS13);
    let env = client(&here(port), "").var("SSL_CERT_FILE", "/nowhere");
    let told = failure(&env);
    assert!(
        told.contains(
            "SSL_CERT_FILE names no certificates: cannot use the certificates in /nowhere"
        ),
        "{told}"
    );
    assert!(
        told.contains("hint: set SSL_CERT_FILE to certificates in PEM, or run `unset"),
        "{told}"
    );
    let named = client(&here(port), &ca_file("signed.pem")).var("SSL_CERT_FILE", "/nowhere");
    named.run(["get"]).stdout("S3NTRY-at\n").success();
    let folder = named.home().join("no-certificates");
    std::fs::create_dir(&folder).expect("a folder");
    let env = client(&here(port), "").var("SSL_CERT_DIR", &folder);
    env.run(["doctor"])
        .any_stderr()
        .stdout_contains("no certificates of authorities were found")
        .status(1);
}

#[test]
fn what_is_no_tls_is_told_in_words() {
    let plain = listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    let closed = listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
    });
    // Alerts of TLS 1.2, level 2: the versions of the server, and its ciphers.
    let [old, strict] = [70, 40].map(|alert| {
        listen(move |mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, alert]);
        })
    });
    for (port, why, hint) in [
        (
            plain,
            "what answers there does not speak TLS, but perhaps plain http",
            "check the port in the address",
        ),
        (
            closed,
            "the connection was closed during the handshake",
            "check that the address is right",
        ),
        (
            old,
            "the server speaks neither TLS 1.2 nor TLS 1.3",
            "check that the address is right",
        ),
        (
            strict,
            "the server accepts none of the ciphers and keys that it was offered",
            "check that the address is right",
        ),
    ] {
        let told = failure(&client(&here(port), ""));
        assert!(
            told.contains(&format!(": TLS failed: {why}\n  hint: {hint}")),
            "{told}"
        );
    }
}

/// Starts a SOCKS 5 proxy (RFC 1928) whose every address is this machine, and returns its port and what it was asked
/// for.
fn socks_proxy() -> (u16, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let port = listen(move |mut stream| {
        let mut greeting = [0; 2];
        stream.read_exact(&mut greeting).expect("a greeting");
        stream
            .read_exact(&mut vec![0; greeting[1].into()])
            .expect("methods");
        stream.write_all(&[5, 0]).expect("an answer");
        let mut request = [0; 5];
        stream.read_exact(&mut request).expect("a request");
        assert_eq!(request[3], 3, "a name, which the proxy resolves");
        let mut name = vec![0; request[4].into()];
        stream.read_exact(&mut name).expect("a name");
        let mut port = [0; 2];
        stream.read_exact(&mut port).expect("a port");
        let server = TcpStream::connect(("127.0.0.1", u16::from_be_bytes(port))).expect("a server");
        seen.lock()
            .expect("a list")
            .push(String::from_utf8(name).expect("a name"));
        stream
            .write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
            .expect("an answer");
        let (mut up, mut down) = (
            stream.try_clone().expect("it"),
            server.try_clone().expect("it"),
        );
        let mut to_server = server;
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut up, &mut to_server);
            let _ = to_server.shutdown(Shutdown::Write);
        });
        let _ = std::io::copy(&mut down, &mut stream);
        let _ = stream.shutdown(Shutdown::Write);
    });
    (port, asked)
}

#[test]
fn a_socks_proxy_is_spoken_to() {
    for (variable, scheme) in [
        ("ALL_PROXY", "socks5h"),
        ("all_proxy", "socks"),
        ("HTTPS_PROXY", "SOCKS5H"),
    ] {
        let (proxy, asked) = socks_proxy();
        // Of version 1 too: its common name is that of the server.
        let port = token_endpoint("version_1.pem", &rustls::version::TLS13);
        let env = client(
            &format!("https://server.example:{port}/token"),
            &ca_file("version_1.pem"),
        )
        .var(variable, format!(" {scheme}://127.0.0.1:{proxy}\n"));
        env.run(["get"]).stdout("S3NTRY-at\n").success();
        assert_eq!(
            *asked.lock().expect("a list"),
            ["server.example"],
            "{variable}"
        );
        // This machine is never reached through a proxy.
        let here = token_endpoint("signed.pem", &rustls::version::TLS12);
        let env = client(&self::here(here), &ca_file("signed.pem"))
            .var(variable, "socks5h://127.0.0.1:1");
        env.run(["get"]).stdout("S3NTRY-at\n").success();
    }
}

#[test]
fn a_proxy_that_does_not_help_is_named() {
    let refusing = listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    let not_socks = listen(|mut stream| {
        let _ = stream.read(&mut [0; 2]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let by_tls = token_endpoint("signed.pem", &rustls::version::TLS13);
    for (variable, proxy, why) in [
        (
            "HTTPS_PROXY",
            format!("http://127.0.0.1:{refusing}"),
            "it does not connect to that server",
        ),
        (
            "all_proxy",
            "http://127.0.0.1:1".to_owned(),
            "connection refused",
        ),
        (
            "ALL_PROXY",
            "socks5h://127.0.0.1:1".to_owned(),
            "there is no connection to it",
        ),
        (
            "ALL_PROXY",
            format!("socks5h://127.0.0.1:{not_socks}"),
            "what answers there does not speak SOCKS",
        ),
        (
            "HTTPS_PROXY",
            format!("https://127.0.0.1:{by_tls}"),
            "TLS failed: its certificate was issued by Corp Root CA (Corp Inc.), which is not trusted here\n  hint: check \
             that the address is right; if Corp Root CA (Corp Inc.) is your own",
        ),
    ] {
        let env = client("https://server.example/token", "").var(variable, &proxy);
        let told = failure(&env);
        let about =
            format!("cannot reach https://server.example/token through the proxy {proxy}: {why}");
        assert!(told.contains(&about), "{told}");
        let hint = format!("\n  hint: check that {variable} names the proxy");
        assert!(told.contains(&hint) || why.contains("hint"), "{told}");
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_an_error_and_doctor_says_so() {
    let env =
        client("https://server.example/token", "").var("ALL_PROXY", "ftp://u:S3NTRY-p@p.example");
    env.run(["get"])
        .stderr(
            "prusa-cred: could not sign in to profile corp\n  because: ALL_PROXY names no proxy that can be used: its scheme \
             is none of http, https, socks5h, socks5, socks4a and socks4\n  hint: set ALL_PROXY to http://HOST:PORT, \
             https://HOST:PORT or socks5h://HOST:PORT, or run `unset ALL_PROXY`\n",
        )
        .status(1);
    env.run(["doctor"])
        .any_stderr()
        .stdout_contains("its scheme is none of http, https, socks5h")
        .status(1);
    // An empty one is not set, so that the next counts.
    let env = env
        .var("HTTPS_PROXY", " ")
        .var("https_proxy", "http://127.0.0.1:1");
    let told = failure(&env);
    assert!(
        told.contains("hint: check that https_proxy names the proxy"),
        "{told}"
    );
    // As with curl, a name in lower case goes before the one in upper case.
    let env = env
        .var("HTTPS_PROXY", "ftp://p.example")
        .var("no_proxy", "other.example")
        .var("NO_PROXY", "*");
    let told = failure(&env);
    assert!(
        told.contains("hint: check that https_proxy names the proxy"),
        "{told}"
    );
    // Exceptions that cannot be read are not passed over.
    let env = env.var("no_proxy", OsStr::from_bytes(b"login.example.com,\xff"));
    let told = failure(&env);
    assert!(
        told.contains("no_proxy names no proxy that can be used: it is not UTF-8"),
        "{told}"
    );
}
