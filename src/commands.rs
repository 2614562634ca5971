//! One file per command; this one only says which.

mod answer;
mod audit;
mod bazel;
mod cargo;
mod completions;
mod docker;
mod doctor;
mod erase;
mod exec;
mod forget;
mod get;
mod git;
mod git_helpers;
mod goauth;
mod google;
mod human;
mod inspect;
mod keyring;
mod kube;
mod last;
mod list;
mod log;
mod login;
mod logout;
mod man;
mod programs;
mod saved;
mod seal;
mod setup;
mod status;
mod store;
mod terraform;
mod waiting;
mod which;

use std::io::Write;

use anyhow::Result;
use zeroize::Zeroizing;

use crate::account::Account;
use crate::account::AccountError;
use crate::account::KognicError;
use crate::broker::Granted;
use crate::cli::Command;
use crate::cli::Verb;
use crate::context::Context;
use crate::profile::Asked;
use crate::profile::Choice;
use crate::profile::Issuer;
use crate::profile::KOGNIC;
use crate::profile::Profile;
use crate::profile::Profiles;
use crate::profile::Rule;
use crate::protocol::Address;
use crate::protocol::MAX_INPUT;
use crate::protocol::Origin;
use crate::protocol::OriginError;
use crate::protocol::Protocol;
use crate::protocol::plain::PlainError;
use crate::providers::CredentialsError;
use crate::providers::Needed;
use crate::stdin::Stdin;
use crate::token::TokenSet;

pub(crate) use setup::SetupError;

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
    BadAddress(#[source] OriginError),
    /// What stands where a token should.
    #[error("what {place} holds cannot be a token")]
    NotAToken {
        place: String,
        profile: String,
        is_given: bool,
        source: PlainError,
    },
    #[error("could not write to stdout")]
    Stdout(#[source] std::io::Error),
    /// What docker reads of a verb that nobody knows.
    #[error("{0}")]
    DockerUnknown(String),
    #[error("{protocol}'s protocol has no verb {verb:?}")]
    UnknownVerb {
        protocol: &'static str,
        verb: String,
    },
    /// A client wants something kept for a host whose token is renewed here.
    #[error("profile {profile} answers for {host}, so no other credential is kept for it")]
    AnsweredFor { profile: String, host: String },
    /// A client wants a login ended that serves others too.
    #[error("the login of profile {profile} is not ended from here")]
    OnlyLogout { profile: String },
    #[error("nothing is saved for {0}")]
    NothingSaved(String),
    #[error("{0}")]
    Usage(String),
    #[error("{what} is not a JSON Web Token: only its issuer can read it")]
    Opaque { what: &'static str },
    #[error("the login of profile {profile} does not have {what}")]
    NotThere { what: &'static str, profile: String },
    /// A token that somebody gave us to sign in with.
    #[error("the token that was given {0}")]
    BadToken(String),
    #[error("the audit log cannot be read")]
    Log(#[source] crate::store::StoreError),
    #[error("could not write {}", .path.display())]
    Output {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// A sign-in to a region for which nobody was there to say something.
    #[error("could not sign in to profile {profile}")]
    RegionNeeds {
        profile: String,
        needed: Needed,
        source: CredentialsError,
    },
    /// A name that a login could make a profile of, if it said of which kind.
    #[error("there is no profile {name:?}")]
    NoProfileYet {
        name: String,
        is_by_variable: bool,
        known: Vec<String>,
    },
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
    /// A password is kept in a sealed store only.
    #[error("the store of profile {profile} is not sealed, so no password is kept in it")]
    NotSealed { profile: String, is_known: bool },
    #[error("some of what {0} needs could not be done")]
    Partly(&'static str),
    /// A report on stdout has told it already.
    #[error("something is broken")]
    Unwell,
}

/// A failure of a conversation: each protocol has its own way to be told.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct HelperFailure {
    pub(crate) protocol: Protocol,
    pub(crate) error: anyhow::Error,
}

/// A login that came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub(crate) struct LoginFailure {
    /// The profile that it was for, if that is there already.
    pub(crate) profile: Option<String>,
    pub(crate) error: anyhow::Error,
}

/// Does what the command line asks for.
pub(crate) fn run(context: &Context, command: &Command) -> Result<()> {
    match command {
        Command::Get(options) => get::run(context, options),
        Command::Store(_) => store::run(context),
        Command::Erase(_) => erase::run(context),
        Command::List(_) => list::run(context),
        Command::Forget(options) => forget::run(context, options),
        Command::Login(options) => login::run(context, options),
        Command::Logout(options) => logout::run(context, options),
        Command::Seal(options) => seal::seal(context, options),
        Command::Unseal(options) => seal::unseal(context, options),
        Command::Exec(options) => exec::run(context, options),
        Command::Status(_) => status::run(context),
        Command::Inspect(options) => inspect::run(context, options),
        Command::Which(options) => which::run(context, options),
        Command::Log(options) => log::run(context, options),
        Command::Setup(options) => setup::run(context, options),
        Command::Doctor(options) => doctor::run(context, options),
        Command::Completions(options) => completions::run(options),
        Command::Man(options) => man::run(options),
        Command::Helper(protocol, verb) => helper(context, *protocol, verb),
    }
}

fn helper(context: &Context, protocol: Protocol, verb: &Verb) -> Result<()> {
    let run = match protocol {
        Protocol::Git => git::run,
        Protocol::Docker => docker::run,
        Protocol::Bazel => bazel::run,
        Protocol::Kube => kube::run,
        Protocol::Terraform => terraform::run,
        Protocol::GoAuth => goauth::run,
        Protocol::Cargo if !verb.cargo_plugin => return Err(cargo::not_by_cargo().into()),
        Protocol::Cargo => cargo::run,
        Protocol::Google if google::is_for_a_person()? => return google::run(context, verb),
        Protocol::Google => google::run,
        Protocol::Keyring => keyring::run,
    };
    speak(protocol, || run(context, verb))
}

/// Has a failure told in the protocol's own way.
fn speak(protocol: Protocol, conversation: impl FnOnce() -> Result<()>) -> Result<()> {
    conversation().map_err(|error| HelperFailure { protocol, error }.into())
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
        context.explain(|| {
            let is_by_kind = *rule == Rule::Option && context.global.profile.is_none();
            let why = if is_by_kind {
                "named by --provider"
            } else {
                rule_text(*rule)
            };
            format!("profile {} answers ({why})", profile.name)
        });
    }
    Ok(choice)
}

/// As `choose_named`, for an address that a person names. Its user name has to be one that the profile goes by: what only
/// looks like the profile's address is not it.
fn choose_at<'a>(
    context: &'a Context,
    option: Option<&str>,
    address: &Address<'_>,
) -> Result<Choice<'a>> {
    let Some(origin) = address.origin() else {
        // A mail server, or whatever else git keeps passwords for.
        return Ok(Choice::NotMine);
    };
    let username = address.username.as_deref();
    let choice = choose_named(context, option, Some(origin), username)?;
    if let (Choice::Profile(profile, _), Some(username)) = (&choice, username)
        && !profile.is_called(username, &|profile| Account::known_login(context, profile))
    {
        return Err(Problem::BadAddress(OriginError::UserInfo).into());
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

/// Returns the profiles that mean something to the person here: not those that are built in and that nobody uses.
fn profiles_in_use(context: &Context) -> Result<Vec<&Profile>> {
    Ok(in_use(context, context.profiles()?))
}

/// As `profiles_in_use`, of these.
fn in_use<'p>(context: &Context, profiles: &'p Profiles) -> Vec<&'p Profile> {
    let is_in_use = |profile: &&Profile| {
        profile.is_configured
            || profile.name == profiles.default_name()
            || Account::known_login(context, profile).is_signed_in
            || has_client(context, profile)
    };
    profiles.iter().filter(is_in_use).collect()
}

/// Tells what cannot be a token by where it stands; any other error as it is.
fn told_by_place(account: &Account<'_>, granted: &Granted, error: PlainError) -> anyhow::Error {
    if error != PlainError::NotAToken {
        return error.into();
    }
    let exposed = |set: &TokenSet| Some(set.access_token.as_ref()?.expose().to_owned());
    let given = account.given().and_then(exposed);
    let is_given = given.is_some() && given == exposed(&granted.set);
    Problem::NotAToken {
        place: if is_given {
            account.environment_variables().to_owned()
        } else {
            account.store().path().display().to_string()
        },
        profile: account.profile().name.clone(),
        is_given,
        source: error,
    }
    .into()
}

/// Returns whether the environment, or a file of Kognic's own tools, has credentials for a profile, good or bad.
fn has_client(context: &Context, profile: &Profile) -> bool {
    match Account::open(context, profile) {
        Ok(account) => account.has_client(),
        Err(AccountError::Kognic(error)) => !matches!(error, KognicError::NoCredentials { .. }),
        Err(_) => false,
    }
}

/// Returns why nobody answers for an address: not the profile that is named here, by an option or a variable, if one is.
fn not_mine(context: &Context, origin: &Origin, named: Option<&str>) -> Result<Problem> {
    let host = origin.to_string();
    if !origin.may_receive_token() {
        return Ok(Problem::Insecure(host));
    }
    let named = match named {
        Some(name) => Some(name.to_owned()),
        None => saved::named_profile(context)?,
    };
    Ok(match named {
        Some(profile) => Problem::NarrowedAway { profile, host },
        None => Problem::NotMine(host),
    })
}

fn unknown_verb(protocol: &'static str, verb: Option<&str>) -> Problem {
    Problem::UnknownVerb {
        protocol,
        verb: verb.unwrap_or_default().to_owned(),
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

/// Reads a whole request from stdin.
fn read(context: &Context) -> Result<Zeroizing<Vec<u8>>> {
    Ok(Stdin::open().read_all(MAX_INPUT, context.deadline)?)
}

/// Prints what is no secret: nothing that is wiped on drop can be printed by this. Secrets go by `audit::hand_out`.
fn print(text: impl Into<Vec<u8>>) -> Result<()> {
    write_out(&text.into())
}

/// Writes to stdout at once.
fn write_out(bytes: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(Problem::Stdout)?;
    Ok(())
}
