//! The kinds of provider that `login` knows, one file for each; nothing else in `login` tells them apart.

mod kognic;
mod oauth;
mod practicus;
mod prusa;

use anyhow::Result;

use super::provider_login::ProviderLogin;
use crate::cli::{Kind, Login};
use crate::commands::error::CommandError;
use kognic::KognicLogin;
use oauth::OAuthLogin;
use practicus::PracticusLogin;
use prusa::PrusaLogin;

/// Returns how one signs in to a provider of this kind.
pub(super) fn of(kind: Kind) -> &'static dyn ProviderLogin {
    match kind {
        Kind::Prusa => &PrusaLogin,
        Kind::Kognic => &KognicLogin,
        Kind::Practicus => &PracticusLogin,
        Kind::OAuth => &OAuthLogin,
    }
}

/// Returns the kind of service that the options are for, named by `--provider` or by an option that only one kind has.
///
/// # Errors
/// A usage error if two options are for different kinds.
pub(super) fn requested_kind(options: &Login) -> Result<Option<Kind>> {
    let mut requested = options.provider;
    for kind in Kind::ALL {
        let own_options = of(kind).own_options(options);
        for (option, _) in own_options.iter().filter(|(_, is_given)| *is_given) {
            if *requested.get_or_insert(kind) != kind {
                let why = format!("{option} is for --provider {}", kind.word());
                return Err(CommandError::Usage(why).into());
            }
        }
    }
    Ok(requested)
}
