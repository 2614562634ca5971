//! The journal beside a token file: which change the last process was making, or how that failed.
//!
//! With it a refresh that a crash interrupted can be recognized, and a failure that would only happen again can be
//! reported without another attempt. It holds no secret: a digest of a token, and one byte of a digest of a password or
//! client secret. A journal that cannot be read counts as none, since nothing may be lost or spent because of it.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::StoreError;
use super::path::journal_for;
use super::{atomic, regular_file};
use crate::token::{Fingerprint, RefreshToken, RequestChange, UnixTime};

/// The largest journal, in bytes. It usually has a few hundred: the message in it is one line.
const MAX_BYTES: u64 = 64 * 1024;

/// What a journal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Journal {
    /// A refresh token was about to be spent. If it is still the stored one, it is unknown whether it was.
    Spending {
        fingerprint: Fingerprint,
        at: UnixTime,
        pid: u32,
        #[serde(flatten)]
        known: Known,
    },
    /// The last attempt to obtain a token set failed.
    Failed(Failure),
}

/// How an attempt to obtain a token set failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The error code: `network`, `invalid_credentials`, …
    pub(crate) code: String,
    /// One line without a secret.
    pub(crate) message: String,
    pub(crate) at: UnixTime,
    #[serde(flatten)]
    pub(crate) known: Known,
}

/// What attempts since the last success have shown, the last one or an earlier one: it is kept until the next success,
/// whatever happens in between.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The fingerprint of the last sign-in that was refused: see `attempt_fingerprint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u8>,
    /// The refresh token that the server refused for good: it is not sent again while it is the stored one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Refused>,
    /// The change that the server refused to make by a refresh: see `change_fingerprint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused_change: Option<Refused>,
    /// The client ID that the server refused although it had come from its own registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused_client: Option<String>,
    /// The refresh that may have spent the stored refresh token, if its response never arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cut_off: Option<CutOff>,
}

impl Known {
    /// Returns what is known after this, and was known before it.
    pub(super) fn or(self, earlier: Self) -> Self {
        Self {
            attempt: self.attempt.or(earlier.attempt),
            refused: self.refused.or(earlier.refused),
            refused_change: self.refused_change.or(earlier.refused_change),
            refused_client: self.refused_client.or(earlier.refused_client),
            cut_off: self.cut_off.or(earlier.cut_off),
        }
    }
}

/// What the server refused for good, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) fingerprint: Fingerprint,
    /// In one line without a secret.
    pub(crate) message: String,
    pub(crate) at: UnixTime,
}

/// A refresh that was interrupted before its response was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CutOff {
    /// The refresh token that was being spent.
    pub(crate) fingerprint: Fingerprint,
    pub(crate) at: UnixTime,
    pub(crate) pid: u32,
}

/// Returns one byte that identifies an attempt to sign in: `who` is an e-mail address or a client, `secret` the
/// password or client secret. It differs for another attempt (except one in 256), and is no help in guessing the
/// secret.
pub(crate) fn attempt_fingerprint(who: &str, secret: &SecretString) -> u8 {
    let digest = Sha256::new()
        .chain_update(who)
        .chain_update([0])
        .chain_update(secret.expose_secret())
        .finalize();
    digest.first().copied().unwrap_or_default()
}

/// Returns what identifies the attempt to get what the profile says now with this refresh token.
pub(crate) fn change_fingerprint(
    refresh_token: &RefreshToken,
    change: &RequestChange,
) -> Fingerprint {
    Fingerprint::of(&format!("{} {}", refresh_token.expose(), change.request()))
}

impl Failure {
    /// Code of a refresh that ended the login.
    pub(crate) const LOGIN_REQUIRED: &str = "login_required";
    /// Code of a refresh that failed and may succeed later.
    pub(crate) const REFRESH_FAILED: &str = "refresh_failed";
    /// Code of a sign-in without a person that failed.
    pub(crate) const SIGN_IN_FAILED: &str = "sign_in_failed";
    /// Code of a refresh that brought no new ID token.
    pub(crate) const ID_TOKEN_NOT_RENEWED: &str = "identity_not_renewed";
}

impl Journal {
    /// Returns whether the journal says that this refresh token was about to be spent; `false` for a failure, even if
    /// that names an interrupted refresh.
    pub(crate) fn is_spending(&self, refresh_token: &RefreshToken) -> bool {
        match self {
            Self::Spending { fingerprint, .. } => {
                *fingerprint == Fingerprint::of(refresh_token.expose())
            }
            Self::Failed(_) => false,
        }
    }

    /// Returns the interrupted refresh that the journal, or the failure in it, names, if it was spending this refresh
    /// token; else `None`.
    pub(crate) fn cut_off(self, refresh_token: &RefreshToken) -> Option<CutOff> {
        let cut_off = match self {
            Self::Spending {
                fingerprint,
                at,
                pid,
                ..
            } => CutOff {
                fingerprint,
                at,
                pid,
            },
            Self::Failed(failure) => failure.known.cut_off?,
        };
        let is_of_this_token = cut_off.fingerprint == Fingerprint::of(refresh_token.expose());
        is_of_this_token.then_some(cut_off)
    }

    /// Returns what attempts since the last success have shown.
    fn known(&self) -> &Known {
        match self {
            Self::Spending { known, .. } | Self::Failed(Failure { known, .. }) => known,
        }
    }

    /// As [`Self::known`].
    pub(super) fn into_known(self) -> Known {
        match self {
            Self::Spending { known, .. } | Self::Failed(Failure { known, .. }) => known,
        }
    }

    /// Returns how the server refused this refresh token for good, if it did.
    pub(crate) fn refusal_of(&self, refresh_token: &RefreshToken) -> Option<&Refused> {
        let refused = self.known().refused.as_ref();
        refused.filter(|refused| refused.fingerprint == Fingerprint::of(refresh_token.expose()))
    }

    /// Returns how the server refused a refresh that was to get what the profile says now with this refresh token, if
    /// it did.
    pub(crate) fn refused_change(
        &self,
        refresh_token: &RefreshToken,
        change: &RequestChange,
    ) -> Option<&Refused> {
        let refused = self.known().refused_change.as_ref();
        refused.filter(|refused| refused.fingerprint == change_fingerprint(refresh_token, change))
    }

    /// Returns the fingerprint of the last sign-in that was refused since the last success, if one was: see
    /// `attempt_fingerprint`.
    pub(crate) fn refused_attempt(&self) -> Option<u8> {
        self.known().attempt
    }

    /// Returns whether the server refused this client, which had come from its own registration, since the last
    /// success.
    pub(crate) fn has_refused_client(&self, client_id: &str) -> bool {
        self.known().refused_client.as_deref() == Some(client_id)
    }

    /// Reads the journal of the token file at `target`; `None` if there is none, or it cannot be read or parsed.
    pub(super) fn load(target: &Path) -> Option<Self> {
        let file = regular_file::read_own(&journal_for(target), MAX_BYTES).ok()??;
        serde_json::from_slice(&file.bytes).ok()
    }

    /// Writes the journal of the token file at `target` in place of the old one, and flushes it to disk.
    pub(super) fn save(self, target: &Path) -> Result<(), StoreError> {
        let path = journal_for(target);
        let bytes = serde_json::to_vec(&self)
            .map_err(|error| StoreError::io("write", &path)(error.into()))?;
        atomic::write_durably(&path, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::PathBuf;

    use super::*;
    use crate::{platform, testing};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        testing::scratch("tokens.json")
    }

    fn failed(known: Known) -> Journal {
        Journal::Failed(Failure {
            code: "network".into(),
            message: "no answer".into(),
            at: NOW,
            known,
        })
    }

    fn spending(known: Known) -> Journal {
        Journal::Spending {
            fingerprint: Fingerprint::of("spent"),
            at: NOW,
            pid: 7,
            known,
        }
    }

    fn all_known() -> Known {
        let refused = |what| Refused {
            fingerprint: Fingerprint::of(what),
            message: "refused: bad_refresh_token".into(),
            at: NOW,
        };
        Known {
            attempt: Some(9),
            refused: Some(refused("refused")),
            refused_change: Some(refused("changed")),
            refused_client: Some("me".into()),
            cut_off: Some(CutOff {
                fingerprint: Fingerprint::of("spent"),
                at: NOW,
                pid: 7,
            }),
        }
    }

    #[test]
    fn a_saved_journal_loads_unchanged() {
        let (_directory, target) = scratch();
        assert_eq!(Journal::load(&target), None);
        for known in [Known::default(), all_known()] {
            for journal in [spending(known.clone()), failed(known)] {
                journal.clone().save(&target).expect("a journal");
                assert_eq!(Journal::load(&target), Some(journal));
            }
        }
    }

    #[test]
    fn a_journal_of_an_older_version_is_read() {
        let digits = "d2f1d31bc2d7f6e2b2c4d5e6f7a8b9c0";
        let fingerprint: Fingerprint = serde_json::from_value(digits.into()).expect("a text");
        let cut_off = CutOff {
            fingerprint: fingerprint.clone(),
            at: NOW,
            pid: 7,
        };
        let spending = Journal::Spending {
            fingerprint,
            at: NOW,
            pid: 7,
            known: Known::default(),
        };
        let failed = failed(Known {
            attempt: Some(9),
            cut_off: Some(cut_off),
            ..Known::default()
        });
        let table = [
            (
                &spending,
                r#"{"state":"spending","fingerprint":"@","at":1800000000,"pid":7}"#,
            ),
            (
                &failed,
                r#"{"state":"failed","code":"network","message":"no answer","at":1800000000,"attempt":9,"cut_off":{"fingerprint":"@","at":1800000000,"pid":7}}"#,
            ),
        ];
        for (journal, json) in table {
            let json = json.replace('@', digits);
            let read: Journal = serde_json::from_str(&json).expect("a journal");
            assert_eq!(read, *journal);
            assert_eq!(serde_json::to_string(journal).expect("JSON"), json);
        }
        // What an older version says of a change is not understood, and all else is.
        let json = table[1]
            .1
            .replacen("\"cut_off\"", "\"change\":\"@\",\"cut_off\"", 1);
        let read: Journal = serde_json::from_str(&json.replace('@', digits)).expect("a journal");
        assert_eq!(read, failed);
    }

    #[test]
    fn only_the_token_that_was_refused_counts_as_refused() {
        let token = |text: &str| RefreshToken::new(text.to_owned());
        for journal in [failed(all_known()), spending(all_known())] {
            assert!(journal.refusal_of(&token("refused")).is_some());
            assert!(journal.refusal_of(&token("another")).is_none());
        }
    }

    #[test]
    fn what_is_known_stays_until_it_is_known_better() {
        let later = Known {
            attempt: Some(1),
            ..Known::default()
        };
        let expected = Known {
            attempt: Some(1),
            ..all_known()
        };
        assert_eq!(later.or(all_known()), expected);
        assert_eq!(Known::default().or(all_known()), all_known());
    }

    #[test]
    fn what_is_not_a_journal_counts_as_none() {
        for damage in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"state":"spending"}"#,
            r#"{"state":"later"}"#,
        ] {
            let (_directory, target) = scratch();
            let mut file = platform::create_private(&journal_for(&target)).expect("a file");
            file.write_all(damage.as_bytes()).expect("space");
            assert_eq!(Journal::load(&target), None, "{damage}");
        }
        let (_directory, target) = scratch();
        fs::create_dir(journal_for(&target)).expect("a directory");
        assert_eq!(Journal::load(&target), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_fifo_in_place_of_the_journal_counts_as_none() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let (_directory, target) = scratch();
        mknodat(CWD, journal_for(&target), FileType::Fifo, Mode::RWXU, 0).expect("a FIFO");
        assert_eq!(Journal::load(&target), None);
    }

    #[test]
    fn an_attempt_fingerprint_depends_on_address_and_password() {
        let mark = |email, password: &str| attempt_fingerprint(email, &password.to_owned().into());
        assert_eq!(mark("me@example.com", "one"), mark("me@example.com", "one"));
        assert_ne!(mark("me@example.com", "one"), mark("me@example.com", "two"));
        assert_ne!(mark("ab", "c"), mark("a", "bc"));
    }
}
