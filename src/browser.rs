//! The person's browser: whether there is one on this machine, and how to open an address in it.
//!
//! The platform's own opener is used, started without a shell and not waited for. Some openers are scripts or start a
//! shell themselves, so they get the address as a [`WebAddress`], with nothing in it that a shell reads. The crate
//! `webbrowser` is not used: it runs a text browser in the foreground on this program's own stdin and stdout, and waits
//! for it.

use std::path::Path;
use std::process::Stdio;

use crate::http::WebAddress;
use crate::program;

/// What the environment says about the person's browser.
#[derive(Clone, Debug, Default)]
pub(crate) struct BrowserEnv {
    /// `BROWSER`: the command to use, in which `%s` stands for the address; several are separated as in `PATH`.
    pub(crate) browser: Option<String>,
    /// `SSH_CONNECTION` or `SSH_TTY` is set: the person's browser is on another machine.
    pub(crate) is_remote: bool,
    /// `DISPLAY` or `WAYLAND_DISPLAY` is set.
    pub(crate) has_display: bool,
    /// `container` is set, as systemd, Podman and Toolbox do.
    pub(crate) is_container: bool,
}

impl BrowserEnv {
    /// Returns whether a browser that is opened on this machine is visible to the person: always with `BROWSER`, else
    /// never over SSH or in a container, else on Windows, macOS and WSL and with a display.
    pub(crate) fn has_browser(&self) -> bool {
        if self.browser.is_some() {
            return true;
        }
        if self.is_remote || self.is_container || is_container() {
            return false;
        }
        cfg!(any(windows, target_os = "macos")) || self.has_display || is_wsl()
    }

    /// Opens the address in the first opener that starts; returns `false` if none does.
    pub(crate) fn open(&self, address: &WebAddress) -> bool {
        let commands = self.commands();
        commands.iter().any(|command| start(command, address))
    }

    /// Returns the openers to try in turn, each as program and arguments: those of `BROWSER` alone if it is set, split
    /// at white space without regard to quotes, else the platform's.
    fn commands(&self) -> Vec<Vec<String>> {
        let to_strings = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        if let Some(browser) = &self.browser {
            // Several are separated by colons; the first that starts is used.
            return browser
                .split(if cfg!(windows) { ';' } else { ':' })
                .map(|command| command.split_whitespace().map(str::to_owned).collect())
                .filter(|command: &Vec<String>| !command.is_empty())
                .collect();
        }
        // Not `start`, a command of cmd.exe, which gives a meaning to characters such as & in an address.
        let windows = ["rundll32.exe", "url.dll,FileProtocolHandler"];
        if cfg!(windows) {
            vec![to_strings(&windows)]
        } else if cfg!(target_os = "macos") {
            vec![to_strings(&["open"])]
        } else if is_wsl() {
            vec![
                to_strings(&["wslview"]),
                to_strings(&windows),
                to_strings(&["xdg-open"]),
            ]
        } else {
            vec![to_strings(&["xdg-open"]), to_strings(&["gio", "open"])]
        }
    }
}

/// Starts an opener without waiting for it; returns whether it started. The address replaces each `%s` in the
/// arguments, or is added as the last one. The opener has no input, and its output is discarded.
fn start(command: &[String], address: &WebAddress) -> bool {
    let Some((name, arguments)) = command.split_first() else {
        return false;
    };
    let Ok(path) = program::resolve(name) else {
        return false;
    };
    let has_placeholder = arguments.iter().any(|argument| argument.contains("%s"));
    let mut opener = program::command(path);
    opener.args(
        arguments
            .iter()
            .map(|argument| argument.replace("%s", address.as_str())),
    );
    if !has_placeholder {
        opener.arg(address.as_str());
    }
    opener
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = opener.spawn() else {
        return false;
    };
    // Some openers run as long as the browser does.
    std::thread::spawn(move || child.wait());
    true
}

/// Returns whether this runs in a container of Docker or Podman.
fn is_container() -> bool {
    let paths = ["/.dockerenv", "/run/.containerenv"];
    cfg!(target_os = "linux") && paths.iter().any(|path| Path::new(path).exists())
}

/// Returns whether this runs in WSL (Linux in Windows), where the browser to open is that of Windows.
fn is_wsl() -> bool {
    let path = "/proc/sys/fs/binfmt_misc/WSLInterop";
    cfg!(target_os = "linux")
        && [path, &format!("{path}-late")]
            .iter()
            .any(|path| Path::new(path).exists())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn browser_variable_counts_on_a_remote_machine_too() {
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
        let address = Url::parse("https://a.example/").expect("a URL");
        assert!(!env.open(&WebAddress::new(&address).expect("an address")));
    }
}
