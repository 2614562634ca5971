//! The file of passwords by host that curl, pip, uv and go read (`.netrc`; netrc(5)).

use std::path::PathBuf;

use super::sources::text_of;
use crate::context::{home_dir, path_variable};

/// Returns the file and its text: `NETRC`, else `.netrc` or `_netrc` in the home directory; `None` if it cannot be
/// read.
pub(super) fn read() -> Option<(PathBuf, String)> {
    let files = if let Some(file) = path_variable("NETRC") {
        vec![file]
    } else {
        let home = home_dir().ok()?;
        vec![home.join(".netrc"), home.join("_netrc")]
    };
    files
        .into_iter()
        .find_map(|file| Some((file.clone(), text_of(&file)?)))
}

/// Returns whether the text has a login for a host, which is named without its port.
pub(super) fn has_machine(text: &str, host: &str) -> bool {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let words: Vec<_> = lines.flat_map(str::split_whitespace).collect();
    words.windows(2).any(
        |pair| matches!(pair, [key, name] if *key == "machine" && name.eq_ignore_ascii_case(host)),
    )
}

/// Returns a host without its port.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, _)) if !host.ends_with(']') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_machine_of_that_name_is_found() {
        for (text, wanted) in [
            ("machine h.tld login a password b\n", true),
            ("machine other login a\nmachine\n  H.TLD\n  login a", true),
            ("machine sub.h.tld login h.tld", false),
            ("# machine h.tld login a\n", false),
            ("default login a password b", false),
        ] {
            assert_eq!(has_machine(text, "h.tld"), wanted, "{text}");
        }
        assert_eq!(without_port("h.tld:8443"), "h.tld");
        assert_eq!(without_port("[::1]"), "[::1]");
    }
}
