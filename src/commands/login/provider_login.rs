//! What `login` needs to know of a kind of provider.

use anyhow::Result;

use super::target::LoginTarget;
use crate::account::Account;
use crate::cli::Login;
use crate::context::Context;
use crate::store::SavedPassword;
use crate::terminal::prompt::Person;
use crate::token::TokenSet;

/// Stores tokens.
pub(super) type Keep<'a> = &'a dyn Fn(&TokenSet) -> Result<()>;

/// How one signs in to providers of one kind: the part of `login` that differs from kind to kind.
pub(super) trait ProviderLogin {
    /// Returns the options of `login` that only this kind has, each with whether it is given.
    fn own_options(&self, _options: &Login) -> Vec<(&'static str, bool)> {
        Vec::new()
    }

    /// Asks the person for what a new profile of this kind needs and neither the options nor the configuration nor the
    /// environment have, and puts the answers into the options.
    ///
    /// # Errors
    ///
    /// When something is to be asked and no person is there or no answer can be read, the configuration or the
    /// environment cannot be read, or several profiles are of this kind and none is named.
    fn ask_for_missing(
        &self,
        _context: &Context,
        _person: Person,
        _options: &mut Login,
    ) -> Result<()> {
        Ok(())
    }

    /// Returns the profile to sign in to: an existing one, or a new one with the settings of the options.
    ///
    /// # Errors
    ///
    /// When the options contradict an existing profile, or are not valid or too few for a new one.
    fn target<'a>(&self, context: &'a Context, options: &Login) -> Result<LoginTarget<'a>>;

    /// Signs in to a profile of this kind, and returns the tokens, which are not stored. Returns the password too if it
    /// is to be stored with them. `keep` stores tokens that are good, before more is asked of the person to get better
    /// ones.
    ///
    /// # Errors
    ///
    /// When the sign-in fails, or the profile is of another kind.
    fn sign_in(
        &self,
        context: &Context,
        account: &Account<'_>,
        options: &Login,
        keep: Keep<'_>,
    ) -> Result<(TokenSet, Option<SavedPassword>)>;
}
