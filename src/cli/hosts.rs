//! The options of `hosts`.

use clap::{Args, ValueEnum};

/// Options of `hosts`.
#[derive(Debug, Args)]
#[command(
    override_usage = "prusa-cred hosts [--profile NAME]\n       prusa-cred hosts add HOST... [--profile NAME]\n       prusa-cred hosts remove HOST... [--profile NAME]",
    after_help = "\
A HOST is a host, with a port unless that is 443 (git.example.com:8443); `*.example.com`, in quotes, for every host with \
one name in the place of the star; or a whole address (https://git.example.com/team-a), which stands for that path and \
what lies below it."
)]
pub(crate) struct Hosts {
    /// What to do; without it the hosts are listed
    #[arg(value_enum, value_name = "ACTION", hide_possible_values = false)]
    pub(crate) action: Option<HostsAction>,
    /// The hosts or addresses to add or remove
    #[arg(
        value_name = "HOST",
        required_if_eq_any = [("action", "add"), ("action", "remove")]
    )]
    pub(crate) hosts: Vec<String>,
}

/// What `hosts` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HostsAction {
    /// List the hosts of each profile
    List,
    /// Have a profile answer for these too
    Add,
    /// Have a profile answer for these no longer
    #[value(alias = "rm")]
    Remove,
}
