//! Standard input: a preview that consumes nothing, and reading it to the end.
//!
//! With the preview `prusa-cred get` notices a request, and yet takes no line from the input that a shell loop around
//! it is reading. The bytes may be secret (a request can contain one) and are wiped on drop.

use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::byte_order_mark;
use crate::deadline::Deadline;
use crate::platform::{self, InputKind, Peeked};

/// How long a preview waits at most. A request that has not arrived by then is not noticed.
const PREVIEW_TIME: Duration = Duration::from_millis(50);

/// How long to wait before looking again, if the bytes so far are not enough.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// The most bytes of a preview: as many as a pipe holds.
const PREVIEW_LIMIT: usize = 64 * 1024;

/// The capacity, in bytes, that reading starts with.
const INITIAL_CAPACITY: usize = 4 * 1024;

/// Why stdin could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StdinError {
    /// More than any request of a protocol has.
    #[error("stdin is longer than {limit} bytes")]
    TooLong { limit: usize },
    /// The writer neither wrote nor closed in time.
    #[error("stdin was not closed in time")]
    TimedOut,
    /// The system reported an error.
    #[error("could not read stdin")]
    Io(#[from] io::Error),
}

/// Whether the bytes so far are enough to recognize a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are enough.
    Enough,
    /// More bytes, or the end of the input, may decide it.
    More,
}

/// The bytes that are waiting in an input.
#[derive(Debug)]
pub(crate) struct Preview {
    /// Never empty.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Whether this is the whole input: the end of the file was seen, or the writer of the pipe has closed it.
    pub(crate) is_complete: bool,
    pub(crate) kind: InputKind,
}

/// A handle on an input; `None` if it is closed.
pub(crate) struct Stdin(Option<File>);

impl Stdin {
    /// Opens the standard input of this process. One that is closed counts as empty.
    pub(crate) fn open() -> Self {
        Self(platform::stdin().ok())
    }

    /// Returns the bytes that are in the input, without consuming them.
    ///
    /// `judge` gets the bytes so far and whether they are complete. It is called again with more bytes while it returns
    /// `More`, until they are complete, 64 KiB, or 50 ms have passed; what there is then is returned. `None` if the
    /// input is empty, has no bytes in that time, or cannot be looked into.
    pub(crate) fn preview(&self, judge: &mut dyn FnMut(&[u8], bool) -> Verdict) -> Option<Preview> {
        let input = self.0.as_ref()?;
        let kind = platform::input_kind(input);
        if kind == InputKind::Opaque {
            return None;
        }
        let deadline = Deadline::after(PREVIEW_TIME);
        while !platform::wait_for_input(input, deadline.remaining()) {
            if deadline.is_over() {
                return None;
            }
        }
        let mut seen_length = 0;
        loop {
            let Peeked { bytes, is_complete } = platform::peek(input, kind, PREVIEW_LIMIT).ok()?;
            if bytes.is_empty() {
                return None;
            }
            let has_changed = is_complete || bytes.len() > seen_length;
            seen_length = bytes.len();
            let is_enough = has_changed && judge(&bytes, is_complete) == Verdict::Enough;
            if is_enough || is_complete || seen_length >= PREVIEW_LIMIT || deadline.is_over() {
                return Some(Preview {
                    bytes,
                    is_complete,
                    kind,
                });
            }
            pause(input, deadline);
        }
    }

    /// Reads the input to its end, as UTF-8 without a byte order mark.
    ///
    /// # Errors
    ///
    /// `TooLong` if there are more than `limit` bytes (one byte more than that has then been consumed); `TimedOut` if
    /// the input does not end before the deadline; `Io` if it cannot be read.
    pub(crate) fn read_all(
        &self,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Zeroizing<Vec<u8>>, StdinError> {
        let Some(mut input) = self.0.as_ref() else {
            return Ok(Zeroizing::default());
        };
        let max_length = limit.saturating_add(1);
        let mut bytes = Zeroizing::new(vec![0; INITIAL_CAPACITY.min(max_length)]);
        let mut length = 0;
        loop {
            if length > limit {
                return Err(StdinError::TooLong { limit });
            }
            if length == bytes.len() {
                bytes = with_double_capacity(&bytes, max_length);
            }
            if !platform::wait_for_input(input, deadline.remaining()) {
                if deadline.is_over() {
                    return Err(StdinError::TimedOut);
                }
                continue;
            }
            match input.read(bytes.get_mut(length..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if is_temporary(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        bytes.truncate(length);
        Ok(byte_order_mark::utf8(bytes))
    }
}

/// Waits for more bytes, or for the writer to close: bytes that are there already must not end the wait, and a writer
/// that has closed must not turn it into a busy loop.
fn pause(input: &File, deadline: Deadline) {
    if platform::wait_for_hangup(input, POLL_INTERVAL.min(deadline.remaining())) {
        deadline.sleep(POLL_INTERVAL);
    }
}

/// Returns the bytes and as many zeros after them, at most `max_length` in all. A growing `Vec` would leave an unwiped
/// copy behind.
fn with_double_capacity(bytes: &[u8], max_length: usize) -> Zeroizing<Vec<u8>> {
    let mut room = Zeroizing::new(Vec::with_capacity(
        bytes.len().saturating_mul(2).min(max_length),
    ));
    room.extend_from_slice(bytes);
    let capacity = room.capacity().min(max_length);
    room.resize(capacity, 0);
    room
}

/// Returns whether a read that failed with this error may succeed if repeated: it was interrupted, or would have to
/// wait.
fn is_temporary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock
    )
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{Seek, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use rustix::pipe::pipe;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn piped() -> (Stdin, File) {
        let (reader, writer) = pipe().expect("a pipe");
        (Stdin(Some(File::from(reader))), File::from(writer))
    }

    fn file_with(text: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text).expect("space");
        file.rewind().expect("a file");
        file
    }

    fn enough(_: &[u8], _: bool) -> Verdict {
        Verdict::Enough
    }

    fn more(_: &[u8], _: bool) -> Verdict {
        Verdict::More
    }

    fn content_of(seen: Option<&Preview>) -> Option<(&[u8], bool)> {
        seen.map(|seen| (seen.bytes.as_slice(), seen.is_complete))
    }

    fn rest(stdin: &Stdin) -> Vec<u8> {
        let all = stdin.read_all(1 << 20, Deadline::after(LONG));
        all.expect("the rest").to_vec()
    }

    #[test]
    fn an_empty_closed_or_opaque_input_has_no_preview() {
        let null = File::open("/dev/null").expect("a device");
        assert!(Stdin(Some(null)).preview(&mut enough).is_none());
        assert!(Stdin(None).preview(&mut enough).is_none());
        assert!(Stdin(Some(file_with(b""))).preview(&mut enough).is_none());
        assert!(
            Stdin(Some(File::open("/").expect("a directory")))
                .preview(&mut enough)
                .is_none()
        );
        let (open, _writer) = piped();
        assert!(open.preview(&mut enough).is_none());
        let (closed, writer) = piped();
        drop(writer);
        assert!(closed.preview(&mut enough).is_none());
    }

    #[test]
    fn a_file_is_previewed_from_its_position_and_keeps_it() {
        let mut file = file_with(b"read\nleft\n");
        file.read_exact(&mut [0; 5]).expect("five bytes");
        let stdin = Stdin(Some(file));
        let seen = stdin.preview(&mut more);
        assert_eq!(content_of(seen.as_ref()), Some((&b"left\n"[..], true)));
        assert_eq!(seen.map(|seen| seen.kind), Some(InputKind::File));
        assert_eq!(rest(&stdin), b"left\n");
        assert!(stdin.preview(&mut enough).is_none());
    }

    #[test]
    fn the_preview_of_a_long_file_is_limited() {
        let stdin = Stdin(Some(file_with(&vec![b'x'; PREVIEW_LIMIT + 1])));
        let seen = stdin.preview(&mut more).expect("something");
        assert_eq!((seen.bytes.len(), seen.is_complete), (PREVIEW_LIMIT, false));
        assert_eq!(rest(&stdin).len(), PREVIEW_LIMIT + 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_preview_consumes_nothing_from_a_pipe() {
        let (stdin, mut writer) = piped();
        writer.write_all(b"one\n").expect("room");
        let seen = stdin.preview(&mut enough);
        assert_eq!(content_of(seen.as_ref()), Some((&b"one\n"[..], false)));
        let seen = stdin.preview(&mut more);
        assert_eq!(content_of(seen.as_ref()), Some((&b"one\n"[..], false)));
        writer.write_all(b"two\n").expect("room");
        drop(writer);
        let seen = stdin.preview(&mut more);
        assert_eq!(content_of(seen.as_ref()), Some((&b"one\ntwo\n"[..], true)));
        assert_eq!(rest(&stdin), b"one\ntwo\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_judge_is_called_again_for_more_bytes_and_the_end() {
        let (stdin, writer) = piped();
        let mut writer = Some(writer);
        let mut asked = Vec::new();
        writer
            .as_mut()
            .expect("open")
            .write_all(b"prot")
            .expect("room");
        let seen = stdin.preview(&mut |bytes, is_complete| {
            asked.push((bytes.to_vec(), is_complete));
            if asked.len() == 1 {
                writer
                    .as_mut()
                    .expect("open")
                    .write_all(b"ocol=")
                    .expect("room");
            } else {
                writer = None;
            }
            Verdict::More
        });
        assert_eq!(content_of(seen.as_ref()), Some((&b"protocol="[..], true)));
        let expected = [("prot", false), ("protocol=", false), ("protocol=", true)];
        assert_eq!(
            asked,
            expected.map(|(text, whole)| (text.as_bytes().to_vec(), whole))
        );
        assert_eq!(rest(&stdin), b"protocol=");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_pipe_is_previewed_and_stays_full() {
        let (stdin, mut writer) = piped();
        writer.write_all(&vec![b'x'; PREVIEW_LIMIT]).expect("room");
        drop(writer);
        let seen = stdin.preview(&mut more).expect("something");
        assert_eq!((seen.bytes.len(), seen.is_complete), (PREVIEW_LIMIT, true));
        assert_eq!(rest(&stdin).len(), PREVIEW_LIMIT);
    }

    #[test]
    fn a_preview_consumes_nothing_from_a_socket() {
        let (here, mut there) = UnixStream::pair().expect("two sockets");
        let stdin = Stdin(Some(File::from(OwnedFd::from(here))));
        assert!(stdin.preview(&mut enough).is_none());
        there.write_all(b"one\n").expect("room");
        let seen = stdin.preview(&mut enough);
        assert_eq!(content_of(seen.as_ref()), Some((&b"one\n"[..], false)));
        there.write_all(b"two\n").expect("room");
        drop(there);
        let seen = stdin.preview(&mut more);
        assert_eq!(content_of(seen.as_ref()), Some((&b"one\ntwo\n"[..], true)));
        assert_eq!(rest(&stdin), b"one\ntwo\n");
        assert!(stdin.preview(&mut enough).is_none());
    }

    #[test]
    fn reading_more_than_the_limit_is_an_error() {
        let ten = || Stdin(Some(file_with(b"0123456789")));
        let read = |stdin: &Stdin, limit| stdin.read_all(limit, Deadline::after(LONG));
        assert_eq!(
            read(&ten(), 10).expect("ten bytes").as_slice(),
            b"0123456789"
        );
        let stdin = ten();
        let error = read(&stdin, 8).expect_err("too much");
        assert!(
            matches!(error, StdinError::TooLong { limit: 8 }),
            "{error:?}"
        );
        assert_eq!(rest(&stdin), b"9");
        assert!(read(&Stdin(None), 8).expect("nothing").is_empty());
        let long = vec![b'x'; 100_000];
        assert_eq!(rest(&Stdin(Some(file_with(&long)))), long);
    }

    #[test]
    fn reading_an_open_input_ends_with_the_deadline() {
        let (stdin, mut writer) = piped();
        writer.write_all(b"never closed").expect("room");
        let error = stdin.read_all(100, Deadline::after(Duration::from_millis(1)));
        assert!(matches!(error, Err(StdinError::TimedOut)), "{error:?}");
    }
}
