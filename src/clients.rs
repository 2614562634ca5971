//! Other programs' configuration: what points each of them here, and how that is put there, shown and taken away.
//!
//! A module for each client says what its configuration is to hold (`plan`). What is ours is known by its own text, which
//! names prusa-cred or carries a mark: nothing else is noted anywhere.

mod bazel;
mod cargo;
mod claude_code;
mod client_command;
pub(crate) mod client_state;
pub(crate) mod docker_podman;
pub(crate) mod edit;
mod env;
mod error;
pub(crate) mod git;
mod go;
pub(crate) mod kubectl;
pub(crate) mod path;
mod pip_uv;
mod plans;
pub(crate) mod program_link;
pub(crate) mod programs;
pub(crate) mod setup_plan;
pub(crate) mod setup_target;
mod terraform;
mod vscode;

pub(crate) use env::SetupEnv;
pub(crate) use error::SetupError;
pub(crate) use plans::plan_for;
