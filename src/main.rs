//! One credential helper for git, Docker, shell scripts and MCP clients.

mod deadline;
mod grants;
mod http;
mod token;
mod totp;

fn main() {}
