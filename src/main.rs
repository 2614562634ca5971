//! One credential helper for git, Docker, shell scripts and MCP clients.

mod deadline;
mod grants;
mod http;
mod providers;
mod token;
mod totp;

fn main() {}
