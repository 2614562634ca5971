//! Files of certificates in PEM (RFC 7468), as `ca_file` and `SSL_CERT_FILE` name them.
//!
//! Read as OpenSSL reads them: with any of its labels, with text between the blocks, and with blocks that another file
//! was appended to without a line break.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

use super::certificate::{self, Certificate};
use crate::byte_order_mark;
use crate::platform;
use crate::token::UnixTime;
use crate::trusted_file::{self, UntrustedFile};

/// In bytes: larger than any bundle of certificates.
const MAX_SIZE: u64 = 16 * 1024 * 1024;

/// OpenSSL's other labels for a certificate, and the usual one. The first holds more behind the certificate.
const LABELS: [&str; 2] = ["TRUSTED CERTIFICATE", "X509 CERTIFICATE"];
const LABEL: &str = "CERTIFICATE";

/// Why the certificates in a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CertificateFileError {
    #[error("cannot use the certificates in {file}: {reason}")]
    Unusable { file: String, reason: String },
    /// Whoever may write the file decides which servers are trusted.
    #[error(transparent)]
    Untrusted(#[from] UntrustedFile),
}

/// Certificates, at least one.
#[derive(Debug)]
pub(crate) struct CertificateFile {
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

impl CertificateFile {
    /// Reads the file that a `ca_file` names.
    ///
    /// # Errors
    ///
    /// When another user may have written it, or it cannot be read, is not PEM, holds no certificate, or one that
    /// cannot be read.
    pub(crate) fn read_trusted(path: &Path) -> Result<Self, CertificateFileError> {
        let (file, metadata) = open(path)?;
        trusted_file::check(path, &file, &metadata)?;
        let certificates = read(path, file, &metadata)?;
        if certificates.iter().all(is_readable) {
            return Ok(Self { certificates });
        }
        Err(unusable(path, "one of its certificates cannot be read"))
    }

    /// Reads a file that the environment names. Certificates that cannot be read are left out, as the platform does.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is not PEM, or holds no certificate that can be read.
    pub(crate) fn read(path: &Path) -> Result<Self, CertificateFileError> {
        let (file, metadata) = open(path)?;
        let mut certificates = read(path, file, &metadata)?;
        certificates.retain(is_readable);
        if certificates.is_empty() {
            return Err(unusable(path, "it holds no certificate"));
        }
        Ok(Self { certificates })
    }

    /// Returns how many certificates there are.
    pub(crate) fn count(&self) -> usize {
        self.certificates.len()
    }

    /// Returns when the last of them expired; `None` while one is valid.
    pub(crate) fn expired_at(&self, now: UnixTime) -> Option<UnixTime> {
        let ends = self
            .certificates
            .iter()
            .filter_map(|it| Certificate::parse(it));
        let last = ends.map(|it| UnixTime::from_secs(it.not_after)).max();
        last.filter(|last| *last < now)
    }
}

fn is_readable(certificate: &CertificateDer<'static>) -> bool {
    certificate::is_authority(certificate) || Certificate::parse(certificate).is_some()
}

/// Opens a file of certificates. Fails with any but a regular one: reading from a FIFO or a device might never end.
fn open(path: &Path) -> Result<(File, Metadata), CertificateFileError> {
    platform::open_regular(path).map_err(|error| unusable(path, &error.to_string()))
}

/// Returns the certificates in an open file, at least one.
fn read(
    path: &Path,
    file: File,
    metadata: &Metadata,
) -> Result<Vec<CertificateDer<'static>>, CertificateFileError> {
    let content =
        read_bounded(file, metadata).map_err(|error| unusable(path, &error.to_string()))?;
    let pem = byte_order_mark::utf8(Zeroizing::new(content));
    let text = String::from_utf8_lossy(&pem);
    let pem = LABELS.iter().fold(
        text.replace("----------BEGIN ", "-----\n-----BEGIN "),
        |text, label| text.replace(&format!(" {label}-----"), &format!(" {LABEL}-----")),
    );
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all.into_iter().map(alone).collect()),
        _ => Err(unusable(path, no_certificate(&text))),
    }
}

/// Returns a certificate without what OpenSSL has behind it in a block of a trusted one.
fn alone(der: CertificateDer<'static>) -> CertificateDer<'static> {
    match certificate::without_rest(&der) {
        Some(alone) if alone.len() < der.len() => CertificateDer::from(alone.to_vec()),
        _ => der,
    }
}

/// Returns why there is no certificate in a text, with the command that makes one of it.
fn no_certificate(text: &str) -> &'static str {
    // DER begins with a sequence of more than 255 bytes, whose length may be no text.
    if text.starts_with("0\u{fffd}") {
        "it is not PEM but DER: `openssl x509 -inform der -in FILE -out FILE.pem` converts a certificate"
    } else if text.contains("-----BEGIN PKCS7-----") {
        "it holds no certificate but PKCS #7: `openssl pkcs7 -print_certs -in FILE -out FILE.pem` takes them out"
    } else if text.contains("-----BEGIN ") {
        "it holds no certificate"
    } else {
        "it is not PEM"
    }
}

/// Returns the error about a file.
fn unusable(path: &Path, reason: &str) -> CertificateFileError {
    CertificateFileError::Unusable {
        file: path.display().to_string(),
        reason: reason.to_owned(),
    }
}

fn read_bounded(file: File, metadata: &Metadata) -> io::Result<Vec<u8>> {
    if metadata.len() > MAX_SIZE {
        return Err(io::Error::other("it is too large"));
    }
    let mut content = Vec::new();
    file.take(MAX_SIZE).read_to_end(&mut content)?;
    Ok(content)
}
