//! The options of `login`.

use clap::{Args, Command, ValueEnum};

use super::{Kind, Kognic};

/// Options that `--import` does not take: it imports logins as they are.
const CONFLICTS_WITH_IMPORT: [&str; 17] = [
    "address",
    "provider",
    "email",
    "password_stdin",
    "otp_command",
    "browser",
    "device",
    "token_stdin",
    "save_password",
    "no_store",
    "url",
    "issuer",
    "client_id",
    "redirect_uri",
    "print_client_document",
    "new_client",
    "hosts",
];

/// Options of `login`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
The password comes from --password-stdin, the environment, the profile's password_command, or a prompt; the one-time \
code from --otp-command, the environment, the profile's otp_command, or a prompt. Neither is ever taken from the \
command line, where other users of this machine could read it. If nothing is configured yet, you are asked in the \
terminal which service to sign in to. With --profile NAME and --provider KIND a new profile of that name is made, once \
the sign-in has worked.

With --scopes a profile that exists gets these beside its own, in the configuration too.

For an ADDRESS a client is registered at its server. Where the server does not do that, either name a client that you \
registered there by hand (--client-id ID, and --redirect-uri as it is registered), or, if the server takes client ID \
metadata documents, publish what --print-client-document prints and name where it is (--client-id https://…).")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch on the command line"
)]
pub(crate) struct Login {
    /// Address of a protected server, such as an MCP server: finds its authorization server and signs in there
    pub(crate) address: Option<String>,
    /// Kind of service to sign in to
    #[arg(long, value_name = "KIND")]
    pub(crate) provider: Option<Kind>,
    /// E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Read the password from the first line of stdin
    #[arg(long, conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) password_stdin: bool,
    /// Run this shell command to get a one-time code
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["browser", "device", "token_stdin"])]
    pub(crate) otp_command: Option<String>,
    /// Sign in with a browser (for Google, Apple, passkeys)
    #[arg(long, conflicts_with = "device")]
    pub(crate) browser: bool,
    /// Sign in with a browser on another device
    #[arg(long)]
    pub(crate) device: bool,
    /// Practicus: read a refresh or access token from the first line of stdin instead of signing in
    #[arg(long)]
    pub(crate) token_stdin: bool,
    /// Practicus: store the password too, to sign in again without asking; only a sealed store may hold one
    #[arg(long, conflicts_with_all = ["no_store", "token_stdin"])]
    pub(crate) save_password: bool,
    /// Print the token set as JSON instead of storing it
    #[arg(long)]
    pub(crate) no_store: bool,
    /// Practicus: the address of the region [also: PRT_URL]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) kognic: Kognic,
    /// OAuth: the server's address (issuer), as in its metadata
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) issuer: Option<String>,
    /// OAuth: the client ID that the server knows prusa-cred by, or where the client's document is (https://…)
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// OAuth: the redirect URI that is registered for the client, such as http://localhost:3118/callback
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) redirect_uri: Option<String>,
    /// OAuth: print the client ID metadata document to publish at --client-id, and do nothing else
    #[arg(long, requires = "address", conflicts_with = "no_store")]
    pub(crate) print_client_document: bool,
    /// OAuth: register prusa-cred anew where the server has forgotten the client that it registered before
    #[arg(long, conflicts_with_all = ["client_id", "no_store", "print_client_document"])]
    pub(crate) new_client: bool,
    /// Host that a new profile gives its tokens to (repeatable)
    #[arg(long = "host", value_name = "HOST")]
    pub(crate) hosts: Vec<String>,
    /// Import the logins of other tools on this machine
    #[arg(long, value_name = "TOOL", num_args = 0..=1, default_missing_value = "all", conflicts_with_all = CONFLICTS_WITH_IMPORT)]
    pub(crate) import: Option<Import>,
}

impl Login {
    /// Returns the option, such as `--client-id`, that gives a new profile this key: that of the field with the key's
    /// name. `None` if there is none.
    pub(crate) fn option_for_key(key: &str) -> Option<String> {
        let command = Self::augment_args(Command::new("login"));
        let mut arguments = command.get_arguments();
        let argument = arguments.find(|argument| argument.get_id() == key)?;
        argument.get_long().map(|option| format!("--{option}"))
    }
}

/// A tool whose logins can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Import {
    /// Every tool below
    All,
    /// The Prusa Python SDK
    Prusa,
    /// kognic-auth
    Kognic,
    /// Practicus AI's SDK
    Practicus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_new_profile_have_their_options() {
        let table = [
            ("hosts", Some("--host")),
            ("email", Some("--email")),
            ("url", Some("--url")),
            ("server", Some("--server")),
            ("credentials", Some("--credentials")),
            ("scopes", Some("--scopes")),
            ("issuer", Some("--issuer")),
            ("client_id", Some("--client-id")),
            ("redirect_uri", Some("--redirect-uri")),
            ("address", None),
            ("resource", None),
            ("client_secret_file", None),
        ];
        for (key, option) in table {
            assert_eq!(Login::option_for_key(key).as_deref(), option, "{key}");
        }
    }
}
