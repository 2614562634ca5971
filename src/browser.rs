//! The person's browser: whether one opened here can be seen, and how it opens a URL.
//!
//! The platform's own opener is started without a shell, and nothing waits for it. The crate `webbrowser` is not used: it runs a
//! text browser in the foreground on this program's own stdin and stdout, and waits for it.

use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

/// What the environment says about whether the person can see a browser on this machine.
#[derive(Clone, Debug, Default)]
pub(crate) struct BrowserEnv {
    /// `BROWSER`: the commands of the person's choice, as Unix has it.
    pub(crate) browser: Option<String>,
    /// `SSH_CONNECTION` or `SSH_TTY` is set: the person's browser is on another machine.
    pub(crate) is_remote: bool,
    /// `DISPLAY` or `WAYLAND_DISPLAY` is set.
    pub(crate) has_display: bool,
    /// `container` is set, as systemd, Podman and Toolbox do.
    pub(crate) is_container: bool,
}

impl BrowserEnv {
    /// Returns whether a browser that opens here can be seen by the person.
    pub(crate) fn has_browser(&self) -> bool {
        if self.browser.is_some() {
            return true;
        }
        if self.is_remote || self.is_container || is_container() {
            return false;
        }
        cfg!(any(windows, target_os = "macos")) || self.has_display || is_wsl()
    }

    /// Opens the URL; returns `false` if no command could be started.
    pub(crate) fn open(&self, url: &Url) -> bool {
        let commands = self.commands();
        commands.iter().any(|command| start(command, url))
    }

    /// Returns the commands to try, each a program with its arguments.
    fn commands(&self) -> Vec<Vec<String>> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        if let Some(browser) = &self.browser {
            // Several are separated by colons; the first that can be started is used.
            return browser
                .split(if cfg!(windows) { ';' } else { ':' })
                .map(|command| command.split_whitespace().map(str::to_owned).collect())
                .filter(|command: &Vec<String>| !command.is_empty())
                .collect();
        }
        // Not `start` of cmd.exe, which interprets characters in a URL.
        let windows = ["rundll32.exe", "url.dll,FileProtocolHandler"];
        if cfg!(windows) {
            vec![words(&windows)]
        } else if cfg!(target_os = "macos") {
            vec![words(&["open"])]
        } else if is_wsl() {
            vec![words(&["wslview"]), words(&windows), words(&["xdg-open"])]
        } else {
            vec![words(&["xdg-open"]), words(&["gio", "open"])]
        }
    }
}

/// Starts an opener with its output discarded; returns whether it could be started.
fn start(command: &[String], url: &Url) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    let has_placeholder = arguments.iter().any(|argument| argument.contains("%s"));
    let mut opener = Command::new(program);
    opener.args(
        arguments
            .iter()
            .map(|argument| argument.replace("%s", url.as_str())),
    );
    if !has_placeholder {
        opener.arg(url.as_str());
    }
    opener
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = opener.spawn() else {
        return false;
    };
    // Some openers run for as long as the browser does.
    std::thread::spawn(move || child.wait());
    true
}

/// Returns whether a container's file says that this is one (Docker, Podman).
fn is_container() -> bool {
    let files = ["/.dockerenv", "/run/.containerenv"];
    cfg!(target_os = "linux") && files.iter().any(|file| Path::new(file).exists())
}

/// Returns whether this is Linux inside Windows (WSL), where the browser of Windows can be used.
fn is_wsl() -> bool {
    let file = "/proc/sys/fs/binfmt_misc/WSLInterop";
    cfg!(target_os = "linux")
        && [file, &format!("{file}-late")]
            .iter()
            .any(|file| Path::new(file).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_variable_counts_even_where_no_browser_is_seen() {
        let mut env = BrowserEnv {
            is_remote: true,
            has_display: true,
            ..BrowserEnv::default()
        };
        assert!(!env.has_browser());
        env.browser = Some("firefox --new-tab:w3m %s".to_owned());
        assert!(env.has_browser());
        if cfg!(unix) {
            assert_eq!(
                env.commands(),
                [vec!["firefox", "--new-tab"], vec!["w3m", "%s"]]
            );
        }
        let container = BrowserEnv {
            is_container: true,
            has_display: true,
            ..BrowserEnv::default()
        };
        assert!(!container.has_browser());
    }

    #[test]
    fn a_missing_opener_opens_nothing() {
        let env = BrowserEnv {
            browser: Some("/no/such/opener: ".to_owned()),
            ..BrowserEnv::default()
        };
        let url = Url::parse("https://a.example/").expect("a URL");
        assert!(!env.open(&url));
    }
}
