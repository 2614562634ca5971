//! Types that the implementations of all systems share.

use std::path::PathBuf;

use zeroize::Zeroizing;

/// How an input can be looked into without consuming it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(unix),
    allow(dead_code, reason = "every input is opaque on other systems")
)]
pub(crate) enum InputKind {
    /// A regular file.
    File,
    /// A pipe, if the system can look into one.
    Pipe,
    /// A connected socket, as Node.js gives its children.
    Socket,
    /// A terminal, a device, a closed descriptor, or anything else that shows nothing before it is read.
    Opaque,
}

/// The bytes that were waiting in an input when it was looked into.
pub(crate) struct Peeked {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// Whether these bytes are all that will ever come.
    pub(crate) is_complete: bool,
}

/// The process that started this one.
#[derive(Debug)]
pub(crate) struct ParentProcess {
    pub(crate) pid: u32,
    /// The program that it runs, if the system says so.
    pub(crate) executable: Option<PathBuf>,
}

/// What came of reading from a terminal out of its line mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(unix),
    allow(dead_code, reason = "there is no such mode on other systems")
)]
pub(crate) enum RawRead {
    /// This many bytes.
    Bytes(usize),
    /// Nothing in the time to wait.
    Nothing,
    /// A signal came instead.
    Interrupted,
    /// The end of the input, or of the mode.
    Over,
}
