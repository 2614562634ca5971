//! Whether Prusa's Python SDK and its `prusactl` find a new login too.

use crate::account::{Account, is_sdk_here, sdk_token_file};
use crate::context::Context;
use crate::escape::shell_word;
use crate::store::Store;

/// Says after a sign-in to the profile prusa that the SDK uses the same login, or the command that moves it to where both
/// look. Nothing, where the SDK is not used or has a login of its own.
pub(super) fn tell(context: &Context, account: &Account<'_>) {
    let Ok(sdk_file) = sdk_token_file() else {
        return;
    };
    let store: &Store = account.store();
    if !account.profile().is_prusa() || !is_sdk_here(&sdk_file) {
        return;
    }
    let is_sealed = matches!(store.load(), Ok(Some(stored)) if stored.is_sealed);
    if store.path() == sdk_file {
        context.say("prusactl and the Python SDK use the same login.");
    } else if is_sealed {
        context.say("prusactl and the Python SDK do not find this login, as it is sealed.");
    } else if !sdk_file.exists() {
        let command = if cfg!(windows) { "move" } else { "mv" };
        context.say(&format!(
            "prusactl and the Python SDK do not find this login; `{command} {} {}` moves it to where both look.",
            shell_word(store.path()),
            shell_word(&sdk_file)
        ));
    }
}
