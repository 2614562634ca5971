//! Looking into an input without consuming it: the next reader reads the same bytes again.
//!
//! A file is read at its position without moving it (pread), a Linux pipe is duplicated into one of our own (tee(2)),
//! a socket is peeked at. Other systems have nothing like tee, so a pipe is opaque there.

use std::fs::File;
use std::io::{self, Seek};
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::RecvFlags;
use zeroize::Zeroizing;

use super::types::{InputKind, Peeked};

const CAN_TEE: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// The least number of bytes to read from a file.
const MIN_ROOM: usize = 1024;

/// Returns how an input can be looked into.
pub(crate) fn input_kind(input: &File) -> InputKind {
    let Ok(metadata) = input.metadata() else {
        return InputKind::Opaque;
    };
    let file_type = metadata.file_type();
    if file_type.is_file() {
        InputKind::File
    } else if file_type.is_fifo() && CAN_TEE {
        InputKind::Pipe
    } else if file_type.is_socket() {
        InputKind::Socket
    } else {
        InputKind::Opaque
    }
}

/// Returns up to `limit` bytes that are in the input now, without waiting and without consuming them. Fails with
/// `Unsupported` for an opaque input.
pub(crate) fn peek(input: &File, kind: InputKind, limit: usize) -> io::Result<Peeked> {
    match kind {
        InputKind::File => peek_file(input, limit),
        InputKind::Pipe => peek_pipe(input, limit),
        InputKind::Socket => peek_socket(input, limit),
        InputKind::Opaque => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Waits until there is something to read, or the end of the input; `false` if the time ran out or a signal came.
pub(crate) fn wait_for_input(input: &File, span: Duration) -> bool {
    poll_for(input, PollFlags::IN, span)
}

/// Waits until the writer has closed the input; `false` if the time ran out or a signal came.
///
/// Bytes that are there to be read do not end the wait.
pub(crate) fn wait_for_hangup(input: &File, span: Duration) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let events = PollFlags::RDHUP;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let events = PollFlags::empty();
    poll_for(input, events, span)
}

/// Waits up to `span` for one of the events, an error or a hangup; returns `false` if the time ran out, a signal came,
/// or the wait failed.
fn poll_for(input: &File, events: PollFlags, span: Duration) -> bool {
    let timeout = Timespec::try_from(span).ok();
    let mut inputs = [PollFd::new(input, events)];
    matches!(poll(&mut inputs, timeout.as_ref()), Ok(ready) if ready > 0)
}

/// Returns up to `limit` bytes of a file from its position on, which stays where it is. It is complete if the end of
/// the file was reached within `limit`.
fn peek_file(mut input: &File, limit: usize) -> io::Result<Peeked> {
    let position = input.stream_position()?;
    // One byte more than expected, to detect the end. A file without a length, as in /proc, gets some room too.
    let length = usize::try_from(input.metadata()?.len()).unwrap_or(limit);
    let room = length.saturating_add(1).max(MIN_ROOM).min(limit);
    let mut bytes = Zeroizing::new(vec![0; room]);
    let mut length = 0;
    let is_complete = loop {
        let rest = bytes.get_mut(length..).unwrap_or_default();
        if rest.is_empty() {
            break false;
        }
        match input.read_at(rest, position.saturating_add(length as u64)) {
            Ok(0) => break true,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    };
    bytes.truncate(length);
    Ok(Peeked { bytes, is_complete })
}

/// Returns up to `limit` bytes that are in a pipe now, without consuming them. They are complete if the writer has
/// closed the pipe and all that was in it was copied.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn peek_pipe(input: &File, limit: usize) -> io::Result<Peeked> {
    use std::io::Read;

    use rustix::pipe::{PipeFlags, SpliceFlags, pipe_with, tee};

    // In this order: an input that was closed before it was measured cannot have grown since.
    let is_closed = wait_for_hangup(input, Duration::ZERO);
    let waiting = rustix::io::ioctl_fionread(input)?;
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    let copied = match tee(input, &writer, limit, SpliceFlags::NONBLOCK) {
        Err(Errno::AGAIN | Errno::INTR) => 0,
        copied => copied?,
    };
    let mut bytes = Zeroizing::new(vec![0; copied]);
    File::from(reader).read_exact(&mut bytes)?;
    Ok(Peeked {
        bytes,
        is_complete: is_closed && copied as u64 == waiting,
    })
}

/// Fails with `Unsupported`: a pipe cannot be looked into on this system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn peek_pipe(_: &File, _: usize) -> io::Result<Peeked> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Returns up to `limit` bytes that a socket has received, without consuming them. They are complete if the peer has
/// closed its end and these are all that was waiting.
fn peek_socket(input: &File, limit: usize) -> io::Result<Peeked> {
    let is_closed = wait_for_hangup(input, Duration::ZERO);
    let waiting = rustix::io::ioctl_fionread(input)?;
    let room = usize::try_from(waiting).map_or(limit, |waiting| waiting.min(limit));
    let mut bytes = Zeroizing::new(vec![0; room]);
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    let length = match rustix::net::recv(input, bytes.as_mut_slice(), flags) {
        Ok((length, _)) => length,
        Err(Errno::AGAIN | Errno::INTR) => 0,
        Err(error) => return Err(error.into()),
    };
    bytes.truncate(length);
    Ok(Peeked {
        bytes,
        is_complete: is_closed && length as u64 == waiting,
    })
}
