//! `setup timer`: shows, sets up or takes back what renews every login once a day.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::{Setup, Subject};
use crate::clients::timer::{ProgramCall, Scheduler, TimerError, TimerState, schedulers};
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET};

/// Shows what would be done, does it with `--apply`, takes it back with `--undo`.
///
/// # Errors
///
/// `TimerError`; usage, with options of clients.
pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    if options.all_registries || !options.hosts.is_empty() {
        let text = "`prusa-cred setup timer` is for every login: it takes no --host and no --all-registries";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let schedulers = schedulers();
    if options.undo {
        return undo(context, &schedulers);
    }
    let scheduler = schedulers.first().ok_or(TimerError::NoScheduler)?;
    let call = ProgramCall::of_this_program()?;
    let note = scheduler.note();
    let name = scheduler.name();
    let mut text = String::new();
    if options.apply {
        // What another scheduler of this machine ran would run a second time.
        for other in schedulers.iter().skip(1) {
            other.remove()?;
        }
        scheduler.install(&call)?;
        text += &format!("{name} renews every login once a day from now on.\n");
    } else if scheduler.state()? != TimerState::Absent {
        text += &format!("Nothing to do: {name} renews every login once a day already.\n");
    } else {
        text += &scheduler.shown(&call)?;
        text += "\nNothing has been changed. To do it: prusa-cred setup timer --apply\n";
    }
    if let Some(note) = note {
        text += &format!("Note: {note}.\n");
    }
    if options.apply {
        text += "To take it back: prusa-cred setup timer --undo\n";
    }
    say(context, if options.apply { "apply" } else { "show" }, &text)
}

/// Takes back what any scheduler of this machine has.
fn undo(context: &Context, schedulers: &[Box<dyn Scheduler>]) -> Result<()> {
    let mut text = String::new();
    for scheduler in schedulers {
        if scheduler.state()? == TimerState::Absent {
            continue;
        }
        scheduler.remove()?;
        let name = scheduler.name();
        text += &format!("{name} renews logins no more.\n");
    }
    if text.is_empty() {
        text += "Nothing to take back: no timer is set up here.\n";
    }
    say(context, "undo", &text)
}

/// Prints the lines, with `--json` in an object.
fn say(context: &Context, action: &str, text: &str) -> Result<()> {
    if !context.global.json {
        return print_for_people(text);
    }
    let lines: Value = text.lines().filter(|line| !line.is_empty()).collect();
    let object = json!({ "client": Subject::TIMER, "action": action, "report": lines });
    print(format!("{object}\n"))
}

/// Whether logins are renewed once a day, for the list of everything that can be set up.
pub(super) enum Status {
    Runs(&'static str),
    /// What runs is no longer there.
    Broken(String),
    Absent,
}

impl Status {
    /// Returns what is so now; a scheduler that cannot be asked counts as none.
    pub(super) fn now() -> Self {
        for scheduler in schedulers() {
            if let Ok(TimerState::Present { program }) = scheduler.state() {
                return match program.filter(|program| !program.exists()) {
                    Some(program) => Self::Broken(format!(
                        "{} runs {}, which does not exist",
                        scheduler.name(),
                        program.display()
                    )),
                    None => Self::Runs(scheduler.name()),
                };
            }
        }
        Self::Absent
    }

    pub(super) fn text(&self, paint: Paint) -> String {
        let (style, text) = match self {
            Self::Runs(by) => (GOOD, format!("{by} renews every login once a day")),
            Self::Broken(why) => (BAD, why.clone()),
            Self::Absent => (
                QUIET,
                "not set up; it renews logins that nobody uses, once a day".to_owned(),
            ),
        };
        format!("{:14} {}\n", Subject::TIMER, paint.text(style, &text))
    }

    pub(super) fn json(&self) -> Value {
        let (state, about) = match self {
            Self::Runs(by) => ("set_up", Some((*by).to_owned())),
            Self::Broken(why) => ("broken", Some(why.clone())),
            Self::Absent => ("not_set_up", None),
        };
        json!({
            "client": Subject::TIMER,
            "state": state,
            "about": about,
            "command": "prusa-cred setup timer --apply",
        })
    }
}
