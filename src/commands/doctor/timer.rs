//! Whether logins that nobody uses are renewed.

use super::check::{About, Check};
use crate::causes::with_causes;
use crate::clients::timer::{TimerState, schedulers};
use crate::terminal::for_people::with_tilde;

const SET_UP: &str = "prusa-cred setup timer --apply";

/// Returns the check of the timer: broken if what it runs is gone. That there is none is no fault: a login that is used
/// is renewed by its use.
pub(super) fn check() -> Check {
    let about = About::new("client.timer", "timer");
    for scheduler in schedulers() {
        let name = scheduler.name();
        match scheduler.state() {
            Ok(TimerState::Absent) => {}
            Ok(TimerState::Present { program }) => {
                return match program.filter(|program| !program.exists()) {
                    Some(program) => {
                        let program = program.display().to_string();
                        let program = with_tilde(&program);
                        about.broken(
                            format!("{name} runs {program}, which does not exist"),
                            SET_UP,
                        )
                    }
                    None => about.ok(format!("{name} renews every login once a day")),
                };
            }
            Err(error) => return about.warning(with_causes(&error), SET_UP),
        }
    }
    about.skipped(format!(
        "a login that nobody uses ends with its refresh token, as no timer is set up; `{SET_UP}` sets one up"
    ))
}
