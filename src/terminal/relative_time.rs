//! Times and durations in words.

use std::time::Duration;

use crate::token::UnixTime;

/// Returns a time relative to now, such as `in 52 min` or `3 h ago`.
pub(crate) fn relative(at: UnixTime, now: UnixTime) -> String {
    if at > now {
        format!("in {}", span(now.until(at)))
    } else {
        format!("{} ago", span(at.until(now)))
    }
}

/// Returns the two largest units of a duration, such as `2 h 5 min`, rounded down. The smaller one is left out if it is
/// zero, and so are seconds from ten minutes on.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let with = |large: u64, unit: &str, small: u64, smaller: &str| {
        if small == 0 {
            format!("{large} {unit}")
        } else {
            format!("{large} {unit} {small} {smaller}")
        }
    };
    match (days, seconds) {
        (1.., _) => with(days, "d", hours, "h"),
        (0, 3600..) => with(hours, "h", minutes, "min"),
        (0, 60..) => with(
            minutes,
            "min",
            if minutes < 10 { seconds % 60 } else { 0 },
            "s",
        ),
        (0, _) => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_shown_in_at_most_two_units() {
        let table = [
            (0, "0 s"),
            (59, "59 s"),
            (61, "1 min 1 s"),
            (3125, "52 min"),
            (3600, "1 h"),
            (7500, "2 h 5 min"),
            (86_400 * 29 + 3600, "29 d 1 h"),
        ];
        for (seconds, wanted) in table {
            assert_eq!(span(Duration::from_secs(seconds)), wanted);
        }
        let now = UnixTime::from_secs(1000);
        assert_eq!(relative(UnixTime::from_secs(1030), now), "in 30 s");
        assert_eq!(relative(UnixTime::from_secs(970), now), "30 s ago");
    }
}
