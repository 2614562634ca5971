//! The broker's view of a login: what it reads from it, and what it calls on it.

use crate::deadline::Deadline;
use crate::oauth::GrantError;
use crate::providers::{Credentials, GivenBy, Provider, SignInError};
use crate::store::Store;
use crate::token::{OtherIssuer, TokenSet};

/// One profile's login. [`crate::account::Account`] implements it.
pub(crate) trait Login {
    /// Returns the profile's name, for messages.
    fn profile_name(&self) -> &str;

    /// Returns the token set in the environment that takes precedence over the stored one and cannot be renewed.
    ///
    /// # Errors
    ///
    /// When it belongs to another server or client.
    fn environment_set(&self) -> Result<Option<&TokenSet>, OtherIssuer>;

    /// Returns the store that holds the login.
    fn store(&self) -> &Store;

    /// Returns the provider that issues and renews its tokens.
    fn provider(&self) -> &dyn Provider;

    /// Returns the deadline of the whole request.
    fn deadline(&self) -> Deadline;

    /// Returns whether [`Self::unattended`] may return credentials. Runs no command to find out.
    fn can_sign_in_unattended(&self) -> bool;

    /// Returns the credentials of a sign-in without a person, if the environment, the profile or the store holds them.
    /// May run a command.
    ///
    /// # Errors
    ///
    /// When what is configured cannot be read, or a command fails.
    fn unattended(&self) -> Result<Option<Unattended<'_>>, SignInError>;

    /// Returns the client's ID, if `error` says that the server refuses it although it has registered itself there.
    fn refused_client(&self, error: &GrantError) -> Option<String>;

    /// Called with each new token set when it has been stored, before any token of it is handed out.
    fn on_new_token_set(&self, set: &TokenSet);

    /// Prints a warning.
    fn warn(&self, text: &str);
}

/// The credentials of a sign-in without a person.
pub(crate) struct Unattended<'a> {
    pub(crate) credentials: Box<dyn Credentials + 'a>,
    /// A byte of a digest of the password or client secret, by which a refusal is recorded so that the same credentials
    /// are not sent again: too short to reveal them. With `None` no refusal is recorded.
    pub(crate) fingerprint: Option<u8>,
    /// What gave them, which is to be corrected if they are refused.
    pub(crate) given_by: Vec<GivenBy>,
}
