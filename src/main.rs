//! One credential helper for git, Docker, shell scripts and MCP clients.

mod token;

fn main() {}
