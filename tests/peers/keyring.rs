//! A real keyring: Debian's `gnome-keyring`, on a session bus of its own, in a directory of its own.
//!
//! `Keyring::variables` points a program at it. A home without them has no keyring at all: see `TestEnv`.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::peer::python;
use crate::support::env::TestEnv;
use crate::support::wait::wait_for;

const PASSWORD: &str = "S3NTRY of the keyring";
const SERVICE: &str = "org.freedesktop.secrets";
const ROOT: &str = "/org/freedesktop/secrets";
const DEFAULT_COLLECTION: &str = "/org/freedesktop/secrets/aliases/default";

/// The bus and the service on it. Both are killed when this is dropped, also while stopped.
pub(crate) struct Keyring {
    directory: TempDir,
    address: String,
    bus: Child,
    service: Option<Child>,
}

impl Keyring {
    /// Starts a session bus on which there is no keyring, and that starts none by itself.
    pub(crate) fn missing() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("prusa-cred-keyring-")
            .tempdir()
            .expect("a directory");
        let path = directory.path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("permissions");
        let socket = path.join("bus");
        let configuration = path.join("bus.conf");
        fs::write(&configuration, bus_configuration(&socket)).expect("a file");
        let bus = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", configuration.display()))
            .arg("--nofork")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(path.join("bus.log")).expect("a file"))
            .spawn()
            .expect("dbus-daemon: run .ci/peers");
        // The socket is there before anybody listens.
        wait_for(|| UnixStream::connect(&socket).ok());
        Self {
            address: format!("unix:path={}", socket.display()),
            directory,
            bus,
            service: None,
        }
    }

    /// Starts a keyring whose owner has logged in.
    pub(crate) fn unlocked() -> Self {
        let mut keyring = Self::missing();
        keyring.log_in();
        keyring
    }

    /// Starts a keyring whose owner has logged in before, and has it locked now.
    pub(crate) fn locked() -> Self {
        let keyring = Self::unlocked();
        keyring.lock();
        keyring
    }

    /// Locks it, whatever it holds.
    pub(crate) fn lock(&self) {
        let collections = format!("array:objpath:{DEFAULT_COLLECTION}");
        let interface = "org.freedesktop.Secret.Service.Lock";
        let sent = self.send(ROOT, interface, &[&collections]);
        assert!(sent.status.success(), "{sent:?}");
        assert_eq!(self.is_locked(), Some(true));
    }

    /// Unlocks it again, as its owner does by logging in anew.
    pub(crate) fn unlock(&mut self) {
        self.end_service();
        self.log_in();
    }

    /// Stops the service: it keeps its place on the bus and answers nothing.
    pub(crate) fn stop(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub(crate) fn resume(&self) {
        self.signal("-CONT");
    }

    /// Returns the variables by which a program finds it.
    pub(crate) fn variables(&self) -> [(&'static str, String); 1] {
        [("DBUS_SESSION_BUS_ADDRESS", self.address.clone())]
    }

    /// Makes this the keyring of a home.
    pub(crate) fn given_to(&self, env: TestEnv) -> TestEnv {
        let variables = self.variables().into_iter();
        variables.fold(env, |env, (name, value)| env.var(name, value))
    }

    /// Writes an item with Python's `keyring`.
    pub(crate) fn put(&self, service: &str, user: &str, content: &str) {
        let script = "import keyring, sys; keyring.set_password(*sys.argv[1:], sys.stdin.read())";
        self.python(script, &[service, user], content);
    }

    /// Reads an item with Python's `keyring`.
    pub(crate) fn get(&self, service: &str, user: &str) -> Option<String> {
        let script =
            "import json, keyring, sys; print(json.dumps(keyring.get_password(*sys.argv[1:])))";
        let json = self.python(script, &[service, user], "");
        serde_json::from_str(&json).expect("JSON")
    }

    fn log_in(&mut self) {
        let log = self.directory.path().join("keyring.log");
        let mut command = self.command("gnome-keyring-daemon");
        command
            .args(["--foreground", "--components=secrets", "--unlock"])
            .stdout(Stdio::null())
            .stderr(File::create(log).expect("a file"));
        let mut service = command.spawn().expect("gnome-keyring: run .ci/peers");
        let mut stdin = service.stdin.take().expect("its standard input");
        stdin.write_all(PASSWORD.as_bytes()).expect("a password");
        drop(stdin);
        self.service = Some(service);
        wait_for(|| (self.is_locked() == Some(false)).then_some(()));
    }

    fn end_service(&mut self) {
        if let Some(mut service) = self.service.take() {
            // It may have ended by itself.
            let _ = service.kill();
            let _ = service.wait();
        }
    }

    fn python(&self, script: &str, arguments: &[&str], input: &str) -> String {
        let mut command = self.command(python("kognic"));
        let mut child = command
            .args(["-c", script])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python");
        let mut stdin = child.stdin.take().expect("its standard input");
        stdin.write_all(input.as_bytes()).expect("what it reads");
        drop(stdin);
        let output = child.wait_with_output().expect("its end");
        assert!(output.status.success(), "{script} failed");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Returns nothing if it is not there, or has no collection yet.
    fn is_locked(&self) -> Option<bool> {
        let arguments = ["string:org.freedesktop.Secret.Collection", "string:Locked"];
        let interface = "org.freedesktop.DBus.Properties.Get";
        let answer = self.send(DEFAULT_COLLECTION, interface, &arguments);
        let text = String::from_utf8_lossy(&answer.stdout);
        let word = text.split_whitespace().last()?;
        answer.status.success().then_some(word == "true")
    }

    fn send(&self, object: &str, method: &str, arguments: &[&str]) -> Output {
        self.command("dbus-send")
            .args(["--session", "--print-reply"])
            .arg(format!("--dest={SERVICE}"))
            .args([object, method])
            .args(arguments)
            .output()
            .expect("dbus-send: run .ci/peers")
    }

    fn signal(&self, signal: &str) {
        let service = self.service.as_ref().expect("a service");
        let sent = Command::new("kill")
            .args([signal, &service.id().to_string()])
            .status();
        assert!(sent.expect("kill").success());
    }

    /// Returns a command that lives in the keyring's directory.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env("HOME", self.directory.path())
            .env("XDG_DATA_HOME", self.directory.path().join("data"))
            .env("XDG_RUNTIME_DIR", self.directory.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .envs(self.variables())
            .stdin(Stdio::piped());
        command
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.end_service();
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

/// The session bus of Debian without its directories of services.
fn bus_configuration(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}

#[test]
fn the_test_keyring_locks_stops_and_disappears() {
    let mut keyring = Keyring::unlocked();
    keyring.put("a service", "a user", "an item\n");
    assert_eq!(
        keyring.get("a service", "a user").as_deref(),
        Some("an item\n")
    );
    assert_eq!(keyring.get("a service", "another"), None);
    keyring.lock();
    keyring.unlock();
    keyring.stop();
    keyring.resume();
    assert_eq!(
        keyring.get("a service", "a user").as_deref(),
        Some("an item\n")
    );
    assert_eq!(Keyring::locked().is_locked(), Some(true));
    assert_eq!(Keyring::missing().is_locked(), None);
}
