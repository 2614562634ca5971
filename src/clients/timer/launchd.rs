//! An agent of launchd (launchd.plist(5)): a property list in `~/Library/LaunchAgents`, and `launchctl`.

use std::path::PathBuf;

use super::error::TimerError;
use super::program_call::ProgramCall;
use super::scheduler::{Scheduler, TIMEOUT, TimerState, command, run};
use crate::clients::client_command::ClientCommand;
use crate::context::{config_dir, home_dir};
use crate::deadline::Deadline;
use crate::platform;
use crate::store::{Change, StoreError, edit_foreign, read_foreign};

const LABEL: &str = "io.github.prusa-cred.refresh";
/// Once a day, counted from when the agent was loaded; one that was missed in sleep runs at waking up.
const INTERVAL_SECONDS: u32 = 24 * 3600;

/// The user's launchd.
pub(super) struct Launchd {
    launchctl: ClientCommand,
    file: PathBuf,
}

impl Launchd {
    /// Returns it, if `launchctl` is there.
    pub(super) fn find() -> Option<Self> {
        let agents = home_dir().ok()?.join("Library").join("LaunchAgents");
        Some(Self {
            launchctl: command("launchctl")?,
            file: agents.join(format!("{LABEL}.plist")),
        })
    }

    fn put(&self, text: Option<&str>) -> Result<(), TimerError> {
        let lock = config_dir()?.join(env!("CARGO_PKG_NAME")).join("setup");
        let change = |_: Option<&[u8]>| -> Result<Change, StoreError> {
            Ok(match text {
                Some(text) => Change::Replace(text.as_bytes().to_vec()),
                None => Change::Remove,
            })
        };
        let deadline = Deadline::after(TIMEOUT);
        Ok(edit_foreign(&self.file, &lock, deadline, change)?)
    }

    /// Unloads the agent; one that is not loaded is no error.
    fn unload(&self) {
        let target = format!("gui/{}/{LABEL}", platform::user_id());
        let _ = run(&self.launchctl, "launchctl", &["bootout", &target]);
    }
}

impl Scheduler for Launchd {
    fn name(&self) -> &'static str {
        "launchd"
    }

    fn state(&self) -> Result<TimerState, TimerError> {
        Ok(match read_foreign(&self.file)? {
            Some(text) => TimerState::Present {
                program: program_in(&String::from_utf8_lossy(&text)),
            },
            None => TimerState::Absent,
        })
    }

    fn shown(&self, call: &ProgramCall) -> Result<String, TimerError> {
        let mut text = format!("{} would be written\n", self.file.display());
        for line in property_list(call).lines() {
            text += &format!("  + {line}\n");
        }
        Ok(text + "and loaded by launchctl\n")
    }

    fn install(&self, call: &ProgramCall) -> Result<(), TimerError> {
        self.unload();
        self.put(Some(&property_list(call)))?;
        let domain = format!("gui/{}", platform::user_id());
        let file = self.file.to_string_lossy();
        run(&self.launchctl, "launchctl", &["bootstrap", &domain, &file])
    }

    fn remove(&self) -> Result<(), TimerError> {
        self.unload();
        self.put(None)
    }
}

fn property_list(call: &ProgramCall) -> String {
    let string = |text: &str| format!("<string>{}</string>", escaped(text));
    let program = call.program_text();
    let words = std::iter::once(program.as_str()).chain(ProgramCall::ARGUMENTS);
    let words: String = words
        .map(|word| format!("    {}\n", string(word)))
        .collect();
    let variables = call.variables.iter();
    let variables: String = variables
        .map(|(name, value)| format!("    <key>{name}</key>\n    {}\n", string(value)))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n  <key>Label</key>\n  {}\n  <key>ProgramArguments</key>\n  <array>\n{words}  \
         </array>\n  <key>EnvironmentVariables</key>\n  <dict>\n{variables}  </dict>\n  <key>StartInterval</key>\n  \
         <integer>{INTERVAL_SECONDS}</integer>\n</dict>\n</plist>\n",
        string(LABEL)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn program_in(list: &str) -> Option<PathBuf> {
    let (_, rest) = list.split_once("<array>")?;
    let (_, rest) = rest.split_once("<string>")?;
    let (program, _) = rest.split_once("</string>")?;
    let program = program.replace("&lt;", "<").replace("&gt;", ">");
    Some(program.replace("&amp;", "&").into())
}
