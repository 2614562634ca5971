//! Reads the claims of a JSON Web Token (RFC 7519) without verifying it.
//!
//! Only to find out when a token expires and to whom it belongs: whether it is valid is decided by the server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde_json::{Map, Value};

use super::time::UnixTime;

/// The unverified claims of a JWT.
pub(crate) struct Jwt {
    claims: Map<String, Value>,
}

impl Jwt {
    /// Decodes the claims, the part before the last of three; `None` if there are fewer parts or that one is not a JSON
    /// object in base64url. The other parts are not looked at.
    pub(crate) fn decode(token: &str) -> Option<Self> {
        insecure_decode_claims(token)
            .ok()
            .map(|claims| Self { claims })
    }

    /// Decodes the header (RFC 7515 §4), the part before the first dot, whatever follows; `None` if that part is not a
    /// JSON object in base64url.
    pub(crate) fn decode_header(token: &str) -> Option<Map<String, Value>> {
        let (header, _) = token.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()
    }

    /// Returns when the token expires, `exp` (RFC 7519 §4.1.4), without fractions of a second; `None` without a usable
    /// one.
    pub(crate) fn expires_at(&self) -> Option<UnixTime> {
        self.time("exp")
    }

    /// Returns when the token was issued, `iat` (RFC 7519 §4.1.6), without fractions of a second; `None` without a
    /// usable one.
    pub(crate) fn issued_at(&self) -> Option<UnixTime> {
        self.time("iat")
    }

    /// Returns the time before which the token must not be accepted, `nbf` (RFC 7519 §4.1.5), without fractions of a
    /// second; `None` without a usable one.
    pub(crate) fn not_before(&self) -> Option<UnixTime> {
        self.time("nbf")
    }

    /// Returns all claims.
    pub(crate) fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// Returns a claim as a time, fractions of a second dropped; `None` if it is missing, or neither a number nor a
    /// string that contains one.
    fn time(&self, claim: &str) -> Option<UnixTime> {
        super::seconds::whole_number(self.claims.get(claim)?).map(UnixTime::from_secs)
    }
}
