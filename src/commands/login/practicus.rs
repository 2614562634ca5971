//! Signing in to a Practicus AI region.

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
    todo!("practicus")
}
