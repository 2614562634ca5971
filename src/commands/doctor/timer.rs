//! What renews the logins that nobody uses: whether it is set up, and whether anything needs it.

use super::check::{About, Check};
use super::context::CheckContext;
use crate::account::{Account, TokenRequest};
use crate::clients::SetupEnv;
use crate::clients::timer::{TimerState, state};
use crate::commands::status::{Login, Refresh};
use crate::profile::Profile;
use crate::terminal::relative_time::relative;
use crate::token::UnixTime;

/// Reports the daily run: broken if its program is gone, a warning if it is set up and does not run, or its last run
/// failed. Without one it is ok too, with a note if a login here ends when it is not used.
pub(super) fn check(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> Check {
    let about = About::new("timer", "timer");
    let env = match SetupEnv::from_context(ctx.context) {
        Ok(env) => env,
        Err(error) => return about.skipped(error.to_string()),
    };
    match state(&env) {
        TimerState::Runs { place } => about.ok(format!("renews logins before they end ({place})")),
        TimerState::Stopped { place, command } => {
            about.warning(format!("set up in {place}, but not started"), command)
        }
        TimerState::LastRunFailed { place, command } => about.warning(
            format!("set up in {place}, but its last run failed"),
            command,
        ),
        TimerState::ProgramGone { place, program } => about.broken(
            format!("{program}, which {place} runs once a day, does not exist"),
            "prusa-cred setup timer --apply",
        ),
        TimerState::NotSetUp => match first_to_end(ctx, profiles) {
            Some((profile, at)) => {
                let when = relative(at, ctx.now);
                about.ok(format!(
                    "none: if nobody uses it, the login of profile {profile} ends {when}; `prusa-cred setup timer` \
                     renews it once a day"
                ))
            }
            None => {
                about.skipped("not set up, and no login here is known to end when it is not used")
            }
        },
    }
}

/// Returns the profile whose stored login ends first if it is not renewed, and when.
fn first_to_end<'p>(
    ctx: &CheckContext<'_>,
    profiles: &[&'p Profile],
) -> Option<(&'p str, UnixTime)> {
    let ends = profiles.iter().filter_map(|profile| {
        let account = Account::open(ctx.context, profile, TokenRequest::stored()).ok()?;
        let stored = account.store().load().ok()??;
        let login = Login::new(&stored.set, stored.written_at, profile, ctx.now);
        match login.refresh {
            Refresh::Until(at) if at > ctx.now => Some((profile.name.as_str(), at)),
            _ => None,
        }
    });
    ends.min_by_key(|(_, at)| *at)
}
