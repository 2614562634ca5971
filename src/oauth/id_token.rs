//! Validation of ID tokens (OpenID Connect Core §3.1.3.7).
//!
//! An ID token comes directly from the token endpoint over TLS. It is checked all the same: signature by the server's
//! keys (RFC 7517), issuer, audience, expiry, and the nonce that ties it to this sign-in.
//!
//! Secret: the token. An error quotes nothing of it but its issuer and algorithm.

use std::time::Duration;

use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey};
use serde_json::Value;
use url::Url;

use super::discovery::{self, DiscoveryError};
use super::jose;
use super::retry::Backoff;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpRequest, redacted};
use crate::token::{IdToken, Jwt, UnixTime};

/// For how long the server's keys are requested again after a failure: the code that brought the token is spent, and a
/// person waits.
const KEYS_PATIENCE: Duration = Duration::from_secs(4);
/// How many seconds a token is accepted after its `exp`.
const CLOCK_TOLERANCE: i64 = 60;
/// How many seconds ahead of ours the server's clock may be: more than for `exp`, since a sign-in with a clock that is
/// a little slow is no attack.
const AHEAD_TOLERANCE: i64 = 300;

/// What the token's claims have to be.
pub(crate) struct ExpectedClaims<'a> {
    /// `iss`; `None` where only endpoints are known.
    pub(crate) issuer: Option<&'a str>,
    /// `aud`.
    pub(crate) client_id: &'a str,
    /// `None` where none was sent.
    pub(crate) nonce: Option<&'a str>,
}

/// Why an ID token is not valid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdTokenError {
    #[error("the ID token is not a JSON web token")]
    NotAJwt,
    /// `alg` is `none`.
    #[error("the ID token is not signed (its alg is none)")]
    Unsigned,
    #[error("the ID token is signed with an algorithm that is not accepted here ({algorithm})")]
    Algorithm { algorithm: String },
    /// `crit` (RFC 7515 §4.1.11), as it stands in the header.
    #[error(
        "the ID token's header has fields that its reader must understand, and they are not understood here (crit is {crit})"
    )]
    Critical { crit: String },
    #[error("{jwks_uri} has no key that matches the ID token's signature")]
    NoMatchingKey { jwks_uri: String },
    /// As `NoMatchingKey`, and none of that kind has the token's `kid`: nothing says that the token is wrong.
    #[error("{jwks_uri} has no key that matches the ID token's signature")]
    UnknownKey { jwks_uri: String },
    #[error("the signature of the ID token is wrong")]
    BadSignature,
    #[error("the ID token was issued by {issuer:?}, not by {expected}")]
    IssuerMismatch { issuer: String, expected: String },
    #[error("the ID token is for another client (its aud is not {client_id})")]
    AudienceMismatch { client_id: String },
    #[error("the ID token expired at {at}; this machine's clock says {now}")]
    Expired { at: UnixTime, now: UnixTime },
    /// `nbf` lies in the future.
    #[error("the ID token is not valid before {at}; this machine's clock says {now}")]
    NotYetValid { at: UnixTime, now: UnixTime },
    /// `iat` lies in the future.
    #[error("the ID token says that it was issued at {at}; this machine's clock says {now}")]
    IssuedInFuture { at: UnixTime, now: UnixTime },
    #[error("the ID token does not belong to this sign-in (its nonce differs)")]
    NonceMismatch,
    /// OpenID Connect Core §12.2: a refresh returned the token of somebody else.
    #[error("the new ID token does not belong to this login (its {claim} has changed)")]
    ClaimChanged { claim: &'static str },
    #[error("the ID token has no usable {claim}")]
    Missing { claim: &'static str },
    #[error("could not get the keys that the server signs ID tokens with")]
    Keys(#[source] DiscoveryError),
}

/// Fetches the server's keys (RFC 7517 §5), again for some seconds after a failure of any kind. Keys of an unsupported
/// kind are left out.
///
/// # Errors
///
/// `Keys`, with the first error, when there is no response, or no JWK set in it.
pub(crate) fn fetch_keys(
    http: &Http,
    jwks_uri: &Url,
    deadline: Deadline,
) -> Result<Vec<Jwk>, IdTokenError> {
    let patience = Deadline::after(KEYS_PATIENCE.min(deadline.remaining()));
    let mut backoff = Backoff::new();
    let mut first_error = None;
    loop {
        match request_keys(http, jwks_uri, deadline) {
            Ok(keys) => return Ok(keys),
            Err(error) => {
                let first = first_error.take().unwrap_or(error);
                if !backoff.wait("The keys of the server have not come", None, patience) {
                    return Err(IdTokenError::Keys(first));
                }
                first_error = Some(first);
            }
        }
    }
}

/// Requests the server's keys once. Fails as `fetch_keys`.
fn request_keys(
    http: &Http,
    jwks_uri: &Url,
    deadline: Deadline,
) -> Result<Vec<Jwk>, DiscoveryError> {
    let request = HttpRequest::get(jwks_uri.clone()).header("accept", "application/json");
    let mut response = http.send_allow_truncated(request, deadline)?;
    let document = discovery::json_document(&mut response)?;
    let keys = document.as_ref().and_then(|document| document.get("keys"));
    let Some(keys) = keys.and_then(Value::as_array) else {
        return Err(DiscoveryError::NotMetadata {
            url: redacted(jwks_uri),
            reason: "it holds no keys",
        });
    };
    Ok(keys.iter().filter_map(read_key).collect())
}

/// Reads one key; `None` for one of an unsupported kind. Its numbers are base64url without padding (RFC 7518 §6), but
/// some servers pad them, or write them in the other alphabet.
fn read_key(key: &Value) -> Option<Jwk> {
    let mut key = key.clone();
    for name in ["n", "e", "x", "y"] {
        if let Some(Value::String(number)) = key.get_mut(name) {
            let unpadded = number.trim().trim_end_matches('=');
            *number = unpadded.replace('+', "-").replace('/', "_");
        }
    }
    serde_json::from_value(key).ok()
}

/// Checks the token's signature, not its claims, with every key that is for such signatures and whose `kid` is the
/// token's; a missing `kid` on either side matches, and several keys may have the same. Nothing is fetched; `jwks_uri`
/// is for errors.
///
/// # Errors
///
/// When it is not a JWT, no key matches, or the signature is wrong, or the header is one that is not accepted.
pub(crate) fn verify_signature(
    id_token: &IdToken,
    keys: &[Jwk],
    jwks_uri: &Url,
) -> Result<(), IdTokenError> {
    jose::install_crypto();
    let (algorithm, key_id) = algorithm_and_key_id(id_token)?;
    let token = id_token.expose();
    let (message, signature) = token.rsplit_once('.').ok_or(IdTokenError::NotAJwt)?;
    let (mut was_key_found, mut was_key_tried) = (false, false);
    for key in keys {
        let may_match =
            key_id.is_none() || key.common.key_id.is_none() || key.common.key_id == key_id;
        was_key_found |= key.common.key_id == key_id && is_of_kind(key, algorithm);
        if !may_match || !is_for(key, algorithm) {
            continue;
        }
        let Ok(key) = DecodingKey::from_jwk(key) else {
            continue;
        };
        was_key_tried = true;
        let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm);
        if verified.unwrap_or(false) {
            return Ok(());
        }
    }
    let jwks_uri = redacted(jwks_uri);
    Err(match (was_key_found, was_key_tried) {
        (_, true) => IdTokenError::BadSignature,
        (true, false) => IdTokenError::NoMatchingKey { jwks_uri },
        (false, false) => IdTokenError::UnknownKey { jwks_uri },
    })
}

/// Returns whether the server offers this key for signatures of this algorithm: `use`, `key_ops` and `alg` allow it
/// where they are there (RFC 7517 §4.2 to §4.4), and the key is of the kind and the curve that the algorithm needs (RFC
/// 7518 §3.1, RFC 8037 §3.1).
fn is_for(key: &Jwk, algorithm: Algorithm) -> bool {
    let about = &key.common;
    let is_for_signatures = about
        .public_key_use
        .as_ref()
        .is_none_or(|it| *it == PublicKeyUse::Signature);
    let may_verify = about
        .key_operations
        .as_ref()
        .is_none_or(|all| all.contains(&KeyOperations::Verify));
    let is_for_algorithm = about
        .key_algorithm
        .is_none_or(|it| it == KeyAlgorithm::from(algorithm));
    is_for_signatures && may_verify && is_for_algorithm && is_of_kind(key, algorithm)
}

/// Returns whether the key is of the kind, and has the curve, that signatures of this algorithm need.
fn is_of_kind(key: &Jwk, algorithm: Algorithm) -> bool {
    match (&key.algorithm, algorithm) {
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => {
            key.curve == EllipticCurve::P256
        }
        (AlgorithmParameters::EllipticCurve(key), Algorithm::ES384) => {
            key.curve == EllipticCurve::P384
        }
        (AlgorithmParameters::OctetKeyPair(key), Algorithm::EdDSA) => {
            key.curve == EllipticCurve::Ed25519
        }
        (AlgorithmParameters::RSA(_), algorithm) => algorithm.family() == AlgorithmFamily::Rsa,
        _ => false,
    }
}

/// Returns `alg` and `kid` of the token's header (RFC 7515 §4.1). Fails if it is not a JWT, `alg` is `none` or not in
/// `jose::ACCEPTED`, or there is a `crit`: no extension of the header is understood here.
fn algorithm_and_key_id(id_token: &IdToken) -> Result<(Algorithm, Option<String>), IdTokenError> {
    let header = Jwt::decode_header(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    if let Some(crit) = header.get("crit") {
        return Err(IdTokenError::Critical {
            crit: excerpt(&crit.to_string()),
        });
    }
    let text = |name| header.get(name).and_then(Value::as_str);
    let algorithm = text("alg").ok_or(IdTokenError::NotAJwt)?;
    if algorithm.eq_ignore_ascii_case("none") {
        return Err(IdTokenError::Unsigned);
    }
    let accepted = algorithm.parse().ok();
    let accepted = accepted.filter(|algorithm| jose::ACCEPTED.contains(algorithm));
    let accepted = accepted.ok_or_else(|| IdTokenError::Algorithm {
        algorithm: excerpt(algorithm),
    })?;
    Ok((accepted, text("kid").map(str::to_owned)))
}

/// Checks the claims, not the signature, of a token that a refresh returned: also that its `iss` and `sub` are those of
/// the earlier token (OpenID Connect Core §12.2). A claim that the earlier token lacks is not compared, and nothing is
/// if there is no earlier token or it cannot be decoded.
///
/// # Errors
///
/// As `check_claims`, and when `iss` or `sub` has changed.
pub(crate) fn check_refreshed(
    id_token: &IdToken,
    earlier: Option<&IdToken>,
    expected: &ExpectedClaims<'_>,
    now: UnixTime,
) -> Result<(), IdTokenError> {
    check_claims(id_token, expected, now)?;
    let Some(earlier) = earlier.and_then(|earlier| Jwt::decode(earlier.expose())) else {
        return Ok(());
    };
    let refreshed = Jwt::decode(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    for claim in ["iss", "sub"] {
        let value = earlier.claims().get(claim);
        if value.is_some() && value != refreshed.claims().get(claim) {
            return Err(IdTokenError::ClaimChanged { claim });
        }
    }
    Ok(())
}

/// Checks the token's claims, not its signature: `aud` and `azp`, `exp`, `nbf` and `iat` if they are there, that there
/// is a `sub`, and `iss` and `nonce` unless `expected` has none. The header has to be an accepted one too.
///
/// # Errors
///
/// When it is not a JWT, a claim is missing or wrong, or the token expired 60 s ago or earlier, or begins or was issued
/// more than 5 minutes from now.
pub(crate) fn check_claims(
    id_token: &IdToken,
    expected: &ExpectedClaims<'_>,
    now: UnixTime,
) -> Result<(), IdTokenError> {
    let ExpectedClaims {
        issuer,
        client_id,
        nonce,
    } = *expected;
    algorithm_and_key_id(id_token)?;
    let jwt = Jwt::decode(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    let claims = jwt.claims();
    let text = |claim: &'static str| {
        let text = claims.get(claim).and_then(Value::as_str);
        text.ok_or(IdTokenError::Missing { claim })
    };
    if let Some(expected) = issuer {
        let issuer = text("iss")?;
        if issuer != expected {
            return Err(IdTokenError::IssuerMismatch {
                issuer: excerpt(issuer),
                expected: excerpt(expected),
            });
        }
    }
    check_audience(claims.get("aud"), claims.get("azp"), client_id)?;
    check_times(&jwt, now)?;
    text("sub")?;
    match nonce {
        Some(nonce) if claims.get("nonce").and_then(Value::as_str) != Some(nonce) => {
            Err(IdTokenError::NonceMismatch)
        }
        _ => Ok(()),
    }
}

/// Checks that the token has an `exp` that has not passed, and neither an `nbf` nor an `iat` in the future (RFC 7519
/// §4.1.4 to §4.1.6), by more than the tolerances above. A missing or null `nbf` or `iat` says nothing; one that is no
/// time is an error.
fn check_times(jwt: &Jwt, now: UnixTime) -> Result<(), IdTokenError> {
    let at = jwt.expires_at();
    let at = at.ok_or(IdTokenError::Missing { claim: "exp" })?;
    if at.as_secs().saturating_add(CLOCK_TOLERANCE) <= now.as_secs() {
        return Err(IdTokenError::Expired { at, now });
    }
    let latest = now.as_secs().saturating_add(AHEAD_TOLERANCE);
    let future = |claim: &'static str, time: Option<UnixTime>| match time {
        None if jwt.claims().get(claim).is_some_and(|it| !it.is_null()) => {
            Err(IdTokenError::Missing { claim })
        }
        time => Ok(time.filter(|time| time.as_secs() > latest)),
    };
    if let Some(at) = future("nbf", jwt.not_before())? {
        return Err(IdTokenError::NotYetValid { at, now });
    }
    if let Some(at) = future("iat", jwt.issued_at())? {
        return Err(IdTokenError::IssuedInFuture { at, now });
    }
    Ok(())
}

/// Checks that `aud` names this client, alone or in a list that has an `azp` if it is longer than one, and that `azp`,
/// if there is one, is this client. Fails if `aud` is missing or a check fails.
fn check_audience(
    aud: Option<&Value>,
    azp: Option<&Value>,
    client_id: &str,
) -> Result<(), IdTokenError> {
    let aud = aud.ok_or(IdTokenError::Missing { claim: "aud" })?;
    let is_us = |value: &Value| value.as_str() == Some(client_id);
    let is_for_us = match aud {
        Value::Array(all) => all.iter().any(is_us) && (all.len() == 1 || azp.is_some()),
        one => is_us(one),
    };
    if is_for_us && azp.is_none_or(is_us) {
        Ok(())
    } else {
        Err(IdTokenError::AudienceMismatch {
            client_id: client_id.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn pair(seed: u8) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key")
    }

    fn signed(header: &Value, claims: &Value, seed: u8) -> IdToken {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = pair(seed).sign(message.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        IdToken::new(format!("{message}.{signature}"))
    }

    fn jwk(seed: u8, key_id: &str) -> Jwk {
        let x = URL_SAFE_NO_PAD.encode(pair(seed).public_key());
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": key_id, "use": "sig" });
        serde_json::from_value(key).expect("a key")
    }

    fn good() -> Value {
        json!({
            "iss": "https://a.example", "aud": "me", "exp": 1_800_000_100, "iat": 1_800_000_000,
            "sub": "ada", "nonce": "n",
        })
    }

    type Change<'a> = &'a [(&'a str, Value)];

    #[test]
    fn a_wrong_or_missing_claim_is_an_error() {
        let check = |change: &[(&str, Value)]| {
            let mut claims = good();
            for (name, value) in change {
                claims[*name] = value.clone();
            }
            let token = signed(&json!({ "alg": "EdDSA" }), &claims, 1);
            let expected = ExpectedClaims {
                issuer: Some("https://a.example"),
                client_id: "me",
                nonce: Some("n"),
            };
            check_claims(&token, &expected, NOW).map_err(|error| error.to_string())
        };
        let other = "the ID token is for another client (its aud is not me)";
        let nonce = "the ID token does not belong to this sign-in (its nonce differs)";
        let table: [(Change<'_>, Result<(), &str>); 25] = [
            (&[], Ok(())),
            (&[("nbf", json!(1_800_000_300))], Ok(())),
            (&[("nbf", Value::Null)], Ok(())),
            (&[("iat", json!(1_800_000_300))], Ok(())),
            (&[("iat", json!(1_800_000_300.9))], Ok(())),
            (&[("iat", Value::Null)], Ok(())),
            (
                &[("nbf", json!(1_800_000_301))],
                Err(
                    "the ID token is not valid before 2027-01-15T08:05:01Z; this machine's clock says 2027-01-15T08:00:00Z",
                ),
            ),
            (
                &[("nbf", json!("soon"))],
                Err("the ID token has no usable nbf"),
            ),
            (
                &[("iat", json!("1800000301"))],
                Err(
                    "the ID token says that it was issued at 2027-01-15T08:05:01Z; this machine's clock says 2027-01-15T08:00:00Z",
                ),
            ),
            (
                &[("iat", json!(1e300))],
                Err(
                    "the ID token says that it was issued at 9223372036854775807 s after 1970; this machine's clock says 2027-01-15T08:00:00Z",
                ),
            ),
            (
                &[("iat", json!(["now"]))],
                Err("the ID token has no usable iat"),
            ),
            (&[("aud", json!(["me"]))], Ok(())),
            (
                &[("aud", json!(["me", "you"])), ("azp", json!("me"))],
                Ok(()),
            ),
            (&[("exp", json!(1_799_999_950))], Ok(())),
            (&[("aud", json!(["me", "you"]))], Err(other)),
            (&[("azp", json!("you"))], Err(other)),
            (&[("aud", json!("you"))], Err(other)),
            (&[("aud", json!("me2"))], Err(other)),
            (&[("aud", Value::Null)], Err(other)),
            (
                &[("iss", json!("https://a.example/"))],
                Err("the ID token was issued by \"https://a.example/\", not by https://a.example"),
            ),
            (
                &[("exp", json!(1_799_999_940))],
                Err(
                    "the ID token expired at 2027-01-15T07:59:00Z; this machine's clock says 2027-01-15T08:00:00Z",
                ),
            ),
            (
                &[("exp", json!("soon"))],
                Err("the ID token has no usable exp"),
            ),
            (
                &[("sub", Value::Null)],
                Err("the ID token has no usable sub"),
            ),
            (&[("nonce", json!("m"))], Err(nonce)),
            (&[("nonce", Value::Null)], Err(nonce)),
        ];
        for (change, expected) in table {
            assert_eq!(check(change), expected.map_err(str::to_owned), "{change:?}");
        }
    }

    #[test]
    fn only_a_signature_by_the_servers_key_is_accepted() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        let verify = |header: Value, seed: u8, keys: &[Jwk]| {
            let token = signed(&header, &good(), seed);
            verify_signature(&token, keys, &uri).map_err(|error| error.to_string())
        };
        let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
        let keys = [jwk(1, "one"), jwk(2, "two")];
        assert_eq!(verify(header("EdDSA", "two"), 2, &keys), Ok(()));
        assert_eq!(verify(json!({ "alg": "EdDSA" }), 2, &keys), Ok(()));
        let bad = Err("the signature of the ID token is wrong".to_owned());
        assert_eq!(verify(header("EdDSA", "one"), 2, &keys), bad);
        assert_eq!(verify(json!({ "alg": "EdDSA" }), 3, &keys), bad);
        let none = Err(
            "https://a.example/jwks has no key that matches the ID token's signature".to_owned(),
        );
        assert_eq!(verify(header("EdDSA", "three"), 2, &keys), none);
        assert_eq!(verify(header("RS256", "one"), 1, &keys), none);
        assert_eq!(verify(header("EdDSA", "one"), 1, &[]), none);
        for alg in ["none", "None", "NONE"] {
            let unsigned = verify(header(alg, "one"), 1, &keys).expect_err(alg);
            assert!(unsigned.contains("not signed"), "{unsigned}");
        }
        for alg in ["HS256", "ES512", "x"] {
            let refused = verify(header(alg, "one"), 1, &keys).expect_err(alg);
            assert!(refused.contains(&format!("({alg})")), "{refused}");
        }
    }

    #[test]
    fn a_header_with_crit_is_refused_whatever_it_names() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        let expected = ExpectedClaims {
            issuer: None,
            client_id: "me",
            nonce: None,
        };
        for (crit, shown) in [
            (json!(["b64"]), "[\"b64\"]"),
            (json!(["exp", "x"]), "[\"exp\",\"x\"]"),
            (json!([]), "[]"),
            (json!("b64"), "\"b64\""),
            (json!({}), "{}"),
            (Value::Null, "null"),
        ] {
            let header = json!({ "alg": "EdDSA", "b64": true, "crit": crit });
            let token = signed(&header, &good(), 1);
            let text = format!(
                "the ID token's header has fields that its reader must understand, \
                 and they are not understood here (crit is {shown})"
            );
            let claims = check_claims(&token, &expected, NOW).expect_err("crit");
            assert_eq!(claims.to_string(), text);
            let signature = verify_signature(&token, &[jwk(1, "one")], &uri).expect_err("crit");
            assert_eq!(signature.to_string(), text);
        }
    }

    #[test]
    fn a_key_that_is_for_something_else_verifies_nothing() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        let token = signed(&json!({ "alg": "EdDSA", "kid": "one" }), &good(), 1);
        let verify = |changes: Change<'_>| {
            let mut key = serde_json::to_value(jwk(1, "one")).expect("JSON");
            for (name, value) in changes {
                key[*name] = value.clone();
            }
            let key = serde_json::from_value(key).ok();
            let keys: Vec<Jwk> = key.into_iter().collect();
            verify_signature(&token, &keys, &uri).is_ok()
        };
        let table: [(Change<'_>, bool); 17] = [
            (&[], true),
            (&[("use", Value::Null)], true),
            (&[("alg", json!("EdDSA"))], true),
            (&[("key_ops", json!(["verify"]))], true),
            (&[("key_ops", json!(["sign", "verify"]))], true),
            (
                &[("use", Value::Null), ("key_ops", json!(["verify"]))],
                true,
            ),
            (&[("use", json!("enc"))], false),
            (&[("use", json!("SIG"))], false),
            (&[("use", json!(""))], false),
            (&[("key_ops", json!([]))], false),
            (&[("key_ops", json!(["sign"]))], false),
            (&[("key_ops", json!(["encrypt", "wrapKey"]))], false),
            (&[("key_ops", json!("verify"))], false),
            (&[("alg", json!("ES256"))], false),
            (&[("alg", json!("ES512"))], false),
            (&[("alg", json!(""))], false),
            (&[("crv", json!("P-256"))], false),
        ];
        for (changes, is_valid) in table {
            assert_eq!(verify(changes), is_valid, "{changes:?}");
        }
    }

    #[test]
    fn numbers_of_a_key_may_be_padded_or_in_the_other_alphabet() {
        use base64::engine::general_purpose::STANDARD;

        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        // Among these keys are some whose text has `+` or `/`.
        for seed in 1..9 {
            let token = signed(&json!({ "alg": "EdDSA", "kid": "one" }), &good(), seed);
            let x = STANDARD.encode(pair(seed).public_key());
            assert!(x.ends_with('='));
            let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": "one" });
            let keys: Vec<_> = read_key(&key).into_iter().collect();
            assert!(verify_signature(&token, &keys, &uri).is_ok(), "{key}");
        }
    }

    #[test]
    fn of_several_keys_with_one_kid_the_one_that_fits_decides() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        let token = signed(&json!({ "alg": "EdDSA", "kid": "one" }), &good(), 2);
        let rsa = json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one" });
        let rsa = serde_json::from_value(rsa).expect("a key");
        let mut keys = vec![rsa, jwk(1, "one"), jwk(2, "one")];
        assert!(verify_signature(&token, &keys, &uri).is_ok());
        keys.pop();
        let error = verify_signature(&token, &keys, &uri).expect_err("no such key");
        assert!(matches!(error, IdTokenError::BadSignature), "{error}");
    }

    #[test]
    fn text_that_is_no_jwt_is_an_error() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        for token in ["", "a", "a.b.c", "e30.e30.", "..", "{}"] {
            let token = IdToken::new(token.to_owned());
            let error = verify_signature(&token, &[jwk(1, "one")], &uri).expect_err("no JWT");
            assert!(matches!(error, IdTokenError::NotAJwt), "{error}");
        }
    }
}
