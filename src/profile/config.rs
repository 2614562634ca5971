//! `config.toml`: text in, profiles out.
//!
//! Read key by key, so that every error can name the file, the line and the key. An error never quotes a value:
//! somebody may have put a password where it does not belong.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use super::{
    Issuer, PRUSA, PRUSA_ACCOUNT_URL, PRUSA_CLIENT_ID, PRUSA_CONNECT_URL, PRUSA_REDIRECT_PATH,
    Profile, Profiles, PrusaEnvironment, PrusaSettings, parse_duration,
};
use crate::protocol::HostPattern;
use crate::protocol::git::GitAuth;

const USERNAME: &str = "oauth2";
const LONGEST_NAME: usize = 64;

/// What is wrong with the configuration, and where.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// Not TOML.
    #[error("{}:{line}: {why}", .file.display())]
    Syntax {
        file: PathBuf,
        line: usize,
        why: String,
    },
    /// A key that is not known, is missing, or has a value that will not do.
    #[error("{}:{line}: {key}: {why}", .file.display())]
    Key {
        file: PathBuf,
        line: usize,
        key: String,
        why: String,
    },
    /// A variable that stands in for a key.
    #[error("the environment variable {name}: {why}")]
    Variable { name: &'static str, why: String },
}

impl Profiles {
    /// Reads the configuration, if there is any, and adds what is built in.
    pub(crate) fn load(
        file: Option<(&Path, &str)>,
        environment: &PrusaEnvironment,
    ) -> Result<Self, ConfigError> {
        let (default, mut drafts) = match file {
            Some((path, text)) => Source { path, text }.drafts()?,
            None => (None, Vec::new()),
        };
        let mut prusa = match drafts.iter().position(|draft| draft.name == PRUSA) {
            Some(at) => drafts.remove(at),
            None => Draft::new(PRUSA.to_owned(), false),
        };
        environment.apply(&mut prusa)?;
        drafts.push(prusa);
        let mut all = drafts
            .into_iter()
            .map(Draft::finish)
            .collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { default, all })
    }
}

impl PrusaEnvironment {
    fn apply(&self, draft: &mut Draft) -> Result<(), ConfigError> {
        let read =
            |name: &'static str, value: &Option<String>, read: fn(&str) -> Result<Url, String>| {
                let value = value.as_deref().map(read).transpose();
                value.map_err(|why| ConfigError::Variable { name, why })
            };
        let account_url = read("PRUSA_ACCOUNT_URL", &self.account_url, endpoint)?;
        let connect_url = read("PRUSA_CONNECT_URL", &self.connect_url, endpoint)?;
        let redirect_uri = read("PRUSA_REDIRECT_URI", &self.redirect_uri, address)?;
        draft.account_url = account_url.or(draft.account_url.take());
        draft.connect_url = connect_url.or(draft.connect_url.take());
        draft.redirect_uri = redirect_uri.or(draft.redirect_uri.take());
        draft.client_id = self.client_id.clone().or(draft.client_id.take());
        draft.token_file = self.tokens_file.clone().or(draft.token_file.take());
        draft.email = self.email.clone().or(draft.email.take());
        Ok(())
    }
}

/// The file, for telling where something stands.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn drafts(&self) -> Result<(Option<String>, Vec<Draft>), ConfigError> {
        let root = DeTable::parse(self.text).map_err(|error| ConfigError::Syntax {
            file: self.path.to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            why: error.message().to_owned(),
        })?;
        let mut default = None;
        let mut drafts = Vec::new();
        for (key, value) in root.get_ref() {
            let name = key.get_ref().as_ref();
            let at = key.span().start;
            let fail = |why: String| self.error(at, name, why);
            match name {
                "default" => default = Some((at, string(value).map_err(fail)?)),
                "profiles" => {
                    let table = value
                        .get_ref()
                        .as_table()
                        .ok_or_else(|| fail("not a table".into()))?;
                    drafts = table
                        .iter()
                        .map(|(name, value)| self.draft(name, value))
                        .collect::<Result<_, _>>()?;
                }
                _ => return Err(fail(unknown(name, &["default", "profiles"]))),
            }
        }
        if let Some((at, name)) = &default
            && name != PRUSA
            && drafts.iter().all(|draft| draft.name != *name)
        {
            return Err(self.error(*at, "default", "no profile has this name".into()));
        }
        Ok((default.map(|(_, name)| name), drafts))
    }

    fn draft(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Draft, ConfigError> {
        let path = format!("profiles.{}", name.get_ref());
        let at = name.span().start;
        if !is_profile_name(name.get_ref()) {
            let why =
                "a profile's name is 1 to 64 of a-z 0-9 . _ -, beginning with a letter or digit";
            return Err(self.error(at, "profiles", why.into()));
        }
        let table = value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.error(at, &path, "not a table".into()))?;
        let mut draft = Draft::new(name.get_ref().to_string(), true);
        for (key, value) in table {
            let key_path = format!("{path}.{}", key.get_ref());
            draft
                .set(key.get_ref(), value)
                .map_err(|why| self.error(key.span().start, &key_path, why))?;
        }
        if draft.provider.is_none() && draft.name != PRUSA {
            return Err(self.error(
                at,
                &format!("{path}.provider"),
                "missing (this version knows: prusa)".into(),
            ));
        }
        Ok(draft)
    }

    fn error(&self, offset: usize, key: &str, why: String) -> ConfigError {
        ConfigError::Key {
            file: self.path.to_owned(),
            line: self.line(offset),
            key: key.to_owned(),
            why,
        }
    }

    fn line(&self, offset: usize) -> usize {
        1 + self
            .text
            .bytes()
            .take(offset)
            .filter(|byte| *byte == b'\n')
            .count()
    }
}

const KEYS: [&str; 16] = [
    "provider",
    "hosts",
    "username",
    "email",
    "min_ttl",
    "git_auth",
    "token_file",
    "ca_file",
    "password_command",
    "otp_command",
    "on_rotate",
    "account_url",
    "connect_url",
    "client_id",
    "redirect_uri",
    "scopes",
];

/// A profile while its keys are being read.
struct Draft {
    name: String,
    is_configured: bool,
    provider: Option<String>,
    hosts: Option<Vec<HostPattern>>,
    username: Option<String>,
    email: Option<String>,
    min_ttl: Option<Duration>,
    git_auth: GitAuth,
    token_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    password_command: Option<String>,
    otp_command: Option<String>,
    on_rotate: Option<String>,
    account_url: Option<Url>,
    connect_url: Option<Url>,
    client_id: Option<String>,
    redirect_uri: Option<Url>,
    scopes: Vec<String>,
}

impl Draft {
    fn new(name: String, is_configured: bool) -> Self {
        Self {
            name,
            is_configured,
            provider: None,
            hosts: None,
            username: None,
            email: None,
            min_ttl: None,
            git_auth: GitAuth::Auto,
            token_file: None,
            ca_file: None,
            password_command: None,
            otp_command: None,
            on_rotate: None,
            account_url: None,
            connect_url: None,
            client_id: None,
            redirect_uri: None,
            scopes: Vec::new(),
        }
    }

    fn set(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
        match key {
            "provider" => self.provider = Some(provider(value)?),
            "hosts" => self.hosts = Some(patterns(value)?),
            "username" => self.username = Some(one_line(value)?),
            "email" => self.email = Some(one_line(value)?),
            "min_ttl" => self.min_ttl = Some(duration(value)?),
            "git_auth" => self.git_auth = git_auth(value)?,
            "token_file" => self.token_file = Some(path(value)?),
            "ca_file" => self.ca_file = Some(path(value)?),
            "password_command" => self.password_command = Some(string(value)?),
            "otp_command" => self.otp_command = Some(string(value)?),
            "on_rotate" => self.on_rotate = Some(string(value)?),
            "account_url" => self.account_url = Some(endpoint(&string(value)?)?),
            "connect_url" => self.connect_url = Some(endpoint(&string(value)?)?),
            "client_id" => self.client_id = Some(one_line(value)?),
            "redirect_uri" => self.redirect_uri = Some(address(&string(value)?)?),
            "scopes" => self.scopes = strings(value)?,
            "seal" => return Err("sealed stores are not in this version".into()),
            _ => return Err(unknown(key, &KEYS)),
        }
        Ok(())
    }

    fn finish(self) -> Result<Profile, ConfigError> {
        let built_in = |url: &str| {
            Url::parse(url).map_err(|error| ConfigError::Variable {
                name: "(built in)",
                why: error.to_string(),
            })
        };
        let connect_url = self
            .connect_url
            .map_or_else(|| built_in(PRUSA_CONNECT_URL), Ok)?;
        let hosts = match self.hosts {
            Some(hosts) => hosts,
            None => vec![host_of(&connect_url).map_err(|why| ConfigError::Variable {
                name: "(built in)",
                why,
            })?],
        };
        Ok(Profile {
            is_configured: self.is_configured,
            hosts,
            username: self.username.unwrap_or_else(|| USERNAME.to_owned()),
            email: self.email,
            min_ttl: self.min_ttl,
            git_auth: self.git_auth,
            token_file: self.token_file,
            ca_file: self.ca_file,
            password_command: self.password_command,
            otp_command: self.otp_command,
            on_rotate: self.on_rotate,
            issuer: Issuer::Prusa(PrusaSettings {
                account_url: self
                    .account_url
                    .map_or_else(|| built_in(PRUSA_ACCOUNT_URL), Ok)?,
                client_id: self.client_id.unwrap_or_else(|| PRUSA_CLIENT_ID.to_owned()),
                redirect_uri: self
                    .redirect_uri
                    .unwrap_or_else(|| redirect_uri_at(&connect_url)),
                scopes: self.scopes,
            }),
            name: self.name,
        })
    }
}

fn is_profile_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.len() <= LONGEST_NAME
        && name.bytes().next().is_some_and(is_plain)
        && name
            .bytes()
            .all(|byte| is_plain(byte) || b"._-".contains(&byte))
}

fn string(value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    let text = value.get_ref().as_str().ok_or("not a string")?;
    if text.is_empty() {
        Err("empty".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

fn one_line(value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    let text = string(value)?;
    if text.chars().any(char::is_control) {
        Err("has a control character".to_owned())
    } else {
        Ok(text)
    }
}

fn strings(value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, String> {
    let items = value.get_ref().as_array().ok_or("not a list of strings")?;
    items.iter().map(one_line).collect()
}

fn duration(value: &Spanned<DeValue<'_>>) -> Result<Duration, String> {
    match value.get_ref().as_integer() {
        Some(seconds) => parse_duration(seconds.as_str()),
        None => parse_duration(&string(value)?),
    }
}

fn path(value: &Spanned<DeValue<'_>>) -> Result<PathBuf, String> {
    let path = PathBuf::from(string(value)?);
    match path.strip_prefix("~") {
        Ok(rest) => dirs::home_dir()
            .map(|home| home.join(rest))
            .ok_or_else(|| "there is no home directory".to_owned()),
        Err(_) if path.is_absolute() => Ok(path),
        Err(_) => Err("not an absolute path (`~/…` is one)".to_owned()),
    }
}

fn provider(value: &Spanned<DeValue<'_>>) -> Result<String, String> {
    match string(value)?.as_str() {
        "prusa" => Ok("prusa".to_owned()),
        _ => Err("no such provider (this version knows: prusa)".to_owned()),
    }
}

fn git_auth(value: &Spanned<DeValue<'_>>) -> Result<GitAuth, String> {
    match string(value)?.as_str() {
        "auto" => Ok(GitAuth::Auto),
        "bearer" => Ok(GitAuth::Bearer),
        "basic" => Ok(GitAuth::Basic),
        _ => Err("none of auto, bearer, basic".to_owned()),
    }
}

fn patterns(value: &Spanned<DeValue<'_>>) -> Result<Vec<HostPattern>, String> {
    strings(value)?.iter().map(|host| pattern(host)).collect()
}

fn pattern(host: &str) -> Result<HostPattern, String> {
    HostPattern::parse(host).map_err(|error| error.to_string())
}

/// Reads the address of a service: https, or http on a loopback host.
fn endpoint(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    host_of(&url)?;
    if url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err("holds a user name or password".into())
    }
}

/// Reads an address that is never fetched.
fn address(text: &str) -> Result<Url, String> {
    Url::parse(text).map_err(|error| error.to_string())
}

fn host_of(url: &Url) -> Result<HostPattern, String> {
    let origin = url.origin().ascii_serialization();
    match (url.scheme(), pattern(&origin)) {
        ("https", pattern) => pattern,
        ("http", Ok(pattern)) if pattern.is_loopback() => Ok(pattern),
        _ => Err("neither an https address nor an http one on a loopback host".to_owned()),
    }
}

fn redirect_uri_at(connect_url: &Url) -> Url {
    let mut uri = connect_url.clone();
    uri.set_path(PRUSA_REDIRECT_PATH);
    uri.set_query(None);
    uri.set_fragment(None);
    uri
}

fn unknown(key: &str, known: &[&str]) -> String {
    let close = known
        .iter()
        .find(|known| known.len() > 2 && (known.starts_with(key) || key.starts_with(*known)));
    match close {
        Some(close) => format!("unknown key (did you mean {close}?)"),
        None => format!("unknown key (known: {})", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Profiles, String> {
        let environment = PrusaEnvironment::default();
        Profiles::load(Some((Path::new("c.toml"), text)), &environment)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_file_prusa_is_there() {
        let profiles = Profiles::load(None, &PrusaEnvironment::default()).expect("profiles");
        let prusa = profiles.named("prusa").expect("prusa");
        let hosts: Vec<_> = prusa.hosts.iter().map(ToString::to_string).collect();
        assert_eq!(hosts, ["connect.prusa3d.com"]);
        let Issuer::Prusa(settings) = &prusa.issuer;
        assert_eq!(
            settings.redirect_uri.as_str(),
            "https://connect.prusa3d.com/login/auth-callback"
        );
        assert_eq!(profiles.default_name(), "prusa");
    }

    #[test]
    fn errors_name_file_line_and_key_and_no_value() {
        let table = [
            ("x", "c.toml:1: "),
            (
                "defaults = 'prusa'",
                "c.toml:1: defaults: unknown key (did you mean default?)",
            ),
            (
                "default = 'nobody'",
                "c.toml:1: default: no profile has this name",
            ),
            ("default = 7", "c.toml:1: default: not a string"),
            (
                "\n[profiles.farm]\nprovider='prusa'\npassword = 'hunter2'",
                "c.toml:4: profiles.farm.password: unknown key",
            ),
            (
                "[profiles.farm]\nhosts = []",
                "c.toml:1: profiles.farm.provider: missing",
            ),
            (
                "[profiles.farm]\nprovider = 'hunter2'",
                "c.toml:2: profiles.farm.provider: no such provider",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\nhosts = ['h', 'x y']",
                "c.toml:3: profiles.farm.hosts: ",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\nmin_ttl = 'soon'",
                "c.toml:3: profiles.farm.min_ttl: not a span",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\naccount_url = 'http://h.tld'",
                "c.toml:3: profiles.farm.account_url: neither",
            ),
            (
                "[profiles.farm]\nprovider='prusa'\ntoken_file = 'x.json'",
                "c.toml:3: profiles.farm.token_file: not an absolute",
            ),
            (
                "[profiles.'../x']\nprovider='prusa'",
                "c.toml:1: profiles: a profile's name is 1 to 64",
            ),
            (
                "[profiles.Farm]\nprovider='prusa'",
                "c.toml:1: profiles: a profile's name is 1 to 64",
            ),
        ];
        for (text, wanted) in table {
            let error = load(text).map(|_| ()).expect_err(text);
            assert!(error.starts_with(wanted), "{text:?}: {error:?}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_second_account_has_settings_of_its_own() {
        let profiles = load("default = 'farm'\n[profiles.farm]\nprovider = 'prusa'\nemail = 'f@x.tld'\nmin_ttl = '2m'\nscopes = ['a']")
            .expect("profiles");
        let farm = profiles.named("farm").expect("farm");
        assert_eq!(
            (farm.email.as_deref(), farm.min_ttl),
            (Some("f@x.tld"), Some(Duration::from_secs(120)))
        );
        assert_eq!(profiles.default_name(), "farm");
        assert_eq!(profiles.iter().count(), 2);
    }

    #[test]
    fn the_environment_changes_the_built_in_profile_only() {
        let environment = PrusaEnvironment {
            account_url: Some("http://127.0.0.1:1".into()),
            connect_url: Some("http://127.0.0.1:2/app".into()),
            ..PrusaEnvironment::default()
        };
        let text = "[profiles.farm]\nprovider = 'prusa'";
        let profiles =
            Profiles::load(Some((Path::new("c.toml"), text)), &environment).expect("profiles");
        let of = |name: &str| {
            let profile = profiles.named(name).expect("a profile");
            let Issuer::Prusa(settings) = &profile.issuer;
            (
                profile.hosts[0].to_string(),
                settings.account_url.to_string(),
                settings.redirect_uri.to_string(),
            )
        };
        assert_eq!(
            of("prusa"),
            (
                "http://127.0.0.1:2".into(),
                "http://127.0.0.1:1/".into(),
                "http://127.0.0.1:2/login/auth-callback".into()
            )
        );
        assert_eq!(of("farm").1, "https://account.prusa3d.com/");
    }
}
