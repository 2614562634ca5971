//! The variables that this program reads and no other has defined, for `doctor` and the tests.

use crate::profile::{Kind, Variable};

static OF_PROGRAM: [Variable; 4] = [
    Variable::of_program("PRUSA_CRED_PROFILE", "names the profile, as --profile does"),
    Variable::of_program(
        "PRUSA_CRED_CONFIG",
        "another configuration file, as --config does",
    ),
    Variable::of_program(
        "PRUSA_CRED_NO_INPUT",
        "nothing is ever asked, as with --no-input",
    ),
    Variable::of_program("PRUSA_CRED_ERRORS", "the format of errors"),
];

/// Returns every variable of ours: those of the providers, then those of the whole program.
pub(crate) fn variables() -> impl Iterator<Item = &'static Variable> {
    let of_providers = Kind::ALL.into_iter().flat_map(|kind| kind.spec().variables);
    of_providers.chain(&OF_PROGRAM)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::profile::secret_variables;

    /// The variable that `setup` has VS Code pass to an MCP server. It is never read here.
    const MCP_TOKEN: &str = "PRUSA_CRED_MCP_TOKEN";

    #[test]
    fn every_variable_that_is_read_is_listed() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let texts = sources(&src).into_iter().map(fs::read_to_string);
        let texts: Vec<_> = texts.collect::<Result<_, _>>().expect("the sources");
        let is_ours = |text: &&str| {
            ["PRUSA_", "PRT_", "KOGNIC_"]
                .iter()
                .any(|start| text.starts_with(start))
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        };
        let named = texts
            .iter()
            .flat_map(|text| text.split('"'))
            .filter(is_ours);
        let unknown: Vec<_> = named
            .filter(|name| *name != MCP_TOKEN && !name.ends_with('_'))
            .filter(|name| variables().all(|variable| variable.name != *name))
            .collect();
        assert!(unknown.is_empty(), "not listed: {unknown:?}");
    }

    #[test]
    fn tokens_passwords_and_secrets_are_secret() {
        for variable in variables() {
            let has_such_a_name = ["TOKEN", "TOKENS_JSON", "PASSWORD", "SECRET"]
                .iter()
                .any(|end| variable.name.ends_with(end));
            assert_eq!(variable.is_secret(), has_such_a_name, "{}", variable.name);
            let is_hidden = secret_variables().any(|name| name == variable.name);
            assert_eq!(is_hidden, has_such_a_name, "{}", variable.name);
        }
    }

    fn sources(directory: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(directory).expect("a directory");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .flat_map(|path| {
                if path.is_dir() {
                    sources(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }
}
