//! A small loopback server for services of a few POST endpoints: it keeps what it was asked, and answers by the book
//! of its service, or as a test has put in line.

use std::collections::{BTreeMap, VecDeque};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::Value;
use tokio::runtime::Runtime;
use url::form_urlencoded;

use super::sandbox::{Answer, faults};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub is_json: bool,
    pub fields: BTreeMap<String, String>,
}

impl Asked {
    pub fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
}

/// What a service answers: a status and an object.
pub type Book<S> = fn(&mut S, &Asked) -> (u16, Value);

/// The server. It stops when this is dropped.
pub struct Small<S: Send + 'static> {
    shared: Arc<Shared<S>>,
    origin: String,
    runtime: Option<Runtime>,
}

struct Shared<S> {
    book: Book<S>,
    state: Mutex<S>,
    log: Mutex<Vec<Asked>>,
    answers: Mutex<VecDeque<Answer>>,
}

impl<S: Send + 'static> Small<S> {
    /// Starts on a free port of 127.0.0.1.
    pub fn start(state: S, book: Book<S>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared {
            book,
            state: Mutex::new(state),
            log: Mutex::default(),
            answers: Mutex::default(),
        });
        let router = Router::new()
            .fallback(answer::<S>)
            .with_state(Arc::clone(&shared));
        runtime.spawn(async move {
            listener.set_nonblocking(true).expect("a socket option");
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await.expect("a server");
        });
        Self {
            shared,
            origin,
            runtime: Some(runtime),
        }
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.origin
    }

    /// Puts answers in line, which come before those of the book.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        lock(&self.shared.answers).extend(answers);
    }

    /// Returns what the service knows.
    pub fn state(&self) -> MutexGuard<'_, S> {
        lock(&self.shared.state)
    }

    /// Returns every request so far.
    pub fn log(&self) -> Vec<Asked> {
        lock(&self.shared.log).clone()
    }

    /// Returns how many requests so far satisfy `wanted`.
    pub fn count(&self, wanted: impl Fn(&Asked) -> bool) -> usize {
        self.log().iter().filter(|asked| wanted(asked)).count()
    }
}

impl<S: Send + 'static> Drop for Small<S> {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer<S: Send + 'static>(
    State(shared): State<Arc<Shared<S>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers.get("content-type");
    let is_json = content_type.is_some_and(|value| value == "application/json");
    let asked = Asked {
        path: uri.path().to_owned(),
        is_json,
        fields: if is_json {
            serde_json::from_slice(&body).unwrap_or_default()
        } else {
            form_urlencoded::parse(&body).into_owned().collect()
        },
    };
    lock(&shared.log).push(asked.clone());
    let (status, headers, body) = match lock(&shared.answers).pop_front() {
        Some(Answer::Instead {
            status,
            headers,
            body,
        }) => (status, headers, body),
        Some(Answer::Close) => return faults::closed(),
        Some(Answer::Endless) => return faults::endless(),
        Some(Answer::Usual) | None => {
            let (status, object) = (shared.book)(&mut lock(&shared.state), &asked);
            let json = ("content-type", "application/json".to_owned());
            (status, vec![json], object.to_string())
        }
        Some(_) => panic!("this server has no such answer"),
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).expect("a valid answer")
}
