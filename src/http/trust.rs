//! Which servers are trusted: those whose certificate the platform's trust store vouches for, or an authority in
//! `ca_file`, and those whose very certificate is in `ca_file`. `SSL_CERT_FILE` takes the place of the platform's
//! store.
//!
//! The last are often made by hand: signed by themselves, without a mark that an authority needs, with the mark of an
//! authority, or of version 1. A person has named those very bytes, so nothing but their names and dates is looked at,
//! as curl and OpenSSL do (`X509_V_FLAG_PARTIAL_CHAIN`). The server still has to show that it has the key.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore,
    SignatureScheme,
};

use super::authorities;
use super::certificate::{Certificate, is_authority};
use super::certificate_problem::{CertificateProblem, Fault};

/// Returns the TLS settings of a client that trusts these certificates besides the platform's.
///
/// # Errors
///
/// When the TLS library has no protocol version in common with itself.
pub(super) fn client_config(named: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(named, &provider);
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    // "Dangerous" is that it is ours: whatever it does not know byte for byte, the platform's verifier judges.
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Returns whether there are authorities to trust, by the environment or the platform.
pub(crate) fn has_authorities() -> bool {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Verifier::new(Vec::new(), &provider).authorities.is_ok()
}

/// Judges the certificates of servers.
#[derive(Debug)]
struct Verifier {
    /// An error on a machine that trusts no authority.
    authorities: Result<Arc<dyn ServerCertVerifier>, Fault>,
    /// The certificates that a person has named.
    named: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(mut named: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> Self {
        let authorities = match authorities::named() {
            None => by_platform(&named, provider),
            Some(Ok(certificates)) => {
                named.extend(certificates);
                by_these(&named, provider).ok_or(Fault::NoAuthorities(None))
            }
            Some(Err(error)) => by_these(&named, provider).ok_or(Fault::NoAuthorities(Some(error))),
        };
        Self {
            authorities,
            named,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    /// Returns whether a person has named this certificate.
    fn is_named(&self, certificate: &CertificateDer<'_>) -> bool {
        self.named.iter().any(|named| named == certificate)
    }

    /// Returns a named certificate that the TLS library cannot read.
    fn unreadable<'c>(&self, certificate: &'c CertificateDer<'_>) -> Option<Certificate<'c>> {
        let is_unreadable =
            self.is_named(certificate) && ParsedCertificate::try_from(certificate).is_err();
        is_unreadable
            .then(|| Certificate::parse(certificate))
            .flatten()
    }
}

/// Returns the platform's verifier, which trusts the authorities among these certificates too.
fn by_platform(
    named: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Fault> {
    let authorities = named.iter().filter(|it| is_authority(it)).cloned();
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(authorities, Arc::clone(provider));
    match verifier {
        Ok(verifier) => Ok(Arc::new(verifier)),
        Err(_) => Err(Fault::NoAuthorities(None)),
    }
}

/// Returns a verifier that trusts the authorities among these certificates alone; `None` if there are none.
fn by_these(
    named: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Option<Arc<dyn ServerCertVerifier>> {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(named.iter().cloned());
    let builder =
        WebPkiServerVerifier::builder_with_provider(Arc::new(authorities), Arc::clone(provider));
    Some(builder.build().ok()?)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = Certificate::parse(end_entity);
        let verified = match (&self.authorities, seen) {
            (_, Some(seen)) if self.is_named(end_entity) => {
                check_named(end_entity, &seen, server_name, now)
            }
            (Ok(authorities), _) => authorities
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map(drop)
                .map_err(|error| Fault::of(&error, seen.is_some_and(|it| it.is_self_issued()))),
            (Err(fault), _) => Err(fault.clone()),
        };
        verified
            .map(|()| ServerCertVerified::assertion())
            .map_err(|fault| {
                let issuer = seen.and_then(|seen| seen.issuer());
                let problem = CertificateProblem::new(fault, issuer, server_name);
                Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(problem))))
            })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.unreadable(cert) {
            Some(certificate) => verify_with_key(message, &certificate, dss, &self.algorithms),
            None => rustls::crypto::verify_tls12_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.unreadable(cert) {
            Some(certificate) => {
                let key = SubjectPublicKeyInfoDer::from(certificate.public_key_info);
                verify_tls13_signature_with_raw_key(message, &key, dss, &self.algorithms)
            }
            None => rustls::crypto::verify_tls13_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Checks the dates and names of a certificate that a person has named. One without alternative names is for its common
/// name.
fn check_named(
    der: &CertificateDer<'_>,
    certificate: &Certificate<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), Fault> {
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if now > certificate.not_after {
        return Err(Fault::Expired(Some(certificate.not_after)));
    }
    if now < certificate.not_before {
        return Err(Fault::NotYetValid(Some(certificate.not_before)));
    }
    let parsed =
        ParsedCertificate::try_from(der).map(|parsed| verify_server_name(&parsed, server_name));
    let names = match parsed {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => match Fault::of(&error, false) {
            Fault::OtherName(names) => names,
            fault => return Err(fault),
        },
        Err(_) if certificate.is_version_1 => Vec::new(),
        Err(error) => return Err(Fault::of(&error, false)),
    };
    match certificate.common_name() {
        Some(name) if names.is_empty() && is_for(&name, &server_name.to_str()) => Ok(()),
        Some(name) if names.is_empty() => Err(Fault::OtherName(vec![name])),
        _ => Err(Fault::OtherName(names)),
    }
}

/// Returns whether a common name is that of a server: the same, or with `*` for its first label.
fn is_for(name: &str, server: &str) -> bool {
    let is_wildcard = || {
        let rest = name.strip_prefix("*.")?;
        let (label, domain) = server.split_once('.')?;
        let is_address = server.parse::<std::net::IpAddr>().is_ok();
        Some(
            !label.is_empty()
                && !is_address
                && rest.contains('.')
                && domain.eq_ignore_ascii_case(rest),
        )
    };
    name.eq_ignore_ascii_case(server) || is_wildcard().unwrap_or(false)
}

/// Checks a signature of TLS 1.2 with the key of a certificate that the TLS library cannot read (RFC 5246 §7.4.3).
fn verify_with_key(
    message: &[u8],
    certificate: &Certificate<'_>,
    dss: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error> {
    let bad = || Error::InvalidCertificate(CertificateError::BadSignature);
    let (algorithm, key) = certificate.public_key().ok_or_else(bad)?;
    let mapped = algorithms
        .mapping
        .iter()
        .filter(|(scheme, _)| *scheme == dss.scheme);
    let mut fitting = mapped
        .flat_map(|(_, candidates)| candidates.iter())
        .filter(|it| it.public_key_alg_id().as_ref() == algorithm);
    let is_valid = fitting.any(|it| it.verify_signature(key, message, dss.signature()).is_ok());
    is_valid
        .then(HandshakeSignatureValid::assertion)
        .ok_or_else(bad)
}
