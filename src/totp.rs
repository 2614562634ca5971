//! Time-based one-time codes (RFC 6238), computed from the secret that an authenticator application would hold.
//!
//! The secret comes as base32 in any form that people copy it in (spaces, hyphens, lower case), or as an
//! `otpauth://totp/` URL. A server accepts a code only once: `ComputedCode` never returns the same one twice, and waits
//! for the next instead.
//!
//! Secret: the base32 text, the URL, every code. An error quotes none of them.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use totp_rs::{Algorithm, Builder, Secret};
use url::Url;
use zeroize::Zeroizing;

use crate::token::UnixTime;

/// Why a text is not a TOTP secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum TotpError {
    /// Neither base32 nor a URL.
    #[error("the one-time code secret is not base32")]
    NotBase32,
    /// A URL of another kind, such as `otpauth://hotp/…`.
    #[error("the one-time code secret is not an otpauth://totp/ URL")]
    NotTotpUrl,
    /// A URL with a parameter that no code can be computed with.
    #[error("the otpauth URL has no usable \"{0}\"")]
    Parameter(&'static str),
}

/// A secret that one-time codes are computed from.
pub(crate) struct Totp(totp_rs::Totp);

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Totp(…)")
    }
}

impl Totp {
    /// Reads a base32 secret, or an `otpauth://totp/` URL with its algorithm, digits and period. What is not given is
    /// SHA-1, 6 digits and 30 s.
    ///
    /// # Errors
    ///
    /// When it is neither, or the URL has no secret or a parameter that is not supported, such as fewer than 6 or more
    /// than 8 digits, or a period of 0 s or of more than an hour.
    pub(crate) fn parse(text: &str) -> Result<Self, TotpError> {
        let text = text.trim();
        let is_url = text.contains("://");
        if !is_url {
            let secret = parse_base32(text).ok_or(TotpError::NotBase32)?;
            return Ok(Self(
                Builder::new().with_secret(secret).build_noncompliant(),
            ));
        }
        let url = Url::parse(text).map_err(|_| TotpError::NotTotpUrl)?;
        if url.scheme() != "otpauth" || url.host_str() != Some("totp") {
            return Err(TotpError::NotTotpUrl);
        }
        Self::from_url(&url)
    }

    /// Reads the parameters of an `otpauth` URL, the first of each name. Issuer and account are ignored: they only name
    /// the secret, and in real URLs they contradict each other. Fails with the name of a parameter that is not
    /// supported, or `secret` if that is missing.
    fn from_url(url: &Url) -> Result<Self, TotpError> {
        let parameter = |name: &str| {
            url.query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| Zeroizing::new(value.into_owned()))
        };
        let number = |name: &'static str, default: u64, allowed: std::ops::RangeInclusive<u64>| {
            parameter(name)
                .map_or(Ok(default), |text| text.parse())
                .ok()
                .filter(|number| allowed.contains(number))
                .ok_or(TotpError::Parameter(name))
        };
        let secret = parameter("secret")
            .and_then(|text| parse_base32(&text))
            .ok_or(TotpError::Parameter("secret"))?;
        let algorithm = parameter("algorithm").map_or(Ok(Algorithm::SHA1), |name| {
            name.replace('-', "")
                .parse()
                .map_err(|_| TotpError::Parameter("algorithm"))
        })?;
        // RFC 4226 §5.3 allows 6 to 8 digits.
        let digits = u8::try_from(number("digits", 6, 6..=8)?).unwrap_or(6);
        let builder = Builder::new()
            .with_secret(secret)
            .with_algorithm(algorithm)
            .with_digits(digits)
            .with_step_duration(number("period", 30, 1..=3600)?);
        // Secrets of 80 bits are common, and `build` refuses them; the other parameters were checked above.
        Ok(Self(builder.build_noncompliant()))
    }

    /// Returns the code of the time window that `time` is in.
    pub(crate) fn code_at(&self, time: UnixTime) -> SecretString {
        self.0.generate(unix_seconds(time)).to_string().into()
    }

    /// Returns the seconds until the next window, at least 1.
    pub(crate) fn seconds_to_next_window(&self, time: UnixTime) -> u64 {
        self.0.step() - unix_seconds(time) % self.0.step()
    }

    /// Returns the number of the time window that `time` is in: the periods since the epoch.
    fn window(&self, time: UnixTime) -> u64 {
        unix_seconds(time) / self.0.step()
    }
}

/// Returns the seconds since the epoch; 0 for a time before it.
fn unix_seconds(time: UnixTime) -> u64 {
    u64::try_from(time.as_secs()).unwrap_or(0)
}

/// Decodes a base32 secret in any case, ignoring white space, `-` and `=`; `None` if it is empty or not base32.
fn parse_base32(text: &str) -> Option<Secret> {
    let bare: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '='))
            .map(|c| c.to_ascii_uppercase())
            .collect(),
    );
    let secret = Secret::try_from_base32(bare.as_str()).ok()?;
    (!secret.as_bytes().is_empty()).then_some(secret)
}

/// The codes for one sign-in: the current one, and after a refusal the next one, once.
///
/// A refused code may have been used by another sign-in within the same window. The next window's code cannot have
/// been: if that is refused too, the secret or the clock is wrong.
#[derive(Debug)]
pub(crate) struct ComputedCode {
    totp: Totp,
    last_window: Option<u64>,
    is_exhausted: bool,
}

impl ComputedCode {
    /// Returns the codes of this secret, none of which was used.
    pub(crate) fn new(totp: Totp) -> Self {
        Self {
            totp,
            last_window: None,
            is_exhausted: false,
        }
    }

    /// Returns a code that was not returned before, or `None` if another attempt would be useless: after the second
    /// code, or if `wait` returned `false`.
    ///
    /// `wait` waits for the given time, and returns whether all of it has passed.
    pub(crate) fn next(
        &mut self,
        clock: &dyn Fn() -> UnixTime,
        wait: &dyn Fn(Duration) -> bool,
    ) -> Option<SecretString> {
        if self.is_exhausted {
            return None;
        }
        let mut now = clock();
        if let Some(used) = self.last_window {
            self.is_exhausted = true;
            if self.totp.window(now) <= used {
                let left = Duration::from_secs(self.totp.seconds_to_next_window(now));
                if !wait(left) {
                    return None;
                }
                // A clock that was set back meanwhile must not yield the used code again.
                now = clock().max(now.plus(left));
            }
        }
        self.last_window = Some(self.totp.window(now));
        Some(self.totp.code_at(now))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use secrecy::ExposeSecret;

    use super::*;

    /// RFC 6238 appendix B's secret, "12345678901234567890".
    const RFC: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn code(text: &str, time: i64) -> String {
        let totp = Totp::parse(text).expect("a secret");
        totp.code_at(UnixTime::from_secs(time))
            .expose_secret()
            .to_owned()
    }

    #[test]
    fn codes_match_rfc_6238_appendix_b() {
        let eight = format!("otpauth://totp/x?secret={RFC}&digits=8");
        assert_eq!(code(&eight, 59), "94287082");
        assert_eq!(code(&eight, 1_111_111_109), "07081804");
        assert_eq!(code(&eight, 20_000_000_000), "65353130");
        assert_eq!(code(RFC, 59), "287082");
        assert_eq!(code(RFC, -5), code(RFC, 0));
    }

    #[test]
    fn a_secret_is_read_in_every_common_form() {
        for text in [
            "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
            " GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ\n",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ======",
            "otpauth://totp/Prusa:me%40x?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&issuer=Other",
            "OTPAUTH://totp/x?secret=GEZDGNBV%20GY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=sha-1&period=30",
        ] {
            assert_eq!(code(text, 59), "287082", "{text}");
        }
        assert_eq!(code("JBSWY3DPEHPK3PXP", 0), "282760");
    }

    #[test]
    fn an_invalid_secret_is_an_error_that_quotes_nothing() {
        let parameter = |query: &str| format!("otpauth://totp/x?{query}");
        for (text, error) in [
            (String::new(), TotpError::NotBase32),
            ("sekret-1890!".into(), TotpError::NotBase32),
            ("https://totp/x?secret=AA".into(), TotpError::NotTotpUrl),
            (
                format!("otpauth://hotp/x?secret={RFC}"),
                TotpError::NotTotpUrl,
            ),
            (
                "otpauth-migration://offline?data=x".into(),
                TotpError::NotTotpUrl,
            ),
            (parameter("digits=6"), TotpError::Parameter("secret")),
            (parameter("secret=1"), TotpError::Parameter("secret")),
            (parameter("secret="), TotpError::Parameter("secret")),
            (
                parameter(&format!("secret={RFC}&digits=99")),
                TotpError::Parameter("digits"),
            ),
            (
                parameter(&format!("secret={RFC}&period=0")),
                TotpError::Parameter("period"),
            ),
            (
                parameter(&format!("secret={RFC}&algorithm=MD5")),
                TotpError::Parameter("algorithm"),
            ),
        ] {
            let refused = Totp::parse(&text).expect_err("no secret");
            assert_eq!(refused, error, "{text}");
            assert!(!refused.to_string().contains("sekret"));
        }
        assert!(!format!("{:?}", Totp::parse(RFC)).contains("GEZD"));
    }

    #[test]
    fn after_a_refusal_the_next_code_comes_and_then_none() {
        let now = Cell::new(1000);
        let clock = || UnixTime::from_secs(now.get());
        let waited = Cell::new(0);
        let wait = |span: Duration| {
            waited.set(span.as_secs());
            now.set(now.get() + i64::try_from(span.as_secs()).expect("short"));
            true
        };
        let mut codes = ComputedCode::new(Totp::parse(RFC).expect("a secret"));
        let mut next = || {
            codes
                .next(&clock, &wait)
                .map(|code| code.expose_secret().to_owned())
        };
        assert_eq!(next(), Some(code(RFC, 1000)));
        assert_eq!(next(), Some(code(RFC, 1020)));
        assert_eq!(waited.get(), 20);
        assert_eq!(next(), None);
    }

    #[test]
    fn no_wait_if_the_next_window_began_or_the_deadline_passed() {
        let now = Cell::new(1000);
        let clock = || UnixTime::from_secs(now.get());
        let late = |_| false;
        let mut codes = ComputedCode::new(Totp::parse(RFC).expect("a secret"));
        assert!(codes.next(&clock, &late).is_some());
        now.set(1020);
        assert!(codes.next(&clock, &late).is_some());
        let mut codes = ComputedCode::new(Totp::parse(RFC).expect("a secret"));
        assert!(codes.next(&clock, &late).is_some());
        assert!(codes.next(&clock, &late).is_none());
    }
}
