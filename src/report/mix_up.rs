//! Errors of servers that may be posing as a part of another one.

use super::code::{Code, CodeAndHint};
use super::hint::{config_key, login_again};
use crate::oauth::mix_up::{MixUpError, TwoOrigins};

/// Returns code and hint of a server that may be posing as a part of another one.
pub(super) fn classify_mix_up(error: &MixUpError, profile: Option<&str>) -> CodeAndHint {
    let text = match error {
        MixUpError::NobodyToAsk(origins) => format!(
            "{} in a terminal to be asked; or, {}",
            login_again(profile),
            by_hand(origins)
        ),
        MixUpError::NotAgreed(origins) | MixUpError::DeviceElsewhere(origins) => by_hand(origins),
        MixUpError::TokenElsewhere { token, .. } => format!(
            "if you know that both belong together, add {token} to {}",
            config_key(profile, "endpoint_origins")
        ),
        MixUpError::PresetParameter { .. } | MixUpError::RevocationElsewhere { .. } => {
            "tell the operator of the address".to_owned()
        }
    };
    (Code::Denied, Some(text))
}

/// Returns the hint to name the server by hand. What the server chose in it is one word for a shell.
fn by_hand(origins: &TwoOrigins) -> String {
    let issuer = origins.issuer.as_deref().unwrap_or("ADDRESS");
    format!(
        "if you know that both belong together, name the server yourself, with a client that is registered there: \
         `prusa-cred login --issuer {issuer} --client-id ID --host HOST`"
    )
}
