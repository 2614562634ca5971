//! Where the examples of the manual pages are tried: pages in, files and commands out.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::helpers::{CERTIFICATE, Place, serve, serve_with};
use crate::peer::python;
use crate::support::process::Output;

/// An example of a page: what it is for, and what to type or to write.
pub(super) struct Recipe {
    pub(super) about: String,
    pub(super) code: String,
}

/// A home where profile `corp` answers for the server, and a shell with only prusa-cred of our names on its path.
pub(super) struct Kitchen {
    pub(super) place: Place,
    /// The server's address.
    pub(super) address: String,
}

impl Kitchen {
    /// Makes one with a server that accepts the profile's token.
    pub(super) fn new() -> Self {
        Self::at(Place::at(serve()), None)
    }

    /// Makes the profile answer for that server, or for the place's own.
    pub(super) fn at(place: Place, other: Option<&str>) -> Self {
        let address = other.unwrap_or_else(|| place.server.address()).to_owned();
        let home = place.env.home().to_owned();
        for directory in ["only", ".local/bin", "stubs"] {
            fs::create_dir_all(home.join(directory)).expect("a directory");
        }
        symlink(
            env!("CARGO_BIN_EXE_prusa-cred"),
            home.join("only/prusa-cred"),
        )
        .expect("a link");
        let tools = python("helpers");
        let cargo = Path::new(env!("CARGO"));
        let parts = [
            home.join(".local/bin"),
            home.join("only"),
            home.join("stubs"),
            tools.parent().expect("a directory").to_owned(),
            cargo.parent().expect("a directory").to_owned(),
        ];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(parts.into_iter().chain(std::env::split_paths(&path)));
        let corp = format!("[profiles.corp]\nprovider = \"prusa\"\nhosts = [\"{address}\"]\n");
        let connect = place.site.connect_url().to_owned();
        let env = place
            .env
            .var("PRUSA_CONNECT_URL", connect)
            .var("PATH", path.expect("a search path"))
            .var("RUSTC", cargo.with_file_name("rustc"))
            .config(&corp);
        let tokens = env.config_dir().join("prusa-cred/tokens/corp.json");
        env.write(&tokens, place.site.stored(3600).to_string());
        let place = Place { env, ..place };
        let kitchen = Self { place, address };
        kitchen.place.accept(&format!("Bearer {}", kitchen.token()));
        kitchen
    }

    /// Returns the token that the server accepts.
    pub(super) fn token(&self) -> String {
        let run = self.place.env.run(["get", "--profile", "corp"]);
        run.any_stdout().success().stdout.trim().to_owned()
    }

    /// Returns the examples of a page.
    pub(super) fn recipes(&self, command: &str) -> Vec<Recipe> {
        let env = &self.place.env;
        env.run(["man", "./pages"]).success();
        let file = env.home().join(format!("pages/prusa-cred-{command}.1"));
        let page = fs::read_to_string(file).expect("a page");
        let (_, examples) = page.split_once(".SH EXAMPLES\n").expect("examples");
        let (examples, _) = examples.split_once("\n.SH ").expect("another section");
        // What stands before an example: lines of a term, if it is the first, and what it is for.
        let about_of = |before: &str| {
            let before = before.trim().trim_end_matches("\n.PP");
            let about = before.rsplit_once(".PP\n").map(|(_, about)| about);
            self.plain(about.unwrap_or(before))
        };
        examples
            .split("\n.RE")
            .filter_map(|example| example.split_once(".RS 4\n.nf\n"))
            .map(|(before, code)| Recipe {
                about: about_of(before),
                code: self.plain(code.trim_end_matches("\n.fi")),
            })
            .collect()
    }

    /// Returns the text that a reader sees, with the server's address in place of the examples' hosts.
    fn plain(&self, roff: &str) -> String {
        let mut text = roff.to_owned();
        for (escaped, plain) in [
            ("\\-", "-"),
            ("\\*(Aq", "'"),
            ("\\(ti", "~"),
            ("\\&.", "."),
            ("\\\\", "\\"),
        ] {
            text = text.replace(escaped, plain);
        }
        let (scheme, host) = self.address.split_once("://").expect("an address");
        for name in ["api", "git", "registry", "cache", "npm", "go", "index"] {
            let theirs = format!("{name}.example.com");
            text = text.replace(&format!("https://{theirs}"), &self.address);
            text = text.replace(
                &format!("https://oauth2@{theirs}"),
                &format!("{scheme}://oauth2@{host}"),
            );
            text = text.replace(&theirs, host);
        }
        text.replace("https://sts.googleapis.com", &self.address)
    }

    /// Writes the file that an example is about, or runs its commands in the home directory.
    pub(super) fn cook(&self, recipe: &Recipe) -> Option<Output> {
        let Some(about) = recipe.about.strip_prefix("In ") else {
            return Some(self.shell(&recipe.code));
        };
        let name = about.split([' ', ',', ':']).next().expect("a name");
        let name = name.trim_start_matches("~/");
        self.place.env.write(&self.home(name), &*recipe.code);
        None
    }

    /// Does all of these, and returns the output of the last one that ran something.
    pub(super) fn cook_all(&self, recipes: &[Recipe]) -> Option<Output> {
        recipes.iter().filter_map(|recipe| self.cook(recipe)).last()
    }

    /// Runs commands in the home directory, which must succeed.
    pub(super) fn shell(&self, code: &str) -> Output {
        let run = self.place.env.run_as("sh", ["-euc", code]);
        let output = run.any_stdout().any_stderr().outcome();
        assert_eq!(output.status, 0, "{code}\n{output}");
        output
    }

    /// Returns a path in the home directory.
    pub(super) fn home(&self, name: &str) -> PathBuf {
        self.place.env.home().join(name)
    }

    /// Returns what a file in the home directory holds.
    pub(super) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.home(name)).expect("a file")
    }

    /// Puts a script on the search path in place of a program that is not here.
    pub(super) fn stub(&self, name: &str, script: &str) {
        let file = self.home("stubs").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a script");
        executable(&file);
    }
}

fn executable(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("a mode");
}

/// Returns a kitchen whose server speaks TLS, for clients that send nothing without, and the server's certificate.
pub(super) fn with_tls() -> (Kitchen, String) {
    let place = Place::at(serve_with(true));
    let certificate = place
        .directory
        .path()
        .join(CERTIFICATE)
        .display()
        .to_string();
    let place = Place {
        env: place.env.var("SSL_CERT_FILE", &certificate),
        ..place
    };
    (Kitchen::at(place, None), certificate)
}
