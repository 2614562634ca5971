//! `setup` without a client: those that are installed here, whether each asks prusa-cred for the hosts of each profile,
//! and the command that sets it up.

use std::path::Path;

use anstyle::Style;
use anyhow::Result;
use clap::ValueEnum as _;
use serde_json::{Value, json};

use crate::answer::choose::{chosen_profile, profiles_in_use};
use crate::cli::{Client, Setup};
use crate::clients::SetupEnv;
use crate::clients::client_state::{ClientState, state};
use crate::clients::installed::is_installed;
use crate::clients::path::display_path;
use crate::clients::timer::{self, TimerState};
use crate::context::{Context, is_colourful};
use crate::escape::escape_line;
use crate::profile::Profile;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE};

/// Prints the state of every client that is installed, or with `--all` or `--json` of all, for the profile that is
/// named, else for each profile in use. Fails if a client's state cannot be read.
pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    let is_profile_named =
        context.global.profile.is_some() || Context::profile_variable()?.is_some();
    let profiles = if is_profile_named {
        vec![chosen_profile(context)?]
    } else {
        profiles_in_use(context)?
    };
    let env = SetupEnv::from_context(context)?;
    let must_name = context.global.profile.is_some() || profiles.len() > 1;
    let mut groups = Vec::new();
    for profile in profiles {
        groups.push((profile, rows(context, &env, profile, must_name)?));
    }
    if context.global.json {
        let rows = groups.iter().flat_map(|(profile, rows)| {
            let name = Some(profile.name.as_str());
            rows.iter().map(move |row| row.json(name))
        });
        let timer = timer_row(&env).json(None);
        let all: Value = rows.chain([timer]).collect();
        return print(format!("{all}\n"));
    }
    print_for_people(&text(&groups, &timer_row(&env), options.all))
}

/// Whether a client is set up, or the timer.
enum RowState {
    Client(ClientState),
    Timer(TimerState),
}

/// What the overview says of one client, or of the timer.
struct Row {
    word: String,
    is_installed: bool,
    state: RowState,
    /// The command that sets it up, or shows what is the matter; `None` if nothing is left to do.
    command: Option<String>,
}

/// Returns a row for each client. Fails if a client's state cannot be read.
fn rows(context: &Context, env: &SetupEnv, profile: &Profile, must_name: bool) -> Result<Vec<Row>> {
    let clients = Client::value_variants().iter().copied();
    let row = |client: Client| {
        let state = state(context, client, profile)?;
        let asks = matches!(state, ClientState::AsksPrusaCred { .. });
        Ok(Row {
            word: client.word(),
            is_installed: is_installed(client, env),
            command: (!asks).then(|| command(client, profile, must_name)),
            state: RowState::Client(state),
        })
    };
    clients.map(row).collect()
}

/// Returns the row of the timer.
fn timer_row(env: &SetupEnv) -> Row {
    let state = timer::state(env);
    let command = match &state {
        TimerState::NotSetUp => Some("prusa-cred setup timer".to_owned()),
        TimerState::ProgramGone { .. } => Some("prusa-cred setup timer --apply".to_owned()),
        TimerState::Stopped { command, .. } | TimerState::LastRunFailed { command, .. } => {
            Some(command.clone())
        }
        TimerState::Runs { .. } => None,
    };
    Row {
        word: "timer".to_owned(),
        is_installed: timer::usable(env).is_ok(),
        state: RowState::Timer(state),
        command,
    }
}

/// Returns the command that shows how to set up a client for a profile.
fn command(client: Client, profile: &Profile, must_name: bool) -> String {
    let mut command = format!("prusa-cred setup {}", client.word());
    if must_name {
        command += &format!(" --profile {}", profile.name);
    }
    let is_for_server = matches!(client, Client::ClaudeCode | Client::VsCode);
    if is_for_server && profile.issuer.resource().is_none() {
        command += " --host ADDRESS";
    }
    command
}

/// Returns the overview for a person.
fn text(groups: &[(&Profile, Vec<Row>)], timer: &Row, is_all: bool) -> String {
    let paint = Paint::new(is_colourful());
    let mut text = String::new();
    let (mut shown, mut hidden) = (0, 0);
    for (profile, rows) in groups {
        let hosts: Vec<_> = profile.hosts.iter().map(ToString::to_string).collect();
        let hosts = if hosts.is_empty() {
            "no hosts yet".to_owned()
        } else {
            hosts.join(", ")
        };
        let title = format!("{} ({hosts})", profile.name);
        text += &format!("{}\n", paint.text(TITLE, &title));
        let (visible, others): (Vec<_>, Vec<_>) =
            rows.iter().partition(|row| is_all || row.is_of_interest());
        (shown, hidden) = (shown + visible.len(), hidden.max(others.len()));
        for row in visible {
            text += &row.lines(paint);
        }
        text.push('\n');
    }
    if is_all || timer.is_of_interest() {
        text += &format!("{}\n", paint.text(TITLE, "all profiles, once a day"));
        text += &timer.lines(paint);
        text.push('\n');
    }
    if shown == 0 {
        text += "None of the programs that prusa-cred can set up was found here.\n";
    }
    if hidden > 0 {
        let (them, more) = match (hidden, shown) {
            (1, 1..) => ("1 more program is", "it"),
            (count, 0) => (&*format!("{count} programs are"), "them"),
            (count, _) => (&*format!("{count} more programs are"), "them"),
        };
        text += &format!("{them} not installed here. To list {more}: prusa-cred setup --all\n");
    }
    text + "Each command shows what it would change, and does it with --apply.\n"
}

impl Row {
    /// Returns whether it is shown without `--all`: the client is installed, or set up all the same.
    fn is_of_interest(&self) -> bool {
        self.is_installed || !self.is_not_set_up()
    }

    fn is_not_set_up(&self) -> bool {
        matches!(
            self.state,
            RowState::Client(ClientState::NotSetUp) | RowState::Timer(TimerState::NotSetUp)
        )
    }

    /// Returns the state in words: the style, the word in JSON, and what there is to say.
    fn description(&self) -> (Style, &'static str, String) {
        let state = match &self.state {
            RowState::Client(state) => state,
            RowState::Timer(state) => return describe_timer(state),
        };
        match state {
            ClientState::NotSetUp => (QUIET, "not_set_up", "not set up".to_owned()),
            ClientState::AsksPrusaCred { place } => {
                let place = display_path(Path::new(place));
                (
                    GOOD,
                    "asks_prusa_cred",
                    format!("asks prusa-cred ({place})"),
                )
            }
            ClientState::AsksOthersFirst { others } => {
                let description = format!("asks {} first", others.join(", "));
                (BAD, "asks_others_first", description)
            }
            ClientState::Overruled { by } => {
                let what: Vec<_> = by.iter().map(|it| it.what.as_str()).collect();
                let what = what.join(", ");
                let description = format!("set up, but follows {what} first");
                (BAD, "overruled", description)
            }
            ClientState::Broken { reason } => (BAD, "broken", reason.clone()),
        }
    }

    /// Returns the client's line, and the command on the same one if it is short, else below.
    fn lines(&self, paint: Paint) -> String {
        let (style, _, description) = self.description();
        let description = escape_line(&description);
        let mut line = format!("  {:12} {}", self.word, paint.text(style, &description));
        match &self.command {
            Some(command) if self.is_not_set_up() => {
                line += &format!(": {command}");
            }
            Some(command) => line += &format!("\n  {:12} {command}", ""),
            None => {}
        }
        line + "\n"
    }

    /// Returns the row as an object, for a profile.
    fn json(&self, profile: Option<&str>) -> Value {
        let (_, state, detail) = self.description();
        json!({
            "profile": profile,
            "client": self.word,
            "installed": self.is_installed,
            "state": state,
            "detail": detail,
            "command": self.command,
        })
    }
}

/// Returns the timer's state in words, as [`Row::description`] does.
fn describe_timer(state: &TimerState) -> (Style, &'static str, String) {
    match state {
        TimerState::NotSetUp => (QUIET, "not_set_up", "not set up".to_owned()),
        TimerState::Runs { place } => (
            GOOD,
            "runs",
            format!("renews logins before they end ({place})"),
        ),
        TimerState::LastRunFailed { place, .. } => (
            BAD,
            "last_run_failed",
            format!("set up in {place}, but its last run failed"),
        ),
        TimerState::Stopped { place, .. } => {
            (BAD, "stopped", format!("set up, but not started ({place})"))
        }
        TimerState::ProgramGone { program, .. } => (
            BAD,
            "broken",
            format!("runs {program}, which does not exist"),
        ),
    }
}
