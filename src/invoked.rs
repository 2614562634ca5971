//! The name that we were called by: `git-credential-…` speaks git, `docker-credential-…` docker.

use std::ffi::OsString;
use std::path::Path;

use crate::protocol::Protocol;

/// Returns the arguments as if the protocol had been named: git and docker run a helper by the name of a link to it.
pub(crate) fn arguments(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    let name = arguments
        .first()
        .and_then(|program| Path::new(program).file_stem()?.to_str());
    if let Some(protocol) = name.and_then(Protocol::of_link) {
        arguments.insert(1, protocol.name().into());
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_protocol() {
        let of = |words: &[&str]| arguments(words.iter().map(OsString::from));
        assert_eq!(
            of(&["/x/git-credential-prusa-cred", "--profile", "p", "get"]),
            [
                "/x/git-credential-prusa-cred",
                "git",
                "--profile",
                "p",
                "get"
            ]
        );
        assert_eq!(
            of(&["docker-credential-prusa-cred", "list"]),
            ["docker-credential-prusa-cred", "docker", "list"]
        );
        assert_eq!(
            of(&["git-credential-prusa-cred.exe"]),
            ["git-credential-prusa-cred.exe", "git"]
        );
        assert_eq!(
            of(&["/git-credential-x/prusa-cred", "get"]),
            ["/git-credential-x/prusa-cred", "get"]
        );
        assert!(of(&[]).is_empty());
    }
}
