//! The options of `log`, and how a point in time is written in them.

use std::time::Duration;

use clap::Args;

use crate::profile::parse_duration;
use crate::token::UnixTime;

/// Options of `log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Only what is newer than this: a duration such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)
    #[arg(long, value_name = "WHEN", value_parser = parse_since)]
    pub(crate) since: Option<Since>,
    /// Only the newest COUNT lines
    #[arg(long, short = 'n', value_name = "COUNT")]
    pub(crate) lines: Option<usize>,
}

/// The earliest time to show: a duration before now, or a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    Ago(Duration),
    At(UnixTime),
}

/// Parses a duration, or a date with or without a time and a time zone, which is UTC if it is not given. Fails with the
/// reason if it is neither.
fn parse_since(text: &str) -> Result<Since, String> {
    if let Ok(duration) = parse_duration(text) {
        return Ok(Since::Ago(duration));
    }
    let with_zone = || text.parse::<jiff::Timestamp>().ok();
    // In UTC, as all times are shown.
    let without_zone = || {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    with_zone()
        .or_else(without_zone)
        .map(|at| Since::At(UnixTime::from_secs(at.as_second())))
        .ok_or_else(|| "neither a duration such as 1h nor a date such as 2026-11-22".to_owned())
}
