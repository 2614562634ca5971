//! `store` without a protocol's name: the first byte says whether stdin holds git's lines or docker's JSON.

use anyhow::Result;

use super::{docker, git};
use crate::commands::error::{as_helper, read};
use crate::context::Context;
use crate::protocol::Protocol;

/// Reads stdin and runs docker's `store` if its first byte after white space is `{`, else git's `store`.
pub(super) fn run(context: &Context) -> Result<()> {
    let input = read(context)?;
    if input.trim_ascii_start().first() == Some(&b'{') {
        as_helper(Protocol::Docker, || docker::store(context, &input))
    } else {
        as_helper(Protocol::Git, || git::store(context, &input))
    }
}
