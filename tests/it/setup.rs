//! `setup`: other programs are pointed here, and what stands in their files keeps every byte.

mod all_registries;
mod backups;
mod crash;
mod files;
mod git;
mod git_order;
mod left_backups;
mod links;
mod named_programs;
mod overview;
mod shown;
mod timer;
mod undo;
mod what_wins;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::env::TestEnv;
use crate::support::process::{Output, Run};

const HOSTS: &str = "['git.example.com', 'registry.example.com:5000', 'mcp.example.com']";

/// A home with a profile `corp`, and only prusa-cred in its own directories of the search path.
struct Desk {
    env: TestEnv,
}

impl Desk {
    fn new() -> Self {
        Self::with_hosts(HOSTS)
    }

    fn with_hosts(hosts: &str) -> Self {
        let config = format!(
            "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\n\
             client_id = 'x'\nresource = 'https://mcp.example.com/mcp'\nhosts = {hosts}\n"
        );
        let env = TestEnv::offline().config(&config);
        for entry in fs::read_dir(env.home().join("bin")).expect("names") {
            let path = entry.expect("a name").path();
            if !path.ends_with("prusa-cred") {
                fs::remove_file(path).expect("a link");
            }
        }
        Self { env }
    }

    /// Leaves nothing on the search path but prusa-cred and these programs.
    fn alone_with(mut self, programs: &[&str]) -> Self {
        let bin = self.bin();
        for name in programs {
            let find = format!("command -v {name}");
            let found = self.env.run_as("sh", ["-c", &find]).any_stdout().success();
            std::os::unix::fs::symlink(found.stdout.trim_end(), bin.join(name)).expect("a link");
        }
        self.env = self.env.var("PATH", bin);
        self
    }

    /// Puts a script on the search path.
    fn script(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.bin().join(name);
        self.env.write(&path, format!("#!/bin/sh\n{text}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
    }

    fn bin(&self) -> PathBuf {
        self.env.home().join("bin")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.env.home().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        self.env.write(&self.path(name), text);
    }

    /// Returns what a file holds, `None` where there is none.
    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn setup(&self, client: &str, words: &[&str]) -> Run {
        let words = [&["setup", client], words].concat();
        self.env.run(words).no_secret_on_stdout()
    }

    fn apply(&self, client: &str) -> Output {
        self.setup(client, &["--apply"]).any_stdout().success()
    }

    fn undo(&self, client: &str) -> Output {
        self.setup(client, &["--undo"]).any_stdout().success()
    }

    /// Checks that `setup` fails with this error and changes nothing in a file.
    fn is_refused(&self, client: &str, file: &str, error: &str) {
        let before = self.read(file);
        for words in [&[][..], &["--apply"]] {
            self.setup(client, words).stderr_contains(error).status(1);
        }
        assert_eq!(self.read(file), before);
        assert!(!backup(&self.path(file)).exists());
    }
}

fn backup(path: &Path) -> PathBuf {
    let name = path.file_name().expect("a name").to_string_lossy();
    path.with_file_name(format!("{name}.before-prusa-cred"))
}
