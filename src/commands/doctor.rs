//! `doctor`: what is wrong, each in a line with the command that mends it. Nothing is changed, no secret is shown.
//!
//! A check that cannot be made is a line of the report and ends nothing: whoever looks for a fault wants the rest, too.
//! Without `--online` no server is asked. Exit status 1 if anything is broken; a warning does not count.

mod check;
mod clients;
mod config;
mod environment;
mod files;
mod keyring;
mod login;
mod names;
mod network;
mod refresh;
mod saved;
mod server;
mod text;

use anyhow::Result;
use serde_json::{Value, json};

use self::check::{About, Check, Labels, Section, State};
use crate::account::{Account, AccountError, KognicError, TokenRequest};
use crate::answer::choose::in_use;
use crate::causes::with_causes;
use crate::cli::Doctor;
use crate::commands::error::CommandError;
use crate::context::{Context, ContextError, is_colourful};
use crate::profile::{Profile, Profiles};
use crate::terminal::output::print;
use crate::token::UnixTime;

pub(super) fn run(context: &Context, options: &Doctor) -> Result<()> {
    let sections = sections(context, options);
    let mut checks = sections.iter().flat_map(|section| &section.checks);
    let is_broken = checks.any(|check| check.state == State::Broken);
    print(if context.global.json {
        let checks = sections.iter().flat_map(|section| &section.checks);
        let checks: Vec<Value> = checks.map(Check::json).collect();
        format!("{}\n", json!({ "ok": !is_broken, "checks": checks }))
    } else {
        let style = text::Style {
            is_coloured: is_colourful(),
            is_short: context.global.quiet,
            is_long: context.global.verbose,
        };
        text::report(&sections, style)
    })?;
    if is_broken {
        return Err(CommandError::ChecksFailed.into());
    }
    Ok(())
}

/// Returns the check of a profile that is named by the option and is not there; a variable's is told with the variable.
fn of_nobody(patient: &CheckContext<'_>) -> Option<Section> {
    let name = patient.context.global.profile.as_deref()?;
    let is_there = patient.profiles?.named(name).is_some();
    let message = format!("there is no profile {name:?}");
    let check = About::new("login", name).broken(message, "prusa-cred status");
    let title = format!("Profile {name}");
    (!is_there).then(|| Section::new(title, Labels::Names, vec![check]))
}

/// What the checks look at.
struct CheckContext<'a> {
    context: &'a Context,
    now: UnixTime,
    /// Those of the configuration, or what is built in where that cannot be read; none where the environment is at fault.
    profiles: Option<&'a Profiles>,
    /// Why the configuration could not be read.
    fault: Option<&'a ContextError>,
}

impl<'a> CheckContext<'a> {
    /// Returns the profiles that the report is about: the one that is named, or those that mean something here.
    fn profiles_in_use(&self) -> Vec<&'a Profile> {
        let Some(profiles) = self.profiles else {
            return Vec::new();
        };
        let named = || match &self.context.global.profile {
            Some(name) => Some(name.clone()),
            None => Context::profile_variable().ok()?,
        };
        match named() {
            Some(name) => profiles.named(&name).into_iter().collect(),
            None => in_use(self.context, profiles),
        }
    }
}

fn sections(context: &Context, options: &Doctor) -> Vec<Section> {
    let built_in;
    let (profiles, fault) = match context.profiles() {
        Ok(profiles) => (Some(profiles), None),
        Err(error) => {
            built_in = Context::built_in_profiles().ok();
            (built_in.as_ref(), Some(error))
        }
    };
    let patient = CheckContext {
        context,
        now: UnixTime::now(),
        profiles,
        fault: fault.as_ref(),
    };
    let in_use = patient.profiles_in_use();
    let asked = options.online.then(|| server::ask(&patient, &in_use));
    let mut sections = vec![
        Section::new("Configuration", Labels::Names, config::checks(&patient)),
        Section::new(
            "Environment",
            Labels::Subjects,
            environment::checks(&patient),
        ),
    ];
    sections.extend(in_use.iter().map(|profile| {
        let title = format!("Profile {}", profile.name);
        Section::new(title, Labels::Names, of_profile(&patient, profile))
    }));
    sections.extend(of_nobody(&patient));
    sections.push(Section::new(
        "Saved credentials",
        Labels::Names,
        saved::checks(&patient),
    ));
    sections.push(Section::new(
        "Keyring",
        Labels::Subjects,
        keyring::checks(&patient, &in_use),
    ));
    let clients = clients::look(&patient, &in_use);
    sections.push(Section::new(
        "Names on PATH",
        Labels::Subjects,
        names::checks(&patient, &clients.needed),
    ));
    sections.push(Section::new("Clients", Labels::Subjects, clients.checks));
    sections.push(Section::new(
        "Network",
        Labels::Subjects,
        network::checks(&patient, &in_use),
    ));
    sections.push(Section::new("Servers", Labels::Both, server::checks(asked)));
    sections
}

fn of_profile(patient: &CheckContext<'_>, profile: &Profile) -> Vec<Check> {
    let about = About::new("login", &profile.name);
    let account = match Account::open(patient.context, profile, TokenRequest::default()) {
        Ok(account) => account,
        Err(AccountError::Kognic(error @ KognicError::NoCredentials { .. })) => {
            let mend = format!("{} --credentials FILE", profile.login_command());
            return vec![about.warning(with_causes(&error), mend)];
        }
        Err(error) => return vec![about.broken(with_causes(&error), profile.login_command())],
    };
    let mut checks = vec![login::check(patient, &account)];
    checks.extend(files::of_login(patient, &account));
    checks.extend(refresh::checks(patient, &account));
    checks
}
