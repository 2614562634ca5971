//! Tests of the real binary against a loopback server, on Unix.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod harness;
mod helpers;
mod layers;
mod sandbox;
mod saved;
#[allow(dead_code, reason = "the harness has more than every test needs")]
mod support;
