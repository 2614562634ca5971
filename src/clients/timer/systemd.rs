//! A timer of systemd's user instance (systemd.timer(5), systemd.service(5)): two unit files, and `systemctl --user`.

use std::path::PathBuf;

use super::error::TimerError;
use super::program_call::ProgramCall;
use super::scheduler::{Scheduler, TIMEOUT, TimerState, command, run};
use crate::clients::client_command::ClientCommand;
use crate::context::config_dir;
use crate::deadline::Deadline;
use crate::store::{Change, StoreError, edit_foreign, read_foreign};

const SERVICE: &str = "prusa-cred-refresh.service";
const TIMER: &str = "prusa-cred-refresh.timer";
/// Once a day, also for a day on which the machine was off at that time, and not for everybody at once.
const TIMER_UNIT: &str = "\
[Unit]
Description=Renew the logins of prusa-cred once a day

[Timer]
OnCalendar=daily
RandomizedDelaySec=1h
Persistent=true

[Install]
WantedBy=timers.target
";

/// The user's instance of systemd.
pub(super) struct Systemd {
    systemctl: ClientCommand,
    directory: PathBuf,
}

impl Systemd {
    /// Returns it, if there is one that answers: in a container or over `su` there may be none.
    pub(super) fn find() -> Option<Self> {
        let systemctl = command("systemctl")?;
        let directory = config_dir().ok()?.join("systemd").join("user");
        let answers = systemctl.run_checked(&["--user", "show-environment"], &[]);
        answers.ok()?;
        Some(Self {
            systemctl,
            directory,
        })
    }

    fn systemctl(&self, arguments: &[&str]) -> Result<(), TimerError> {
        run(
            &self.systemctl,
            "systemctl",
            &[&["--user"], arguments].concat(),
        )
    }

    fn path(&self, unit: &str) -> PathBuf {
        self.directory.join(unit)
    }

    /// Replaces a unit file, or removes it.
    fn put(&self, unit: &str, text: Option<&str>) -> Result<(), TimerError> {
        let path = self.path(unit);
        if text.is_none() && !path.exists() {
            return Ok(());
        }
        let lock = config_dir()?.join(env!("CARGO_PKG_NAME")).join("setup");
        let change = |_: Option<&[u8]>| -> Result<Change, StoreError> {
            Ok(match text {
                Some(text) => Change::Replace(text.as_bytes().to_vec()),
                None => Change::Remove,
            })
        };
        Ok(edit_foreign(
            &path,
            &lock,
            Deadline::after(TIMEOUT),
            change,
        )?)
    }
}

impl Scheduler for Systemd {
    fn name(&self) -> &'static str {
        "systemd"
    }

    fn state(&self) -> Result<TimerState, TimerError> {
        let read = |unit| Ok::<_, TimerError>(read_foreign(&self.path(unit))?);
        let (Some(service), Some(_)) = (read(SERVICE)?, read(TIMER)?) else {
            return Ok(TimerState::Absent);
        };
        let service = String::from_utf8_lossy(&service);
        Ok(TimerState::Present {
            program: program_in(&service),
        })
    }

    fn shown(&self, call: &ProgramCall) -> Result<String, TimerError> {
        let files = [
            (SERVICE, service_unit(call)),
            (TIMER, TIMER_UNIT.to_owned()),
        ];
        let mut text = String::new();
        for (unit, content) in files {
            text += &format!("{} would be written\n", self.path(unit).display());
            for line in content.lines() {
                text += &format!("  + {line}\n");
            }
        }
        Ok(text + "by running\n  systemctl --user enable --now prusa-cred-refresh.timer\n")
    }

    fn install(&self, call: &ProgramCall) -> Result<(), TimerError> {
        self.put(SERVICE, Some(&service_unit(call)))?;
        self.put(TIMER, Some(TIMER_UNIT))?;
        self.systemctl(&["daemon-reload"])?;
        self.systemctl(&["enable", "--now", TIMER])
    }

    fn remove(&self) -> Result<(), TimerError> {
        if self.path(TIMER).exists() {
            self.systemctl(&["disable", "--now", TIMER])?;
        }
        self.put(TIMER, None)?;
        self.put(SERVICE, None)?;
        self.systemctl(&["daemon-reload"])
    }

    fn note(&self) -> Option<&'static str> {
        Some(
            "it runs while you are signed in to this machine; `loginctl enable-linger` lets it run always",
        )
    }
}

/// Returns the service's unit file.
fn service_unit(call: &ProgramCall) -> String {
    let mut text =
        "[Unit]\nDescription=Renew the logins of prusa-cred\n\n[Service]\nType=oneshot\n"
            .to_owned();
    for (name, value) in &call.variables {
        text += &format!(
            "Environment={}\n",
            quoted(&format!("{name}={value}"), false)
        );
    }
    let program = quoted(&call.program_text(), true);
    text + &format!("ExecStart={program} {}\n", ProgramCall::ARGUMENTS.join(" "))
}

/// Returns a word of a unit file in quotes (systemd.syntax(7)): a `%` would be a specifier, and a `$` in a command a
/// variable.
fn quoted(text: &str, is_command: bool) -> String {
    let mut word = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => word.extend(['\\', c]),
            '%' => word.push_str("%%"),
            '$' if is_command => word.push_str("$$"),
            c => word.push(c),
        }
    }
    word.push('"');
    word
}

/// Returns the program that a service's unit file runs.
fn program_in(service: &str) -> Option<PathBuf> {
    let line = service
        .lines()
        .find_map(|it| it.strip_prefix("ExecStart=\""))?;
    let mut program = String::new();
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => return Some(program.into()),
            '\\' | '%' | '$' => program.extend(characters.next()),
            c => program.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_comes_back_from_a_unit_file() {
        for program in ["/usr/bin/prusa-cred", "/home/a b/100%/$x/\"q\"\\prusa-cred"] {
            let call = ProgramCall {
                program: program.into(),
                variables: vec![("XDG_CONFIG_HOME", "/c%".to_owned())],
            };
            let unit = service_unit(&call);
            assert!(
                unit.contains("Environment=\"XDG_CONFIG_HOME=/c%%\"\n"),
                "{unit}"
            );
            assert!(unit.ends_with("\" refresh --all --quiet\n"), "{unit}");
            assert_eq!(program_in(&unit), Some(program.into()));
        }
    }
}
