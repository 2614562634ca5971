//! What the broker needs to know of a login, and what it has its owner do.

use crate::deadline::Deadline;
use crate::providers::{Credentials, Provider, SignInError};
use crate::store::Store;
use crate::token::TokenSet;

/// One profile's login, as its owner hands it to the broker.
pub(crate) trait Login {
    /// Returns the profile's name, for messages.
    fn profile_name(&self) -> &str;

    /// Returns the token set in the environment that goes before the stored one and that nothing can renew.
    fn environment_set(&self) -> Option<&TokenSet>;

    /// Returns where the login is stored.
    fn store(&self) -> &Store;

    /// Returns who issues and refreshes its tokens.
    fn provider(&self) -> &dyn Provider;

    /// Returns when whoever asked stops waiting.
    fn deadline(&self) -> Deadline;

    /// Returns whether there seems to be what signs in without a person. Runs no command to find out.
    fn can_sign_in_unattended(&self) -> bool;

    /// Returns what signs in without a person, if the environment, the profile or the store holds it.
    ///
    /// # Errors
    ///
    /// When a client's credentials cannot be read.
    fn unattended(&self) -> Result<Option<Unattended<'_>>, SignInError>;

    /// Is called with each new token set once it is stored, before anything of it is handed out.
    fn on_new_token_set(&self, set: &TokenSet);

    /// Tells a person something that is not an error.
    fn warn(&self, text: &str);
}

/// What signs in without a person.
pub(crate) struct Unattended<'a> {
    pub(crate) credentials: Box<dyn Credentials + 'a>,
    /// Tells this password or client from another one, and nothing else about it, so that a refusal can be remembered;
    /// `None` is never remembered.
    pub(crate) fingerprint: Option<u8>,
}
