//! The name `localhost`, before a credential is handed out for it.

use super::error::AnswerError;
use crate::context::Context;
use crate::credential::Origin;
use crate::localhost;

/// Checks, for an origin that is `localhost` and may be reached over http, that the name stands for this machine and
/// for nothing else now. The client looks it up again, so this is no check of where it connects. Does nothing for any
/// other origin.
///
/// # Errors
///
/// `NotThisMachine`, also if the name cannot be resolved before the context's deadline.
pub(super) fn check_is_this_machine(
    context: &Context,
    origin: Option<&Origin>,
) -> Result<(), AnswerError> {
    let Some(origin) = origin.filter(|origin| origin.is_localhost_by_http()) else {
        return Ok(());
    };
    let found = localhost::addresses(context.deadline);
    found
        .map(drop)
        .map_err(|source| AnswerError::NotThisMachine {
            address: origin.to_string(),
            source,
        })
}
