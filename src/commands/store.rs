//! `store` without a protocol's name: git's lines or docker's JSON, told apart by the first byte.

use anyhow::Result;

use super::{docker, git};
use crate::context::Context;
use crate::protocol::MAX_INPUT;
use crate::stdin::Stdin;

pub(super) fn run(context: &Context) -> Result<()> {
    let input = Stdin::open().read_all(MAX_INPUT, context.deadline)?;
    if input.trim_ascii_start().first() == Some(&b'{') {
        docker::on_stdout(docker::store(context, &input))
    } else {
        git::store(&input)
    }
}
