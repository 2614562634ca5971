//! What the tests stand on: servers to talk to, a home to live in, a terminal to type at.
#![allow(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too, and prepares files as it likes"
)]

#[cfg(unix)]
pub mod env;
#[cfg(unix)]
pub mod kognic;
pub mod oauth;
pub mod practicus;
#[cfg(unix)]
pub mod process;
#[cfg(unix)]
pub mod pty;
pub mod sandbox;
pub mod small;
#[cfg(unix)]
pub mod wait;
