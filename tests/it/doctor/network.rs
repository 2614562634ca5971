//! Proxies and certificates, as they are named. Nobody is asked.

use super::examine;
use crate::support::known::signed_in;

/// A self-signed certificate.
const CERTIFICATE: &str = "\
    -----BEGIN CERTIFICATE-----\n\
    MIIBgjCCASegAwIBAgIUKfIFv2Y+HbS2CEgSAGiqxgJwOtQwCgYIKoZIzj0EAwIw\n\
    FTETMBEGA1UEAwwKY2EuZXhhbXBsZTAgFw0yNjExMjIwMjE2MTZaGA8yMTI2MTAy\n\
    OTAyMTYxNlowFTETMBEGA1UEAwwKY2EuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG\n\
    SM49AwEHA0IABL0qmW7oE+3gATg1B+eiZELEYf6rw14wpVJYMAhOl+GHI4uIwsY6\n\
    GbqPiyBrHynWwncgjvLhqIGqm/oL1Mn2VEajUzBRMB0GA1UdDgQWBBTAP2z63V8h\n\
    AyTKWk554AH1Nq9XIDAfBgNVHSMEGDAWgBTAP2z63V8hAyTKWk554AH1Nq9XIDAP\n\
    BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQC76a+DLye/3famBfly\n\
    AkdTzSkL9SxxtllcrEMd/mzOhAIhAIb7OYPppjqfslMV10TFYwQfoYSdp8/gG9NT\n\
    b8DA0u62\n\
    -----END CERTIFICATE-----\n";

#[test]
fn a_proxy_is_shown_without_its_password() {
    let env = signed_in();
    assert_eq!(examine(&env).state("network.proxy", "proxy"), "ok");
    let env = env
        .var("HTTPS_PROXY", "http://me:S3NTRY-x@proxy.example:3128")
        .var("NO_PROXY", "localhost,.example.com");
    let report = examine(&env);
    assert_eq!(
        report.of("network.proxy", "HTTPS_PROXY").1,
        "requests go through http://proxy.example:3128, with a user name"
    );
    assert_eq!(
        report.of("network.no_proxy", "NO_PROXY").1,
        "localhost,.example.com"
    );
    let env = env
        .var("HTTPS_PROXY", "http://S3NTRY x")
        .var("NO_PROXY", "http://me:S3NTRY@h");
    let report = examine(&env);
    assert_eq!(
        report.of("network.proxy", "HTTPS_PROXY"),
        ("broken", "not the address of a proxy", "unset HTTPS_PROXY")
    );
    assert_eq!(report.state("network.no_proxy", "NO_PROXY"), "warning");
}

#[test]
fn configured_certificates_must_exist() {
    let env = signed_in();
    assert_eq!(examine(&env).state("network.ca", "certificates"), "ok");
    let pem = env.home().join("ca.pem");
    let env = env
        .var("SSL_CERT_FILE", &pem)
        .var("SSL_CERT_DIR", "/nowhere");
    let report = examine(&env);
    let (state, _, command) = report.of("network.ca", "SSL_CERT_FILE");
    assert_eq!((state, command), ("broken", "unset SSL_CERT_FILE"));
    assert_eq!(report.state("network.ca", "SSL_CERT_DIR"), "broken");
    for text in ["", "S3NTRY is no certificate"] {
        env.write(&pem, text);
        assert_eq!(examine(&env).state("network.ca", "SSL_CERT_FILE"), "broken");
    }
    env.write(&pem, CERTIFICATE);
    let env = env.var("SSL_CERT_DIR", pem.parent().unwrap()).config(&format!(
        "[profiles.farm]\nprovider = 'prusa'\nca_file = '{}'\n[profiles.two]\nprovider = 'prusa'\nca_file = '/nowhere'\n",
        pem.display()
    ));
    let report = examine(&env);
    for subject in ["SSL_CERT_FILE", "SSL_CERT_DIR", "profile farm"] {
        assert_eq!(report.state("network.ca", subject), "ok", "{subject}");
    }
    assert_eq!(report.state("network.ca", "profile two"), "broken");
}
