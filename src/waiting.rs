//! What the program waits for, said to a person: a line on stderr, once that has taken a second, and gone when it is over.
//!
//! Whoever waits holds a [`Waiting`]. Nothing is shown, and no thread begins, where stderr is no terminal or the output is
//! quiet or JSON; nothing that finds its answer on this machine waits, so it is off the hot path. Whoever writes to stderr
//! meanwhile does so in [`aside`].

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use console::Term;

/// How long something may take before it is told.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line moves, and how it does.
const TICK: Duration = Duration::from_millis(120);
const FRAMES: [char; 4] = ['|', '/', '-', '\\'];

static IS_SILENT: AtomicBool = AtomicBool::new(false);
/// Whether the line is on the terminal. Held while anything is written there.
static IS_SHOWN: Mutex<bool> = Mutex::new(false);
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
    let teller = std::thread::spawn(move || tell(&what, &receiver));
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

/// Writes to stderr while the line is away. It comes back with its next move.
pub(crate) fn aside<T>(write: impl FnOnce() -> T) -> T {
    let mut is_shown = IS_SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    clear(&mut is_shown);
    write()
}

/// Shows the line after a while, until the sender is dropped.
fn tell(what: &str, over: &Receiver<()>) {
    let is_over = |span| over.recv_timeout(span) != Err(RecvTimeoutError::Timeout);
    if is_over(PATIENCE) {
        return;
    }
    for frame in FRAMES.into_iter().cycle() {
        show(&format!("{frame} {what}"));
        if is_over(TICK) {
            break;
        }
    }
    aside(|| ());
}

/// Shows the line, as much of it as fits on a row. If stderr cannot be written to, nobody is there to see it.
fn show(line: &str) {
    let mut is_shown = IS_SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    clear(&mut is_shown);
    let terminal = Term::stderr();
    let (_, columns) = terminal.size();
    // In the last column a terminal may go on to the next row.
    let fits = usize::from(columns).saturating_sub(1);
    let _ = terminal.write_str(&line.chars().take(fits).collect::<String>());
    *is_shown = true;
}

fn clear(is_shown: &mut bool) {
    if std::mem::take(is_shown) {
        let _ = Term::stderr().clear_line();
    }
}
