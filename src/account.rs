//! One profile with everything that its login needs: the store, the provider, and a login from the environment.

mod email;
mod environment;
mod error;
mod files;
mod kognic;
pub(crate) mod last_failure;
mod paths;
mod request;
mod shared_file;
pub(crate) mod sources;
mod state;
mod successor_links;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::account::sources::Sources;
use crate::broker::{self, BrokerError, Granted, KeyBound, Login, MIN_TTL, Need, Unattended};
use crate::context::{Context, ContextError};
use crate::credential::Rejected;
use crate::deadline::Deadline;
use crate::oauth::GrantError;
use crate::profile::{Holds, Issuer, Profile, Profiles, Seal, of_built_in_file};
use crate::providers::kognic::{Kognic, KognicClient};
use crate::providers::oauth::{OAuth, Unsealer};
use crate::providers::practicus::Practicus;
use crate::providers::prusa::Prusa;
use crate::providers::{
    Credentials as _, Needed, NoCredentials, Provider, SignInBy, SignInError, TimeoutPolicy,
};
use crate::shell;
use crate::store::{Label, RejectionOutcome, Sealing, Store, StoreError, attempt_fingerprint};
use crate::token::{OtherIssuer, TokenSet, UnixTime};
use environment::environment_set;
use files::{is_built_in_file, successor_label, token_path};
use paths::successor_path;

pub(crate) use email::email_of;
pub(crate) use error::AccountError;
pub(crate) use files::{files_with_tokens, has_token_file, is_sdk_here, login_label, successors};
pub(crate) use kognic::{
    KognicError, KognicPlan, check_credentials, parse_credentials, token_files,
};
pub(crate) use paths::{client_secret_path, is_successor, sdk_token_file};
pub(crate) use request::{LoginSource, TokenRequest};
pub(crate) use state::{LoginState, RefusedLogin};

/// How long `on_rotate` may take at least, even if the deadline has almost passed: the command copies the new token set
/// to another place, which must not fail because the server was slow.
const ON_ROTATE_TIMEOUT: Duration = Duration::from_secs(5);

/// A profile, its store and its provider.
pub(crate) struct Account<'a> {
    context: &'a Context,
    profile: &'a Profile,
    /// A token set from the environment without a refresh token, or why it is not used; one with a refresh token is the
    /// store's seed.
    environment_set: Option<Result<TokenSet, OtherIssuer>>,
    store: Store,
    provider: Box<dyn Provider>,
    /// The client that the provider was made with, so that a refusal of its credentials can be recorded; Kognic only.
    client: Option<Rc<KognicClient>>,
}

impl<'a> Account<'a> {
    /// Returns the account of a profile: its store and its provider. Reads variables and, for Kognic,
    /// `environments.json` and the credentials file, but neither the stored login nor the keyring.
    ///
    /// # Errors
    ///
    /// When a variable cannot be used, there is no configuration directory and no login in the environment that does
    /// without, or, for Kognic, an option, the entry of `environments.json` or the client's credentials cannot be used.
    pub(crate) fn open(
        context: &'a Context,
        profile: &'a Profile,
        request: TokenRequest<'_>,
    ) -> Result<Self, AccountError> {
        let ca_file = profile.ca_file.clone();
        let mut client = None;
        let mut owner = profile.owner();
        let set = match request.login {
            LoginSource::EnvironmentOrStore => environment_set(profile)?,
            LoginSource::Store | LoginSource::File(_) => None,
        };
        // A token that cannot be renewed is never stored: it needs no home directory.
        let needs_file = set.as_ref().is_none_or(|set| set.refresh_token.is_some());
        let token_path = |profile| match token_path(profile) {
            Err(ContextError::NoHome) if !needs_file => Ok(None),
            path => path.map(Some),
        };
        let (provider, path): (Box<dyn Provider>, Option<PathBuf>) = match &profile.issuer {
            Issuer::Prusa(settings) => (
                Box::new(Prusa::new(Rc::clone(settings), ca_file)),
                token_path(profile)?,
            ),
            Issuer::Kognic(settings) => {
                let kognic_client =
                    KognicPlan::resolve(context, settings, &request)?.into_client(profile)?;
                let path = kognic::token_path(profile, &kognic_client)?;
                owner.binding = kognic_client.binding();
                let kognic_client = client.insert(Rc::new(kognic_client));
                (
                    Box::new(Kognic::new(Rc::clone(kognic_client), ca_file)),
                    Some(path),
                )
            }
            Issuer::Practicus(settings) => (
                Box::new(Practicus::new(settings.clone(), ca_file)),
                token_path(profile)?,
            ),
            Issuer::OAuth(settings) => {
                let oauth = OAuth::new((**settings).clone(), ca_file);
                (
                    Box::new(oauth.with_unsealer(client_secret_unsealer(context))),
                    token_path(profile)?,
                )
            }
        };
        let mut label = None;
        let (environment_set, path, seed) = match (set, request.login) {
            (Some(set), _) => match &set.refresh_token {
                Some(refresh_token) => {
                    let path = successor_path(refresh_token)?;
                    label = Some(successor_label(&path));
                    (None, Some(path), Some(set))
                }
                None => (Some(owner.check_given(&set).map(|()| set)), path, None),
            },
            (None, LoginSource::File(file)) => (None, Some(file.to_owned()), None),
            (None, LoginSource::EnvironmentOrStore | LoginSource::Store) => (None, path, None),
        };
        if !profile.is_prusa()
            && let Some(path) = &path
            && is_built_in_file(path)?
        {
            owner.without_issuer = of_built_in_file();
        }
        let label = match (label, &path) {
            (Some(label), _) => label,
            (None, Some(path)) => login_label(context, profile, path)?,
            (None, None) => Label::login(&profile.name),
        };
        let sealing = context.sealing(profile.seal.clone(), label);
        Ok(Self {
            context,
            profile,
            environment_set,
            // Where there is no file, there is nothing at an empty path either.
            store: Store::new(path.unwrap_or_default(), seed)
                .with_sealing(sealing)
                .with_owner(owner),
            provider,
            client,
        })
    }

    /// Returns the token set from the environment that cannot be renewed, if there is one that belongs to the profile;
    /// `None` if the account was opened for the stored login or a file.
    pub(crate) fn environment_set(&self) -> Option<&TokenSet> {
        self.environment_set.as_ref()?.as_ref().ok()
    }

    /// Returns why the token set from the environment that cannot be renewed is not used, if it is another server's or
    /// client's.
    pub(crate) fn foreign_environment(&self) -> Option<&OtherIssuer> {
        self.environment_set.as_ref()?.as_ref().err()
    }

    /// Returns the names of the variables that may hold tokens for the built-in profile of this provider, with `or`
    /// between them; empty if there are none.
    pub(crate) fn environment_variables(&self) -> String {
        let variables = self.profile.issuer.spec().variables_holding(Holds::Tokens);
        variables.collect::<Vec<_>>().join(" or ")
    }

    /// Returns whether the environment holds a login, expired or not. One that is valid or can be renewed takes
    /// precedence over the stored one. `false` if the account was opened for the stored login or a file.
    pub(crate) fn is_from_environment(&self) -> bool {
        self.environment_set.is_some() || self.store.has_seed()
    }

    /// Returns the profile.
    pub(crate) fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// Returns the store that holds the login.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Returns the provider that issues and renews its tokens.
    pub(crate) fn provider(&self) -> &dyn Provider {
        self.provider.as_ref()
    }

    /// Returns for how long a token must still be valid: the option, else the profile's `min_ttl`, else 30 s.
    pub(crate) fn min_ttl(&self, option: Option<Duration>) -> Duration {
        option.or(self.profile.min_ttl).unwrap_or(MIN_TTL)
    }

    /// Returns a token set for `need`, renewed if necessary. Every token that is handed out comes from here.
    ///
    /// # Errors
    ///
    /// Those of [`broker::token_set`], but `AccountError::Kognic` if Kognic's credentials in the keyring cannot be
    /// used, and `EnvironmentLogin`, which names the variable, if a renewable login from the environment is itself the
    /// cause.
    pub(crate) fn token_set(&self, need: Need) -> anyhow::Result<Granted> {
        broker::token_set(self, need).map_err(|error| match error {
            BrokerError::SignIn { source, .. } | BrokerError::UnattendedFailed { source, .. }
                if matches!(*source, SignInError::Kognic(_)) =>
            {
                self.sign_in_error(*source)
            }
            error if self.is_about_the_environment(&error) => AccountError::EnvironmentLogin {
                variable: self.seed_variable(),
                source: Box::new(error),
            }
            .into(),
            error => error.into(),
        })
    }

    /// Returns whether an error is about the login that the environment holds, which a new login would not mend.
    fn is_about_the_environment(&self, error: &BrokerError) -> bool {
        match error {
            BrokerError::Foreign { .. } => self.is_unusable_in_environment(None),
            BrokerError::KeyBound { source, .. } => self.is_unusable_in_environment(Some(source)),
            error => self.store.has_seed() && error.is_about_the_login(),
        }
    }

    /// Returns whether a login that is not used is the one that the environment holds, or was renewed from it: one
    /// whose token is bound to a key, or, with `None`, one of another server or client.
    pub(crate) fn is_unusable_in_environment(&self, key_bound: Option<&KeyBound>) -> bool {
        let is_given = match key_bound {
            Some(bound) => bound.is_from_environment,
            None => self.foreign_environment().is_some(),
        };
        is_given || self.store.has_seed()
    }

    /// Returns a token set if one meets `need` already, whatever `need.refresh` says; nothing is renewed.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub(crate) fn valid_token_set(&self, need: Need) -> Result<Option<Granted>, BrokerError> {
        broker::valid_token_set(self, need)
    }

    /// Returns the name of the variable whose token set can be renewed; empty if the provider has none.
    pub(crate) fn seed_variable(&self) -> &'static str {
        let variable = self.profile.issuer.spec().variable(Holds::Tokens);
        variable.unwrap_or_default()
    }

    /// Signs in with the client credentials that the provider was made with, and returns the tokens, which are not
    /// stored.
    ///
    /// # Errors
    ///
    /// When the credentials are missing, or the server refuses them or cannot be reached.
    pub(crate) fn sign_in_as_client(
        &self,
        timeout_policy: TimeoutPolicy,
    ) -> anyhow::Result<TokenSet> {
        let signed_in = self.provider.sign_in(&mut NoCredentials, timeout_policy);
        signed_in.map_err(|error| self.sign_in_error(error))
    }

    /// Returns the error of a sign-in. One about Kognic's credentials in the keyring becomes an `AccountError`, and if
    /// they are missing it has the same form as for a missing file, with the profile's name. Any other stays what it
    /// is.
    fn sign_in_error(&self, error: SignInError) -> anyhow::Error {
        match error {
            SignInError::Kognic(error) => {
                AccountError::from(KognicError::from_item_error(error, self.profile)).into()
            }
            error => error.into(),
        }
    }

    /// Returns the token set that there is now, expired or not: the environment's, else the stored one; `None` if there
    /// is neither. Nothing is renewed.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, or what there is belongs to another server or client.
    pub(crate) fn current(&self) -> Result<Option<TokenSet>, BrokerError> {
        let foreign =
            |foreign: &OtherIssuer| BrokerError::foreign(&self.profile.name, foreign.clone());
        if let Some(given) = &self.environment_set {
            return given.clone().map(Some).map_err(|error| foreign(&error));
        }
        let stored = self.store.load();
        let stored = stored.map_err(|source| BrokerError::store(&self.profile.name, source))?;
        Ok(stored.map(|stored| stored.set))
    }

    /// Returns whether the provider signs in with client credentials and these, or their keyring item, are named
    /// somewhere, so that no login is needed. No keyring is read.
    pub(crate) fn has_client(&self) -> bool {
        self.provider.sign_in_by() == SignInBy::Client
            && self
                .client
                .as_ref()
                .is_none_or(|client| client.is_configured())
    }

    /// Returns the error of a profile without a login.
    pub(crate) fn not_signed_in(&self) -> BrokerError {
        BrokerError::NotSignedIn {
            profile: self.profile.name.clone(),
        }
    }

    /// Records that a server refused a secret, if it is the stored access token: the next request then refreshes it,
    /// unless it had just been refreshed after an earlier refusal. Any other secret is ignored, without taking the
    /// lock. So is one of a login that belongs to another server or client, which was not handed out.
    ///
    /// # Errors
    ///
    /// When the store cannot be read, locked or written.
    pub(crate) fn record_rejection(&self, rejected: &Rejected) -> anyhow::Result<()> {
        let record_error = |source| AccountError::RecordRejection {
            profile: self.profile.name.clone(),
            source,
        };
        let stored = match self.store.load() {
            Err(StoreError::Foreign { .. }) => return Ok(()),
            stored => stored.map_err(record_error)?,
        };
        let is_stored_token = stored.is_some_and(|stored| {
            stored
                .set
                .access_token
                .as_ref()
                .is_some_and(|access_token| rejected.is_token(access_token))
        });
        if !is_stored_token {
            return Ok(());
        }
        let lock = self
            .store
            .lock(self.context.deadline)
            .map_err(record_error)?;
        if let RejectionOutcome::RefusedFresh = lock
            .note_rejected(rejected.secret(), UnixTime::now())
            .map_err(record_error)?
        {
            self.context.explain(|| {
                "a fresh token was refused as well; it is not refreshed again".to_owned()
            });
        }
        Ok(())
    }

    /// Makes a login from the environment findable by its new refresh token too, if the profile has `on_rotate`: that
    /// may put the new token set into the environment, and a process that starts there has to use the same file and
    /// lock. A failure is a warning.
    fn link_new_refresh_token(&self, set: &TokenSet) {
        if let (true, Some(_), Some(refresh_token)) = (
            self.store.has_seed(),
            &self.profile.on_rotate,
            &set.refresh_token,
        ) && let Err(error) = successor_links::add_link(self.store.path(), refresh_token)
        {
            self.context.warn(&format!(
                "the next process will not find this login by the token set that on_rotate gets: {error}"
            ));
        }
    }

    /// Removes the symbolic links to the stored login, which has been removed. Those that cannot be removed stay.
    pub(crate) fn remove_successor_links(&self) {
        successor_links::remove_links(self.store.path());
    }

    /// Completes a refresh whose answer a killed process had written but not put in place. To be called before the
    /// stored refresh token is printed, which would otherwise be a spent one. Takes the lock, and so waits for a
    /// refresh in progress, only if the journal says that the stored refresh token is being spent.
    ///
    /// # Errors
    ///
    /// When the store cannot be locked or written.
    pub(crate) fn recover_interrupted_refresh(&self) -> Result<(), BrokerError> {
        if !self.store.is_being_spent() {
            return Ok(());
        }
        let lock = self.store.lock(self.context.deadline);
        lock.map(drop)
            .map_err(|source| BrokerError::store(&self.profile.name, source))
    }

    /// Returns a new token set with the fields that say which server and client it belongs to.
    pub(crate) fn marked(&self, set: &TokenSet) -> TokenSet {
        self.store.marked(set)
    }

    /// Runs the profile's `on_rotate`, if it has one, with the new token set on its stdin, as it is stored. A failure
    /// is a warning.
    pub(crate) fn run_on_rotate(&self, set: &TokenSet, deadline: Deadline) {
        if let Some(command) = &self.profile.on_rotate
            && let Err(error) =
                shell::run_with_input("on_rotate", command, self.marked(set).render(), deadline)
        {
            self.context.warn(&format!(
                "{error}; the new token set is stored all the same"
            ));
        }
    }

    /// Returns the e-mail address in the tokens of a profile's login, the environment's or the stored one; `None` if
    /// they hold none or cannot be read.
    pub(crate) fn email(context: &Context, profile: &Profile) -> Option<String> {
        let account = Account::open(context, profile, TokenRequest::default()).ok()?;
        email_of(&account.current().ok()??)
    }
}

impl Login for Account<'_> {
    fn profile_name(&self) -> &str {
        &self.profile.name
    }

    fn environment_set(&self) -> Result<Option<&TokenSet>, OtherIssuer> {
        let given = self.environment_set.as_ref().map(Result::as_ref);
        given.transpose().map_err(Clone::clone)
    }

    fn store(&self) -> &Store {
        &self.store
    }

    fn provider(&self) -> &dyn Provider {
        self.provider.as_ref()
    }

    fn deadline(&self) -> Deadline {
        self.context.deadline
    }

    fn can_sign_in_unattended(&self) -> bool {
        let saved = || self.store.load().ok()??.password;
        self.provider.sign_in_by() == SignInBy::Client
            || Sources::may_be_unattended(self.context, self.profile, &saved)
    }

    /// Runs `password_command`.
    fn unattended(&self) -> Result<Option<Unattended<'_>>, SignInError> {
        if self.provider.sign_in_by() == SignInBy::Client {
            let client = self.client.as_ref();
            let given_by = client.map(|client| client.given_by.clone());
            let credentials = client.map(|client| client.credentials()).transpose()?;
            let fingerprint = credentials
                .map(|client| attempt_fingerprint(&client.client_id, &client.client_secret));
            return Ok(Some(Unattended {
                credentials: Box::new(NoCredentials),
                fingerprint,
                given_by: given_by.unwrap_or_default(),
            }));
        }
        let saved = || self.store.load().ok()??.password;
        let sources = Sources::unattended(self.context, self.profile, &saved)?;
        Ok(sources.map(|(sources, fingerprint)| Unattended {
            given_by: sources.given_by(Needed::Password),
            credentials: Box::new(sources),
            fingerprint: Some(fingerprint),
        }))
    }

    fn refused_client(&self, error: &GrantError) -> Option<String> {
        match (error, &self.profile.issuer) {
            (GrantError::RegisteredClientRefused(_), Issuer::OAuth(settings)) => {
                Some(settings.client_id.clone())
            }
            _ => None,
        }
    }

    /// Runs `on_rotate`, which gets at least 5 s, after linking a new refresh token of a login from the environment.
    /// Failures are warnings.
    fn on_new_token_set(&self, set: &TokenSet) {
        self.link_new_refresh_token(set);
        self.run_on_rotate(set, self.context.deadline.or_after(ON_ROTATE_TIMEOUT));
    }

    fn warn(&self, text: &str) {
        self.context.warn(text);
    }
}

/// Returns the function that gets the path and content of a client secret's file and returns the content unsealed.
/// Content that is not sealed stays as it is, but is refused in the file that this program wrote for a profile whose
/// files are to be sealed.
pub(crate) fn client_secret_unsealer(context: &Context) -> Unsealer {
    let keys = context.keys().clone();
    let profiles = context.profiles().into_iter().flat_map(Profiles::iter);
    let settings: Vec<(String, Seal)> = profiles
        .filter_map(|profile| Some((profile.name.clone(), profile.seal.clone()?)))
        .collect();
    Box::new(move |path, bytes| {
        let is_own = |name: &str| client_secret_path(name).is_ok_and(|own| own == path);
        let setting = settings.iter().find(|(name, _)| is_own(name));
        let setting = setting.map(|(_, setting)| setting.clone());
        let sealing = Sealing::new(keys.clone(), setting, Label::client_secret(path));
        Ok(sealing.unseal_if_sealed(path, bytes)?)
    })
}
