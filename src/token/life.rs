//! How long a token is good: until it ends, and until it is time to renew it.

use std::time::Duration;

use super::UnixTime;

/// When a token ends, and how long it was given to live, if anybody knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    pub(crate) ends_at: UnixTime,
    pub(super) given: Option<Duration>,
}

impl Life {
    /// Returns the last second in which the token is good for `min_ttl` more; after it, it is to be renewed.
    ///
    /// `min_ttl` counts for at most a fifth of the token's own life, so that short tokens cause no refresh storm.
    pub(crate) fn good_until(self, min_ttl: Duration) -> UnixTime {
        let wanted = self.given.map_or(min_ttl, |life| min_ttl.min(life / 5));
        // A second that is asked for in part has to be there.
        let begun = Duration::from_secs(u64::from(wanted.subsec_nanos() > 0));
        self.ends_at.minus(wanted.saturating_add(begun))
    }

    /// Returns whether the token has not ended, and is good for `min_ttl` more.
    pub(crate) fn is_good(self, now: UnixTime, min_ttl: Duration) -> bool {
        now < self.ends_at && now <= self.good_until(min_ttl)
    }
}
