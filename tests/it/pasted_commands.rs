//! Every command that a message names can be pasted: the program takes it.
//!
//! The commands are read from the source: what stands in backticks and begins with `prusa-cred`. A placeholder becomes a
//! word of its kind; one without a name is spelled out in [`SPELLED_OUT`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::env::TestEnv;

/// What each placeholder may stand for.
const WORDS: [(&[&str], &str); 16] = [
    (&["{profile}", "{name}", "{other}", "{one}"], "corp"),
    (&["NAME"], "another"),
    (&["{option}", "{config}"], ""),
    (
        &["{issuer}", "{address}", "{typed}", "ADDRESS", "URL"],
        "https://127.0.0.1:1/mcp",
    ),
    (&["{host}", "{place}", "HOST"], "git.example.com"),
    (&["ID"], "some-client"),
    (&["{path}", "FILE"], "some-file"),
    (&["{client}", "CLIENT"], "git"),
    (&["{provider}"], "prusa"),
    (&["{verb}"], "get"),
    (&["{command}", "{word}", "COMMAND"], "status"),
    (&["{seconds}"], "60"),
    (&["{scopes}"], "read"),
    (&["TIME"], "60s"),
    (&["DIR"], "./pages"),
    (&["ENVIRONMENT"], "staging"),
];

/// Commands with a placeholder that has no name, or another meaning than elsewhere, and what they become.
const SPELLED_OUT: [(&str, &str); 3] = [
    (
        "prusa-cred login --provider {name}",
        "prusa-cred login --provider prusa",
    ),
    (
        "prusa-cred login {} --profile {}",
        "prusa-cred login https://127.0.0.1:1/mcp --profile corp",
    ),
    ("prusa-cred man ./{}", "prusa-cred man ./pages"),
];

/// What is no command line, but a part of one that is completed elsewhere, or is about a command.
const PARTS: [&str; 2] = ["prusa-cred --cargo-plugin", "prusa-cred terraform {verb}"];

/// Returns the commands in a source file: those in its texts, without its tests and comments.
fn commands_in(source: &str) -> BTreeSet<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let text = lines.collect::<Vec<_>>().join("\n");
    // A text goes on in the next line after a backslash.
    let mut joined = String::new();
    for part in text.split("\\\n") {
        joined.push_str(if joined.is_empty() {
            part
        } else {
            part.trim_start()
        });
    }
    let parts: Vec<_> = joined.split('`').collect();
    let quoted = parts.windows(2).map(|pair| pair[1]);
    quoted
        .filter(|part| part.starts_with("prusa-cred ") && !part.contains('\n'))
        .map(str::to_owned)
        .collect()
}

fn every_command() -> BTreeSet<String> {
    let mut commands = BTreeSet::new();
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                commands.extend(commands_in(&fs::read_to_string(path).expect("a source")));
            }
        }
    }
    commands
}

/// Returns the command as somebody would type it.
fn filled_in(command: &str) -> String {
    if let Some((_, filled)) = SPELLED_OUT.iter().find(|(it, _)| *it == command) {
        return (*filled).to_owned();
    }
    let mut filled = command.to_owned();
    for (names, word) in WORDS {
        for name in names {
            filled = if name.starts_with('{') {
                filled.replace(name, word)
            } else {
                let words = filled.split(' ');
                let words: Vec<_> = words
                    .map(|it| if it == *name { word } else { it })
                    .collect();
                words.join(" ")
            };
        }
    }
    assert!(
        !filled.contains('{') && !filled.contains('…'),
        "`{command}`: say in WORDS or SPELLED_OUT what its placeholder stands for"
    );
    filled
}

#[test]
fn the_program_takes_every_command_that_it_names() {
    let env = TestEnv::offline().config(
        "[profiles.corp]\nprovider = 'oauth'\nissuer = 'https://127.0.0.1:1'\nclient_id = 'me'\n\
         hosts = ['git.example.com']\n",
    );
    let commands = every_command();
    assert!(commands.len() > 40, "{commands:?}");
    let mut refused = Vec::new();
    for command in commands {
        if PARTS.contains(&command.as_str()) {
            continue;
        }
        let line = filled_in(&command);
        let words: Vec<_> = line.split_whitespace().skip(1).collect();
        let run = env.run(["--no-input", "--timeout", "1s"]);
        let output = run.args(words).outcome();
        if output.status == 2 || output.stderr.contains("there is no profile") {
            refused.push(format!("`{command}` as `{line}`: {}", output.stderr));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn commands_are_found_in_a_source() {
    let source = "//! `prusa-cred in-a-comment`\nlet a = \"run `prusa-cred login \\\n    --profile {x}`, or `ls`\";\n\
                  #[cfg(test)]\nlet b = \"`prusa-cred in-a-test`\";\n";
    let found: Vec<_> = commands_in(source).into_iter().collect();
    assert_eq!(found, ["prusa-cred login --profile {x}"]);
}
