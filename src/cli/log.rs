//! What `log` takes, and how people tell a point in time.

use std::time::Duration;

use clap::Args;

use crate::profile::parse_duration;
use crate::token::UnixTime;

/// Options of `log`.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Only what is not older than this: a span such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)
    #[arg(long, value_name = "WHEN", value_parser = parse_since)]
    pub(crate) since: Option<Since>,
    /// Only so many lines, the newest
    #[arg(long, short = 'n', value_name = "COUNT")]
    pub(crate) lines: Option<usize>,
}

/// A point in time, as people tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    Ago(Duration),
    At(UnixTime),
}

fn parse_since(text: &str) -> Result<Since, String> {
    if let Ok(span) = parse_duration(text) {
        return Ok(Since::Ago(span));
    }
    let with_zone = || text.parse::<jiff::Timestamp>().ok();
    // In UTC, as all times are shown.
    let without = || {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    with_zone()
        .or_else(without)
        .map(|at| Since::At(UnixTime::from_secs(at.as_second())))
        .ok_or_else(|| {
            "neither a span of time such as 1h, nor a date such as 2026-11-22".to_owned()
        })
}
