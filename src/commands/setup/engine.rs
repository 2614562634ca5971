//! Shows a plan, carries it out, or undoes it.
//!
//! Links are created first, and the client's file is replaced last, in one step: if the run is killed, the client sees
//! either the old file or all of the new one. If removing the entries would not give back the old file byte for byte, a
//! backup of it is kept beside it. `undo` restores the backup if nothing else has changed since; otherwise it removes the
//! entries and keeps the rest. It removes the backup in any case, which may hold secrets.

use std::time::Duration;

use anyhow::Result;

use super::report::Report;
use crate::cli::{Client, Setup};
use crate::clients::SetupError;
use crate::clients::backup::{backup_of, remove_backup, write_backup};
use crate::clients::path::display_path;
use crate::clients::program_link::{LinkState, MissingLink};
use crate::clients::setup_plan::SetupPlan;
use crate::clients::setup_target::SetupTarget;
use crate::context::{Context, config_dir};
use crate::deadline::Deadline;
use crate::escape::excerpt;
use crate::escape::shell_word_of;
use crate::store::{Change, edit_foreign, read_foreign};

/// How long to wait for another run of `setup` that holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// One run of `setup`.
pub(super) struct Engine<'a> {
    context: &'a Context,
    options: &'a Setup,
    client: Client,
    target: &'a SetupTarget<'a>,
    plan: &'a SetupPlan,
    report: Report,
}

impl<'a> Engine<'a> {
    /// Returns a run for this client and plan.
    pub(super) fn new(
        context: &'a Context,
        options: &'a Setup,
        client: Client,
        target: &'a SetupTarget<'a>,
        plan: &'a SetupPlan,
    ) -> Self {
        Self {
            context,
            options,
            client,
            target,
            plan,
            report: Report::new(),
        }
    }

    /// Shows what would be changed, and changes nothing.
    pub(super) fn show(mut self) -> Result<()> {
        let links = self.missing_links()?;
        if let Some(change) = &self.plan.manual_change {
            self.report.manual_change(self.plan, change);
            self.report.notes(self.plan, &links);
            return self.report.print();
        }
        let old = self.plan.read_file()?.unwrap_or_default();
        let new = self.plan.with_entries(&old)?;
        if new == old && links.is_empty() {
            return self.nothing_to_do();
        }
        if new != old {
            self.report.file_change(self.plan, &old, &new);
        }
        for link in &links {
            self.report.link(link);
        }
        self.report
            .replaced_profiles(&self.plan.replaced_profiles(&old)?);
        self.report.notes(self.plan, &links);
        let command = self.command("--apply");
        self.report
            .line(&format!("Nothing has been changed. To do it: {command}"));
        self.report.print()
    }

    /// Creates the links and changes the file, then prints what was done. Fails if the change can only be made by hand,
    /// unless that has been done already, or the client holds its lock.
    pub(super) fn apply(mut self) -> Result<()> {
        if !self.plan.is_already_asked {
            self.refuse_if_manual()?;
        }
        let links = self.missing_links()?;
        // An error of the file is reported before a link is created.
        let old = self.plan.read_file()?.unwrap_or_default();
        let is_complete = self.plan.with_entries(&old)? == old;
        if is_complete && links.is_empty() {
            return self.nothing_to_do();
        }
        self.refuse_if_locked_by_client()?;
        if !is_complete {
            // So is a file that cannot be written to.
            self.edit(|_| Ok(Change::Keep))?;
        }
        for link in &links {
            link.create()?;
            let (path, target) = (display_path(&link.path), display_path(&link.target));
            self.report
                .line(&format!("Made the link {path} -> {target}"));
        }
        if !is_complete {
            let has_backup = self.insert_entries()?;
            let file = display_path(&self.plan.file);
            self.report.line(&if has_backup {
                format!(
                    "Changed {file} (as it was: {})",
                    display_path(&backup_of(&self.plan.file))
                )
            } else if old.is_empty() {
                format!("Wrote {file}")
            } else {
                format!("Changed {file}")
            });
        }
        self.report
            .replaced_profiles(&self.plan.replaced_profiles(&old)?);
        self.report.notes(self.plan, &links);
        let command = self.command("--undo");
        self.report.line(&format!("To take it back: {command}"));
        self.report.print()
    }

    /// Inserts the entries into the file, and returns whether the file before is kept as a backup. It is not if there was
    /// none, the entries are there already, or `undo` can do without.
    fn insert_entries(&self) -> Result<bool, SetupError> {
        let mut has_backup = false;
        self.edit(|old| {
            let text = self.plan.decode(old.unwrap_or_default().to_vec())?;
            let new = self.plan.with_entries(&text)?;
            if new == text {
                // Another run has made the change already, and has written the backup.
                return Ok(Change::Keep);
            }
            if let Some(old) = old
                && !self.is_undone_to(&text, &new)?
            {
                write_backup(&self.plan.file, old)?;
                has_backup = true;
            }
            Ok(Change::Replace(new.into_bytes()))
        })?;
        Ok(has_backup)
    }

    /// Returns whether `undo` without a backup makes `old` of `new` again. Fails if the entries cannot be removed.
    fn is_undone_to(&self, old: &str, new: &str) -> Result<bool, SetupError> {
        // Such a file would be taken for one that `apply` has created, and be removed.
        let is_like_created = self.plan.with_entries("").is_ok_and(|it| it == new);
        let (without, kept) = self.plan.without_entries(new)?;
        Ok(!is_like_created && without == old && kept.is_empty())
    }

    /// Removes the entries and links that `apply` made, then prints what was done. Entries that differ from what
    /// `setup` writes are kept. Fails if the change can only be made by hand or the client holds its lock; nothing to
    /// remove is no error.
    pub(super) fn undo(mut self) -> Result<()> {
        self.refuse_if_manual()?;
        self.refuse_if_locked_by_client()?;
        let (mut is_changed, kept) = self.remove_entries()?;
        let file = display_path(&self.plan.file);
        if is_changed {
            self.report.line(&format!("Removed prusa-cred from {file}"));
            self.report.manual_steps(&self.plan.manual_steps_after_undo);
        }
        for link in &self.plan.links {
            if let Some(path) = link.remove()? {
                is_changed = true;
                self.report
                    .line(&format!("Removed the link {}", display_path(&path)));
            }
        }
        for entry in &kept {
            let entry = excerpt(entry);
            self.report.line(&format!(
                "Left in {file}, because it differs from what setup writes: {entry}"
            ));
        }
        if !is_changed && kept.is_empty() {
            let (name, hosts) = (self.client.name(), self.target.host_list());
            self.report.line(&format!(
                "Nothing to take back: {name} was not set up here for {hosts}."
            ));
        }
        self.report.print()
    }

    /// Removes the entries from the file. If nothing else has changed since, restores the backup instead, or removes
    /// the file if there was none. Then deletes the backup, also if there was nothing to remove. Returns whether any was
    /// removed, and those that were kept because they differ from what `setup` writes. Fails with the file changed if the
    /// backup cannot be deleted.
    fn remove_entries(&self) -> Result<(bool, Vec<String>), SetupError> {
        let mut kept = Vec::new();
        let mut is_changed = false;
        self.edit(|old| {
            let Some(old) = old else {
                return Ok(Change::Keep);
            };
            let old = self.plan.decode(old.to_vec())?;
            let (without, different) = self.plan.without_entries(&old)?;
            kept = different;
            is_changed = without != old;
            if !is_changed {
                return Ok(Change::Keep);
            }
            let restored = self.restored(&old)?;
            Ok(restored.unwrap_or(Change::Replace(without.into_bytes())))
        })?;
        remove_backup(&self.plan.file)?;
        Ok((is_changed, kept))
    }

    /// Returns the change back to the backup, or to no file; `None` if inserting the entries is not all that has
    /// changed since, or has changed nothing. Fails if the backup cannot be read. Changes nothing itself.
    fn restored(&self, current: &str) -> Result<Option<Change>, SetupError> {
        let backup = read_foreign(&backup_of(&self.plan.file))?;
        let backup = backup.map(|bytes| self.plan.decode(bytes)).transpose()?;
        let is_only_change = |text: &str| {
            text != current
                && self
                    .plan
                    .with_entries(text)
                    .is_ok_and(|with| with == current)
        };
        Ok(match backup {
            None if is_only_change("") => Some(Change::Remove),
            Some(text) if is_only_change(&text) => Some(Change::Replace(text.into_bytes())),
            _ => None,
        })
    }

    /// Changes the file while holding the lock that all runs of `setup` share. Fails if `change` does, if the lock
    /// stays held for `LOCK_WAIT`, or if the file cannot be read or written.
    fn edit(
        &self,
        change: impl FnOnce(Option<&[u8]>) -> Result<Change, SetupError>,
    ) -> Result<(), SetupError> {
        // The lock is in prusa-cred's own directory: beside the client's file it could block the client.
        let lock = config_dir()?.join(env!("CARGO_PKG_NAME")).join("setup");
        edit_foreign(&self.plan.file, &lock, Deadline::after(LOCK_WAIT), change)
    }

    /// Fails if the plan's change can only be made by hand.
    fn refuse_if_manual(&self) -> Result<(), SetupError> {
        match &self.plan.manual_change {
            Some(change) => Err(SetupError::ManualOnly {
                path: self.plan.file.clone(),
                reason: change.reason,
                client: self.client.word(),
            }),
            None => Ok(()),
        }
    }

    /// Fails if the client's own lock file exists, as the client may be writing its file.
    fn refuse_if_locked_by_client(&self) -> Result<(), SetupError> {
        match &self.plan.client_lock {
            Some(lock) if lock.exists() => Err(SetupError::LockedByClient {
                path: self.plan.file.clone(),
                lock: lock.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Returns the links that the client needs and that are not there; fails if another program has such a name.
    fn missing_links(&self) -> Result<Vec<MissingLink>, SetupError> {
        let mut missing = Vec::new();
        for link in &self.plan.links {
            match link.state()? {
                LinkState::Present(_) => {}
                LinkState::NameTaken(path) => return Err(SetupError::NameTaken(path)),
                LinkState::Missing(link) => missing.push(link),
            }
        }
        Ok(missing)
    }

    /// Prints that the client is set up already, and what is left for a person to do.
    fn nothing_to_do(mut self) -> Result<()> {
        let (name, hosts) = (self.client.name(), self.target.host_list());
        self.report.nothing_to_do(self.plan, &name, &hosts);
        self.report.print()
    }

    /// Returns the command line of this run with `--apply` or `--undo`.
    fn command(&self, switch: &str) -> String {
        let mut words = vec!["prusa-cred setup".to_owned(), self.client.word()];
        if let Some(profile) = &self.context.global.profile {
            words.push(format!("--profile {profile}"));
        }
        for host in &self.options.hosts {
            words.push(format!("--host {}", shell_word_of(host)));
        }
        words.push(switch.to_owned());
        words.join(" ")
    }
}
