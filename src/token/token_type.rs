//! The types of access token that nothing here can use (RFC 6749 §7.1).
//!
//! An unknown or missing type is taken as `Bearer`, as many servers send other words for it. These few mean that the
//! token is worth nothing without a proof that its holder has a key.

use super::set::TokenSet;

/// The types of tokens that are bound to a key: RFC 9449, the drafts of OAuth 2.0 with MAC, and of proof of possession.
const KEY_BOUND: [&str; 3] = ["dpop", "mac", "pop"];

impl TokenSet {
    /// Returns the type of the access token if that is bound to a key, so that it is no bearer token: `DPoP`, `mac` or
    /// `pop`, in any case of letters.
    pub(crate) fn key_bound_type(&self) -> Option<&str> {
        let token_type = self.token_type.as_deref()?.trim();
        let is_bound = |bound: &&str| token_type.eq_ignore_ascii_case(bound);
        KEY_BOUND.iter().any(is_bound).then_some(token_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_that_are_bound_to_a_key_are_refused() {
        let bound = |token_type: Option<&str>| {
            let set = TokenSet {
                token_type: token_type.map(str::to_owned),
                ..TokenSet::default()
            };
            set.key_bound_type().map(str::to_owned)
        };
        for refused in ["DPoP", "dpop", "DPOP", " DPoP ", "mac", "MAC", "pop", "PoP"] {
            assert_eq!(bound(Some(refused)).as_deref(), Some(refused.trim()));
        }
        for usable in ["Bearer", "bearer", "N_A", "", "JWT", "dpop2", "token"] {
            assert_eq!(bound(Some(usable)), None, "{usable}");
        }
        assert_eq!(bound(None), None);
    }
}
