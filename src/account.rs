//! One profile with everything that its login needs: where it is stored, who renews it, what the environment adds.

mod email;
mod environment;
mod files;
mod kognic;
pub(crate) mod last_failure;
mod pointers;
pub(crate) mod sources;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::account::sources::Sources;
use crate::broker::{Broker, BrokerError, Granted, MIN_TTL, Need, Unattended};
use crate::causes::with_causes;
use crate::context::{Context, ContextError};
use crate::credential::Rejected;
use crate::deadline::Deadline;
use crate::profile::{Issuer, KnownLogin, Profile};
use crate::providers::kognic::{Kognic, KognicClient};
use crate::providers::oauth::{OAuth, Opener};
use crate::providers::practicus::Practicus;
use crate::providers::prusa::Prusa;
use crate::providers::{NoCredentials, Provider, SignInBy, SignInError, TimeoutPolicy};
use crate::shell;
use crate::store::{Journal, RejectionOutcome, Store, StoreError, Stored, attempt_fingerprint};
use crate::token::{TokenSet, TokenSetError, UnixTime};
use environment::environment_set;
use files::{successor_path, token_path};

pub(crate) use email::email_of;
pub(crate) use files::{client_secret_path, files_of, sdk_token_file, successors};
pub(crate) use kognic::{
    KognicError, KognicPlan, TokenRequest, check_credentials, given_credentials, token_files,
};

/// How long `on_rotate` gets at the least: whoever keeps the new token set elsewhere needs it, however long the server
/// took to send it.
const ROTATION_TOLD: Duration = Duration::from_secs(5);

/// Why a profile's login could not be looked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AccountError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error("PRUSA_TOKENS_JSON is not a token set")]
    TokensJson(#[source] TokenSetError),
    /// A login that the environment began, and that no login stored beside it mends.
    #[error("the login in {variable} is of no more use")]
    Given {
        variable: &'static str,
        source: Box<BrokerError>,
    },
    #[error("could not note that the token of profile {profile} was refused")]
    Note { profile: String, source: StoreError },
    #[error("cannot ask Kognic for a token")]
    Kognic(#[from] KognicError),
}

/// A profile, its store and its provider.
pub(crate) struct Account<'a> {
    context: &'a Context,
    profile: &'a Profile,
    /// A token set from the environment that nothing can renew.
    given: Option<TokenSet>,
    store: Store,
    provider: Box<dyn Provider>,
    /// The client that the provider was made with, for remembering that it was refused.
    client: Option<Rc<KognicClient>>,
}

impl<'a> Account<'a> {
    /// Finds out where the profile's login is. Nothing is read yet but the environment.
    pub(crate) fn open(context: &'a Context, profile: &'a Profile) -> Result<Self, AccountError> {
        Self::open_for(context, profile, TokenRequest::default())
    }

    /// As `open`, for a host or with options that change what is asked for.
    pub(crate) fn open_for(
        context: &'a Context,
        profile: &'a Profile,
        wish: TokenRequest<'_>,
    ) -> Result<Self, AccountError> {
        let stored = Self::stored_for(context, profile, wish)?;
        let Some(set) = environment_set(profile)? else {
            return Ok(stored);
        };
        let Some(refresh_token) = &set.refresh_token else {
            return Ok(Self {
                given: Some(set),
                ..stored
            });
        };
        let store = Store::new(successor_path(refresh_token)?, Some(set));
        let store = store.with_sealing(context.sealing(profile.seal.clone())?);
        Ok(Self { store, ..stored })
    }

    /// As `open`, but only the stored login: what `login` writes, whatever the environment says.
    pub(crate) fn stored(context: &'a Context, profile: &'a Profile) -> Result<Self, AccountError> {
        Self::stored_for(context, profile, TokenRequest::default())
    }

    /// As `stored`, for a host or with options that change what is asked for.
    pub(crate) fn stored_for(
        context: &'a Context,
        profile: &'a Profile,
        wish: TokenRequest<'_>,
    ) -> Result<Self, AccountError> {
        let (provider, path, client) = login_of(context, profile, wish)?;
        Ok(Self {
            context,
            profile,
            given: None,
            store: Store::new(path, None).with_sealing(context.sealing(profile.seal.clone())?),
            provider,
            client,
        })
    }

    /// Returns the account of a profile with a store that is not its usual one.
    pub(crate) fn at(
        context: &'a Context,
        profile: &'a Profile,
        path: PathBuf,
    ) -> Result<Self, AccountError> {
        let stored = Self::stored(context, profile)?;
        let store = Store::new(path, None).with_sealing(context.sealing(profile.seal.clone())?);
        Ok(Self { store, ..stored })
    }

    /// Returns the token set from the environment that nothing can renew, if there is one.
    pub(crate) fn given(&self) -> Option<&TokenSet> {
        self.given.as_ref()
    }

    /// Returns the variables that may hold such a login.
    pub(crate) fn environment_variables(&self) -> &'static str {
        match &self.profile.issuer {
            Issuer::Practicus(_) => "PRT_TOKEN",
            _ => "PRUSA_TOKENS_JSON or PRUSA_TOKEN",
        }
    }

    /// Returns whether the environment holds a login that goes before the stored one.
    pub(crate) fn is_from_environment(&self) -> bool {
        self.given.is_some() || self.store.has_seed()
    }

    /// Returns the profile.
    pub(crate) fn profile(&self) -> &'a Profile {
        self.profile
    }

    /// Returns where the login is stored.
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Returns who renews it.
    pub(crate) fn provider(&self) -> &dyn Provider {
        self.provider.as_ref()
    }

    /// Returns how long a token must live: the option, else the profile's `min_ttl`, else 30 s.
    pub(crate) fn min_ttl(&self, option: Option<Duration>) -> Duration {
        option.or(self.profile.min_ttl).unwrap_or(MIN_TTL)
    }

    /// Returns a token set that meets `need`.
    pub(crate) fn token_set(&self, need: Need) -> anyhow::Result<Granted> {
        self.with_broker(|broker| broker.token_set(need))
            .map_err(|error| match error {
                BrokerError::SignIn { source, .. } if matches!(*source, SignInError::Kognic(_)) => {
                    self.explained(*source)
                }
                error if self.store.has_seed() && is_of_the_login(&error) => AccountError::Given {
                    variable: self.seed_variable(),
                    source: Box::new(error),
                }
                .into(),
                error => error.into(),
            })
    }

    /// Returns the variable that holds a login which can be renewed.
    pub(crate) fn seed_variable(&self) -> &'static str {
        match &self.profile.issuer {
            Issuer::Practicus(_) => "PRT_TOKEN",
            _ => "PRUSA_TOKENS_JSON",
        }
    }

    /// Signs in with nothing but what the provider was made with.
    pub(crate) fn sign_in_as_client(
        &self,
        timeout_policy: TimeoutPolicy,
    ) -> anyhow::Result<TokenSet> {
        let signed_in = self.provider.sign_in(&mut NoCredentials, timeout_policy);
        signed_in.map_err(|error| self.explained(error))
    }

    /// Credentials that cannot be had are told as those are that a file should have held.
    fn explained(&self, error: SignInError) -> anyhow::Error {
        match error {
            SignInError::Kognic(error) => {
                AccountError::from(KognicError::of_item(error, self.profile)).into()
            }
            error => error.into(),
        }
    }

    /// Returns a token set that meets `need` already, without renewing anything.
    pub(crate) fn at_hand(&self, need: Need) -> Result<Option<Granted>, BrokerError> {
        self.with_broker(|broker| broker.at_hand(need))
    }

    fn with_broker<T>(&self, ask: impl FnOnce(&Broker<'_>) -> T) -> T {
        ask(&Broker {
            profile: &self.profile.name,
            given: self.given.as_ref(),
            store: &self.store,
            provider: self.provider.as_ref(),
            can_sign_in: &|| self.can_sign_in(),
            unattended: &|| self.unattended(),
            on_rotate: &|set| {
                self.leave_pointer(set);
                self.tell_rotation(set, self.context.deadline.or_after(ROTATION_TOLD));
            },
            warn: &|text| self.context.warn(text),
            deadline: self.context.deadline,
        })
    }

    /// Returns what is known now, without renewing anything.
    pub(crate) fn current(&self) -> Result<Option<TokenSet>, BrokerError> {
        if let Some(given) = &self.given {
            return Ok(Some(given.clone()));
        }
        let stored = self.store.load();
        let stored = stored.map_err(|source| BrokerError::Store {
            profile: self.profile.name.clone(),
            source: Box::new(source),
        })?;
        Ok(stored.map(|stored| stored.set))
    }

    /// Returns whether an access token is there, or a refresh token that is not known to be refused.
    ///
    /// As far as the store tells: no server is asked, nothing is renewed.
    pub(crate) fn can_answer(&self) -> bool {
        let now = UnixTime::now();
        let is_good = |set: &TokenSet, written_at| set.is_fresh(written_at, now, Duration::ZERO);
        if self.given.as_ref().is_some_and(|set| is_good(set, None)) {
            return true;
        }
        let stored = self.store.load();
        stored.is_ok_and(|stored| stored.is_some_and(|stored| self.is_alive(&stored, now)))
    }

    /// Returns whether there is a login that nothing but a new one makes good, as far as the store tells.
    pub(crate) fn has_ended(&self) -> bool {
        let now = UnixTime::now();
        let is_good = |set: &TokenSet| set.is_fresh(None, now, Duration::ZERO);
        if self.has_client() || self.given.as_ref().is_some_and(is_good) {
            return false;
        }
        match self.store.load() {
            Ok(Some(stored)) => !self.is_alive(&stored, now),
            Ok(None) => self.given.is_some(),
            Err(_) => false,
        }
    }

    /// Returns whether a client is known that asks for tokens by itself, so that no login is needed.
    pub(crate) fn has_client(&self) -> bool {
        self.provider.sign_in_by() == SignInBy::Client
            && self.client.as_ref().is_none_or(|client| client.is_known())
    }

    fn is_alive(&self, stored: &Stored, now: UnixTime) -> bool {
        let set = &stored.set;
        let has_good_token =
            !stored.is_rejected() && set.is_fresh(stored.written_at, now, Duration::ZERO);
        let has_refresh_token =
            set.refresh_token.is_some() && set.refresh_expires_at().is_none_or(|end| end > now);
        has_good_token || (has_refresh_token && !self.was_refused(stored))
    }

    /// Returns whether the server refused the stored refresh token, and no other has come since.
    fn was_refused(&self, stored: &Stored) -> bool {
        let Some(Journal::Failed(failure)) = self.store.journal() else {
            return false;
        };
        let is_over = matches!(failure.code.as_str(), "login_required" | "sign_in_failed");
        is_over && stored.written_at.is_none_or(|at| at <= failure.at)
    }

    /// Returns the error of a profile without a login.
    pub(crate) fn not_signed_in(&self) -> BrokerError {
        BrokerError::NotSignedIn {
            profile: self.profile.name.clone(),
        }
    }

    /// Takes note that a server refused a secret; if it is the stored access token, the next `get` refreshes.
    pub(crate) fn note_rejected(&self, rejected: &Rejected) -> anyhow::Result<()> {
        let note = |source| AccountError::Note {
            profile: self.profile.name.clone(),
            source,
        };
        let is_ours = self.store.load().map_err(note)?.is_some_and(|stored| {
            stored
                .set
                .access_token
                .as_ref()
                .is_some_and(|access_token| rejected.is_token(access_token))
        });
        if !is_ours {
            return Ok(());
        }
        let held = self.store.lock(self.context.deadline).map_err(note)?;
        if let RejectionOutcome::RefusedFresh = held
            .note_rejected(rejected.secret(), UnixTime::now())
            .map_err(note)?
        {
            self.context.explain(|| {
                "a fresh token was refused as well; it is not refreshed again".to_owned()
            });
        }
        Ok(())
    }

    /// What `on_rotate` keeps may be what the environment holds next: it goes on in the chain that it came from.
    fn leave_pointer(&self, set: &TokenSet) {
        if let (true, Some(_), Some(refresh_token)) = (
            self.store.has_seed(),
            &self.profile.on_rotate,
            &set.refresh_token,
        ) && let Err(error) = pointers::leave(self.store.path(), refresh_token)
        {
            self.context.warn(&format!(
                "the next process will not find this login by the token set that on_rotate gets: {error}"
            ));
        }
    }

    /// Takes away what else leads to the stored login, which is gone.
    pub(crate) fn forget_pointers(&self) {
        pointers::forget(self.store.path());
    }

    /// Puts in place what a killed process had obtained already: before the stored refresh token is given to anybody, who
    /// would be given a spent one.
    pub(crate) fn recover(&self) -> Result<(), BrokerError> {
        if !self.store.is_being_spent() {
            return Ok(());
        }
        let held = self.store.lock(self.context.deadline);
        held.map(drop).map_err(|source| BrokerError::Store {
            profile: self.profile.name.clone(),
            source: Box::new(source),
        })
    }

    /// Runs `on_rotate` with the new token set on its stdin.
    pub(crate) fn tell_rotation(&self, set: &TokenSet, deadline: Deadline) {
        if let Some(command) = &self.profile.on_rotate
            && let Err(error) = shell::run_with_input("on_rotate", command, set.render(), deadline)
        {
            self.context.warn(&format!(
                "{error}; the new token set is stored all the same"
            ));
        }
    }

    /// Returns what is known of a profile's login without renewing it, for choosing between profiles.
    pub(crate) fn known_login(context: &Context, profile: &Profile) -> KnownLogin {
        let set = Account::open(context, profile)
            .ok()
            .and_then(|account| account.current().ok().flatten());
        KnownLogin {
            is_signed_in: set.is_some(),
            email: set.as_ref().and_then(email_of),
        }
    }

    /// Returns whether there seems to be what signs in without a person; what is wrong with it shows when it is used.
    fn can_sign_in(&self) -> bool {
        let saved = || self.store.load().ok()??.password;
        self.provider.sign_in_by() == SignInBy::Client
            || Sources::may_be_unattended(self.context, self.profile, &saved)
    }

    /// Returns whether a program that asks for a profile's token gets one, as far as the store tells.
    pub(crate) fn is_signed_in(context: &Context, profile: &Profile) -> bool {
        Account::open(context, profile).is_ok_and(|account| {
            let is_there = account.has_client() || matches!(account.current(), Ok(Some(_)));
            is_there && !account.has_ended()
        })
    }

    /// Returns what signs in without a person, if the environment or the profile holds it.
    fn unattended(&self) -> Result<Option<Unattended<'_>>, SignInError> {
        if self.provider.sign_in_by() == SignInBy::Client {
            let client = self.client.as_ref().map(|client| client.credentials());
            let mark = client
                .transpose()?
                .map(|client| attempt_fingerprint(&client.client_id, &client.client_secret));
            return Ok(Some(Unattended {
                credentials: Box::new(NoCredentials),
                mark,
            }));
        }
        let saved = || self.store.load().ok()??.password;
        Ok(
            match Sources::unattended(self.context, self.profile, &saved) {
                Ok(sources) => sources.map(|(sources, mark)| Unattended {
                    credentials: Box::new(sources),
                    mark: Some(mark),
                }),
                Err(error) => {
                    self.context.warn(&format!(
                        "cannot sign in by myself: {}",
                        with_causes(&error)
                    ));
                    None
                }
            },
        )
    }
}

/// Who renews a profile's login, where it is stored, and the client if it is one that signs in.
type Login = (Box<dyn Provider>, PathBuf, Option<Rc<KognicClient>>);

/// Returns what a profile's login takes.
fn login_of(
    context: &Context,
    profile: &Profile,
    wish: TokenRequest<'_>,
) -> Result<Login, AccountError> {
    let ca_file = profile.ca_file.clone();
    let provider: Box<dyn Provider> = match &profile.issuer {
        Issuer::Prusa(settings) => Box::new(Prusa::new(Rc::clone(settings), ca_file)),
        Issuer::Kognic(settings) => {
            let client = KognicPlan::make(context, settings, wish)?.client(profile)?;
            let path = kognic::token_path(profile, &client)?;
            let client = Rc::new(client);
            let provider = Kognic::new(Rc::clone(&client), ca_file);
            return Ok((Box::new(provider), path, Some(client)));
        }
        Issuer::Practicus(settings) => Box::new(Practicus::new(settings.clone(), ca_file)),
        Issuer::OAuth(settings) => {
            let oauth = OAuth::new((**settings).clone(), ca_file);
            Box::new(oauth.opening(opener(context)?))
        }
    };
    Ok((provider, token_path(profile)?, None))
}

/// Returns whether an error is about a login and not about what befell it just now.
fn is_of_the_login(error: &BrokerError) -> bool {
    match error {
        BrokerError::LoginEnded { .. }
        | BrokerError::Unrenewable { .. }
        | BrokerError::NoSuchToken { .. }
        | BrokerError::IdentityNotRenewed { .. } => true,
        BrokerError::Store { source, .. } => matches!(
            **source,
            StoreError::NotATokenSet { .. } | StoreError::TooLarge { .. }
        ),
        BrokerError::NotSignedIn { .. }
        | BrokerError::NoTimeLeft { .. }
        | BrokerError::Refresh { .. }
        | BrokerError::SignIn { .. } => false,
    }
}

/// Returns what opens a client secret that was sealed.
pub(crate) fn opener(context: &Context) -> Result<Opener, ContextError> {
    let sealing = context.sealing(None)?;
    Ok(Box::new(move |path, bytes| {
        Ok(sealing.unseal_if_sealed(path, bytes)?)
    }))
}
