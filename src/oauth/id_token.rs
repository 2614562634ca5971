//! What an ID token has to say before it is believed (OpenID Connect Core §3.1.3.7).
//!
//! It comes straight from the token endpoint over TLS. It is checked all the same: signature by the server's keys
//! (RFC 7517), issuer, audience, end, and the nonce that ties it to this sign-in.
//!
//! Secret: the token. An error quotes nothing of it but its issuer and algorithm.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;
use url::Url;

use super::discovery::{self, DiscoveryError};
use super::jose;
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::http::{Http, HttpRequest, redacted};
use crate::token::{IdToken, Jwt, UnixTime};

/// How far the server's clock may be from ours.
const CLOCK_TOLERANCE: i64 = 60;

/// What the token has to say.
pub(crate) struct Expected<'a> {
    /// `None` where only endpoints are known.
    pub(crate) issuer: Option<&'a str>,
    pub(crate) client_id: &'a str,
    /// `None` where none was sent.
    pub(crate) nonce: Option<&'a str>,
}

/// Why an ID token is not believed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdTokenError {
    #[error("the ID token is not a JSON web token")]
    NotAJwt,
    /// `alg` is `none`.
    #[error("the ID token is not signed (its alg is none)")]
    Unsigned,
    #[error("the ID token is signed in a way that is not believed here ({algorithm})")]
    Algorithm { algorithm: String },
    #[error("{jwks_uri} has no key that the ID token could be signed with")]
    NoKey { jwks_uri: String },
    #[error("the signature of the ID token is wrong")]
    BadSignature,
    #[error("the ID token was issued by {said:?}, and {expected} was asked")]
    OtherIssuer { said: String, expected: String },
    #[error("the ID token is for another client (its aud is not {client_id})")]
    OtherAudience { client_id: String },
    #[error("the ID token ended at {at}; this machine says that it is {now}")]
    Expired { at: UnixTime, now: UnixTime },
    #[error("the ID token does not belong to this sign-in (its nonce differs)")]
    NonceMismatch,
    /// OpenID Connect Core §12.2.
    #[error("the ID token is not of this login (its {claim} is another)")]
    OtherLogin { claim: &'static str },
    #[error("the ID token lacks {claim}")]
    Missing { claim: &'static str },
    #[error("could not get the keys that ID tokens are signed with")]
    Keys(#[source] DiscoveryError),
}

/// Fetches the server's keys (RFC 7517 §5); what is no key that is known here is left out.
pub(crate) fn keys(
    http: &Http,
    jwks_uri: &Url,
    deadline: Deadline,
) -> Result<Vec<Jwk>, IdTokenError> {
    let request = HttpRequest::get(jwks_uri.clone()).header("accept", "application/json");
    let response = http
        .send(request, deadline)
        .map_err(|error| IdTokenError::Keys(error.into()))?;
    let document = discovery::document(&response).map_err(IdTokenError::Keys)?;
    let keys = document.as_ref().and_then(|document| document.get("keys"));
    let Some(keys) = keys.and_then(Value::as_array) else {
        return Err(IdTokenError::Keys(DiscoveryError::NotMetadata {
            url: redacted(jwks_uri),
            what: "it holds no keys",
        }));
    };
    let keys = keys.iter();
    Ok(keys
        .filter_map(|key| serde_json::from_value(key.clone()).ok())
        .collect())
}

/// Checks the signature. `jwks_uri` is for errors.
pub(crate) fn verify(id_token: &IdToken, keys: &[Jwk], jwks_uri: &Url) -> Result<(), IdTokenError> {
    jose::install();
    let (algorithm, key_id) = header(id_token)?;
    let token = id_token.expose();
    let (message, signature) = token.rsplit_once('.').ok_or(IdTokenError::NotAJwt)?;
    let mut was_tried = false;
    for key in keys {
        let is_named =
            key_id.is_none() || key.common.key_id.is_none() || key.common.key_id == key_id;
        let Ok(key) = DecodingKey::from_jwk(key) else {
            continue;
        };
        if !is_named || key.family() != algorithm.family() {
            continue;
        }
        was_tried = true;
        let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, algorithm);
        if verified.unwrap_or(false) {
            return Ok(());
        }
    }
    Err(if was_tried {
        IdTokenError::BadSignature
    } else {
        IdTokenError::NoKey {
            jwks_uri: redacted(jwks_uri),
        }
    })
}

/// Returns how the token says that it is signed, and with which key.
fn header(id_token: &IdToken) -> Result<(Algorithm, Option<String>), IdTokenError> {
    let header = Jwt::decode_header(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    let text = |name| header.get(name).and_then(Value::as_str);
    let algorithm = text("alg").ok_or(IdTokenError::NotAJwt)?;
    if algorithm.eq_ignore_ascii_case("none") {
        return Err(IdTokenError::Unsigned);
    }
    let known = algorithm.parse().ok();
    let known = known.filter(|algorithm| jose::VERIFIED.contains(algorithm));
    let known = known.ok_or_else(|| IdTokenError::Algorithm {
        algorithm: excerpt(algorithm),
    })?;
    Ok((known, text("kid").map(str::to_owned)))
}

/// Checks what a token says that came with a refresh: also that it is of the same login (OpenID Connect Core §12.2).
pub(crate) fn check_renewed(
    id_token: &IdToken,
    earlier: Option<&IdToken>,
    expected: &Expected<'_>,
    now: UnixTime,
) -> Result<(), IdTokenError> {
    check_claims(id_token, expected, now)?;
    let Some(earlier) = earlier.and_then(|earlier| Jwt::decode(earlier.expose())) else {
        return Ok(());
    };
    let renewed = Jwt::decode(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    for claim in ["iss", "sub"] {
        let was = earlier.claims().get(claim);
        if was.is_some() && was != renewed.claims().get(claim) {
            return Err(IdTokenError::OtherLogin { claim });
        }
    }
    Ok(())
}

/// Checks what the token says.
pub(crate) fn check_claims(
    id_token: &IdToken,
    expected: &Expected<'_>,
    now: UnixTime,
) -> Result<(), IdTokenError> {
    let Expected {
        issuer,
        client_id,
        nonce,
    } = *expected;
    header(id_token)?;
    let jwt = Jwt::decode(id_token.expose()).ok_or(IdTokenError::NotAJwt)?;
    let claims = jwt.claims();
    let text = |claim: &'static str| {
        let text = claims.get(claim).and_then(Value::as_str);
        text.ok_or(IdTokenError::Missing { claim })
    };
    if let Some(expected) = issuer {
        let said = text("iss")?;
        if said != expected {
            return Err(IdTokenError::OtherIssuer {
                said: excerpt(said),
                expected: excerpt(expected),
            });
        }
    }
    check_audience(claims.get("aud"), claims.get("azp"), client_id)?;
    let ends = jwt.expires_at();
    let at = ends.ok_or(IdTokenError::Missing { claim: "exp" })?;
    if at.as_secs().saturating_add(CLOCK_TOLERANCE) <= now.as_secs() {
        return Err(IdTokenError::Expired { at, now });
    }
    text("sub")?;
    match nonce {
        Some(nonce) if claims.get("nonce").and_then(Value::as_str) != Some(nonce) => {
            Err(IdTokenError::NonceMismatch)
        }
        _ => Ok(()),
    }
}

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
        Err(IdTokenError::OtherAudience {
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
    fn every_claim_has_to_be_right() {
        let said = |change: &[(&str, Value)]| {
            let mut claims = good();
            for (name, value) in change {
                claims[*name] = value.clone();
            }
            let token = signed(&json!({ "alg": "EdDSA" }), &claims, 1);
            let expected = Expected {
                issuer: Some("https://a.example"),
                client_id: "me",
                nonce: Some("n"),
            };
            check_claims(&token, &expected, NOW).map_err(|error| error.to_string())
        };
        let other = "the ID token is for another client (its aud is not me)";
        let nonce = "the ID token does not belong to this sign-in (its nonce differs)";
        let table: [(Change<'_>, Result<(), &str>); 15] = [
            (&[], Ok(())),
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
                Err(
                    "the ID token was issued by \"https://a.example/\", and https://a.example was asked",
                ),
            ),
            (
                &[("exp", json!(1_799_999_940))],
                Err(
                    "the ID token ended at 2027-01-15T07:59:00Z; this machine says that it is 2027-01-15T08:00:00Z",
                ),
            ),
            (&[("exp", json!("soon"))], Err("the ID token lacks exp")),
            (&[("sub", Value::Null)], Err("the ID token lacks sub")),
            (&[("nonce", json!("m"))], Err(nonce)),
            (&[("nonce", Value::Null)], Err(nonce)),
        ];
        for (change, expected) in table {
            assert_eq!(said(change), expected.map_err(str::to_owned), "{change:?}");
        }
    }

    #[test]
    fn only_a_key_of_the_server_makes_it_believed() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        let verify = |header: Value, seed: u8, keys: &[Jwk]| {
            let token = signed(&header, &good(), seed);
            super::verify(&token, keys, &uri).map_err(|error| error.to_string())
        };
        let header = |alg: &str, kid: &str| json!({ "alg": alg, "kid": kid });
        let keys = [jwk(1, "one"), jwk(2, "two")];
        assert_eq!(verify(header("EdDSA", "two"), 2, &keys), Ok(()));
        assert_eq!(verify(json!({ "alg": "EdDSA" }), 2, &keys), Ok(()));
        let bad = Err("the signature of the ID token is wrong".to_owned());
        assert_eq!(verify(header("EdDSA", "one"), 2, &keys), bad);
        assert_eq!(verify(json!({ "alg": "EdDSA" }), 3, &keys), bad);
        let none = Err(
            "https://a.example/jwks has no key that the ID token could be signed with".to_owned(),
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
    fn what_is_no_jwt_is_told() {
        let uri = Url::parse("https://a.example/jwks").expect("a URL");
        for token in ["", "a", "a.b.c", "e30.e30.", "..", "{}"] {
            let token = IdToken::new(token.to_owned());
            let error = verify(&token, &[jwk(1, "one")], &uri).expect_err("no JWT");
            assert!(matches!(error, IdTokenError::NotAJwt), "{error}");
        }
    }
}
