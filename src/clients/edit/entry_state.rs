//! What a file holds in the position of an entry, and how text that names prusa-cred is recognised.

use crate::clients::programs::PROGRAM_NAME;

/// The comment above an entry that does not itself name prusa-cred: it shows that `setup` wrote the line below.
pub(crate) const KEYRING_MARK: &str =
    "# by `prusa-cred setup`: the program `keyring` is prusa-cred";

/// What a file holds in the position of an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EntryState {
    /// Nothing.
    Absent,
    /// The entry, exactly as `setup` writes it.
    AsWritten,
    /// An entry with the same effect that `setup` has not written: `undo` keeps it.
    Equivalent,
    /// This text, which names prusa-cred or has `setup`'s mark above it, and differs from what `setup` would write now.
    Modified(String),
    /// This text, which makes the client ask prusa-cred for another profile. Only `SetupPlan::entry_states` tells this
    /// from `Modified`.
    OtherProfile(String),
    /// This entry of another program, which would have to be replaced.
    OtherProgram(String),
}

/// Why a text cannot be edited, for a sentence; never with any of the text, which may hold other programs' secrets.
pub(crate) type EditError = String;

/// Returns the profile that a command line names with `--profile` or `-p`, however the file quotes its words.
pub(crate) fn profile_option_in(text: &str) -> Option<&str> {
    let is_separator = |it: char| it.is_whitespace() || "\"',[]{}".contains(it);
    let mut words = text.split(is_separator).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "--profile" | "-p") {
            return words.next();
        }
        if let Some(name) = word.strip_prefix("--profile=") {
            return Some(name);
        }
        if let Some(name) = word.strip_prefix("-p").filter(|_| !word.starts_with("--")) {
            return Some(name.trim_start_matches('='));
        }
    }
    None
}

/// Returns "prusa-cred for profile NAME" for an entry's text, or "prusa-cred for another profile" where it names none.
pub(crate) fn describe_profile(entry: &str) -> String {
    match profile_option_in(entry) {
        Some(profile) => format!("{PROGRAM_NAME} for profile {profile}"),
        None => format!("{PROGRAM_NAME} for another profile"),
    }
}
