//! The audit log: a line for each secret that is handed out, without the secret.
//!
//! It is written if the configuration has `audit = true`. Each token or saved credential is one line of JSON: the time,
//! the profile, the protocol, the host and the process that asked. The line is written before the secret, so the log
//! may have a token that was not printed. It misses one that was printed only if it could not be written, which is a
//! warning: a full disk must not block access to tokens.
//!
//! Secret: what goes to stdout. No line holds any part of it.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::causes::with_causes;
use crate::cli::Format;
use crate::context::{Context, ContextError, audit_path};
use crate::platform;
use crate::protocol::Protocol;
use crate::store::{StoreError, append_audit_line};
use crate::token::UnixTime;

/// The value of `profile` and `token` in the line of a saved credential.
pub(crate) const SAVED: &str = "saved";
/// How much of a host is logged, in characters: that of a saved credential may be of any length.
const MAX_HOST_CHARS: usize = 300;

/// How a credential is handed out: a protocol or a command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Channel {
    Protocol(Protocol),
    Get(Format),
    Exec,
    /// `login --no-store`.
    Login,
}

/// A token or saved credential that is about to be printed, without the secret.
#[derive(Clone, Copy)]
pub(crate) struct AuditEvent<'a> {
    /// The profile's name, or `SAVED`.
    pub(crate) profile: &'a str,
    pub(crate) channel: Channel,
    /// The host or address that it was requested for, if the request names one.
    pub(crate) host: Option<&'a dyn Display>,
    /// The kind of token, or `SAVED`.
    pub(crate) token: &'static str,
}

/// A line of the log.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Line {
    pub(crate) at: String,
    pub(crate) profile: String,
    /// The name of the command: `git`, `get`, `exec`.
    pub(crate) protocol: String,
    /// The value of `get --format`.
    pub(crate) format: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) token: String,
    pub(crate) pid: u32,
    pub(crate) parent_pid: Option<u32>,
    /// The path of the parent's executable.
    pub(crate) parent: Option<String>,
}

/// Writes a line for each secret that is about to be printed, if the log is turned on; nothing before the configuration
/// has been read. A failure is a warning.
pub(crate) fn record(context: &Context, events: &[AuditEvent<'_>]) {
    if context.is_audited() && !events.is_empty() {
        write_lines(context, events);
    }
}

/// Appends a line to the audit log for each event. A line that cannot be written is a warning.
#[cold]
fn write_lines(context: &Context, events: &[AuditEvent<'_>]) {
    let parent = platform::parent_process();
    for event in events {
        let line = Line::new(event, parent.as_ref());
        if let Err(error) = line.write() {
            context.warn(&format!("audit log: {}", with_causes(&error)));
        }
    }
}

/// Why a line could not be written.
#[derive(Debug, thiserror::Error)]
enum AuditError {
    #[error(transparent)]
    Context(#[from] ContextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Line {
    /// Returns the line for an event, with the time now and this process's id. `parent` is the process that started
    /// this one.
    fn new(event: &AuditEvent<'_>, parent: Option<&platform::ParentProcess>) -> Self {
        let executable = parent.and_then(|parent| parent.executable.as_ref());
        let (protocol, format) = event.channel.names();
        Self {
            at: UnixTime::now().to_string(),
            profile: event.profile.to_owned(),
            protocol: protocol.to_owned(),
            format,
            host: event.host.map(|host| truncated(host.to_string())),
            token: event.token.to_owned(),
            pid: std::process::id(),
            parent_pid: parent.map(|parent| parent.pid),
            parent: executable.map(|path| path.to_string_lossy().into_owned()),
        }
    }

    /// Appends this line as JSON to the audit log. Fails if the log's path is unknown, or the file cannot be written or
    /// rotated.
    fn write(&self) -> Result<(), AuditError> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        Ok(append_audit_line(&audit_path()?, &line)?)
    }
}

impl Channel {
    /// Returns the values of `protocol` and `format`.
    fn names(self) -> (&'static str, Option<String>) {
        use clap::ValueEnum;
        match self {
            Self::Protocol(protocol) => (protocol.name(), None),
            Self::Get(format) => {
                let name = format.to_possible_value();
                ("get", name.map(|name| name.get_name().to_owned()))
            }
            Self::Exec => ("exec", None),
            Self::Login => ("login", None),
        }
    }
}

/// Returns the text; of one with more than `MAX_HOST_CHARS` characters, that many and `…`.
fn truncated(text: String) -> String {
    match text.char_indices().nth(MAX_HOST_CHARS) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_every_field_and_reads_back() {
        let host = "https://h.example.com";
        let line = Line::new(
            &AuditEvent {
                profile: "corp",
                channel: Channel::Get(Format::Curl),
                host: Some(&host),
                token: "access",
            },
            Some(&platform::ParentProcess {
                pid: 7,
                executable: Some("/bin/\n\"x\"".into()),
            }),
        );
        let text = serde_json::to_string(&line).expect("JSON");
        assert!(
            text.starts_with("{\"at\":\"") && !text.contains('\n'),
            "{text}"
        );
        let read: Line = serde_json::from_str(&text).expect("a line");
        assert_eq!(
            (
                read.protocol.as_str(),
                read.format.as_deref(),
                read.host.as_deref()
            ),
            ("get", Some("curl"), Some(host))
        );
        assert_eq!(
            (read.parent_pid, read.parent.as_deref()),
            (Some(7), Some("/bin/\n\"x\""))
        );
    }

    #[test]
    fn a_host_is_cut_to_300_characters() {
        assert_eq!(truncated("é".repeat(300)), "é".repeat(300));
        assert_eq!(truncated("é".repeat(301)), "é".repeat(300) + "…");
    }
}
