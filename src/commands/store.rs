//! `store` without a protocol's name: git's lines or docker's JSON, told apart by the first byte.

use anyhow::Result;

use super::{docker, git};
use crate::commands::error::{read, speak};
use crate::context::Context;
use crate::protocol::Protocol;

pub(super) fn run(context: &Context) -> Result<()> {
    let input = read(context)?;
    if input.trim_ascii_start().first() == Some(&b'{') {
        speak(Protocol::Docker, || docker::store(context, &input))
    } else {
        speak(Protocol::Git, || git::store(context, &input))
    }
}
