//! How a client's secret is sent where the profile does not say: as the server's metadata has it, in every request.

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::oauth::{OAuthSite, visit};
use crate::support::sandbox::MARKER;

/// What is requested: what the profile has besides, and which endpoints it sends the secret to.
const REQUESTS: [(&str, &str, &[&str]); 5] = [
    ("refresh", "", &["/token"]),
    ("code", "", &["/token"]),
    ("device", "", &["/device", "/token"]),
    (
        "client credentials",
        "flow = 'client-credentials'\n",
        &["/token"],
    ),
    ("revocation", "", &["/revoke"]),
];

/// Sends a request, and returns whether it had the secret in a header at each of the endpoints.
fn in_header(request: usize, metadata: &Value, keys: &str) -> Vec<bool> {
    let (name, more, endpoints) = REQUESTS[request];
    let site = OAuthSite::start();
    let (metadata, device) = (metadata.clone(), format!("{}/device", site.origin()));
    site.edit_metadata(move |all| {
        all["device_authorization_endpoint"] = json!(device);
        for (field, value) in metadata.as_object().expect("an object") {
            all[field] = value.clone();
        }
    });
    let env = TestEnv::offline();
    let secret = env.home().join("secret");
    env.write(&secret, format!("{MARKER}-client\n"));
    let env = env.config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         client_secret_file = '{}'\n{more}{}\n",
        site.origin(),
        secret.display(),
        keys.replace("ORIGIN", site.origin())
    ));
    let stored = json!({ "access_token": "a", "refresh_token": "r", "expires_at": 1 });
    let tokens = env.config_dir().join("prusa-cred/tokens/corp.json");
    match name {
        "code" => {
            let mut terminal = env.terminal(["login", "--browser"]);
            terminal.expect("sign in:\r\n\r\n  ");
            visit(&terminal.word());
            assert_eq!(terminal.wait().0, 0);
        }
        "device" => drop(env.run(["login", "--device"]).any_stderr().success()),
        "revocation" => {
            env.write(&tokens, stored.to_string());
            env.run(["logout"]).any_stdout().any_stderr().success();
        }
        "refresh" => {
            env.write(&tokens, stored.to_string());
            env.run(["get"]).any_stdout().success();
        }
        _ => drop(env.run(["get"]).any_stdout().success()),
    }
    let mut all = Vec::new();
    for endpoint in endpoints {
        let headers = site.has_authorization(endpoint);
        for (form, is_in_header) in site.forms(endpoint).iter().zip(&headers) {
            assert_ne!(form.contains_key("client_secret"), *is_in_header, "{name}");
        }
        all.extend(headers);
    }
    assert!(!all.is_empty(), "{name}");
    all
}

#[test]
fn the_secret_goes_where_the_metadata_says() {
    const METHODS: &str = "token_endpoint_auth_methods_supported";
    for (request, (name, _, _)) in REQUESTS.iter().enumerate() {
        for (methods, keys, is_in_header) in [
            (json!(["client_secret_post", "private_key_jwt"]), "", false),
            (json!(["CLIENT_SECRET_POST"]), "", false),
            (json!("client_secret_post"), "", false),
            (
                json!(["client_secret_post", "client_secret_basic"]),
                "",
                true,
            ),
            (json!(["private_key_jwt"]), "", true),
            (json!(null), "", true),
            (
                json!(["client_secret_post"]),
                "client_auth = 'client_secret_basic'",
                true,
            ),
            (
                json!(["client_secret_basic"]),
                "client_auth = 'client_secret_post'",
                false,
            ),
        ] {
            let seen = in_header(request, &json!({ METHODS: methods }), keys);
            assert!(
                seen.iter().all(|it| *it == is_in_header),
                "{name} {methods} {keys}"
            );
        }
    }
}

#[test]
fn revocation_may_have_a_way_of_its_own() {
    let metadata = json!({
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_post"],
    });
    assert!(in_header(4, &metadata, "").iter().all(|it| !it));
    assert!(in_header(0, &metadata, "").iter().all(|it| *it));
}

#[test]
fn metadata_that_nothing_else_needs_is_not_missed() {
    let missing = json!({ "issuer": "https://elsewhere.example" });
    let keys = "token_endpoint = 'ORIGIN/token'";
    assert_eq!(in_header(0, &missing, keys), [true]);
}

/// RFC 8410 §10.3's example, as `openssl pkcs12 -nodes` prints it: with a certificate before it.
const ED25519: &str = "Bag Attributes
    localKeyID: 54 69 6D 65 20 31
    friendlyName: ENCRYPTED for me
subject=CN = me
-----BEGIN CERTIFICATE-----
MIIBLDCB36ADAgECAghWAUdKKo3DMDAFBgMrZXAwGTEXMBUGA1UEAwwOSUVURiBUZX
-----END CERTIFICATE-----
Bag Attributes
    friendlyName: me
Key Attributes: <No Attributes>
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

#[test]
fn a_private_key_is_read_as_openssl_prints_it() {
    let site = OAuthSite::start();
    let env = TestEnv::offline();
    let key = env.home().join("key.pem");
    let env = env.config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nprivate_key = '{}'\n",
        site.origin(),
        key.display()
    ));
    for text in [
        ED25519.to_owned(),
        ED25519.replace('\n', "\r\n"),
        format!("\u{feff}{ED25519}"),
        ED25519.replace("-----END CERTIFICATE-----\n", ""),
    ] {
        env.write(&key, text);
        env.run(["get", "--refresh"]).any_stdout().success();
    }
    // `openssl pkcs12` prints a name as it is, here in Latin-1.
    let bytes = ED25519.as_bytes();
    let latin = [b"    friendlyName: Schl\xfcssel\n", bytes].concat();
    let units = ED25519.encode_utf16().flat_map(u16::to_le_bytes);
    let utf16 = [0xff, 0xfe].into_iter().chain(units).collect();
    for text in [latin, utf16] {
        env.write(&key, text);
        env.run(["get", "--refresh"]).any_stdout().success();
    }
    assert!(
        site.forms("/token")
            .iter()
            .all(|form| form.contains_key("client_assertion"))
    );
    let encrypted = ED25519.replace(" PRIVATE KEY", " ENCRYPTED PRIVATE KEY");
    env.write(&key, encrypted);
    let path = key.display();
    env.run(["get", "--refresh"])
        .stderr_contains(&format!("{path} does not hold a usable private key in PEM: the key is encrypted\n"))
        .stderr_contains(&format!(
            "hint: `openssl pkcs8 -topk8 -nocrypt -in {path}` prints the key in the required format\n"
        ))
        .status(1);
}

#[test]
fn white_space_around_the_secret_in_a_file_is_no_part_of_it() {
    for content in [
        "S3NTRY-client",
        "S3NTRY-client\n",
        "\r\n\nS3NTRY-client\r\n\r\n",
        " \t S3NTRY-client \t",
        "\u{feff}\nS3NTRY-client\n",
    ] {
        let site = OAuthSite::start();
        let env = with_secret_file(&site, content);
        env.run(["get"]).any_stdout().success();
        assert_eq!(site.forms("/token")[0]["client_secret"], "S3NTRY-client");
    }
    for content in ["", " \n\t\n", "S3NTRY-a\nS3NTRY-b\n", "S3NTRY-a\rS3NTRY-b"] {
        let site = OAuthSite::start();
        with_secret_file(&site, content)
            .run(["get"])
            .stderr_contains("does not contain exactly one line with a client secret")
            .stderr_contains("hint: correct profiles.corp.client_secret_file in the configuration")
            .status(1);
    }
}

/// A client that sends the secret in a file with this content in the form.
fn with_secret_file(site: &OAuthSite, content: &str) -> TestEnv {
    let env = TestEnv::offline();
    let file = env.home().join("secret");
    env.write(&file, content);
    env.config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_auth = 'client_secret_post'\nclient_secret_file = '{}'\n",
        site.origin(),
        file.display()
    ))
}

#[test]
fn invalid_grant_to_a_client_is_about_the_client() {
    let site = OAuthSite::start();
    site.can("/token", 400, r#"{"error":"invalid_grant"}"#);
    with_secret_file(&site, "S3NTRY-client")
        .run(["get"])
        .stderr_contains("refused: invalid_grant")
        .stderr_contains(
            "hint: check that the server lets this client sign in by itself (flow = \"client-credentials\"), first \
             profiles.corp.client_id in the configuration",
        )
        .status(1);
}
