//! `bazel get`: the credential helper protocol of Bazel and tools that follow it (`reference/protocols.md` 4).

use anyhow::Result;

use super::answer::answer;
use super::{Problem, print, read, unknown_verb};
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::bazel;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") => get(context),
        verb => Err(unknown_verb("Bazel", verb).into()),
    }
}

/// Answers a request on stdin.
pub(super) fn get(context: &Context) -> Result<()> {
    let request = bazel::parse(&read(context)?)?;
    let credential = answer(context, &request)?;
    let credential = credential.ok_or_else(|| Problem::NotMine(request.place.to_string()))?;
    print(bazel::render(&credential)?)
}
