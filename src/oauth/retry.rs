//! Pauses between tries: growing, jittered, and never past the deadline; and which of the failures is told in the end.

use std::time::Duration;

use super::GrantError;
use crate::deadline::{Deadline, jittered};

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(4);
/// What a try needs at the least: one that is cut short may spend a refresh token for nothing.
pub(crate) const SHORTEST_TRY: Duration = Duration::from_millis(250);

/// The pauses of one operation.
pub(crate) struct Pauses {
    next: Duration,
    /// What the last try that was not cut short failed of.
    failure: Option<GrantError>,
}

impl Pauses {
    /// Returns pauses that begin short.
    pub(crate) fn new() -> Self {
        Self {
            next: FIRST,
            failure: None,
        }
    }

    /// Waits before another try, if there is time for one and it may go better than the one that failed so.
    ///
    /// # Errors
    ///
    /// When there is to be no other try: what is to be told. That is how the last try failed, unless the deadline cut
    /// that one short: where in a try it falls is chance, and those before it know more.
    pub(crate) fn wait_after(
        &mut self,
        error: GrantError,
        deadline: Deadline,
    ) -> Result<(), GrantError> {
        let has_time = error.is_transient() && self.wait(error.retry_after(), deadline);
        let telling = match self.failure.take() {
            Some(earlier) if error.is_timeout() => earlier,
            _ => error,
        };
        if !has_time {
            return Err(telling);
        }
        self.failure = Some(telling);
        Ok(())
    }

    /// Waits a little longer each time, and no less than the server asked for. Returns whether there is time for another
    /// try; if not, it does not wait at all.
    fn wait(&mut self, asked: Option<Duration>, deadline: Deadline) -> bool {
        let pause = jittered(self.next).max(asked.unwrap_or_default());
        self.next = (self.next * 2).min(LONGEST);
        pause.saturating_add(SHORTEST_TRY) < deadline.remaining()
            && deadline.sleep(pause)
            // A busy machine may wake up late.
            && deadline.leaves_time_for(SHORTEST_TRY / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpError;

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
    fn a_try_that_is_cut_short_hides_nothing_of_those_before_it() {
        let patient = Deadline::after(Duration::from_secs(60));
        let over = Deadline::after(Duration::ZERO);
        let url = || "https://h.example/".to_owned();
        let timeout = || GrantError::from(HttpError::Timeout { url: url() });
        let busy = || GrantError::Server {
            endpoint: url(),
            status: 503,
            retry_after: Some(Duration::ZERO),
        };
        let told = |pauses: &mut Pauses, error: GrantError| {
            let told = pauses.wait_after(error, over).expect_err("no time is left");
            told.to_string()
        };
        let mut pauses = Pauses::new();
        assert!(pauses.wait_after(busy(), patient).is_ok());
        assert_eq!(told(&mut pauses, timeout()), busy().to_string());
        assert_eq!(told(&mut Pauses::new(), timeout()), timeout().to_string());
        let mut pauses = Pauses::new();
        assert!(pauses.wait_after(busy(), patient).is_ok());
        let forbidden = GrantError::Forbidden { endpoint: url() };
        assert_eq!(
            told(&mut pauses, forbidden),
            GrantError::Forbidden { endpoint: url() }.to_string()
        );
    }
}
