//! The question before a sign-in at one server that gives another one the access.
//!
//! A resource that a person has only just met named both. They may belong together, as Google's do, or the second may
//! be posing as a part of the first, to get what that issues.

use crate::context::Context;
use crate::oauth::mix_up::TwoOrigins;
use crate::providers::oauth::Agreement;
use crate::terminal::prompt::Person;

/// Asks whether to sign in at one server for another one to get the access. Anything but a yes is a no.
pub(super) fn ask(context: &Context, person: Person, origins: &TwoOrigins) -> Agreement {
    if !person.is_there() {
        return Agreement::NobodyThere;
    }
    let TwoOrigins { sign_in, token, .. } = origins;
    context.show(&format!(
        "The sign-in is on the pages of\n\n  {sign_in}\n\nbut what it gives goes to\n\n  {token}\n\nIf these two do not \
         belong together, the second gets access to your account at the first."
    ));
    match person.agrees("Sign in?") {
        Ok(true) => Agreement::Yes,
        Ok(false) | Err(_) => Agreement::No,
    }
}
