//! The targets by name. Each has a directory of seeds of the same name.

mod answers;
mod files;
mod requests;
mod texts;

/// Takes any input, and panics where a property does not hold.
pub(crate) type Target = fn(&[u8]);

/// Every target.
pub(crate) const ALL: &[(&str, Target)] = &[
    ("address", texts::address),
    ("answers", answers::answers),
    ("bazel", requests::bazel),
    ("cargo", requests::cargo),
    ("challenge", texts::challenge),
    ("config", files::config),
    ("docker", requests::docker),
    ("git", requests::git),
    ("git_helper", texts::git_helper),
    ("goauth", requests::goauth),
    ("keyring", requests::keyring),
    ("kube", requests::kube),
    ("login_page", texts::login_page),
    ("otpauth", texts::otpauth),
    ("pasted", texts::pasted),
    ("provider_files", files::provider_files),
    ("saved", files::saved),
    ("sealed", files::sealed),
    ("terraform", requests::terraform),
    ("token_set", files::token_set),
];

/// Returns the input if it is text: some targets take nothing else.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}

/// Panics where a text could end a line, or a string of C.
fn assert_one_line(what: &str, text: &str) {
    assert!(!text.contains(['\n', '\r', '\0']), "{what}: {text:?}");
}

/// Panics where a text could do something to a terminal.
fn assert_printable(what: &str, text: &str) {
    assert!(!text.contains(char::is_control), "{what}: {text:?}");
}
