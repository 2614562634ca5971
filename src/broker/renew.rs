//! Making a stored login good again: under the lock, spending a refresh token exactly once.

use super::{
    Broker, BrokerError, Granted, LoginEnd, Need, Unattended, Wanted, granted, stored_is_good,
};
use crate::grants::GrantError;
use crate::grants::retry::Pauses;
use crate::http::HttpError;
use crate::providers::Patience;
use crate::providers::SignInBy;
use crate::store::Evidence;
use crate::store::Failure;
use crate::store::Journal;
use crate::store::Locked;
use crate::store::Slot;
use crate::store::Stored;
use crate::token::RefreshToken;
use crate::token::TokenSet;
use crate::token::UnixTime;

impl Broker<'_> {
    /// Returns a renewed token set; if none can be had just now, the old one while it lives, with a warning.
    pub(super) fn renew(&self, seen: Option<Stored>, need: Need) -> Result<Granted, BrokerError> {
        let error = match self.renew_under_lock(seen.as_ref(), need) {
            Ok(granted) => return Ok(granted),
            Err(error) => error,
        };
        let Some(living) = self.still_living(seen, need, &error) else {
            return Err(error);
        };
        let mut why = String::new();
        let mut cause = std::error::Error::source(&error);
        while let Some(source) = cause {
            why += &format!(": {source}");
            cause = source.source();
        }
        (self.warn)(&format!(
            "{error}, so the old token is handed out while it lasts{why}"
        ));
        Ok(living)
    }

    fn renew_under_lock(&self, seen: Option<&Stored>, need: Need) -> Result<Granted, BrokerError> {
        let held = self
            .store
            .lock(self.deadline)
            .map_err(|source| self.storage(source))?;
        let mut pauses = Pauses::new();
        let mut earlier = held.journal();
        let mut cut_off = None;
        loop {
            // Another process, or a program that takes no lock, may have renewed it meanwhile.
            let now = UnixTime::now();
            let Some(current) = held.load().map_err(|source| self.storage(source))? else {
                return self.sign_in(&held, None, need);
            };
            if stored_is_good(&current, need, now) && (!need.refresh || differs(seen, &current)) {
                return Ok(granted(current.set, current.written_at, need, now));
            }
            let Some(refresh_token) = current.set.refresh_token.clone() else {
                return self.sign_in(&held, Some(LoginEnd::NoRefreshToken), need);
            };
            cut_off = cut_off.or_else(|| self.find_cut_off(earlier.take(), &refresh_token));
            let slot = held
                .reserve(Some(&refresh_token), now)
                .map_err(|source| self.storage(source))?;
            let error = match self.provider.refresh(&refresh_token, self.deadline) {
                Ok(newer) => return self.keep(slot, current, newer, need),
                Err(error) => error,
            };
            drop(slot);
            if error.is_refusal("invalid_grant") {
                let again = held.load().map_err(|source| self.storage(source))?;
                if again
                    .as_ref()
                    .is_some_and(|again| has_other_refresh_token(again, &refresh_token))
                {
                    cut_off = None;
                    continue;
                }
                self.note(&held, "login_required", &error, None);
                return self.sign_in(&held, Some(LoginEnd::after(error, cut_off)), need);
            }
            if may_have_been_obeyed(&error) {
                cut_off = cut_off.or(Some(CutOff::by_us(now)));
            }
            if let Err(error) = pauses.wait_after(error, self.deadline) {
                return Err(self.refresh_failed(&held, error, cut_off));
            }
        }
    }

    fn refresh_failed(
        &self,
        held: &Locked<'_>,
        error: GrantError,
        cut_off: Option<CutOff>,
    ) -> BrokerError {
        // Where nobody knows whether the token was spent, the journal goes on saying so.
        if cut_off.is_none() {
            self.note(held, "refresh_failed", &error, None);
        }
        BrokerError::Refresh {
            profile: self.profile.to_owned(),
            source: Box::new(error),
        }
    }

    /// Stores what a refresh brought, and only then hands it out.
    fn keep(
        &self,
        slot: Slot<'_>,
        current: Stored,
        newer: TokenSet,
        need: Need,
    ) -> Result<Granted, BrokerError> {
        let now = UnixTime::now();
        let has_access_token = newer.access_token.is_some();
        let evidence = match current.evidence {
            // What is known of an access token stays true as long as that is the stored one.
            evidence if !has_access_token => evidence,
            Evidence::Rejected { .. } => Evidence::RenewedAfterRejection { at: now },
            _ => Evidence::None,
        };
        let set = current.set.renewed_by(newer);
        slot.with_password(current.password)
            .commit(&set, evidence)
            .map_err(|source| self.storage(source))?;
        (self.on_rotate)(&set);
        if has_access_token {
            self.grant_wanted(set, need, now)
        } else {
            let source = GrantError::NoAccessToken {
                endpoint: "the token endpoint".to_owned(),
            };
            Err(BrokerError::Refresh {
                profile: self.profile.to_owned(),
                source: Box::new(source),
            })
        }
    }

    /// Begins a new login with what the environment or the profile holds, without a person.
    fn sign_in(
        &self,
        held: &Locked<'_>,
        ended: Option<LoginEnd>,
        need: Need,
    ) -> Result<Granted, BrokerError> {
        let profile = self.profile.to_owned();
        let unattended = (self.unattended)().map_err(|source| BrokerError::SignIn {
            profile: profile.clone(),
            source: Box::new(source),
        })?;
        let Some(Unattended {
            mut credentials,
            mark,
        }) = unattended
        else {
            return Err(match ended {
                Some(source) => BrokerError::LoginEnded {
                    profile,
                    source: Box::new(source),
                },
                None => BrokerError::NotSignedIn { profile },
            });
        };
        if mark.is_some() && held.refused_attempt() == mark {
            return Err(BrokerError::LoginEnded {
                profile,
                source: Box::new(match self.provider.sign_in_by() {
                    SignInBy::Client => LoginEnd::ClientRefusedBefore,
                    SignInBy::Password | SignInBy::Person => LoginEnd::PasswordRefusedBefore,
                }),
            });
        }
        let stored = held.load().map_err(|source| self.storage(source))?;
        let slot = held
            .reserve(None, UnixTime::now())
            .map_err(|source| self.storage(source))?
            .with_password(stored.and_then(|stored| stored.password));
        match self
            .provider
            .sign_in(credentials.as_mut(), Patience::Overall(self.deadline))
        {
            Ok(set) => {
                let now = UnixTime::now();
                slot.commit(&set, Evidence::None)
                    .map_err(|source| self.storage(source))?;
                (self.on_rotate)(&set);
                self.grant_wanted(set, need, now)
            }
            Err(source) => {
                drop(slot);
                let attempt = mark.filter(|_| source.is_about_who(self.provider.sign_in_by()));
                self.note(held, "sign_in_failed", &source, attempt);
                Err(BrokerError::SignIn {
                    profile,
                    source: Box::new(source),
                })
            }
        }
    }

    fn grant_wanted(
        &self,
        set: TokenSet,
        need: Need,
        now: UnixTime,
    ) -> Result<Granted, BrokerError> {
        let (token, is_there) = match need.token {
            Wanted::Access => ("access", set.access_token.is_some()),
            Wanted::Identity => ("identity", set.id_token.is_some()),
            Wanted::Refresh => ("refresh", set.refresh_token.is_some()),
        };
        if is_there {
            Ok(granted(set, Some(now), need, now))
        } else {
            Err(BrokerError::NoSuchToken {
                profile: self.profile.to_owned(),
                token,
            })
        }
    }

    /// Leaves word of a failure for `which`, if that can be written: the failure itself is what matters.
    fn note(
        &self,
        held: &Locked<'_>,
        code: &str,
        error: &dyn std::error::Error,
        attempt: Option<u8>,
    ) {
        let failure = Failure {
            code: code.to_owned(),
            message: error.to_string(),
            at: UnixTime::now(),
            attempt,
        };
        if let Err(error) = held.note_failure(failure) {
            (self.warn)(&format!("profile {}: {error}", self.profile));
        }
    }

    /// Tells that an earlier process was cut off while it refreshed this very token.
    fn find_cut_off(
        &self,
        earlier: Option<Journal>,
        refresh_token: &RefreshToken,
    ) -> Option<CutOff> {
        let journal = earlier.filter(|journal| journal.is_spending(refresh_token));
        let Some(Journal::Spending { at, pid, .. }) = journal else {
            return None;
        };
        (self.warn)(&format!(
            "a refresh of profile {} that process {pid} began at {at} was cut off; trying again",
            self.profile
        ));
        Some(CutOff { at, pid })
    }

    fn still_living(
        &self,
        seen: Option<Stored>,
        need: Need,
        error: &BrokerError,
    ) -> Option<Granted> {
        let is_over = matches!(
            error,
            BrokerError::NotSignedIn { .. } | BrokerError::LoginEnded { .. }
        );
        if need.refresh || need.token != Wanted::Access {
            return None;
        }
        let now = UnixTime::now();
        let unexpired = Need {
            min_ttl: std::time::Duration::ZERO,
            ..need
        };
        let stored = seen.filter(|stored| !is_over && stored_is_good(stored, unexpired, now));
        stored
            .map(|stored| granted(stored.set, stored.written_at, need, now))
            .or_else(|| {
                let given = self
                    .given
                    .filter(|set| super::is_good(set, None, unexpired, now))?
                    .clone();
                Some(granted(given, None, need, now))
            })
    }
}

/// An earlier refresh that never came to its end.
#[derive(Clone, Copy, Debug)]
struct CutOff {
    at: UnixTime,
    pid: u32,
}

impl CutOff {
    fn by_us(at: UnixTime) -> Self {
        Self {
            at,
            pid: std::process::id(),
        }
    }
}

impl LoginEnd {
    fn after(refused: GrantError, cut_off: Option<CutOff>) -> Self {
        match cut_off {
            Some(CutOff { at, pid }) => Self::CutOff { refused, at, pid },
            None => Self::Refused(refused),
        }
    }
}

/// Returns whether the server may have spent the refresh token although no answer of it arrived.
fn may_have_been_obeyed(error: &GrantError) -> bool {
    matches!(
        error,
        GrantError::Http(
            HttpError::Timeout { .. } | HttpError::BrokeOff { .. } | HttpError::TooLarge { .. }
        )
    )
}

fn differs(seen: Option<&Stored>, current: &Stored) -> bool {
    let access_token = |stored: &Stored| {
        stored
            .set
            .access_token
            .as_ref()
            .map(|token| token.expose().to_owned())
    };
    seen.and_then(access_token) != access_token(current)
}

fn has_other_refresh_token(stored: &Stored, refused: &RefreshToken) -> bool {
    stored
        .set
        .refresh_token
        .as_ref()
        .is_some_and(|token| token.expose() != refused.expose())
}
