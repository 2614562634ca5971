//! The journal beside a token file: what the last process was doing that changed it, or how that failed.
//!
//! It makes a refresh that a crash cut off tellable, and a failure known that would only repeat itself. It holds no
//! secret: of a token a digest, of a password or client secret one byte of one. A journal that cannot be read counts as
//! none, since nothing may be lost or spent over it.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{StoreError, beside, read, replace};
use crate::token::{Fingerprint, RefreshToken, UnixTime};

/// A journal is a few hundred bytes; the message in it is one line.
const LARGEST: u64 = 64 * 1024;

/// What a journal tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Journal {
    /// A refresh token was about to be spent. If it is still the stored one, nobody knows whether it was.
    Spending {
        fingerprint: Fingerprint,
        at: UnixTime,
        pid: u32,
        /// As in `Failure`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        attempt: Option<u8>,
    },
    /// The last attempt to obtain a token set failed.
    Failed(Failure),
}

/// How an attempt to obtain a token set failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The error's code word: `network`, `invalid_credentials`, …
    pub(crate) code: String,
    /// One line without a secret.
    pub(crate) message: String,
    pub(crate) at: UnixTime,
    /// Who was refused at a sign-in, then or before, and with what: see `attempt_fingerprint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u8>,
    /// What may have spent the stored refresh token, where nobody saw the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cut_off: Option<CutOff>,
}

/// A refresh that never came to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CutOff {
    /// The refresh token that was being spent.
    pub(crate) fingerprint: Fingerprint,
    pub(crate) at: UnixTime,
    pub(crate) pid: u32,
}

/// Returns one byte that changes when who signs in (an e-mail address, a client) or the password or client secret does
/// (but for one change in 256), and that is no use for guessing either.
pub(crate) fn attempt_fingerprint(who: &str, secret: &SecretString) -> u8 {
    let digest = Sha256::new()
        .chain_update(who)
        .chain_update([0])
        .chain_update(secret.expose_secret())
        .finalize();
    digest.first().copied().unwrap_or_default()
}

impl Journal {
    /// Returns whether this says that the given refresh token was about to be spent.
    pub(crate) fn is_spending(&self, refresh_token: &RefreshToken) -> bool {
        match self {
            Self::Spending { fingerprint, .. } => {
                *fingerprint == Fingerprint::of(refresh_token.expose())
            }
            Self::Failed(_) => false,
        }
    }

    /// Returns the refresh that was cut off while it spent the given refresh token, if one was.
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
            Self::Failed(failure) => failure.cut_off?,
        };
        let is_of_it = cut_off.fingerprint == Fingerprint::of(refresh_token.expose());
        is_of_it.then_some(cut_off)
    }

    /// Returns the mark of who and what was refused since the last success.
    pub(crate) fn refused_attempt(&self) -> Option<u8> {
        match self {
            Self::Spending { attempt, .. } | Self::Failed(Failure { attempt, .. }) => *attempt,
        }
    }

    /// Reads the journal of the token file at `target`.
    pub(super) fn load(target: &Path) -> Option<Self> {
        let file = read::regular_file(&path_for(target), LARGEST).ok()??;
        serde_json::from_slice(&file.bytes).ok()
    }

    /// Puts the journal of the token file at `target` on disk.
    pub(super) fn save(self, target: &Path) -> Result<(), StoreError> {
        let path = path_for(target);
        let bytes = serde_json::to_vec(&self)
            .map_err(|error| StoreError::io("write", &path)(error.into()))?;
        replace::write_durably(&path, &bytes)
    }
}

/// Returns where the journal of the token file at `target` is.
pub(super) fn path_for(target: &Path) -> PathBuf {
    beside(target, "", ".journal")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;
    use crate::{platform, testing};

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn scratch() -> (tempfile::TempDir, PathBuf) {
        testing::scratch("tokens.json")
    }

    #[test]
    fn a_journal_is_read_as_it_was_written() {
        let failure = |attempt| Failure {
            code: "invalid_credentials".into(),
            message: "the password is wrong".into(),
            at: NOW,
            attempt,
            cut_off: None,
        };
        let (_directory, target) = scratch();
        assert_eq!(Journal::load(&target), None);
        for journal in [
            Journal::Spending {
                fingerprint: Fingerprint::of("spent"),
                at: NOW,
                pid: 7,
                attempt: Some(9),
            },
            Journal::Failed(failure(None)),
            Journal::Failed(failure(Some(0))),
            Journal::Failed(Failure {
                cut_off: Some(CutOff {
                    fingerprint: Fingerprint::of("spent"),
                    at: NOW,
                    pid: 7,
                }),
                ..failure(None)
            }),
        ] {
            journal.clone().save(&target).expect("a journal");
            assert_eq!(Journal::load(&target), Some(journal));
        }
    }

    #[test]
    fn a_journal_of_an_older_version_is_read() {
        let digits = "d2f1d31bc2d7f6e2b2c4d5e6f7a8b9c0";
        let fingerprint: Fingerprint = serde_json::from_value(digits.into()).expect("a text");
        let spending = Journal::Spending {
            fingerprint: fingerprint.clone(),
            at: NOW,
            pid: 7,
            attempt: None,
        };
        let failed = Journal::Failed(Failure {
            code: "network".into(),
            message: "no answer".into(),
            at: NOW,
            attempt: Some(9),
            cut_off: Some(CutOff {
                fingerprint,
                at: NOW,
                pid: 7,
            }),
        });
        let table = [
            (
                spending,
                r#"{"state":"spending","fingerprint":"@","at":1800000000,"pid":7}"#,
            ),
            (
                failed,
                r#"{"state":"failed","code":"network","message":"no answer","at":1800000000,"attempt":9,"cut_off":{"fingerprint":"@","at":1800000000,"pid":7}}"#,
            ),
        ];
        for (journal, json) in table {
            let json = json.replace('@', digits);
            let read: Journal = serde_json::from_str(&json).expect("a journal");
            assert_eq!(read, journal);
            assert_eq!(serde_json::to_string(&journal).expect("JSON"), json);
        }
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
            let mut file = platform::create_private(&path_for(&target)).expect("a file");
            file.write_all(damage.as_bytes()).expect("space");
            assert_eq!(Journal::load(&target), None, "{damage}");
        }
        let (_directory, target) = scratch();
        fs::create_dir(path_for(&target)).expect("a directory");
        assert_eq!(Journal::load(&target), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_fifo_in_its_place_holds_nobody_up() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let (_directory, target) = scratch();
        mknodat(CWD, path_for(&target), FileType::Fifo, Mode::RWXU, 0).expect("a FIFO");
        assert_eq!(Journal::load(&target), None);
    }

    #[test]
    fn an_attempt_is_marked_by_address_and_password() {
        let mark = |email, password: &str| attempt_fingerprint(email, &password.to_owned().into());
        assert_eq!(mark("me@example.com", "one"), mark("me@example.com", "one"));
        assert_ne!(mark("me@example.com", "one"), mark("me@example.com", "two"));
        assert_ne!(mark("ab", "c"), mark("a", "bc"));
    }
}
