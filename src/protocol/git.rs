//! git's credential protocol (git-credential(1) "Input/output format"): lines of `key=value`.
//!
//! Helpers have been tricked by lines that git did not mean (CVE-2020-5260, CVE-2024-50338 and others), so a request is
//! read as bytes, only LF ends a line, and whatever could be read in two ways is refused. A request that does not name
//! both a scheme and a host matches nothing (CVE-2020-11008). Secret: `password` and `credential`, in and out.
//!
//! # What git does
//!
//! Sources: git-credential(1), gitcredentials(7), git's `credential.c` and `http.c`, release notes; all of it was tried
//! with git 2.47.
//!
//! - The verb is the last argument: `get`, `store`, `erase`, or `capability`. A verb that is not known is ignored
//!   without a word and with status 0. git writes no blank line to a helper, so stdin is read to its end.
//! - git does not look at the exit status of `get`: it takes every attribute that was printed. So an answer is made
//!   whole before it is printed, and one that cannot be given is empty: git then asks the next helper, or the person.
//! - A key that ends in `[]` is a list. Unknown keys are dropped. A line has at most 65,535 bytes. Values hold no LF,
//!   and since January 2025 no CR; helpers must not rely on that, as `credential.protectProtocol` turns it off.
//! - `host` has the port where the address has one, in whatever case it was written. `path` is there only with
//!   `useHttpPath`, percent-decoded and with the query. Mail servers (`smtp`, `imap`) and client certificates (`cert`,
//!   with an empty host) use the protocol too.
//! - `password_expiry_utc` (2.40) is in Unix seconds; 0, and what is no number, mean "never". It counts for
//!   `credential` too.
//! - `wwwauth[]` (2.41) is one line for each `WWW-Authenticate` header of a 401. It is not there on `store`.
//! - `capability[]=authtype` (2.46): git takes `authtype` and `credential`, which it joins by a space into an
//!   `Authorization` header. The answer repeats the capability first, or `git credential fill` drops both. Without it
//!   in the request only `username` and `password` count. `ephemeral=1` asks other helpers not to save it.
//! - After a 401 git calls `erase` and fails; it does not ask again within the same command.
//! - `store` and `erase` go to every helper. `erase` must leave an entry whose secret is another than the one refused.
//!
//! ```text
//! get     capability[]=authtype            answer  capability[]=authtype
//!         capability[]=state                       authtype=Bearer
//!         protocol=https                           credential=T0K3N
//!         host=code.example.com:8443               ephemeral=1
//!         wwwauth[]=Bearer realm="x"               password_expiry_utc=1893456000
//! ```

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    Protocol, ProtocolError, Recognition, check_length, check_printable, check_single_line,
    malformed,
};
use crate::credential::{
    Credential, GitAuth, Offered, Request, Secret, Target, challenge, encoded,
};
use crate::token::UnixTime;

/// The answer to the `capability` verb.
pub(crate) const CAPABILITIES: &str = "version 0\ncapability authtype\n";

/// How a request of git, or one written by hand in the same form, begins.
const FIRST_KEYS: [&str; 15] = [
    "capability[]=",
    "protocol=",
    "host=",
    "path=",
    "username=",
    "password=",
    "url=",
    "wwwauth[]=",
    "authtype=",
    "credential=",
    "ephemeral=",
    "oauth_refresh_token=",
    "password_expiry_utc=",
    "continue=",
    "state[]=",
];

/// What git wrote to a helper's stdin.
#[derive(Debug)]
pub(crate) struct GitInput {
    /// `None` for a request that names no scheme or host, or one that is never served.
    pub(crate) request: Option<Request>,
    /// The secrets in a request to store or erase.
    pub(crate) offered: Offered,
}

/// Reads what git writes to a helper. A blank line or the end of the input ends it.
///
/// `url=`, which git accepts from people but never passes on, is accepted in place of `protocol` and `host`. A user
/// name and a password in it count as git has it: what follows on lines of their own wins, a user name before it does
/// not.
///
/// # Errors
///
/// When the input is too long, or contains a NUL or a CR within a line, a line without a key or `=`, a key twice with
/// different values, `url` beside `protocol` or `host` or with an encoded line break, or a value that should be UTF-8
/// and is not.
pub(crate) fn parse(input: &[u8]) -> Result<GitInput, ProtocolError> {
    let mut fields = Fields::default();
    for line in check_length(input)?.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        fields.take(line)?;
    }
    Ok(GitInput {
        request: fields.request()?,
        offered: fields.offered()?,
    })
}

#[derive(Default)]
struct Fields<'a> {
    single: BTreeMap<&'a [u8], &'a [u8]>,
    /// Whether `username` stands before `url`, whose user name then replaces it.
    has_username_before_url: bool,
    capabilities: Vec<&'a [u8]>,
    challenges: Vec<&'a [u8]>,
}

impl<'a> Fields<'a> {
    /// Adds a line, `KEY=VALUE` without its newline. Fails if it is malformed or its key had another value. Unknown
    /// lists are ignored.
    fn take(&mut self, line: &'a [u8]) -> Result<(), ProtocolError> {
        if line.contains(&b'\r') || line.contains(&0) {
            return malformed("a line holds a carriage return or a NUL");
        }
        let mut parts = line.splitn(2, |byte| *byte == b'=');
        let (Some(key), Some(value)) = (parts.next(), parts.next()) else {
            return malformed("a line has no \"=\"");
        };
        match key {
            b"" => return malformed("a line has no key"),
            b"capability[]" => append(&mut self.capabilities, value),
            b"wwwauth[]" => append(&mut self.challenges, value),
            _ if key.ends_with(b"[]") => {}
            _ => {
                self.has_username_before_url |=
                    key == b"url" && self.single.contains_key(&b"username"[..]);
                if *self.single.entry(key).or_insert(value) != value {
                    return malformed("a key appears twice with different values");
                }
            }
        }
        Ok(())
    }

    /// Returns a key's value; `None` without the key. Fails if it is not UTF-8.
    fn text(&self, key: &str) -> Result<Option<&'a str>, ProtocolError> {
        let Some(value) = self.single.get(key.as_bytes()) else {
            return Ok(None);
        };
        let Ok(text) = std::str::from_utf8(value) else {
            return malformed("a value is not UTF-8");
        };
        Ok(Some(text))
    }

    /// Returns the request that the fields describe; `None` if they have no target or one that is not valid. Fails as
    /// `target`.
    fn request(&self) -> Result<Option<Request>, ProtocolError> {
        let path = self.text("path")?.filter(|path| !path.is_empty());
        let username = self.text("username")?.map(str::to_owned);
        let Some(named) = self.target()? else {
            return Ok(None);
        };
        let username = match username {
            Some(_) if self.has_username_before_url && named.username.is_some() => named.username,
            username => username.or(named.username),
        };
        Ok(Some(Request {
            // What git has decoded would be decoded again by whoever reads an address, or cut at a `?`.
            path: path.map(encoded).or(named.path),
            target: named.target,
            path_decides: path.is_some(),
            username,
            challenges: self
                .challenges
                .iter()
                .flat_map(|header| challenge::schemes(header))
                .collect(),
            missing_scopes: self
                .challenges
                .iter()
                .flat_map(|header| challenge::missing_scopes(header))
                .collect(),
            takes_bearer: self.capabilities.iter().any(|it| *it == b"authtype"),
        }))
    }

    /// Returns a request for the target in `protocol` and `host`, or in `url`, which is https or http and may have a
    /// path; `None` if they name none, or one that is not valid, or a `url` without a scheme that is not on this
    /// machine, or a protocol's own tokens. Fails if there is a `url` beside either of the others, or a value is not
    /// UTF-8.
    fn target(&self) -> Result<Option<Request>, ProtocolError> {
        match (
            self.text("protocol")?,
            self.text("host")?,
            self.text("url")?,
        ) {
            (Some(protocol), ..) if Protocol::is_namespace(protocol) => Ok(None),
            (Some(protocol), Some(host), None) => {
                Ok(Target::from_parts(protocol, host).map(Request::new))
            }
            (None, None, Some(url)) => {
                let UrlParts { url, username, .. } = split_url(url)?;
                let request = Request::for_url_with_scheme(&url).ok();
                Ok(request.map(|request| Request {
                    username,
                    ..request
                }))
            }
            (_, _, None) => Ok(None),
            (_, _, Some(_)) => malformed("it has a URL beside a protocol or host"),
        }
    }

    /// Returns a key's value as a secret; `None` without the key. Fails if it is not UTF-8.
    fn secret(&self, key: &str) -> Result<Option<SecretString>, ProtocolError> {
        Ok(self.text(key)?.map(SecretString::from))
    }

    /// Returns the secrets that git wants to store or erase. Fails if a value is not UTF-8. The scheme of a
    /// `credential` without `authtype` is empty; `authtype` alone is ignored.
    fn offered(&self) -> Result<Offered, ProtocolError> {
        let header = match (self.text("authtype")?, self.secret("credential")?) {
            (Some(scheme), Some(value)) => Some((scheme.to_owned(), value)),
            // Git writes both or neither; a lone one is still what a server refused.
            (None, Some(value)) => Some((String::new(), value)),
            (_, None) => None,
        };
        let of_url = || {
            let parts = self.text("url")?.map(split_url).transpose()?;
            Ok::<_, ProtocolError>(parts.and_then(|parts| parts.password))
        };
        Ok(Offered {
            password: match self.secret("password")? {
                None => of_url()?,
                password => password,
            },
            header,
            expires_at: self.text("password_expiry_utc")?.and_then(expiry),
            oauth_refresh_token: self.secret("oauth_refresh_token")?,
            is_ephemeral: self.text("ephemeral")?.is_some_and(is_true),
        })
    }
}

/// The parts of a `url` that git takes apart.
struct UrlParts {
    /// Without user name and password.
    url: String,
    username: Option<String>,
    password: Option<SecretString>,
}

/// Takes user name and password, which are percent-encoded, out of an address; an empty user name counts as none. Where
/// they have what may not stand in an address they stay, so that it is refused. Fails with an encoded line break or NUL
/// anywhere, and for a user name or password that is not UTF-8.
fn split_url(url: &str) -> Result<UrlParts, ProtocolError> {
    if percent_decoded(url)
        .iter()
        .any(|byte| b"\n\r\0".contains(byte))
    {
        return malformed("its URL has an encoded line break, carriage return or NUL");
    }
    let without_user = || UrlParts {
        url: url.to_owned(),
        username: None,
        password: None,
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return Ok(without_user());
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok(without_user());
    };
    // A backslash ends the host for programs that read addresses as browsers do: `https://evil.example\@good.example`.
    if !is_plain(user) {
        return Ok(without_user());
    }
    let (username, password) = match user.split_once(':') {
        Some((username, password)) => (username, Some(password)),
        None => (user, None),
    };
    let decoded = |text: &str| match String::from_utf8(percent_decoded(text)) {
        Ok(text) => Ok(text),
        Err(_) => malformed("a value is not UTF-8"),
    };
    let username = Some(decoded(username)?).filter(|it| !it.is_empty());
    let password = password.map(decoded).transpose()?.map(SecretString::from);
    Ok(UrlParts {
        url: format!("{scheme}://{host}{after}"),
        username,
        password,
    })
}

/// Returns whether user name and password hold nothing but what may stand in an address as it is (RFC 3986 §3.2.1), and
/// escapes with two digits.
fn is_plain(user: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(&byte);
    let mut pieces = user.split('%');
    let is_escape = |piece: &str| {
        let digits = piece.get(..2).unwrap_or_default();
        digits.len() == 2 && digits.bytes().all(|it| it.is_ascii_hexdigit())
    };
    pieces
        .next()
        .is_none_or(|first| first.bytes().all(is_plain))
        && pieces.all(|piece| is_escape(piece) && piece.bytes().all(is_plain))
}

/// Returns a text percent-decoded, as bytes.
fn percent_decoded(text: &str) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut rest = text.as_bytes();
    let mut decoded = Vec::with_capacity(rest.len());
    while let Some((first, after)) = rest.split_first() {
        let value = match (first, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        decoded.push(value.unwrap_or(*first));
        rest = match value {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    decoded
}

/// Reads an expiry as git does: text that does not begin with a number, and zero, mean that there is none.
fn expiry(text: &str) -> Option<UnixTime> {
    let digits = text.len()
        - text
            .trim_start_matches(|it: char| it.is_ascii_digit())
            .len();
    let (digits, _) = text.split_at(digits);
    let seconds = digits.parse::<i64>().ok().filter(|seconds| *seconds > 0)?;
    Some(UnixTime::from_secs(seconds))
}

/// Reads a boolean as git does. An invalid one counts as true, so that less is saved.
fn is_true(text: &str) -> bool {
    let falsehoods = ["", "0", "no", "off", "false"];
    !falsehoods
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// Adds a value to a list of git's protocol; an empty one clears the list.
fn append<'a>(list: &mut Vec<&'a [u8]>, value: &'a [u8]) {
    if value.is_empty() {
        list.clear();
    } else {
        list.push(value);
    }
}

/// Renders an answer to `get`; an empty one means "ask the next helper": for a saved header if this git cannot send
/// one, and for a token if the server offers neither Bearer nor Basic and the profile does not insist.
///
/// # Errors
///
/// When a value cannot be written in a line: any control character in the token of a profile or its user name, or a
/// line break or NUL in a saved value.
pub(crate) fn render(
    request: &Request,
    credential: &Credential,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    match &credential.secret {
        Secret::Token(token) => {
            let value = token.value.expose_secret();
            render_token(request, credential, value, token.git_auth)
        }
        Secret::Password(password) => {
            let password = check_single_line("password", password.expose_secret())?;
            render_saved(credential, "", &["password=", password, "\n"])
        }
        Secret::Header { .. } if !request.takes_bearer => Ok(Zeroizing::default()),
        Secret::Header { scheme, value } => {
            let scheme = check_single_line("authtype", scheme)?;
            let value = check_single_line("credential", value.expose_secret())?;
            let lines = ["authtype=", scheme, "\ncredential=", value, "\n"];
            render_saved(credential, "capability[]=authtype\n", &lines)
        }
    }
}

/// Renders a token; the answer is empty if the server offers neither Bearer nor Basic and the profile does not insist.
/// Such a server (Negotiate, for example) would ignore the token, and git would then erase it as if it had been
/// rejected. A user name that git named, if not empty, replaces that of the credential.
fn render_token(
    request: &Request,
    credential: &Credential,
    token: &str,
    auth: GitAuth,
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    let token = check_printable("access token", token)?;
    let username = match request.username.as_deref() {
        None | Some("") => credential.username(),
        Some(asked) => asked,
    };
    let username = check_printable("user name", username)?;
    let mut lines = match scheme_for(request, auth) {
        None => return Ok(Zeroizing::default()),
        Some(GitScheme::Bearer) => vec![
            "capability[]=authtype\nauthtype=Bearer\ncredential=",
            token,
            "\nephemeral=1\n",
        ],
        Some(GitScheme::Basic) => vec!["username=", username, "\npassword=", token, "\n"],
    };
    let expiry = expiry_line(credential);
    lines.extend(expiry.as_deref());
    Ok(Zeroizing::new(lines.concat().into_bytes()))
}

/// Renders a saved credential unchanged: the line `capability`, which may be empty, the user name, the lines `secret`,
/// the expiry and the refresh token. Fails if the user name or refresh token has a line break or a NUL.
fn render_saved(
    credential: &Credential,
    capability: &str,
    secret: &[&str],
) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    let mut lines = vec![capability];
    if let Some(username) = &credential.username {
        lines.extend(["username=", check_single_line("user name", username)?, "\n"]);
    }
    lines.extend(secret);
    let expiry = expiry_line(credential);
    lines.extend(expiry.as_deref());
    if let Some(refresh_token) = &credential.oauth_refresh_token {
        let refresh_token = check_single_line("refresh token", refresh_token.expose_secret())?;
        lines.extend(["oauth_refresh_token=", refresh_token, "\n"]);
    }
    Ok(Zeroizing::new(lines.concat().into_bytes()))
}

/// Renders the line with the expiry, at least 1, as zero means to git that it never expires; `None` if it is unknown.
fn expiry_line(credential: &Credential) -> Option<String> {
    let at = credential.expires_at?;
    Some(format!("password_expiry_utc={}\n", at.as_secs().max(1)))
}

enum GitScheme {
    Bearer,
    Basic,
}

/// Chooses the scheme; `None` if the profile leaves it to the server, and that offers neither. Without challenges both
/// count as offered, and Bearer comes first. A git that cannot send it, as before 2.46, gets Basic, whatever the
/// profile wants.
fn scheme_for(request: &Request, auth: GitAuth) -> Option<GitScheme> {
    let says_nothing = request.challenges.is_empty();
    let offers = |name| says_nothing || request.challenges.iter().any(|offered| offered == name);
    let by_bearer = match auth {
        GitAuth::Auto if !offers("bearer") && !offers("basic") => return None,
        GitAuth::Auto => offers("bearer"),
        GitAuth::Bearer => true,
        GitAuth::Basic => false,
    };
    Some(if by_bearer && request.takes_bearer {
        GitScheme::Bearer
    } else {
        GitScheme::Basic
    })
}

/// Returns whether these first bytes of stdin begin a request of git.
pub(crate) fn looks_like(prefix: &[u8]) -> Recognition {
    let keys = || FIRST_KEYS.iter().map(|key| key.as_bytes());
    if keys().any(|key| prefix.starts_with(key)) {
        Recognition::Yes
    } else if keys().any(|key| key.starts_with(prefix)) {
        Recognition::NeedsMore
    } else {
        Recognition::No
    }
}

#[cfg(test)]
mod tests;
