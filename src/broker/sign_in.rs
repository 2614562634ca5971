//! Beginning a new login with what the environment or the profile holds, without a person.

use super::renew::failure;
use super::{Broker, BrokerError, Granted, LoginEnd, Need, Unattended};
use crate::providers::{SignInBy, SignInError, TimeoutPolicy};
use crate::store::{Failure, Locked, RejectionState, Slot};
use crate::token::{TokenSet, UnixTime};

impl Broker<'_> {
    /// Signs in, if that takes no person; `otherwise` is what is to be told if it does.
    pub(super) fn sign_in(
        &self,
        held: &Locked<'_>,
        otherwise: BrokerError,
        need: Need,
    ) -> Result<Granted, BrokerError> {
        let unattended = (self.unattended)().map_err(|source| self.no_sign_in(source))?;
        let Some(Unattended {
            mut credentials,
            mark,
        }) = unattended
        else {
            return Err(otherwise);
        };
        if mark.is_some() && held.refused_attempt() == mark {
            return Err(self.refused_before());
        }
        let stored = held.load().map_err(|source| self.storage(source))?;
        let slot = held
            .reserve(None, UnixTime::now())
            .map_err(|source| self.storage(source))?
            .with_password(stored.and_then(|stored| stored.password));
        match self
            .provider
            .sign_in(credentials.as_mut(), TimeoutPolicy::Overall(self.deadline))
        {
            Ok(set) => self.signed_in(slot, set, need),
            Err(source) => {
                drop(slot);
                let attempt =
                    mark.filter(|_| source.is_refused_credentials(self.provider.sign_in_by()));
                let failed = failure("sign_in_failed", &source);
                self.note(held, Failure { attempt, ..failed });
                Err(self.no_sign_in(source))
            }
        }
    }

    /// Stores what a sign-in brought, and only then hands it out.
    fn signed_in(&self, slot: Slot<'_>, set: TokenSet, need: Need) -> Result<Granted, BrokerError> {
        let now = UnixTime::now();
        slot.commit(&set, RejectionState::None)
            .map_err(|source| self.storage(source))?;
        (self.on_rotate)(&set);
        self.grant_wanted(set, need, now)
    }

    fn no_sign_in(&self, source: SignInError) -> BrokerError {
        BrokerError::SignIn {
            profile: self.profile.to_owned(),
            source: Box::new(source),
        }
    }

    fn refused_before(&self) -> BrokerError {
        let end = match self.provider.sign_in_by() {
            SignInBy::Client => LoginEnd::ClientRefusedBefore,
            SignInBy::Password | SignInBy::Person => LoginEnd::PasswordRefusedBefore,
        };
        self.ended(end)
    }
}
