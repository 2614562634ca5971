//! Errors of files that another user may have written.

use super::code::{Code, CodeAndHint};
use crate::trusted_file::Untrusted;

/// Returns the code `Config`, and the hint at the command that mends it.
pub(super) fn classify_untrusted(error: &Untrusted) -> CodeAndHint {
    (Code::Config, Some(untrusted_hint(error)))
}

/// Returns the hint at the command that mends it, or that shows it where nothing simple does.
pub(super) fn untrusted_hint(error: &Untrusted) -> String {
    let command = error.fix();
    if error.is_fixable() {
        format!("check that nobody has changed the file, then run `{command}`")
    } else {
        format!("move the file to a directory of your own; `{command}` shows whose that one is")
    }
}
