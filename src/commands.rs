//! One file per command; this one only says which.

mod bazel;
mod completions;
mod docker;
mod erase;
mod exec;
mod get;
mod git;
mod human;
mod inspect;
mod list;
mod login;
mod logout;
mod man;
mod status;
mod store;
mod waiting;
mod which;

use std::io::Write;

use anyhow::Result;

use crate::account::Account;
use crate::cli::Command;
use crate::context::Context;
use crate::profile::Asked;
use crate::profile::Choice;
use crate::profile::Issuer;
use crate::profile::KOGNIC;
use crate::profile::Profile;
use crate::profile::Rule;
use crate::protocol::Origin;

/// A failure that belongs to no layer below.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// A host that no profile answers for, or not the one that was named.
    #[error("no profile answers for {0}")]
    NotMine(String),
    #[error("a token is for https only, or http on this machine; {0} is neither")]
    Insecure(String),
    #[error("profile {profile} does not answer for {host}")]
    NarrowedAway { profile: String, host: String },
    #[error("not an address that a token can be for")]
    BadAddress(#[source] crate::protocol::OriginError),
    #[error("could not write to stdout")]
    Stdout(#[source] std::io::Error),
    /// What docker reads of a verb that nobody knows.
    #[error("{0}")]
    DockerUnknown(String),
    #[error("Bazel's protocol has no verb {verb:?}")]
    BazelUnknown { verb: String },
    #[error("{host} is no profile's, and this version keeps no passwords of others")]
    KeepsNoPasswords { host: String },
    #[error("{0}")]
    Usage(String),
    #[error("{what} is not a JSON Web Token: only its issuer can read it")]
    Opaque { what: &'static str },
    #[error("the login of profile {profile} has nothing that is {what}")]
    NotThere { what: &'static str, profile: String },
    /// A token that somebody gave us to sign in with.
    #[error("the token that was given {0}")]
    BadToken(String),
    #[error("could not write {}", .path.display())]
    Output {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// A name that a login could make a profile of, if it said of which kind.
    #[error("there is no profile {0:?}")]
    NoProfileYet(String),
    #[error("there is no login to take over: looked for those of {0}")]
    NothingToImport(String),
    /// A login that was found and is over.
    #[error("the login in {place} has ended")]
    DeadLogin { place: String, command: String },
    #[error("could not run {command:?}")]
    NotRun {
        command: String,
        source: std::io::Error,
    },
    #[error("some of what {0} needs could not be done")]
    Partly(&'static str),
}

/// A failure whose text docker reads on stdout.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DockerFailure(pub(crate) anyhow::Error);

/// Does what the command line asks for.
pub(crate) fn run(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Get(options) => get::run(context, options),
        Command::Git(verb) => git::run(context, verb),
        Command::Docker(verb) => docker::run(context, verb),
        Command::Bazel(verb) => bazel::run(context, verb),
        Command::Store(_) => store::run(context),
        Command::Erase(_) => erase::run(context),
        Command::List(_) => list::run(context),
        Command::Login(options) => login::run(context, options),
        Command::Logout(options) => logout::run(context, options),
        Command::Exec(options) => exec::run(context, options),
        Command::Status(_) => status::run(context),
        Command::Inspect(options) => inspect::run(context, options),
        Command::Which(options) => which::run(context, options),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
    }
}

/// Returns the profile that answers for `origin`, or by default where there is none, and by which rule.
fn choose<'a>(
    context: &'a Context,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Choice<'a>> {
    choose_named(context, context.global.profile.as_deref(), origin, username)
}

/// As `choose`, with this in place of `--profile`.
fn choose_named<'a>(
    context: &'a Context,
    option: Option<&str>,
    origin: Option<&Origin>,
    username: Option<&str>,
) -> Result<Choice<'a>> {
    let profiles = context.profiles()?;
    let variable = Context::profile_variable()?;
    let asked = Asked {
        option,
        variable: variable.as_deref(),
        origin,
        username,
    };
    let mut choice = profiles.choose(&asked, &|profile| Account::known_login(context, profile))?;
    if let Choice::NotMine = choice {
        choice = by_kognic_environment(context, &asked);
    }
    if let Choice::Profile(profile, rule) = &choice {
        context.explain(&format!(
            "profile {} answers ({})",
            profile.name,
            rule_text(*rule)
        ));
    }
    Ok(choice)
}

/// Returns Kognic's built-in profile for a host that only environments.json names, unless another profile is named.
fn by_kognic_environment<'a>(context: &'a Context, asked: &Asked<'_>) -> Choice<'a> {
    let is_open = |profile: &&Profile| match &profile.issuer {
        Issuer::Kognic(settings) => settings.is_open,
        _ => false,
    };
    let is_meant = asked
        .option
        .or(asked.variable)
        .is_none_or(|name| name == KOGNIC);
    let profile = || context.profiles().ok()?.named(KOGNIC).filter(is_open);
    match (asked.origin, profile()) {
        (Some(origin), Some(profile)) if is_meant => match context.kognic_environments() {
            Ok(environments) if !matches!(environments.for_origin(origin), Ok(None)) => {
                Choice::Profile(profile, Rule::Host)
            }
            // Requests of other programs are for any host: a file of another tool must not stand in their way.
            Ok(_) | Err(_) => Choice::NotMine,
        },
        _ => Choice::NotMine,
    }
}

/// Returns the profile that the options or the default name, for commands about a profile and not about a host.
fn chosen_profile(context: &Context) -> Result<&Profile> {
    match choose(context, None, None)? {
        Choice::Profile(profile, _) => Ok(profile),
        Choice::NotMine => Err(Problem::NotMine("this command".to_owned()).into()),
    }
}

fn rule_text(rule: Rule) -> &'static str {
    match rule {
        Rule::Option => "named by --profile",
        Rule::Variable => "named by PRUSA_CRED_PROFILE",
        Rule::Host => "it names the host",
        Rule::Username => "it names the host and has the user name",
        Rule::Default => "the default of the configuration",
        Rule::BuiltIn => "the built-in default",
    }
}

/// Writes a whole answer to stdout at once.
fn print(bytes: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes.as_ref())
        .and_then(|()| stdout.flush())
        .map_err(Problem::Stdout)?;
    Ok(())
}
