use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::deadline::Deadline;
use crate::providers::{Credentials, Provider, RefreshScope, SignInBy, SignInError, TimeoutPolicy};
use crate::store::Store;
use crate::token::OtherIssuer;

/// A login whose provider counts the refresh tokens that it is sent, and fails.
struct CountingLogin {
    store: Store,
    deadline: Deadline,
    spent: Cell<usize>,
}

impl Login for CountingLogin {
    fn profile_name(&self) -> &'static str {
        "prusa"
    }

    fn environment_set(&self) -> Result<Option<&TokenSet>, OtherIssuer> {
        Ok(None)
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn provider(&self) -> &dyn Provider {
        self
    }

    fn deadline(&self) -> Deadline {
        self.deadline
    }

    fn can_sign_in_unattended(&self) -> bool {
        false
    }

    fn unattended(&self) -> Result<Option<Unattended<'_>>, SignInError> {
        Ok(None)
    }

    fn refused_client(&self, _: &GrantError) -> Option<String> {
        None
    }

    fn on_new_token_set(&self, _: &TokenSet) {}

    fn warn(&self, _: &str) {}
}

impl Provider for CountingLogin {
    fn sign_in_by(&self) -> SignInBy {
        SignInBy::Person
    }

    fn refresh(
        &self,
        _: &RefreshToken,
        _: RefreshScope,
        _: Deadline,
    ) -> Result<TokenSet, GrantError> {
        self.spent.set(self.spent.get() + 1);
        Err(GrantError::NoToken {
            endpoint: "url".to_owned(),
        })
    }

    fn refresh_endpoint(&self) -> String {
        "url".to_owned()
    }

    fn revoke(&self, _: &TokenSet, _: Deadline) -> Result<(), GrantError> {
        Ok(())
    }

    fn sign_in(&self, _: &mut dyn Credentials, _: TimeoutPolicy) -> Result<TokenSet, SignInError> {
        unreachable!("there is no password")
    }
}

#[test]
fn a_lock_that_comes_too_late_spends_nothing_and_keeps_the_journal() {
    let directory = tempfile::tempdir().expect("a directory");
    let set = TokenSet::parse(br#"{"refresh_token":"r"}"#).expect("a set");
    let mut login = CountingLogin {
        store: Store::new(directory.path().join("tokens.json"), Some(set)),
        deadline: Deadline::passed(Duration::from_secs(10)),
        spent: Cell::new(0),
    };
    let need = Need::access(Duration::ZERO);
    let error = token_set(&login, need).expect_err("no token");
    assert!(matches!(error, BrokerError::NoTimeLeft { .. }), "{error:?}");
    assert_eq!(login.spent.get(), 0);
    assert_eq!(login.store.journal(), None);

    login.deadline = Deadline::after(Duration::from_secs(60));
    let error = token_set(&login, need).expect_err("no token");
    assert!(matches!(error, BrokerError::Refresh { .. }), "{error:?}");
    assert_eq!(login.spent.get(), 1);
}
