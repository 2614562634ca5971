//! The options of `setup`, and the programs that it knows.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

/// Options of `setup`.
#[derive(Debug, Args)]
#[command(after_help = "\
The hosts are those of the profile that --profile or the default names, unless --host names one or more of them. If a \
setting of another program is in the way, nothing is changed; git's other helpers are turned off for these hosts alone. \
--undo reverts what --apply did, with the same --profile and --host, and leaves what was changed since.

`setup timer` has `prusa-cred refresh --all` run once a day: by a timer of systemd, by cron, launchd or the Task Scheduler.")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Setup {
    /// The program to set up; without one, those that are installed are listed with their state
    #[arg(value_name = "CLIENT")]
    pub(crate) subject: Option<Subject>,
    /// One of the profile's hosts (repeatable); for MCP clients the server's address
    #[arg(long = "host", value_name = "HOST", requires = "subject")]
    pub(crate) hosts: Vec<String>,
    /// List the programs that are not installed too
    #[arg(long, conflicts_with = "subject")]
    pub(crate) all: bool,
    /// Docker and Podman: be the store for the passwords of all registries
    #[arg(long, requires = "subject")]
    pub(crate) all_registries: bool,
    /// Make the changes
    #[arg(long, requires = "subject")]
    pub(crate) apply: bool,
    /// Revert the changes
    #[arg(long, requires = "subject", conflicts_with = "apply")]
    pub(crate) undo: bool,
}

/// What `setup` can set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A program that is to ask prusa-cred.
    Client(Client),
    /// What renews logins that nobody uses.
    Timer,
}

impl Subject {
    /// The word that stands for the timer.
    pub(crate) const TIMER: &str = "timer";
}

impl ValueEnum for Subject {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::Client(Client::Git),
            Self::Client(Client::Docker),
            Self::Client(Client::Podman),
            Self::Client(Client::Cargo),
            Self::Client(Client::Bazel),
            Self::Client(Client::Kubectl),
            Self::Client(Client::Terraform),
            Self::Client(Client::Go),
            Self::Client(Client::Pip),
            Self::Client(Client::Uv),
            Self::Client(Client::ClaudeCode),
            Self::Client(Client::VsCode),
            Self::Timer,
        ]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            Self::Client(client) => client.to_possible_value(),
            Self::Timer => {
                Some(PossibleValue::new(Self::TIMER).help("Renew every login once a day"))
            }
        }
    }
}

/// A program that `setup` can set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Client {
    /// credential.helper, for the profile's hosts
    Git,
    /// credHelpers in Docker's config.json
    Docker,
    /// credHelpers in auth.json, which Buildah and Skopeo read too
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

    /// Returns the names of the programs by which it is found on the search path.
    pub(crate) fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Git => &["git"],
            Self::Docker => &["docker"],
            Self::Podman => &["podman", "buildah", "skopeo"],
            Self::Cargo => &["cargo"],
            Self::Bazel => &["bazel", "bazelisk"],
            Self::Kubectl => &["kubectl"],
            Self::Terraform => &["terraform", "tofu"],
            Self::Go => &["go"],
            Self::Pip => &["pip", "pip3"],
            Self::Uv => &["uv"],
            Self::ClaudeCode => &["claude"],
            Self::VsCode => &["code", "codium"],
        }
    }
}
