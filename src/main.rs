//! One credential helper for git, Docker, shell scripts and MCP clients.

mod deadline;
mod platform;
mod stdin;
mod store;
mod token;

fn main() {}
