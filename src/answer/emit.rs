//! A credential on its way out, and the one way out.

use std::fmt::Display;

use anyhow::Result;

use super::audit::{self, AuditEvent, Channel, SAVED};
use super::error::AnswerError;
use crate::account::Account;
use crate::broker::Granted;
use crate::context::Context;
use crate::credential::{Credential, IssuedToken, Secret};
use crate::protocol::format::FormatError;
use crate::terminal::output::write_out;
use crate::token::TokenKind;

/// What a client is given: a profile's token or a saved credential.
pub(crate) struct Answer {
    pub(crate) credential: Credential,
}

impl Answer {
    /// Returns a saved credential as an answer.
    pub(crate) fn saved(credential: Credential) -> Self {
        Self { credential }
    }

    /// Returns one of the tokens that the broker granted; `None` where there is no such token.
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
        Some(Self { credential })
    }

    /// Writes to stdout what was rendered of this answer, after a line about it has gone into the audit log.
    pub(crate) fn emit(
        &self,
        context: &Context,
        channel: Channel,
        host: Option<&dyn Display>,
        rendered: impl AsRef<[u8]>,
    ) -> Result<()> {
        emit(context, &[self.event(channel, host)], rendered)
    }

    /// Returns what the audit log says of this answer.
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

/// Writes a whole answer to stdout at once, and before that what it holds into the audit log: the one way out for secrets.
pub(crate) fn emit(
    context: &Context,
    events: &[AuditEvent<'_>],
    rendered: impl AsRef<[u8]>,
) -> Result<()> {
    audit::record(context, events);
    write_out(rendered.as_ref())
}

/// Returns the error of a stored or given value that cannot be a token, with where it is; any other error as it is.
pub(crate) fn invalid_token_error(
    account: &Account<'_>,
    token: &str,
    error: FormatError,
) -> anyhow::Error {
    if error != FormatError::InvalidToken {
        return error.into();
    }
    let from_environment = account
        .environment_set()
        .and_then(|set| set.token(TokenKind::Access));
    let is_from_environment = from_environment == Some(token);
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
