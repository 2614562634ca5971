//! What the manual pages tell beside options and commands.

/// A section: paragraphs, then terms with what they mean.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) text: &'static [&'static str],
    pub(super) terms: &'static [(&'static str, &'static str)],
}

pub(super) const OF_EVERY_PAGE: [Section; 1] = [Section {
    title: "SEE ALSO",
    text: &["prusa-cred(1), for the options of every command, files, environment and exit status"],
    terms: &[],
}];

pub(super) const OF_MAIN_PAGE: [Section; 7] = [
    Section {
        title: "EXAMPLES",
        text: &[],
        terms: &[
            (
                "prusa-cred login",
                "Sign in. The login is kept alive from then on.",
            ),
            (
                "git config --global credential.helper prusa-cred",
                "Let git ask prusa-cred, which answers for the hosts of its profiles only.",
            ),
            (
                "prusa-cred setup git --apply",
                "Let git ask prusa-cred alone for the hosts of the default profile. The same for docker, cargo and others.",
            ),
            (
                "curl -H \"$(prusa-cred get --format header)\" https://connect.prusa3d.com/app/printers",
                "Call an API.",
            ),
            (
                "prusa-cred get --format curl | curl -K - https://connect.prusa3d.com/app/printers",
                "The same, with the token out of sight of other users of this machine.",
            ),
        ],
    },
    Section {
        title: "CONFIGURATION",
        text: &[
            "No configuration is needed for one Prusa Account. config.toml may name a profile to use by default \
             (default = \"NAME\"), may ask for a line of each token that is handed out (audit = true; see AUDIT LOG), and \
             may have a table [profiles.NAME] for each account. A profile's name is 1 to 64 of \
             a-z 0-9 . _ - and begins with a letter or digit. These are the keys of a profile:",
        ],
        terms: &[
            (
                "provider",
                "Kind of service: \"prusa\", \"kognic\", \"practicus\" or \"oauth\". Required, except in the profiles prusa, kognic and practicus themselves.",
            ),
            (
                "hosts",
                "List of hosts that are given this profile's tokens, such as \"git.example.com\", \"h:8443\" or \"*.example.com\" (one label). Only these are, and only over https, or over http on this machine.",
            ),
            ("email", "E-mail address to sign in with."),
            (
                "username",
                "User name that git and docker are told with a token [oauth2].",
            ),
            (
                "min_ttl",
                "Time that a token handed out has left at least, such as \"2m\" [30s].",
            ),
            (
                "git_auth",
                "How git sends the token: \"auto\" (bearer where git and the server can), \"bearer\" or \"basic\" [auto].",
            ),
            ("token_file", "Another file for the login."),
            (
                "ca_file",
                "Certificates in PEM that are trusted beside the system's.",
            ),
            (
                "password_command, otp_command",
                "Shell commands that print the password and a one-time code; with these and email a login that has ended is renewed unattended.",
            ),
            (
                "seal",
                "How the login rests on disk: \"none\" (plain JSON that only its owner can read), \"keyring\" (encrypted under a key in the platform's keyring), or the path of a key file: absolute, ~/… or $CREDENTIALS_DIRECTORY/… [the seal above all tables, else as the file is]. `prusa-cred seal` and `unseal` set it, and bring what is stored into that form. A key file holds 32 bytes, as they are or as base64 or hexadecimal text.",
            ),
            (
                "seal, seal_saved",
                "Above all tables: the same for all profiles that do not say it themselves, and for saved credentials [seal; if neither is there, a new file of saved credentials is sealed where a keyring answers].",
            ),
            (
                "on_rotate",
                "Shell command that gets each new token set on its stdin, and 5 seconds for it at the least, however little of --timeout is left.",
            ),
            (
                "account_url, connect_url, client_id, redirect_uri, scopes",
                "prusa: other endpoints, client and scopes than Prusa's own.",
            ),
            (
                "server, credentials, scopes",
                "kognic: the authentication server, the credentials (a file, or keyring://NAME for an item of the platform's keyring), and what to ask for.",
            ),
            ("url", "practicus: the address of the region."),
            (
                "issuer, client_id, scopes, flow",
                "oauth: the server (its metadata is looked up there), the client that it knows us as, what to ask for, and how to sign in: \"browser\", \"device\" or \"client-credentials\" [whichever works].",
            ),
            (
                "authorization_endpoint, token_endpoint, device_authorization_endpoint, revocation_endpoint, jwks_uri",
                "oauth: endpoints given by hand; they win over the server's metadata.",
            ),
            (
                "client_auth, client_secret_file, client_secret_command, private_key, key_id",
                "oauth: how the client shows who it is: \"none\", \"client_secret_basic\", \"client_secret_post\" or \"private_key_jwt\", and where its secret or its key (PEM) is.",
            ),
            (
                "audience, resource, redirect_port",
                "oauth: whom the token is for, and the port of the loopback redirect [any free one].",
            ),
        ],
    },
    Section {
        title: "FILES",
        text: &[
            "The configuration directory is $XDG_CONFIG_HOME, or ~/.config (on macOS ~/Library/Application Support, on Windows %APPDATA%), the data directory $XDG_DATA_HOME, or ~/.local/share (on macOS and Windows the same as for configuration).",
        ],
        terms: &[
            (
                "CONFIG/prusa-cred/config.toml",
                "The configuration, if there is one.",
            ),
            (
                "CONFIG/prusa-connect-sdk-client/tokens.json",
                "The login of the profile prusa, readable by its owner alone.",
            ),
            (
                "CONFIG/prusa-connect/prusa_tokens.json",
                "The file of Prusa's Python SDK. Where it exists and the one above does not, it is used in place, so that both share one login.",
            ),
            (
                "CONFIG/prusa-cred/tokens/NAME.json",
                "The login of any other profile.",
            ),
            (
                "DATA/prusa-cred/credentials.json",
                "What git and docker asked to keep for hosts that no profile names, readable by its owner alone.",
            ),
            (
                "DATA/prusa-cred/audit.jsonl, audit.jsonl.1",
                "The audit log, readable by its owner alone: the file that grows, up to 1 MiB, and the one before it.",
            ),
            (
                "FILE.before-prusa-cred",
                "Another program's file as it was before setup --apply changed it. setup --undo removes it where it puts that back.",
            ),
        ],
    },
    Section {
        title: "AUDIT LOG",
        text: &[
            "With audit = true at the top of config.toml each token or saved credential that is handed out leaves a line of JSON, which prusa-cred log shows. It tells when (at, in UTC), whose (profile, or \"saved\"), by which command and format (protocol, format), for which host if one was asked for, which token (access, identity, refresh or saved), and to whom: the process that ran prusa-cred (parent_pid) and the file that it runs (parent, where the system tells: Linux). No line holds a secret.",
            "The line is written before the secret, so a line may tell of a token that then did not get out, and no token gets out without one but where the line cannot be written: then a warning says so on stderr (not with --quiet, nor to Google's libraries, which read stderr too) and the token is handed out all the same. What prusa-cred runs by itself (on_rotate) leaves no line.",
        ],
        terms: &[],
    },
    Section {
        title: "ENVIRONMENT",
        text: &[
            "What begins with PRUSA_CRED_ is for every profile; the rest is for the built-in profile of its name: prusa, kognic, or practicus.",
        ],
        terms: &[
            (
                "PRUSA_CRED_PROFILE, PRUSA_CRED_CONFIG, PRUSA_CRED_NO_INPUT",
                "Like the options --profile, --config and --no-input.",
            ),
            (
                "PRUSA_CRED_ERRORS",
                "\"json\": errors and warnings are JSON objects on stderr.",
            ),
            (
                "CREDENTIALS_DIRECTORY",
                "Where systemd puts the credentials of a service: seal = \"$CREDENTIALS_DIRECTORY/NAME\" finds a key file there.",
            ),
            (
                "PRUSA_TOKENS_JSON",
                "A whole token set, used before anything stored. Its successors are kept, so that the next process with the same environment goes on from there.",
            ),
            (
                "PRUSA_TOKEN",
                "An access token, used before anything stored. Nothing can renew it.",
            ),
            (
                "PRUSA_EMAIL, PRUSA_PASSWORD",
                "Sign in without asking: at login, and whenever a token is asked for and there is no login, or it has ended.",
            ),
            (
                "PRUSA_TOTP_SECRET",
                "The secret of one-time codes, base32 or an otpauth:// address: codes are computed.",
            ),
            ("PRUSA_TOKENS_FILE", "Another file for the login."),
            (
                "PRUSA_ACCOUNT_URL, PRUSA_CONNECT_URL, PRUSA_CLIENT_ID, PRUSA_REDIRECT_URI",
                "Other endpoints and client than Prusa's own.",
            ),
            (
                "KOGNIC_CREDENTIALS, KOGNIC_CLIENT_ID, KOGNIC_CLIENT_SECRET",
                "Kognic's client credentials: a file or keyring://NAME, or the two of them. Without any, the item \"default\" of the platform's keyring is looked for.",
            ),
            (
                "PRT_URL, PRT_TOKEN, PRT_EMAIL, PRT_PASSWORD",
                "A Practicus AI region, a refresh or access token of it, and what signs in there.",
            ),
            (
                "CLAUDE_CODE_MCP_SERVER_URL",
                "The address that get --format headers answers for, where none is given.",
            ),
            (
                "HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE",
                "Proxies and trusted certificates, as other programs use them.",
            ),
        ],
    },
    Section {
        title: "EXIT STATUS",
        text: &[],
        terms: &[
            (
                "0",
                "Success. For git: also a request that is not for us, which gets an empty answer.",
            ),
            (
                "1",
                "Failure. stderr tells what failed, why, and what mends it; docker reads this on stdout.",
            ),
            ("2", "Bad usage."),
        ],
    },
    Section {
        title: "SEE ALSO",
        text: &[
            "prusa-cred-login(1), prusa-cred-get(1), gitcredentials(7), git-config(1), docker-login(1), curl(1)",
        ],
        terms: &[],
    },
];
