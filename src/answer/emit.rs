//! An answer, and the only function that prints one: after a line in the audit log.

use std::fmt::Display;

use anyhow::Result;

use super::audit::{self, AuditEvent, Channel, SAVED};
use super::error::AnswerError;
use crate::account::Account;
use crate::broker::Granted;
use crate::context::Context;
use crate::credential::{Credential, Extent, IssuedToken, Secret};
use crate::protocol::format::FormatError;
use crate::store::Found;
use crate::terminal::output::write_out;
use crate::token::TokenKind;

/// The credential that a client gets: a profile's token or a saved credential.
pub(crate) struct Answer {
    pub(crate) credential: Credential,
    pub(crate) extent: Extent,
}

impl Answer {
    /// Returns a credential as an answer for the whole host.
    pub(crate) fn for_host(credential: Credential) -> Self {
        let extent = Extent::WholeHost;
        Self { credential, extent }
    }

    /// Returns a saved credential as an answer for the path or the host that it was saved for.
    pub(crate) fn found(found: Found) -> Self {
        let Found { credential, extent } = found;
        Self { credential, extent }
    }

    /// Returns one of the tokens that the broker granted, as an answer for the whole host; `None` where there is no
    /// such token.
    pub(crate) fn granted(
        account: &Account<'_>,
        granted: Granted,
        kind: TokenKind,
    ) -> Option<Self> {
        let Granted {
            mut set,
            expires_at,
        } = granted;
        let profile = account.profile();
        let token = IssuedToken {
            kind,
            value: set.take_token(kind)?,
            token_type: set.token_type,
            scope: set.scope,
            profile: profile.name.clone(),
            git_auth: profile.git_auth,
        };
        let credential = Credential::issued(token, profile.username.clone(), expires_at);
        Some(Self::for_host(credential))
    }

    /// Writes `rendered`, this answer in a protocol's format, to stdout, after a line in the audit log if that is
    /// turned on. A log that cannot be written is a warning.
    ///
    /// # Errors
    ///
    /// When stdout cannot be written.
    pub(crate) fn emit(
        &self,
        context: &Context,
        channel: Channel,
        host: Option<&dyn Display>,
        rendered: impl AsRef<[u8]>,
    ) -> Result<()> {
        emit(context, &[self.event(channel, host)], rendered)
    }

    /// Returns the audit log's event for this answer.
    pub(crate) fn event<'a>(
        &'a self,
        channel: Channel,
        host: Option<&'a dyn Display>,
    ) -> AuditEvent<'a> {
        let (profile, token) = match &self.credential.secret {
            Secret::Token(token) => (token.profile.as_str(), token.kind.name()),
            Secret::Password(_) | Secret::Header { .. } => (SAVED, SAVED),
        };
        AuditEvent {
            profile,
            channel,
            host,
            token,
        }
    }
}

/// Writes a whole answer to stdout at once, after a line in the audit log for each event if that is turned on. A log
/// that cannot be written is a warning. Every secret is printed by this.
///
/// # Errors
///
/// When stdout cannot be written.
pub(crate) fn emit(
    context: &Context,
    events: &[AuditEvent<'_>],
    rendered: impl AsRef<[u8]>,
) -> Result<()> {
    audit::record(context, events);
    write_out(rendered.as_ref())
}

/// Returns, for `FormatError::InvalidToken`, the error with the place that holds the token: the variables if it is in
/// the account's `environment_set`, else the path of the token file. Any other `error` is returned as it is.
pub(crate) fn invalid_token_error(
    account: &Account<'_>,
    token: &str,
    error: FormatError,
) -> anyhow::Error {
    if error != FormatError::InvalidToken {
        return error.into();
    }
    let kinds = [TokenKind::Access, TokenKind::Identity, TokenKind::Refresh];
    let is_from_environment = account
        .environment_set()
        .is_some_and(|set| kinds.iter().any(|kind| set.token(*kind) == Some(token)));
    AnswerError::InvalidToken {
        location: if is_from_environment {
            account.environment_variables()
        } else {
            account.store().path().display().to_string()
        },
        profile: account.profile().name.clone(),
        is_from_environment,
        source: error,
    }
    .into()
}
