//! What waits on stdin of a plain `get`: a request of another program, or something that is none of our business.
//!
//! Looked at, not consumed: a shell loop around `$(prusa-cred get)` must see every line of the list that it reads.

use anyhow::Result;

use crate::commands::docker::is_answered as docker_answers;
use crate::context::Context;
use crate::platform::InputKind;
use crate::protocol::{Recognition, bazel, git};
use crate::stdin::{Preview, Stdin, Verdict};

/// A request that waits on stdin, by protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Waiting {
    Git,
    Bazel,
    /// The key that docker asks for, which stays unread.
    Docker(String),
}

/// Returns the request that waits on stdin, if there is one.
pub(super) fn request(context: &Context) -> Result<Option<Waiting>> {
    let Some(seen) = Stdin::open().preview(&mut judge) else {
        return Ok(None);
    };
    match told(&seen) {
        Some(Waiting::Docker(key)) if !docker_answers(context, &key)? => Ok(None),
        told => Ok(told),
    }
}

fn judge(bytes: &[u8], _is_complete: bool) -> Verdict {
    let needs_more =
        [git::looks_like(bytes), bazel::looks_like(bytes)].contains(&Recognition::NeedsMore);
    if needs_more || is_one_word(bytes) {
        Verdict::More
    } else {
        Verdict::Enough
    }
}

fn told(seen: &Preview) -> Option<Waiting> {
    if git::looks_like(&seen.bytes) == Recognition::Yes {
        return Some(Waiting::Git);
    }
    if bazel::looks_like(&seen.bytes) == Recognition::Yes {
        return Some(Waiting::Bazel);
    }
    // docker writes the key, no newline, and closes; a list in a file, or one with newlines, is somebody else's.
    let is_lone = seen.is_complete && seen.kind != InputKind::File && is_one_word(&seen.bytes);
    is_lone.then(|| Waiting::Docker(String::from_utf8_lossy(&seen.bytes).into_owned()))
}

fn is_one_word(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_graphic)
}
