//! A name where an address is expected, such as `login prusa` or `get gitlab`: a host of one word without a scheme.
//!
//! Such a host may exist in a network of one's own, so a profile or a saved credential for it comes first, and with its
//! scheme it is an address like any other.

use anyhow::Result;

use super::error::{AnswerError, Meaning, Verb};
use crate::context::Context;
use crate::profile::Kind;

/// Accounts of these sign in to Prusa Account on a page in a browser.
const BROWSER_ACCOUNTS: [&str; 2] = ["google", "apple"];

/// Returns the error for an address that is a name; `None` if it is none.
///
/// # Errors
///
/// When the configuration cannot be read.
pub(crate) fn not_an_address(
    context: &Context,
    text: &str,
    verb: Verb,
) -> Result<Option<AnswerError>> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let word = text.to_ascii_lowercase();
    if word.is_empty() || !word.chars().all(is_letter) || word == "localhost" {
        return Ok(None);
    }
    let is_profile = context.profiles()?.named(&word).is_some();
    let is_provider = Kind::ALL.iter().any(|kind| kind.word() == word);
    let meaning = match verb {
        Verb::Login if is_provider => Meaning::Provider,
        _ if is_profile => Meaning::Profile,
        _ if is_provider => Meaning::Provider,
        Verb::Login if BROWSER_ACCOUNTS.contains(&word.as_str()) => Meaning::BrowserAccount,
        _ => Meaning::Unknown,
    };
    Ok(Some(AnswerError::NotAnAddress {
        word,
        meaning,
        verb,
    }))
}
