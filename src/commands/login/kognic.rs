//! Signing in to Kognic: nothing but asking for a token with the client credentials.

use anyhow::Result;

use crate::account::Account;
use crate::cli::Login;
use crate::context::Context;
use crate::token::TokenSet;

pub(super) fn sign_in(
    _context: &Context,
    _account: &Account<'_>,
    _options: &Login,
) -> Result<TokenSet> {
    todo!("kognic")
}
