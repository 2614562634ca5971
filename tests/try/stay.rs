//! `--stay`: the stand-in stays, for a person to sign in to from another terminal.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use prusa_cred_support::sandbox::{CLIENT_ID, EMAIL};

use crate::stage::Stage;

/// Something that can be typed at a prompt without looking twice.
const PASSWORD: &str = "printer";
/// The name of the script that another shell reads.
const SCRIPT: &str = "try";

impl Stage {
    /// Says how to use the stand-in from another terminal, and keeps it until somebody presses Enter (or stdin ends).
    #[allow(
        clippy::disallowed_methods,
        reason = "nobody else uses these files at the moment"
    )]
    pub(crate) fn stay(&self) -> Result<(), String> {
        self.site.set(|site| {
            site.totp = false;
            site.password = PASSWORD;
        });
        let script = self.home().join(SCRIPT);
        fs::write(&script, self.script()).map_err(|error| error.to_string())?;
        let connect = self.site.connect_url();
        println!(
            "A stand-in for Prusa Account and Prusa Connect runs until you press Enter here.\n\
             In another terminal (sh, bash or zsh), this gives the shell a home of its own and\n\
             prusa-cred; close that terminal when you are done:\n\n  \
             . {}\n\n\
             Sign in as {EMAIL} with the password {PASSWORD}, then ask for something:\n\n  \
             prusa-cred login\n  \
             curl -H \"$(prusa-cred get --format header)\" {connect}/app/printers\n  \
             prusa-cred setup git --apply\n  \
             git clone {connect}/git/models.git\n  \
             prusa-cred setup docker --apply\n  \
             docker login {host}\n  \
             prusa-cred get --format headers {connect}/mcp",
            quoted(&script),
            host = self.connect_host(),
        );
        let mut line = String::new();
        io::stdin()
            .read_line(&mut line)
            .map_err(|error| error.to_string())?;
        Ok(())
    }

    fn script(&self) -> String {
        let home = quoted(self.home());
        let mut script = format!(
            "export HOME={home} PATH={home}/bin:\"$PATH\"\n\
             unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME DOCKER_CONFIG GIT_CONFIG_GLOBAL CARGO_HOME\n"
        );
        let redirect_uri = self.site.redirect_uri();
        for (name, value) in [
            ("PRUSA_ACCOUNT_URL", self.site.account_url()),
            ("PRUSA_CONNECT_URL", self.site.connect_url()),
            ("PRUSA_REDIRECT_URI", redirect_uri.as_str()),
            ("PRUSA_CLIENT_ID", CLIENT_ID),
        ] {
            script.push_str(&format!("export {name}='{value}'\n"));
        }
        script + "cd\n"
    }

    /// Gives the Connect site a repository of one commit, `/git/models.git`; needs git.
    #[allow(
        clippy::disallowed_methods,
        reason = "nobody else uses these files at the moment"
    )]
    pub(crate) fn add_repository(&self) -> Result<(), String> {
        let repositories = self.home().join("repositories");
        let (models, bare) = (repositories.join("work"), repositories.join("models.git"));
        let (work, bare) = (models.to_string_lossy(), bare.to_string_lossy());
        git(&["init", "--quiet", "--initial-branch=main", &work])?;
        fs::write(
            models.join("README"),
            "You have this because git asked prusa-cred.\n",
        )
        .map_err(|error| error.to_string())?;
        git(&["-C", &work, "add", "README"])?;
        git(&["-C", &work, "commit", "--quiet", "--message", "Models"])?;
        git(&["clone", "--quiet", "--bare", &work, &bare])?;
        git(&["-C", &bare, "update-server-info"])?;
        self.site
            .set(|site| site.repositories = Some(repositories.clone()));
        Ok(())
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "an example starts what a person would start"
)]
fn git(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new("git");
    let set = ["user.name=Ada", "user.email=ada@example.com"];
    command.args(set.iter().flat_map(|set| ["-c", set]));
    command
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
    match command.args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("git {} failed", arguments.join(" "))),
        Err(error) => Err(format!("git did not start: {error}")),
    }
}

/// Returns a path as a word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
