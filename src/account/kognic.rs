//! Kognic's server, client credentials and scopes for a request: from the options, environments.json, the profile, the
//! variables and the credentials file.
//!
//! `KOGNIC_…` variables and `environments.json` apply to the built-in profile only. Secret: the client secret.

use std::path::{Path, PathBuf};

use url::Url;
use zeroize::Zeroizing;

use super::paths::{TOKENS_DIR, under};
use super::request::TokenRequest;
use crate::cli::Kognic;
use crate::context::{
    Context, ContextError, config_dir, read_trusted_text, secret_variable, variable,
};
use crate::named_path;
use crate::platform::keyring::KeyringError;
use crate::profile::{
    EnvironmentsError, KOGNIC, KognicCredentials, KognicEnvironment, KognicSettings, Profile,
};
use crate::providers::GivenBy;
use crate::providers::kognic::{
    ClientCredentials, CredentialsFile, CredentialsFileError, KeyringItem, KeyringItemError,
    KognicClient,
};
use crate::token::{Fingerprint, UnixTime};

const CREDENTIALS: &str = "KOGNIC_CREDENTIALS";
const CLIENT_ID: &str = "KOGNIC_CLIENT_ID";
const CLIENT_SECRET: &str = "KOGNIC_CLIENT_SECRET";

/// Why Kognic cannot be asked for a token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KognicError {
    #[error("profile {profile} has no Kognic credentials")]
    NoCredentials {
        profile: String,
        /// Why the keyring, which may hold them too, could not be read.
        #[source]
        keyring: Option<KeyringError>,
    },
    #[error("{set} is set and {unset} is not")]
    IncompletePair {
        set: &'static str,
        unset: &'static str,
    },
    #[error("could not read the credentials in {}", path.display())]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("cannot use the credentials in {}", path.display())]
    Credentials {
        path: PathBuf,
        source: CredentialsFileError,
    },
    #[error(transparent)]
    Item(KeyringItemError),
    #[error("{option}: {why}")]
    Option { option: &'static str, why: String },
    #[error("cannot use {}", path.display())]
    Environments {
        path: PathBuf,
        source: EnvironmentsError,
    },
    #[error("the environment {environment} is not for {host}")]
    OtherHost { environment: String, host: String },
    #[error(transparent)]
    Context(#[from] ContextError),
}

/// The server, the place of the credentials and the scopes for a request, before any credentials are read.
#[derive(Debug)]
pub(crate) struct KognicPlan {
    pub(crate) server: Url,
    pub(crate) credentials: Option<KognicCredentials>,
    /// What names the credentials; empty if that has no word of its own.
    named_by: Vec<GivenBy>,
    pub(crate) scopes: Vec<String>,
    /// The environment of environments.json that was chosen, if any.
    pub(crate) environment: Option<KognicEnvironment>,
}

impl KognicPlan {
    /// Returns the values for a request, each by itself: the options take precedence over the environment, and that
    /// over the profile. An empty list of scopes counts as none.
    ///
    /// # Errors
    ///
    /// When an option has no valid value, or the environment that is named or chosen cannot be used.
    pub(crate) fn resolve(
        context: &Context,
        settings: &KognicSettings,
        request: &TokenRequest<'_>,
    ) -> Result<Self, KognicError> {
        let environment = environment(context, settings, request)?.cloned();
        let none = Kognic::default();
        let options = request.kognic.unwrap_or(&none);
        let option_error = |option| move |why| KognicError::Option { option, why };
        let server = options.server.as_deref().map(KognicSettings::parse_server);
        let server = server.transpose().map_err(option_error("--server"))?;
        let credentials = options.credentials.as_deref().map(parse_credentials);
        let credentials = credentials
            .transpose()
            .map_err(option_error("--credentials"))?;
        let scopes = [
            split_scopes(&options.scopes),
            environment
                .as_ref()
                .map_or_else(Vec::new, |one| one.scopes.clone()),
            settings.scopes.clone(),
        ];
        Ok(Self {
            server: server
                .or_else(|| environment.as_ref().map(|one| one.server.clone()))
                .unwrap_or_else(|| Url::clone(&settings.server)),
            named_by: match (&credentials, &environment, &settings.credentials) {
                (Some(_), _, _) => vec![GivenBy::Option("--credentials")],
                // Its own file says which.
                (None, Some(environment), _) if environment.credentials.is_some() => Vec::new(),
                (None, _, Some(_)) => vec![GivenBy::Key("credentials")],
                (None, _, None) => Vec::new(),
            },
            credentials: credentials
                .or_else(|| environment.as_ref()?.credentials.clone())
                .or_else(|| settings.credentials.clone()),
            scopes: scopes
                .into_iter()
                .find(|scopes| !scopes.is_empty())
                .unwrap_or_default(),
            environment,
        })
    }

    /// Reads the credentials, those that were named, else those of the variables, and returns the client. Without
    /// either the built-in profile's are taken to be in the keyring. The keyring is read only when a token is
    /// requested.
    ///
    /// # Errors
    ///
    /// When no credentials are named for another profile, their file cannot be used, a variable is not valid, or only
    /// one of `KOGNIC_CLIENT_ID` and `KOGNIC_CLIENT_SECRET` is set.
    pub(super) fn into_client(self, profile: &Profile) -> Result<KognicClient, KognicError> {
        let is_built_in = profile.name == KOGNIC;
        let mut given_by = self.named_by;
        let file = match self.credentials {
            None if is_built_in => match variable(CREDENTIALS)? {
                Some(text) => {
                    given_by = vec![GivenBy::Variable(CREDENTIALS)];
                    Some(parse_credentials(&text).map_err(|why| KognicError::Option {
                        option: CREDENTIALS,
                        why,
                    })?)
                }
                None => None,
            },
            named => named,
        };
        let credentials = match file {
            Some(KognicCredentials::File(path)) => {
                ClientCredentials::Known(read_credentials(&path)?)
            }
            Some(KognicCredentials::Keyring(name)) => {
                ClientCredentials::InKeyring(KeyringItem::named(name))
            }
            None if is_built_in => match client_from_variables()? {
                Some(client) => {
                    given_by = [CLIENT_ID, CLIENT_SECRET].map(GivenBy::Variable).to_vec();
                    ClientCredentials::Known(client)
                }
                None => ClientCredentials::InKeyring(KeyringItem::fallback()),
            },
            None => {
                return Err(KognicError::NoCredentials {
                    profile: profile.name.clone(),
                    keyring: None,
                });
            }
        };
        Ok(KognicClient {
            server: self.server,
            credentials,
            scopes: self.scopes,
            given_by,
        })
    }
}

impl KognicError {
    /// Returns the error for a keyring item that should hold the credentials of `profile`: `NoCredentials` with the
    /// profile's name if the keyring was only a fallback, else `Item`.
    pub(super) fn from_item_error(error: KeyringItemError, profile: &Profile) -> Self {
        match error {
            KeyringItemError::NoCredentials { keyring } => Self::NoCredentials {
                profile: profile.name.clone(),
                keyring,
            },
            error => Self::Item(error),
        }
    }
}

/// Returns the environment that `--env` names; for the built-in profile else the one of the request's host, or the
/// default one if there is no host and the options and variables name neither a client nor a server; `None` if there
/// is none for the host or no default.
///
/// Fails if the named environment is not known or not for the host, several are for it, or the file cannot be used. The
/// last is only a warning, and the result `None`, if none is named and the client or the server is.
fn environment<'a>(
    context: &'a Context,
    settings: &KognicSettings,
    request: &TokenRequest<'_>,
) -> Result<Option<&'a KognicEnvironment>, KognicError> {
    let named = request
        .kognic
        .and_then(|options| options.environment.as_deref());
    if named.is_none() && !settings.uses_environments {
        return Ok(None);
    }
    let is_explicit = names_client_or_server(request.kognic)?;
    if named.is_none() && request.origin.is_none() && is_explicit {
        return Ok(None);
    }
    let environments = match context.kognic_environments() {
        Err(error) if named.is_none() && is_explicit => {
            context.warn(&format!(
                "the Kognic environments are ignored: {}",
                with_cause(&error)
            ));
            return Ok(None);
        }
        environments => environments?,
    };
    let environments_error = |source| match Context::kognic_environments_path() {
        Ok(path) => KognicError::Environments { path, source },
        Err(error) => error.into(),
    };
    let Some(name) = named else {
        return match request.origin {
            Some(origin) => environments.for_origin(origin).map_err(environments_error),
            None => environments.default_one().map_err(environments_error),
        };
    };
    let environment = environments.named(name).map_err(environments_error)?;
    match request.origin {
        Some(origin) if !environment.host.matches_host(origin) => Err(KognicError::OtherHost {
            environment: name.to_owned(),
            host: origin.to_string(),
        }),
        _ => Ok(Some(environment)),
    }
}

/// Returns whether the options or the variables name the client or the server: they take precedence over the default of
/// environments.json, as in Kognic's own command, which opens the file for `--env` only.
fn names_client_or_server(options: Option<&Kognic>) -> Result<bool, ContextError> {
    let by_options =
        options.is_some_and(|options| options.server.is_some() || options.credentials.is_some());
    Ok(by_options
        || variable(CREDENTIALS)?.is_some()
        || variable(CLIENT_ID)?.is_some()
        || secret_variable(CLIENT_SECRET)?.is_some())
}

/// Returns an error with its direct cause in one line.
fn with_cause(error: &ContextError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Parses the value of an option or variable: `keyring://NAME`, or a path, which may begin with `~/` or
/// `$CREDENTIALS_DIRECTORY/`, or be relative to the working directory. Nothing is read.
///
/// # Errors
///
/// Why the value is not valid.
pub(crate) fn parse_credentials(text: &str) -> Result<KognicCredentials, String> {
    if named_path::is_expandable(text) || text.starts_with("keyring://") {
        return KognicCredentials::parse(text);
    }
    let path = std::path::absolute(text).map_err(|error| error.to_string())?;
    Ok(KognicCredentials::File(path))
}

/// Splits scopes that were given in one text with spaces between them.
fn split_scopes(scopes: &[String]) -> Vec<String> {
    let words = scopes.iter().flat_map(|text| text.split_whitespace());
    words.map(str::to_owned).collect()
}

/// Checks that the file of credentials can be read and is valid. An item of the keyring is not read.
pub(crate) fn check_credentials(credentials: &KognicCredentials) -> Result<(), KognicError> {
    match credentials {
        KognicCredentials::File(path) => read_credentials(path).map(drop),
        KognicCredentials::Keyring(_) => Ok(()),
    }
}

/// Reads and parses a file of credentials. Fails with the path if it cannot be read, may have been written by another
/// user, or is not valid.
fn read_credentials(path: &Path) -> Result<CredentialsFile, KognicError> {
    let text = read_trusted_text(path).map_err(|error| match error {
        ContextError::Unreadable(path, source) => KognicError::Unreadable { path, source },
        error => error.into(),
    })?;
    let text = Zeroizing::new(text);
    CredentialsFile::parse(text.as_bytes(), UnixTime::now()).map_err(|source| {
        KognicError::Credentials {
            path: path.to_owned(),
            source,
        }
    })
}

/// Returns the client that `KOGNIC_CLIENT_ID` and `KOGNIC_CLIENT_SECRET` name together; `None` if neither is set. Fails
/// if only one is, or one is not UTF-8.
fn client_from_variables() -> Result<Option<CredentialsFile>, KognicError> {
    match (variable(CLIENT_ID)?, secret_variable(CLIENT_SECRET)?) {
        (Some(client_id), Some(client_secret)) => Ok(Some(CredentialsFile {
            client_id,
            client_secret,
            scopes: Vec::new(),
        })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(KognicError::IncompletePair {
            set: CLIENT_ID,
            unset: CLIENT_SECRET,
        }),
        (None, Some(_)) => Err(KognicError::IncompletePair {
            set: CLIENT_SECRET,
            unset: CLIENT_ID,
        }),
    }
}

/// Returns the path of the file for the tokens that this client gets from this server for these scopes.
pub(super) fn token_path(
    profile: &Profile,
    client: &KognicClient,
) -> Result<PathBuf, ContextError> {
    let name = client.cache_name();
    let file = format!("{}-{}.json", profile.name, name.as_str());
    Ok(under(&config_dir()?, TOKENS_DIR).join(file))
}

/// Returns every file that holds tokens of the profile, for any client, server and scopes, sorted; also of one
/// that does not exist but has a journal, which records a refusal before there was any token. None if their directory
/// cannot be read.
///
/// # Errors
///
/// When there is no configuration directory.
pub(crate) fn token_files(profile: &Profile) -> Result<Vec<PathBuf>, ContextError> {
    let directory = under(&config_dir()?, TOKENS_DIR);
    let Ok(entries) = std::fs::read_dir(&directory) else {
        return Ok(Vec::new());
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    // A refusal is recorded in a journal, also if there never was a token.
    let paths = paths.map(|path| match path.extension() {
        Some(end) if end == "journal" => path.with_extension(""),
        _ => path,
    });
    let mut paths: Vec<_> = paths
        .filter(|path| is_token_file(path, &profile.name))
        .collect();
    paths.sort();
    paths.dedup();
    Ok(paths)
}

/// Returns whether the path's file name is the profile's name, a `-`, a fingerprint and `.json`.
fn is_token_file(path: &Path, profile: &str) -> bool {
    let name = path.file_name().and_then(std::ffi::OsStr::to_str);
    let digest = name
        .and_then(|name| name.strip_prefix(profile)?.strip_prefix('-'))
        .and_then(|rest| rest.strip_suffix(".json"));
    digest.is_some_and(Fingerprint::is_fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_files_are_known_by_profile_and_digest() {
        let digest = Fingerprint::of("x");
        let digest = digest.as_str();
        let table = [
            (format!("kognic-{digest}.json"), true),
            (format!("kognic-{digest}.json.lock"), false),
            (format!("kognic-a-{digest}.json"), false),
            (format!("a-kognic-{digest}.json"), false),
            ("kognic.json".to_owned(), false),
            ("kognic-staging.json".to_owned(), false),
        ];
        for (name, wanted) in table {
            let path = Path::new("/t").join(&name);
            assert_eq!(is_token_file(&path, "kognic"), wanted, "{name}");
        }
    }

    #[test]
    fn scopes_are_split_at_spaces() {
        assert_eq!(
            split_scopes(&["a b".into(), " c".into(), String::new()]),
            ["a", "b", "c"]
        );
    }
}
