//! Making a stored login good again: under the lock, spending a refresh token exactly once.

use super::cut_off::cut_off_by_us;
use super::{Broker, BrokerError, Granted, LoginEnd, Need, Wanted, granted, stored_is_good};
use crate::causes::with_causes;
use crate::oauth::GrantError;
use crate::oauth::retry::{Pauses, SHORTEST_TRY};
use crate::store::{CutOff, Failure, Journal, Locked, RejectionState, Slot, Stored};
use crate::token::{AccessToken, Lifetime, RefreshToken, TokenSet, UnixTime};

/// The code word by which a refresh is remembered that brought no identity token in place of one that was ending.
const IDENTITY_NOT_RENEWED: &str = "identity_not_renewed";

impl Broker<'_> {
    /// Returns a renewed token set; if none can be had just now, the old one while it lives, with a warning.
    pub(super) fn renew(&self, seen: Option<Stored>, need: Need) -> Result<Granted, BrokerError> {
        let error = match self.renew_under_lock(seen.as_ref(), need) {
            Ok(granted) => return Ok(granted),
            Err(error) => error,
        };
        let Some((living, though)) = self.unexpired_fallback(seen, need, &error) else {
            return Err(error);
        };
        let why = std::error::Error::source(&error)
            .map_or_else(String::new, |source| format!(": {}", with_causes(source)));
        (self.warn)(&format!(
            "{error}, so the old token is handed out while it lasts{though}{why}"
        ));
        Ok(living)
    }

    fn renew_under_lock(&self, seen: Option<&Stored>, need: Need) -> Result<Granted, BrokerError> {
        if let Some(error) = self.check_renewable(seen, need) {
            return Err(error);
        }
        let held = self
            .store
            .lock(self.deadline)
            .map_err(|source| self.storage(source))?;
        let mut pauses = Pauses::new();
        let mut earlier = held.journal();
        let mut cut_off = None;
        let mut is_told = matches!(earlier, Some(Journal::Failed(_)));
        // Whoever waited between two tries has seen to it; whoever waited for the lock has not.
        let mut has_time = false;
        loop {
            let now = UnixTime::now();
            let (current, refresh_token) =
                match self.look_again(&held, seen, need, earlier.as_ref(), now)? {
                    Found::Good(granted) => return Ok(granted),
                    Found::Unrenewable(error) => return self.sign_in(&held, error, need),
                    Found::Renewable(current, refresh_token) => (*current, refresh_token),
                };
            if !has_time && !self.deadline.leaves_time_for(SHORTEST_TRY) {
                return Err(self.no_time_left());
            }
            cut_off = cut_off.or_else(|| self.find_cut_off(earlier.take(), &refresh_token));
            let error = match self.refresh(&held, current, &refresh_token, need)? {
                Refreshed::Granted(granted) => return Ok(granted),
                Refreshed::Overtaken => {
                    (cut_off, has_time) = (None, false);
                    continue;
                }
                Refreshed::Refused(error) => return self.refused(&held, error, cut_off, need),
                Refreshed::Failed(error) => error,
            };
            if error.outcome_unknown() {
                is_told = false;
                cut_off = cut_off.or_else(|| Some(cut_off_by_us(&refresh_token, now)));
            }
            if let Err(error) = pauses.wait_after(error, self.deadline) {
                return Err(self.refresh_failed(&held, error, cut_off, is_told));
            }
            has_time = true;
        }
    }

    /// Reads the store again: another process, or a program that takes no lock, may have renewed it meanwhile.
    fn look_again(
        &self,
        held: &Locked<'_>,
        seen: Option<&Stored>,
        need: Need,
        earlier: Option<&Journal>,
        now: UnixTime,
    ) -> Result<Found, BrokerError> {
        let Some(current) = held.load().map_err(|source| self.storage(source))? else {
            return Ok(Found::Unrenewable(self.not_signed_in()));
        };
        if stored_is_good(&current, need, now) && (!need.refresh || differs(seen, &current)) {
            let granted = granted(current.set, current.written_at, need, now);
            return Ok(Found::Good(granted));
        }
        let Some(refresh_token) = current.set.refresh_token.clone() else {
            return Ok(Found::Unrenewable(self.unrenewable(&current, need, now)));
        };
        if !need.refresh && refresh_cannot_yield_id_token(&current, earlier, need, now) {
            return self.grant_wanted(current.set, need, now).map(Found::Good);
        }
        Ok(Found::Renewable(Box::new(current), refresh_token))
    }

    /// Spends the refresh token, once.
    fn refresh(
        &self,
        held: &Locked<'_>,
        current: Stored,
        refresh_token: &RefreshToken,
        need: Need,
    ) -> Result<Refreshed, BrokerError> {
        let slot = held
            .reserve(Some(refresh_token), UnixTime::now())
            .map_err(|source| self.storage(source))?;
        let error = match self.provider.refresh(refresh_token, self.deadline) {
            Ok(newer) => {
                let granted = self.keep(held, slot, current, newer, need)?;
                return Ok(Refreshed::Granted(granted));
            }
            Err(error) => error,
        };
        drop(slot);
        if !error.is_refusal("invalid_grant") {
            return Ok(Refreshed::Failed(error));
        }
        let again = held.load().map_err(|source| self.storage(source))?;
        if again.is_some_and(|again| has_other_refresh_token(&again, refresh_token)) {
            return Ok(Refreshed::Overtaken);
        }
        Ok(Refreshed::Refused(error))
    }

    /// Goes on without the login that the server refused. Why it came to its end stays noted: the next refusal has no
    /// other explanation.
    fn refused(
        &self,
        held: &Locked<'_>,
        error: GrantError,
        cut_off: Option<CutOff>,
        need: Need,
    ) -> Result<Granted, BrokerError> {
        let end = LoginEnd::after(error, cut_off.as_ref());
        let failed = failure("login_required", &end);
        self.note(held, Failure { cut_off, ..failed });
        self.sign_in(held, self.ended(end), need)
    }

    fn refresh_failed(
        &self,
        held: &Locked<'_>,
        error: GrantError,
        cut_off: Option<CutOff>,
        is_told: bool,
    ) -> BrokerError {
        // Where nobody knows whether the token was spent, the journal goes on saying so.
        if cut_off.is_none() || is_told {
            let failed = failure("refresh_failed", &error);
            self.note(held, Failure { cut_off, ..failed });
        }
        BrokerError::Refresh {
            profile: self.profile.to_owned(),
            source: Box::new(error),
        }
    }

    fn no_time_left(&self) -> BrokerError {
        BrokerError::NoTimeLeft {
            profile: self.profile.to_owned(),
        }
    }

    pub(super) fn ended(&self, end: LoginEnd) -> BrokerError {
        BrokerError::LoginEnded {
            profile: self.profile.to_owned(),
            source: Box::new(end),
        }
    }

    /// Stores what a refresh brought, and only then hands it out.
    fn keep(
        &self,
        held: &Locked<'_>,
        slot: Slot<'_>,
        current: Stored,
        newer: TokenSet,
        need: Need,
    ) -> Result<Granted, BrokerError> {
        let now = UnixTime::now();
        let has_access_token = newer.access_token.is_some();
        let rejection = match current.rejection {
            // What is known of an access token stays true as long as that is the stored one.
            rejection if !has_access_token => rejection,
            RejectionState::Rejected { .. } => RejectionState::RenewedAfterRejection { at: now },
            _ => RejectionState::None,
        };
        let (old, newer) = self.without_doubtful(current.set, newer);
        let set = old.refreshed_with(newer);
        slot.with_password(current.password)
            .commit(&set, rejection)
            .map_err(|source| self.storage(source))?;
        (self.on_rotate)(&set);
        if has_access_token {
            self.note_identity(held, &set, need, now);
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

    /// Leaves an ID token out that is not to be believed, and the one that it should have replaced: what else came is kept.
    fn without_doubtful(&self, mut old: TokenSet, mut newer: TokenSet) -> (TokenSet, TokenSet) {
        if let Some(why) = self.provider.check_refreshed_id_token(&old, &newer) {
            (self.warn)(&format!(
                "the refresh of profile {} brought an ID token that is not believed, and it is left out: {why}",
                self.profile
            ));
            old.id_token = None;
            newer.id_token = None;
        }
        (old, newer)
    }

    /// Remembers that a refresh brought no ID token in place of one that is about to end: the old one stays as it was
    /// (RFC 6749 §6).
    fn note_identity(&self, held: &Locked<'_>, set: &TokenSet, need: Need, now: UnixTime) {
        let life = set.id_lifetime().filter(|_| need.token == Wanted::Identity);
        if let Some(life) = life.filter(|life| !life.is_valid(now, need.min_ttl)) {
            let error = self.not_renewed(life);
            self.note(held, failure(IDENTITY_NOT_RENEWED, &error));
        }
    }

    /// Returns what is wanted of a new token set, if that has it.
    pub(super) fn grant_wanted(
        &self,
        set: TokenSet,
        need: Need,
        now: UnixTime,
    ) -> Result<Granted, BrokerError> {
        let is_there = match need.token {
            Wanted::Access => set.access_token.is_some(),
            Wanted::Identity => set.id_token.is_some(),
            Wanted::Refresh => set.refresh_token.is_some(),
        };
        if !is_there {
            return Err(BrokerError::NoSuchToken {
                profile: self.profile.to_owned(),
                token: need.token.name(),
            });
        }
        match set.id_lifetime() {
            Some(life) if need.token == Wanted::Identity && life.expires_at <= now => {
                Err(self.not_renewed(life))
            }
            _ => Ok(granted(set, Some(now), need, now)),
        }
    }

    fn not_renewed(&self, life: Lifetime) -> BrokerError {
        BrokerError::IdentityNotRenewed {
            profile: self.profile.to_owned(),
            ends_at: life.expires_at,
        }
    }

    /// Leaves word of a failure for `which`, if that can be written: the failure itself is what matters.
    pub(super) fn note(&self, held: &Locked<'_>, failure: Failure) {
        if let Err(error) = held.note_failure(failure) {
            (self.warn)(&format!("profile {}: {error}", self.profile));
        }
    }

    /// Returns a token that has not run out, and what is to be said of it.
    fn unexpired_fallback(
        &self,
        seen: Option<Stored>,
        need: Need,
        error: &BrokerError,
    ) -> Option<(Granted, &'static str)> {
        let is_over = matches!(
            error,
            BrokerError::NotSignedIn { .. }
                | BrokerError::LoginEnded { .. }
                | BrokerError::Unrenewable { .. }
        );
        if need.refresh || need.token != Wanted::Access {
            return None;
        }
        let now = UnixTime::now();
        let unexpired = Need {
            min_ttl: std::time::Duration::ZERO,
            ..need
        };
        // Also where a server refused it: another one may not, and there is nothing else.
        let is_living =
            |stored: &Stored| super::is_good(&stored.set, stored.written_at, unexpired, now);
        let stored = seen.filter(|stored| !is_over && is_living(stored));
        stored
            .map(|stored| {
                let though = if stored.is_rejected() {
                    ", though a server refused it"
                } else {
                    ""
                };
                (granted(stored.set, stored.written_at, need, now), though)
            })
            .or_else(|| {
                let given = self
                    .given
                    .filter(|set| super::is_good(set, None, unexpired, now))?
                    .clone();
                Some((granted(given, None, need, now), ""))
            })
    }
}

/// What is stored when the lock is held.
enum Found {
    Good(Granted),
    Unrenewable(BrokerError),
    Renewable(Box<Stored>, RefreshToken),
}

/// What came of spending a refresh token.
enum Refreshed {
    Granted(Granted),
    /// It was refused, and another one is stored by now: a program that takes no lock had spent it.
    Overtaken,
    /// It was refused, and the login is over.
    Refused(GrantError),
    /// It may be as good as before.
    Failed(GrantError),
}

/// Returns what is noted of an error, under this code word.
pub(super) fn failure(code: &str, error: &dyn std::error::Error) -> Failure {
    Failure {
        code: code.to_owned(),
        message: error.to_string(),
        at: UnixTime::now(),
        attempt: None,
        cut_off: None,
    }
}

/// Returns whether a refresh token would be spent in vain on an identity token: the login never had one, or the refresh
/// that brought the access token, which is still good, brought none.
fn refresh_cannot_yield_id_token(
    current: &Stored,
    earlier: Option<&Journal>,
    need: Need,
    now: UnixTime,
) -> bool {
    let was_tried = || {
        matches!(earlier, Some(Journal::Failed(failure)) if failure.code == IDENTITY_NOT_RENEWED)
            && stored_is_good(current, Need::access(need.min_ttl), now)
    };
    need.token == Wanted::Identity && (current.set.id_token.is_none() || was_tried())
}

fn differs(seen: Option<&Stored>, current: &Stored) -> bool {
    fn access_token(stored: &Stored) -> Option<&str> {
        stored.set.access_token.as_ref().map(AccessToken::expose)
    }
    seen.and_then(access_token) != access_token(current)
}

fn has_other_refresh_token(stored: &Stored, refused: &RefreshToken) -> bool {
    stored
        .set
        .refresh_token
        .as_ref()
        .is_some_and(|token| token.expose() != refused.expose())
}

#[cfg(test)]
mod tests;
