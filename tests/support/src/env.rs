//! A scratch home with a cleared environment in which the real binary runs, pointed at a sandbox.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::marker::PhantomData;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::process::Run;
use super::pty::Terminal;
use super::sandbox::{CLIENT_ID, EMAIL, PASSWORD, Sandbox};

/// The names that the executable goes by.
const NAMES: [&str; 5] = [
    "prusa-cred",
    "git-credential-prusa-cred",
    "docker-credential-prusa-cred",
    "terraform-credentials-prusa-cred",
    "keyring",
];

/// The executable under test. Only the tests know where cargo has put it.
pub trait Program {
    /// Its path, as `CARGO_BIN_EXE_prusa-cred` tells it.
    const PATH: &str;
}

/// A home, and the environment of whatever runs in it.
#[must_use]
pub struct TestEnv<P> {
    home: TempDir,
    variables: BTreeMap<OsString, OsString>,
    program: PhantomData<P>,
}

impl<P: Program> TestEnv<P> {
    /// Makes an empty home whose Prusa Account is the sandbox.
    pub fn new(site: &Sandbox) -> Self {
        Self::bare()
            .var("PRUSA_ACCOUNT_URL", site.account_url())
            .var("PRUSA_CONNECT_URL", site.connect_url())
            .var("PRUSA_REDIRECT_URI", site.redirect_uri())
    }

    /// Makes an empty home whose Prusa Account cannot be reached: nobody listens there.
    pub fn offline() -> Self {
        // A free port would be another test's server a moment later.
        let url = "http://127.0.0.1:2";
        Self::bare()
            .var("PRUSA_ACCOUNT_URL", url)
            .var("PRUSA_CONNECT_URL", url)
            .var("PRUSA_REDIRECT_URI", format!("{url}/login/auth-callback"))
    }

    /// Makes an empty home of somebody who has set nothing. No server but one on this machine can be reached.
    pub fn of_a_newcomer() -> Self {
        Self::bare().var("HTTPS_PROXY", "http://127.0.0.1:1")
    }

    fn bare() -> Self {
        let home = tempfile::Builder::new()
            .prefix("prusa-cred-home-")
            .tempdir()
            .expect("a scratch home");
        let bin = home.path().join("bin");
        fs::create_dir(&bin).expect("a directory");
        for name in NAMES {
            symlink(P::PATH, bin.join(name)).expect("a link");
        }
        let path =
            std::env::join_paths(std::iter::once(bin).chain(search_path())).expect("a search path");
        let root = home.path().to_owned();
        Self {
            variables: BTreeMap::new(),
            home,
            program: PhantomData,
        }
        .var("HOME", &root)
        .var("XDG_CONFIG_HOME", root.join("config"))
        .var("XDG_DATA_HOME", root.join("data"))
        .var("PATH", path)
        .var("LC_ALL", "C.UTF-8")
        .var("GIT_CONFIG_NOSYSTEM", "1")
        // Unset, it would be the bus of whoever runs the tests, and their keyring.
        .var(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", root.join("no-bus").display()),
        )
        .var("PRUSA_CLIENT_ID", CLIENT_ID)
    }

    /// Sets a variable for every run.
    pub fn var(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables
            .insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// Sets the e-mail address and the password of the sandbox's user.
    pub fn with_credentials(self) -> Self {
        self.var("PRUSA_EMAIL", EMAIL)
            .var("PRUSA_PASSWORD", PASSWORD)
    }

    /// Stores a token set, as `login` would have.
    pub fn stored(self, set: &Value) -> Self {
        self.store(set);
        self
    }

    /// Stores a token set at any time.
    pub fn store(&self, set: &Value) {
        let text = serde_json::to_string_pretty(set).expect("JSON");
        self.write(&self.token_file(), text);
    }

    /// Writes `config.toml`.
    pub fn config(self, toml: &str) -> Self {
        self.write(&self.config_dir().join("prusa-cred/config.toml"), toml);
        self
    }

    /// Writes a file of mode 0600, and its directories of mode 0700.
    pub fn write(&self, path: &Path, content: impl AsRef<[u8]>) {
        use std::io::Write as _;
        let parent = path.parent().expect("a directory");
        fs::DirBuilder::new()
            .recursive(true)
            .create(parent)
            .expect("a directory");
        if parent != self.home.path() {
            let private = fs::Permissions::from_mode(0o700);
            fs::set_permissions(parent, private).expect("permissions");
        }
        fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(content.as_ref()))
            .expect("a file");
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Returns a path as it is shown to people: with `~` where it is below the home.
    pub fn shown(&self, path: &Path) -> String {
        match path.strip_prefix(self.home()) {
            Ok(below) => format!("~/{}", below.display()),
            Err(_) => path.display().to_string(),
        }
    }

    /// Returns the path that is shown as this.
    pub fn meant(&self, shown: &str) -> PathBuf {
        match shown.strip_prefix("~/") {
            Some(below) => self.home().join(below),
            None => shown.into(),
        }
    }

    pub fn config_dir(&self) -> PathBuf {
        self.home.path().join("config")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Returns `config.toml`, if there is one.
    pub fn configuration(&self) -> Option<String> {
        fs::read_to_string(self.config_dir().join("prusa-cred/config.toml")).ok()
    }

    /// Returns where the Prusa profile's token set is kept.
    pub fn token_file(&self) -> PathBuf {
        self.config_dir()
            .join("prusa-connect-sdk-client/tokens.json")
    }

    /// Returns the stored token set.
    pub fn tokens(&self) -> Value {
        let path = self.token_file();
        let text = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_slice(&text).expect("a token file that parses")
    }

    /// Returns one token of the stored set.
    pub fn token(&self, name: &str) -> String {
        let tokens = self.tokens();
        let token = tokens[name].as_str();
        token
            .unwrap_or_else(|| panic!("no {name} is stored"))
            .to_owned()
    }

    /// Returns the names of what lies beside the token file and is not its lock: a journal, an unfinished file.
    pub fn leftovers(&self) -> Vec<String> {
        let mut names = self.names_in("prusa-connect-sdk-client");
        names.retain(|name| name != "tokens.json");
        names
    }

    /// Returns the names in a directory under the configuration's, locks aside.
    pub fn names_in(&self, directory: &str) -> Vec<String> {
        let entries = fs::read_dir(self.config_dir().join(directory)).expect("a directory");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("a name").path())
            .filter(|path| path.extension().is_none_or(|extension| extension != "lock"))
            .filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()))
            .collect();
        names.sort();
        names
    }

    /// Returns a run of `prusa-cred`.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        self.run_as("prusa-cred", args)
    }

    /// Returns a run of `prusa-cred` under one of its other names, or of another program on the search path.
    pub fn run_as<A: AsRef<OsStr>>(&self, name: &str, args: impl IntoIterator<Item = A>) -> Run {
        Run::new(self.command(name, args))
    }

    /// Returns a run of `prusa-cred` in a new session, which has no terminal to prompt on.
    pub fn run_without_terminal<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        let mut command = self.command("setsid", ["--wait", "prusa-cred"]);
        command.args(args);
        Run::new(command)
    }

    /// Starts `prusa-cred` on a terminal of its own.
    pub fn terminal<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Terminal {
        self.terminal_for("prusa-cred", args)
    }

    /// Starts `prusa-cred` on a terminal of so many columns and rows.
    pub fn terminal_sized<A: AsRef<OsStr>>(
        &self,
        size: (u16, u16),
        args: impl IntoIterator<Item = A>,
    ) -> Terminal {
        Terminal::start_sized(&self.command("prusa-cred", args), size)
    }

    /// Starts `prusa-cred` under another name, or another program, on a terminal of its own.
    pub fn terminal_for<A: AsRef<OsStr>>(
        &self,
        name: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Terminal {
        Terminal::start(&self.command(name, args))
    }

    fn command<A: AsRef<OsStr>>(&self, name: &str, args: impl IntoIterator<Item = A>) -> Command {
        let ours = self.home.path().join("bin").join(name);
        let program = if ours.exists() { ours } else { name.into() };
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.home.path());
        command
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the test's own search path, where git and setsid are found"
)]
fn search_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}
