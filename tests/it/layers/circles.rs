//! Files that use one another, directly or by way of others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::arrows::Arrows;

/// Returns each circle as the sorted names of the files in it: the strongly connected components of more than one.
pub(super) fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows
        .keys()
        .map(|file| (file.as_str(), reached_from(file, arrows)))
        .collect();
    let leads_to = |from: &str, to: &str| reached.get(from).is_some_and(|all| all.contains(to));
    let mut found = BTreeSet::new();
    for (file, others) in &reached {
        let back = |other: &&&str| leads_to(other, file);
        let circle: Vec<_> = others
            .iter()
            .filter(back)
            .map(|it| (*it).to_owned())
            .collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

fn reached_from<'a>(file: &str, arrows: &'a Arrows) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![file];
    while let Some(at) = next.pop() {
        for to in arrows.get(at).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(to.as_str()) {
                next.push(to);
            }
        }
    }
    reached
}

/// Describes a circle: its arrows, and the names that make them.
pub(super) fn describe(circle: &[String], arrows: &Arrows) -> String {
    let mut text = format!("{}\n", circle.join(", "));
    for from in circle {
        for (to, names) in arrows.get(from).into_iter().flatten() {
            if circle.contains(to) {
                let names: Vec<_> = names.iter().map(String::as_str).collect();
                let _ = writeln!(text, "    {from} -> {to}: {}", names.join(", "));
            }
        }
    }
    text
}
