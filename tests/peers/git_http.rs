//! A real git clones and pushes through a real `git http-backend` with our token.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::peer::{Server, beside, python};
use crate::support::env::TestEnv;
use crate::support::process::Output;
use crate::support::sandbox::Sandbox;

const GIT_CONFIG: &str = "\
[credential]
    helper = prusa-cred
[user]
    name = Ada
    email = ada@example.com
[init]
    defaultBranch = main
";
/// More than git sends in one piece unless told to.
const LARGE: usize = 3 << 20;

/// One empty repository behind a token, and somebody at home who is signed in.
struct Forge {
    site: Sandbox,
    env: TestEnv,
    server: Server,
    directory: TempDir,
}

impl Forge {
    /// Starts a server that takes one scheme, `bearer` or `basic`, and no token yet.
    fn start(scheme: &str) -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let tokens = directory.path().join("tokens");
        fs::write(&tokens, "").expect("a list of tokens");
        let mut command = Command::new(python("sdk"));
        command
            .arg(beside("git_http_server.py"))
            .args(["--scheme", scheme, "--root"])
            .arg(directory.path())
            .arg("--tokens")
            .arg(tokens);
        let server = Server::start(command, directory.path().join("log"));
        let site = Sandbox::start();
        let env = TestEnv::new(&site)
            .var("PRUSA_CONNECT_URL", server.address())
            .var("GIT_TERMINAL_PROMPT", "0")
            .stored(&site.stored(3600));
        env.write(&env.home().join(".gitconfig"), GIT_CONFIG);
        let forge = Self {
            site,
            env,
            server,
            directory,
        };
        let repository = forge.directory.path().join("models.git");
        forge.git(&["init", "--quiet", "--bare", &repository.to_string_lossy()]);
        forge
    }

    /// Makes a profile answer for the host by its configuration, not as Connect.
    fn named_in_configuration(mut self) -> Self {
        let hosts = format!(
            "[profiles.prusa]\nhosts = [\"{}\"]\n",
            self.server.address()
        );
        self.env = self
            .env
            .var("PRUSA_CONNECT_URL", self.site.connect_url())
            .config(&hosts);
        self
    }

    /// Makes the host one of no profile: only a saved password is there.
    fn nobodys(mut self) -> Self {
        self.env = self.env.var("PRUSA_CONNECT_URL", self.site.connect_url());
        self
    }

    /// Has git ask a script in place of a person: the answer to every question is `text`.
    fn answering(mut self, text: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let script = self.directory.path().join("askpass");
        fs::write(&script, format!("#!/bin/sh\necho {text}\n")).expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).expect("a mode");
        self.env = self.env.var("GIT_ASKPASS", script);
        self
    }

    /// Makes the server take one token and no other.
    fn accept(&self, token: &str) {
        fs::write(self.directory.path().join("tokens"), token).expect("a list of tokens");
    }

    fn url(&self) -> String {
        format!("{}/models.git", self.server.address())
    }

    /// Returns the token that prusa-cred hands out now.
    fn token(&self) -> String {
        let ran = self.env.run(["get"]).any_stdout().success();
        ran.stdout.trim_end_matches('\n').to_owned()
    }

    /// Runs git, however it ends.
    fn try_git(&self, arguments: &[&str]) -> Output {
        self.env.run_as("git", arguments).outcome()
    }

    /// Runs git, which must succeed; returns its output.
    fn git(&self, arguments: &[&str]) -> String {
        let ran = self.try_git(arguments);
        assert_eq!(ran.status, 0, "{ran}");
        ran.stdout.trim_end().to_owned()
    }

    /// Runs `git credential VERB` on a description, however it ends.
    fn git_credential(&self, verb: &str, description: &str) -> Output {
        self.env
            .run_as("git", ["credential", verb])
            .stdin(description)
            .outcome()
    }

    /// Describes this server as git does, with further lines.
    fn described(&self, lines: &str) -> String {
        let host = self
            .server
            .address()
            .strip_prefix("http://")
            .expect("plain http");
        format!("{lines}protocol=http\nhost={host}\n")
    }

    /// Clones, commits an incompressible file of `size` bytes, pushes, and checks that it arrived.
    fn clone_and_push(&self, clone: &str, size: usize, options: &[&str]) {
        self.git(&["clone", "--quiet", &self.url(), clone]);
        let mut content = vec![0; size];
        getrandom::fill(&mut content).expect("randomness");
        fs::write(self.env.home().join(clone).join(clone), content).expect("a file");
        self.git(&["-C", clone, "add", "."]);
        self.git(&["-C", clone, "commit", "--quiet", "--message", clone]);
        let push = ["push", "--quiet", "origin", "HEAD:main"];
        self.git(&[&["-C", clone], options, &push].concat());

        let repository = self.directory.path().join("models.git");
        let repository = repository.to_string_lossy();
        assert_eq!(
            self.git(&["-C", &repository, "rev-parse", "main"]),
            self.git(&["-C", clone, "rev-parse", "HEAD"]),
        );
        self.git(&["-C", &repository, "fsck", "--strict"]);
    }

    /// Returns how many requests were accepted.
    fn let_in(&self, scheme: &str) -> usize {
        let end = format!(" {scheme} 200");
        self.server
            .log()
            .iter()
            .filter(|line| line.ends_with(&end))
            .count()
    }
}

#[test]
fn git_clones_and_pushes_by_bearer() {
    let forge = Forge::start("bearer");
    forge.accept(&forge.token());

    forge.clone_and_push("small", 1000, &[]);
    // Ahead of a push that they stream, git 2.46 to 2.53 send a probe without the bearer header that they hold.
    forge.clone_and_push("large", LARGE, &["-c", "http.postBuffer=64M"]);

    assert!(forge.let_in("bearer") >= 7, "{:?}", forge.server.log());
    assert_eq!(forge.let_in("basic"), 0);
    assert_eq!(forge.site.refreshes(), 0);
}

#[test]
fn git_clones_and_pushes_by_basic_where_only_that_is_offered() {
    let forge = Forge::start("basic").named_in_configuration();
    forge.accept(&forge.token());

    forge.clone_and_push("small", 1000, &[]);
    forge.clone_and_push("large", LARGE, &[]);

    assert!(forge.let_in("basic") >= 8, "{:?}", forge.server.log());
    assert_eq!(forge.let_in("bearer"), 0);
    assert_eq!(forge.site.refreshes(), 0);
}

#[test]
fn a_rejected_token_causes_one_refresh() {
    for scheme in ["bearer", "basic"] {
        let forge = Forge::start(scheme);
        let first = forge.token();

        let refused = forge.try_git(&["ls-remote", &forge.url()]);
        assert_eq!(refused.status, 128, "{refused}");
        assert_eq!(forge.site.refreshes(), 0, "{scheme}: evidence, no more");

        let second = forge.token();
        assert_ne!(second, first, "{scheme}");
        forge.accept(&second);
        forge.git(&["ls-remote", &forge.url()]);
        assert_eq!(forge.site.refreshes(), 1, "{scheme}");
    }
}

#[test]
fn a_server_that_rejects_every_token_causes_one_refresh() {
    let forge = Forge::start("bearer");
    for _ in 0..4 {
        let refused = forge.try_git(&["ls-remote", &forge.url()]);
        assert_eq!(refused.status, 128, "{refused}");
    }
    assert_eq!(forge.site.refreshes(), 1);

    let last = forge.try_git(&["ls-remote", &forge.url()]);
    assert!(
        last.stderr.contains("prusa-cred: "),
        "it should say that a fresh token is refused: {last}"
    );
}

#[test]
fn git_credential_fill_gets_bearer_if_git_supports_it() {
    let forge = Forge::start("bearer");
    let token = forge.token();

    let challenge = "capability[]=authtype\nwwwauth[]=Bearer realm=\"x\"\n";
    let ran = forge.git_credential("fill", &forge.described(challenge));
    assert_eq!(ran.status, 0, "{ran}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    for expected in [
        "capability[]=authtype",
        "authtype=Bearer",
        &format!("credential={token}"),
        "ephemeral=1",
    ] {
        assert!(lines.contains(&expected), "{expected} is not there");
    }
    assert!(!ran.stdout.contains("password="));
}

#[test]
fn git_credential_fill_gets_basic_otherwise() {
    let forge = Forge::start("basic");
    let token = forge.token();
    let expires_at = forge.env.tokens()["expires_at"].clone();

    for before in [
        "",
        "capability[]=authtype\nwwwauth[]=Basic realm=\"x\"\n",
        "wwwauth[]=Bearer realm=\"x\"\n",
    ] {
        let request = forge.described(before);
        let ran = forge.git_credential("fill", &request);
        assert_eq!(ran.status, 0, "{ran}");
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert!(
            lines.contains(&format!("password={token}").as_str()),
            "{request}"
        );
        assert!(
            lines.contains(&format!("password_expiry_utc={expires_at}").as_str()),
            "{request}"
        );
        assert!(!ran.stdout.contains("authtype=Bearer"), "{request}");
    }
}

#[test]
fn approve_stores_nothing_and_reject_causes_a_refresh() {
    let forge = Forge::start("basic");
    let first = forge.token();
    let ours = forge.described(&format!("username=oauth2\npassword={first}\n"));

    let approved = forge.git_credential("approve", &ours);
    assert_eq!((approved.status, &*approved.stderr), (0, ""));
    assert!(
        !forge
            .env
            .data_dir()
            .join("prusa-cred/credentials.json")
            .exists()
    );
    assert_eq!(forge.token(), first);

    let somebody_elses = forge.described("username=oauth2\npassword=another\n");
    forge.git_credential("reject", &somebody_elses);
    assert_eq!(forge.token(), first);
    assert_eq!(forge.site.refreshes(), 0);

    let rejected = forge.git_credential("reject", &ours);
    assert_eq!((rejected.status, &*rejected.stderr), (0, ""));
    assert_ne!(forge.token(), first);
    assert_eq!(forge.site.refreshes(), 1);
}

#[test]
fn git_gets_nothing_for_a_host_that_no_profile_names() {
    let forge = Forge::start("bearer");
    let ran = forge.git_credential(
        "fill",
        "capability[]=authtype\nprotocol=https\nhost=git.example.com\n",
    );
    assert_eq!((ran.status, &*ran.stdout), (128, ""), "{ran}");
}

#[test]
fn git_saves_a_working_password_and_uses_it() {
    let forge = Forge::start("basic").nobodys().answering("S3NTRY-typed");
    forge.accept("S3NTRY-typed");

    let first = forge.try_git(&["ls-remote", &forge.url()]);
    assert_eq!(first.status, 0, "{first}");
    assert!(first.stderr.contains("saved in plain text in "), "{first}");
    let forge = forge.answering("nothing-that-works");
    forge.clone_and_push("small", 1000, &[]);
    forge.clone_and_push("large", LARGE, &[]);
    assert!(forge.let_in("basic") >= 8, "{:?}", forge.server.log());
    assert_eq!(forge.site.refreshes(), 0);
}

#[test]
fn a_rejected_password_is_erased() {
    let forge = Forge::start("basic").nobodys();
    let typed = forge.described("username=ada\npassword=S3NTRY-old\n");
    forge.git_credential("approve", &typed);
    forge.accept("S3NTRY-new");
    let other = forge.described("username=bob\npassword=S3NTRY-new\n");

    let refused = forge.try_git(&["ls-remote", &forge.url()]);
    assert_eq!(refused.status, 128, "{refused}");
    let asked = forge.git_credential("fill", &forge.described(""));
    assert_eq!((asked.status, &*asked.stdout), (128, ""), "{asked}");

    forge.git_credential("approve", &other);
    forge.git(&["ls-remote", &forge.url()]);
    let stale = forge.described("username=bob\npassword=S3NTRY-old\n");
    forge.git_credential("reject", &stale);
    forge.git(&["ls-remote", &forge.url()]);
}

#[test]
fn setup_makes_git_ask_only_us_until_undone() {
    let forge = Forge::start("bearer");
    let before =
        "[credential]\n\thelper = store\n[user]\n\tname = Ada\n\temail = ada@example.com\n";
    let file = forge.env.home().join(".gitconfig");
    forge.env.write(&file, before);
    let link = forge.env.home().join("bin/git-credential-prusa-cred");
    fs::remove_file(&link).expect("a link");
    forge.accept(&forge.token());
    let setup = |word: &str| {
        let ran = forge.env.run(["setup", "git", word]).any_stdout().success();
        ran.stdout
    };

    let shown = setup("--apply");
    assert!(
        shown.contains("`store` (~/.gitconfig) is no longer asked"),
        "{shown}"
    );
    let filled = forge.git_credential("fill", &forge.described("capability[]=authtype\n"));
    assert!(filled.stdout.contains("authtype=Bearer\n"), "{filled}");
    forge.git(&["clone", "--quiet", &forge.url(), "clone"]);
    assert!(!forge.env.home().join(".git-credentials").exists());

    setup("--undo");
    assert_eq!(fs::read_to_string(&file).expect("it"), before);
    assert!(!link.is_symlink());
    assert_ne!(
        forge
            .try_git(&["clone", "--quiet", &forge.url(), "again"])
            .status,
        0
    );
}

#[test]
fn an_entry_with_a_path_is_for_the_repositories_below_it() {
    let mut forge = Forge::start("bearer");
    for repository in ["team-a/models.git", "team-b/models.git"] {
        let directory = forge.directory.path().join(repository);
        forge.git(&["init", "--quiet", "--bare", &directory.to_string_lossy()]);
    }
    let hosts = format!(
        "[profiles.prusa]\nhosts = [\"{}/team-a\"]\n",
        forge.server.address()
    );
    forge.env = forge
        .env
        .var("PRUSA_CONNECT_URL", forge.site.connect_url())
        .config(&hosts);
    forge.accept(&forge.token());
    let clone = |repository: &str| {
        let url = format!("{}/{repository}/models.git", forge.server.address());
        forge.try_git(&["clone", "--quiet", &url, repository])
    };

    let applied = forge.env.run(["setup", "git", "--apply"]);
    applied.any_stdout().success();
    let ours = clone("team-a");
    assert_eq!(ours.status, 0, "{ours}");
    let before = forge.let_in("bearer");
    let other = clone("team-b");
    assert_eq!(other.status, 128, "{other}");
    assert_eq!(forge.let_in("bearer"), before);
}
