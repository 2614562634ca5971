//! How a client authenticates (RFC 6749 §2.3, OpenID Connect Core §9, RFC 7523 §2.2).
//!
//! Secret: the client secret, the private key, and what is derived from them for one request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::form::Form;
use super::jose;
use super::pem::{NoPrivateKey, private_key_block};
use super::random::random_text;
use crate::token::UnixTime;
use crate::trusted_file::UntrustedFile;

/// For how many seconds an assertion is valid: it is made for one request.
const ASSERTION_LIFETIME: i64 = 120;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a client cannot authenticate. The secret or key itself is never quoted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientAuthError {
    #[error("could not read the {what}")]
    Unreadable {
        /// The configuration's key for where it is.
        key: &'static str,
        what: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Somebody else may have it already.
    #[error("others may read {file}, which holds a secret")]
    ReadableByOthers { file: String },
    /// Somebody else may have put another in its place.
    #[error(transparent)]
    Untrusted(#[from] UntrustedFile),
    /// `key` is the configuration's key that names the file.
    #[error("{file} does not contain exactly one line with a client secret")]
    NoSecret { key: &'static str, file: String },
    #[error("{file} does not hold a usable private key in PEM: {reason}")]
    BadKey { file: String, reason: &'static str },
    /// The signature of an assertion could not be made.
    #[error("signing with the private key failed")]
    CannotSign,
}

/// A client, as the server knows it.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) authentication: Authentication,
}

/// How a client authenticates, with what it needs for that.
pub(crate) enum Authentication {
    /// A public client, which has no secret.
    None,
    /// `client_secret_basic`.
    Basic(SecretString),
    /// `client_secret_post`.
    Post(SecretString),
    /// `private_key_jwt`.
    PrivateKeyJwt(AssertionKey),
}

/// A request with the client's authentication.
pub(crate) struct AuthenticatedRequest {
    pub(super) form: Form,
    /// The `Authorization` header.
    pub(super) authorization: Option<SecretString>,
    /// The client secret in the header. Like the secrets in the form, it must not be repeated in an error text.
    pub(super) header_secret: Option<SecretString>,
}

impl AuthenticatedRequest {
    /// Returns a request with nothing but its form: that of a public client, which has its `client_id` in there
    /// already.
    pub(crate) fn form_only(form: Form) -> Self {
        Self {
            form,
            authorization: None,
            header_secret: None,
        }
    }
}

impl Client {
    /// Adds the client's authentication at the end of the form, or beside it as a header. The form gets the `client_id`
    /// too, except with `client_secret_basic`.
    ///
    /// `audience` is the audience of an assertion (RFC 7523 §3, 3): for the token endpoint its own URL, which every
    /// server accepts; for other endpoints the server's issuer, as RFC 7009 and RFC 8628 name no other audience.
    ///
    /// # Errors
    ///
    /// When an assertion cannot be signed.
    pub(crate) fn authenticate(
        &self,
        mut form: Form,
        audience: &str,
        now: UnixTime,
    ) -> Result<AuthenticatedRequest, ClientAuthError> {
        let mut authorization = None;
        let mut header_secret = None;
        let mut add = |name: &str, value: &str| form.push((name.to_owned(), value.into()));
        match &self.authentication {
            Authentication::None => add("client_id", &self.id),
            Authentication::Basic(secret) => {
                authorization = Some(basic_authorization(&self.id, secret));
                header_secret = Some(secret.clone());
            }
            Authentication::Post(secret) => {
                add("client_id", &self.id);
                add("client_secret", secret.expose_secret());
            }
            Authentication::PrivateKeyJwt(key) => {
                add("client_id", &self.id);
                add("client_assertion_type", ASSERTION_TYPE);
                add("client_assertion", &key.assertion(&self.id, audience, now)?);
            }
        }
        Ok(AuthenticatedRequest {
            form,
            authorization,
            header_secret,
        })
    }
}

/// Returns the whole value of the header, `Basic` and the encoded pair. Id and secret are each form-encoded before they
/// are joined (RFC 6749 §2.3.1), so that a colon or a letter beyond ASCII has one meaning only.
fn basic_authorization(id: &str, secret: &SecretString) -> SecretString {
    let form_encoded = |text: &str| -> Zeroizing<String> {
        Zeroizing::new(byte_serialize(text.as_bytes()).collect())
    };
    let secret = form_encoded(secret.expose_secret());
    let pair = Zeroizing::new(format!("{}:{}", *form_encoded(id), *secret));
    let base64 = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    format!("Basic {}", *base64).into()
}

/// A private key that signs assertions.
pub(crate) struct AssertionKey {
    key: EncodingKey,
    algorithm: Algorithm,
    key_id: Option<String>,
}

impl AssertionKey {
    /// Reads the first private key in a text with PEM: RSA with 2048 to 4096 bits (RS256), P-256 in PKCS #8 (ES256) or
    /// Ed25519 (EdDSA). `file` is the name for errors.
    ///
    /// # Errors
    ///
    /// When there is none, it is something else or encrypted, or a trial signature with it fails.
    pub(crate) fn from_pem(
        pem: &[u8],
        key_id: Option<String>,
        file: &str,
    ) -> Result<Self, ClientAuthError> {
        let bad = |reason| ClientAuthError::BadKey {
            file: file.to_owned(),
            reason,
        };
        let block = match private_key_block(pem) {
            Ok(block) => block,
            Err(NoPrivateKey::OtherBlocks) => {
                return Err(bad("there is no private key in it, only other blocks"));
            }
            Err(NoPrivateKey::NoBlock) => return Err(bad("there is no complete block in it")),
        };
        if block.is_encrypted {
            return Err(bad("the key is encrypted"));
        }
        if block.label == "EC PRIVATE KEY" {
            return Err(bad(
                "the key is in the old SEC1 format for elliptic curves, and PKCS #8 is needed",
            ));
        }
        let pem = block.pem.as_bytes();
        let if_parsed =
            |algorithm, key: Result<EncodingKey, _>| key.ok().map(|key| (algorithm, key));
        let (algorithm, key) = if_parsed(Algorithm::RS256, EncodingKey::from_rsa_pem(pem))
            .or_else(|| if_parsed(Algorithm::ES256, EncodingKey::from_ec_pem(pem)))
            .or_else(|| if_parsed(Algorithm::EdDSA, EncodingKey::from_ed_pem(pem)))
            .ok_or_else(|| bad("the key is none of RSA, P-256 and Ed25519"))?;
        let key = Self {
            key,
            algorithm,
            key_id,
        };
        key.assertion("", "", UnixTime::from_secs(0))
            .map_err(|_| bad("the key is none of RSA with 2048 to 4096 bits, P-256 and Ed25519"))?;
        Ok(key)
    }

    /// Returns a JWT that authenticates the client (RFC 7523 §3), valid for one use within two minutes. Fails if there
    /// are no random bytes or the signature cannot be made.
    fn assertion(
        &self,
        client_id: &str,
        audience: &str,
        now: UnixTime,
    ) -> Result<Zeroizing<String>, ClientAuthError> {
        jose::install_crypto();
        let mut header = Header::new(self.algorithm);
        header.kid.clone_from(&self.key_id);
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": random_text().map_err(|_| ClientAuthError::CannotSign)?,
            "iat": now.as_secs(),
            "exp": now.as_secs().saturating_add(ASSERTION_LIFETIME),
        });
        jsonwebtoken::encode(&header, &claims, &self.key)
            .map(Zeroizing::new)
            .map_err(|_| ClientAuthError::CannotSign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::form::form;
    use crate::token::Jwt;

    fn authenticated(authentication: Authentication) -> (Vec<(String, String)>, Option<String>) {
        let client = Client {
            id: "me: &co".to_owned(),
            authentication,
        };
        let now = UnixTime::from_secs(1_800_000_000);
        let request = client
            .authenticate(form([("grant_type", "x")]), "https://a.example", now)
            .expect("it can");
        let form = request.form.into_iter();
        let form = form.map(|(name, value)| (name, value.expose_secret().to_owned()));
        let header = request
            .authorization
            .map(|header| header.expose_secret().to_owned());
        (form.collect(), header)
    }

    #[test]
    fn each_auth_method_goes_in_the_form_or_the_header() {
        let names = |form: &[(String, String)]| -> String {
            form.iter()
                .map(|(name, value)| format!("{name}={value} "))
                .collect()
        };
        let (form, header) = authenticated(Authentication::None);
        assert_eq!(
            (names(&form).as_str(), header),
            ("grant_type=x client_id=me: &co ", None)
        );

        let (form, header) = authenticated(Authentication::Post("s:e c".into()));
        let wanted = "grant_type=x client_id=me: &co client_secret=s:e c ";
        assert_eq!((names(&form).as_str(), header), (wanted, None));

        let (form, header) = authenticated(Authentication::Basic("s:e cé".into()));
        assert_eq!(names(&form), "grant_type=x ");
        let header = header.expect("a header");
        let coded = header.strip_prefix("Basic ").expect("Basic");
        let pair = STANDARD.decode(coded).expect("base64");
        assert_eq!(pair, b"me%3A+%26co:s%3Ae+c%C3%A9");
    }

    /// RFC 8410 §10.3's example.
    const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
";

    #[test]
    fn an_assertion_has_issuer_audience_and_expiry() {
        let key =
            AssertionKey::from_pem(ED25519.as_bytes(), Some("k1".into()), "f").expect("a key");
        let (form, header) = authenticated(Authentication::PrivateKeyJwt(key));
        assert_eq!(header, None);
        assert_eq!(form[1], ("client_id".into(), "me: &co".into()));
        assert_eq!(
            form[2],
            ("client_assertion_type".into(), ASSERTION_TYPE.into())
        );
        let jwt = Jwt::decode(&form[3].1).expect("a JWT");
        let claims = jwt.claims();
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&json!("me: &co"), &json!("me: &co"))
        );
        assert_eq!(claims["aud"], "https://a.example");
        assert_eq!(claims["exp"], 1_800_000_120);
        let header = jsonwebtoken::decode_header(&form[3].1).expect("a header");
        assert_eq!(
            (header.alg, header.kid.as_deref()),
            (Algorithm::EdDSA, Some("k1"))
        );
    }

    #[test]
    fn an_unusable_key_is_explained_and_not_quoted() {
        for (pem, reason) in [
            ("hunter2", "no complete block"),
            ("", "no complete block"),
            ("-----BEGIN PRIVATE KEY-----\nhunter2", "no complete block"),
            (
                "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n",
                "only other blocks",
            ),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "the key is encrypted",
            ),
            (
                "-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----\n",
                "PKCS #8",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n",
                "none of RSA",
            ),
        ] {
            let error = AssertionKey::from_pem(pem.as_bytes(), None, "k.pem")
                .map(|_| ())
                .expect_err(pem)
                .to_string();
            assert!(
                error.starts_with("k.pem ") && error.contains(reason),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
