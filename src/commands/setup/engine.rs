//! Shows a plan, or carries it out.
//!
//! Links are created first, and the client's file is replaced last, in one step: if the run is killed, the client sees
//! either the old file or all of the new one. Each thing is in the record before it is made. If removing the entries
//! would not give back the old file byte for byte, a backup of it is kept beside it.

use std::time::Duration;

use anyhow::Result;
use serde::Deserialize as _;

use super::report::Report;
use crate::cli::{Client, Setup};
use crate::clients::backup::{backup_of, write_backup};
use crate::clients::edit::{Entry, EntryState};
use crate::clients::overruled::Overruling;
use crate::clients::path::{display_path, setup_lock};
use crate::clients::program_link::{LinkState, MissingLink};
use crate::clients::setup_plan::SetupPlan;
use crate::clients::setup_record::{self, Made, SetupRecord, Written};
use crate::clients::setup_target::{Host, Reach, SetupTarget};
use crate::clients::{SetupEnv, SetupError, git};
use crate::context::Context;
use crate::deadline::Deadline;
use crate::escape::shell_word_of;
use crate::store::{Change, edit_foreign};

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
    /// Returns a run for this client and plan. Fails if the record cannot be read.
    pub(super) fn new(
        context: &'a Context,
        options: &'a Setup,
        client: Client,
        target: &'a SetupTarget<'a>,
        plan: &'a SetupPlan,
    ) -> Result<Self> {
        let mut report = Report::new(context, &client.word());
        report.set("profile", target.profile.name.as_str());
        if target.reach == Reach::Hosts {
            let hosts: Vec<_> = target.hosts.iter().map(Host::name).collect();
            report.set("hosts", hosts);
        }
        report.set("file", plan.file.display().to_string());
        Ok(Self {
            context,
            options,
            client,
            target,
            plan,
            record: SetupRecord::read()?,
            report,
        })
    }

    /// Shows what would be changed, and changes nothing.
    pub(super) fn show(mut self) -> Result<()> {
        self.report.of_change();
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
        self.refuse_conflict(new == old)?;
        let entries = self.plan.entries_to_make(&old)?;
        let entries: Vec<_> = entries.into_iter().map(Entry::name).collect();
        self.report.set("entries", entries);
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
        self.report.what_to_do(&command);
        self.report.print()
    }

    /// Creates the links and changes the file, then prints what was done. Fails if the change can only be made by hand,
    /// unless that has been done already, or the client holds its lock.
    pub(super) fn apply(mut self) -> Result<()> {
        if !self.plan.is_already_asked {
            refuse_if_manual(self.plan, self.client)?;
        }
        let links = self.missing_links()?;
        // An error of the file is reported before a link is created.
        let old = self.plan.read_file()?.unwrap_or_default();
        let is_complete = self.plan.with_entries(&old)? == old;
        self.add_profile(&old)?;
        if is_complete && links.is_empty() {
            return self.nothing_to_do();
        }
        self.refuse_conflict(is_complete)?;
        refuse_if_locked_by_client(self.plan)?;
        if !is_complete {
            // So is a file that cannot be written to.
            edit(self.plan, |_| Ok(Change::Keep))?;
        }
        for link in &links {
            Self::create(link)?;
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

    /// Fails if the client would read nothing any more with the entries, unless they are there.
    fn refuse_conflict(&self, is_complete: bool) -> Result<(), SetupError> {
        match &self.plan.conflict {
            Some(Overruling { what, mend }) if !is_complete => Err(SetupError::Conflict {
                path: self.plan.file.clone(),
                client: self.client.name(),
                what: what.clone(),
                mend: mend.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Creates a link, after it and its directories were written into the record.
    fn create(link: &MissingLink) -> Result<(), SetupError> {
        let mut made = setup_record::missing_directories(&link.path);
        made.push(Made::Link {
            path: link.path.clone(),
            target: link.target.clone(),
        });
        SetupRecord::add(&made)?;
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

    /// Inserts the entries into the file, after they were written into the record, and returns whether the file before
    /// is kept as a backup. It is not if there was none, the entries are there already, or `undo` can do without.
    fn insert_entries(&self) -> Result<bool, SetupError> {
        let mut has_backup = false;
        edit(self.plan, |old| {
            let text = self.plan.decode(old.unwrap_or_default().to_vec())?;
            let new = self.plan.with_entries(&text)?;
            if new == text {
                // Another run has made the change already, and has written the backup.
                return Ok(Change::Keep);
            }
            let file = &self.plan.file;
            let entries = self.plan.entries_to_make(&text)?;
            let mut made: Vec<_> = entries
                .iter()
                .map(|entry| setup_record::entry(file, &entry.name(), self.written(entry)))
                .collect();
            if old.is_none() {
                made.extend(setup_record::file_with_directories(file));
            }
            SetupRecord::add(&made)?;
            // The text with entries of an earlier run, which this one moves, is not what `undo` is to bring back.
            let is_moved = self.plan.entries.iter().any(|entry| {
                self.record.has_entry(file, &entry.name()) && entry.is_in_wrong_place(&text)
            });
            if let Some(old) = old
                && !is_moved
                && !self.is_undone_to(&text, &new, &entries)?
            {
                write_backup(file, old)?;
                has_backup = true;
            }
            Ok(Change::Replace(new.into_bytes()))
        })?;
        Ok(has_backup)
    }

    /// Adds this profile to the record of those entries that another one's `setup` has written, and that are to stay
    /// for this one too.
    fn add_profile(&self, text: &str) -> Result<(), SetupError> {
        let file = &self.plan.file;
        for (entry, state) in self.plan.entries.iter().zip(self.plan.entry_states(text)?) {
            let name = entry.name();
            if state == EntryState::AsWritten && self.record.has_entry(file, &name) {
                let mut written = self.written(entry);
                if let (Some(written), Some(before)) =
                    (&mut written, self.record.written_as(file, &name))
                    && Entry::deserialize(before).is_ok_and(|it| it.has_replaced())
                {
                    written.entry = before.clone();
                }
                let made = setup_record::entry(file, &name, written);
                SetupRecord::add_profile(&made)?;
            }
        }
        Ok(())
    }

    /// Returns what the record is to hold of an entry.
    fn written(&self, entry: &Entry) -> Option<Written> {
        Some(Written {
            client: self.client.word(),
            profile: self.target.profile.name.clone(),
            is_named: self.context.global.profile.is_some(),
            entry: serde_json::to_value(entry).ok()?,
        })
    }

    /// Returns whether `undo` without a backup makes `old` of `new` again, where these entries were made. Fails if they
    /// cannot be removed.
    fn is_undone_to(&self, old: &str, new: &str, made: &[&Entry]) -> Result<bool, SetupError> {
        let is_made = |entry: &Entry| made.iter().any(|it| it.name() == entry.name());
        let without = self.plan.without_entries(new, is_made)?;
        Ok(without.text == old && without.modified.is_empty())
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

    /// Prints that the client is set up already, or that nothing more can be done here for it to ask prusa-cred first,
    /// and what is left for a person to do.
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
        if self.options.all_registries {
            words.push("--all-registries".to_owned());
        }
        words.push(switch.to_owned());
        words.join(" ")
    }
}

/// Returns what the client is to ask prusa-cred for.
pub(super) fn reach_of(options: &Setup) -> Reach {
    if options.all_registries {
        Reach::AllRegistries
    } else {
        Reach::Hosts
    }
}

/// Changes the plan's file while holding the lock that all runs of `setup` share. Fails if `change` does, if the lock
/// stays held for `LOCK_WAIT`, or if the file cannot be read or written.
pub(super) fn edit(
    plan: &SetupPlan,
    change: impl FnOnce(Option<&[u8]>) -> Result<Change, SetupError>,
) -> Result<(), SetupError> {
    let lock = setup_lock()?;
    edit_foreign(&plan.file, &lock, Deadline::after(LOCK_WAIT), change)
}

/// Fails if the plan's change can only be made by hand.
pub(super) fn refuse_if_manual(plan: &SetupPlan, client: Client) -> Result<(), SetupError> {
    match &plan.manual_change {
        Some(change) => Err(SetupError::ManualOnly {
            path: plan.file.clone(),
            reason: change.reason,
            client: client.word(),
        }),
        None => Ok(()),
    }
}

/// Fails if the client's own lock file exists, as the client may be writing its file.
pub(super) fn refuse_if_locked_by_client(plan: &SetupPlan) -> Result<(), SetupError> {
    match &plan.client_lock {
        Some(lock) if lock.exists() => Err(SetupError::LockedByClient {
            path: plan.file.clone(),
            lock: lock.clone(),
        }),
        _ => Ok(()),
    }
}
