//! Shows a plan, carries it out, or undoes it.
//!
//! Links are created first, and the client's file is replaced last, in one step: if the run is killed, the client sees
//! either the old file or all of the new one. Each thing is in the record before it is made, and `undo` takes back what is
//! in the record and nothing else. If removing the entries would not give back the old file byte for byte, a
//! backup of it is kept beside it. `undo` restores the backup if nothing else has changed since; otherwise it removes the
//! entries and keeps the rest. It removes the backup in any case, which may hold secrets.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::report::Report;
use crate::cli::{Client, Setup};
use crate::clients::backup::{backup_of, remove_backup, write_backup};
use crate::clients::edit::Entry;
use crate::clients::path::display_path;
use crate::clients::program_link::{LinkState, MissingLink, ProgramLink, Removal};
use crate::clients::programs::{PROGRAM_NAME, file_name};
use crate::clients::setup_plan::{SetupPlan, WithoutEntries};
use crate::clients::setup_record::{self, Made, SetupRecord};
use crate::clients::setup_target::SetupTarget;
use crate::clients::{SetupEnv, SetupError, git};
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
    /// What was made before this run.
    record: SetupRecord,
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
            record: SetupRecord::read(lock_file().is_ok_and(|lock| lock.exists())),
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
        self.report.overruled(&self.plan.overruled);
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
            self.create(link)?;
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
        self.note_overruled()?;
        let command = self.command("--undo");
        self.report.line(&format!("To take it back: {command}"));
        self.report.print()
    }

    /// Creates a link, after it and its directories were written into the record.
    fn create(&self, link: &MissingLink) -> Result<(), SetupError> {
        let mut made = setup_record::missing_directories(&link.path);
        made.push(Made::Link {
            path: link.path.clone(),
            target: link.target.clone(),
        });
        self.record.add(&made)?;
        link.create()
    }

    /// Notes what keeps the client from asking prusa-cred first now that the entries are there. git itself is asked.
    fn note_overruled(&mut self) -> Result<()> {
        let overruled = match self.client {
            Client::Git => git::problems_now(&SetupEnv::from_context(self.context)?, self.target),
            _ => self.plan.overruled.clone(),
        };
        self.report.overruled(&overruled);
        Ok(())
    }

    /// Inserts the entries into the file, after they were written into the record, and returns whether the file before is
    /// kept as a backup. It is not if there was none, the entries are there already, or `undo` can do without.
    fn insert_entries(&self) -> Result<bool, SetupError> {
        let mut has_backup = false;
        self.edit(|old| {
            let text = self.plan.decode(old.unwrap_or_default().to_vec())?;
            let new = self.plan.with_entries(&text)?;
            if new == text {
                // Another run has made the change already, and has written the backup.
                return Ok(Change::Keep);
            }
            let file = &self.plan.file;
            let names = self.plan.entries_to_make(&text)?;
            let mut made: Vec<_> = names
                .iter()
                .map(|name| setup_record::entry(file, name))
                .collect();
            if old.is_none() {
                made.extend(setup_record::file_with_directories(file));
            }
            self.record.add(&made)?;
            // The text with entries of an earlier run, which this one moves, is not what `undo` is to bring back.
            let is_moved = self.plan.entries.iter().any(|entry| {
                self.record.tells_of(file, &entry.name()) && entry.is_in_wrong_place(&text)
            });
            if let Some(old) = old
                && !is_moved
                && !self.is_undone_to(&text, &new, &names)?
            {
                write_backup(file, old)?;
                has_backup = true;
            }
            Ok(Change::Replace(new.into_bytes()))
        })?;
        Ok(has_backup)
    }

    /// Returns whether `undo` without a backup makes `old` of `new` again, where these entries were made. Fails if they
    /// cannot be removed.
    fn is_undone_to(&self, old: &str, new: &str, made: &[String]) -> Result<bool, SetupError> {
        let is_made = |entry: &Entry| made.contains(&entry.name());
        let without = self.plan.without_entries(new, is_made)?;
        Ok(without.text == old && without.modified.is_empty())
    }

    /// Removes the entries, the links and the directories that `apply` made, then prints what was done. What differs from
    /// what `setup` writes, or was there before, is kept. Fails if the change can only be made by hand or the client holds
    /// its lock; nothing to remove is no error.
    pub(super) fn undo(mut self) -> Result<()> {
        self.refuse_if_manual()?;
        self.refuse_if_locked_by_client()?;
        let (mut is_changed, rest) = self.remove_entries()?;
        let file = display_path(&self.plan.file);
        if is_changed {
            self.report.line(&format!("Removed prusa-cred from {file}"));
            self.report.manual_steps(&self.plan.manual_steps_after_undo);
        }
        for link in &self.plan.links {
            is_changed |= remove_link(link, &self.record, self.context, &mut self.report)?;
        }
        self.remove_directories();
        for entry in &rest.modified {
            let entry = excerpt(entry);
            self.report.line(&format!(
                "Left in {file}, because it differs from what setup writes: {entry}"
            ));
        }
        for name in &rest.not_made {
            let name = excerpt(name);
            self.report.line(&format!(
                "Left in {file}, because `prusa-cred setup` has no record of writing it: {name}"
            ));
        }
        if !is_changed && rest.modified.is_empty() {
            let (name, hosts) = (self.client.name(), self.target.host_list());
            self.report.line(&format!(
                "Nothing to take back: {name} was not set up here for {hosts}."
            ));
        }
        self.report.print()
    }

    /// Returns whether `setup` made an entry: the record says so, or a mark in the file, or there is a backup of a version
    /// that kept no record.
    fn is_made(&self, entry: &Entry) -> bool {
        let file = &self.plan.file;
        entry.is_marked()
            || self.record.has_entry(file, &entry.name())
            || (!self.record.knows_file(file) && backup_of(file).exists())
    }

    /// Removes the entries from the file. If nothing else has changed since, restores the backup instead, or removes
    /// the file if there was none. Then deletes the backup, also if there was nothing to remove. Returns whether any was
    /// removed, and what was left. Fails with the file changed if the backup cannot be deleted.
    fn remove_entries(&self) -> Result<(bool, WithoutEntries), SetupError> {
        let is_made = |entry: &Entry| self.is_made(entry);
        let Some(text) = self.plan.read_file()? else {
            remove_backup(&self.plan.file)?;
            self.drop_entries(
                &self
                    .plan
                    .entries
                    .iter()
                    .map(Entry::name)
                    .collect::<Vec<_>>(),
            );
            return Ok((false, WithoutEntries::default()));
        };
        let mut rest = self.plan.without_entries(&text, is_made)?;
        let mut is_changed = rest.text != text;
        if is_changed {
            self.edit(|old| {
                let old = self.plan.decode(old.unwrap_or_default().to_vec())?;
                rest = self.plan.without_entries(&old, is_made)?;
                is_changed = rest.text != old;
                if !is_changed {
                    return Ok(Change::Keep);
                }
                let removed = Change::Replace(rest.text.clone().into_bytes());
                Ok(self.restored(&old)?.unwrap_or(removed))
            })?;
        }
        remove_backup(&self.plan.file)?;
        self.drop_entries(&rest.gone);
        Ok((is_changed, rest))
    }

    /// Drops entries that are gone from the record, and the file if that is gone too.
    fn drop_entries(&self, names: &[String]) {
        let file = &self.plan.file;
        let entries = names.iter().map(|name| setup_record::entry(file, name));
        let mut gone: Vec<_> = entries.collect();
        if !file.exists() {
            let files = setup_record::file_with_directories(file).into_iter();
            gone.extend(files.filter(|it| matches!(it, Made::File { .. })));
        }
        self.record.drop(&gone);
    }

    /// Removes the directories that `apply` made and that are empty now.
    fn remove_directories(&self) {
        let directories = self.record.directories().into_iter();
        let gone = directories.filter(|path| std::fs::remove_dir(path).is_ok() || !path.exists());
        let gone: Vec<_> = gone.map(|path| Made::Directory { path }).collect();
        self.record.drop(&gone);
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
            None if is_only_change("") && self.record.has_file(&self.plan.file) => {
                Some(Change::Remove)
            }
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
        let lock = lock_path()?;
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
                LinkState::Present => {}
                LinkState::NameTaken(path) => return Err(SetupError::NameTaken(path)),
                LinkState::Missing(link) => missing.push(link),
            }
        }
        Ok(missing)
    }

    /// Prints that the client is set up already, or that nothing more can be done here for it to ask prusa-cred first, and
    /// what is left for a person to do.
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

/// Removes a link that `apply` made, unless a file needs it; returns whether it was removed.
fn remove_link(
    link: &ProgramLink,
    record: &SetupRecord,
    context: &Context,
    report: &mut Report,
) -> Result<bool> {
    let env = SetupEnv::from_context(context)?;
    let files: Vec<_> = record.files().cloned().collect();
    let mut is_removed = false;
    for (path, target) in record.links(&file_name(link.name)) {
        let shown = display_path(&path);
        let gone = match link.remove(&path, &target, &files, &env)? {
            Removal::Removed => {
                is_removed = true;
                report.line(&format!("Removed the link {shown}"));
                true
            }
            Removal::Gone | Removal::Replaced => true,
            Removal::Left if link.name == PROGRAM_NAME => {
                report.line(&format!("Left the link {shown}: other programs may run it"));
                false
            }
            Removal::Left => false,
            Removal::NeededBy(file) => {
                let file = display_path(&file);
                report.line(&format!("Left the link {shown}, because {file} needs it"));
                false
            }
        };
        if gone {
            record.drop(&[Made::Link { path, target }]);
        }
    }
    Ok(is_removed)
}

/// Returns the path beside which the lock of all runs is, in prusa-cred's own directory: beside a client's file it could
/// block the client.
fn lock_path() -> Result<PathBuf, SetupError> {
    let directory = config_dir()?.join(env!("CARGO_PKG_NAME"));
    Ok(directory.join("setup"))
}

/// Returns the file of the lock, which is never removed.
fn lock_file() -> Result<PathBuf, SetupError> {
    Ok(lock_path()?.with_extension("lock"))
}
