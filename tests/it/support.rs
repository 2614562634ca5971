//! What the tests stand on: a server to talk to, a home to live in, a terminal to type at.

pub(crate) mod env;
pub(crate) mod known;
pub(crate) mod kognic;
pub(crate) mod oauth;
pub(crate) mod practicus;
pub(crate) mod process;
pub(crate) mod pty;
pub(crate) mod sandbox;
pub(crate) mod small;
pub(crate) mod wait;
