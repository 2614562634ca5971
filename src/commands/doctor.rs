//! `doctor`: looks for problems, and reports each in a line with the command that fixes it. Nothing is changed, no
//! secret is shown.
//!
//! A check that fails to run is a line of the report too, and the other checks go on. Without `--online` no server is
//! contacted. The exit status is 1 if anything is broken; warnings do not count.

mod check;
mod clients;
mod config;
mod context;
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
mod timer;

use anyhow::Result;
use serde_json::{Value, json};

use crate::account::{Account, AccountError, KognicError, TokenRequest};
use crate::causes::with_causes;
use crate::cli::Doctor;
use crate::commands::error::CommandError;
use crate::context::{Context, is_colourful};
use crate::profile::Profile;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::Paint;
use crate::token::UnixTime;
use check::{About, Check, Labels, Section, State, fix_or};
use context::CheckContext;

/// Runs the checks and prints their report, as text or with `--json` as one object. Fails after printing if any check
/// is broken, and if stdout cannot be written.
pub(super) fn run(context: &Context, options: &Doctor) -> Result<()> {
    let sections = sections(context, options);
    let mut checks = sections.iter().flat_map(|section| &section.checks);
    let is_broken = checks.any(|check| check.state == State::Broken);
    if context.global.json {
        let checks = sections.iter().flat_map(|section| &section.checks);
        let checks: Vec<Value> = checks.map(Check::json).collect();
        let report = json!({ "ok": !is_broken, "checks": checks });
        print(format!("{report}\n"))?;
    } else {
        let style = text::Style {
            paint: Paint::new(is_colourful()),
            is_short: context.global.quiet,
            is_long: context.global.verbose,
        };
        print_for_people(&text::report(&sections, style))?;
    }
    if is_broken {
        return Err(CommandError::ReportedOnStdout.into());
    }
    Ok(())
}

/// Returns a section for a profile that `--profile` names and that does not exist, otherwise `None`; `None` also if the
/// profiles are unknown. For a name in `PRUSA_CRED_PROFILE`, the check of that variable says so.
fn unknown_profile(ctx: &CheckContext<'_>) -> Option<Section> {
    let name = ctx.context.global.profile.as_deref()?;
    let is_there = ctx.profiles?.named(name).is_some();
    let message = format!("there is no profile {name:?}");
    let check = About::new("login", name).broken(message, "prusa-cred status");
    let title = format!("Profile {name}");
    (!is_there).then(|| Section::new(title, Labels::Ids, vec![check]))
}

/// Runs all checks and returns their sections in the order of the report. With `--online` the servers are contacted
/// meanwhile.
fn sections(context: &Context, options: &Doctor) -> Vec<Section> {
    let built_in;
    let (profiles, config_error) = match context.profiles() {
        Ok(profiles) => (Some(profiles), None),
        Err(error) => {
            built_in = Context::built_in_profiles().ok();
            (built_in.as_ref(), Some(error))
        }
    };
    let ctx = CheckContext {
        context,
        now: UnixTime::now(),
        profiles,
        config_error: config_error.as_ref(),
    };
    let in_use = ctx.profiles_in_use();
    let queries = options.online.then(|| server::start(&ctx, &in_use));
    let mut sections = vec![
        Section::new("Configuration", Labels::Ids, config::checks(&ctx)),
        Section::new("Environment", Labels::Subjects, environment::checks(&ctx)),
    ];
    sections.extend(in_use.iter().map(|profile| {
        let title = format!("Profile {}", profile.name);
        Section::new(title, Labels::Ids, profile_checks(&ctx, profile))
    }));
    sections.extend(unknown_profile(&ctx));
    sections.push(Section::new(
        "Once a day",
        Labels::Ids,
        vec![timer::check(&ctx, &in_use)],
    ));
    sections.push(Section::new(
        "Saved credentials",
        Labels::Ids,
        saved::checks(&ctx),
    ));
    sections.push(Section::new(
        "Keyring",
        Labels::Subjects,
        keyring::checks(&ctx, &in_use),
    ));
    let clients = clients::checks(&ctx, &in_use);
    sections.push(Section::new(
        "Names on PATH",
        Labels::Subjects,
        names::checks(&ctx, &clients.needed_names),
    ));
    sections.push(Section::new("Clients", Labels::Subjects, clients.checks));
    sections.push(Section::new(
        "Network",
        Labels::Subjects,
        network::checks(&ctx, &in_use),
    ));
    sections.push(Section::new(
        "Servers",
        Labels::Both,
        server::finish(queries),
    ));
    sections
}

/// Returns the checks of a profile's login, its token file and its last refresh, or one check with the reason why the
/// account cannot be opened.
fn profile_checks(ctx: &CheckContext<'_>, profile: &Profile) -> Vec<Check> {
    let about = About::new("login", &profile.name);
    let account = match Account::open(ctx.context, profile, TokenRequest::default()) {
        Ok(account) => account,
        Err(AccountError::Kognic(error @ KognicError::NoCredentials { .. })) => {
            let fix = format!("{} --credentials FILE", profile.login_command());
            return vec![about.warning(with_causes(&error), fix)];
        }
        Err(error) => {
            let fix = fix_or(&error, &profile.login_command());
            return vec![about.broken(with_causes(&error), fix)];
        }
    };
    let mut checks = vec![login::check(ctx, &account)];
    checks.extend(files::login_file_checks(ctx, &account));
    checks.extend(refresh::checks(ctx, &account));
    checks
}
