//! The program that git runs for a value of `credential.helper` (gitcredentials(7), "Custom Helpers").

use crate::clients::programs;

/// Returns the program of a value: its name, or the path to it, without quotes around it and a `!` before it.
pub(crate) fn program(value: &str) -> &str {
    let text = value.trim_start_matches('!').trim_start();
    let (text, end) = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => (text.get(1..).unwrap_or_default(), quote),
        _ => (text, ' '),
    };
    text.split(end).next().unwrap_or_default()
}

/// Returns whether a value runs prusa-cred, in whatever directory.
pub(crate) fn runs_prusa_cred(value: &str) -> bool {
    programs::is_prusa_cred(program(value))
}
