//! Holds the direction of the code: the rooms (what stands directly in `src/`) are in layers, and no files form a
//! circle.

mod arrows;
mod circles;
mod modules;
mod synthetic;

use std::fs;
use std::path::Path;

use arrows::Arrows;
use modules::Modules;

/// The rooms from the top down. A room uses only those to the right of it; those between two bars do not know each
/// other.
const LAYERS: &str = "main | report | commands | clients | answer | account | context | cli | broker | providers, store \
                      | oauth, totp, shell, browser | http, program | profile | stdin | protocol \
                      | credential, terminal | token, localhost | deadline, wiped, causes, toml_file, trusted_file \
                      | platform, testing, lines | escape, byte_order_mark, named_path, waiting";

fn src() -> Modules {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    Modules::read(&|path| fs::read_to_string(directory.join(path)).ok())
}

#[test]
fn rooms_use_only_what_is_below_them() {
    let modules = src();
    let mut faults = against(LAYERS, &arrows::uses(&modules), "uses");
    faults.extend(against(LAYERS, &arrows::re_exports(&modules), "re-exports"));
    assert!(faults.is_empty(), "against the layers: {faults:#?}");
}

#[test]
fn files_form_no_circles() {
    let arrows = arrows::uses(&src());
    let found = circles::circles(&arrows);
    let found: Vec<_> = found
        .iter()
        .map(|circle| circles::describe(circle, &arrows))
        .collect();
    assert!(found.is_empty(), "circles of files:\n{}", found.join("\n"));
}

/// Returns which arrows between rooms do not lead down.
fn against(layers: &str, arrows: &Arrows, how: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (from, others) in arrows {
        for (to, names) in others {
            let (above, below) = (room(from), room(to));
            if above != below && layer(layers, below) <= layer(layers, above) {
                faults.push(format!("{from} {how} {to}: {names:?}"));
            }
        }
    }
    faults
}

fn room(file: &str) -> &str {
    file.split("::").next().unwrap_or(file)
}

fn layer(layers: &str, room: &str) -> usize {
    layers
        .split('|')
        .position(|layer| layer.split(',').any(|name| name.trim() == room))
        .unwrap_or_else(|| panic!("add the room `{room}` to LAYERS, where it belongs"))
}
