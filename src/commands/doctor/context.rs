//! What the checks work on.

use crate::answer::choose::in_use;
use crate::context::{Context, ContextError};
use crate::profile::{Profile, Profiles};
use crate::token::UnixTime;

/// What every check may look at.
pub(super) struct CheckContext<'a> {
    pub(super) context: &'a Context,
    pub(super) now: UnixTime,
    /// The profiles of the configuration, or the built-in ones if that cannot be read; `None` if a variable is the
    /// cause.
    pub(super) profiles: Option<&'a Profiles>,
    /// Why the configuration could not be read.
    pub(super) config_error: Option<&'a ContextError>,
}

impl<'a> CheckContext<'a> {
    /// Returns the profiles that the report is about: the one that is named (none if it does not exist), or all that
    /// are used here.
    pub(super) fn profiles_in_use(&self) -> Vec<&'a Profile> {
        let Some(profiles) = self.profiles else {
            return Vec::new();
        };
        let named = || match &self.context.global.profile {
            Some(name) => Some(name.clone()),
            None => Context::profile_variable().ok()?,
        };
        match named() {
            Some(name) => profiles.named(&name).into_iter().collect(),
            None => in_use(self.context, profiles),
        }
    }
}
