//! A check with its result, and sections of checks.

use serde_json::{Value, json};

use crate::escape::escape_line;
use crate::trusted_file::{Fault, fault_in};

pub(super) use crate::clients::path::edit_command;
pub(super) use crate::escape::shell_word;

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    /// Worth a look; works all the same.
    Warning,
    /// Fails now, or at the next refresh.
    Broken,
    /// Not checked; the message says why.
    Skipped,
}

impl State {
    /// Returns its name in the report.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
            Self::Skipped => "skipped",
        }
    }
}

/// A check with its result.
#[derive(Debug)]
pub(super) struct Check {
    /// Names the check for programs; it must not change.
    pub(super) id: &'static str,
    pub(super) subject: String,
    pub(super) state: State,
    pub(super) message: String,
    /// The command that fixes it.
    pub(super) fix: Option<String>,
}

impl Check {
    /// Returns its object in the JSON report, where the fix is named `mend`.
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "subject": self.subject,
            "state": self.state.word(),
            "message": self.message,
            "mend": self.fix,
        })
    }
}

/// What a check is about, before there is a result: one of the methods makes that.
#[derive(Clone, Debug)]
pub(super) struct About {
    id: &'static str,
    subject: String,
}

impl About {
    /// Returns the start of a check with this id, about `subject`.
    pub(super) fn new(id: &'static str, subject: impl Into<String>) -> Self {
        Self {
            id,
            subject: subject.into(),
        }
    }

    /// Returns the check with the result `Ok`.
    pub(super) fn ok(self, message: impl Into<String>) -> Check {
        self.with_state(State::Ok, &message.into(), None)
    }

    /// Returns the check as `Skipped`; the message says why.
    pub(super) fn skipped(self, message: impl Into<String>) -> Check {
        self.with_state(State::Skipped, &message.into(), None)
    }

    /// Returns the check as a `Warning`; `fix` is a command.
    pub(super) fn warning(self, message: impl Into<String>, fix: impl Into<String>) -> Check {
        self.with_state(State::Warning, &message.into(), Some(fix.into()))
    }

    /// Returns the check as `Broken`; `fix` is a command.
    pub(super) fn broken(self, message: impl Into<String>, fix: impl Into<String>) -> Check {
        self.with_state(State::Broken, &message.into(), Some(fix.into()))
    }

    /// Returns the check with this state; control characters in subject and message are escaped, those in `fix` are
    /// not.
    pub(super) fn with_state(self, state: State, message: &str, fix: Option<String>) -> Check {
        let Self { id, subject } = self;
        Check {
            id,
            subject: escape_line(&subject).into_owned(),
            state,
            message: escape_line(message).into_owned(),
            fix,
        }
    }
}

/// Checks under one heading.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) labels: Labels,
    pub(super) checks: Vec<Check>,
}

/// What the lines of a section begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labels {
    /// The check's id: all checks have the subject of the heading.
    Ids,
    /// The subject: the section has the same check of several subjects.
    Subjects,
    /// The subject, then the check's id: the section has several checks of several subjects.
    Both,
}

impl Section {
    /// Returns a section with these checks; `labels` says what their lines begin with.
    pub(super) fn new(title: impl Into<String>, labels: Labels, checks: Vec<Check>) -> Self {
        Self {
            title: title.into(),
            labels,
            checks,
        }
    }

    /// Returns what the line of a check begins with: its subject, its id in words, or the subject and the end of the
    /// id.
    pub(super) fn label<'c>(&self, check: &'c Check) -> std::borrow::Cow<'c, str> {
        match self.labels {
            Labels::Subjects => check.subject.as_str().into(),
            Labels::Ids => check.id.replace(['.', '_'], " ").into(),
            Labels::Both => {
                let name = check.id.split_once('.').map_or(check.id, |(_, name)| name);
                format!("{} {name}", check.subject).into()
            }
        }
    }
}

/// Returns the command that mends the untrusted file that an error is about, or `otherwise` if it is about another
/// fault.
pub(super) fn fix_or(error: &(dyn std::error::Error + 'static), otherwise: &str) -> String {
    fault_in(error).map_or_else(|| otherwise.to_owned(), Fault::fix)
}
