//! The shell of every test server: free ports of 127.0.0.1, threads of its own, every request on record, answers that a
//! test has put in line before the server's own, and an end when it is dropped.

use std::net::TcpListener;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use serde_json::{Map, Value};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::answer::{Answer, Edit, Scripts};
use super::faults;
use super::request::{Incoming, LONGEST_BODY};

/// How long a test waits for something that should happen at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server whose handlers share a state. It stops when this is dropped.
pub struct Loopback<S> {
    pub(crate) site: Arc<Site<S>>,
    runtime: Option<Runtime>,
}

/// What the handlers share with the test.
pub(crate) struct Site<S> {
    /// `http://127.0.0.1:PORT` of each router.
    pub(crate) origins: Vec<String>,
    state: Mutex<S>,
    record: Mutex<Record>,
    changed: Condvar,
    held: watch::Sender<Option<Hold>>,
}

/// What was asked, and what is to be answered.
#[derive(Default)]
struct Record {
    log: Vec<Incoming>,
    answers: Scripts,
}

/// Says of a request whether it has to wait.
type Hold = fn(&Incoming) -> bool;

impl<S: Send + 'static> Loopback<S> {
    /// Serves each router on a free port.
    pub(crate) fn start<const N: usize>(
        state: S,
        routers: impl FnOnce(&Arc<Site<S>>) -> [Router; N],
    ) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let addresses = listeners.iter().map(TcpListener::local_addr);
        let site = Arc::new(Site {
            origins: addresses
                .map(|address| format!("http://{}", address.expect("an address")))
                .collect(),
            state: Mutex::new(state),
            record: Mutex::default(),
            changed: Condvar::new(),
            held: watch::Sender::new(None),
        });
        for (listener, router) in listeners.into_iter().zip(routers(&site)) {
            runtime.spawn(async move {
                listener.set_nonblocking(true).expect("a socket option");
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, router).await.expect("a server");
            });
        }
        Self {
            site,
            runtime: Some(runtime),
        }
    }

    /// Serves one function, which gets the state, the origin and the request.
    pub(crate) fn answering(state: S, answer: fn(&mut S, &str, &Incoming) -> Response) -> Self {
        Self::start(state, |site| {
            let handler = async move |State(site): State<Arc<Site<S>>>, incoming: Incoming| {
                answer(&mut site.state(), &site.origins[0], &incoming)
            };
            [site.finish(Router::new().fallback(handler))]
        })
    }

    /// Returns the first origin: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.site.origins[0]
    }

    /// Returns what the service knows.
    pub fn state(&self) -> MutexGuard<'_, S> {
        self.site.state()
    }

    /// Puts answers in line for whatever is asked; each is used once, before the service's own.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers_at("", answers);
    }

    /// Puts answers in line for one endpoint: "POST /token", or "/token" for every method.
    pub(crate) fn answers_at(&self, endpoint: &str, answers: impl IntoIterator<Item = Answer>) {
        self.site.record().answers.queue(endpoint, answers);
    }

    /// Makes one endpoint answer this whenever nothing is in line.
    pub(crate) fn always_at(&self, endpoint: &str, answer: Answer) {
        self.site.record().answers.always(endpoint, answer);
    }

    /// Returns every request so far.
    pub fn log(&self) -> Vec<Incoming> {
        self.site.record().log.clone()
    }

    /// Returns how many requests so far satisfy `wanted`.
    pub fn count(&self, wanted: impl Fn(&Incoming) -> bool) -> usize {
        self.log().iter().filter(|request| wanted(request)).count()
    }

    /// Lets such requests arrive and wait, or lets those in that have waited.
    pub(crate) fn hold(&self, which: Option<Hold>) {
        self.site.held.send_replace(which);
    }

    /// Waits until the requests so far, and the state, are as the test wants them.
    ///
    /// # Panics
    ///
    /// When that takes longer than half a minute.
    pub(crate) fn wait_until(&self, what: &str, has_come: impl Fn(&[Incoming], &S) -> bool) {
        let is_missing = |record: &mut Record| !has_come(&record.log, &self.site.state());
        let (record, waited) = self
            .site
            .changed
            .wait_timeout_while(self.site.record(), PATIENCE, is_missing)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(
            !waited.timed_out(),
            "the {what} waited for did not come; these came: {:#?}",
            record.log
        );
    }
}

impl<S> Drop for Loopback<S> {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl<S: Send + 'static> Site<S> {
    pub(crate) fn state(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts the door in front of a router: its handlers find each request read, as [`Incoming`].
    pub(crate) fn finish(self: &Arc<Self>, router: Router<Arc<Self>>) -> Router {
        router
            .layer(from_fn_with_state(Arc::clone(self), door))
            .with_state(Arc::clone(self))
    }

    /// Wakes who waits for a change.
    fn tell(&self) {
        // Whoever has looked in vain, and does not wait yet, holds this lock.
        drop(self.record());
        self.changed.notify_all();
    }
}

async fn door<S: Send + 'static>(
    State(site): State<Arc<Site<S>>>,
    request: Request,
    next: Next,
) -> Response {
    let (uri, method) = (request.uri().clone(), request.method().clone());
    let incoming = Incoming::read(request).await;
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = uri;
    *request.method_mut() = method;
    request.extensions_mut().insert(incoming.clone());
    // A client that hangs up has still sent its request: what it asked for happens all the same.
    tokio::spawn(async move { admit(&site, incoming, request, next).await })
        .await
        .unwrap_or_else(|_| faults::closed())
}

/// Logs a request, holds it if it is one to be held, and gives it the answer in line or the service's own.
async fn admit<S: Send + 'static>(
    site: &Site<S>,
    incoming: Incoming,
    request: Request,
    next: Next,
) -> Response {
    // The next in line is whoever came first, however long each is held.
    let answer = {
        let mut record = site.record();
        record.log.push(incoming.clone());
        record.answers.next(&incoming.method, &incoming.path)
    };
    site.tell();
    let mut held = site.held.subscribe();
    let _ = held
        .wait_for(|held| !held.is_some_and(|is_held| is_held(&incoming)))
        .await;
    let response = match answer {
        Answer::Usual => next.run(request).await,
        Answer::Instead {
            status,
            headers,
            body,
        } => instead(status, headers, body),
        Answer::Hang => std::future::pending().await,
        Answer::Drip => faults::drip(),
        Answer::Endless => faults::endless(),
        Answer::Close => faults::closed(),
        Answer::LostOnTheWay => {
            drop(next.run(request).await);
            faults::closed()
        }
        Answer::Edited(edit) => edited(next.run(request).await, &edit).await,
        Answer::Typed(content_type) => {
            let mut response = next.run(request).await;
            let value = HeaderValue::from_static(content_type);
            response.headers_mut().insert(header::CONTENT_TYPE, value);
            response
        }
        Answer::Rewritten { write, header, end } => {
            let (mut parts, body) = next.run(request).await.into_parts();
            let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
            let (name, value) = header;
            parts.headers.insert(name, HeaderValue::from_static(value));
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, faults::ending(write.apply(&body), end))
        }
    };
    site.tell();
    response
}

/// Returns a response of this status and object.
pub(crate) fn json((status, object): (u16, Value)) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, Json(object)).into_response()
}

fn instead(status: u16, headers: Vec<(&'static str, String)>, body: String) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).expect("a valid answer")
}

async fn edited(response: Response, edit: &Edit) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
    let mut object: Map<String, Value> = serde_json::from_slice(&body).unwrap_or_default();
    edit.apply(&mut object);
    (parts.status, Json(object)).into_response()
}
