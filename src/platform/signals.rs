//! Signals that would end the program where an error serves better. The only module with `unsafe` in it.
//!
//! Rust's runtime sees to the rest before `main`: writing to a pipe that nobody reads is an error, and `/dev/null`
//! stands where stdin, stdout or stderr is closed, so that no file that is opened is taken for one of them.

/// Makes a write past the limit on the size of files (`RLIMIT_FSIZE`) an error, and not the end of the process.
///
/// By a handler: commands that are started get the default back, which they would not if the signal was ignored.
#[expect(unsafe_code, reason = "no safe call does this")]
pub(super) fn make_size_limit_an_error() {
    /// Ignores the signal it is called for.
    extern "C" fn do_nothing(_: libc::c_int) {}
    let handler = do_nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
    // SAFETY: the handler does nothing, which it may do at any time and on any thread.
    unsafe {
        // Whoever started us with the signal ignored wants it ignored for our commands as well.
        if libc::signal(libc::SIGXFSZ, handler) == libc::SIG_IGN {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        }
    }
}
