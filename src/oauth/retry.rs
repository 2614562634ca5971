//! Backoff between attempts: growing, jittered, and never past the deadline; and which of several failures is reported.

use std::time::Duration;

use super::GrantError;
use crate::deadline::{Deadline, jittered};
use crate::escape::excerpt;
use crate::waiting;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const MAX_PAUSE: Duration = Duration::from_secs(4);
/// The least time an attempt needs: one that the deadline interrupts may spend a refresh token for nothing.
pub(crate) const MIN_ATTEMPT: Duration = Duration::from_millis(250);

/// The pauses between the attempts of one operation.
pub(crate) struct Backoff {
    next_pause: Duration,
    /// The error to report if the next attempt times out.
    last_error: Option<GrantError>,
}

impl Backoff {
    /// Returns a backoff whose first pause is short.
    pub(crate) fn new() -> Self {
        Self {
            next_pause: FIRST_PAUSE,
            last_error: None,
        }
    }

    /// Waits before another attempt, if the error is transient and there is time for one.
    ///
    /// # Errors
    ///
    /// When there is to be no other attempt: the error to report. That is the last attempt's, unless it is a timeout
    /// and an earlier attempt failed with something else: when the deadline interrupts an attempt is chance, and the
    /// earlier error says more.
    pub(crate) fn wait_after(
        &mut self,
        error: GrantError,
        deadline: Deadline,
    ) -> Result<(), GrantError> {
        let has_time =
            error.is_transient() && self.wait(&error.to_string(), error.retry_after(), deadline);
        let reported = match self.last_error.take() {
            Some(earlier) if error.is_timeout() => earlier,
            _ => error,
        };
        if !has_time {
            return Err(reported);
        }
        self.last_error = Some(reported);
        Ok(())
    }

    /// Waits longer each time, up to 4 s, and no less than `retry_after`. Returns whether there is time for another
    /// attempt; if there would be none after the pause, it does not wait at all.
    /// `why` is what failed, for a person who waits.
    pub(super) fn wait(
        &mut self,
        why: &str,
        retry_after: Option<Duration>,
        deadline: Deadline,
    ) -> bool {
        let pause = jittered(self.next_pause).max(retry_after.unwrap_or_default());
        self.next_pause = (self.next_pause * 2).min(MAX_PAUSE);
        pause.saturating_add(MIN_ATTEMPT) < deadline.remaining()
            && {
                let seconds = pause.as_secs_f32().ceil();
                let _waiting = waiting::on(|| format!("{}; trying again in {seconds} s", excerpt(why)));
                deadline.sleep(pause)
            }
            // A busy machine may wake up late.
            && deadline.leaves_time_for(MIN_ATTEMPT / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;

    #[test]
    fn a_pause_that_would_end_after_the_deadline_is_skipped() {
        let deadline = Deadline::after(Duration::from_secs(5));
        assert!(!Backoff::new().wait("", Some(Duration::from_secs(60)), deadline));
        assert!(!deadline.is_over());
        assert!(Backoff::new().wait("", Some(Duration::ZERO), deadline));
        let soon = Deadline::after(MIN_ATTEMPT);
        assert!(!Backoff::new().wait("", Some(Duration::ZERO), soon));
    }

    #[test]
    fn a_timeout_does_not_replace_the_error_before_it() {
        let later = Deadline::after(Duration::from_secs(60));
        let over = Deadline::after(Duration::ZERO);
        let url = || "https://h.example/".to_owned();
        let timeout = || {
            GrantError::from(HttpError::Timeout {
                url: url(),
                proxy: None,
            })
        };
        let busy = || GrantError::Server {
            endpoint: url(),
            status: 503,
            retry_after: Some(Duration::ZERO),
        };
        let reported = |backoff: &mut Backoff, error: GrantError| {
            let reported = backoff
                .wait_after(error, over)
                .expect_err("no time is left");
            reported.to_string()
        };
        let mut backoff = Backoff::new();
        assert!(backoff.wait_after(busy(), later).is_ok());
        assert_eq!(reported(&mut backoff, timeout()), busy().to_string());
        let mut backoff = Backoff::new();
        assert_eq!(reported(&mut backoff, timeout()), timeout().to_string());
        let mut backoff = Backoff::new();
        assert!(backoff.wait_after(busy(), later).is_ok());
        let forbidden = GrantError::Forbidden { endpoint: url() };
        assert_eq!(
            reported(&mut backoff, forbidden),
            GrantError::Forbidden { endpoint: url() }.to_string()
        );
    }
}
