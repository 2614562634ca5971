//! Signals that would end the program where an error serves better, or while the terminal is not as it was. The only
//! module with `unsafe` in it.
//!
//! Rust's runtime sees to the rest before `main`: writing to a pipe that nobody reads is an error, and `/dev/null`
//! stands where stdin, stdout or stderr is closed, so that no file that is opened is taken for one of them.

use std::fs::File;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use rustix::io::Errno;
use rustix::process::getpgrp;
use rustix::termios::{OptionalActions, Termios, tcgetpgrp, tcsetattr};

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

/// What a signal finds changed; null while nothing is.
static CHANGED: AtomicPtr<ChangedTerminal> = AtomicPtr::new(ptr::null_mut());

/// A terminal whose settings are not what they were.
struct ChangedTerminal {
    terminal: File,
    before: Termios,
    now: Termios,
    /// The change before this one, which lasts longer.
    outer: Option<&'static ChangedTerminal>,
}

impl ChangedTerminal {
    /// Returns the settings as they were before any change.
    fn original(&self) -> &Termios {
        let mut first = self;
        while let Some(outer) = first.outer {
            first = outer;
        }
        &first.before
    }

    /// Gives the terminal these settings, unless another job has it now: that would stop this process (`SIGTTOU`), and
    /// take the settings from the one that has it, which are as they were before.
    fn set(&self, settings: &Termios) {
        let is_ours = tcgetpgrp(&self.terminal).is_ok_and(|foreground| foreground == getpgrp());
        // A terminal that controls no job is always ours.
        if is_ours || tcgetpgrp(&self.terminal) == Err(Errno::NOTTY) {
            // A terminal that is gone needs no putting right.
            let _ = tcsetattr(&self.terminal, OptionalActions::Now, settings);
        }
    }
}

/// The signals that end or stop this process, unless something else is made of them, and the one that lets it go on.
const ENDS_AND_STOPS: [libc::c_int; 6] = [
    libc::SIGHUP,
    libc::SIGINT,
    libc::SIGQUIT,
    libc::SIGABRT,
    libc::SIGTERM,
    libc::SIGTSTP,
];

/// Puts the settings of a terminal back: when it is told to, and when a signal ends or stops this process before that.
pub(super) struct TerminalRestorer {
    /// Never freed: a signal may be reading it. There is one for each sign-in that is waited for.
    changed: &'static ChangedTerminal,
    /// What was made of each signal before.
    handlers: Vec<(libc::c_int, libc::sighandler_t)>,
}

impl TerminalRestorer {
    /// Returns it for a terminal whose settings are about to be changed from `before` to `now`. What is changed while
    /// another change lasts has to be put back before that.
    #[expect(unsafe_code, reason = "a signal finds what it needs through a pointer")]
    pub(super) fn new(terminal: File, before: Termios, now: Termios) -> Self {
        // SAFETY: it is null or points to something that is never freed.
        let outer = unsafe { CHANGED.load(Ordering::SeqCst).as_ref() };
        let changed = Box::leak(Box::new(ChangedTerminal {
            terminal,
            before,
            now,
            outer,
        }));
        CHANGED.store(changed, Ordering::SeqCst);
        let ends = ENDS_AND_STOPS.map(|signal| (signal, restore_and_obey as extern "C" fn(_)));
        let all = ends
            .into_iter()
            .chain([(libc::SIGCONT, change_again as extern "C" fn(_))]);
        let handlers = all.map(|(signal, handler)| (signal, handle(signal, handler)));
        Self {
            changed,
            handlers: handlers.collect(),
        }
    }

    /// Puts the settings back, and lets each signal do what it did before.
    #[expect(unsafe_code, reason = "no safe call does this")]
    pub(super) fn restore(&self) {
        self.changed.set(&self.changed.before);
        let outer = self.changed.outer.map(ptr::from_ref);
        let outer = outer.map_or(ptr::null_mut(), <*const _>::cast_mut);
        CHANGED.store(outer, Ordering::SeqCst);
        for (signal, handler) in &self.handlers {
            // SAFETY: it is what the same call returned before.
            unsafe { libc::signal(*signal, *handler) };
        }
    }
}

/// Has a signal handled by a function, unless it is ignored, and returns what was made of it before.
#[expect(unsafe_code, reason = "no safe call does this")]
fn handle(signal: libc::c_int, handler: extern "C" fn(libc::c_int)) -> libc::sighandler_t {
    // SAFETY: both handlers call nothing but what a handler may call (signal-safety(7)).
    unsafe {
        let before = libc::signal(signal, handler as libc::sighandler_t);
        if before == libc::SIG_IGN {
            libc::signal(signal, libc::SIG_IGN);
        }
        before
    }
}

/// Calls `set` with the terminal that is changed now, if there is one.
#[expect(unsafe_code, reason = "a signal finds what it needs through a pointer")]
fn with_changed(set: impl Fn(&ChangedTerminal)) {
    // SAFETY: it is null or points to something that is never freed.
    if let Some(changed) = unsafe { CHANGED.load(Ordering::SeqCst).as_ref() } {
        set(changed);
    }
}

/// Puts the terminal's settings back, then lets the signal do what it does by default: as soon as this returns, since a
/// signal is blocked while it is handled.
#[expect(unsafe_code, reason = "no safe call does this")]
extern "C" fn restore_and_obey(signal: libc::c_int) {
    keeping_errno(|| {
        with_changed(|changed| changed.set(changed.original()));
        // SAFETY: both may be called by a handler.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    });
}

/// Changes the terminal's settings again, after this process was stopped. What it interrupts finds its `errno` as it
/// was.
extern "C" fn change_again(_: libc::c_int) {
    keeping_errno(|| {
        with_changed(|changed| {
            changed.set(&changed.now);
            handle(libc::SIGTSTP, restore_and_obey);
        });
    });
}

/// Calls `work`, and leaves what a handler interrupts its `errno`.
#[expect(unsafe_code, reason = "no safe call does this")]
fn keeping_errno(work: impl FnOnce()) {
    #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
    use libc::__errno as location;
    #[cfg(any(target_os = "linux", target_os = "emscripten"))]
    use libc::__errno_location as location;
    #[cfg(any(
        target_vendor = "apple",
        target_os = "freebsd",
        target_os = "dragonfly"
    ))]
    use libc::__error as location;
    // SAFETY: it is always valid for the thread that asks.
    let errno = unsafe { *location() };
    work();
    // SAFETY: as above.
    unsafe { *location() = errno };
}
