//! The network settings: proxies and certificates, from the environment and the profiles. Nothing is sent.

use std::path::Path;

use url::Url;

use super::check::{About, Check, edit_command, fix_or};
use super::context::CheckContext;
use crate::causes::with_causes;
use crate::context::{path_variable, variable};
use crate::http::{HttpError, count_certificates, count_trusted_certificates, has_userinfo};
use crate::profile::Profile;

/// The variables that name a proxy; the first that is set is used.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Returns the checks of the proxy, its exceptions, the certificates in the environment and the `ca_file` of each
/// profile.
pub(super) fn checks(ctx: &CheckContext<'_>, profiles: &[&Profile]) -> Vec<Check> {
    let mut checks = vec![proxy(), exceptions()];
    checks.extend(trust_store());
    let files = profiles
        .iter()
        .filter_map(|profile| Some((profile, profile.ca_file.as_deref()?)));
    let config = ctx.context.config_path().unwrap_or_default();
    checks.extend(files.map(|(profile, path)| {
        let about = About::new("network.ca", format!("profile {}", profile.name));
        certificates(
            about,
            path,
            count_trusted_certificates(path),
            &edit_command(&config),
        )
    }));
    checks
}

/// Reports the first proxy variable that is set, without user name and password; broken if its value is no address.
fn proxy() -> Check {
    let about = |name| About::new("network.proxy", name);
    for name in PROXIES {
        match variable(name) {
            Ok(None) => {}
            Ok(Some(value)) => {
                return match without_credentials(&value) {
                    Some(proxy) => about(name).ok(format!("requests go through {proxy}")),
                    None => about(name).broken("not the address of a proxy", unset(name)),
                };
            }
            Err(error) => return about(name).broken(error.to_string(), unset(name)),
        }
    }
    about("proxy").ok("none: requests go to servers directly")
}

/// Returns a proxy's scheme, host and port, and whether there is a user name or password, as a phrase; `None` if the
/// text is no address with a host. Without a scheme it is http.
fn without_credentials(text: &str) -> Option<String> {
    let url = if text.contains("://") {
        Url::parse(text).ok()?
    } else {
        Url::parse(&format!("http://{text}")).ok()?
    };
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let port = url
        .port()
        .map_or_else(String::new, |port| format!(":{port}"));
    let user = if has_userinfo(&url) {
        ", with a user name"
    } else {
        ""
    };
    Some(format!("{}://{host}{port}{user}", url.scheme()))
}

/// Reports the first variable with exceptions from the proxy. A value with an `@`, which may hold a password, is a
/// warning and not shown.
fn exceptions() -> Check {
    for name in EXCEPTIONS {
        let about = About::new("network.no_proxy", name);
        match variable(name) {
            Ok(None) => {}
            // An address with a password in it is no host, and must not be shown.
            Ok(Some(value)) if value.contains('@') => {
                return about.warning("not a list of hosts", unset(name));
            }
            Ok(Some(value)) => return about.ok(value),
            Err(error) => return about.broken(error.to_string(), unset(name)),
        }
    }
    About::new("network.no_proxy", "no proxy")
        .ok("no exceptions; a proxy is never used for this machine itself")
}

/// Returns a check of `SSL_CERT_FILE` and of `SSL_CERT_DIR` if set, or one check that the system's certificates are
/// used.
fn trust_store() -> Vec<Check> {
    let file = path_variable("SSL_CERT_FILE").map(|path| {
        let about = About::new("network.ca", "SSL_CERT_FILE");
        certificates(
            about,
            &path,
            count_certificates(&path),
            &unset("SSL_CERT_FILE"),
        )
    });
    let directory = path_variable("SSL_CERT_DIR").map(|path| {
        let about = About::new("network.ca", "SSL_CERT_DIR");
        if path.is_dir() {
            about.ok(path.display().to_string())
        } else {
            let message = format!("{} is not a directory", path.display());
            about.broken(message, unset("SSL_CERT_DIR"))
        }
    });
    let checks: Vec<_> = file.into_iter().chain(directory).collect();
    if checks.is_empty() {
        let about = About::new("network.ca", "certificates");
        return vec![about.ok("those of the system")];
    }
    checks
}

/// Reports the number of certificates in a file; broken if they cannot be read, with this fix unless the error has one.
fn certificates(about: About, path: &Path, counted: Result<usize, HttpError>, fix: &str) -> Check {
    match counted {
        Ok(1) => about.ok(format!("{}, one certificate", path.display())),
        Ok(count) => about.ok(format!("{}, {count} certificates", path.display())),
        Err(error) => about.broken(with_causes(&error), fix_or(&error, fix)),
    }
}

/// Returns the shell command that removes a variable.
fn unset(name: &str) -> String {
    format!("unset {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_without_user_name_and_password() {
        for (text, shown) in [
            (
                "http://proxy.example:3128",
                Some("http://proxy.example:3128"),
            ),
            ("proxy.example:3128", Some("http://proxy.example:3128")),
            (
                "http://u:sekret@p.example/",
                Some("http://p.example, with a user name"),
            ),
            (
                "u:sekret@p.example:1",
                Some("http://p.example:1, with a user name"),
            ),
            ("socks5://127.0.0.1:1080", Some("socks5://127.0.0.1:1080")),
            ("http://", None),
            ("::", None),
        ] {
            assert_eq!(without_credentials(text).as_deref(), shown, "{text}");
        }
    }
}
