//! The few command lines that other programs run all the time, read without building the parser.
//!
//! git, Docker, prompts and MCP clients run `get` for every request that they make, and the parser's tables of
//! commands, options and help texts take longer to build than everything else that a stored token needs. So the common
//! forms are read here: `get`, `git VERB` and `docker VERB` with `--profile`, and `get` with `--format` after it, both
//! spelled out and their values in the next argument. Anything else is left to the parser, errors and help included;
//! what is read here has the same meaning there.

use std::ffi::OsString;

use clap::ValueEnum;

use super::{Cli, Command, Format, Get, Global, Verb};
use crate::protocol::Protocol;

impl Cli {
    /// Reads these arguments, the program's name first, if they are one of the common forms; `None` means that the
    /// parser has to read them.
    pub(crate) fn parse_common(arguments: &[OsString]) -> Option<Self> {
        let mut words = Vec::new();
        let mut global = Global::default();
        let mut format = None;
        let mut rest = arguments.iter().skip(1);
        while let Some(argument) = rest.next() {
            match argument.to_str()? {
                "--profile" if global.profile.is_none() => {
                    global.profile = Some(plain_word(rest.next()?)?.to_owned());
                }
                // It is an option of `get`, and cannot stand before it.
                "--format" if format.is_none() && !words.is_empty() => {
                    format = Some(Format::from_str(plain_word(rest.next()?)?, false).ok()?);
                }
                _ => words.push(plain_word(argument)?),
            }
        }
        let command = match (words.as_slice(), format) {
            (["get"], format) => Command::Get(Get {
                format,
                ..Get::default()
            }),
            (["git", verb], None) => Command::Helper(Protocol::Git, verb_of(verb)),
            (["docker", verb], None) => Command::Helper(Protocol::Docker, verb_of(verb)),
            _ => return None,
        };
        Some(Self { global, command })
    }
}

/// Returns the argument if it is UTF-8 and begins with an ASCII letter or digit, as no option does; else `None`.
fn plain_word(argument: &OsString) -> Option<&str> {
    let word = argument.to_str()?;
    let is_plain = word.bytes().next()?.is_ascii_alphanumeric();
    is_plain.then_some(word)
}

/// Returns the arguments of a helper protocol that consist of this verb alone.
fn verb_of(word: &str) -> Verb {
    Verb {
        verb: Some(word.to_owned()),
        ..Verb::default()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proptest::prelude::*;

    use super::*;

    const WORDS: [&str; 20] = [
        "get",
        "git",
        "docker",
        "store",
        "erase",
        "list",
        "help",
        "version",
        "--profile",
        "--format",
        "headers",
        "json",
        "nonsense",
        "-p",
        "--json",
        "--help",
        "--",
        "-",
        "",
        "--profile=farm",
    ];

    fn with_program_name(words: &[&str]) -> Vec<OsString> {
        std::iter::once(&"prusa-cred")
            .chain(words)
            .map(OsString::from)
            .collect()
    }

    #[test]
    fn common_command_lines_need_no_parser() {
        for words in [
            &["get"][..],
            &["git", "get"],
            &["git", "store"],
            &["git", "--profile", "farm", "get"],
            &["docker", "get"],
            &["--profile", "farm", "get", "--format", "headers"],
        ] {
            let arguments = with_program_name(words);
            assert!(Cli::parse_common(&arguments).is_some(), "{words:?}");
        }
    }

    proptest! {
        #[test]
        fn a_common_form_means_the_same_to_the_parser(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..6)) {
            let arguments = with_program_name(&words);
            if let Some(common) = Cli::parse_common(&arguments) {
                let parsed = Cli::try_parse_from(&arguments).expect("the parser accepts it too");
                prop_assert_eq!(format!("{common:?}"), format!("{parsed:?}"));
            }
        }
    }
}
