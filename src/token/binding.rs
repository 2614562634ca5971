//! What a login is bound to: who issued it, and to which client. Three fields of the stored token set say so.
//!
//! They are ours, as `expires_at` is, and public. A server's answer has no say in them: see [`Binding::write_into`].

use serde_json::Value;
use url::Url;

use super::set::TokenSet;
use crate::escape::excerpt;

/// The keys of the fields.
const ISSUER: &str = "issuer";
const TOKEN_ENDPOINT: &str = "token_endpoint";
const CLIENT_ID: &str = "client_id";

/// The issuer and the client of a login; each is `None` where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Binding {
    /// The address of the issuer, account, region or authentication server, without a slash at its end.
    pub(crate) issuer: Option<String>,
    /// The address that refresh tokens are sent to, where the configuration names it beside the issuer.
    pub(crate) token_endpoint: Option<String>,
    pub(crate) client_id: Option<String>,
}

impl Binding {
    /// Returns the binding to the issuer at this address, and to a client if there is one.
    pub(crate) fn new(issuer: &str, client_id: Option<&str>) -> Self {
        Self {
            issuer: Some(without_slash(issuer).to_owned()),
            token_endpoint: None,
            client_id: client_id.map(str::to_owned),
        }
    }

    /// Returns the binding that the fields of a token set state. A field that is no text, or empty, counts as absent.
    pub(crate) fn of(set: &TokenSet) -> Self {
        let field = |key| {
            let text = set.other_field(key).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            issuer: field(ISSUER),
            token_endpoint: field(TOKEN_ENDPOINT),
            client_id: field(CLIENT_ID),
        }
    }

    /// Returns this binding with those parts of `other` that are not known here.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            issuer: self.issuer.or(other.issuer),
            token_endpoint: self.token_endpoint.or(other.token_endpoint),
            client_id: self.client_id.or(other.client_id),
        }
    }

    /// Sets the fields of a token set, in place of what it has there, also of fields that a server sent.
    pub(crate) fn write_into(&self, set: &mut TokenSet) {
        for (key, text) in [
            (ISSUER, &self.issuer),
            (TOKEN_ENDPOINT, &self.token_endpoint),
            (CLIENT_ID, &self.client_id),
        ] {
            set.set_other_field(key, text.as_deref().map(Value::from));
        }
    }

    /// Returns those parts of a stored binding, and of this one, that differ; `None` if none does. Only what is stored
    /// is compared. A token endpoint is compared where the issuer is stored, even if either has none.
    pub(super) fn difference(&self, stored: &Self) -> Option<(Self, Self)> {
        let (mut theirs, mut ours) = (Self::default(), Self::default());
        let is_other = |one: &str, other: &str| !is_same_address(one, other);
        if let (Some(one), Some(other)) = (&stored.issuer, &self.issuer)
            && is_other(one, other)
        {
            (theirs.issuer, ours.issuer) = (Some(one.clone()), Some(other.clone()));
        }
        let endpoints_differ = match (&stored.token_endpoint, &self.token_endpoint) {
            (Some(one), Some(other)) => is_other(one, other),
            (None, None) => false,
            (one, _) => one.is_some() || stored.issuer.is_some(),
        };
        if endpoints_differ {
            theirs.token_endpoint.clone_from(&stored.token_endpoint);
            ours.token_endpoint.clone_from(&self.token_endpoint);
        }
        if let (Some(one), Some(other)) = (&stored.client_id, &self.client_id)
            && one != other
        {
            (theirs.client_id, ours.client_id) = (Some(one.clone()), Some(other.clone()));
        }
        let differs = endpoints_differ || theirs != Self::default();
        differs.then_some((theirs, ours))
    }

    /// Describes the parts that are known, for a person: `https://a.example and the client x`.
    pub(super) fn describe(&self) -> String {
        let address = |text: &String| excerpt(text.split('?').next().unwrap_or_default());
        let parts = [
            self.issuer.as_ref().map(address),
            self.token_endpoint
                .as_ref()
                .map(|text| format!("the token endpoint {}", address(text))),
            self.client_id
                .as_ref()
                .map(|text| format!("the client {}", excerpt(text))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        match parts.as_slice() {
            [] => "no token endpoint of its own".to_owned(),
            parts => parts.join(" and "),
        }
    }
}

/// Returns an address without one slash at its end.
fn without_slash(address: &str) -> &str {
    address.strip_suffix('/').unwrap_or(address)
}

/// Returns whether two addresses are the same, one slash at the end aside, however each is spelled.
fn is_same_address(one: &str, other: &str) -> bool {
    let is_same = |one: &str, other: &str| without_slash(one) == without_slash(other);
    // Parsing takes longer than all the rest, and what is compared is mostly what was written by this program.
    is_same(one, other)
        || match (Url::parse(one), Url::parse(other)) {
            (Ok(one), Ok(other)) => is_same(one.as_str(), other.as_str()),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(json: &str) -> TokenSet {
        TokenSet::parse(json.as_bytes()).expect("a token set")
    }

    #[test]
    fn addresses_are_the_same_however_they_are_spelled() {
        for same in [
            "https://a.example",
            "https://a.example/",
            "https://A.example",
            "HTTPS://a.example:443/",
        ] {
            assert!(is_same_address("https://a.example", same), "{same}");
        }
        for other in [
            "https://a.example//",
            "https://a.example/x",
            "https://a.example?x",
            "https://a.example:8443",
            "https://a.example.",
            "https://b.example",
            "http://a.example",
            "https://a.example@b.example",
            "a.example",
            "",
        ] {
            assert!(!is_same_address("https://a.example", other), "{other}");
        }
    }

    #[test]
    fn what_is_stored_is_compared_and_nothing_else() {
        let ours = Binding::new("https://a.example/", Some("me"));
        let table = [
            ("{}", None),
            (r#"{"issuer":null,"client_id":7}"#, None),
            (r#"{"issuer":""}"#, None),
            (r#"{"issuer":"https://a.example","client_id":"me"}"#, None),
            (r#"{"client_id":"me"}"#, None),
            (
                r#"{"issuer":"https://b.example","client_id":"me"}"#,
                Some(("https://b.example", "https://a.example")),
            ),
            (
                r#"{"client_id":"Me"}"#,
                Some(("the client Me", "the client me")),
            ),
            (
                r#"{"issuer":"https://b.example","client_id":"you"}"#,
                Some((
                    "https://b.example and the client you",
                    "https://a.example and the client me",
                )),
            ),
            (
                r#"{"issuer":"https://a.example","token_endpoint":"https://t.example/?key"}"#,
                Some((
                    "the token endpoint https://t.example/",
                    "no token endpoint of its own",
                )),
            ),
        ];
        for (json, wanted) in table {
            let difference = ours.difference(&Binding::of(&set(json)));
            let difference = difference.map(|(theirs, ours)| (theirs.describe(), ours.describe()));
            let wanted = wanted.map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()));
            assert_eq!(difference, wanted, "{json}");
        }
    }

    #[test]
    fn a_token_endpoint_counts_only_where_the_issuer_is_stored() {
        let ours = Binding {
            token_endpoint: Some("https://t.example".to_owned()),
            ..Binding::new("https://a.example", None)
        };
        assert!(ours.difference(&Binding::default()).is_none());
        let marked = Binding::new("https://a.example", None);
        assert!(ours.difference(&marked).is_some());
        assert!(ours.difference(&ours).is_none());
    }

    #[test]
    fn the_fields_of_a_server_are_replaced() {
        let mut set = set(r#"{"issuer":"https://evil.example","client_id":"x","mine":1}"#);
        Binding::new("https://a.example", None).write_into(&mut set);
        assert_eq!(Binding::of(&set), Binding::new("https://a.example/", None));
        assert_eq!(set.other_field("client_id"), None);
        assert_eq!(set.other_field("mine"), Some(&Value::from(1)));
    }
}
