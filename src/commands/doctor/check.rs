//! What one check says, and how a report of them reads.

use std::path::Path;

use serde_json::{Value, json};

use crate::escape::escape_line;

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    /// Worth a look; works all the same.
    Warning,
    /// Fails now, or at the next refresh.
    Broken,
    /// Not looked at, for a reason that is told.
    Skipped,
}

impl State {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Broken => "broken",
            Self::Skipped => "skipped",
        }
    }
}

/// What a check found.
#[derive(Debug)]
pub(super) struct Check {
    /// Tells programs which check it is; never changes.
    pub(super) id: &'static str,
    pub(super) subject: String,
    pub(super) state: State,
    pub(super) message: String,
    /// The command that mends it.
    pub(super) mend: Option<String>,
}

impl Check {
    pub(super) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "subject": self.subject,
            "state": self.state.word(),
            "message": self.message,
            "mend": self.mend,
        })
    }
}

/// What a check is about, before it has found anything.
#[derive(Clone, Debug)]
pub(super) struct About {
    id: &'static str,
    subject: String,
}

impl About {
    pub(super) fn new(id: &'static str, subject: impl Into<String>) -> Self {
        Self {
            id,
            subject: subject.into(),
        }
    }

    pub(super) fn ok(self, message: impl Into<String>) -> Check {
        self.found(State::Ok, &message.into(), None)
    }

    pub(super) fn skipped(self, message: impl Into<String>) -> Check {
        self.found(State::Skipped, &message.into(), None)
    }

    pub(super) fn warning(self, message: impl Into<String>, mend: impl Into<String>) -> Check {
        self.found(State::Warning, &message.into(), Some(mend.into()))
    }

    pub(super) fn broken(self, message: impl Into<String>, mend: impl Into<String>) -> Check {
        self.found(State::Broken, &message.into(), Some(mend.into()))
    }

    pub(super) fn found(self, state: State, message: &str, mend: Option<String>) -> Check {
        let Self { id, subject } = self;
        Check {
            id,
            // A file name may hold anything.
            subject: escape_line(&subject).into_owned(),
            state,
            message: escape_line(message).into_owned(),
            mend,
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

/// What a line of a section begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Labels {
    /// The check's name: all of them are about what the heading says.
    Names,
    /// The subject: there is one kind of check, or few, of many things.
    Subjects,
    /// The subject, then the check's name: several kinds of check of several things.
    Both,
}

impl Section {
    pub(super) fn new(title: impl Into<String>, labels: Labels, checks: Vec<Check>) -> Self {
        Self {
            title: title.into(),
            labels,
            checks,
        }
    }

    pub(super) fn label<'c>(&self, check: &'c Check) -> std::borrow::Cow<'c, str> {
        match self.labels {
            Labels::Subjects => check.subject.as_str().into(),
            Labels::Names => check.id.replace(['.', '_'], " ").into(),
            Labels::Both => {
                let name = check.id.split_once('.').map_or(check.id, |(_, name)| name);
                format!("{} {name}", check.subject).into()
            }
        }
    }
}

/// Returns a path as a shell takes it.
pub(super) fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%".contains(&byte) || byte > 127;
    if !text.is_empty() && text.bytes().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Returns the command that opens a file for editing.
pub(super) fn edit_command(path: &Path) -> String {
    format!("${{EDITOR:-vi}} {}", shell_word(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_to_a_shell() {
        for (path, wanted) in [
            ("/home/ada/x.json", "/home/ada/x.json"),
            ("/a b", "'/a b'"),
            ("/it's", r"'/it'\''s'"),
            ("/$(x)", "'/$(x)'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(Path::new(path)), wanted);
        }
    }
}
