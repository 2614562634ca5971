//! Whose login a profile uses: the check that a token set belongs to the server and the client of its profile.

use std::fmt;

use super::binding::Binding;
use super::issuer_claim::other_issuer;
use super::requested::{RequestChange, Requested};
use super::set::TokenSet;

/// The server and the client whose logins a profile uses.
#[derive(Clone, Debug, Default)]
pub(crate) struct Owner {
    /// What the profile says now.
    pub(crate) binding: Binding,
    /// What it asks for now; `None` if its logins are not asked for with anything that could change.
    pub(crate) requested: Option<Requested>,
    /// What a file belongs to that does not say so itself: one of another program, or of an older version.
    pub(crate) without_issuer: WithoutIssuer,
    /// Whether a login in the environment that does not say whose it is belongs to the server that its tokens name as
    /// their issuer: where only a variable names the profile's server.
    pub(crate) given_by_claim: bool,
    /// The variables that decide about the issuer and about the client, in place of the configuration.
    pub(crate) issuer_variable: Option<&'static str>,
    pub(crate) client_id_variable: Option<&'static str>,
}

/// What a token file without the fields belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) enum WithoutIssuer {
    /// The profile that it lies under, whatever that says.
    #[default]
    Profile,
    /// This server and client.
    Other(Binding),
    /// The server that its tokens name as their issuer, if they name a host; else the profile.
    ByClaim,
}

/// Why a token set is not used: it belongs to another server or client than the profile names.
#[derive(Clone, Debug)]
pub(crate) struct OtherIssuer {
    /// Those parts of what it belongs to that differ, and what the profile says in their place. In a box, as every
    /// error of a store has room for this one.
    parts: Box<(Binding, Binding)>,
    /// The variables by which the profile says so.
    pub(crate) variables: Vec<&'static str>,
}

impl std::error::Error for OtherIssuer {}

/// Names both: what the login is for, and what the profile says.
impl fmt::Display for OtherIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (stored, profile) = (self.stored(), self.profile());
        write!(f, "it is for {stored}, and the profile says {profile}")?;
        match self.variables.as_slice() {
            [] => Ok(()),
            variables => write!(f, " ({})", variables.join(", ")),
        }
    }
}

impl OtherIssuer {
    /// Returns what it belongs to, as far as that differs, for a person.
    pub(crate) fn stored(&self) -> String {
        self.parts.0.describe()
    }

    /// Returns what the profile says in place of that, for a person.
    pub(crate) fn profile(&self) -> String {
        self.parts.1.describe()
    }
}

impl Owner {
    /// Returns the owner that has every file which does not say otherwise.
    pub(crate) fn of(binding: Binding) -> Self {
        Self {
            binding,
            ..Self::default()
        }
    }

    /// Writes into a token set whose it is, and what it was asked for with.
    pub(crate) fn write_into(&self, set: &mut TokenSet) {
        self.binding.write_into(set);
        if let Some(requested) = &self.requested {
            requested.write_into(set);
        }
    }

    /// As `write_into`, for the answer to a refresh that asked for what the profile says now.
    pub(crate) fn write_by_refresh(&self, set: &mut TokenSet) {
        if let Some(requested) = &self.requested {
            requested.write_by_refresh(set);
        }
    }

    /// Returns what the profile says otherwise than when a stored token set was asked for; `None` if nothing.
    pub(crate) fn change_since(&self, set: &TokenSet) -> Option<RequestChange> {
        self.requested.as_ref()?.change_since(set)
    }

    /// Checks a token set that was read from a file. It says whose it is if it names an issuer: a client alone may have
    /// been kept from a server's answer. Without an issuer it belongs to whom the rule says, and to the client that it
    /// names.
    ///
    /// # Errors
    ///
    /// When it belongs to another server or client.
    pub(crate) fn check_stored(&self, set: &TokenSet) -> Result<(), OtherIssuer> {
        let stated = Binding::of(set);
        if stated.issuer.is_some() {
            return self.check(&stated);
        }
        let assumed = match &self.without_issuer {
            WithoutIssuer::Profile => None,
            WithoutIssuer::Other(other) => Some(other.clone()),
            WithoutIssuer::ByClaim => self.claimed(set),
        };
        self.check(&stated.or(assumed.unwrap_or_default()))
    }

    /// Checks a token set that does not come from a file: without the fields it is the profile's, unless its tokens may
    /// say otherwise and do.
    ///
    /// # Errors
    ///
    /// As [`Self::check_stored`].
    pub(crate) fn check_given(&self, set: &TokenSet) -> Result<(), OtherIssuer> {
        let stated = Binding::of(set);
        if stated.issuer.is_none()
            && self.given_by_claim
            && let Some(claimed) = self.claimed(set)
        {
            return self.check(&claimed);
        }
        self.check(&stated)
    }

    /// Returns the server that the tokens name as their issuer; `None` if they name none, or the profile's.
    fn claimed(&self, set: &TokenSet) -> Option<Binding> {
        let other = other_issuer(set, self.binding.issuer.as_deref())?;
        Some(Binding::new(&other, None))
    }

    /// Fails if this binding differs from the profile's.
    fn check(&self, stored: &Binding) -> Result<(), OtherIssuer> {
        let Some((stored, profile)) = self.binding.difference(stored) else {
            return Ok(());
        };
        let of_issuer = self.issuer_variable.filter(|_| stored.issuer.is_some());
        let of_client = self
            .client_id_variable
            .filter(|_| stored.client_id.is_some());
        Err(OtherIssuer {
            variables: of_issuer.into_iter().chain(of_client).collect(),
            parts: Box::new((stored, profile)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jwt;

    const HERE: &str = "https://a.example/region";

    fn owner(without_issuer: WithoutIssuer) -> Owner {
        Owner {
            without_issuer,
            issuer_variable: Some("URL"),
            client_id_variable: Some("CLIENT"),
            ..Owner::of(Binding::new(HERE, Some("me")))
        }
    }

    fn told(owner: &Owner, json: &str) -> String {
        let set = TokenSet::parse(json.as_bytes()).expect("a token set");
        match owner.check_stored(&set) {
            Ok(()) => "ours".to_owned(),
            Err(foreign) => foreign.to_string(),
        }
    }

    #[test]
    fn a_file_without_fields_belongs_to_whom_the_rule_says() {
        let built_in = Binding::new("https://b.example", Some("me"));
        let other = owner(WithoutIssuer::Other(built_in));
        let says =
            "it is for https://b.example, and the profile says https://a.example/region (URL)";
        assert_eq!(told(&owner(WithoutIssuer::Profile), "{}"), "ours");
        assert_eq!(told(&other, "{}"), says);
        let marked = format!(r#"{{"issuer":"{HERE}/"}}"#);
        assert_eq!(told(&other, &marked), "ours");
        for no_issuer in [
            r#"{"client_id":"me"}"#,
            r#"{"issuer":"","client_id":"me"}"#,
            r#"{"issuer":null,"client_id":"me"}"#,
            r#"{"issuer":7,"client_id":["me"]}"#,
            r#"{"issuer":["https://a.example/region"],"token_endpoint":{}}"#,
        ] {
            assert_eq!(told(&other, no_issuer), says, "{no_issuer}");
            assert_eq!(told(&owner(WithoutIssuer::Profile), no_issuer), "ours");
        }
        let both = "it is for https://b.example and the client you, and the profile says \
                    https://a.example/region and the client me (URL, CLIENT)";
        assert_eq!(told(&other, r#"{"client_id":"you"}"#), both);
        for no_address in ["region", " ", "a.example/region"] {
            let json = format!(r#"{{"issuer":"{no_address}"}}"#);
            assert!(told(&other, &json).starts_with("it is for"), "{json}");
        }
        let set = TokenSet::default();
        assert!(other.check_given(&set).is_ok());
    }

    #[test]
    fn a_claim_of_another_server_counts_where_nothing_else_does() {
        let by_claim = owner(WithoutIssuer::ByClaim);
        let with = |issuer: &str| {
            let token = jwt(&format!(r#"{{"iss":"{issuer}"}}"#));
            format!(r#"{{"refresh_token":"{token}"}}"#)
        };
        for ours in ["https://a.example", "a.example", "region"] {
            assert_eq!(told(&by_claim, &with(ours)), "ours", "{ours}");
        }
        assert_eq!(told(&by_claim, r#"{"refresh_token":"opaque"}"#), "ours");
        assert!(
            told(&by_claim, &with("https://b.example/x"))
                .starts_with("it is for https://b.example,")
        );
        assert_eq!(
            told(&owner(WithoutIssuer::Profile), &with("https://b.example")),
            "ours"
        );
        let other = with("https://b.example");
        let given = |json: &str, given_by_claim| {
            let set = TokenSet::parse(json.as_bytes()).expect("a token set");
            let owner = owner(WithoutIssuer::Profile);
            let owner = Owner {
                given_by_claim,
                ..owner
            };
            owner.check_given(&set).is_ok()
        };
        assert!(given(&other, false));
        assert!(!given(&other, true));
        assert!(given(&with("a.example"), true));
        let marked = other.replace('{', &format!(r#"{{"issuer":"{HERE}","#));
        assert!(given(&marked, true));
    }

    #[test]
    fn variables_are_named_where_they_decide_what_differs() {
        let owner = owner(WithoutIssuer::Profile);
        let variables = |json: &str| {
            let set = TokenSet::parse(json.as_bytes()).expect("a token set");
            owner.check_stored(&set).expect_err(json).variables
        };
        assert_eq!(variables(r#"{"issuer":"https://b.example"}"#), ["URL"]);
        assert_eq!(variables(r#"{"client_id":"you"}"#), ["CLIENT"]);
        assert_eq!(
            variables(r#"{"issuer":"https://b.example","client_id":"you"}"#),
            ["URL", "CLIENT"]
        );
    }
}
