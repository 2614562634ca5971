//! A token set: the tokens of a login, and when they expire.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::jwt::Jwt;
use super::lifetime::Lifetime;
use super::secret::{AccessToken, IdToken, RefreshToken};
use super::time::UnixTime;

/// The assumed lifetime of a token if neither the server nor the token says (Prusa Account grants an hour).
const ASSUMED_LIFETIME: Duration = Duration::from_secs(3600);

/// How far two clocks may differ before a stored expiry is attributed to a wrong clock.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);

/// The unknown fields of a JSON object, kept unchanged.
#[derive(Clone, Default)]
pub(crate) struct OtherFields(pub(super) Map<String, Value>);

impl OtherFields {
    /// Keeps the remaining fields of an object.
    pub(crate) fn new(fields: Map<String, Value>) -> Self {
        Self(fields)
    }

    /// Returns the fields, to be written again.
    pub(crate) fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// Shows no field.
impl fmt::Debug for OtherFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtherFields(…)")
    }
}

/// Wipes every text in the fields' values.
impl Drop for OtherFields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

/// Overwrites with zeros and empties every string in a JSON value, at any depth; keys and numbers stay.
fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a login holds: RFC 6749 §5.1's answer, and what came with it.
///
/// Every token is optional: a store may hold only a refresh token, and an answer may lack what it should have.
#[derive(Clone, Debug, Default)]
pub(crate) struct TokenSet {
    pub(crate) access_token: Option<AccessToken>,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) id_token: Option<IdToken>,
    pub(crate) token_type: Option<String>,
    /// Space-delimited (RFC 6749 §3.3).
    pub(crate) scope: Option<String>,
    /// The lifetime of the access token in seconds; `None` if the server sent no usable value (zero is not usable).
    pub(crate) expires_in: Option<u64>,
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) other: OtherFields,
}

impl TokenSet {
    /// Returns a set that holds this access token and nothing else.
    pub(crate) fn of_access_token(access_token: AccessToken) -> Self {
        Self {
            access_token: Some(access_token),
            ..Self::default()
        }
    }

    /// Returns a set that holds this refresh token, if there is one, and nothing else.
    pub(crate) fn of_refresh_token(refresh_token: Option<RefreshToken>) -> Self {
        Self {
            refresh_token,
            ..Self::default()
        }
    }

    /// Returns this set with the fields of `newer` in place of its own, as RFC 6749 §6 wants of an answer to a
    /// refresh: what the server did not send again stays, such as the refresh token or a field that is not standard.
    /// `expires_in` and `expires_at` belong to the access token: if `newer` has an access token, both are taken from
    /// `newer`, even if absent there; else both stay.
    #[must_use]
    pub(crate) fn refreshed_with(mut self, mut newer: TokenSet) -> TokenSet {
        let has_new_access_token = newer.access_token.is_some();
        let mut other = OtherFields(std::mem::take(&mut self.other.0));
        other.0.append(&mut newer.other.0);
        TokenSet {
            // These belong to the access token and are replaced with it.
            expires_in: if has_new_access_token {
                newer.expires_in
            } else {
                self.expires_in
            },
            expires_at: if has_new_access_token {
                newer.expires_at
            } else {
                self.expires_at
            },
            access_token: newer.access_token.or(self.access_token),
            refresh_token: newer.refresh_token.or(self.refresh_token),
            id_token: newer.id_token.or(self.id_token),
            token_type: newer.token_type.or(self.token_type),
            scope: newer.scope.or(self.scope),
            other,
        }
    }

    /// Returns when the access token expires, or `None` if that is unknown. Does not look whether there is one.
    ///
    /// `expires_at`, else the JWT's `exp`, else `expires_in` counted from `written_at`, else an hour from then; `None`
    /// only if `written_at` is needed and absent. Whichever of these it is, a token that is valid for longer than
    /// `expires_in` says (30 s are tolerated) was stored by a wrong clock: then the JWT's `exp` decides, and without
    /// one the token counts as expired.
    pub(crate) fn access_expires_at(
        &self,
        written_at: Option<UnixTime>,
        now: UnixTime,
    ) -> Option<UnixTime> {
        let by_claim = || {
            self.access_token
                .as_ref()
                .and_then(|token| Jwt::decode(token.expose())?.expires_at())
        };
        let granted = self.expires_in.map(Duration::from_secs);
        let expires_at = self
            .expires_at
            .or_else(by_claim)
            .or_else(|| Some(written_at?.plus(granted.unwrap_or(ASSUMED_LIFETIME))))?;
        match granted {
            Some(granted) if now.until(expires_at) > granted.saturating_add(CLOCK_TOLERANCE) => {
                Some(by_claim().unwrap_or(UnixTime::from_secs(0)))
            }
            _ => Some(expires_at),
        }
    }

    /// Returns whether there is an access token that stays valid for at least `min_ttl`, capped as in
    /// `Lifetime::fresh_until`. If it is not known when it expires, it counts as valid.
    pub(crate) fn is_fresh(
        &self,
        written_at: Option<UnixTime>,
        now: UnixTime,
        min_ttl: Duration,
    ) -> bool {
        self.access_token.is_some()
            && self
                .access_lifetime(written_at, now)
                .is_none_or(|life| life.is_valid(now, min_ttl))
    }

    /// Returns the lifetime of the access token, if it is known when it expires: see `access_expires_at`. The granted
    /// lifetime is `expires_in`, else the JWT's `exp` minus its `iat`, else unknown.
    pub(crate) fn access_lifetime(
        &self,
        written_at: Option<UnixTime>,
        now: UnixTime,
    ) -> Option<Lifetime> {
        let by_claims = || {
            let jwt = Jwt::decode(self.access_token.as_ref()?.expose())?;
            Some(jwt.issued_at()?.until(jwt.expires_at()?))
        };
        Some(Lifetime {
            expires_at: self.access_expires_at(written_at, now)?,
            granted: self.expires_in.map(Duration::from_secs).or_else(by_claims),
        })
    }

    /// Returns the lifetime of the ID token, if it says when it expires: until `exp`, granted from `iat` on.
    pub(crate) fn id_lifetime(&self) -> Option<Lifetime> {
        let jwt = Jwt::decode(self.id_token.as_ref()?.expose())?;
        let expires_at = jwt.expires_at()?;
        let granted = jwt.issued_at().map(|at| at.until(expires_at));
        Some(Lifetime {
            expires_at,
            granted,
        })
    }

    /// Returns when the refresh token expires, if it is a JWT that says so.
    pub(crate) fn refresh_expires_at(&self) -> Option<UnixTime> {
        Jwt::decode(self.refresh_token.as_ref()?.expose())?.expires_at()
    }

    /// Returns a field that is not one of the standard ones.
    pub(crate) fn other_field(&self, name: &str) -> Option<&Value> {
        self.other.0.get(name)
    }

    /// Removes and returns a field that is not one of the standard ones.
    pub(crate) fn take_other_field(&mut self, name: &str) -> Option<Value> {
        self.other.0.remove(name)
    }

    /// Sets a field that is not one of the standard ones; `None` removes it.
    pub(crate) fn set_other_field(&mut self, name: &str, value: Option<Value>) {
        match value {
            Some(value) => self.other.0.insert(name.to_owned(), value),
            None => self.other.0.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jwt;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn set(json: &str) -> TokenSet {
        TokenSet::parse(json.as_bytes()).expect("a token set")
    }

    #[test]
    fn expiry_is_expires_at_else_exp_else_expires_in_else_an_hour() {
        let told = |json: String| {
            set(&json)
                .access_expires_at(Some(NOW), NOW)
                .map(UnixTime::as_secs)
        };
        let token = jwt(r#"{"exp":1800000500}"#);
        assert_eq!(
            told(format!(
                r#"{{"access_token":"{token}","expires_at":1800000900}}"#
            )),
            Some(1_800_000_900)
        );
        assert_eq!(
            told(format!(r#"{{"access_token":"{token}","expires_in":3600}}"#)),
            Some(1_800_000_500)
        );
        assert_eq!(
            told(r#"{"access_token":"opaque","expires_in":60}"#.into()),
            Some(1_800_000_060)
        );
        assert_eq!(
            told(r#"{"access_token":"opaque"}"#.into()),
            Some(1_800_003_600)
        );
        assert_eq!(
            set(r#"{"access_token":"opaque"}"#).access_expires_at(None, NOW),
            None
        );
    }

    #[test]
    fn more_time_left_than_granted_means_a_wrong_clock() {
        let opaque = set(r#"{"access_token":"opaque","expires_in":3600,"expires_at":1800090000}"#);
        assert!(!opaque.is_fresh(Some(NOW), NOW, Duration::from_secs(30)));
        let token = jwt(r#"{"exp":1800001000}"#);
        let decided = set(&format!(
            r#"{{"access_token":"{token}","expires_in":3600,"expires_at":1800090000}}"#
        ));
        assert_eq!(
            decided.access_expires_at(Some(NOW), NOW),
            Some(UnixTime::from_secs(1_800_001_000))
        );
    }

    #[test]
    fn min_ttl_is_capped_at_a_fifth_of_the_lifetime() {
        let short = set(r#"{"access_token":"opaque","expires_in":50,"expires_at":1800000010}"#);
        assert!(short.is_fresh(None, NOW, Duration::from_secs(30)));
        let shorter = set(r#"{"access_token":"opaque","expires_in":50,"expires_at":1800000009}"#);
        assert!(!shorter.is_fresh(None, NOW, Duration::from_secs(30)));
        let gone = set(r#"{"access_token":"opaque","expires_in":50,"expires_at":1800000000}"#);
        assert!(!gone.is_fresh(None, NOW, Duration::ZERO));
        let part = set(r#"{"access_token":"opaque","expires_in":52,"expires_at":1800000010}"#);
        assert!(!part.is_fresh(None, NOW, Duration::from_secs(30)));
        assert!(part.is_fresh(None, NOW, Duration::from_millis(9500)));
    }

    #[test]
    fn an_id_token_is_valid_until_its_own_expiry() {
        let with = |claims: &str| set(&format!(r#"{{"id_token":"{}"}}"#, jwt(claims)));
        let is_valid = |claims: &str| {
            let life = with(claims).id_lifetime().expect("a life");
            life.is_valid(NOW, Duration::from_secs(30))
        };
        assert!(is_valid(r#"{"exp":1800000030}"#));
        assert!(!is_valid(r#"{"exp":1800000029}"#));
        assert!(is_valid(r#"{"iat":1799999960,"exp":1800000010}"#));
        assert!(!is_valid(r#"{"iat":1799999960,"exp":1800000009}"#));
        assert!(with("{}").id_lifetime().is_none());
        assert!(set(r#"{"id_token":"opaque"}"#).id_lifetime().is_none());
    }

    #[test]
    fn a_refresh_keeps_fields_that_the_server_did_not_send() {
        let old = set(
            r#"{"access_token":"a","refresh_token":"r","scope":"s","expires_in":9,"expires_at":9,"mine":1}"#,
        );
        let renewed = old.refreshed_with(set(r#"{"access_token":"b"}"#));
        assert_eq!(
            renewed.access_token.as_ref().map(AccessToken::expose),
            Some("b")
        );
        assert_eq!(
            renewed.refresh_token.as_ref().map(RefreshToken::expose),
            Some("r")
        );
        assert_eq!(
            (
                renewed.scope.as_deref(),
                renewed.expires_in,
                renewed.expires_at
            ),
            (Some("s"), None, None)
        );
        assert_eq!(renewed.other_field("mine"), Some(&Value::from(1)));
    }

    #[test]
    fn no_secret_shows_in_debug() {
        let text = format!(
            "{:?}",
            set(r#"{"access_token":"sekret","shared_session_key":"sekret","x":{"y":["sekret"]}}"#)
        );
        assert!(!text.contains("sekret"), "{text}");
    }
}
