//! The network settings: proxies and certificates, from the environment and the profiles. Nothing is sent.

use std::path::Path;

use super::check::{About, Check, State, edit_command, fix_or};
use super::context::CheckContext;
use crate::causes::with_causes;
use crate::http::{
    self, BadProxy, CertificateFile, CertificateFileError, NamedProxy, has_authorities,
};
use crate::profile::Profile;
use crate::token::UnixTime;

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
            CertificateFile::read_trusted(path),
            &edit_command(&config),
        )
    }));
    checks
}

/// Reports the first proxy variable that is set, without user name and password; broken if requests cannot use its
/// value.
fn proxy() -> Check {
    let about = |name| About::new("network.proxy", name);
    match NamedProxy::from_environment() {
        Ok(None) => about("proxy").ok("none: requests go to servers directly"),
        Ok(Some(proxy)) => {
            let user = if proxy.has_user() {
                ", with a user name"
            } else {
                ""
            };
            about(proxy.variable).ok(format!("requests go through {proxy}{user}"))
        }
        Err(BadProxy { variable, why }) => about(variable).broken(why, unset(variable)),
    }
}

/// Reports the first variable with exceptions from the proxy. A value with an `@`, which may hold a password, is a
/// warning and not shown.
fn exceptions() -> Check {
    let about = |name| About::new("network.no_proxy", name);
    match http::exceptions() {
        Ok(None) => {
            about("no proxy").ok("no exceptions; a proxy is never used for this machine itself")
        }
        // An address with a password in it is no host, and must not be shown.
        Ok(Some((name, value))) if value.contains('@') => {
            about(name).warning("not a list of hosts", unset(name))
        }
        Ok(Some((name, value))) => about(name).ok(value),
        Err(BadProxy { variable, why }) => about(variable).broken(why, unset(variable)),
    }
}

/// Returns a check of `SSL_CERT_FILE` and of `SSL_CERT_DIR` if set, or one check that the system's certificates are
/// used; a broken one if there are none at all.
fn trust_store() -> Vec<Check> {
    let file = http::certificate_file().map(|path| {
        let about = About::new("network.ca", "SSL_CERT_FILE");
        let fix = unset("SSL_CERT_FILE");
        match path {
            Ok(path) => certificates(about, &path, CertificateFile::read(&path), &fix),
            Err(why) => about.broken(why, fix),
        }
    });
    let directories = http::certificate_directories();
    let directory = (!directories.is_empty()).then(|| {
        let about = About::new("network.ca", "SSL_CERT_DIR");
        let shown: Vec<_> = directories
            .iter()
            .map(|it| it.display().to_string())
            .collect();
        if directories.iter().any(|it| it.is_dir()) {
            about.ok(shown.join(", "))
        } else {
            let message = format!("{} is not a directory", shown.join(", "));
            about.broken(message, unset("SSL_CERT_DIR"))
        }
    });
    let mut checks: Vec<_> = file.into_iter().chain(directory).collect();
    let about = About::new("network.ca", "certificates");
    if !has_authorities() && checks.iter().all(|it| it.state != State::Broken) {
        let message = "no certificates of authorities were found: no server is trusted";
        checks.push(about.broken(message, "ls -l /etc/ssl/certs"));
    } else if checks.is_empty() {
        checks.push(about.ok("those of the system"));
    }
    checks
}

/// Reports the number of certificates in a file; broken if they cannot be read, or none is valid any more, with this
/// fix unless the error has one.
fn certificates(
    about: About,
    path: &Path,
    read: Result<CertificateFile, CertificateFileError>,
    fix: &str,
) -> Check {
    let file = match read {
        Ok(file) => file,
        Err(error) => return about.broken(with_causes(&error), fix_or(&error, fix)),
    };
    let count = match file.count() {
        1 => "one certificate".to_owned(),
        count => format!("{count} certificates"),
    };
    let shown = format!("{}, {count}", path.display());
    match file.expired_at(UnixTime::now()).and_then(UnixTime::rfc3339) {
        Some(at) => about.broken(format!("{shown}, expired at {at}"), fix),
        None => about.ok(shown),
    }
}

/// Returns the shell command that removes a variable.
fn unset(name: &str) -> String {
    format!("unset {name}")
}
