//! Software that somebody else wrote, as child processes: found where `.ci/peers` put it, and ended with the test.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::wait::wait_for;

/// Returns the Python of one of the environments that `.ci/peers` makes.
///
/// # Panics
///
/// When it is not there.
pub(crate) fn python(environment: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the target directory");
    let python = target.join("peers").join(environment).join("bin/python");
    assert!(
        python.exists(),
        "{} is missing: run .ci/peers",
        python.display()
    );
    python
}

/// Returns where `.ci/peers` has installed the packages of Node.js that a directory here names.
///
/// # Panics
///
/// When they are not there.
pub(crate) fn node_modules(name: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the target directory");
    let modules = target.join("peers").join(name).join("node_modules");
    assert!(
        modules.exists(),
        "{} is missing: run .ci/peers",
        modules.display()
    );
    modules
}

/// Returns the command that runs one of the scripts in `oidc/`, with the packages that `.ci/peers` installs.
pub(crate) fn node_script(name: &str) -> Command {
    let mut command = Command::new("node");
    // The scripts are links beside the packages, and what they import is beside the links.
    command
        .arg("--preserve-symlinks-main")
        .arg(node_modules("oidc").with_file_name(name));
    command
}

/// Returns the program of a package that `.ci/peers` installs by npm.
pub(crate) fn node_program(name: &str) -> PathBuf {
    node_modules(name).join(".bin").join(name)
}

/// Returns the path of a file beside these tests.
pub(crate) fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers")
        .join(name)
}

/// A server on a loopback port of its own choice. It is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    address: String,
    log: PathBuf,
    // Closing this would break the server's next print.
    _stdout: BufReader<ChildStdout>,
}

/// How long a server may take to say where it listens, and how often it is started anew.
const PATIENCE: Duration = Duration::from_secs(20);
const STARTS: usize = 3;

impl Server {
    /// Starts it, with standard error going to the file `log`, and waits until it has said where it listens.
    pub(crate) fn start(mut command: Command, log: PathBuf) -> Self {
        // Node.js has been seen to hang before its first line, once in hundreds of starts.
        (0..STARTS)
            .find_map(|_| Self::try_start(&mut command, &log))
            .unwrap_or_else(|| panic!("{command:?} said nothing in {STARTS} times {PATIENCE:?}"))
    }

    /// Returns nothing if it has said nothing within a while.
    fn try_start(command: &mut Command, log: &Path) -> Option<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(log).expect("a file for the log"))
            .spawn()
            .expect("a server process");
        let mut stdout = BufReader::new(child.stdout.take().expect("its standard output"));
        let (sender, first_line) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            stdout.read_line(&mut line).expect("its first line");
            // Nobody waits any more if it came too late.
            let _ = sender.send((line, stdout));
        });
        let Ok((line, stdout)) = first_line.recv_timeout(PATIENCE) else {
            child.kill().expect("its end");
            child.wait().expect("its end");
            return None;
        };
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                panic!("{command:?} did not start: {line}{said}")
            });
        Some(Self {
            address: address.to_owned(),
            child,
            log: log.to_owned(),
            _stdout: stdout,
        })
    }

    /// Returns its address: `http://127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Returns the whole lines that it has logged so far.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = std::fs::read_to_string(&self.log).expect("its log");
        let (whole, _) = log.rsplit_once('\n').unwrap_or_default();
        whole.lines().map(str::to_owned).collect()
    }

    /// Checks that it has logged just so many such lines, and waits for them: it may log after it has answered.
    pub(crate) fn logged(&self, times: usize, wanted: impl Fn(&str) -> bool) {
        let count = || self.log().iter().filter(|line| wanted(line)).count();
        wait_for(|| (count() >= times).then_some(()));
        assert_eq!(count(), times, "{:#?}", self.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way there is nothing left to do about it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
