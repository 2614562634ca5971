//! `bazel get`: the credential helper protocol of Bazel and tools that follow it ([`crate::protocol::bazel`]).

use anyhow::Result;

use crate::answer;
use crate::answer::audit::Channel;
use crate::answer::choose::{no_answer_error, no_remedy};
use crate::cli::Verb;
use crate::commands::error::{CommandError, read, unknown_verb};
use crate::context::Context;
use crate::protocol::{Protocol, bazel};

/// Runs `bazel get`; any other verb, or a further argument, is an error.
pub(super) fn run(context: &Context, verb: &Verb) -> Result<()> {
    match verb.verb.as_deref() {
        Some("get") if verb.rest.is_empty() => get(context),
        None | Some("get") => {
            let text =
                "Bazel runs this with `get` and no other argument: bazel-credential-prusa-cred get";
            Err(CommandError::Usage(text.to_owned()).into())
        }
        verb => Err(unknown_verb("Bazel", verb).into()),
    }
}

/// Prints the credential for the request on stdin; fails as [`no_answer_error`] says if there is none.
pub(super) fn get(context: &Context) -> Result<()> {
    let request = bazel::parse(&read(context)?)?;
    let answer = answer::find(context, &request)?;
    let answer = match (answer, request.place()) {
        (Some(answer), _) => answer,
        (None, Some(place)) => return Err(no_answer_error(context, &place, None)?.into()),
        (None, None) => {
            return Err(no_remedy(&request).into());
        }
    };
    let rendered = bazel::render(&answer.credential)?;
    let channel = Channel::Protocol(Protocol::Bazel);
    answer.emit(context, channel, Some(&request.target), rendered)
}
