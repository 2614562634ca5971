//! The name that this program was run by: as `git-credential-…` it speaks git's protocol, whatever follows the
//! hyphen, and so with docker, Bazel and Terraform; as `keyring` pip's and uv's; and with `--cargo-plugin` as its first
//! argument cargo's.

use std::ffi::OsString;
use std::path::Path;

use crate::protocol::Protocol;

/// The first argument that cargo gives to every credential provider.
const CARGO: &str = "--cargo-plugin";

/// Returns the arguments with the protocol's command inserted after the first, if the first (the name of a link to this
/// program) or the second (`--cargo-plugin`) says which; otherwise as they are.
///
/// After git's name a lone `--version` stays as it is and nothing is inserted, as git's protocol has no such verb.
/// After docker's a lone `--version` or `-v` becomes the verb `version`, as in docker's own helpers.
pub(crate) fn arguments(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<_> = arguments.collect();
    let name = arguments.first().and_then(|program| program.to_str());
    let is_run_by_cargo = arguments.get(1).is_some_and(|first| first == CARGO);
    let protocol = name.and_then(protocol_of);
    let Some(protocol) = protocol.or(is_run_by_cargo.then_some(Protocol::Cargo)) else {
        return arguments;
    };
    let is_version = |flags: &[&str]| matches!(arguments.as_slice(), [_, flag] if flags.iter().any(|name| flag == name));
    match protocol {
        Protocol::Git if is_version(&["--version"]) => return arguments,
        Protocol::Docker if is_version(&["--version", "-v"]) => {
            arguments.truncate(1);
            arguments.push("version".into());
        }
        _ => {}
    }
    arguments.insert(1, protocol.name().into());
    arguments
}

/// Returns the protocol to speak when this program is run by this path, judged by its file name without the extension,
/// in any case: `keyring`, or how it begins, such as `git-credential-`. `None` for a name that stands for none.
pub(crate) fn protocol_of(path: &str) -> Option<Protocol> {
    Protocol::of_link(Path::new(path).file_stem()?.to_str()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_link_chooses_the_protocol() {
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
        assert_eq!(
            of(&["/p/terraform-credentials-prusa-cred_v1.0.0", "get", "h"]),
            [
                "/p/terraform-credentials-prusa-cred_v1.0.0",
                "terraform",
                "get",
                "h"
            ]
        );
        assert_eq!(
            of(&["C:/bin/Keyring.EXE", "get", "s"]),
            ["C:/bin/Keyring.EXE", "keyring", "get", "s"]
        );
        assert_eq!(
            of(&["/p/bazel-credential-prusa-cred", "get"]),
            ["/p/bazel-credential-prusa-cred", "bazel", "get"]
        );
        assert_eq!(of(&["keyring-2", "get"]), ["keyring-2", "get"]);
        assert_eq!(
            of(&["git-credential-prusa-cred", "--version"]),
            ["git-credential-prusa-cred", "--version"]
        );
        for flag in ["-v", "--version"] {
            assert_eq!(
                of(&["docker-credential-prusa-cred", flag]),
                ["docker-credential-prusa-cred", "docker", "version"]
            );
        }
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn cargo_plugin_as_first_argument_chooses_cargo() {
        let of = |words: &[&str]| arguments(words.iter().map(OsString::from));
        assert_eq!(
            of(&["prusa-cred", "--cargo-plugin"]),
            ["prusa-cred", "cargo", "--cargo-plugin"]
        );
        assert_eq!(
            of(&["prusa-cred", "cargo", "--cargo-plugin"]),
            ["prusa-cred", "cargo", "--cargo-plugin"]
        );
        assert_eq!(
            of(&["prusa-cred", "get", "--cargo-plugin"]),
            ["prusa-cred", "get", "--cargo-plugin"]
        );
    }
}
