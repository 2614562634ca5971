//! Tests of the real binary with software that nobody here wrote: git, the Python SDK, Django's OAuth toolkit and REST
//! framework, Kognic's own command, `oidc-provider`, the MCP SDK, Skopeo and a registry, a real browser.
//!
//! `.ci/peers` installs it. Not part of a plain `cargo test`: `.ci/test` and `cargo test --test peers` run these.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too, and prepares files as it likes"
)]

mod django;
mod docker;
mod git_http;
mod helpers;
mod keyring;
mod kognic;
mod mcp;
mod oidc;
mod peer;
mod practicus;
mod registry;
mod sdk;
mod sealed;
mod support;
