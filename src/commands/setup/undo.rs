//! Takes back what `setup --apply` did.
//!
//! That is what the record holds for the client, as it was written then, and nothing else: the configuration may have
//! changed since. An entry in a file that has a backup is taken back by the backup if nothing else has changed since;
//! otherwise the entry is removed and the rest kept. The backup is removed in any case, which may hold secrets.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum as _;
use serde::Deserialize;

use super::engine::{edit, reach_of, refuse_if_locked_by_client};
use super::report::Report;
use crate::cli::{Client, Setup};
use crate::clients::backup::{backup_of, remove_backup};
use crate::clients::client_files::client_files;
use crate::clients::edit::Entry;
use crate::clients::path::display_path;
use crate::clients::program_link::{ProgramLink, Removal};
use crate::clients::programs::{PROGRAM_NAME, file_name};
use crate::clients::setup_plan::{SetupPlan, WithoutEntries};
use crate::clients::setup_record::{self, Made, SetupRecord, Written, absolute};
use crate::clients::setup_target::SetupTarget;
use crate::clients::{SetupEnv, SetupError, link_of, plan_for, plan_of_written};
use crate::context::Context;
use crate::escape::excerpt;
use crate::store::{Change, read_foreign};

/// One run of `setup --undo`.
pub(super) struct Undo {
    record: SetupRecord,
    env: SetupEnv,
    /// One for each file; of the configuration of now first, if there is one.
    plans: Vec<SetupPlan>,
    /// What stays, as another profile's `setup` wants it too.
    used: Vec<UsedEntry>,
    /// The sentence that there is nothing to do.
    nothing: String,
    report: Report,
}

/// An entry that another profile uses than the one whose `setup` is taken back.
struct UsedEntry {
    /// What the record holds of it for that one; `None` if it never asked for it.
    made: Option<Made>,
    file: PathBuf,
    name: String,
    profile: String,
}

/// What the configuration of now leads to.
struct PlannedNow {
    /// `None` if the client cannot be set up for it.
    plan: Option<SetupPlan>,
    /// The profile.
    profile: String,
    /// Its hosts, for a sentence.
    hosts: String,
}

impl Undo {
    /// Returns what is to be undone in the client's files, as the variables of now name them: with `--host` what the
    /// record holds for these hosts, else what it holds for the profile that was named, or for those that were not
    /// named, or are gone from the configuration. What the configuration of now leads to is in it too, which tells
    /// what was written without a record. `None` if it leads to nothing and nothing is in the record.
    ///
    /// # Errors
    ///
    /// When the record cannot be read, the configuration is not valid, or what is named leads to nothing.
    pub(super) fn new(context: &Context, options: &Setup, client: Client) -> Result<Option<Self>> {
        let record = SetupRecord::read()?;
        let env = SetupEnv::from_context(context)?;
        let planned = planned_now(context, options, client, &env);
        let named = context.global.profile.as_deref();
        let profiles = context.profiles()?;
        let is_asked_for = |written: &Written| match named {
            Some(name) => written.profile == name,
            None => !written.is_named || profiles.named(&written.profile).is_none(),
        };
        let word = client.word();
        let files = client_files(client, &env).into_iter();
        let files: Vec<_> = files.map(|file| (absolute(&file), file)).collect();
        let shown = |file: &Path| {
            let known = files.iter().find(|(real, _)| real == file);
            known.map_or_else(|| file.to_owned(), |(_, file)| file.clone())
        };
        let of_client = || {
            let written = record.written();
            written
                .filter(|(file, _, it)| it.client == word && files.iter().any(|it| it.0 == *file))
        };
        let is_narrowed = !options.hosts.is_empty() || options.all_registries;
        let is_wanted = |it: &Written| !is_narrowed && is_asked_for(it);
        let (own, profile, asked_for) = match planned {
            Ok(now) => {
                let asked_for = format!("was not set up here for {}", now.hosts);
                (now.plan, Some(now.profile), asked_for)
            }
            Err(_) if of_client().any(|(_, _, written)| is_wanted(written)) => {
                (None, None, "is not set up here any more".to_owned())
            }
            Err(_) if !is_narrowed && named.is_none() && !record.is_missing() => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let mut plans: Vec<_> = own.into_iter().collect();
        let planned: Vec<_> = plans
            .iter_mut()
            .flat_map(|it| it.entries.drain(..))
            .collect();
        let own_file = plans.first().map(|plan| absolute(&plan.file));
        let is_planned = |file: &Path, name: &str, written: &Written| {
            let is_own = own_file.as_deref() == Some(file);
            let entry = planned.iter().find(|it| is_own && it.name() == name);
            entry.is_some_and(|entry| match named {
                Some(named) => written.profile == named,
                None => {
                    !written.is_named
                        || profile.as_ref() == Some(&written.profile)
                        || (is_narrowed && !entry.is_for_all_hosts())
                }
            })
        };
        let (gone, stays): (Vec<_>, Vec<_>) =
            of_client().partition(|(file, name, it)| is_wanted(it) || is_planned(file, name, it));
        let user_of = |file: &Path, name: &str| {
            let mut others = stays.iter().filter(|it| it.0 == file && it.1 == name);
            others.next().map(|(_, _, written)| written.profile.clone())
        };
        let mut used = Vec::new();
        for (file, name, written) in gone {
            let Ok(entry) = Entry::deserialize(&written.entry) else {
                continue;
            };
            if let Some(profile) = user_of(file, name) {
                used.push(UsedEntry {
                    made: Some(setup_record::entry(file, name, Some(written.clone()))),
                    file: file.to_owned(),
                    name: name.to_owned(),
                    profile,
                });
                continue;
            }
            let entry = entry.with_command(&env);
            match plans.iter_mut().find(|plan| absolute(&plan.file) == file) {
                Some(plan) if plan.entries.iter().any(|it| it.name() == name) => {}
                Some(plan) => plan.entries.push(entry),
                None => plans.push(plan_of_written(client, &shown(file), entry)),
            }
        }
        if let (Some(plan), Some(own_file)) = (plans.first_mut(), own_file) {
            add_unrecorded(plan, &own_file, planned, &mut used, user_of);
        }
        let nothing = format!("Nothing to take back: {} {asked_for}.", client.name());
        Ok(Some(Self {
            record,
            env,
            plans,
            used,
            nothing,
            report: Report::new(context, &word),
        }))
    }

    /// Removes the entries, the links and the directories that `apply` made, then prints what was done. What differs
    /// from what `setup` wrote, or was there before, is kept. Fails if the client holds its lock; nothing to remove is
    /// no error.
    pub(super) fn run(mut self) -> Result<()> {
        let plans = std::mem::take(&mut self.plans);
        // An error of any file is reported before one is changed.
        for plan in &plans {
            refuse_if_locked_by_client(plan)?;
            if let Some(text) = plan.read_file()? {
                plan.without_entries(&text, |entry| self.is_made(plan, entry))?;
            }
        }
        let (mut is_changed, mut left) = (false, Vec::new());
        for plan in &plans {
            let (is_removed, rest) = self.remove_entries(plan)?;
            if is_removed {
                let file = display_path(&plan.file);
                self.report.line(&format!("Removed prusa-cred from {file}"));
                self.report.manual_steps(&plan.manual_steps_after_undo);
            }
            is_changed |= is_removed;
            left.push((plan, rest));
        }
        let mut links: Vec<&ProgramLink> = Vec::new();
        for link in plans.iter().flat_map(|plan| &plan.links) {
            if !links.iter().any(|it| it.name == link.name) {
                links.push(link);
            }
        }
        for link in links {
            is_changed |= self.remove_link(link)?;
        }
        self.record.remove_empty_directories();
        is_changed |= left.iter().any(|(_, rest)| !rest.modified.is_empty());
        for (plan, rest) in left {
            self.report_left(plan, &rest);
        }
        for it in std::mem::take(&mut self.used) {
            let (file, name) = (display_path(&it.file), excerpt(&it.name));
            let profile = excerpt(&it.profile);
            self.report.line(&format!(
                "Left in {file}, because it is set up for profile {profile} too: {name}"
            ));
            if let Some(made) = &it.made {
                SetupRecord::drop_profile(made);
                is_changed = true;
            }
        }
        if !is_changed {
            self.report.line(&self.nothing.clone());
        }
        self.report.print()
    }

    /// Tells what was left in a file, and why.
    fn report_left(&mut self, plan: &SetupPlan, rest: &WithoutEntries) {
        let file = display_path(&plan.file);
        for entry in &rest.modified {
            let entry = excerpt(entry);
            self.report.line(&format!(
                "Left in {file}, because it differs from what setup writes: {entry}"
            ));
        }
        for name in &rest.not_made {
            let name = excerpt(name);
            self.report.line(&format!(
                "Left in {file}, because `prusa-cred setup` has no record of writing it: {name} (if nothing needs \
                 it, remove it by hand)"
            ));
        }
    }

    /// Returns whether `setup` made an entry: the record says so, or a mark in the file.
    fn is_made(&self, plan: &SetupPlan, entry: &Entry) -> bool {
        entry.is_marked() || self.record.has_entry(&plan.file, &entry.name())
    }

    /// Removes the entries from the file. If nothing else has changed since, restores the backup instead, or removes
    /// the file if there was none. Then deletes the backup, also if there was nothing to remove. Returns whether any
    /// was removed, and what was left. Fails with the file changed if the backup cannot be deleted.
    fn remove_entries(&self, plan: &SetupPlan) -> Result<(bool, WithoutEntries), SetupError> {
        let is_made = |entry: &Entry| self.is_made(plan, entry);
        let Some(text) = plan.read_file()? else {
            remove_backup(&plan.file)?;
            let names: Vec<_> = plan.entries.iter().map(Entry::name).collect();
            self.drop_entries(plan, &names);
            return Ok((false, WithoutEntries::default()));
        };
        let mut rest = plan.without_entries(&text, is_made)?;
        let mut is_changed = rest.text != text || self.restored(plan, &text)?.is_some();
        if is_changed {
            edit(plan, |old| {
                let old = plan.decode(old.unwrap_or_default().to_vec())?;
                rest = plan.without_entries(&old, is_made)?;
                if let Some(change) = self.restored(plan, &old)? {
                    rest.gone = plan.entries.iter().map(Entry::name).collect();
                    rest.modified.clear();
                    return Ok(change);
                }
                is_changed = rest.text != old;
                Ok(if !is_changed {
                    Change::Keep
                } else if is_blank(&rest.text) && self.record.has_file(&plan.file) {
                    Change::Remove
                } else {
                    Change::Replace(rest.text.clone().into_bytes())
                })
            })?;
        }
        remove_backup(&plan.file)?;
        self.drop_entries(plan, &rest.gone);
        Ok((is_changed, rest))
    }

    /// Drops entries that are gone from the record, and the file if that is gone too.
    fn drop_entries(&self, plan: &SetupPlan, names: &[String]) {
        let file = &plan.file;
        let entries = names
            .iter()
            .map(|name| setup_record::entry(file, name, None));
        let mut gone: Vec<_> = entries.collect();
        if !file.exists() {
            let files = setup_record::file_with_directories(file).into_iter();
            gone.extend(files.filter(|it| matches!(it, Made::File { .. })));
        }
        self.record.drop(&gone);
    }

    /// Returns the change back to the backup, or to no file; `None` if inserting the entries is not all that has
    /// changed since, or none of them is in the record. Fails if the backup cannot be read. Changes nothing itself.
    fn restored(&self, plan: &SetupPlan, current: &str) -> Result<Option<Change>, SetupError> {
        let is_made = |entry: &Entry| self.record.has_entry(&plan.file, &entry.name());
        if !plan.entries.iter().any(is_made) {
            return Ok(None);
        }
        let backup = read_foreign(&backup_of(&plan.file))?;
        let backup = backup.map(|bytes| plan.decode(bytes)).transpose()?;
        let is_only_change = |text: &str| {
            text != current && plan.with_entries(text).is_ok_and(|with| with == current)
        };
        Ok(match backup {
            None if is_only_change("") && self.record.has_file(&plan.file) => Some(Change::Remove),
            Some(text) if is_only_change(&text) => Some(Change::Replace(text.into_bytes())),
            _ => None,
        })
    }

    /// Removes a link that `apply` made, unless a file needs it; returns whether it was removed.
    fn remove_link(&mut self, link: &ProgramLink) -> Result<bool> {
        let clients = Client::value_variants().iter();
        let clients = clients.filter(|it| link_of(**it) == link.name);
        let clients: Vec<_> = clients.map(|it| it.word()).collect();
        let files = self
            .record
            .files(|client| clients.iter().any(|it| it == client));
        let mut is_removed = false;
        for (path, target) in self.record.links(&file_name(link.name)) {
            let shown = display_path(&path);
            let gone = match link.remove(&path, &target, &files, &self.env)? {
                Removal::Removed => {
                    is_removed = true;
                    self.report.line(&format!("Removed the link {shown}"));
                    true
                }
                Removal::Gone | Removal::Replaced => true,
                Removal::Left if link.name == PROGRAM_NAME => {
                    let left = format!("Left the link {shown}: other programs may run it");
                    self.report.line(&left);
                    false
                }
                Removal::Left => false,
                Removal::NeededBy(file) => {
                    let file = display_path(&file);
                    let left = format!("Left the link {shown}, because {file} needs it");
                    self.report.line(&left);
                    false
                }
            };
            if gone {
                self.record.drop(&[Made::Link { path, target }]);
            }
        }
        Ok(is_removed)
    }
}

/// Returns what the configuration of now leads to. Fails if that is no profile, or the client's file cannot be read.
fn planned_now(
    context: &Context,
    options: &Setup,
    client: Client,
    env: &SetupEnv,
) -> Result<PlannedNow> {
    let target = SetupTarget::find(context, &options.hosts, true)?.reaching(reach_of(options));
    let plan = match plan_for(client, env, &target) {
        Ok(plan) => Some(plan),
        Err(
            error
            @ (SetupError::NotEditable { .. } | SetupError::Store(_) | SetupError::Context(_)),
        ) => return Err(error.into()),
        Err(_) => None,
    };
    Ok(PlannedNow {
        plan,
        profile: target.profile.name.clone(),
        hosts: target.host_list(),
    })
}

/// Adds to the plan those of its entries that the record does not hold, unless `user_of` names another profile that
/// uses one: that is added to `used`.
fn add_unrecorded(
    plan: &mut SetupPlan,
    file: &Path,
    planned: Vec<Entry>,
    used: &mut Vec<UsedEntry>,
    user_of: impl Fn(&Path, &str) -> Option<String>,
) {
    for entry in planned {
        let name = entry.name();
        let is_used = used.iter().any(|it| it.file == file && it.name == name);
        if is_used || plan.entries.iter().any(|it| it.name() == name) {
            continue;
        }
        match user_of(file, &name) {
            Some(profile) => used.push(UsedEntry {
                made: None,
                file: file.to_owned(),
                name,
                profile,
            }),
            None => plan.entries.push(entry),
        }
    }
}

/// Returns whether a file that `setup` made holds nothing any more: nothing at all, or an empty JSON object.
fn is_blank(text: &str) -> bool {
    let text: String = text.split_whitespace().collect();
    matches!(text.as_str(), "" | "{}")
}
