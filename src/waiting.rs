//! What the program waits for, said to a person: a line on stderr, once that has taken a second, and gone when it is over.
//!
//! Whoever waits holds a [`Waiting`]. Nothing is shown, and no thread begins, where stderr is no terminal or the output is
//! quiet or JSON; nothing that finds its answer on this machine waits, so it is off the hot path. Whoever writes to stderr
//! meanwhile does so in [`aside`].

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long something may take before it is told.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

static IS_SILENT: AtomicBool = AtomicBool::new(false);
/// The line that is shown.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);
/// Whether somebody waits already: what is waited for within that is not told.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Makes this process say nothing about waiting.
pub(crate) fn silence() {
    IS_SILENT.store(true, Ordering::Relaxed);
}

/// Something is waited for until this is dropped.
#[must_use = "the line is gone when this is dropped"]
pub(crate) struct Waiting {
    told: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Says after a second that `what` is waited for: one line without control characters, such as `Waiting for HOST`.
pub(crate) fn on(what: impl FnOnce() -> String) -> Waiting {
    let is_silent = IS_SILENT.load(Ordering::Relaxed) || !std::io::stderr().is_terminal();
    if is_silent || IS_TAKEN.swap(true, Ordering::Relaxed) {
        return Waiting { told: None };
    }
    let what = what();
    let (over, receiver) = channel();
    let teller = std::thread::spawn(move || {
        if receiver.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        show(what);
        // Ends when the sender is dropped.
        let _ = receiver.recv();
        hide();
    });
    Waiting {
        told: Some((over, teller)),
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some((over, teller)) = self.told.take() {
            drop(over);
            // What is written next must not meet the line.
            let _ = teller.join();
            IS_TAKEN.store(false, Ordering::Relaxed);
        }
    }
}

/// Writes to stderr while the line is away.
pub(crate) fn aside<T>(write: impl FnOnce() -> T) -> T {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*shown {
        Some(line) => line.suspend(write),
        None => write(),
    }
}

fn show(what: String) {
    let line = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
        line.set_style(style.tick_strings(&["|", "/", "-", "\\", " "]));
    }
    line.set_message(what);
    line.enable_steady_tick(TICK);
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
}

fn hide() {
    let line = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(line) = line {
        line.finish_and_clear();
    }
}
