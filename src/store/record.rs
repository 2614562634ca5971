//! The content of a token file: a token set, and under a key of our own whether its access token was rejected.
//!
//! An `erase` request does not delete a token; it reports a rejection. A rejected access token is renewed once. If the
//! server rejects the new one as well, renewing does not help, and for a while no rejection causes another refresh.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::password::SavedPassword;
use super::sealing::Unsealed;
use crate::platform;
use crate::token::{AccessToken, Fingerprint, RequestChange, TokenSet, TokenSetError, UnixTime};

/// The only key that this program adds to a token file, besides `expires_at`, the fields of `Binding`, and a saved
/// password in a sealed file.
const KEY: &str = "prusa_cred";

/// How long after a renewal another rejection means that renewing does not help.
const REJECTION_WINDOW: Duration = Duration::from_secs(300);

/// What is known against the stored access token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "evidence", rename_all = "snake_case")]
pub(crate) enum RejectionState {
    /// Nothing, which is not written.
    #[default]
    #[serde(skip)]
    None,
    /// A server rejected this access token, so it is not handed out again.
    Rejected { fingerprint: Fingerprint },
    /// The access token was obtained at that time, because the one before had been rejected.
    RenewedAfterRejection { at: UnixTime },
    /// A server rejected this access token, at that time, right after such a renewal: the user lacks permission, not a
    /// login.
    RefusedFresh {
        fingerprint: Fingerprint,
        at: UnixTime,
    },
}

/// What a reported rejection of a secret leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RejectionOutcome {
    /// Nothing: the secret is not the stored access token.
    NotStoredToken,
    /// The access token will be renewed before it is handed out again.
    Rejected,
    /// The access token had just been renewed because of a rejection, so it is still handed out.
    RefusedFresh,
}

impl RejectionState {
    /// Returns the state after a server rejected the access token with this fingerprint: `RefusedFresh` at `now` if the
    /// state is `RenewedAfterRejection` and recent, the same state if it is `RefusedFresh` for this token and recent,
    /// else `Rejected`. Recent is less than 5 minutes away.
    pub(super) fn after_rejection(&self, fingerprint: Fingerprint, now: UnixTime) -> Self {
        match self {
            Self::RenewedAfterRejection { at } if is_recent(*at, now) => Self::RefusedFresh {
                fingerprint,
                at: now,
            },
            Self::RefusedFresh {
                fingerprint: known,
                at,
            } if *known == fingerprint && is_recent(*at, now) => self.clone(),
            _ => Self::Rejected { fingerprint },
        }
    }

    /// Returns the outcome of the rejection that led to this state: `RefusedFresh` for the state of that name,
    /// `Rejected` for any other.
    pub(super) fn outcome(&self) -> RejectionOutcome {
        match self {
            Self::RefusedFresh { .. } => RejectionOutcome::RefusedFresh,
            Self::None | Self::Rejected { .. } | Self::RenewedAfterRejection { .. } => {
                RejectionOutcome::Rejected
            }
        }
    }

    /// Returns whether the state is `Rejected` with the fingerprint of this access token; `false` in every other state.
    fn is_rejection_of(&self, access_token: &AccessToken) -> bool {
        match self {
            Self::Rejected { fingerprint } => {
                *fingerprint == Fingerprint::of(access_token.expose())
            }
            Self::None | Self::RenewedAfterRejection { .. } | Self::RefusedFresh { .. } => false,
        }
    }

    /// Removes the state from a token set that was read, and returns it. A value that cannot be read counts as `None`.
    fn take_from(set: &mut TokenSet) -> Self {
        let Some(value) = set.other_field(KEY) else {
            return Self::None;
        };
        let rejection = Self::deserialize(value).unwrap_or_default();
        set.set_other_field(KEY, None);
        rejection
    }

    /// Returns a copy of the token set with this state in it, as it is written, in place of one that it has. With
    /// `None` it has no state.
    pub(super) fn insert_into(self, set: &TokenSet) -> TokenSet {
        let value = match self {
            Self::None => None,
            known => serde_json::to_value(known).ok(),
        };
        let mut set = set.clone();
        set.set_other_field(KEY, value);
        set
    }
}

/// Returns whether `at` is less than the rejection window before or after `now`. A time further in the future comes
/// from a clock that was wrong.
fn is_recent(at: UnixTime, now: UnixTime) -> bool {
    at.until(now) < REJECTION_WINDOW && now.until(at) < REJECTION_WINDOW
}

/// What a store holds.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) set: TokenSet,
    /// When the file was written; `None` for a seed.
    pub(crate) written_at: Option<UnixTime>,
    pub(crate) rejection: RejectionState,
    /// Whether others than the owner have access to the file: see `Store::restrict_permissions`.
    pub(crate) world_readable: bool,
    pub(crate) is_sealed: bool,
    /// Whether it is a sealed file of version 1, to be rewritten.
    pub(super) is_old_version: bool,
    /// What the profile asks for otherwise than when these tokens were asked for: then only the refresh token is of
    /// use.
    pub(crate) change: Option<RequestChange>,
    /// The password for signing in again without a person; only in a sealed file.
    pub(crate) password: Option<SavedPassword>,
}

impl Stored {
    /// Returns what a token file holds that was read, and unsealed if it was sealed; with no change, as that is the
    /// owner's to tell. A password is taken only from a file that was sealed; in a plain one it stays an unknown field.
    /// Fails if the content is not a token set.
    pub(super) fn parse(file: &Unsealed) -> Result<Self, TokenSetError> {
        let mut set = TokenSet::parse(&file.content.bytes)?;
        let rejection = RejectionState::take_from(&mut set);
        let is_sealed = file.key.is_some();
        Ok(Self {
            password: is_sealed
                .then(|| SavedPassword::take_from(&mut set))
                .flatten(),
            set,
            written_at: file.content.metadata.modified().ok().map(UnixTime::from),
            rejection,
            world_readable: platform::is_accessible_by_others(&file.content.metadata),
            is_sealed,
            change: None,
            is_old_version: file.key.as_ref().is_some_and(|key| key.is_old),
        })
    }

    /// Returns what a store holds while its file is missing: the seed `set`, with no time and no rejection.
    pub(super) fn from_seed(set: TokenSet) -> Self {
        Self {
            set,
            written_at: None,
            rejection: RejectionState::None,
            world_readable: false,
            is_sealed: false,
            is_old_version: false,
            change: None,
            password: None,
        }
    }

    /// Returns whether a server is known to have rejected the access token, so that it has to be renewed; `false` for
    /// one that was refused right after a renewal.
    pub(crate) fn is_rejected(&self) -> bool {
        self.set
            .access_token
            .as_ref()
            .is_some_and(|access_token| self.rejection.is_rejection_of(access_token))
    }

    /// Returns the token set with an explicit expiry, for writing it again at another time: an expiry that is counted
    /// from when the file was written would otherwise move. An `expires_at` that it has stays; else it is set to what
    /// `TokenSet::access_expires_at` returns, which is `None` for a seed that states no expiry by itself.
    pub(super) fn with_fixed_expiry(&self, now: UnixTime) -> TokenSet {
        let mut set = self.set.clone();
        if set.expires_at.is_none() {
            set.expires_at = set.access_expires_at(self.written_at, now);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const NOW: UnixTime = at(1_800_000_000);

    const fn at(seconds: i64) -> UnixTime {
        UnixTime::from_secs(seconds)
    }

    fn later(seconds: u64) -> UnixTime {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_second_rejection_within_five_minutes_does_not_renew() {
        let [first, second] = ["first", "second"].map(Fingerprint::of);
        let rejected = RejectionState::None.after_rejection(first.clone(), NOW);
        assert_eq!(rejected, RejectionState::Rejected { fingerprint: first });

        let renewed = RejectionState::RenewedAfterRejection { at: NOW };
        let refused = renewed.after_rejection(second.clone(), later(299));
        let expected = RejectionState::RefusedFresh {
            fingerprint: second.clone(),
            at: later(299),
        };
        assert_eq!(refused, expected);
        assert_eq!(refused.after_rejection(second.clone(), later(500)), refused);

        let again = RejectionState::Rejected {
            fingerprint: second.clone(),
        };
        assert_eq!(renewed.after_rejection(second.clone(), later(300)), again);
        assert_eq!(refused.after_rejection(second.clone(), later(600)), again);
        let from_a_wrong_clock = RejectionState::RenewedAfterRejection { at: later(9000) };
        assert_eq!(from_a_wrong_clock.after_rejection(second, NOW), again);
    }

    #[test]
    fn a_rejection_state_is_read_back_and_removed_from_the_set() {
        let fingerprint = Fingerprint::of("token");
        for rejection in [
            RejectionState::None,
            RejectionState::Rejected {
                fingerprint: fingerprint.clone(),
            },
            RejectionState::RenewedAfterRejection { at: NOW },
            RejectionState::RefusedFresh {
                fingerprint,
                at: NOW,
            },
        ] {
            let set = TokenSet::of_access_token(AccessToken::new("token".into()));
            let mut written = rejection.clone().insert_into(&set);
            assert_eq!(
                written.other_field(KEY).is_some(),
                rejection != RejectionState::None
            );
            assert_eq!(RejectionState::take_from(&mut written), rejection);
            assert!(written.other_field(KEY).is_none());
        }
    }

    #[test]
    fn evidence_is_written_as_older_versions_read_it() {
        let fingerprint: Fingerprint = serde_json::from_value("0a".into()).expect("a text");
        let table = [
            (
                RejectionState::Rejected {
                    fingerprint: fingerprint.clone(),
                },
                r#"{"evidence":"rejected","fingerprint":"0a"}"#,
            ),
            (
                RejectionState::RenewedAfterRejection { at: NOW },
                r#"{"evidence":"renewed_after_rejection","at":1800000000}"#,
            ),
            (
                RejectionState::RefusedFresh {
                    fingerprint,
                    at: NOW,
                },
                r#"{"evidence":"refused_fresh","fingerprint":"0a","at":1800000000}"#,
            ),
        ];
        for (rejection, json) in table {
            assert_eq!(serde_json::to_string(&rejection).expect("JSON"), json);
        }
    }

    #[test]
    fn what_is_not_evidence_counts_as_none() {
        for value in [
            "null",
            "7",
            "[]",
            "{}",
            r#"{"evidence":"later"}"#,
            r#"{"evidence":"rejected","fingerprint":5}"#,
        ] {
            let mut set = TokenSet::default();
            set.set_other_field(KEY, serde_json::from_str::<Value>(value).ok());
            assert_eq!(
                RejectionState::take_from(&mut set),
                RejectionState::None,
                "{value}"
            );
        }
    }

    #[test]
    fn only_the_rejected_token_itself_counts_as_rejected() {
        let fingerprint = |token| Fingerprint::of(token);
        let stored = |rejection| Stored {
            rejection,
            ..Stored::from_seed(TokenSet::of_access_token(AccessToken::new("mine".into())))
        };
        let is_rejected = |rejection| stored(rejection).is_rejected();
        assert!(!is_rejected(RejectionState::None));
        assert!(is_rejected(RejectionState::Rejected {
            fingerprint: fingerprint("mine")
        }));
        assert!(!is_rejected(RejectionState::Rejected {
            fingerprint: fingerprint("another")
        }));
        assert!(!is_rejected(RejectionState::RefusedFresh {
            fingerprint: fingerprint("mine"),
            at: NOW
        }));
    }
}
