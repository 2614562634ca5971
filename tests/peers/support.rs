//! The harness, with the executable that cargo has built for these tests.

pub(crate) use prusa_cred_support::{kognic, loopback, process, request, sandbox, wait};

/// The homes of these tests.
pub(crate) mod env {
    pub(crate) type TestEnv = prusa_cred_support::env::TestEnv<Built>;

    pub(crate) struct Built;

    impl prusa_cred_support::env::Program for Built {
        const PATH: &str = env!("CARGO_BIN_EXE_prusa-cred");
    }
}
