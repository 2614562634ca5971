//! The options of `setup`, and the programs that it knows.

use std::sync::LazyLock;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

/// Options of `setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
The hosts are those of the profile that --profile or the default names, unless --host names one or more of them. If a \
setting of another program is in the way, nothing is changed; git's other helpers are turned off for these hosts alone. \
--undo reverts what --apply did, with the same --profile and --host, and leaves what was changed since.

With --all-registries, docker and podman ask prusa-cred for every registry, and `docker login` and `podman login` save \
what they are given in it. Helpers of single registries are kept. Podman still asks those that it asked before, after \
prusa-cred; a store that docker had is asked no more, and --undo brings it back.

With --json, the list is an array of objects (profile, client, installed, state, detail, command), and what would be \
changed for one program is one object.")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Setup {
    /// The program to set up; without one, those that are installed are listed with their state
    #[arg(value_name = "CLIENT")]
    pub(crate) client: Option<Subject>,
    /// One of the profile's hosts (repeatable); for MCP clients the server's address
    #[arg(long = "host", value_name = "HOST", requires = "client")]
    pub(crate) hosts: Vec<String>,
    /// Let docker or podman ask prusa-cred for all registries
    #[arg(long, requires = "client", conflicts_with = "hosts")]
    pub(crate) all_registries: bool,
    /// List the programs that are not installed too
    #[arg(long, conflicts_with = "client")]
    pub(crate) all: bool,
    /// Make the changes
    #[arg(long, requires = "client")]
    pub(crate) apply: bool,
    /// Revert the changes
    #[arg(long, requires = "client", conflicts_with = "apply")]
    pub(crate) undo: bool,
}

/// What `setup` can set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A program that asks prusa-cred.
    Client(Client),
    /// What runs prusa-cred once a day.
    Timer,
}

static SUBJECTS: LazyLock<Vec<Subject>> = LazyLock::new(|| {
    let clients = Client::value_variants().iter().copied();
    let clients = clients.map(Subject::Client);
    clients.chain([Subject::Timer]).collect()
});

impl ValueEnum for Subject {
    fn value_variants<'a>() -> &'a [Self] {
        &SUBJECTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Client(client) => client.to_possible_value(),
            Self::Timer => Some(PossibleValue::new("timer").help(
                "A daily `prusa-cred refresh --all`, which keeps logins alive that nobody uses: a timer of systemd, \
                 else a line in the crontab; launchd on macOS, the Task Scheduler on Windows",
            )),
        }
    }
}

/// A program that `setup` can set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    /// credential.helper, for the profile's hosts
    Git,
    /// credHelpers in Docker's config.json; with --all-registries, credsStore
    Docker,
    /// credHelpers in auth.json, which Buildah and Skopeo read too; with --all-registries, credential-helpers in
    /// registries.conf.d
    Podman,
    /// credential-provider of the registries on the profile's hosts
    Cargo,
    /// --credential_helper in .bazelrc
    Bazel,
    /// A user in the kubeconfig that runs prusa-cred
    Kubectl,
    /// credentials_helper in .terraformrc
    Terraform,
    /// GOAUTH, in the file of `go env -w`
    Go,
    /// keyring-provider in pip.conf
    Pip,
    /// keyring-provider in uv.toml
    Uv,
    /// An MCP server in .claude.json, with a command for its headers
    ClaudeCode,
    /// An MCP server in VS Code's mcp.json, run with a token in its environment
    #[value(name = "vscode")]
    VsCode,
}

impl Client {
    /// Returns the word that stands for it on the command line.
    pub(crate) fn word(self) -> String {
        let word = self.to_possible_value();
        word.map_or_else(String::new, |word| word.get_name().to_owned())
    }

    /// Returns the program's own name.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::Docker => "Docker",
            Self::Podman => "Podman",
            Self::Bazel => "Bazel",
            Self::Terraform => "Terraform",
            Self::Go => "Go",
            Self::ClaudeCode => "Claude Code",
            Self::VsCode => "VS Code",
            Self::Git | Self::Cargo | Self::Kubectl | Self::Pip | Self::Uv => return self.word(),
        };
        name.to_owned()
    }
}
