//! How long a token is valid, and when it is time to renew it.

use std::time::Duration;

use super::time::UnixTime;

/// When a token expires, and the lifetime that it was granted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetime {
    pub(crate) expires_at: UnixTime,
    /// From issue to expiry, if known.
    pub(super) granted: Option<Duration>,
}

impl Lifetime {
    /// Returns the last second in which the token is valid for at least `min_ttl` more; after that it is to be renewed.
    ///
    /// `min_ttl` is capped at a fifth of the granted lifetime, if that is known: so short-lived tokens are not
    /// refreshed all the time.
    pub(crate) fn fresh_until(self, min_ttl: Duration) -> UnixTime {
        let wanted = self.granted.map_or(min_ttl, |life| min_ttl.min(life / 5));
        // Rounded up to whole seconds.
        let begun = Duration::from_secs(u64::from(wanted.subsec_nanos() > 0));
        self.expires_at.minus(wanted.saturating_add(begun))
    }

    /// Returns whether the token has not expired, and stays valid for at least `min_ttl`, capped as in `fresh_until`.
    /// At `expires_at` itself it has expired.
    pub(crate) fn is_valid(self, now: UnixTime, min_ttl: Duration) -> bool {
        now < self.expires_at && now <= self.fresh_until(min_ttl)
    }
}
