//! The clients of prusa-cred: which entries in their configuration make them ask prusa-cred, and how those are
//! inserted, shown and removed.
//!
//! The module of each client makes its plan (`setup_plan`), and `plans` picks one by the client's name. What `setup`
//! has made is in its record (`setup_record`), which says what `--undo` takes back, and in a list of the backups.
//! Whether an entry is there is read from its own text, which names prusa-cred, or from a comment above it.

mod all_registries;
pub(crate) mod backup;
mod backup_list;
mod bazel;
mod cargo;
mod claude_code;
mod client_command;
pub(crate) mod client_files;
pub(crate) mod client_state;
mod command_words;
pub(crate) mod docker_podman;
pub(crate) mod edit;
mod env;
mod error;
pub(crate) mod git;
mod go;
pub(crate) mod installed;
pub(crate) mod kubeconfig;
pub(crate) mod kubectl;
pub(crate) mod link_users;
pub(crate) mod overruled;
pub(crate) mod path;
mod pip_uv;
mod plans;
pub(crate) mod program_link;
pub(crate) mod programs;
pub(crate) mod registry_logins;
pub(crate) mod setup_plan;
pub(crate) mod setup_record;
pub(crate) mod setup_target;
mod terraform;
pub(crate) mod timer;
mod vscode;

pub(crate) use env::SetupEnv;
pub(crate) use error::SetupError;
pub(crate) use plans::{link_of, plan_for, plan_of_written};
