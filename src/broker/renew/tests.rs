use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::deadline::Deadline;
use crate::providers::{Credentials, Provider, SignInBy, SignInError, TimeoutPolicy};
use crate::store::Store;

/// Counts what is spent.
struct Counting(Cell<usize>);

impl Provider for Counting {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Person
    }

    fn refresh(&self, _: &RefreshToken, _: Deadline) -> Result<TokenSet, GrantError> {
        self.0.set(self.0.get() + 1);
        Err(GrantError::Forbidden {
            endpoint: String::new(),
        })
    }

    fn revoke(&self, _: &TokenSet, _: Deadline) -> Result<(), GrantError> {
        Ok(())
    }

    fn sign_in(&self, _: &mut dyn Credentials, _: TimeoutPolicy) -> Result<TokenSet, SignInError> {
        unreachable!("nobody has a password")
    }
}

#[test]
fn whoever_gets_the_lock_too_late_spends_nothing_and_leaves_the_journal_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let set = TokenSet::parse(br#"{"refresh_token":"r"}"#).expect("a set");
    let store = Store::new(directory.path().join("tokens.json"), Some(set));
    let provider = Counting(Cell::new(0));
    let ask = |deadline| {
        let broker = Broker {
            profile: "prusa",
            given: None,
            store: &store,
            provider: &provider,
            can_sign_in: &|| false,
            unattended: &|| Ok(None),
            on_rotate: &|_| {},
            warn: &|_| {},
            deadline,
        };
        let error = broker.token_set(Need::access(Duration::ZERO));
        error.expect_err("no token")
    };
    let error = ask(Deadline::passed(Duration::from_secs(10)));
    assert!(matches!(error, BrokerError::NoTimeLeft { .. }), "{error:?}");
    assert_eq!(provider.0.get(), 0);
    assert_eq!(store.journal(), None);

    let error = ask(Deadline::after(Duration::from_secs(60)));
    assert!(matches!(error, BrokerError::Refresh { .. }), "{error:?}");
    assert_eq!(provider.0.get(), 1);
}
