//! Where the story of `try` is played: the executable, a server, a scratch home, and a shell in it.
#![allow(
    clippy::disallowed_methods,
    reason = "an example starts what a person would start, and prints what they would see"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use prusa_cred_support::sandbox::{CLIENT_ID, MARKER, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// How long everything may take once the executable is built.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Has cargo build the executable beside this example, in the same profile, and returns its path.
pub(crate) fn build() -> Result<PathBuf, String> {
    println!("First the executable itself: cargo builds it, unless it is there and up to date.");
    let myself = std::env::current_exe().map_err(|error| error.to_string())?;
    let directory = myself.parent().and_then(Path::parent);
    let directory = directory.ok_or("this example was moved away from where cargo built it")?;
    let profile = match directory.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        // Named together with this example, its dependencies have the features that they were just built with.
        .args(["build", "--bin", "prusa-cred", "--example", "try"])
        .args([
            "--manifest-path",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
        ])
        .args(["--profile", profile, "--target-dir"])
        .arg(directory.parent().unwrap_or(directory));
    for (name, _) in std::env::vars_os() {
        // What `cargo run` has set: some build scripts would run again for it.
        let is_cargos = name.to_str().is_some_and(|name| {
            name == "OUT_DIR"
                || name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
        });
        if is_cargos {
            cargo.env_remove(name);
        }
    }
    match cargo.status() {
        Ok(status) if status.success() => {
            println!();
            Ok(directory.join(format!("prusa-cred{}", std::env::consts::EXE_SUFFIX)))
        }
        Ok(_) => Err("cargo could not build prusa-cred".to_owned()),
        Err(error) => Err(format!("cargo did not start: {error}")),
    }
}

/// Ends the program with a message unless what this returns is dropped before the time is up.
pub(crate) fn time_limit() -> Sender<()> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        if receiver.recv_timeout(TIME_LIMIT) == Err(RecvTimeoutError::Timeout) {
            eprintln!("\nThis did not go as it should: it took longer than {TIME_LIMIT:?}");
            end();
        }
    });
    sender
}

#[allow(
    clippy::exit,
    reason = "a command that hangs must not keep this example waiting"
)]
fn end() -> ! {
    std::process::exit(1)
}

/// The server, and a home to run commands in.
pub(crate) struct Stage {
    pub(crate) site: Sandbox,
    home: TempDir,
}

/// What a command printed on stdout.
pub(crate) type Printed = Result<String, String>;

impl Stage {
    pub(crate) fn set(executable: &Path) -> Result<Self, String> {
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let bin = home.path().join("bin");
        let links = fs::create_dir(&bin).and_then(|()| {
            [
                "prusa-cred",
                "git-credential-prusa-cred",
                "docker-credential-prusa-cred",
            ]
            .iter()
            .try_for_each(|name| link(executable, &bin.join(name)))
        });
        links.map_err(|error| format!("{}: {error}", bin.display()))?;
        let site = Sandbox::start().with(|site| site.totp = true);
        Ok(Self { site, home })
    }

    /// Runs a command that must succeed.
    pub(crate) fn run(&self, command: &str) -> Printed {
        self.run_with(command, &[])
    }

    pub(crate) fn run_with(&self, command: &str, variables: &[(&str, &str)]) -> Printed {
        match self.execute(command, variables)? {
            (true, printed) => Ok(printed),
            (false, _) => Err(format!("`{command}` failed")),
        }
    }

    /// Runs a command that must not succeed.
    pub(crate) fn fails(&self, command: &str) -> Printed {
        match self.execute(command, &[])? {
            (false, printed) => Ok(printed),
            (true, _) => Err(format!("`{command}` should have failed")),
        }
    }

    /// Runs a command in the shell, shows it with what it prints, and returns whether it succeeded and its stdout.
    fn execute(&self, command: &str, variables: &[(&str, &str)]) -> Result<(bool, String), String> {
        println!("\n  $ {command}");
        let output = self
            .shell(command)
            .envs(variables.iter().copied())
            .output()
            .map_err(|error| format!("sh did not start: {error}"))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        for line in stdout.lines().chain(stderr.lines()) {
            println!("  {}", shortened(line));
        }
        hold_quietly(!stderr.contains(MARKER), "no secret stands on stderr")?;
        Ok((output.status.success(), stdout))
    }

    fn shell(&self, command: &str) -> Command {
        let home = self.home.path();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", command])
            .stdin(Stdio::null())
            .current_dir(home)
            .env_clear()
            .env("PATH", search_path(&home.join("bin")))
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("PRUSA_ACCOUNT_URL", self.site.account_url())
            .env("PRUSA_CONNECT_URL", self.site.connect_url())
            .env("PRUSA_REDIRECT_URI", self.site.redirect_uri())
            .env("PRUSA_CLIENT_ID", CLIENT_ID);
        shell
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn connect_host(&self) -> &str {
        self.site.connect_url().trim_start_matches("http://")
    }

    pub(crate) fn token_file(&self) -> PathBuf {
        self.home
            .path()
            .join("config/prusa-connect-sdk-client/tokens.json")
    }

    pub(crate) fn tokens(&self) -> Result<Value, String> {
        let path = self.token_file();
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        serde_json::from_slice(&bytes).map_err(|_| format!("{} is not JSON", path.display()))
    }

    pub(crate) fn stored(&self, token: &str) -> Printed {
        let tokens = self.tokens()?;
        let token = tokens.get(token).and_then(Value::as_str);
        token
            .map(str::to_owned)
            .ok_or("a token is not stored".into())
    }
}

/// Says what was checked, or fails over it.
pub(crate) fn hold(is_so: bool, what: &str) -> Result<(), String> {
    hold_quietly(is_so, what)?;
    println!("  ✓ {what}");
    Ok(())
}

fn hold_quietly(is_so: bool, what: &str) -> Result<(), String> {
    is_so
        .then_some(())
        .ok_or_else(|| format!("it is not so that {what}"))
}

/// Cuts every secret of the sandbox in a line down to a few characters.
fn shortened(line: &str) -> String {
    let is_of_a_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    line.split_inclusive(|c| !is_of_a_token(c))
        .map(|word| {
            let (token, end) = word.split_at(word.rfind(is_of_a_token).map_or(0, |at| at + 1));
            if token.contains(MARKER) {
                format!(
                    "{:.8}…{}{end}",
                    token,
                    token.get(token.len() - 4..).unwrap_or_default()
                )
            } else {
                word.to_owned()
            }
        })
        .collect()
}

#[cfg(unix)]
fn link(executable: &Path, name: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(executable, name)
}

#[cfg(not(unix))]
fn link(executable: &Path, name: &Path) -> std::io::Result<()> {
    fs::copy(executable, name.with_extension("exe")).map(drop)
}

#[allow(
    clippy::disallowed_methods,
    reason = "where git and the shell's tools are found"
)]
fn search_path(first: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).expect("a search path without separators in it")
}
