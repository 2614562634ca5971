//! The sections of the main manual page, and of every page, that are not made from the help texts.

/// A section: paragraphs, then terms with their meanings.
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

pub(super) const OF_MAIN_PAGE: [Section; 12] = [
    Section {
        title: "EXAMPLES",
        text: &[],
        terms: &[
            (
                "prusa-cred login",
                "Sign in. The login is kept alive from then on.",
            ),
            (
                "prusa-cred hosts add git.example.com",
                "Give the token to another host too: it goes to those of its profile only.",
            ),
            (
                "git config --global credential.helper prusa-cred",
                "Let git ask prusa-cred, which answers for the hosts of its profiles only.",
            ),
            (
                "prusa-cred setup git --apply",
                "Make git ask only prusa-cred for the hosts of the default profile. The same works for docker, cargo and others.",
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
             (default = \"NAME\"; without it, a command that names none means the only profile with a login, and is an \
             error where there are several), may turn on the log of tokens that are handed out (audit = true; see AUDIT LOG), and \
             may have a table [profiles.NAME] for each account. A profile's name has 1 to 64 characters of \
             a-z 0-9 . _ - and begins with a letter or digit. These are the keys of a profile:",
        ],
        terms: &[
            (
                "provider",
                "Kind of service: \"prusa\", \"kognic\", \"practicus\" or \"oauth\". Required, except in the profiles prusa, kognic and practicus themselves.",
            ),
            (
                "hosts",
                "List of hosts that get this profile's tokens, such as \"git.example.com\", \"h:8443\" or \"*.example.com\" (* stands for one label). An entry may have a path, as \"git.example.com/team-a\": it is for that path and what lies below it, and of several entries the longest counts. No other host gets them, and these only over https, or over http on this machine. In the profiles prusa, kognic and practicus these are added to what is built in; in others they stand in the place of the provider's own hosts. `prusa-cred hosts` shows, adds and removes them.",
            ),
            ("email", "E-mail address to sign in with."),
            (
                "username",
                "User name that git and docker get with a token [oauth2].",
            ),
            (
                "min_ttl",
                "Time for which a token that is handed out must still be valid, such as \"2m\" [30s].",
            ),
            (
                "git_auth",
                "How git sends the token: \"auto\" (bearer where git and the server can), \"bearer\" or \"basic\" [auto].",
            ),
            ("token_file", "Another file for the login."),
            (
                "ca_file",
                "Certificates in PEM that are trusted in addition to the system's.",
            ),
            (
                "password_command, otp_command",
                "Shell commands that print the password and a one-time code; with these and email, prusa-cred signs in again by itself when a login has ended.",
            ),
            (
                "seal",
                "How the login is stored on disk: \"none\" (plain JSON that only its owner can read), \"keyring\" (encrypted with a key in the platform's keyring), or the path of a key file: absolute, ~/… or $CREDENTIALS_DIRECTORY/… [the seal above all tables, else the file stays as it is]. `prusa-cred seal` and `unseal` set it, and rewrite the files that exist. A login that is not sealed where this says that it is is refused: those commands accept it. A key file holds 32 bytes, raw or as base64 or hexadecimal text.",
            ),
            (
                "seal, seal_saved",
                "Above all tables: the same for all profiles that do not set it themselves, and for saved credentials [seal; if neither is set, a new file of saved credentials is sealed if there is a keyring].",
            ),
            (
                "seal_keys",
                "Above all tables: a list of further key files that stored files may be sealed with. Only the places that seal, seal_saved and seal_keys name are searched for the key of a sealed file, and the keyring. None is sealed with a key that only this list names. [none; seal and unseal add one here, below a comment, while they rewrite files]",
            ),
            (
                "on_rotate",
                "Shell command that gets each new token set on its stdin. It has at least 5 seconds, however little of --timeout is left.",
            ),
            (
                "account_url, connect_url, client_id, redirect_uri, scopes",
                "prusa: other endpoints, client and scopes than Prusa's own.",
            ),
            (
                "server, credentials, scopes",
                "kognic: the authentication server, the credentials (a file, or keyring://NAME for an item of the platform's keyring), and the scopes to request.",
            ),
            ("url", "practicus: the address of the region."),
            (
                "issuer, client_id, scopes, flow",
                "oauth: the server (its metadata is looked up there), the client ID that it knows prusa-cred by, the scopes to request, and how to sign in: \"browser\", \"device\" or \"client-credentials\" [whichever works].",
            ),
            (
                "authorization_endpoint, token_endpoint, device_authorization_endpoint, revocation_endpoint, jwks_uri",
                "oauth: endpoints, used instead of those in the server's metadata.",
            ),
            (
                "client_auth, client_secret_file, client_secret_command, private_key, key_id",
                "oauth: how the client authenticates: \"none\", \"client_secret_basic\", \"client_secret_post\" or \"private_key_jwt\", and where its secret or its key (PEM) is. [a secret is sent as the server's metadata says, in the header unless it takes it in the form alone]",
            ),
            (
                "client_registration, client_secret_expires_at",
                "oauth: written by `prusa-cred login ADDRESS`: \"dynamic\" for a client that registered itself, and when its secret runs out (seconds since 1970). Where the server no longer knows such a client, or its secret has run out, a login registers another one and changes these keys, client_id, client_auth, client_secret_file and redirect_port once it has worked.",
            ),
            (
                "endpoint_origins",
                "oauth: written by `prusa-cred login ADDRESS`, to say that the resource named the issuer, and not you: a sign-in asks before it uses endpoints on two origins that are not both in this list, and tokens are sent only to a token endpoint in it. Without it they are used as the issuer names them.",
            ),
            (
                "authorize_params",
                "oauth: a table of parameters that are added to the address of a sign-in in a browser, in place of those of the same name; one with an empty text is taken away, as by { access_type = \"offline\", prompt = \"\" }. What a sign-in is safe by (state, code_challenge, redirect_uri and the like) cannot be set. [with the scope offline_access a sign-in that brought no refresh token is repeated with prompt=consent]",
            ),
            (
                "audience, resource",
                "oauth: what the token is for (an address here gets it as an entry of \"hosts\" does). A login that was asked for with other scopes, another audience or another resource is not used: it is refreshed for these, or asked for anew.",
            ),
            (
                "redirect_uri, redirect_port",
                "oauth: where the browser comes back to, as it is registered for the client at the server: http://127.0.0.1, http://[::1] or http://localhost with any port and path [http://127.0.0.1/ on any free port]; or that port alone.",
            ),
        ],
    },
    Section {
        title: "PROFILES AND HOSTS",
        text: &[
            "A profile answers for a host if its hosts name it: exactly as written, apart from upper and lower case and the port that the scheme has by itself; *. stands for one label. Tokens go there over https, or over http on this machine. The profile prusa answers for connect.prusa3d.com, kognic for app.kognic.com and *.app.kognic.com, practicus for the host of its region. prusa-cred hosts add HOST adds one.",
            "Several profiles may name a host. The longest path wins; then --profile or PRUSA_CRED_PROFILE, the user name in the address (https://farm@git.example.com/; a profile's name, e-mail address or username), or default in config.toml decides. prusa-cred which URL tells which profile answers, and why.",
            "A request for a host that no profile names is answered from saved passwords or not at all, never with a token. Without a host, the profile is --profile, PRUSA_CRED_PROFILE, default, the only login there is, or prusa.",
        ],
        terms: &[],
    },
    Section {
        title: "FILES",
        text: &[
            "A file that names commands, servers, keys or credentials (config.toml and what it names, also Kognic's environments.json and Practicus AI's core.conf) is not used if another user may have written it or put it there. It and its directory have to belong to you or root, and neither group nor others may write to them. The directories above have to belong to you or root too, and may be writable by their group, but not by everybody; to whom your home directory and those above it belong does not matter. A directory for everybody with the sticky bit, such as /tmp, is fine; on a read-only mount the modes do not count, the owners do. The error names the command that mends it (chmod or chown); `prusa-cred doctor` checks all of it. On Windows nothing is checked.",
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
                "The login of any other profile. Like the two above it says whose it is (issuer, client_id); without that it belongs to its profile, and the two above to Prusa's own account.",
            ),
            (
                "DATA/prusa-cred/credentials.json",
                "What git and docker saved for hosts that no profile names, readable by its owner alone.",
            ),
            (
                "DATA/prusa-cred/audit.jsonl, audit.jsonl.1",
                "The audit log, readable by its owner alone: the current file, of up to 1 MiB, and the one before it.",
            ),
            (
                "DATA/prusa-cred/backups.jsonl",
                "Where the backups of the next kind are, readable by its owner alone.",
            ),
            (
                "FILE.before-prusa-cred",
                "Another program's file as it was before setup --apply changed it, readable by its owner alone: only where the change could not be taken back without it. setup --undo removes it, and so does any run of setup after a month; doctor names it.",
            ),
        ],
    },
    Section {
        title: "SAFETY",
        text: &[
            "Passwords and codes come from a hidden prompt, stdin, a command or the environment, never from the command line. No token appears in an error, in status or in the output of --verbose, and there are no core dumps.",
            "A failed refresh never deletes a login, and a file that cannot be read is never overwritten: login keeps it under another name. A rejected token (git's erase) leads to one refresh. Only logout ends a login.",
            "A login is used only at the server, and as the client, that it was made with: the token file has both (issuer, client_id). Where the configuration or a variable names another, nothing is sent or handed out; the error is login_required, names both, and the file stays as it is. A file without these fields, such as the SDK's, belongs to Prusa's own account, in another profile to that profile. A server on this machine is taken for a stand-in, which may use such a file.",
            "PRUSA_CONNECT_URL alone makes no other host one of the real account: its token goes there only if PRUSA_ACCOUNT_URL names another account too, or the configuration names the host. An access token that the server bound to a key (token_type DPoP, RFC 9449) is refused: it is no bearer token.",
            "TLS is checked against the system's certificates. Redirects are followed during sign-in only, within the account's own site; the address with the authorization code is read and never fetched.",
        ],
        terms: &[],
    },
    Section {
        title: "AUDIT LOG",
        text: &[
            "With audit = true at the top of config.toml, each token or saved credential that is handed out is recorded as a line of JSON, which prusa-cred log shows. It holds the time (at, in UTC), the profile or \"saved\" (profile), the command and format (protocol, format), the host if one was asked for (host), the token (access, identity, refresh or saved), and the caller: the process that ran prusa-cred (parent_pid) and its executable (parent, on Linux only). No line holds a secret.",
            "The line is written before the secret is printed, so there may be a line for a token that was not printed after all. If the line cannot be written, the token is handed out all the same, and a warning on stderr says so (not with --quiet, nor to Google's libraries, which read stderr too). Commands that prusa-cred runs itself (on_rotate) leave no line.",
        ],
        terms: &[],
    },
    Section {
        title: "COMING FROM OTHER TOOLS",
        text: &[
            "The command lines of prusactl auth and kognic-auth get-access-token work here with the first word replaced: auth login, auth show, auth status, auth print-access-token, auth print-identity-token, auth logout, auth clear, get-access-token, token, whoami. prusa-cred login --import takes over the logins of the Prusa SDK, kognic-auth and the Practicus AI SDK on this machine.",
            "Prusa's Python SDK and prusactl find a login where it is stored for both, in their own file: there it goes where they are used and prusa-cred has no login yet; login says so, or gives the command that moves one. They take no lock when they refresh: run their scripts with prusa-cred exec, so that only prusa-cred does.",
        ],
        terms: &[
            ("prusactl auth login", "prusa-cred login"),
            ("prusactl auth show", "prusa-cred status"),
            ("prusactl auth print-access-token", "prusa-cred get"),
            (
                "prusactl auth print-identity-token",
                "prusa-cred get --token identity",
            ),
            ("prusactl auth clear", "prusa-cred logout"),
            (
                "kognic-auth get-access-token",
                "prusa-cred get --provider kognic",
            ),
            (
                "kognic-auth get-access-token --env NAME",
                "prusa-cred get --env NAME",
            ),
            (
                "kognic-auth credentials put FILE --env NAME",
                "prusa-cred login --provider kognic --profile NAME --credentials FILE",
            ),
            (
                "prtcli login",
                "prusa-cred login --provider practicus --profile NAME --url https://practicus.example.com",
            ),
            (
                "git config --global --add credential.helper oauth (git-credential-oauth)",
                "prusa-cred login --profile NAME --issuer URL --client-id ID --host git.example.com, then prusa-cred setup git --profile NAME --apply",
            ),
            (
                "git config --global credential.helper store",
                "git config --global credential.helper prusa-cred, which saves passwords sealed where there is a keyring",
            ),
            (
                "npx mcp-remote https://mcp.example.com/mcp",
                "prusa-cred login https://mcp.example.com/mcp; in the client's configuration the address itself, with prusa-cred get --format headers https://mcp.example.com/mcp as the command for its headers",
            ),
            (
                "docker-credential-pass, docker-credential-secretservice",
                "prusa-cred setup docker --all-registries --apply",
            ),
        ],
    },
    Section {
        title: "ENVIRONMENT",
        text: &[
            "Variables that begin with PRUSA_CRED_ are for every profile; the other PRUSA_, KOGNIC_ and PRT_ variables are for the built-in profiles prusa, kognic and practicus.",
            "What prusa-cred starts (the commands of a profile, a browser, git, the command of exec) gets none of those that hold a token, a password or a secret. It is searched for in the absolute directories of PATH only, but for the command of exec.",
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
                "Where systemd puts the credentials of a service: \"$CREDENTIALS_DIRECTORY/NAME\" names a file there wherever a file is named, in the configuration, an option or a variable.",
            ),
            (
                "PRUSA_TOKENS_JSON",
                "A whole token set, used before the stored login. When it is refreshed, the new token set is stored, and the next process with the same variable uses that one.",
            ),
            (
                "PRUSA_TOKEN",
                "An access token, used before the stored login. It cannot be refreshed.",
            ),
            (
                "PRUSA_EMAIL, PRUSA_PASSWORD",
                "Sign in without asking: at login, and whenever a token is asked for and there is no login, or it has ended.",
            ),
            (
                "PRUSA_TOTP_SECRET",
                "The secret that one-time codes are computed from, in base32 or as an otpauth:// address.",
            ),
            ("PRUSA_TOKENS_FILE", "Another file for the login."),
            (
                "PRUSA_ACCOUNT_URL, PRUSA_CONNECT_URL, PRUSA_CLIENT_ID, PRUSA_REDIRECT_URI",
                "Other endpoints and client than Prusa's own. A stored login is used at the server, and as the client, that it was made with, and nowhere else. PRUSA_CONNECT_URL alone makes no other host one of the real account.",
            ),
            (
                "KOGNIC_CREDENTIALS, KOGNIC_CLIENT_ID, KOGNIC_CLIENT_SECRET",
                "Kognic's client credentials: a file or keyring://NAME, or client ID and secret. Without any, the item \"default\" of the platform's keyring is used, if there is one.",
            ),
            (
                "PRT_URL, PRT_TOKEN, PRT_EMAIL, PRT_PASSWORD",
                "A Practicus AI region, a refresh or access token of it, and the e-mail address and password to sign in there. A stored login is used at its own region only.",
            ),
            (
                "CLAUDE_CODE_MCP_SERVER_URL",
                "The address that get --format headers answers for, if none is given.",
            ),
            (
                "HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR",
                "Proxies (http, https or SOCKS, as socks5h://HOST:PORT) and trusted certificates, as other programs use them. The last two stand in the place of the system's certificates.",
            ),
        ],
    },
    Section {
        title: "ERRORS",
        text: &[
            "An error says what failed, why, and which command mends it. With --json, or PRUSA_CRED_ERRORS=json, it is one object on stderr: {\"error\": CODE, \"message\": …, \"hint\": …}, with earlier warnings as \"warnings\". CODE is one of login_required, invalid_credentials, otp_required, network, rate_limited, server, config, storage, locked, denied, usage. Docker's protocol wants errors on stdout, so they are printed there.",
        ],
        terms: &[],
    },
    Section {
        title: "EXIT STATUS",
        text: &[],
        terms: &[
            (
                "0",
                "Success. For git, also if there is no credential for the request: the answer is empty then.",
            ),
            (
                "1",
                "Failure. stderr says what failed, why, and how to fix it; for docker, stdout does.",
            ),
            ("2", "Bad usage."),
            (
                "126, 127",
                "From exec alone: the command cannot be executed, or does not exist.",
            ),
        ],
    },
    Section {
        title: "SPEED",
        text: &[
            "Other programs run prusa-cred get for every request that they make, so a token that is still good is found by reading one small file, and config.toml if there is one: no lock, no thread, no socket, no TLS. Measured on Linux (x86-64), get takes about 670,000 instructions and 6 MB of memory, most of both the dynamic loader's, and about 3 times as long as a static C program that opens the file, finds the token and prints it: half a millisecond. git credential fill takes 1.2 times as long as with a shell script that only prints.",
            "To measure on your machine: tests/bench/run in the source, with hyperfine, valgrind and strace. Linked statically, the program takes less than half of that: RUSTFLAGS=\"-C target-feature=+crt-static\" cargo install --path . --target x86_64-unknown-linux-gnu. Names of hosts are then looked up without the modules of the system's name service switch.",
        ],
        terms: &[],
    },
    Section {
        title: "SEE ALSO",
        text: &[
            "prusa-cred-login(1), prusa-cred-get(1), gitcredentials(7), git-config(1), docker-login(1), curl(1)",
        ],
        terms: &[],
    },
];
