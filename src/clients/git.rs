//! git: `credential.https://HOST.helper`, an empty value and then ours (gitcredentials(7), "Credential Contexts").
//!
//! The empty value sets aside, for that host alone, every helper that stands before it: prusa-cred is the only one asked.
//! `git config` itself makes the change. Nothing is taken from the other helpers; they are asked again after `--undo`.

pub(crate) mod helpers;
mod others;

use std::path::{Path, PathBuf};

use super::link::Link;
use super::plan::Plan;
use super::scope::{Host, Scope};
use super::tool::{Tool, on_copy, why};
use super::{SetupEnv, SetupError};
use crate::clients::edit::{Entry, Found, Why};
use crate::clients::git::helpers::is_ours;
use crate::clients::programs::FOR_GIT;
use crate::context::path_variable;
use others::Others;

pub(crate) fn plan(env: &SetupEnv, scope: &Scope<'_>) -> Result<Plan, SetupError> {
    let git = env.tool("git").ok_or(SetupError::NotInstalled("git"))?;
    let helpers: Vec<_> = scope
        .hosts
        .iter()
        .flat_map(Host::urls)
        .map(|url| Helper {
            url,
            value: scope.command_line(""),
            git: git.clone(),
        })
        .collect();
    let file = global_file(env);
    let lock = own_lock(&file);
    let mut plan = Plan::new(file.clone(), helpers.into_iter().map(Entry::Git));
    plan.own_lock = Some(lock);
    plan.links.push(Link::on_path(FOR_GIT, vec![file]));
    let others = Others::read(&git, scope).unwrap_or_default();
    if !others.aside.is_empty() {
        let hosts = scope.shown();
        plan.note(format!(
            "{} no longer asked for {hosts}, and asked for other hosts as before",
            are(&others.aside)
        ));
    }
    if !others.behind.is_empty() {
        plan.note(format!(
            "{} still asked, after prusa-cred",
            are(&others.behind)
        ));
    }
    if others.is_ours_asked {
        plan.shadows.clone_from(&others.before_ours);
    }
    // By which profile, nothing of this tells.
    plan.is_reached_otherwise = others.is_ours_asked && !scope.is_named;
    Ok(plan)
}

fn are(helpers: &[String]) -> String {
    let verb = if helpers.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", helpers.join(", "))
}

/// Returns the file that `git config --global` writes.
fn global_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("GIT_CONFIG_GLOBAL") {
        return file;
    }
    let at_home = env.home.join(".gitconfig");
    let directory = path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"));
    let elsewhere = directory.join("git").join("config");
    let is_elsewhere = !at_home.exists() && elsewhere.exists();
    if is_elsewhere { elsewhere } else { at_home }
}

/// The helper of one address.
pub(crate) struct Helper {
    url: String,
    value: String,
    git: Tool,
}

impl Helper {
    fn key(&self) -> String {
        format!("credential.{}.helper", self.url)
    }

    fn values(&self, file: &Path) -> Result<Vec<String>, Why> {
        let file = file.to_string_lossy();
        let ran = self.git.run(
            &["config", "--file", &file, "-z", "--get-all", &self.key()],
            &[],
        )?;
        match ran.status.code() {
            Some(0) => Ok(fields(&ran.stdout)),
            Some(1) => Ok(Vec::new()),
            _ => Err(why(&ran)),
        }
    }

    pub(crate) fn found(&self, text: &str) -> Result<Found, Why> {
        let (values, _) = on_copy(text, |file| self.values(file))?;
        Ok(match values.as_slice() {
            [.., reset, ours] if reset.is_empty() && *ours == self.value => Found::Ours,
            values => match values.iter().find(|value| is_ours(value)) {
                Some(value) => Found::Changed(format!("helper = {value}")),
                None => Found::Absent,
            },
        })
    }

    pub(crate) fn put(&self, text: &str) -> Result<String, Why> {
        let change = |file: &Path| {
            let old = self.values(file)?;
            let kept = without_ours(&old);
            if kept != old {
                self.rewrite(file, &kept)?;
            }
            self.config(file, &["--add", &self.key(), ""])?;
            self.config(file, &["--add", &self.key(), &self.value])
        };
        Ok(on_copy(text, change)?.1)
    }

    pub(crate) fn take(&self, text: &str) -> Result<String, Why> {
        let change = |file: &Path| self.rewrite(file, &without_ours(&self.values(file)?));
        let ((), text) = on_copy(text, change)?;
        Ok(self.without_empty_section(&text))
    }

    fn rewrite(&self, file: &Path, values: &[String]) -> Result<(), Why> {
        self.config(file, &["--unset-all", &self.key()])?;
        for value in values {
            self.config(file, &["--add", &self.key(), value])?;
        }
        Ok(())
    }

    fn config(&self, file: &Path, arguments: &[&str]) -> Result<(), Why> {
        let file = file.to_string_lossy();
        let words = [&["config", "--file", file.as_ref()], arguments].concat();
        self.git.do_it(&words, &[])
    }

    /// Drops the section's header where git left one with nothing below it.
    fn without_empty_section(&self, text: &str) -> String {
        let header = format!("[credential \"{}\"]", self.url);
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let is_empty = |at: usize| {
            let next = lines
                .iter()
                .skip(at + 1)
                .find(|line| !line.trim().is_empty());
            next.is_none_or(|line| line.trim_start().starts_with('['))
        };
        let kept = lines
            .iter()
            .enumerate()
            .filter(|(at, line)| line.trim() != header || !is_empty(*at));
        kept.map(|(_, line)| *line).collect()
    }

    pub(crate) fn commands(&self, text: &str) -> Vec<String> {
        let key = match self.key() {
            key if key.contains(['*', '[']) => format!("'{key}'"),
            key => key,
        };
        // What cannot be read now is told of when it is changed.
        let old = on_copy(text, |file| self.values(file)).map_or_else(|_| Vec::new(), |it| it.0);
        let kept = without_ours(&old);
        let (first, again) = if kept == old {
            (None, Vec::new())
        } else {
            (Some(format!("git config --global --unset-all {key}")), kept)
        };
        let ours = [String::new(), self.value.clone()];
        let added = again.into_iter().chain(ours).map(|value| {
            let value = value.replace('\'', r"'\''");
            format!("git config --global --add {key} '{value}'")
        });
        first.into_iter().chain(added).collect()
    }
}

/// Returns the values but ours and the empty one before it.
fn without_ours(values: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for value in values {
        if !is_ours(value) {
            kept.push(value.clone());
        } else if kept.last().is_some_and(String::is_empty) {
            kept.pop();
        }
    }
    kept
}

fn fields(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_suffix('\0').unwrap_or(&text);
    if text.is_empty() && bytes.is_empty() {
        return Vec::new();
    }
    text.split('\0').map(str::to_owned).collect()
}

/// Returns the lock that git itself takes on its file.
fn own_lock(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
