//! The certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, which stand in the place of the platform's, on every
//! platform. They are OpenSSL's variables (`X509_get_default_cert_file_env`), and curl, Python and Go read them too.
//!
//! An empty one counts as not set, white space around a file's name is no part of it, and `~/…` and
//! `$CREDENTIALS_DIRECTORY/…` are what they are in every other variable.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;

use super::certificate_file::CertificateFile;
use crate::named_path;

const FILE: &str = "SSL_CERT_FILE";
const DIRECTORIES: &str = "SSL_CERT_DIR";

/// Why a variable names no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} names no certificates: {why}")]
pub(crate) struct NoCertificates {
    pub(crate) variable: &'static str,
    why: String,
}

/// Returns the certificates that the environment names in place of the platform's; `None` if it names none.
///
/// # Errors
///
/// When there is not one.
pub(super) fn named() -> Option<Result<Vec<CertificateDer<'static>>, NoCertificates>> {
    let file = certificate_file().map(|path| {
        let read =
            path.and_then(|path| CertificateFile::read(&path).map_err(|error| error.to_string()));
        read.map(|file| file.certificates)
            .map_err(|why| NoCertificates {
                variable: FILE,
                why,
            })
    });
    let directories = certificate_directories();
    if directories.is_empty() {
        return file;
    }
    let mut certificates = file.and_then(Result::ok).unwrap_or_default();
    for directory in directories {
        certificates
            .extend(rustls_native_certs::load_certs_from_paths(None, Some(&directory)).certs);
    }
    if certificates.is_empty() {
        let why =
            "no file in it holds one under the name that `openssl rehash` gives it".to_owned();
        return Some(Err(NoCertificates {
            variable: DIRECTORIES,
            why,
        }));
    }
    Some(Ok(certificates))
}

/// Returns the file that `SSL_CERT_FILE` names; `None` if it is empty or not set.
///
/// # Errors
///
/// Why the name cannot be made a path.
pub(crate) fn certificate_file() -> Option<Result<PathBuf, String>> {
    let value = variable(FILE)?;
    let path = value
        .to_str()
        .map(str::trim_ascii)
        .map_or(Path::new(&value), Path::new);
    (!path.as_os_str().is_empty()).then(|| named_path::expanded(path))
}

/// Returns the directories that `SSL_CERT_DIR` names.
pub(crate) fn certificate_directories() -> Vec<PathBuf> {
    let value = variable(DIRECTORIES).unwrap_or_default();
    let paths = std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty());
    paths
        .map(|path| named_path::expanded(&path).unwrap_or(path))
        .collect()
}

#[allow(
    clippy::disallowed_methods,
    reason = "these belong to this module, which stands below `context`"
)]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}
