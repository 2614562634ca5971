//! Holds the direction of the layers: a module of `src/` may `use crate::` only what stands to the right of it.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top down. Modules of one layer do not know each other.
const LAYERS: &str = "main | report | commands | clients | answer | account | context | cli | broker | providers, store \
                      | oauth, totp, shell, browser | http | profile | stdin | protocol | credential | token \
                      | deadline, wiped, causes, terminal | platform, testing | escape";

#[test]
fn modules_use_only_what_stands_below_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    for file in rust_files(&src) {
        let inside = file.strip_prefix(&src).unwrap().with_extension("");
        let user = inside.iter().next().unwrap().to_str().unwrap().to_owned();
        for used in crate_uses(&fs::read_to_string(&file).unwrap()) {
            if used == user || layer(&used) > layer(&user) {
                continue;
            }
            faults.push(format!("{} uses crate::{used}", file.display()));
        }
    }
    assert!(faults.is_empty(), "against the layers: {faults:#?}");
}

fn layer(module: &str) -> usize {
    LAYERS
        .split('|')
        .position(|layer| layer.split(',').any(|name| name.trim() == module))
        .unwrap_or_else(|| panic!("add the module `{module}` to LAYERS, where it belongs"))
}

/// Returns the top modules that the text names as `crate::module`, comments aside.
fn crate_uses(text: &str) -> Vec<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .inspect(|name: &String| assert!(!name.is_empty(), "one module per `use crate::`"))
        .collect()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
