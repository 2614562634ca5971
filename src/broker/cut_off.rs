//! Refreshes that never came to their end: how the next process learns of them, and what it says.

use super::{Broker, LoginEnd};
use crate::oauth::GrantError;
use crate::store::{CutOff, Journal};
use crate::token::{Fingerprint, RefreshToken, UnixTime};

impl Broker<'_> {
    /// Returns how an earlier process was cut off while it refreshed this very token, and tells so where nobody has yet.
    pub(super) fn find_cut_off(
        &self,
        earlier: Option<Journal>,
        refresh_token: &RefreshToken,
    ) -> Option<CutOff> {
        let earlier = earlier?;
        let is_told = matches!(earlier, Journal::Failed(_));
        let cut_off = earlier.cut_off(refresh_token)?;
        if !is_told {
            let CutOff { at, pid, .. } = cut_off;
            (self.warn)(&format!(
                "a refresh of profile {} that process {pid} began at {at} was cut off; trying again",
                self.profile
            ));
        }
        Some(cut_off)
    }
}

impl LoginEnd {
    pub(super) fn after(refused: GrantError, cut_off: Option<&CutOff>) -> Self {
        match cut_off {
            Some(&CutOff { at, pid, .. }) => Self::CutOff { refused, at, pid },
            None => Self::Refused(refused),
        }
    }
}

/// Returns how this process is cut off, if no answer comes any more.
pub(super) fn cut_off_by_us(refresh_token: &RefreshToken, at: UnixTime) -> CutOff {
    CutOff {
        fingerprint: Fingerprint::of(refresh_token.expose()),
        at,
        pid: std::process::id(),
    }
}
