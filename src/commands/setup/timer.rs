//! `setup timer`: shows, makes or takes back what runs `prusa-cred refresh --all` once a day.

use anyhow::Result;

use super::report::Report;
use crate::cli::Setup;
use crate::clients::setup_record::SetupRecord;
use crate::clients::timer::{self, Job, Planned, Removal, Scheduler, Step};
use crate::clients::{SetupEnv, SetupError};
use crate::commands::error::CommandError;
use crate::context::Context;

/// The word that stands for it on the command line.
const WORD: &str = "timer";

/// Shows what would be changed, or with `--apply` or `--undo` does it.
///
/// # Errors
///
/// When an option is for clients, or nothing here runs a command once a day, or it cannot be set up or removed.
pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    let is_for_clients = !options.hosts.is_empty() || options.all_registries;
    if is_for_clients || context.global.profile.is_some() {
        let text = "the timer renews the logins of all profiles: give no profile, host or registry";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let env = SetupEnv::from_context(context)?;
    let mut report = Report::new(context, WORD);
    if options.undo {
        undo(&env, &mut report)?;
    } else {
        let run = Run {
            scheduler: timer::usable(&env)?,
            record: SetupRecord::read()?,
            env: &env,
        };
        let planned = run
            .scheduler
            .planned(&Job::of_this_program(context, &env)?)?;
        timer::refuse_others(&planned, &run.record)?;
        if options.apply {
            run.apply(&planned, &mut report)?;
        } else {
            run.show(&planned, &mut report);
        }
    }
    report.print()
}

/// One run of `setup timer`, but for `--undo`.
struct Run<'a> {
    scheduler: Box<dyn Scheduler>,
    record: SetupRecord,
    env: &'a SetupEnv,
}

impl Run<'_> {
    /// Returns whether everything is there and started.
    fn is_done(&self, planned: &[Planned]) -> bool {
        planned.iter().all(Planned::is_there) && self.scheduler.is_started() != Some(false)
    }

    /// Adds to the report what would be changed.
    fn show(&self, planned: &[Planned], report: &mut Report) {
        report.of_change();
        if self.is_done(planned) {
            return self.nothing_to_do(report);
        }
        for it in planned.iter().filter(|it| !it.is_there()) {
            let old = it.old.as_deref().unwrap_or_default();
            report.text_change(&it.place, old, &it.new);
        }
        let steps: Vec<_> = self
            .scheduler
            .to_start()
            .iter()
            .map(Step::to_string)
            .collect();
        report.commands(&steps);
        report.plain_notes(&self.scheduler.notes());
        report.what_to_do("prusa-cred setup timer --apply");
    }

    /// Writes what is planned, starts it, and takes back what an earlier run has written for another mechanism. If it
    /// cannot be started, what was there before comes back.
    fn apply(&self, planned: &[Planned], report: &mut Report) -> Result<(), SetupError> {
        if self.is_done(planned) {
            self.nothing_to_do(report);
            return Ok(());
        }
        self.scheduler.write(planned, &self.record)?;
        let steps = self.scheduler.to_start();
        if let Err(error) = steps.iter().try_for_each(|step| step.run(self.env)) {
            // The error that is told is the first one.
            let _ = self.bring_back(planned);
            return Err(error);
        }
        for it in planned.iter().filter(|it| !it.is_there()) {
            let verb = if it.old.is_some() { "Changed" } else { "Wrote" };
            report.line(&format!("{verb} {}", it.place));
        }
        for step in &steps {
            report.line(&format!("Ran {step}"));
        }
        for other in timer::all(self.env) {
            if other.name() != self.scheduler.name() {
                remove(&*other, &self.record, self.env, report)?;
            }
        }
        report.line("Every login is looked at once a day now, and renewed before it ends.");
        report.plain_notes(&self.scheduler.notes());
        report.line("To take it back: prusa-cred setup timer --undo");
        Ok(())
    }

    /// Brings back what was there before the plan was carried out, or removes what was written where there was nothing.
    fn bring_back(&self, planned: &[Planned]) -> Result<(), SetupError> {
        let record = SetupRecord::read()?;
        let before: Vec<_> = planned.iter().filter_map(Planned::back).collect();
        if planned.iter().all(|it| it.old.is_none()) {
            return self.scheduler.remove(&record).map(drop);
        }
        self.scheduler.write(&before, &record)
    }

    /// Adds that the timer is there already.
    fn nothing_to_do(&self, report: &mut Report) {
        let name = self.scheduler.name();
        report.line(&format!(
            "Nothing to do: {name} renews logins before they end already."
        ));
    }
}

/// Takes back what `--apply` did, in every mechanism of this system.
fn undo(env: &SetupEnv, report: &mut Report) -> Result<(), SetupError> {
    let record = SetupRecord::read()?;
    let mut was_there = false;
    for scheduler in timer::all(env) {
        was_there |= remove(&*scheduler, &record, env, report)?;
    }
    if !was_there {
        report.line("Nothing to take back: the timer is not set up here.");
    }
    Ok(())
}

/// Stops and removes what `setup` wrote for a mechanism; returns whether there was anything.
fn remove(
    scheduler: &dyn Scheduler,
    record: &SetupRecord,
    env: &SetupEnv,
    report: &mut Report,
) -> Result<bool, SetupError> {
    if !scheduler.has_ours(record)? {
        return Ok(false);
    }
    let run_all = |steps: Vec<Step>| steps.iter().try_for_each(|step| step.run(env));
    run_all(scheduler.to_stop())?;
    for removal in scheduler.remove(record)? {
        report.line(&match removal {
            Removal::Removed(sentence) => sentence,
            Removal::Left(place) => {
                format!("Left {place}, because it differs from what setup wrote")
            }
        });
    }
    run_all(scheduler.after_removal())?;
    Ok(true)
}
