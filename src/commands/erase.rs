//! `erase` without a protocol's name: git's `key=value` lines or docker's lone key.

use anyhow::Result;

use super::{docker, git};
use crate::context::Context;
use crate::protocol::Look;
use crate::protocol::MAX_INPUT;
use crate::stdin::Stdin;

pub(super) fn run(context: &Context) -> Result<()> {
    let input = Stdin::open().read_all(MAX_INPUT, context.deadline)?;
    if crate::protocol::git::looks_like(&input) == Look::Yes {
        git::erase(context, &input)
    } else {
        docker::on_stdout(docker::erase(&input))
    }
}
