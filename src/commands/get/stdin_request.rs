//! The stdin of `get` without options: a request of another program, or something that is not for this program.
//!
//! It is looked at and not consumed: a shell loop around `$(prusa-cred get)` must see every line of the list that it
//! reads.

use anyhow::Result;

use crate::byte_order_mark;
use crate::commands::docker::can_answer as docker_answers;
use crate::context::Context;
use crate::platform::InputKind;
use crate::protocol::{Recognition, bazel, git};
use crate::stdin::{Preview, Stdin, Verdict};

/// A request on stdin, by protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum StdinRequest {
    Git,
    Bazel,
    /// The key that docker asks for, which stays unread.
    Docker(String),
}

/// Returns the request on stdin, if there is one that is answered, and leaves it unread: any of git's or Bazel's, but
/// docker's key only if there is an answer for it.
pub(super) fn peek(context: &Context) -> Result<Option<StdinRequest>> {
    let Some(preview) = Stdin::open().preview(&mut needs_more_input) else {
        return Ok(None);
    };
    match recognize(&preview) {
        Some(StdinRequest::Docker(key)) if !docker_answers(context, &key)? => Ok(None),
        recognize => Ok(recognize),
    }
}

/// Returns `More` while it is undecided what these bytes are: the beginning of git's first key or of Bazel's JSON
/// object, or one word, which may be docker's key. `Enough` once git's first key or Bazel's object is complete, or it
/// is neither.
fn needs_more_input(bytes: &[u8], _is_complete: bool) -> Verdict {
    if byte_order_mark::may_become_mark(bytes) {
        return Verdict::More;
    }
    let bytes = byte_order_mark::without_utf8_mark(bytes);
    let needs_more =
        [git::looks_like(bytes), bazel::looks_like(bytes)].contains(&Recognition::NeedsMore);
    if needs_more || is_one_word(bytes) {
        Verdict::More
    } else {
        Verdict::Enough
    }
}

/// Returns the request in the preview: git's, Bazel's or docker's key. `None` for anything else; one word, or nothing
/// at all, is docker's key only if stdin is complete and not a file.
fn recognize(preview: &Preview) -> Option<StdinRequest> {
    let bytes = byte_order_mark::without_utf8_mark(&preview.bytes);
    if git::looks_like(bytes) == Recognition::Yes {
        return Some(StdinRequest::Git);
    }
    if bazel::looks_like(bytes) == Recognition::Yes {
        return Some(StdinRequest::Bazel);
    }
    // docker writes the key, no newline, and closes; a list in a file, or one with newlines, is somebody else's.
    let is_docker_key =
        preview.is_complete && preview.kind != InputKind::File && is_one_word(bytes);
    is_docker_key.then(|| StdinRequest::Docker(String::from_utf8_lossy(bytes).into_owned()))
}

/// Returns whether all bytes are visible ASCII characters without white space; also true if there are none.
fn is_one_word(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_graphic)
}
