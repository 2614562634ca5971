//! Tests of the real binary against a loopback server, on Unix.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod broker;
mod crash;
mod environment;
mod harness;
mod layers;
mod lifetime;
mod odd_answers;
mod sandbox;
mod server;
mod storage;
#[allow(dead_code, reason = "the harness has more than every test needs")]
mod support;
mod token_file;
mod two_accounts;
mod unattended;
