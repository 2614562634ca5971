//! One end for everything that waits: network, locks, commands and pauses between tries.

use std::time::{Duration, Instant};

/// The moment at which whoever asked stops waiting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// Returns the moment `span` from now; a span too long for the clock never ends.
    pub(crate) fn after(span: Duration) -> Self {
        Self(Instant::now().checked_add(span))
    }

    /// Returns this moment, or the one `span` from now if that comes later.
    pub(crate) fn or_after(self, span: Duration) -> Self {
        let later = Self::after(span);
        if self.remaining() < later.remaining() {
            later
        } else {
            self
        }
    }

    /// Returns the time left: zero when there is none.
    pub(crate) fn remaining(self) -> Duration {
        self.0.map_or(Duration::MAX, |end| {
            end.saturating_duration_since(Instant::now())
        })
    }

    /// Returns whether the time is up.
    pub(crate) fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// Waits for `span`, or until the deadline if that comes first, and returns whether the whole span passed.
    #[allow(
        clippy::disallowed_methods,
        reason = "the one place that sleeps, and never past a deadline"
    )]
    pub(crate) fn sleep(self, span: Duration) -> bool {
        let remaining = self.remaining();
        std::thread::sleep(span.min(remaining));
        span <= remaining
    }
}

/// Returns between half and all of `pause`, so that processes that wait together do not come back at once.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the pause is merely the same for everybody.
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    pause / 2 + pause / 2 * u32::from(byte) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_of_two_moments_counts() {
        let (soon, late) = (Duration::from_secs(60), Duration::from_secs(3600));
        let left = |deadline: Deadline| deadline.remaining();
        assert!(left(Deadline::after(Duration::ZERO).or_after(late)) > soon);
        assert!(left(Deadline::after(late).or_after(soon)) > soon);
        let endless = Deadline::after(Duration::MAX);
        assert_eq!(left(endless.or_after(soon)), Duration::MAX);
    }

    #[test]
    fn jitter_stays_within_the_pause() {
        let pause = Duration::from_millis(100);
        for _ in 0..100 {
            let jittered = jittered(pause);
            assert!(jittered >= pause / 2 && jittered <= pause, "{jittered:?}");
        }
    }
}
