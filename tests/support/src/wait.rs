//! Waiting for what another process does to files, or says of itself, and tells nobody.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::process::WATCHDOG;

/// How long a look is from the next: a machine with few processors is wanted by what is waited for.
const PAUSE: Duration = Duration::from_millis(1);

/// Looks until there is something to see, and returns it.
///
/// # Panics
///
/// When that takes longer than any run may.
#[allow(
    clippy::disallowed_methods,
    reason = "nothing rests on how long the pause is: it leaves the processor to others"
)]
pub fn wait_for<T>(look: impl Fn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(
            started.elapsed() < WATCHDOG,
            "what was waited for did not come"
        );
        std::thread::sleep(PAUSE);
    }
}

/// Waits until a file holds text that is whole, and returns it. A file is there before anything is in it.
pub fn wait_for_text(path: &Path, is_whole: impl Fn(&str) -> bool) -> String {
    wait_for(|| fs::read_to_string(path).ok().filter(|text| is_whole(text)))
}
