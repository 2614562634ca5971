//! Kubernetes' exec credential plugins (client.authentication.k8s.io, v1 and v1beta1): `ExecCredential` in the
//! environment in, `ExecCredential` out.
//!
//! The program that asks caches the token until the time that it is told, to the second. Secret: every answer.
//!
//! # What the clients do
//!
//! Sources: kubernetes.io, "Authenticating", client-go credential plugins; kubernetes/client-go
//! (`plugin/pkg/client/auth/exec`, `pkg/apis/clientauthentication`); int128/kubelogin for what is answered without a
//! request.
//!
//! - The kubeconfig's `users[].user.exec` names program, arguments and `apiVersion`. There is no verb, no shell and no
//!   time limit.
//! - The request is the variable [`VARIABLE`]:
//!   `{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{…}}`. With `provideClusterInfo`
//!   it has `spec.cluster`, with the `server` and, if the kubeconfig says so, `insecure-skip-tls-verify`: the client
//!   then sends the token to whoever answers at that address. Clients before 1.20 set no variable and read v1beta1.
//! - The answer has the `apiVersion` of the request, or is refused:
//!   `{"kind":…,"apiVersion":…,"status":{"token":"T0K3N", "expirationTimestamp":"2030-01-01T00:00:00Z"}}`.
//! - The token is kept until `expirationTimestamp`, with no leeway, or until a 401. After a 401 the plugin is run once
//!   more and that request is not repeated. So a time a little before the end is told.
//! - A failure is a status other than 0; stdout is ignored then, and stderr reaches the user.

use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{
    ProtocolError, check_length, check_printable, early_expiry, json_line, malformed, rfc3339,
};
use crate::credential::{Credential, OriginError, RenderError, Request};
use crate::token::UnixTime;

/// The variable that holds the request; clients from before version 1.20 set none.
pub(crate) const VARIABLE: &str = "KUBERNETES_EXEC_INFO";

const KIND: &str = "ExecCredential";
const V1: &str = "client.authentication.k8s.io/v1";
const V1BETA1: &str = "client.authentication.k8s.io/v1beta1";

/// The request of a client.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ExecRequest {
    /// The API version that the answer must have.
    api_version: &'static str,
    /// The cluster's API server, which is sent if the kubeconfig has `provideClusterInfo`.
    pub(crate) request: Option<Request>,
    /// Whether the client does not verify the server's certificate, so that anybody on the way may be the server.
    pub(crate) skips_tls_verify: bool,
}

/// Reads the variable's value. Without one, the client wants the older version, and no server is named.
///
/// # Errors
///
/// When it is too long or not an `ExecCredential` of a known version, and as `server`.
pub(crate) fn parse(info: Option<&str>) -> Result<ExecRequest, ProtocolError> {
    let Some(info) = info else {
        return Ok(ExecRequest {
            api_version: V1BETA1,
            request: None,
            skips_tls_verify: false,
        });
    };
    let Ok(info) = serde_json::from_slice::<Map<String, Value>>(check_length(info.as_bytes())?)
    else {
        return malformed("KUBERNETES_EXEC_INFO is not a JSON object");
    };
    if info.get("kind").and_then(Value::as_str) != Some(KIND) {
        return malformed("KUBERNETES_EXEC_INFO is no ExecCredential");
    }
    let api_version = match info.get("apiVersion").and_then(Value::as_str) {
        Some(V1) => V1,
        Some(V1BETA1) => V1BETA1,
        _ => {
            return malformed("its apiVersion is not client.authentication.k8s.io/v1 or …/v1beta1");
        }
    };
    let spec = object(info.get("spec"))?;
    let Some(cluster) = spec.and_then(|spec| spec.get("cluster")) else {
        return Ok(ExecRequest {
            api_version,
            request: None,
            skips_tls_verify: false,
        });
    };
    let cluster = object(Some(cluster))?;
    Ok(ExecRequest {
        api_version,
        request: Some(server(cluster)?),
        skips_tls_verify: skips_tls_verify(cluster)?,
    })
}

/// Returns the request for the server of a cluster. Fails if the cluster is null or has no server, or the server is not
/// a valid web address, or has no scheme and is not on this machine: client-go uses http then, unless the kubeconfig
/// has certificates.
fn server(cluster: Option<&Map<String, Value>>) -> Result<Request, ProtocolError> {
    match cluster.and_then(|cluster| cluster.get("server")) {
        // A cluster without a server is refused: no profile could answer for it.
        None | Some(Value::Null) => Err(OriginError::NoHost.into()),
        Some(Value::String(server)) => Ok(Request {
            takes_bearer: true,
            ..Request::for_url_with_scheme(server)?
        }),
        Some(_) => malformed("its spec.cluster.server is not a string"),
    }
}

/// Returns whether the cluster says that its certificate is not verified; not if it says nothing. Fails if that is no
/// boolean.
fn skips_tls_verify(cluster: Option<&Map<String, Value>>) -> Result<bool, ProtocolError> {
    match cluster.and_then(|cluster| cluster.get("insecure-skip-tls-verify")) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(skips)) => Ok(*skips),
        Some(_) => malformed("its spec.cluster.insecure-skip-tls-verify is not a boolean"),
    }
}

/// Returns the value as a JSON object; `None` if it is absent or null. Fails for any other value.
fn object(value: Option<&Value>) -> Result<Option<&Map<String, Value>>, ProtocolError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => malformed("its spec or spec.cluster is not an object"),
    }
}

/// Renders the token in the requested version, with an expiry a little before its own, if that is known.
///
/// # Errors
///
/// When the credential is not a bearer token, or contains a control character.
pub(crate) fn render(
    asked: &ExecRequest,
    credential: &Credential,
    now: UnixTime,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Response<'a> {
        kind: &'a str,
        api_version: &'a str,
        status: Status<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Status<'a> {
        token: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        expiration_timestamp: Option<String>,
    }

    let token = credential.as_bearer().ok_or(RenderError::NoBearer)?;
    let token = check_printable("access token", token)?;
    let response = Response {
        kind: KIND,
        api_version: asked.api_version,
        status: Status {
            token,
            expiration_timestamp: credential
                .expires_at
                .and_then(|end| rfc3339(early_expiry(end, now))),
        },
    };
    json_line(&response, 256 + 2 * token.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::credential::GitAuth;
    use crate::token::AccessToken;

    const NOW: UnixTime = UnixTime::from_secs(1_893_452_400);

    fn credential(token: &str, expires_at: Option<i64>) -> Credential {
        crate::testing::token_credential(
            AccessToken::new(token.to_owned()),
            GitAuth::Auto,
            "oauth2".to_owned(),
            expires_at.map(UnixTime::from_secs),
        )
    }

    fn answered(info: Option<&str>, token: &str, expires_at: Option<i64>) -> String {
        let asked = parse(info).expect("a request");
        let bytes = render(&asked, &credential(token, expires_at), NOW).expect("an answer");
        String::from_utf8(bytes.to_vec()).expect("UTF-8")
    }

    #[test]
    fn the_worked_example_holds_in_both_versions() {
        for version in ["v1", "v1beta1"] {
            let info = format!(
                "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/{version}\",\
                 \"spec\":{{\"interactive\":false}}}}"
            );
            assert_eq!(
                answered(Some(&info), "T0K3N", Some(1_893_456_030)),
                format!(
                    "{{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/{version}\",\
                     \"status\":{{\"token\":\"T0K3N\",\"expirationTimestamp\":\"2030-01-01T00:00:00Z\"}}}}\n"
                )
            );
        }
        assert_eq!(
            answered(None, "T0K3N", None),
            "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\
             \"status\":{\"token\":\"T0K3N\"}}\n"
        );
    }

    fn with_cluster(cluster: &Value) -> String {
        json!({ "kind": KIND, "apiVersion": V1, "spec": { "cluster": cluster } }).to_string()
    }

    #[test]
    fn the_server_is_read_from_the_cluster_info() {
        for (cluster, expected) in [
            (
                json!({ "server": "https://K8s.example.com:6443/x", "config": [1] }),
                Some("https://k8s.example.com:6443"),
            ),
            (
                json!({ "server": "127.0.0.1:8001" }),
                Some("127.0.0.1:8001"),
            ),
        ] {
            let asked = parse(Some(&with_cluster(&cluster))).expect("a request");
            let target = asked.request.map(|request| request.target.to_string());
            assert_eq!(target.as_deref(), expected, "{cluster}");
        }
    }

    #[test]
    fn a_cluster_says_whether_its_certificate_is_verified() {
        let key = "insecure-skip-tls-verify";
        for (value, expected) in [
            (json!(true), true),
            (json!(false), false),
            (json!(null), false),
        ] {
            let cluster = json!({ "server": "https://h", key: value });
            let asked = parse(Some(&with_cluster(&cluster))).expect("a request");
            assert_eq!(asked.skips_tls_verify, expected, "{cluster}");
        }
        for value in [json!("true"), json!(1), json!([]), json!({})] {
            let cluster = json!({ "server": "https://h", key: value });
            let read = parse(Some(&with_cluster(&cluster)));
            let is_malformed = matches!(read, Err(ProtocolError::Malformed { .. }));
            assert!(is_malformed, "{cluster}");
        }
    }

    #[test]
    fn an_invalid_request_is_refused() {
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        for info in [
            "",
            "{",
            "[]",
            "null",
            "{}",
            r#"{"kind":"ExecCredential"}"#,
            r#"{"kind":["ExecCredential"],"apiVersion":"client.authentication.k8s.io/v1"}"#,
            r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1alpha1"}"#,
            r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":[]}"#,
            &with_cluster(&json!("x")),
            &with_cluster(&json!({ "server": 7 })),
            &format!(r#"{{"kind":"ExecCredential","x":{deep}}}"#),
        ] {
            let read = parse(Some(info));
            assert!(
                matches!(read, Err(ProtocolError::Malformed { .. })),
                "{info}"
            );
        }
        assert_eq!(
            parse(Some(&" ".repeat((1 << 20) + 1))),
            Err(ProtocolError::TooLong)
        );
        for cluster in [
            json!(null),
            json!({}),
            json!({ "server": null }),
            json!({ "server": "" }),
        ] {
            let read = parse(Some(&with_cluster(&cluster)));
            assert_eq!(read, Err(OriginError::NoHost.into()), "{cluster}");
        }
        for (server, error) in [
            ("ftp://h", OriginError::Scheme),
            ("https://u@h", OriginError::UserInfo),
            ("https://h.", OriginError::Host),
            ("10.0.0.1", OriginError::NoScheme),
            ("h:6443/x", OriginError::NoScheme),
        ] {
            let info = with_cluster(&json!({ "server": server }));
            assert_eq!(parse(Some(&info)), Err(error.into()), "{server}");
        }
    }

    #[test]
    fn only_a_bearer_token_is_rendered() {
        let asked = parse(None).expect("a request");
        let password = Credential::password(None, "p".into());
        let response = render(&asked, &password, NOW);
        assert_eq!(response, Err(RenderError::NoBearer.into()));
    }

    proptest! {
        #[test]
        fn no_variable_makes_the_reader_panic(text in "\\{(\"(kind|apiVersion|spec)\"|[:,\"{}]|.){0,9}|.*") {
            let _ = parse(Some(&text));
        }

        #[test]
        fn the_rendered_expiry_is_between_now_and_the_real_one(token in ".{0,20}", life in 1..100_000_i64) {
            let asked = parse(None).expect("a request");
            let end = NOW.as_secs() + life;
            match render(&asked, &credential(&token, Some(end)), NOW) {
                Ok(bytes) => {
                    let response: Value = serde_json::from_slice(&bytes).expect("JSON");
                    prop_assert_eq!(&response["status"]["token"], &json!(token));
                    let response: jiff::Timestamp = response["status"]["expirationTimestamp"]
                        .as_str().expect("a time").parse().expect("RFC 3339");
                    prop_assert!(response.as_second() > NOW.as_secs() && response.as_second() <= end);
                }
                Err(_) => prop_assert!(token.bytes().any(|byte| byte.is_ascii_control())),
            }
        }
    }
}
