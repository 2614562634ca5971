//! Shows a plan, does it, or takes it back.
//!
//! Links come first and the client's file last, in one replacement: whenever the run is cut off, the client sees what it
//! saw before or all of the new. A copy of the file as it was is left beside it. `undo` puts that copy back where nothing
//! else has changed meanwhile; else it takes out what is ours and leaves the rest.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::SetupError;
use super::diff::{Line, diff};
use super::entry::Entry;
use super::link::{self, Link, LinkState};
use super::paint::{Paint, Style};
use super::place::shown;
use super::plan::Plan;
use super::scope::Scope;
use crate::cli::Client;
use crate::cli::Setup;
use crate::commands::print;
use crate::context::Context;
use crate::context::config_dir;
use crate::deadline::Deadline;
use crate::http::printable;
use crate::platform;
use crate::store::Change;
use crate::store::edit_of_others;
use crate::store::read_of_others;
use crate::store::write_private;

/// How long another run may be at it.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// One run of `setup`.
pub(super) struct Engine<'a> {
    context: &'a Context,
    options: &'a Setup,
    client: Client,
    scope: &'a Scope<'a>,
    plan: &'a Plan,
    paint: Paint,
    /// What has been said so far.
    text: String,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        context: &'a Context,
        options: &'a Setup,
        client: Client,
        scope: &'a Scope<'a>,
        plan: &'a Plan,
    ) -> Self {
        Self {
            context,
            options,
            client,
            scope,
            plan,
            paint: Paint::for_stdout(),
            text: String::new(),
        }
    }

    /// Shows what would be changed, and changes nothing.
    pub(super) fn show(mut self) -> Result<()> {
        let links = self.missing_links()?;
        let old = self.plan.read()?.unwrap_or_default();
        if let Some(text) = &self.plan.by_hand {
            self.line(&self.title(&format!("{}: add by hand", shown(&self.plan.file))));
            self.block(text, Style::Added);
            self.notes();
            return print(&self.text);
        }
        let new = self.plan.put(&old)?;
        if new == old && links.is_empty() {
            return self.nothing_to_do();
        }
        if new != old {
            self.change(&old, &new);
        }
        for link in &links {
            self.show_link(link);
        }
        self.notes();
        let command = self.command("--apply");
        self.line(&format!("Nothing has been changed. To do it: {command}"));
        print(&self.text)
    }

    /// Makes the change.
    pub(super) fn apply(mut self) -> Result<()> {
        self.refuse_if_by_hand()?;
        let links = self.missing_links()?;
        // Whatever is wrong with the file shows before a link is made.
        let old = self.plan.read()?;
        let is_there =
            self.plan.put(old.as_deref().unwrap_or_default())? == old.unwrap_or_default();
        if is_there && links.is_empty() {
            return self.nothing_to_do();
        }
        self.refuse_if_busy()?;
        for (at, target, _) in &links {
            link::make(at, target)?;
            self.line(&format!("Made the link {} -> {}", shown(at), shown(target)));
        }
        if !is_there {
            self.replace()?;
        }
        self.notes_of_links(&links);
        self.notes();
        let command = self.command("--undo");
        self.line(&format!("To take it back: {command}"));
        print(&self.text)
    }

    /// Takes back what `apply` did.
    pub(super) fn undo(mut self) -> Result<()> {
        self.refuse_if_by_hand()?;
        self.refuse_if_busy()?;
        let mut left = Vec::new();
        let mut is_changed = false;
        let backup = self.backup();
        edit_of_others(
            &self.plan.file,
            &lock_file()?,
            Deadline::after(LOCK_WAIT),
            |old| {
                let Some(old) = old else {
                    return Ok::<_, SetupError>(Change::Leave);
                };
                let old = self.plan.text(old.to_vec())?;
                let (without, others) = self.plan.take(&old)?;
                left = others;
                if without == old {
                    return Ok(Change::Leave);
                }
                is_changed = true;
                self.without_ours(&old, without)
            },
        )?;
        if is_changed {
            self.line(&format!(
                "Took prusa-cred out of {}",
                shown(&self.plan.file)
            ));
            // It held what the file holds again, or something that is older still.
            platform::remove_if_there(&backup).map_err(|source| SetupError::Link {
                path: backup,
                source,
            })?;
        }
        for link in &self.plan.links {
            if let Some(path) = link.remove()? {
                is_changed = true;
                self.text += &format!("Removed the link {}\n", shown(&path));
            }
        }
        for what in &left {
            let what = printable(what);
            self.text += &format!(
                "Left in {}, as it is not what this setup writes: {what}\n",
                shown(&self.plan.file)
            );
        }
        if !is_changed && left.is_empty() {
            let (name, hosts) = (self.client.name(), self.scope.shown());
            self.line(&format!(
                "Nothing to take back: {name} was not set up here for {hosts}."
            ));
        }
        print(&self.text)
    }

    /// Returns what becomes of the file: what it was, if all that has changed since is ours; else what is left of it.
    fn without_ours(&self, now: &str, left: String) -> Result<Change, SetupError> {
        let before = read_of_others(&self.backup())?;
        let before = before.map(|bytes| self.plan.text(bytes)).transpose()?;
        let is_all = |text: &str| self.plan.put(text).is_ok_and(|with| with == now);
        Ok(match before {
            None if is_all("") => Change::Remove,
            Some(text) if is_all(&text) => Change::Replace(text.into_bytes()),
            _ => Change::Replace(left.into_bytes()),
        })
    }

    fn replace(&mut self) -> Result<(), SetupError> {
        let backup = self.backup();
        let mut has_backup = false;
        edit_of_others(
            &self.plan.file,
            &lock_file()?,
            Deadline::after(LOCK_WAIT),
            |old| {
                let text = self.plan.text(old.unwrap_or_default().to_vec())?;
                let new = self.plan.put(&text)?;
                if let Some(old) = old {
                    write_private(&backup, old)?;
                    has_backup = true;
                }
                Ok::<_, SetupError>(Change::Replace(new.into_bytes()))
            },
        )?;
        let file = shown(&self.plan.file);
        self.line(&if has_backup {
            format!("Changed {file} (as it was: {})", shown(&backup))
        } else {
            format!("Wrote {file}")
        });
        Ok(())
    }

    fn backup(&self) -> PathBuf {
        let mut name = self.plan.file.file_name().unwrap_or_default().to_owned();
        name.push(".before-prusa-cred");
        self.plan.file.with_file_name(name)
    }

    fn refuse_if_by_hand(&self) -> Result<(), SetupError> {
        match &self.plan.by_hand {
            Some(_) => Err(SetupError::ByHand(self.plan.file.clone())),
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
            match Link::state(link)? {
                LinkState::There(_) => {}
                LinkState::Taken(path) => return Err(SetupError::Taken(path)),
                LinkState::Missing {
                    at,
                    target,
                    is_off_path,
                } => missing.push((at, target, is_off_path)),
            }
        }
        Ok(missing)
    }

    fn nothing_to_do(mut self) -> Result<()> {
        let (name, hosts) = (self.client.name(), self.scope.shown());
        self.line(&format!(
            "Nothing to do: {name} asks prusa-cred for {hosts} already."
        ));
        print(&self.text)
    }

    fn change(&mut self, old: &str, new: &str) {
        let verb = if old.is_empty() {
            "would be written"
        } else {
            "would be changed"
        };
        let title = format!("{} {verb}", shown(&self.plan.file));
        self.line(&self.title(&title));
        if !self
            .plan
            .entries
            .iter()
            .any(Entry::is_rewritten_by_its_client)
        {
            for line in diff(old, new) {
                self.difference(&line, old.is_empty());
            }
        }
        let commands = self.plan.commands();
        if !commands.is_empty() {
            self.line(&self.paint.text(Style::Quiet, "  which is what this does:"));
            for command in commands {
                self.line(&self.paint.text(Style::Quiet, &format!("    {command}")));
            }
        }
        self.line("");
    }

    fn difference(&mut self, line: &Line, is_new: bool) {
        let line = match line {
            Line::After(_) if is_new => return,
            Line::After(0) => self.paint.text(Style::Quiet, "  at the beginning"),
            Line::After(number) => self
                .paint
                .text(Style::Quiet, &format!("  after line {number}")),
            Line::Removed(text) => self
                .paint
                .text(Style::Removed, &format!("  - {}", plain(text))),
            Line::Added(text) => self
                .paint
                .text(Style::Added, &format!("  + {}", plain(text))),
        };
        self.line(&line);
    }

    fn show_link(&mut self, (at, target, is_off_path): &Missing) {
        self.line(&self.title("A link would be made"));
        let link = format!("  + {} -> {}", shown(at), shown(target));
        self.line(&self.paint.text(Style::Added, &link));
        if *is_off_path {
            self.line(&format!(
                "  {}",
                link::how_to_add(platform::directory_of(at))
            ));
        }
        self.line("");
    }

    fn notes_of_links(&mut self, links: &[Missing]) {
        for (at, _, is_off_path) in links {
            if *is_off_path {
                self.line(&format!(
                    "Note: {}.",
                    link::how_to_add(platform::directory_of(at))
                ));
            }
        }
    }

    fn notes(&mut self) {
        for note in &self.plan.notes {
            self.text += &format!("Note: {note}.\n");
        }
    }

    fn block(&mut self, text: &str, style: Style) {
        for line in text.lines() {
            self.line(&self.paint.text(style, &format!("  {line}")));
        }
        self.line("");
    }

    fn title(&self, text: &str) -> String {
        self.paint.text(Style::Title, text)
    }

    fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// Returns the command line of this run with another switch.
    fn command(&self, switch: &str) -> String {
        let mut words = vec!["prusa-cred setup".to_owned(), self.client.word().to_owned()];
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

/// Where a link goes, what it leads to, and whether its directory is off the search path.
type Missing = (PathBuf, PathBuf, bool);

/// Keeps two runs apart. It lies with our own files: beside a client's it could stop the client.
fn lock_file() -> Result<PathBuf, SetupError> {
    Ok(config_dir()?.join(env!("CARGO_PKG_NAME")).join("setup"))
}

/// Returns a line with its indentation, on which nothing moves the cursor.
fn plain(text: &str) -> String {
    let text = text.replace('\t', "    ");
    text.chars().filter(|it| !it.is_control()).collect()
}
