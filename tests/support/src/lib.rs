//! What the tests stand on: servers to talk to, a home to live in, a terminal to type at.
#![allow(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too, and prepares files as it likes"
)]

mod answer;
#[cfg(unix)]
pub mod env;
mod faults;
#[cfg(unix)]
pub mod kognic;
pub mod loopback;
pub mod oauth;
pub mod practicus;
#[cfg(unix)]
pub mod process;
#[cfg(unix)]
pub mod pty;
pub mod request;
pub mod sandbox;
#[cfg(unix)]
pub mod wait;
