//! What a file holds where an entry belongs, and how text that names prusa-cred is recognised.

use crate::clients::programs::OURS;

/// Stands above a line that does not say by itself who wrote it.
pub(crate) const MARK: &str = "# by `prusa-cred setup`: the program `keyring` is prusa-cred";

/// What stands where an entry belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    Ours,
    /// It works as ours would, and is not marked as ours.
    AsGood,
    /// It names prusa-cred and says something else than it would if it were written now.
    Changed(String),
    /// It names prusa-cred, for another profile.
    Another(String),
    /// Another program's, in whose place ours would be.
    Theirs(String),
}

/// Returns the profile that a command line of ours names, in whatever way its file writes words.
pub(crate) fn profile_in(text: &str) -> Option<&str> {
    let is_between = |it: char| it.is_whitespace() || "\"',[]{}".contains(it);
    let mut words = text.split(is_between).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "--profile" | "-p") {
            return words.next();
        }
        if let Some(name) = word.strip_prefix("--profile=") {
            return Some(name);
        }
    }
    None
}

/// Returns who is asked by an entry for another profile, for a sentence.
pub(crate) fn whose(said: &str) -> String {
    match profile_in(said) {
        Some(profile) => format!("{OURS} for profile {profile}"),
        None => format!("{OURS} for another profile"),
    }
}

/// Why a text cannot be worked on.
pub(crate) type Why = String;
