//! What decides in place of the entries that `setup` writes: settings that a client takes from elsewhere and follows
//! first, as variables, other files and other sections. One file for each client, with the order in which it reads
//! them.
//!
//! Nothing is run and nothing is changed. A file that cannot be read says nothing here: where it is the client's own,
//! it is an error of the plan.

pub(crate) mod bazel;
pub(crate) mod cargo;
pub(crate) mod claude_code;
pub(crate) mod docker;
pub(crate) mod go;
mod keyring;
mod netrc;
pub(crate) mod pip;
pub(crate) mod podman;
mod precedence;
mod sources;
pub(crate) mod terraform;
pub(crate) mod uv;

pub(crate) use precedence::{Overruling, Precedence};
