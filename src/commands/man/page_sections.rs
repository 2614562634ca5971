//! Sections of single commands' manual pages: what is too long for a help text.

use super::sections::Section;

/// Returns the sections that a command's page has of its own.
pub(super) fn of(command: &str) -> &'static [Section] {
    match command {
        "login" => &LOGIN,
        "get" => &GET,
        "git" => &GIT,
        "list" => &LIST,
        "seal" => &SEAL,
        _ => &[],
    }
}

const LOGIN: [Section; 3] = [
    Section {
        title: "PROTECTED RESOURCES",
        text: &[
            "login ADDRESS signs in for the MCP server, or any other protected resource, at that address: it reads the resource's metadata (RFC 9728), finds the authorization server, registers a client there, signs in with a browser or a device code, and adds a profile for exactly that address and what lies below it. Another resource on the same host gets a login of its own. If the sign-in page is on one host and the token endpoint on another, it names both and asks whether they belong together.",
            "Where the server does not register clients, name one that you registered by hand, with its redirect URI: --client-id ID --redirect-uri http://localhost:3118/callback. Where it takes client ID metadata documents, publish what --print-client-document --client-id https://example.com/prusa-cred.json prints at that address, and sign in with the same --client-id.",
        ],
        terms: &[],
    },
    Section {
        title: "OTHER ACCOUNTS",
        text: &[
            "With --provider oauth --issuer URL --client-id ID --host HOST a profile is made for any OAuth 2.0 or OpenID Connect server, with --provider practicus --url URL for a Practicus AI region, with --provider kognic --credentials FILE for Kognic. The client's redirect URI is http://127.0.0.1/ (any port) unless the profile has another. --scopes adds to the scopes of a login.",
            "Kognic's client credentials need no login: KOGNIC_CREDENTIALS or ~/.config/kognic/credentials.json is enough for get --provider kognic, and get --env NAME takes an environment of environments.json. A keyring that is locked or does not answer delays a command by two seconds at most, and is not asked while the stored token is valid.",
        ],
        terms: &[],
    },
    Section {
        title: "UNATTENDED MACHINES",
        text: &[
            "login --no-store prints the login as JSON instead of storing it, for PRUSA_TOKENS_JSON on another machine; its issuer and client_id, if it has them, have to be those of the profile there. When it is refreshed, the new token set is stored in a file whose name comes from the refresh token in the variable, and the next process with the same variable uses that file. Where that machine's disk does not last, on_rotate in the profile names a command that saves each new token set.",
        ],
        terms: &[],
    },
];

const GET: [Section; 1] = [Section {
    title: "STANDARD INPUT",
    text: &[
        "get reads stdin only if there is a request of git, Docker or Bazel on it, so it can be used inside a `while read` loop. If such a loop reads a list of hosts from a pipe, use get --format raw: with --format, --token, --profile or an address stdin is never looked at.",
    ],
    terms: &[],
}];

const GIT: [Section; 1] = [Section {
    title: "BEARER AND BASIC",
    text: &[
        "git 2.46 and newer get a bearer token, older ones the same token as the password of user oauth2. Where a server accepts only one of the two, set git_auth = \"bearer\" or git_auth = \"basic\" in the profile.",
        "git 2.46 to 2.53 cannot push more than http.postBuffer (1 MiB) with a bearer token, because the request that they send ahead lacks the header: git config --global http.postBuffer 524288000 helps, and so does git_auth = \"basic\". The latter is also needed for a server of plain files (without git http-backend), from which git fetches objects without the header.",
    ],
    terms: &[],
}];

const LIST: [Section; 1] = [Section {
    title: "SAVED PASSWORDS",
    text: &[
        "For hosts that no profile names, git and Docker can save their passwords in prusa-cred, so that it is the only helper that you need. get https://git.example.com prints one; forget https://git.example.com removes it (--username NAME for one of several, --all for all). What was saved with a path (git's useHttpPath, an index of pip or cargo) answers for that path and no other.",
        "The file is sealed if there is a keyring when the first password is saved; else it is plain and readable by you alone, and a message says so. With --profile or PRUSA_CRED_PROFILE, prusa-cred answers for that profile's hosts only.",
    ],
    terms: &[],
}];

const SEAL: [Section; 1] = [Section {
    title: "SEALED LOGINS",
    text: &[
        "Logins are plain files that only you can read. Sealed, that is encrypted with XChaCha20-Poly1305, a file is useless without the key, which is kept in Secret Service, Keychain or Credential Manager, or in a key file (--key-file FILE; it is made if it is missing).",
        "A sealed file is bound to its profile and kind: in the place of another one it is refused, also under the same key. So is a plain login where the configuration says that it is sealed, until seal seals it or unseal accepts it. That an older copy of the same file was put back cannot be noticed.",
        "systemd can keep the key for a service: seal = \"$CREDENTIALS_DIRECTORY/prusa-cred-key\" at the top of config.toml, and LoadCredentialEncrypted=prusa-cred-key in the unit. The Python SDK cannot read a sealed login. If the key is lost, everything that was sealed with it is lost too, and backups may still hold the plain files from before.",
    ],
    terms: &[],
}];
