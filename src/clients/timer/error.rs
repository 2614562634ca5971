//! Why a timer cannot be set up.

use crate::clients::edit::EditError;
use crate::context::ContextError;
use crate::store::StoreError;

/// Why a timer cannot be set up, shown or taken back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TimerError {
    /// There is neither a systemd user instance nor cron.
    #[error("nothing here runs programs by the clock: neither a systemd user instance nor crontab")]
    NoScheduler,
    /// A command of the scheduler failed.
    #[error("{program} failed: {reason}")]
    Command {
        program: &'static str,
        reason: EditError,
    },
    /// The program's path cannot be written there.
    #[error("the path of this program has characters that {0} cannot take")]
    Path(&'static str),
    #[error("cannot find the file of this program")]
    OwnPathUnknown(#[source] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Context(#[from] ContextError),
}
