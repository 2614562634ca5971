//! `erase` without a protocol's name: stdin holds git's `key=value` lines or docker's key alone.

use anyhow::Result;

use super::{docker, git};
use crate::commands::error::{as_helper, read};
use crate::context::Context;
use crate::protocol::{Protocol, Recognition};

/// Reads stdin and runs git's `erase` if it holds git's `key=value` lines, else docker's `erase`.
pub(super) fn run(context: &Context) -> Result<()> {
    let input = read(context)?;
    if crate::protocol::git::looks_like(&input) == Recognition::Yes {
        as_helper(Protocol::Git, || git::erase(context, &input))
    } else {
        as_helper(Protocol::Docker, || docker::erase(context, &input))
    }
}
