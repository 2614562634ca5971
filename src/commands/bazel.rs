//! `bazel get`: the credential helper protocol of Bazel and tools that follow it ([`crate::protocol::bazel`]).

use anyhow::Result;

use super::answer::answer;
use super::audit::By;
use super::{Problem, read, unknown_verb};
use crate::cli::Verb;
use crate::context::Context;
use crate::protocol::Protocol;
use crate::protocol::bazel;

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") if verb.rest.is_empty() => get(context),
        None | Some("get") => {
            let text =
                "Bazel runs this with `get` and no word more: bazel-credential-prusa-cred get";
            Err(Problem::Usage(text.to_owned()).into())
        }
        verb => Err(unknown_verb("Bazel", verb).into()),
    }
}

/// Answers a request on stdin.
pub(super) fn get(context: &Context) -> Result<()> {
    let request = bazel::parse(&read(context)?)?;
    let found = answer(context, &request)?;
    let found = found.ok_or_else(|| Problem::NotMine(request.place.to_string()))?;
    let answer = bazel::render(&found.credential)?;
    let by = By::Protocol(Protocol::Bazel);
    found.hand_out(context, by, Some(&request.place), answer)
}
