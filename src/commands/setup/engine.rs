//! Shows a plan, does it, or takes it back.
//!
//! Links come first and the client's file last, in one replacement: whenever the run is cut off, the client sees what it
//! saw before or all of the new. A copy of the file as it was is left beside it. `undo` puts that copy back where nothing
//! else has changed meanwhile; else it takes out what is ours and leaves the rest.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::told::{Missing, Told};
use crate::cli::{Client, Setup};
use crate::clients::SetupError;
use crate::clients::path::shown;
use crate::clients::program_link::{self, LinkState, ProgramLink};
use crate::clients::setup_plan::SetupPlan;
use crate::clients::setup_target::SetupTarget;
use crate::context::{Context, config_dir};
use crate::deadline::Deadline;
use crate::platform;
use crate::store::{Change, edit_of_others, read_of_others, write_durably};
use crate::terminal::printable;

/// How long another run may be at it.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// One run of `setup`.
pub(super) struct Engine<'a> {
    context: &'a Context,
    options: &'a Setup,
    client: Client,
    scope: &'a SetupTarget<'a>,
    plan: &'a SetupPlan,
    told: Told,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        context: &'a Context,
        options: &'a Setup,
        client: Client,
        scope: &'a SetupTarget<'a>,
        plan: &'a SetupPlan,
    ) -> Self {
        Self {
            context,
            options,
            client,
            scope,
            plan,
            told: Told::new(),
        }
    }

    /// Shows what would be changed, and changes nothing.
    pub(super) fn show(mut self) -> Result<()> {
        let links = self.missing_links()?;
        if let Some(by_hand) = &self.plan.by_hand {
            self.told.by_hand(self.plan, by_hand);
            self.told.notes(self.plan, &links);
            return self.told.print();
        }
        let old = self.plan.read()?.unwrap_or_default();
        let new = self.plan.put(&old)?;
        if new == old && links.is_empty() {
            return self.nothing_to_do();
        }
        if new != old {
            self.told.change(self.plan, &old, &new);
        }
        for link in &links {
            self.told.link(link);
        }
        self.told.replaced(&self.plan.replaced(&old)?);
        self.told.notes(self.plan, &links);
        let command = self.command("--apply");
        self.told
            .line(&format!("Nothing has been changed. To do it: {command}"));
        self.told.print()
    }

    /// Makes the change.
    pub(super) fn apply(mut self) -> Result<()> {
        self.refuse_if_by_hand()?;
        let links = self.missing_links()?;
        // Whatever is wrong with the file shows before a link is made.
        let old = self.plan.read()?.unwrap_or_default();
        let is_there = self.plan.put(&old)? == old;
        if is_there && links.is_empty() {
            return self.nothing_to_do();
        }
        self.refuse_if_busy()?;
        if !is_there {
            // So does a file that may not be written to.
            self.edit(|_| Ok(Change::Leave))?;
        }
        for link in &links {
            program_link::make(&link.at, &link.target)?;
            let (at, target) = (shown(&link.at), shown(&link.target));
            self.told.line(&format!("Made the link {at} -> {target}"));
        }
        if !is_there {
            let has_backup = self.replace()?;
            let file = shown(&self.plan.file);
            self.told.line(&if has_backup {
                format!("Changed {file} (as it was: {})", shown(&self.backup()))
            } else {
                format!("Wrote {file}")
            });
        }
        self.told.replaced(&self.plan.replaced(&old)?);
        self.told.notes(self.plan, &links);
        let command = self.command("--undo");
        self.told.line(&format!("To take it back: {command}"));
        self.told.print()
    }

    /// Puts the entries into the file, and returns whether there was one before, which is kept beside it.
    fn replace(&self) -> Result<bool, SetupError> {
        let mut has_backup = false;
        self.edit(|old| {
            let text = self.plan.text(old.unwrap_or_default().to_vec())?;
            let new = self.plan.put(&text)?;
            if new == text {
                // Another run has been faster, and its copy is the one of what was before.
                return Ok(Change::Leave);
            }
            if let Some(old) = old {
                write_durably(&self.backup(), old)?;
                has_backup = true;
            }
            Ok(Change::Replace(new.into_bytes()))
        })?;
        Ok(has_backup)
    }

    /// Takes back what `apply` did.
    pub(super) fn undo(mut self) -> Result<()> {
        self.refuse_if_by_hand()?;
        self.refuse_if_busy()?;
        let (mut is_changed, left) = self.take_out()?;
        let file = shown(&self.plan.file);
        if is_changed {
            self.told.line(&format!("Took prusa-cred out of {file}"));
            self.told.left_to_do(&self.plan.left_to_undo);
        }
        for link in &self.plan.links {
            if let Some(path) = link.remove()? {
                is_changed = true;
                self.told
                    .line(&format!("Removed the link {}", shown(&path)));
            }
        }
        for what in &left {
            let what = printable(what);
            self.told.line(&format!(
                "Left in {file}, as this setup would not write it so: {what}"
            ));
        }
        if !is_changed && left.is_empty() {
            let (name, hosts) = (self.client.name(), self.scope.shown());
            self.told.line(&format!(
                "Nothing to take back: {name} was not set up here for {hosts}."
            ));
        }
        self.told.print()
    }

    /// Takes the entries out of the file, and returns whether there were any, and what was left.
    fn take_out(&self) -> Result<(bool, Vec<String>), SetupError> {
        let mut left = Vec::new();
        let (mut is_changed, mut is_as_before) = (false, false);
        self.edit(|old| {
            let Some(old) = old else {
                return Ok(Change::Leave);
            };
            let old = self.plan.text(old.to_vec())?;
            let (without, others) = self.plan.take(&old)?;
            left = others;
            is_changed = without != old;
            if !is_changed {
                return Ok(Change::Leave);
            }
            let before = self.before(&old)?;
            is_as_before = before.is_some();
            Ok(before.unwrap_or(Change::Replace(without.into_bytes())))
        })?;
        if is_as_before {
            // The file holds again what its copy does.
            let path = self.backup();
            platform::remove_if_there(&path)
                .map_err(|source| SetupError::ProgramLink { path, source })?;
        }
        Ok((is_changed, left))
    }

    /// Returns how the file was before, if all that has changed since is ours.
    fn before(&self, now: &str) -> Result<Option<Change>, SetupError> {
        let before = read_of_others(&self.backup())?;
        let before = before.map(|bytes| self.plan.text(bytes)).transpose()?;
        let is_all = |text: &str| text != now && self.plan.put(text).is_ok_and(|with| with == now);
        Ok(match before {
            None if is_all("") => Some(Change::Remove),
            Some(text) if is_all(&text) => Some(Change::Replace(text.into_bytes())),
            _ => None,
        })
    }

    fn edit(
        &self,
        change: impl FnOnce(Option<&[u8]>) -> Result<Change, SetupError>,
    ) -> Result<(), SetupError> {
        // It lies with our own files: beside a client's it could stop the client.
        let lock = config_dir()?.join(env!("CARGO_PKG_NAME")).join("setup");
        edit_of_others(&self.plan.file, &lock, Deadline::after(LOCK_WAIT), change)
    }

    fn backup(&self) -> PathBuf {
        let mut name = self.plan.file.file_name().unwrap_or_default().to_owned();
        name.push(".before-prusa-cred");
        self.plan.file.with_file_name(name)
    }

    fn refuse_if_by_hand(&self) -> Result<(), SetupError> {
        match &self.plan.by_hand {
            Some(by_hand) => Err(SetupError::ByHand {
                path: self.plan.file.clone(),
                why: by_hand.why,
                client: self.client.word(),
            }),
            None => Ok(()),
        }
    }

    fn refuse_if_busy(&self) -> Result<(), SetupError> {
        match &self.plan.own_lock {
            Some(lock) if lock.exists() => Err(SetupError::Busy {
                path: self.plan.file.clone(),
                lock: lock.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn missing_links(&self) -> Result<Vec<Missing>, SetupError> {
        let mut missing = Vec::new();
        for link in &self.plan.links {
            match ProgramLink::state(link)? {
                LinkState::There(_) => {}
                LinkState::Taken(path) => return Err(SetupError::Taken(path)),
                LinkState::Missing {
                    at,
                    target,
                    is_off_path,
                } => missing.push(Missing {
                    at,
                    target,
                    is_off_path,
                }),
            }
        }
        Ok(missing)
    }

    fn nothing_to_do(mut self) -> Result<()> {
        let (name, hosts) = (self.client.name(), self.scope.shown());
        self.told.line(&format!(
            "Nothing to do: {name} asks prusa-cred for {hosts} already."
        ));
        self.told.left_to_do(&self.plan.left_to_do);
        self.told.print()
    }

    /// Returns the command line of this run with another switch.
    fn command(&self, switch: &str) -> String {
        let mut words = vec!["prusa-cred setup".to_owned(), self.client.word()];
        if let Some(profile) = &self.context.global.profile {
            words.push(format!("--profile {profile}"));
        }
        for host in &self.options.hosts {
            let is_plain =
                !host.contains(|it: char| !it.is_ascii_alphanumeric() && !".:-_/[]".contains(it));
            words.push(if is_plain {
                format!("--host {host}")
            } else {
                format!("--host '{host}'")
            });
        }
        words.push(switch.to_owned());
        words.join(" ")
    }
}
