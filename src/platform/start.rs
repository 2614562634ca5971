//! How the program starts: on Linux with glibc without Rust's runtime, elsewhere with it.
//!
//! To put a name to a stack overflow the runtime looks for the end of the stack in `/proc/self/maps`, which takes more
//! instructions, and more of the C library's pages, than finding a stored token and printing it. Such an overflow still
//! ends the process, at the guard page that the kernel keeps below the stack; it just says no more than `SIGSEGV`. What
//! else the runtime would have done is done here.
//!
//! The only module with `unsafe` in it: the name that the C library calls, and what is done when signals come.

/// Makes a function that returns an exit status what the program runs.
macro_rules! start {
    ($run:path) => {
        #[cfg(not(all(target_os = "linux", target_env = "gnu", not(test))))]
        fn main() -> std::process::ExitCode {
            $run().into()
        }

        #[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
        #[expect(
            unsafe_code,
            reason = "the C library calls the function of this name, and has no other way to start a program"
        )]
        #[unsafe(no_mangle)]
        extern "C" fn main() -> std::ffi::c_int {
            $crate::platform::prepare();
            $run().into()
        }
    };
}
pub(crate) use start;

#[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
pub(crate) use bare::prepare;

/// Makes a write past the limit on the size of files (`RLIMIT_FSIZE`) an error, and not the end of the process.
///
/// By a handler: commands that are started get the default back, which they would not if the signal was ignored.
#[cfg(unix)]
#[expect(unsafe_code, reason = "no safe call does this")]
pub(super) fn make_size_limit_an_error() {
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

#[cfg(all(target_os = "linux", target_env = "gnu", not(test)))]
mod bare {
    use std::process::abort;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{Mode, OFlags, open};
    use rustix::stdio::{stderr, stdin, stdout};

    /// Makes the process what the rest of the program takes for granted.
    pub(crate) fn prepare() {
        open_standard_streams();
        ignore_broken_pipes();
    }

    /// Puts `/dev/null` where stdin, stdout or stderr is closed: the next file that is opened would be taken for it, and
    /// that may be the token file.
    fn open_standard_streams() {
        let mut streams = [stdin(), stdout(), stderr()]
            .map(|stream| PollFd::from_borrowed_fd(stream, PollFlags::empty()));
        if poll(&mut streams, Some(&Timespec::default())) == Ok(0) {
            return;
        }
        for stream in streams {
            if stream.revents().contains(PollFlags::NVAL) {
                match open("/dev/null", OFlags::RDWR, Mode::empty()) {
                    // The lowest number that is free, which is this stream's.
                    Ok(null) => std::mem::forget(null),
                    Err(_) => abort(),
                }
            }
        }
    }

    /// Makes writing to a pipe that nobody reads an error, and not the end of the process.
    #[expect(unsafe_code, reason = "no safe call does this")]
    fn ignore_broken_pipes() {
        // SAFETY: ignoring a signal runs no code of ours when it comes, and no other thread is there yet.
        unsafe {
            libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        }
    }
}
