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
