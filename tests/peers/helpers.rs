//! Real clients run the helper that they were configured with, and get in: cargo, kubectl, Kubernetes' and Google's
//! Python libraries, go, Terraform, pip, uv, curl.

mod cargo;
mod curl;
mod google;
mod kube;
mod pip;
mod recipes;

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{Server, beside, python};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

/// A server that accepts no token yet, and a home that is signed in to the profile that answers for it.
struct Place {
    env: TestEnv,
    site: Sandbox,
    server: Server,
    directory: TempDir,
}

/// The name of a file in a server's directory.
const CERTIFICATE: &str = "certificate.pem";

impl Place {
    fn start() -> Self {
        Self::at(serve())
    }

    fn at((server, directory): (Server, TempDir)) -> Self {
        let site = Sandbox::start();
        let env = TestEnv::new(&site)
            .var("PRUSA_CONNECT_URL", server.address())
            .var("PYTHONDONTWRITEBYTECODE", "1")
            .stored(&site.stored(3600));
        Self {
            env,
            site,
            server,
            directory,
        }
    }

    /// Accepts requests with this `Authorization` header.
    fn accept(&self, header: &str) {
        accept(&self.directory, header);
    }

    /// Returns the token that prusa-cred hands out now.
    fn token(&self) -> String {
        let ran = self.env.run(["get"]).any_stdout().success();
        ran.stdout.trim_end_matches('\n').to_owned()
    }

    /// Returns how many requests for a path ended so.
    fn count(&self, path: &str, status: u16) -> usize {
        let is_counted = |line: &&String| {
            let mut words = line.split(' ').skip(1);
            words.next().is_some_and(|it| it.starts_with(path))
                && words.next() == Some(&status.to_string())
        };
        self.server.log().iter().filter(is_counted).count()
    }

    /// Returns a run of a script beside these tests.
    fn script(&self, name: &str, argument: &std::path::Path) -> Run {
        self.env.run_as(
            &python("helpers").to_string_lossy(),
            [beside(name).as_path(), argument],
        )
    }
}

/// Starts a server and the directory of what it accepts.
fn serve() -> (Server, TempDir) {
    serve_with(false)
}

/// As `serve`; with TLS the directory has the server's certificate, too.
fn serve_with(tls: bool) -> (Server, TempDir) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    accept(&directory, "");
    let mut command = Command::new(python("helpers"));
    command
        .arg(beside("helpers_server.py"))
        .arg("--accept")
        .arg(directory.path().join("accepted"));
    if tls {
        let certificate = directory.path().join(CERTIFICATE);
        command.arg("--certificate").arg(certificate);
    }
    let server = Server::start(command, directory.path().join("log"));
    (server, directory)
}

fn accept(directory: &TempDir, header: &str) {
    fs::write(directory.path().join("accepted"), header).expect("a list of headers");
}

/// Returns the header of basic authentication (RFC 7617).
fn basic(username: &str, password: &str) -> String {
    use base64::Engine as _;
    let encoded =
        base64::engine::general_purpose::STANDARD.encode(format!("{username}:{password}"));
    format!("Basic {encoded}")
}
