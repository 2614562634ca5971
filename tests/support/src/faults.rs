//! Answers that no well-behaved server gives.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use tokio::time::{Interval, interval};

use super::answer::End;

/// Returns a response that makes the server close the connection without a byte: its body fails before its head is out.
pub(crate) fn closed() -> Response {
    Body::from_stream(Broken).into_response()
}

/// Returns a response whose body comes as fast as it is read, without end.
pub(crate) fn endless() -> Response {
    Body::from_stream(Endless).into_response()
}

/// Returns a response whose body comes a byte at a time, without end.
pub(crate) fn drip() -> Response {
    Body::from_stream(Drip(interval(Duration::from_millis(50)))).into_response()
}

/// Returns a body that ends in this way behind these bytes.
pub(crate) fn ending(bytes: Vec<u8>, end: End) -> Body {
    match end {
        End::Whole => Body::from(bytes),
        End::BreaksOff | End::Stalls => Body::from_stream(Ending {
            bytes: Some(bytes.into()),
            end,
            was_sent: false,
        }),
    }
}

/// Bytes, and then no end.
struct Ending {
    bytes: Option<Bytes>,
    end: End,
    was_sent: bool,
}

impl Stream for Ending {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(bytes) = self.bytes.take() {
            return Poll::Ready(Some(Ok(bytes)));
        }
        if !self.was_sent {
            // The server sends what it has when there is nothing more for the moment.
            self.was_sent = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.end {
            End::Stalls => Poll::Pending,
            End::Whole => Poll::Ready(None),
            End::BreaksOff => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
        }
    }
}

struct Broken;
struct Endless;
struct Drip(Interval);

impl Stream for Broken {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into())))
    }
}

impl Stream for Endless {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(Some(Ok(Bytes::from_static(&[b' '; 16 * 1024]))))
    }
}

impl Stream for Drip {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let byte = |_| Some(Ok(Bytes::from_static(b" ")));
        self.0.poll_tick(context).map(byte)
    }
}
