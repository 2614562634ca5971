//! One deadline for everything that waits: network, locks, commands and pauses between attempts.
//!
//! A run with a person in it has no deadline as a whole, as a person takes any time. What it does without that person's
//! input can be limited (`limit_work`): then every deadline ends at that limit at the latest.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time that this run may take without a person; `None` if that has no limit.
static WORK_TIME: Mutex<Option<WorkTime>> = Mutex::new(None);

/// Limits the time that this run takes from now on without waiting for a person.
pub(crate) fn limit_work(span: Duration) {
    let end = Instant::now().checked_add(span);
    *work_time() = end.map(WorkTime::until);
}

/// Does what waits for a person, and returns its result. The time that this takes does not count against the limit.
pub(crate) fn waiting_for_person<T>(wait: impl FnOnce() -> T) -> T {
    let has_stopped = work_time()
        .as_mut()
        .is_some_and(|it| it.stop(Instant::now()));
    let result = wait();
    if has_stopped && let Some(time) = work_time().as_mut() {
        time.go_on(Instant::now());
    }
    result
}

/// Returns the limit of this run.
fn work_time() -> std::sync::MutexGuard<'static, Option<WorkTime>> {
    WORK_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A limited time that stands still while a person is waited for.
#[derive(Clone, Copy, Debug)]
struct WorkTime {
    end: Instant,
    stopped_at: Option<Instant>,
}

impl WorkTime {
    /// Returns the time that runs until `end`.
    fn until(end: Instant) -> Self {
        Self {
            end,
            stopped_at: None,
        }
    }

    /// Returns what is left of it: `Duration::MAX` while it stands still.
    fn remaining(self, now: Instant) -> Duration {
        match self.stopped_at {
            Some(_) => Duration::MAX,
            None => self.end.saturating_duration_since(now),
        }
    }

    /// Makes it stand still, and returns whether it was running.
    fn stop(&mut self, now: Instant) -> bool {
        let was_running = self.stopped_at.is_none();
        self.stopped_at.get_or_insert(now);
        was_running
    }

    /// Makes it run again, later by the time that it stood still.
    fn go_on(&mut self, now: Instant) {
        if let Some(stopped_at) = self.stopped_at.take() {
            self.end += now.saturating_duration_since(stopped_at);
        }
    }
}

/// The moment after which the caller no longer waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// `None` if there is no limit.
    end: Option<Instant>,
    /// How far away it was when it was set.
    span: Duration,
}

impl Deadline {
    /// Returns the deadline `span` from now. A span that is too long for the clock means no limit.
    pub(crate) fn after(span: Duration) -> Self {
        Self {
            end: Instant::now().checked_add(span),
            span,
        }
    }

    /// Returns a deadline that was set `span` ago and has passed.
    #[cfg(test)]
    pub(crate) fn passed(span: Duration) -> Self {
        Self {
            end: Some(Instant::now()),
            span,
        }
    }

    /// Returns this deadline, or the one `span` from now if that is later.
    pub(crate) fn or_after(self, span: Duration) -> Self {
        let later = Self::after(span);
        if self.remaining() < later.remaining() {
            later
        } else {
            self
        }
    }

    /// Returns the time left: zero if the deadline or the limit of the run's work has passed, `Duration::MAX` if there
    /// is neither.
    pub(crate) fn remaining(self) -> Duration {
        let now = Instant::now();
        let until = |end: Instant| end.saturating_duration_since(now);
        let of_work = work_time().map_or(Duration::MAX, |it| it.remaining(now));
        self.end.map_or(Duration::MAX, until).min(of_work)
    }

    /// Returns whether the deadline has passed.
    pub(crate) fn is_over(self) -> bool {
        self.remaining().is_zero()
    }

    /// Returns whether there is time for something that takes `least`. If the whole span was shorter than twice that,
    /// half of the span is enough: a short deadline is meant to be used.
    pub(crate) fn leaves_time_for(self, least: Duration) -> bool {
        is_enough(self.remaining(), self.span, least)
    }

    /// Waits for `span`, or until the deadline if that comes first, and returns whether the whole span passed.
    #[allow(
        clippy::disallowed_methods,
        reason = "the only place that sleeps, and never past a deadline"
    )]
    pub(crate) fn sleep(self, span: Duration) -> bool {
        let remaining = self.remaining();
        std::thread::sleep(span.min(remaining));
        span <= remaining
    }
}

/// Returns whether `remaining` is at least `least`, or at least half of `span` if that is shorter.
fn is_enough(remaining: Duration, span: Duration, least: Duration) -> bool {
    remaining >= least.min(span / 2)
}

/// Returns between half and all of `pause`, so that waiting processes do not all try again at the same moment.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the pause is the same for every process.
    let _ = getrandom::fill(&mut byte);
    let [byte] = byte;
    pause / 2 + pause / 2 * u32::from(byte) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_time_stands_still_while_a_person_is_waited_for() {
        let start = Instant::now();
        let after = |secs| start + Duration::from_secs(secs);
        let mut time = WorkTime::until(after(300));
        assert_eq!(time.remaining(after(100)), Duration::from_secs(200));
        assert!(time.stop(after(100)));
        assert!(!time.stop(after(5000)), "it stands already");
        assert_eq!(time.remaining(after(9000)), Duration::MAX);
        time.go_on(after(9100));
        assert_eq!(time.remaining(after(9150)), Duration::from_secs(150));
        time.go_on(after(9200));
        assert_eq!(time.remaining(after(9400)), Duration::ZERO);
    }

    #[test]
    fn or_after_returns_the_later_deadline() {
        let (soon, late) = (Duration::from_secs(60), Duration::from_secs(3600));
        let left = |deadline: Deadline| deadline.remaining();
        assert!(left(Deadline::after(Duration::ZERO).or_after(late)) > soon);
        assert!(left(Deadline::after(late).or_after(soon)) > soon);
        let endless = Deadline::after(Duration::MAX);
        assert_eq!(left(endless.or_after(soon)), Duration::MAX);
    }

    #[test]
    fn time_is_enough_if_it_fits_or_half_of_the_span_is_left() {
        let millis = Duration::from_millis;
        let is_enough = |remaining, span| is_enough(millis(remaining), millis(span), millis(250));
        for (remaining, span) in [(250, 10_000), (9_999, 10_000), (150, 300), (99, 100)] {
            assert!(is_enough(remaining, span), "{remaining} of {span}");
        }
        for (remaining, span) in [(249, 10_000), (0, 10_000), (149, 300), (40, 100)] {
            assert!(!is_enough(remaining, span), "{remaining} of {span}");
        }
        let endless = Deadline::after(Duration::MAX);
        assert!(endless.leaves_time_for(millis(250)));
    }

    #[test]
    fn jitter_is_between_half_and_all_of_the_pause() {
        let pause = Duration::from_millis(100);
        for _ in 0..100 {
            let jittered = jittered(pause);
            assert!(jittered >= pause / 2 && jittered <= pause, "{jittered:?}");
        }
    }
}
