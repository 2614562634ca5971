//! Pauses between tries: growing, jittered, and never past the deadline.

use std::time::Duration;

use crate::deadline::Deadline;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(4);
/// What a try needs at the least: one that is cut short would only hide why those before it failed.
const SHORTEST_TRY: Duration = Duration::from_millis(250);

/// The pauses of one operation.
pub(super) struct Pauses {
    next: Duration,
}

impl Pauses {
    /// Returns pauses that begin short.
    pub(super) fn new() -> Self {
        Self { next: FIRST }
    }

    /// Waits before another try: as long as the server asked for, else a little longer each time. Returns whether
    /// there is time for that try; if not, it does not wait at all.
    pub(super) fn wait(&mut self, asked: Option<Duration>, deadline: Deadline) -> bool {
        let pause = asked.unwrap_or_else(|| jittered(self.next));
        self.next = (self.next * 2).min(LONGEST);
        pause.saturating_add(SHORTEST_TRY) < deadline.remaining() && deadline.sleep(pause)
    }
}

/// Returns between half and all of `pause`, so that many processes do not come back at once.
fn jittered(pause: Duration) -> Duration {
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
    fn a_pause_that_ends_after_the_deadline_is_not_begun() {
        let deadline = Deadline::after(Duration::from_secs(5));
        assert!(!Pauses::new().wait(Some(Duration::from_secs(60)), deadline));
        assert!(!deadline.is_over());
        assert!(Pauses::new().wait(Some(Duration::ZERO), deadline));
        let soon = Deadline::after(SHORTEST_TRY);
        assert!(!Pauses::new().wait(Some(Duration::ZERO), soon));
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
