//! The analysis itself, on small crates: what is an arrow, what is none, and which arrows are a circle.

use std::path::Path;

use super::arrows::{self, Arrows};
use super::circles::{circles, describe};
use super::modules::Modules;

/// A crate: the paths of its files, and their texts.
type Files<'a> = &'a [(&'a str, &'a str)];

fn modules(files: Files<'_>) -> Modules {
    let text = |path: &Path| {
        let mut named = files.iter().filter(|(name, _)| Path::new(name) == path);
        Some(named.next()?.1.to_owned())
    };
    Modules::read(&text)
}

/// Returns the arrows between the files of a crate, as `from -> to`.
fn drawn(files: Files<'_>) -> Vec<String> {
    list(&arrows::uses(&modules(files)))
}

fn list(arrows: &Arrows) -> Vec<String> {
    let pairs = arrows
        .iter()
        .flat_map(|(from, others)| others.keys().map(move |to| format!("{from} -> {to}")));
    pairs.collect()
}

fn circles_of(files: Files<'_>) -> Vec<Vec<String>> {
    circles(&arrows::uses(&modules(files)))
}

const TWO: &str = "mod a; mod b;";

#[test]
fn arrows_that_lead_one_way_are_no_circle() {
    let files = [
        ("main.rs", "mod a; mod b; fn main() { a::f(); }"),
        ("a.rs", "use crate::b::Thing; pub fn f() -> Thing { Thing }"),
        ("b.rs", "pub struct Thing;"),
    ];
    assert_eq!(drawn(&files), ["a -> b", "main -> a"]);
    assert!(circles_of(&files).is_empty());
}

#[test]
fn two_uses_both_ways_are_a_circle() {
    let files = [
        ("main.rs", TWO),
        ("a.rs", "use crate::b::Thing; pub struct Other(Thing);"),
        ("b.rs", "pub struct Thing; fn f(_: &crate::a::Other) {}"),
    ];
    assert_eq!(circles_of(&files), [["a", "b"]]);
    let arrows = arrows::uses(&modules(&files));
    assert_eq!(
        describe(&circles(&arrows)[0], &arrows),
        "a, b\n    a -> b: Thing\n    b -> a: Other\n"
    );
}

#[test]
fn a_circle_of_three_is_one_circle() {
    let files = [
        ("main.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "pub fn f() { crate::b::f() }"),
        ("b.rs", "pub fn f() { crate::c::f() }"),
        ("c.rs", "pub fn f() { crate::a::f(); crate::d::f() }"),
        ("d.rs", "pub fn f() {}"),
    ];
    assert_eq!(circles_of(&files), [["a", "b", "c"]]);
}

#[test]
fn a_parent_and_a_child_that_uses_super_are_a_circle() {
    let files = [
        ("main.rs", "mod a;"),
        (
            "a.rs",
            "mod deep; pub struct Thing; fn f() { deep::g(&Thing) }",
        ),
        ("a/deep.rs", "use super::Thing; pub fn g(_: &Thing) {}"),
    ];
    assert_eq!(circles_of(&files), [["a", "a::deep"]]);
}

#[test]
fn a_declaration_of_a_module_is_no_arrow() {
    let files = [
        ("main.rs", "mod a;"),
        ("a.rs", "mod deep; pub struct Thing;"),
        ("a/deep.rs", "fn g(_: &super::Thing) {}"),
    ];
    assert_eq!(drawn(&files), ["a::deep -> a"]);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines_the_thing() {
    let files = [
        ("main.rs", "mod a; mod b;"),
        ("a.rs", "mod deep; pub use deep::Thing;"),
        ("a/deep.rs", "pub struct Thing;"),
        ("b.rs", "use crate::a::Thing; fn f(_: Thing) {}"),
    ];
    assert_eq!(drawn(&files), ["b -> a::deep"]);
    let files = [
        ("main.rs", "mod a; mod b;"),
        ("a.rs", "mod deep; pub use deep::Thing;"),
        ("a/deep.rs", "pub struct Thing(crate::b::Other);"),
        (
            "b.rs",
            "use crate::a::Thing; pub struct Other; fn f(_: Thing) {}",
        ),
    ];
    assert_eq!(circles_of(&files), [["a::deep", "b"]]);
}

#[test]
fn a_function_of_the_same_name_as_its_module_is_found() {
    for re_export in [
        "pub use b::b;",
        "pub use self::b::b;",
        "pub use crate::a::b::b;",
        "pub use b::*;",
    ] {
        let a = format!("pub mod b; {re_export}");
        let files = [
            ("main.rs", "mod a; mod c;"),
            ("a.rs", &*a),
            ("a/b.rs", "pub fn b() {}"),
            ("c.rs", "use crate::a::b; fn f() { b() }"),
        ];
        assert_eq!(drawn(&files), ["c -> a::b"], "{re_export}");
    }
    let files = [
        ("main.rs", "mod a;"),
        (
            "a.rs",
            "use elsewhere::thing as elsewhere; fn f() { elsewhere::g() }",
        ),
    ];
    assert!(drawn(&files).is_empty());
}

#[test]
fn a_file_that_uses_what_it_re_exports_has_an_arrow() {
    let files = [
        ("main.rs", "mod a;"),
        (
            "a.rs",
            "mod deep; pub use deep as imp; pub struct Thing; fn f() { imp::g() }",
        ),
        ("a/deep.rs", "pub fn g() -> super::Thing { todo!() }"),
    ];
    assert_eq!(circles_of(&files), [["a", "a::deep"]]);
}

#[test]
fn a_path_in_the_middle_of_code_is_an_arrow() {
    for code in [
        "fn f() { let x = crate::b::g(1); }",
        "fn f(x: &dyn crate::b::Trait) {}",
        "struct S { field: Vec<crate::b::Thing> }",
        "impl crate::b::Trait for () {}",
        "fn f() { match 1 { crate::b::ONE => {} _ => {} } }",
        "fn f() { println!(\"{}\", crate::b::g(1)); }",
        "fn f() { vec![[crate::b::Thing]]; }",
        "macro_rules! m { () => { $crate::b::g(1) } }",
        "#[derive(crate::b::Derive)] struct S;",
        "struct S { #[serde(with = \"crate::b\")] field: u8 }",
        "use crate::b; fn f() { b::g(1); }",
        "use crate::b as other; fn f() { other::g(1); }",
        "use crate::{b::{self, Thing}}; fn f(_: Thing) {}",
        "use super::b::*; fn f() {}",
        "fn f() { use crate::b::g; g(1); }",
        "fn f() { use crate::b; b::g(1); }",
        "mod inside { fn f() { super::super::b::g(1); } }",
    ] {
        let files = [("main.rs", TWO), ("a.rs", code), ("b.rs", "")];
        assert_eq!(drawn(&files), ["a -> b"], "{code}");
    }
}

#[test]
fn what_only_looks_like_a_path_is_no_arrow() {
    for code in [
        "use std::fmt; use serde::b; fn f() { ::b::g(); b::g(); }",
        "#[cfg(test)] mod tests { use crate::b::g; }",
        "#[cfg(test)] use crate::b::g;",
        "#[cfg(all(test, unix))] fn f() { crate::b::g(); }",
        "struct S; impl S { #[cfg(test)] fn f() { crate::b::g(); } }",
        "/// See [`crate::b::g`].\nfn f() {}",
        "pub(in crate::b) fn f() {}",
        "fn f() { let text = \"crate::b::g\"; }",
        "pub use crate::b::g;",
        "mod b { pub fn g() {} } fn f() { b::g(); }",
        "fn f(x: &S) { x.b.g(); println!(\"{}\", x.b::<u8>()); }",
    ] {
        let files = [("main.rs", TWO), ("a.rs", code), ("b.rs", "pub fn g() {}")];
        assert!(drawn(&files).is_empty(), "{code}: {:?}", drawn(&files));
    }
}

#[test]
fn what_is_not_only_for_tests_counts() {
    for code in [
        "#[cfg(not(test))] use crate::b::g;",
        "#[cfg(any(test, unix))] use crate::b::g;",
        "#[cfg(unix)] use crate::b::g;",
    ] {
        let files = [("main.rs", TWO), ("a.rs", code), ("b.rs", "pub fn g() {}")];
        assert_eq!(drawn(&files), ["a -> b"], "{code}");
    }
}

#[test]
fn a_variable_hides_a_function_of_its_name() {
    let files = [
        ("main.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub use crate::b::mode; fn f(mode: u8) -> u8 { mode }",
        ),
        ("b.rs", "pub fn mode() {}"),
    ];
    assert!(drawn(&files).is_empty());
    let files = [
        ("main.rs", "mod a; mod b;"),
        ("a.rs", "pub use crate::b::mode; fn f() { mode() }"),
        ("b.rs", "pub fn mode() {}"),
    ];
    assert_eq!(drawn(&files), ["a -> b"]);
}

#[test]
fn every_variant_of_an_alias_counts() {
    let main = "mod a; mod b; #[cfg(unix)] use a as system; #[cfg(not(unix))] use b as system;
        fn main() { system::f(); }";
    let files = [
        ("main.rs", main),
        ("a.rs", "pub fn f() {}"),
        ("b.rs", "pub fn f() {}"),
    ];
    assert_eq!(drawn(&files), ["main -> a", "main -> b"]);
}

#[test]
fn a_macro_of_a_module_around_is_an_arrow() {
    let files = [
        ("main.rs", "macro_rules! m { () => {} } mod a;"),
        ("a.rs", "fn f() { m!(); }"),
    ];
    assert_eq!(drawn(&files), ["a -> main"]);
}

#[test]
fn a_re_export_from_a_higher_room_is_found() {
    let files = [
        ("main.rs", TWO),
        ("a.rs", "pub struct Thing;"),
        ("b.rs", "pub use crate::a::Thing;"),
    ];
    let modules = modules(&files);
    let against = |layers| super::against(layers, &arrows::re_exports(&modules), "re-exports");
    assert!(against("main | b | a").is_empty());
    assert_eq!(against("main | a | b").len(), 1);
    assert_eq!(against("main | a, b").len(), 1);
}

#[test]
fn a_use_of_a_higher_room_is_found() {
    let files = [
        ("main.rs", TWO),
        ("a.rs", "pub struct Thing;"),
        ("b.rs", "mod deep;"),
        ("b/deep.rs", "use crate::a::Thing;"),
    ];
    let against = |layers| super::against(layers, &arrows::uses(&modules(&files)), "uses");
    assert!(against("main | b | a").is_empty());
    assert_eq!(against("main | a | b"), ["b::deep uses a: {\"Thing\"}"]);
}
