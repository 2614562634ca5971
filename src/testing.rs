//! Helpers that the unit tests of several modules share.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Returns a temporary directory, and the path of a file in it that does not exist yet.
pub(crate) fn scratch(file: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join(file);
    (directory, path)
}

/// Returns a JSON Web Token with these claims and an invalid signature.
pub(crate) fn jwt(claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let header = encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    format!("{header}.{}.c2ln", encode(claims))
}
