//! The person's browser: whether there is one that shows something here, and how to have it open an address.
//!
//! By the platform's own opener, started without a shell and not waited for. The crate `webbrowser` is not used: it runs a
//! text browser in the foreground on this program's own stdin and stdout, and waits for it.

use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

/// What the environment says about where a person sits.
#[derive(Clone, Debug, Default)]
pub(crate) struct BrowserEnv {
    /// `BROWSER`: the command, as Unix has it, for whoever knows better.
    pub(crate) browser: Option<String>,
    /// `SSH_CONNECTION` or `SSH_TTY` is set: the person's browser is on another machine.
    pub(crate) is_remote: bool,
    /// `DISPLAY` or `WAYLAND_DISPLAY` is set.
    pub(crate) has_display: bool,
    /// `container` is set, as systemd, Podman and Toolbox do.
    pub(crate) is_container: bool,
}

impl BrowserEnv {
    /// Returns whether a browser that opens here is one that the person sees.
    pub(crate) fn has_browser(&self) -> bool {
        if self.browser.is_some() {
            return true;
        }
        if self.is_remote || self.is_container || is_container() {
            return false;
        }
        cfg!(any(windows, target_os = "macos")) || self.has_display || is_wsl()
    }

    /// Opens the address; `false` where nothing could be started.
    pub(crate) fn open(&self, address: &Url) -> bool {
        let commands = self.commands();
        commands.iter().any(|command| start(command, address))
    }

    fn commands(&self) -> Vec<Vec<String>> {
        let to_strings =
            |to_strings: &[&str]| to_strings.iter().map(|word| (*word).to_owned()).collect();
        if let Some(browser) = &self.browser {
            // Several are parted by colons; the first that starts is it.
            return browser
                .split(if cfg!(windows) { ';' } else { ':' })
                .map(|command| command.split_whitespace().map(str::to_owned).collect())
                .filter(|command: &Vec<String>| !command.is_empty())
                .collect();
        }
        // Not `start`, a word of cmd.exe, which reads more into an address than is in it.
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

/// Starts an opener; what it prints is no concern of the person's.
fn start(command: &[String], address: &Url) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    let has_placeholder = arguments.iter().any(|argument| argument.contains("%s"));
    let mut client_secret_unsealer = Command::new(program);
    client_secret_unsealer.args(
        arguments
            .iter()
            .map(|argument| argument.replace("%s", address.as_str())),
    );
    if !has_placeholder {
        client_secret_unsealer.arg(address.as_str());
    }
    client_secret_unsealer
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = client_secret_unsealer.spawn() else {
        return false;
    };
    // Some openers stay as long as the browser does.
    std::thread::spawn(move || child.wait());
    true
}

fn is_container() -> bool {
    let paths = ["/.dockerenv", "/run/.containerenv"];
    cfg!(target_os = "linux") && paths.iter().any(|path| Path::new(path).exists())
}

/// Returns whether this is Linux inside Windows, whose browser is the person's.
fn is_wsl() -> bool {
    let path = "/proc/sys/fs/binfmt_misc/WSLInterop";
    cfg!(target_os = "linux")
        && [path, &format!("{path}-late")]
            .iter()
            .any(|path| Path::new(path).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_named_is_there_wherever_one_is() {
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
    fn an_opener_that_is_not_there_is_none() {
        let env = BrowserEnv {
            browser: Some("/no/such/opener: ".to_owned()),
            ..BrowserEnv::default()
        };
        let address = Url::parse("https://a.example/").expect("a URL");
        assert!(!env.open(&address));
    }
}
