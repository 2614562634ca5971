//! `bazel get`: the credential helper protocol of Bazel and tools that follow it (`reference/protocols.md` 4).

use anyhow::Result;

use crate::answer::answer;
use crate::answer::audit::By;
use crate::answer::error::AnswerError;
use crate::cli::Verb;
use crate::commands::error::{CommandError, read, unknown_verb};
use crate::context::Context;
use crate::protocol::{Protocol, bazel};

pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") if verb.rest.is_empty() => get(context),
        None | Some("get") => {
            let text =
                "Bazel runs this with `get` and no word more: bazel-credential-prusa-cred get";
            Err(CommandError::Usage(text.to_owned()).into())
        }
        verb => Err(unknown_verb("Bazel", verb).into()),
    }
}

/// Answers a request on stdin.
pub(super) fn get(context: &Context) -> Result<()> {
    let request = bazel::parse(&read(context)?)?;
    let found = answer(context, &request)?;
    let found = found.ok_or_else(|| AnswerError::HostNotCovered(request.target.to_string()))?;
    let answer = bazel::render(&found.credential)?;
    let by = By::Protocol(Protocol::Bazel);
    found.emit(context, by, Some(&request.target), answer)
}
