//! One credential helper for git, Docker, shell scripts and MCP clients.

mod deadline;
mod protocol;
mod token;

fn main() {}
