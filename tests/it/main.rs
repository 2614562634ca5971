//! Tests of the real binary against a loopback server, on Unix.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod bazel;
mod config;
mod docker;
mod errors;
mod generated;
mod get;
mod git;
mod harness;
mod hosts;
mod layers;
mod login;
mod logout;
mod sandbox;
mod status;
mod stdin;
#[allow(dead_code, reason = "the harness has more than every test needs")]
mod support;
mod verbs;
