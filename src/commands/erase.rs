//! `erase` without a protocol's name: git's `key=value` lines or docker's lone key.

use anyhow::Result;

use super::{docker, git};
use crate::commands::error::{read, speak};
use crate::context::Context;
use crate::protocol::{Protocol, Recognition};

pub(super) fn run(context: &Context) -> Result<()> {
    let input = read(context)?;
    if crate::protocol::git::looks_like(&input) == Recognition::Yes {
        speak(Protocol::Git, || git::erase(context, &input))
    } else {
        speak(Protocol::Docker, || docker::erase(context, &input))
    }
}
