//! `which [URL]`: the profile that would answer, the rule, the store, the token's age, and the last failure.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::status::NO_TOKEN_YET;
use crate::account::{Account, LoginState, last_failure};
use crate::answer::bare_word::not_an_address;
use crate::answer::choose::{Chosen, choose, choose_for_address, describe_rule, no_answer_error};
use crate::answer::error::{AnswerError, Verb};
use crate::answer::saved;
use crate::causes::with_causes;
use crate::cli::Which;
use crate::context::{Context, credentials_path};
use crate::credential::{Address, Origin, OriginError};
use crate::store::{Journal, StoreError};
use crate::terminal::output::{print, print_for_people};
use crate::terminal::relative_time;
use crate::token::UnixTime;

/// Prints the profile, or the saved credentials, that would answer for the address; fails if there are neither. Without
/// an address, prints the chosen profile. Nothing is renewed.
pub(super) fn run(context: &Context, options: &Which) -> Result<()> {
    let address = options.url.as_deref().map(Address::parse);
    let address = address.transpose().map_err(AnswerError::BadAddress)?;
    let mut report = Report {
        now: UnixTime::now(),
        rows: Vec::new(),
    };
    let origin = address.as_ref().and_then(Address::origin);
    let choice = match &address {
        Some(address) => choose_for_address(context, context.global.profile.as_deref(), address)?,
        None => choose(context, None, None)?,
    };
    match (choice, &address) {
        (Some(chosen), _) => report.add_profile(context, chosen, origin)?,
        (None, Some(address)) if saved::find_for_address(context, address)?.is_some() => {
            report.add_row("rule", "saved credentials, as no profile names the host");
            report.add_row("store", &credentials_path()?.display().to_string());
            report.add_sealed(saved::load(context)?.is_sealed);
        }
        (None, _) => {
            let typed = options.url.as_deref().unwrap_or_default();
            if let Some(error) = not_an_address(context, typed, Verb::Which)? {
                return Err(error.into());
            }
            return Err(match address.as_ref().and_then(Address::place) {
                Some(place) => no_answer_error(context, &place, None)?,
                None => AnswerError::BadAddress(OriginError::Scheme),
            }
            .into());
        }
    }
    if context.global.json {
        print(report.json())
    } else {
        print_for_people(&report.text())
    }
}

/// The rows that are printed.
struct Report {
    now: UnixTime,
    /// Each row's name, its value for JSON, and its text for a person.
    rows: Vec<(&'static str, Value, String)>,
}

impl Report {
    /// Adds the rows for the chosen profile: name, rule, source, store, stored login and last failure. Fails if its
    /// account cannot be opened.
    fn add_profile<'a>(
        &mut self,
        context: &'a Context,
        chosen: Chosen<'a>,
        origin: Option<&Origin>,
    ) -> Result<()> {
        self.add_row("profile", &chosen.profile.name);
        self.add_row("rule", describe_rule(chosen.rule));
        let account = chosen.account(context, origin)?;
        if account.environment_set().is_some() {
            self.add_row(
                "source",
                "the environment, until its token expires; then the store",
            );
        }
        self.add_row("store", &account.store().path().display().to_string());
        if let Some(foreign) = account.foreign_environment() {
            let text = format!("the login in the environment is not used: {foreign}");
            self.add_row("error", &text);
            return Ok(());
        }
        if let LoginState::KeyBound(bound) = account.state() {
            self.add_row("error", &format!("cannot be used: {bound}"));
        }
        self.add_stored(&account);
        self.add_last_error(last_failure::of_stored_login(account.store()));
        Ok(())
    }

    /// Adds a row with the same text for JSON and for a person.
    fn add_row(&mut self, name: &'static str, text: &str) {
        self.rows.push((name, json!(text), text.to_owned()));
    }

    /// Adds a row for a point in time: for JSON in the format of RFC 3339 (null for `None`), for a person `text`.
    fn add_time(&mut self, name: &'static str, at: Option<UnixTime>, text: String) {
        self.rows
            .push((name, json!(at.and_then(UnixTime::rfc3339)), text));
    }

    /// Adds the row `sealed` if the store is sealed, else nothing.
    fn add_sealed(&mut self, is_sealed: bool) {
        if is_sealed {
            self.rows.push(("sealed", json!(true), "yes".to_owned()));
        }
    }

    /// Adds the rows for the stored login: whether it is sealed, when it was written and when it is refreshed next. If
    /// there is none that the profile may use, or it cannot be read, adds rows that say so.
    fn add_stored(&mut self, account: &Account<'_>) {
        let stored = match account.store().load() {
            Err(StoreError::CannotUnseal { path, source }) => {
                return self.add_row("error", &format!("{}: {source}", path.display()));
            }
            Err(StoreError::Foreign { foreign, .. }) => {
                let login = account.profile().login_command();
                let text = format!("none for {}; sign in with `{login}`", foreign.profile());
                self.rows.push(("login", Value::Null, text));
                return self.add_row("error", &format!("the stored login is not used: {foreign}"));
            }
            Err(error @ StoreError::Untrusted(_)) => {
                return self.add_row("error", &with_causes(&error));
            }
            Err(error) => return self.add_row("error", &error.to_string()),
            Ok(None) if account.has_client() => {
                return self
                    .rows
                    .push(("login", Value::Null, NO_TOKEN_YET.to_owned()));
            }
            Ok(None) => {
                let text = format!("none; sign in with `{}`", account.profile().login_command());
                return self.rows.push(("login", Value::Null, text));
            }
            Ok(Some(stored)) => stored,
        };
        self.add_sealed(stored.is_sealed);
        if let Some(at) = stored.written_at {
            self.add_time(
                "written_at",
                Some(at),
                relative_time::relative(at, self.now),
            );
        }
        let is_rejected = stored.is_rejected();
        let lifetime = stored.set.access_lifetime(stored.written_at, self.now);
        let at = lifetime.map(|lifetime| lifetime.fresh_until(account.min_ttl(None)));
        let is_in_use = at.is_none_or(|at| at > self.now) && !is_rejected;
        if is_in_use && stored.set.key_bound_type().is_some() {
            // Nothing gets this token, and it is not renewed before it has expired.
            return;
        }
        if account.refusal().is_some() {
            let text = "none: the server refused the refresh token".to_owned();
            return self.add_time("next_refresh", None, text);
        }
        let text = match at {
            Some(at) if at > self.now && !is_rejected => relative_time::relative(at, self.now),
            None if !is_rejected => "not until a server refuses the token".to_owned(),
            _ => "at the next request".to_owned(),
        };
        self.add_time("next_refresh", at, text);
    }

    /// Adds the row `last_error` for a failed or interrupted refresh; nothing for `None`.
    fn add_last_error(&mut self, journal: Option<Journal>) {
        let Some(journal) = journal else { return };
        let value = match &journal {
            Journal::Failed(failure) => {
                json!({ "error": failure.code, "message": failure.message, "at": failure.at.to_string() })
            }
            Journal::Spending { at, pid, .. } => {
                json!({ "error": "cut_off", "pid": pid, "at": at.to_string() })
            }
        };
        self.rows.push((
            "last_error",
            value,
            last_failure::describe(&journal, self.now),
        ));
    }

    /// Returns all rows as one JSON object, with a newline at the end.
    fn json(self) -> String {
        let object: Map<_, _> = self
            .rows
            .into_iter()
            .map(|(name, value, _)| (name.to_owned(), value))
            .collect();
        format!("{}\n", Value::from(object))
    }

    /// Returns one line per row for a person: the name, with spaces for `_`, and the text.
    fn text(self) -> String {
        self.rows
            .iter()
            .map(|(name, _, text)| format!("{:13} {text}\n", name.replace('_', " ")))
            .collect()
    }
}
