//! What an import has done so far, and the steps that all tools need.

use std::cell::{Cell, RefCell};

use anyhow::Result;
use serde_json::json;

use crate::commands::error::CommandError;
use crate::context::Context;
use crate::profile::{NewProfile, suggested_name};
use crate::terminal::output::print;
use crate::token::{TokenSet, UnixTime};

/// An import that is under way.
pub(super) struct Importer<'a> {
    pub(super) context: &'a Context,
    has_found_any: Cell<bool>,
    reports: RefCell<Vec<String>>,
    /// The names of the profiles that this import has added: the context does not know them yet.
    added: RefCell<Vec<String>>,
    failures: RefCell<Vec<anyhow::Error>>,
}

impl<'a> Importer<'a> {
    /// Returns an import that has found and added nothing yet.
    pub(super) fn new(context: &'a Context) -> Self {
        Self {
            context,
            has_found_any: Cell::new(false),
            reports: RefCell::default(),
            added: RefCell::default(),
            failures: RefCell::default(),
        }
    }

    /// Reports something that was found, and what was done with it.
    pub(super) fn report(&self, text: &str) {
        self.has_found_any.set(true);
        self.reports.borrow_mut().push(text.to_owned());
        self.context.say(text);
    }

    /// Records that something could not be imported; the import goes on with the rest.
    pub(super) fn add_failure(&self, error: anyhow::Error) {
        self.failures.borrow_mut().push(error);
    }

    /// Returns a free name for a profile, made from this text.
    pub(super) fn free_name(&self, text: &str) -> Result<String> {
        let profiles = self.context.profiles()?;
        let is_taken = |name: &str| profiles.named(name).is_some() || self.has_added(name);
        Ok(suggested_name(text, &is_taken))
    }

    /// Returns whether no profile has this name.
    pub(super) fn is_free(&self, name: &str) -> Result<bool> {
        let is_known = self.context.profiles()?.named(name).is_some();
        Ok(!is_known && !self.has_added(name))
    }

    /// Returns whether this import has added a profile of this name.
    fn has_added(&self, name: &str) -> bool {
        self.added.borrow().iter().any(|added| added == name)
    }

    /// Adds a profile to the configuration.
    pub(super) fn add_profile(&self, new: &NewProfile) -> Result<()> {
        self.context.add_profile(new)?;
        self.added.borrow_mut().push(new.name().to_owned());
        Ok(())
    }

    /// Ends the import; with `--json` prints the reports if nothing failed. `tools` names the tools that were looked
    /// at.
    ///
    /// # Errors
    /// `NothingToImport` if nothing was found; the failure if there was one, or `PartlyFailed` after a warning for
    /// each.
    pub(super) fn finish(self, tools: &str) -> Result<()> {
        let mut failures = self.failures.into_inner();
        match (failures.pop(), failures.is_empty()) {
            (None, _) if self.has_found_any.get() && self.context.global.json => print(format!(
                "{}\n",
                json!({ "found": self.reports.into_inner() })
            )),
            (None, _) if self.has_found_any.get() => Ok(()),
            (None, _) => Err(CommandError::NothingToImport(tools.to_owned()).into()),
            (Some(only), true) => Err(only),
            (Some(last), false) => {
                for failure in failures.into_iter().chain([last]) {
                    self.context.warn(&format!("{failure:#}"));
                }
                Err(CommandError::PartlyFailed("`login --import`").into())
            }
        }
    }
}

/// Returns whether a token in the set is still valid, as far as that is known without asking the server.
pub(super) fn is_usable(set: &TokenSet, written_at: Option<UnixTime>, now: UnixTime) -> bool {
    let is_valid = |expires_at: Option<UnixTime>| expires_at.is_none_or(|at| at > now);
    let has_access = set.access_token.is_some() && is_valid(set.access_expires_at(written_at, now));
    has_access || (set.refresh_token.is_some() && is_valid(set.refresh_expires_at()))
}
