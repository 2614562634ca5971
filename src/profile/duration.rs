//! Durations as people write them.

use std::time::Duration;

/// Parses a duration: whole seconds, or a number with a unit such as `30s`, `2m`, `1h 30m`, `7d`, or ISO 8601. A day
/// has 24 hours; months and years are no units.
///
/// # Errors
///
/// When it is neither, is negative, or is longer than 366 days. The error does not quote the text.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(366 * 24 * 3600);
    let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
    let with_unit = || {
        let span = text.parse::<jiff::Span>().ok()?;
        let duration = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours());
        Duration::try_from(duration.ok()?).ok()
    };
    seconds
        .or_else(with_unit)
        .filter(|duration| *duration <= YEAR)
        .ok_or_else(|| "not a duration such as 30s, 2m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_seconds_and_units_and_refuses_the_rest() {
        let secs = |text| parse_duration(text).map(|duration| duration.as_secs());
        assert_eq!(secs("0"), Ok(0));
        assert_eq!(secs("45"), Ok(45));
        assert_eq!(secs("30s"), Ok(30));
        assert_eq!(secs("2m"), Ok(120));
        assert_eq!(secs("1h 30m"), Ok(5400));
        assert_eq!(secs("7d"), Ok(7 * 24 * 3600));
        for wrong in ["", "-1", "-5s", "soon", "2y", "10 fortnights"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
