//! What a server answers when a test wants it to answer otherwise.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

/// What an endpoint answers to one request.
#[derive(Clone)]
pub enum Answer {
    /// What it always does.
    Usual,
    /// This, without doing anything.
    Instead {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// Nothing, ever, with the connection open.
    Hang,
    /// A byte now and then, without end.
    Drip,
    /// As many bytes as the client takes, without end.
    Endless,
    /// Nothing: the connection is closed.
    Close,
    /// What it always does, but the connection is closed before the client learns of it.
    LostOnTheWay,
    /// What it always does, with the JSON changed on its way out.
    Edited(Edit),
    /// What it always does, under another content type.
    Typed(&'static str),
    /// What it always does, its body written anew, with one more header, and perhaps never ended.
    Rewritten {
        write: Write,
        header: (&'static str, &'static str),
        end: End,
    },
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// As it should.
    Whole,
    /// The connection is closed where more would have to come.
    BreaksOff,
    /// Nothing more comes, and the connection stays open.
    Stalls,
}

/// A change to the bytes of a body.
#[derive(Clone)]
pub struct Write(Arc<WriteBytes>);

type WriteBytes = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

impl Write {
    pub(crate) fn apply(&self, body: &[u8]) -> Vec<u8> {
        (self.0)(body)
    }
}

/// A change to a JSON object.
#[derive(Clone)]
pub struct Edit(Arc<EditJson>);

type EditJson = dyn Fn(&mut Map<String, Value>) + Send + Sync;

impl Edit {
    pub(crate) fn apply(&self, object: &mut Map<String, Value>) {
        (self.0)(object);
    }
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Edit")
    }
}

impl Answer {
    /// Returns an answer of this status, content type and body.
    pub fn of(status: u16, content_type: &str, body: &str) -> Self {
        Self::Instead {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.to_owned(),
        }
    }

    /// Returns a JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::of(status, "application/json", &body.to_string())
    }

    /// Returns an OAuth error (RFC 6749 §5.2).
    pub fn oauth_error(status: u16, code: &str) -> Self {
        Self::json(status, &json!({ "error": code }))
    }

    /// Returns a page.
    pub fn html(status: u16, text: &str) -> Self {
        let body = format!("<!doctype html><title>{text}</title><h1>{text}</h1>");
        Self::of(status, "text/html; charset=utf-8", &body)
    }

    /// Returns 429, with `Retry-After` in seconds.
    pub fn rate_limited(retry_after: u64) -> Self {
        Self::html(429, "Too many requests").again_after(retry_after)
    }

    /// Returns 503, with `Retry-After` in seconds.
    pub fn busy(retry_after: u64) -> Self {
        Self::html(503, "Busy").again_after(retry_after)
    }

    fn again_after(self, retry_after: u64) -> Self {
        match self {
            Self::Instead {
                status,
                mut headers,
                body,
            } => {
                headers.push(("retry-after", retry_after.to_string()));
                Self::Instead {
                    status,
                    headers,
                    body,
                }
            }
            other => other,
        }
    }

    /// Returns Django's answer to a form without the right CSRF token.
    pub fn csrf_failure() -> Self {
        Self::html(403, "CSRF verification failed. Request aborted.")
    }

    /// Returns the page of an account that is locked after too many attempts.
    pub fn locked() -> Self {
        Self::html(
            403,
            "Account locked: too many login attempts. Please try again later.",
        )
    }

    /// Returns a page that no client knows what to do with.
    pub fn unknown_page() -> Self {
        Self::html(200, "Please update your address")
    }

    /// Returns a redirect (302).
    pub fn redirect(location: &str) -> Self {
        Self::Instead {
            status: 302,
            headers: vec![("location", location.to_owned())],
            body: String::new(),
        }
    }

    /// Returns the usual answer with its JSON object changed.
    pub fn edited(edit: impl Fn(&mut Map<String, Value>) + Send + Sync + 'static) -> Self {
        Self::Edited(Edit(Arc::new(edit)))
    }

    /// Returns the usual answer with the bytes of its body changed.
    pub fn rewritten(write: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::Rewritten {
            write: Write(Arc::new(write)),
            header: ("x-nothing", "special"),
            end: End::Whole,
        }
    }

    /// Returns a rewritten answer with this header.
    #[must_use]
    pub fn under(self, name: &'static str, value: &'static str) -> Self {
        match self {
            Self::Rewritten { write, end, .. } => Self::Rewritten {
                write,
                header: (name, value),
                end,
            },
            other => other,
        }
    }

    /// Returns a rewritten answer that ends so.
    #[must_use]
    pub fn ending(self, end: End) -> Self {
        match self {
            Self::Rewritten { write, header, .. } => Self::Rewritten { write, header, end },
            other => other,
        }
    }
}

/// The answers that are in line: by endpoint ("POST /token"), by path, or for everything ("").
#[derive(Default)]
pub(crate) struct Scripts(HashMap<String, (VecDeque<Answer>, Option<Answer>)>);

impl Scripts {
    pub(crate) fn queue(&mut self, endpoint: &str, answers: impl IntoIterator<Item = Answer>) {
        self.at(endpoint).0.extend(answers);
    }

    pub(crate) fn always(&mut self, endpoint: &str, answer: Answer) {
        self.at(endpoint).1 = Some(answer);
    }

    /// Returns what the next request to this endpoint gets.
    pub(crate) fn next(&mut self, method: &str, path: &str) -> Answer {
        [&format!("{method} {path}"), path, ""]
            .iter()
            .find_map(|endpoint| {
                let (queue, always) = self.0.get_mut(*endpoint)?;
                queue.pop_front().or_else(|| always.clone())
            })
            .unwrap_or(Answer::Usual)
    }

    fn at(&mut self, endpoint: &str) -> &mut (VecDeque<Answer>, Option<Answer>) {
        self.0.entry(endpoint.to_owned()).or_default()
    }
}
