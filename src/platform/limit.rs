//! The limit on the size of files (`RLIMIT_FSIZE`), on Unix: to meet it is an error, and not the end of the process.

/// Makes a write past the limit fail.
///
/// By a handler: commands that are started get the default back, which they would not if the signal was ignored.
#[expect(unsafe_code, reason = "no safe call does this")]
pub(super) fn make_it_an_error() {
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
