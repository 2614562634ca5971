//! What it comes to that a request gets no answer.

use super::class::{Class, Code};
use super::hint::{hint, login_hint};
use crate::answer::error::AnswerError;

pub(super) fn of_answer(error: &AnswerError) -> Class {
    match error {
        AnswerError::HostNotCovered(_) | AnswerError::HostExcluded { .. } => (
            Code::Denied,
            hint(
                "a profile answers only for the `hosts` that the configuration gives it; `prusa-cred list` shows them",
            ),
        ),
        AnswerError::AnsweredFor { profile, .. } => (Code::Denied, login_hint(profile)),
        AnswerError::Insecure(_) => (Code::Denied, None),
        AnswerError::InvalidToken { is_given: true, .. } => {
            (Code::Config, hint("put a token there, or unset it"))
        }
        AnswerError::InvalidToken { profile, .. } => (Code::Storage, login_hint(profile)),
        AnswerError::BadAddress(_) => (
            Code::Usage,
            hint("an address is like https://connect.prusa3d.com, or a host alone"),
        ),
    }
}
