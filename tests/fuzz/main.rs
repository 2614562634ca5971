//! Fuzz targets for everything that strangers write: requests, answers, pages, files of other programs.
//!
//! One program holds them all, so that the modules of the program are compiled once; `FUZZ_TARGET` names the one to
//! run. A target takes any bytes, and panics where a property does not hold: not to panic is the least. `.ci/fuzz`
//! builds with the instrumentation that libFuzzer needs, and runs each target on the inputs in `seeds/NAME/`.

#![no_main]
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "no target uses all of the program"
)]

mod targets;

use std::sync::OnceLock;

/// Compiles these modules of the program at the root of this crate, where their `use crate::…` finds them.
macro_rules! program {
    ($($module:ident)*) => {
        #[path = "../../src"]
        mod sources {
            $(pub(crate) mod $module;)*
        }
        pub(crate) use sources::{$($module),*};
    };
}

// The list of what is compiled: what the targets reach, and what that uses. `main.rs` of the program has them all.
program! {
    byte_order_mark credential deadline escape http lines localhost named_path oauth platform profile program protocol shell
    store token toml_file totp trusted_file waiting wiped
}

// Parts of larger modules.

/// In place of the program's module, which needs the whole command line: what the search for programs uses of it.
mod context {
    use std::path::PathBuf;

    #[derive(Debug)]
    pub(crate) struct ContextError;

    pub(crate) fn config_dir() -> Result<PathBuf, ContextError> {
        Err(ContextError)
    }

    pub(crate) fn home_dir() -> Result<PathBuf, ContextError> {
        Err(ContextError)
    }
}

#[path = "../../src/clients"]
mod clients {
    pub(crate) mod command_words;
    pub(crate) mod git {
        pub(crate) mod helper_program;
    }
    pub(crate) mod programs;
}

#[path = "../../src/providers/kognic"]
mod kognic {
    pub(crate) mod credentials;
}

// What is private to its directory is compiled once more, below a parent that makes it visible here.

#[path = "../../src/store"]
mod sealed_files {
    pub(crate) mod label;
    pub(crate) mod sealed;
}

#[path = "../../src/providers/prusa"]
mod prusa_pages {
    mod complaint;
    mod form;
    mod html;
    mod page;

    /// Reads a page and returns what the program would show of it.
    pub(crate) fn shown(url: &url::Url, body: &[u8]) -> Vec<String> {
        use page::Page;
        match page::Page::read(url, body) {
            Page::Login {
                email_field,
                password_field,
                complaint,
                ..
            } => {
                assert!(!email_field.is_empty() && !password_field.is_empty());
                complaint.into_iter().collect()
            }
            Page::Code {
                code_field,
                complaint,
                ..
            } => {
                assert!(!code_field.is_empty());
                complaint.into_iter().collect()
            }
            Page::Consent { form } => {
                assert!(form.fields.iter().any(|(name, _)| name == "allow"));
                Vec::new()
            }
            Page::Other { title, locked, .. } => [title].into_iter().chain(locked).collect(),
        }
    }
}

/// The target that this run is for.
static TARGET: OnceLock<targets::Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names the target");
        let target = targets::ALL.iter().find(|(known, _)| *known == name);
        let (_, target) = target.unwrap_or_else(|| panic!("no target is called {name}"));
        TARGET.set(*target).expect("it is set once");
    },
    |data: &[u8]| (TARGET.get().expect("init has run"))(data)
);
