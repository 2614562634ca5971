//! Tests of the real binary against a loopback server, on Unix.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod exec;
mod harness;
mod import;
mod kognic;
mod layers;
mod new_profile;
mod oauth;
mod practicus;
mod sandbox;
#[allow(dead_code, reason = "the harness has more than every test needs")]
mod support;
