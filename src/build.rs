//! How the program is linked on Linux with glibc (not a part of the program).
//!
//! Other programs start it for every request that they make, and most of what a run takes is getting it into memory.
//! Three things spare more than half of that; none is needed for the program to be right, so where one cannot be had it is
//! linked without.
//!
//! - At a fixed address. A position-independent executable holds a table of 18 600 pointers that the loader has to add
//!   its address to at every start, in 90 pages that it has to copy for that. Stack, heap and libraries are at random
//!   places all the same. Whoever builds with `RUSTFLAGS="-C relocation-model=pic"` gets the other kind.
//! - With libgcc's unwinder inside, and not as a second library to find, map and search.
//! - With the functions that a stored token takes side by side (`layout.ld`), which spares a third of the memory. `ld` and
//!   `lld` can do it, other linkers know no such script.

#![allow(
    clippy::disallowed_methods,
    reason = "the program's rule is not for what cargo tells a build script"
)]

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const LAYOUT: &str = "src/layout.ld";

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-changed={LAYOUT}");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    if target("OS") != "linux" || target("ENV") != "gnu" {
        return;
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    if !flags.contains("relocation-model=pi") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    if let Some(directory) = directory_of("libgcc_eh.a") {
        println!("cargo::rustc-link-search=native={}", directory.display());
        println!("cargo::rustc-link-lib=static=gcc_eh");
    }
    if let Some(argument) = layout_argument(&flags) {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
}

fn target(what: &str) -> String {
    env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default()
}

/// Returns what has the linker put the functions in order, if linking a library without anything in it shows that it can.
fn layout_argument(flags: &str) -> Option<String> {
    let directory = env::var("CARGO_MANIFEST_DIR").ok()?;
    let argument = format!("-Wl,-T,{directory}/{LAYOUT}");
    let chosen = flags.split(['\u{1f}', ' ']).filter_map(|flag| {
        let at = flag.find("-fuse-ld=").or_else(|| flag.find("--ld-path="))?;
        flag.get(at..)
    });
    let linked = Command::new(linker()?)
        .args(["-shared", "-nostdlib", "-x", "c", "/dev/null", "-o"])
        .arg(Path::new(&env::var_os("OUT_DIR")?).join("layout.so"))
        .args(chosen)
        .arg(&argument)
        .output()
        .ok()?;
    linked.status.success().then_some(argument)
}

/// Returns where the C compiler that links keeps a library of its own, if it has that one for the target.
fn directory_of(library: &str) -> Option<PathBuf> {
    let asked = Command::new(linker()?)
        .arg(format!("-print-file-name={library}"))
        .output()
        .ok()?;
    // What it does not have it names without a directory.
    let path = Path::new(std::str::from_utf8(&asked.stdout).ok()?.trim());
    path.is_absolute()
        .then(|| path.parent().map(Path::to_owned))?
}

/// Returns the C compiler that links for the target, if it is known.
fn linker() -> Option<OsString> {
    let is_native = env::var_os("TARGET") == env::var_os("HOST");
    env::var_os("RUSTC_LINKER").or(is_native.then(|| "cc".into()))
}
