//! `login --import`: takes over the logins that other tools on this machine have (their files: [`crate::providers`]).
//!
//! A refresh token that is spent at its use cannot live in two places: such a login is used where it is. Whatever was
//! there before, a profile or a login, stays as it was, so doing it twice does nothing more.

mod kognic;
mod practicus;
mod prusa;

use std::cell::{Cell, RefCell};

use anyhow::Result;
use serde_json::json;

use crate::cli::Import;
use crate::commands::error::CommandError;
use crate::context::Context;
use crate::profile::{NewProfile, suggested_name};
use crate::terminal::output::print;

type Take = fn(&Taking<'_>) -> Result<()>;

const TOOLS: [(Import, &str, Take); 3] = [
    (Import::Prusa, "the Prusa SDK", prusa::take),
    (Import::Kognic, "kognic-auth", kognic::take),
    (Import::Practicus, "the Practicus AI SDK", practicus::take),
];

pub(super) fn run(context: &Context, tool: Import) -> Result<()> {
    let taking = Taking {
        context,
        has_found: Cell::new(false),
        told: RefCell::default(),
        added: RefCell::default(),
        failures: RefCell::default(),
    };
    let is_meant = |one: Import| tool == Import::All || tool == one;
    let mut names = Vec::new();
    for (_, name, take) in TOOLS.iter().filter(|(one, _, _)| is_meant(*one)) {
        names.push(*name);
        if let Err(error) = take(&taking) {
            taking.failed(error);
        }
    }
    taking.end(&names.join(", "))
}

/// What has come of it so far.
struct Taking<'a> {
    context: &'a Context,
    has_found: Cell<bool>,
    told: RefCell<Vec<String>>,
    /// The names of profiles that were not there when this began.
    added: RefCell<Vec<String>>,
    failures: RefCell<Vec<anyhow::Error>>,
}

impl Taking<'_> {
    /// Tells what was found, and what was made of it.
    fn found(&self, text: &str) {
        self.has_found.set(true);
        self.told.borrow_mut().push(text.to_owned());
        self.context.say(text);
    }

    /// Takes note of something that could not be taken over; the rest goes on.
    fn failed(&self, error: anyhow::Error) {
        self.failures.borrow_mut().push(error);
    }

    /// Returns a free name for a profile.
    fn name_for(&self, text: &str) -> Result<String> {
        let profiles = self.context.profiles()?;
        let added = self.added.borrow();
        let is_taken =
            |name: &str| profiles.named(name).is_some() || added.iter().any(|added| added == name);
        Ok(suggested_name(text, &is_taken))
    }

    fn add(&self, new: &NewProfile) -> Result<()> {
        self.context.add_profile(new)?;
        self.added.borrow_mut().push(new.name().to_owned());
        Ok(())
    }

    fn end(self, tools: &str) -> Result<()> {
        let mut failures = self.failures.into_inner();
        match (failures.pop(), failures.is_empty()) {
            (None, _) if self.has_found.get() && self.context.global.json => {
                print(format!("{}\n", json!({ "found": self.told.into_inner() })))
            }
            (None, _) if self.has_found.get() => Ok(()),
            (None, _) => Err(CommandError::NothingToImport(tools.to_owned()).into()),
            (Some(only), true) => Err(only),
            (Some(last), false) => {
                for failure in failures.into_iter().chain([last]) {
                    self.context.warn(&format!("{failure:#}"));
                }
                Err(CommandError::Partly("`login --import`").into())
            }
        }
    }
}
