//! The options of `refresh`.

use std::time::Duration;

use clap::Args;

use crate::profile::parse_duration;

/// Options of `refresh`.
#[derive(Debug, Args)]
pub(crate) struct Refresh {
    /// Every login on this machine that would end within 7 days, or --within
    #[arg(long, conflicts_with = "profile")]
    pub(crate) all: bool,
    /// Only if the login would end within this time, such as 12h or 7d; one whose end is not known always is renewed
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(crate) within: Option<Duration>,
}
