//! Standard input: a look at it that leaves everything where it is, and reading all of it.
//!
//! The look is what lets `prusa-cred get` notice a request, and still lose no line of the list that a shell loop around
//! it is reading. What is seen may be a secret (a request can carry one), and is wiped on drop.

use std::fs::File;
use std::io::{self, Read};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::deadline::Deadline;
use crate::platform::{self, InputKind, Peeked};

/// How long a look lasts at most. A request that is not there by then is none.
const LOOK: Duration = Duration::from_millis(50);

/// How long to wait between two looks at bytes that are not yet enough.
const STEP: Duration = Duration::from_millis(2);

/// How much is looked at: no more than a pipe holds.
const LOOK_LIMIT: usize = 64 * 1024;

/// How much room reading starts with.
const FIRST_ROOM: usize = 4 * 1024;

/// Why stdin could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StdinError {
    /// More than anyone who keeps to a protocol would send.
    #[error("what came on stdin is longer than {limit} bytes")]
    TooLong { limit: usize },
    /// The other end neither wrote nor closed.
    #[error("stdin was not closed in time")]
    TimedOut,
    /// The system said no.
    #[error("could not read stdin")]
    Io(#[from] io::Error),
}

/// What whoever knows the protocols makes of the bytes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It can be told what this is.
    Enough,
    /// More bytes, or the writer's end, may change it.
    More,
}

/// What a look saw.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Never empty.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Whether this is all that will ever come: the end of a file, or of a pipe that its writer has closed.
    pub(crate) is_whole: bool,
    pub(crate) kind: InputKind,
}

/// A handle on an input; `None` where it is closed.
pub(crate) struct Stdin(Option<File>);

impl Stdin {
    /// Takes hold of this process's standard input.
    pub(crate) fn open() -> Self {
        Self(platform::stdin().ok())
    }

    /// Looks at what stands in the input, and leaves it there.
    ///
    /// `judge` gets the bytes so far and whether they are all, and is asked again with more while it says `More`, until
    /// they are all or 50 ms have passed since the look began. `None` is an input that is empty, offers nothing in that
    /// time, or cannot be looked at.
    pub(crate) fn look(&self, judge: &mut dyn FnMut(&[u8], bool) -> Verdict) -> Option<Seen> {
        let input = self.0.as_ref()?;
        let kind = platform::input_kind(input);
        if kind == InputKind::Opaque {
            return None;
        }
        let deadline = Deadline::after(LOOK);
        while !platform::wait_for_input(input, deadline.remaining()) {
            if deadline.is_over() {
                return None;
            }
        }
        let mut judged = 0;
        loop {
            let Peeked { bytes, is_whole } = platform::peek(input, kind, LOOK_LIMIT).ok()?;
            if bytes.is_empty() {
                return None;
            }
            let is_news = is_whole || bytes.len() > judged;
            judged = bytes.len();
            let is_enough = is_news && judge(&bytes, is_whole) == Verdict::Enough;
            if is_enough || is_whole || judged >= LOOK_LIMIT || deadline.is_over() {
                return Some(Seen {
                    bytes,
                    is_whole,
                    kind,
                });
            }
            pause(input, deadline);
        }
    }

    /// Reads the input to its end.
    ///
    /// # Errors
    ///
    /// `TooLong` when there are more than `limit` bytes, of which one more than that has then been read; `TimedOut` when
    /// the end does not come before the deadline.
    pub(crate) fn read_all(
        &self,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Zeroizing<Vec<u8>>, StdinError> {
        let Some(mut input) = self.0.as_ref() else {
            return Ok(Zeroizing::default());
        };
        let most = limit.saturating_add(1);
        let mut bytes = Zeroizing::new(vec![0; FIRST_ROOM.min(most)]);
        let mut length = 0;
        loop {
            if length > limit {
                return Err(StdinError::TooLong { limit });
            }
            if length == bytes.len() {
                bytes = grown(&bytes, most);
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
                Err(error) if is_passing(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// Waits for more, or for the writer to close: bytes that are there already must not end the wait, nor a writer that
/// has closed turn it into a busy loop.
fn pause(input: &File, deadline: Deadline) {
    if platform::wait_for_hangup(input, STEP.min(deadline.remaining())) {
        deadline.sleep(STEP);
    }
}

/// Returns the bytes with twice the room. `Vec` would leave the old ones behind unwiped.
fn grown(bytes: &[u8], most: usize) -> Zeroizing<Vec<u8>> {
    let mut room = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_mul(2).min(most)));
    room.extend_from_slice(bytes);
    let capacity = room.capacity().min(most);
    room.resize(capacity, 0);
    room
}

fn is_passing(error: &io::Error) -> bool {
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

    const PATIENT: Duration = Duration::from_secs(60);

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

    fn shown(seen: Option<&Seen>) -> Option<(&[u8], bool)> {
        seen.map(|seen| (seen.bytes.as_slice(), seen.is_whole))
    }

    fn rest(stdin: &Stdin) -> Vec<u8> {
        let all = stdin.read_all(1 << 20, Deadline::after(PATIENT));
        all.expect("the rest").to_vec()
    }

    #[test]
    fn nothing_is_seen_where_nothing_is() {
        let null = File::open("/dev/null").expect("a device");
        assert!(Stdin(Some(null)).look(&mut enough).is_none());
        assert!(Stdin(None).look(&mut enough).is_none());
        assert!(Stdin(Some(file_with(b""))).look(&mut enough).is_none());
        assert!(
            Stdin(Some(File::open("/").expect("a directory")))
                .look(&mut enough)
                .is_none()
        );
        let (open, _writer) = piped();
        assert!(open.look(&mut enough).is_none());
        let (closed, writer) = piped();
        drop(writer);
        assert!(closed.look(&mut enough).is_none());
    }

    #[test]
    fn a_file_is_seen_from_where_it_stands_and_stays_there() {
        let mut file = file_with(b"read\nleft\n");
        file.read_exact(&mut [0; 5]).expect("five bytes");
        let stdin = Stdin(Some(file));
        let seen = stdin.look(&mut more);
        assert_eq!(shown(seen.as_ref()), Some((&b"left\n"[..], true)));
        assert_eq!(seen.map(|seen| seen.kind), Some(InputKind::File));
        assert_eq!(rest(&stdin), b"left\n");
        assert!(stdin.look(&mut enough).is_none());
    }

    #[test]
    fn a_long_file_is_seen_in_part() {
        let stdin = Stdin(Some(file_with(&vec![b'x'; LOOK_LIMIT + 1])));
        let seen = stdin.look(&mut more).expect("something");
        assert_eq!((seen.bytes.len(), seen.is_whole), (LOOK_LIMIT, false));
        assert_eq!(rest(&stdin).len(), LOOK_LIMIT + 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_pipe_keeps_what_was_seen() {
        let (stdin, mut writer) = piped();
        writer.write_all(b"one\n").expect("room");
        let seen = stdin.look(&mut enough);
        assert_eq!(shown(seen.as_ref()), Some((&b"one\n"[..], false)));
        let seen = stdin.look(&mut more);
        assert_eq!(shown(seen.as_ref()), Some((&b"one\n"[..], false)));
        writer.write_all(b"two\n").expect("room");
        drop(writer);
        let seen = stdin.look(&mut more);
        assert_eq!(shown(seen.as_ref()), Some((&b"one\ntwo\n"[..], true)));
        assert_eq!(rest(&stdin), b"one\ntwo\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_judge_is_asked_again_when_more_comes_or_the_writer_closes() {
        let (stdin, writer) = piped();
        let mut writer = Some(writer);
        let mut asked = Vec::new();
        writer
            .as_mut()
            .expect("open")
            .write_all(b"prot")
            .expect("room");
        let seen = stdin.look(&mut |bytes, is_whole| {
            asked.push((bytes.to_vec(), is_whole));
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
        assert_eq!(shown(seen.as_ref()), Some((&b"protocol="[..], true)));
        let expected = [("prot", false), ("protocol=", false), ("protocol=", true)];
        assert_eq!(
            asked,
            expected.map(|(text, whole)| (text.as_bytes().to_vec(), whole))
        );
        assert_eq!(rest(&stdin), b"protocol=");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_pipe_is_seen_and_kept() {
        let (stdin, mut writer) = piped();
        writer.write_all(&vec![b'x'; LOOK_LIMIT]).expect("room");
        drop(writer);
        let seen = stdin.look(&mut more).expect("something");
        assert_eq!((seen.bytes.len(), seen.is_whole), (LOOK_LIMIT, true));
        assert_eq!(rest(&stdin).len(), LOOK_LIMIT);
    }

    #[test]
    fn a_socket_keeps_what_was_seen() {
        let (here, mut there) = UnixStream::pair().expect("two sockets");
        let stdin = Stdin(Some(File::from(OwnedFd::from(here))));
        assert!(stdin.look(&mut enough).is_none());
        there.write_all(b"one\n").expect("room");
        let seen = stdin.look(&mut enough);
        assert_eq!(shown(seen.as_ref()), Some((&b"one\n"[..], false)));
        there.write_all(b"two\n").expect("room");
        drop(there);
        let seen = stdin.look(&mut more);
        assert_eq!(shown(seen.as_ref()), Some((&b"one\ntwo\n"[..], true)));
        assert_eq!(rest(&stdin), b"one\ntwo\n");
        assert!(stdin.look(&mut enough).is_none());
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let ten = || Stdin(Some(file_with(b"0123456789")));
        let read = |stdin: &Stdin, limit| stdin.read_all(limit, Deadline::after(PATIENT));
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
    fn reading_ends_with_the_deadline() {
        let (stdin, mut writer) = piped();
        writer.write_all(b"never closed").expect("room");
        let error = stdin.read_all(100, Deadline::after(Duration::from_millis(1)));
        assert!(matches!(error, Err(StdinError::TimedOut)), "{error:?}");
    }
}
