//! `setup` without a client: the programs that are installed, whether each asks prusa-cred for the hosts of each profile,
//! and the command that makes it.

use anyhow::Result;
use clap::ValueEnum as _;
use serde_json::{Value, json};

use super::timer;
use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli::Client;
use crate::clients::SetupEnv;
use crate::clients::client_files::client_files;
use crate::clients::client_state::{ClientState, state};
use crate::context::{Context, is_colourful};
use crate::escape::escape_line;
use crate::profile::Profile;
use crate::program;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE};

/// Prints the state of the installed clients, or of all, for the profile that is named, else for each profile in use, and
/// of the timer.
///
/// # Errors
///
/// When a client's state cannot be read.
pub(super) fn run(context: &Context, shows_all: bool) -> Result<()> {
    let is_profile_named =
        context.global.profile.is_some() || Context::profile_variable()?.is_some();
    let profiles = if is_profile_named {
        vec![chosen_profile(context)?]
    } else {
        profiles_in_use(context)?
    };
    let env = SetupEnv::from_context(context)?;
    let mut rows = Vec::new();
    for profile in &profiles {
        for client in Client::value_variants().iter().copied() {
            rows.push(Row::new(context, &env, profile, client)?);
        }
    }
    let timer = timer::Status::now();
    if context.global.json {
        let clients = rows.iter().map(|row| row.json(context));
        let all: Vec<_> = clients.chain([timer.json()]).collect();
        return print(format!("{}\n", Value::from(all)));
    }
    let paint = Paint::new(is_colourful());
    let mut text = String::new();
    for profile in profiles {
        let hosts: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
        let title = format!("{} ({})", profile.name, hosts.join(", "));
        text += &format!("{}\n", paint.text(TITLE, &title));
        let own = rows.iter().filter(|row| row.profile.name == profile.name);
        let shown: Vec<_> = own.filter(|row| shows_all || row.is_shown()).collect();
        if shown.is_empty() {
            text += "  none of the programs that prusa-cred knows is installed here\n";
        }
        for row in shown {
            text += &row.text(paint);
        }
        text.push('\n');
    }
    text += &timer.text(paint);
    let hidden = Client::value_variants().iter().filter(|client| {
        let mut rows = rows.iter().filter(|row| row.client == **client);
        !shows_all && rows.all(|row| !row.is_shown())
    });
    text += &match hidden.count() {
        0 => String::new(),
        count => format!("\n{count} more that are not installed: prusa-cred setup --all\n"),
    };
    text += "\nShow what would be changed: prusa-cred setup CLIENT; change it: with --apply\n";
    print_for_people(&text)
}

/// A client, and whether it asks prusa-cred for a profile.
struct Row<'a> {
    profile: &'a Profile,
    client: Client,
    is_installed: bool,
    state: ClientState,
}

impl<'a> Row<'a> {
    fn new(
        context: &Context,
        env: &SetupEnv,
        profile: &'a Profile,
        client: Client,
    ) -> Result<Self> {
        let programs = client.programs();
        let is_program_here = programs.iter().any(|name| program::find(name).is_some());
        let is_installed =
            is_program_here || client_files(client, env).iter().any(|file| file.exists());
        Ok(Self {
            profile,
            client,
            is_installed,
            state: state(context, client, profile)?,
        })
    }

    /// Returns whether it is listed without `--all`.
    fn is_shown(&self) -> bool {
        self.is_installed || self.state != ClientState::NotSetUp
    }

    fn text(&self, paint: Paint) -> String {
        let (style, description) = match &self.state {
            ClientState::NotSetUp => (QUIET, "not set up".to_owned()),
            ClientState::AsksPrusaCred { place } => (GOOD, format!("asks prusa-cred ({place})")),
            ClientState::AsksOthersFirst { others } => {
                (BAD, format!("asks {} first", others.join(", ")))
            }
            ClientState::Overruled { by } => {
                let what: Vec<_> = by.iter().map(|it| it.what.as_str()).collect();
                let what = escape_line(&what.join(", ")).into_owned();
                (BAD, format!("set up, but follows {what} first"))
            }
            ClientState::Broken { reason } => (BAD, reason.clone()),
        };
        let word = self.client.word();
        format!("  {word:12} {}\n", paint.text(style, &description))
    }

    fn json(&self, context: &Context) -> Value {
        let (state, about) = match &self.state {
            ClientState::NotSetUp => ("not_set_up", None),
            ClientState::AsksPrusaCred { place } => ("asks_prusa_cred", Some(place.clone())),
            ClientState::AsksOthersFirst { others } => {
                ("asks_others_first", Some(others.join(", ")))
            }
            ClientState::Overruled { by } => {
                let what: Vec<_> = by.iter().map(|it| it.what.as_str()).collect();
                ("overruled", Some(what.join(", ")))
            }
            ClientState::Broken { reason } => ("broken", Some(reason.clone())),
        };
        let named = match &context.global.profile {
            Some(name) => format!(" --profile {name}"),
            None => String::new(),
        };
        json!({
            "client": self.client.word(),
            "profile": self.profile.name,
            "installed": self.is_installed,
            "state": state,
            "about": about,
            "command": format!("prusa-cred setup {}{named} --apply", self.client.word()),
        })
    }
}
