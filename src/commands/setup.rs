//! `setup CLIENT`: makes another program ask prusa-cred, shows the change, or takes it back.
//!
//! `clients` makes the plan; `engine` shows it or carries it out, `undo` takes it back. Files of other programs hold
//! secrets, so no line is shown except those that are inserted or replaced.

mod diff;
mod engine;
mod overview;
mod report;
mod timer;
mod undo;

use anyhow::Result;

use crate::cli::{Client, Setup, Subject};
use crate::clients::backup::{files_with_backup, remove_if_old, remove_useless};
use crate::clients::path::display_path;
use crate::clients::setup_target::SetupTarget;
use crate::clients::{SetupEnv, git, plan_for};
use crate::commands::error::CommandError;
use crate::context::Context;
use report::Report;

/// Shows, makes or undoes the change for one client, or prints the state of all clients if none is named. Fails with
/// `--json`.
pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    remove_old_backups(context);
    let client = match options.client {
        None => return overview::run(context, options),
        Some(Subject::Timer) => return timer::run(context, options),
        Some(Subject::Client(client)) => client,
    };
    if options.all_registries && !matches!(client, Client::Docker | Client::Podman) {
        let text = "--all-registries is for docker and podman";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let done = run_for(context, options, client);
    if done.is_err() && options.undo && remove_useless_backups(context, client)? {
        return Ok(());
    }
    done
}

/// Shows, makes or undoes the change for one client. Fails if there is no profile or plan for it.
fn run_for(context: &Context, options: &Setup, client: Client) -> Result<()> {
    if options.undo {
        return undo_for(context, options, client);
    }
    let target = SetupTarget::find(context, &options.hosts, false)?;
    let target = target.reaching(engine::reach_of(options));
    let env = SetupEnv::from_context(context)?;
    let mut plan = plan_for(client, &env, &target)?;
    if client == Client::Git {
        plan.left_out = git::unanswered_remotes(context, &env);
    }
    let engine = engine::Engine::new(context, options, client, &target, &plan)?;
    if options.apply {
        engine.apply()
    } else {
        engine.show()
    }
}

/// Takes back what was done for one client. Fails if there is no profile or plan for it and nothing in the record.
fn undo_for(context: &Context, options: &Setup, client: Client) -> Result<()> {
    if let Some(undo) = undo::Undo::new(context, options, client)? {
        return undo.run();
    }
    if !remove_useless_backups(context, client)? {
        let name = client.name();
        let mut report = Report::new(context, &client.word());
        report.line(&format!("Nothing to take back: {name} is not set up here."));
        report.print()?;
    }
    Ok(())
}

/// Removes the backups of a client's files in which there is nothing left to undo, says so, and returns whether there
/// was any: the profile or the client itself may be gone by now, without which there is no plan. Fails if one cannot be
/// removed.
fn remove_useless_backups(context: &Context, client: Client) -> Result<bool> {
    let removed = remove_useless(context, client)?;
    if removed.is_empty() {
        return Ok(false);
    }
    let mut report = Report::new(context, &client.word());
    for path in &removed {
        let path = display_path(path);
        report.line(&format!("Nothing to take back. Removed the backup {path}"));
    }
    report.print()?;
    Ok(true)
}

/// Removes the backups of clients' files that are older than a month, and says so.
fn remove_old_backups(context: &Context) {
    for file in files_with_backup(context) {
        if let Some(path) = remove_if_old(&file) {
            let path = display_path(&path);
            context.say(&format!(
                "Removed {path}, a backup of more than a month ago."
            ));
        }
    }
}
