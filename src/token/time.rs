//! Points in time, in whole seconds.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::seconds::whole_number;

/// From here on a number is of milliseconds: as seconds it would be in the year 5138.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// A point in time, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnixTime(i64);

impl UnixTime {
    /// Returns the current time of the system clock.
    #[allow(
        clippy::disallowed_methods,
        reason = "the only place that reads the clock"
    )]
    pub(crate) fn now() -> Self {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => Self(i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
            Err(before) => Self(-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX)),
        }
    }

    /// Returns the time `seconds` after the epoch.
    pub(crate) const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Returns the time that a server wrote: as seconds or milliseconds since the epoch, a number or a text with one,
    /// or in ISO 8601, in UTC if it names no zone. `None` for anything else, and for the epoch or earlier: 0 means
    /// never.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let seconds = whole_number(value).map(|number| {
            if number >= FIRST_MILLISECONDS {
                number.div_euclid(1000)
            } else {
                number
            }
        });
        let seconds = seconds.or_else(|| seconds_of_date(value.as_str()?.trim()));
        seconds.filter(|seconds| *seconds > 0).map(Self)
    }

    /// Returns the seconds since the epoch.
    pub(crate) fn as_secs(self) -> i64 {
        self.0
    }

    /// Returns the time from `self` until `later`; zero if `later` is earlier.
    pub(crate) fn until(self, later: UnixTime) -> Duration {
        Duration::from_secs(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// Returns the time `span` (without fractions of a second) before this one, or the earliest that can be
    /// represented.
    pub(crate) fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)),
        )
    }

    /// Returns the time `span` (without fractions of a second) after this one, or the latest that can be represented.
    pub(crate) fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_secs()).unwrap_or(i64::MAX)),
        )
    }
}

impl UnixTime {
    /// Returns this time in UTC in the format of RFC 3339, for programs; `None` after the year 9999, which that cannot
    /// express.
    pub(crate) fn rfc3339(self) -> Option<String> {
        let timestamp = jiff::Timestamp::from_second(self.0).ok()?;
        Some(timestamp.to_string())
    }
}

/// Returns the seconds since the epoch of a date in ISO 8601, with or without a time and a zone.
fn seconds_of_date(text: &str) -> Option<i64> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(timestamp.as_second());
    }
    let time: jiff::civil::DateTime = text.parse().ok()?;
    let in_utc = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(in_utc.timestamp().as_second())
}

impl fmt::Display for UnixTime {
    /// Writes RFC 3339 in UTC without fractions, such as `2030-01-01T00:00:00Z`; after the year 9999 the seconds, as
    /// `N s after 1970`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_second(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{} s after 1970", self.0),
        }
    }
}

/// Drops fractions of a second. A time before 1970 becomes the epoch.
impl From<SystemTime> for UnixTime {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self(i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
            Err(_) => Self(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_read_however_a_server_writes_it() {
        let seconds = 1_893_456_000;
        for value in [
            json!(seconds),
            json!(1_893_456_000.9),
            json!("1893456000"),
            json!(" 1893456000.5 "),
            json!(1_893_456_000_999_i64),
            json!("1893456000000"),
            json!("2030-01-01T00:00:00Z"),
            json!("2030-01-01T02:00:00+02:00"),
            json!("2030-01-01T00:00:00.000"),
            json!("2030-01-01 00:00:00"),
            json!("2030-01-01"),
        ] {
            let expected = Some(UnixTime::from_secs(seconds));
            assert_eq!(UnixTime::from_json(&value), expected, "{value}");
        }
        for value in [
            json!(0),
            json!("0"),
            json!(0.0),
            json!(-1),
            json!(null),
            json!("never"),
            json!("1970-01-01T00:00:00Z"),
            json!("0001-01-01T00:00:00Z"),
            json!([1]),
        ] {
            assert_eq!(UnixTime::from_json(&value), None, "{value}");
        }
    }
}
