//! Whom git asks for an address: the one answer for `setup`, its overview and `doctor` (gitcredentials(7), "Credential
//! Contexts").
//!
//! git goes through all settings that match an address, in the order of its files, whatever address is more specific.
//! An empty helper clears those before it, and the last `useHttpPath` counts. It asks none at all where a header of its
//! own signs it in (`http.extraHeader`), or it goes to another address (`insteadOf`). What is asked below a path, with
//! a user name or in a repository for which another file is included may get another answer: each of them is looked at.

use std::path::Path;

use super::address::Address;
use super::helper_program::Helper;
use super::settings::{Kind, Setting};
use crate::clients::edit::{describe_profile, profile_option_in};
use crate::clients::path::edit_command;
use crate::escape::shell_word_of;

/// What is to be answered.
pub(crate) struct Question<'q> {
    /// The URL of a host, of `*.HOST` or of a part of a host.
    pub(crate) url: &'q str,
    pub(crate) profile: &'q str,
    /// Whether another profile answers unless prusa-cred is told this one.
    pub(crate) must_name_profile: bool,
    /// Whether git has to send the path.
    pub(crate) needs_path: bool,
    /// Whether there is a profile of a name.
    pub(crate) is_profile: &'q dyn Fn(&str) -> bool,
}

/// What git does for one address.
#[derive(Debug)]
pub(crate) enum Answer<'s> {
    /// No helper is prusa-cred.
    NotSetUp,
    /// It asks prusa-cred first, and then these.
    AsksFirst {
        ours: &'s Setting,
        then: Vec<&'s Setting>,
    },
    /// It asks these first.
    AsksOthersFirst(Vec<&'s Setting>),
    /// It asks prusa-cred for another profile.
    OtherProfile(&'s Setting),
    /// This empty helper has cleared prusa-cred.
    ClearedBy(&'s Setting),
    /// It does not send the path; this setting says so, or none.
    SendsNoPath(Option<&'s Setting>),
    /// The program is an absolute path at which there is none.
    NotFound(&'s Setting),
    /// This helper has no value, and git fails.
    Invalid(&'s Setting),
    /// It asks prusa-cred for a profile that does not exist.
    NoProfile(&'s Setting),
    /// The command names prusa-cred, and git gets no answer from it.
    Unusable(&'s Setting),
    /// It asks no helper at all, because of this setting.
    AsksNobody(&'s Setting),
}

/// What git does for an address, and for parts of it where it does something else.
#[derive(Debug)]
pub(crate) struct Answers<'s> {
    pub(crate) whole: Answer<'s>,
    /// Where prusa-cred is asked first for the whole, but not here; each with its place for a sentence.
    pub(crate) elsewhere: Vec<(String, Answer<'s>)>,
}

impl Answer<'_> {
    pub(crate) fn is_first(&self) -> bool {
        matches!(self, Self::AsksFirst { .. })
    }

    /// Returns what is wrong, for a sentence; `None` if nothing is.
    pub(crate) fn problem(&self) -> Option<String> {
        Some(match self {
            Self::NotSetUp | Self::AsksFirst { .. } => return None,
            Self::AsksOthersFirst(others) => {
                format!("before prusa-cred, git asks {}", descriptions(others))
            }
            Self::OtherProfile(helper) => {
                let other = describe_profile(helper.value());
                format!("git asks {other} ({})", helper.place())
            }
            Self::NoProfile(helper) => {
                let name = profile_option_in(helper.value()).unwrap_or_default();
                let place = helper.place();
                format!("there is no profile {name:?}, which the helper in {place} names")
            }
            Self::ClearedBy(helper) => {
                format!("an empty helper in {} turns prusa-cred off", helper.place())
            }
            Self::SendsNoPath(by) => {
                let by = by.map(|it| format!(" ({})", it.place()));
                let by = by.unwrap_or_default();
                format!("git does not send the path, which says whose token is asked for{by}")
            }
            Self::NotFound(helper) => {
                format!("git runs {}, which does not exist", helper.description())
            }
            Self::Invalid(helper) => {
                format!("git fails at {}: helper has no value", helper.place())
            }
            Self::Unusable(helper) => {
                format!("git gets no answer from the helper in {}", helper.place())
            }
            Self::AsksNobody(by) => {
                let what = match by.kind {
                    Kind::InsteadOf => "goes to another address (insteadOf",
                    _ => "sends a header of its own (http.extraHeader",
                };
                let place = by.place();
                format!("git {what} in {place}) and does not ask prusa-cred")
            }
        })
    }

    /// Returns the setting that is in the way, if it is one.
    fn cause(&self) -> Option<&Setting> {
        match self {
            Self::NotSetUp | Self::AsksFirst { .. } => None,
            Self::AsksOthersFirst(others) => others.first().copied(),
            Self::SendsNoPath(by) => *by,
            Self::OtherProfile(by)
            | Self::ClearedBy(by)
            | Self::NotFound(by)
            | Self::Invalid(by)
            | Self::NoProfile(by)
            | Self::Unusable(by)
            | Self::AsksNobody(by) => Some(by),
        }
    }

    /// Returns whether what is in the way is read before the end of the user's own file, so that an entry there helps.
    pub(crate) fn can_setup_mend(&self) -> bool {
        self.problem().is_some()
            && self
                .cause()
                .is_none_or(|it| it.is_in_file() && !it.is_of_repository())
            && !matches!(self, Self::Invalid(_) | Self::AsksNobody(_))
    }

    /// Returns the command that mends it, which is `setup` unless a file is in the way that is read after the user's
    /// own.
    pub(crate) fn mending_command(&self, setup: &str) -> String {
        match self.cause() {
            Some(by) if !by.is_in_file() => {
                "unset GIT_CONFIG_COUNT GIT_CONFIG_PARAMETERS".to_owned()
            }
            // The key may have a password in it, and the setting other values that are wanted.
            Some(by) if matches!(self, Self::AsksNobody(_)) => edit_command(Path::new(&by.file)),
            Some(by) if by.is_of_repository() || matches!(self, Self::Invalid(_)) => {
                let values = if matches!(self, Self::ClearedBy(_)) {
                    " '^$'"
                } else {
                    ""
                };
                let file = shell_word_of(&by.file);
                let key = shell_word_of(&by.key);
                format!("git config --file {file} --unset-all {key}{values}")
            }
            _ => setup.to_owned(),
        }
    }
}

impl Answers<'_> {
    /// Returns whether prusa-cred is asked first for all of the address.
    pub(crate) fn is_first(&self) -> bool {
        self.whole.is_first() && self.elsewhere.is_empty()
    }

    /// Returns what is wrong, each for a sentence and with its answer.
    pub(crate) fn problems(&self) -> Vec<(String, &Answer<'_>)> {
        let whole = self.whole.problem().map(|it| (it, &self.whole));
        let elsewhere = self
            .elsewhere
            .iter()
            .filter_map(|(place, answer)| Some((format!("{place} {}", answer.problem()?), answer)));
        whole.into_iter().chain(elsewhere).collect()
    }
}

/// Returns the descriptions of helpers, separated by commas.
pub(crate) fn descriptions(helpers: &[&Setting]) -> String {
    let texts: Vec<_> = helpers.iter().map(|it| it.description()).collect();
    texts.join(", ")
}

impl Question<'_> {
    /// Answers the question from git's settings in their order.
    pub(crate) fn answers<'s>(&self, settings: &'s [Setting]) -> Answers<'s> {
        let asked = Address::asked_for(self.url);
        let whole = self.answer(&asked, &active(settings, None));
        let mut answers = Answers {
            whole,
            elsewhere: Vec::new(),
        };
        if !answers.whole.is_first() {
            return answers;
        }
        let here = active(settings, None);
        for part in parts(&asked, &here) {
            let answer = self.answer(&part, &here);
            answers.add(format!("for {part}"), answer);
        }
        for (index, condition) in conditions(settings) {
            let there = active(settings, Some(index));
            let place = format!("where {condition} holds,");
            let answer = self.answer(&asked, &there);
            answers.add(place.clone(), answer);
            for part in parts(&asked, &there) {
                let answer = self.answer(&part, &there);
                answers.add(format!("{place} for {part}"), answer);
            }
        }
        answers
    }

    /// Returns what git does for an address.
    fn answer<'s>(&self, asked: &Address, settings: &[&'s Setting]) -> Answer<'s> {
        let Effect {
            helpers,
            cleared_by,
            path,
            asks_nobody,
        } = match Effect::of(settings, asked) {
            Ok(effect) => effect,
            Err(invalid) => return Answer::Invalid(invalid),
        };
        let position = helpers.iter().position(|it| it.runs_prusa_cred());
        let Some((before, [ours, then @ ..])) = position.map(|at| helpers.split_at(at)) else {
            return cleared_by.map_or(Answer::NotSetUp, Answer::ClearedBy);
        };
        let is_path_sent = path.is_some_and(Setting::is_true);
        if let Some(by) = asks_nobody {
            Answer::AsksNobody(by)
        } else if ours.is_not_found() {
            Answer::NotFound(ours)
        } else if !before.is_empty() {
            Answer::AsksOthersFirst(before.to_vec())
        } else if ours.helper() == Helper::Unusable {
            Answer::Unusable(ours)
        } else if ours.helper() != Helper::Snippet && !self.is_for_profile(ours.value()) {
            match profile_option_in(ours.value()) {
                Some(name) if !(self.is_profile)(name) => Answer::NoProfile(ours),
                _ => Answer::OtherProfile(ours),
            }
        } else if self.needs_path && !is_path_sent {
            Answer::SendsNoPath(path)
        } else {
            let then = then.to_vec();
            Answer::AsksFirst { ours, then }
        }
    }

    /// Returns whether the profile is the one that answers a command line of prusa-cred.
    fn is_for_profile(&self, value: &str) -> bool {
        profile_option_in(value).map_or(!self.must_name_profile, |name| name == self.profile)
    }
}

impl<'s> Answers<'s> {
    /// Adds an answer for a part of the address, if prusa-cred is not asked first there. One that another profile has
    /// is right as it is.
    fn add(&mut self, place: String, answer: Answer<'s>) {
        if answer.problem().is_some() && !matches!(answer, Answer::OtherProfile(_)) {
            self.elsewhere.push((place, answer));
        }
    }
}

/// What settings come to for one address.
struct Effect<'s> {
    /// The helpers that git asks, in its order.
    helpers: Vec<&'s Setting>,
    /// The last empty helper that turned prusa-cred off.
    cleared_by: Option<&'s Setting>,
    /// The setting that says whether the path is sent.
    path: Option<&'s Setting>,
    /// The setting because of which it asks no helper.
    asks_nobody: Option<&'s Setting>,
}

impl<'s> Effect<'s> {
    /// Returns what the settings come to; fails with a helper without a value, at which git fails.
    fn of(settings: &[&'s Setting], asked: &Address) -> Result<Self, &'s Setting> {
        let mut effect = Self {
            helpers: Vec::new(),
            cleared_by: None,
            path: None,
            asks_nobody: None,
        };
        for setting in settings.iter().filter(|it| it.address.matches(asked)) {
            match setting.kind {
                Kind::UseHttpPath => effect.path = Some(*setting),
                Kind::Helper if setting.has_no_value() => return Err(setting),
                Kind::Helper if setting.is_reset() => {
                    if effect.helpers.iter().any(|it| it.runs_prusa_cred()) {
                        effect.cleared_by = Some(*setting);
                    }
                    effect.helpers.clear();
                }
                Kind::Helper => effect.helpers.push(setting),
                Kind::ExtraHeader { .. } if setting.is_reset() => effect.asks_nobody = None,
                Kind::ExtraHeader { is_authorization } => {
                    effect.asks_nobody =
                        effect.asks_nobody.or(is_authorization.then_some(*setting));
                }
                Kind::InsteadOf => effect.asks_nobody = Some(*setting),
                Kind::InactiveInclude { .. } | Kind::Include => {}
            }
        }
        Ok(effect)
    }
}

/// Returns the settings that count in this repository; with the index of a conditional file, where that one counts too.
fn active(settings: &[Setting], included: Option<usize>) -> Vec<&Setting> {
    let mut active = Vec::new();
    for (index, setting) in settings.iter().enumerate() {
        match &setting.kind {
            Kind::InactiveInclude { settings, .. } if included == Some(index) => {
                active.extend(settings);
            }
            _ => active.push(setting),
        }
    }
    active
}

/// Returns the conditional files that say something, each by its index and its condition.
fn conditions(settings: &[Setting]) -> impl Iterator<Item = (usize, &str)> {
    let settings = settings.iter().enumerate();
    settings.filter_map(|(index, setting)| match &setting.kind {
        Kind::InactiveInclude {
            condition,
            settings,
        } if !settings.is_empty() => Some((index, condition.as_str())),
        _ => None,
    })
}

/// Returns the parts of an address for which there are settings of their own, each once.
fn parts(asked: &Address, settings: &[&Setting]) -> Vec<Address> {
    let mut parts: Vec<Address> = Vec::new();
    for part in settings.iter().filter_map(|it| it.address.part_of(asked)) {
        let text = part.to_string();
        if !parts.iter().any(|it| it.to_string() == text) {
            parts.push(part);
        }
    }
    parts
}

/// Returns the helpers that git asks for an address, or for any part of it or in any repository, in its order and each
/// once.
pub(crate) fn helpers_of<'s>(url: &str, settings: &'s [Setting]) -> Vec<&'s Setting> {
    let asked = Address::asked_for(url);
    let mut found: Vec<&Setting> = Vec::new();
    let files = std::iter::once(None).chain(conditions(settings).map(|(index, _)| Some(index)));
    for included in files {
        let active = active(settings, included);
        for part in std::iter::once(asked.clone()).chain(parts(&asked, &active)) {
            // git asks none where one is not valid: it fails.
            let helpers = Effect::of(&active, &part).map(|it| it.helpers);
            let is_new = |it: &&Setting| !found.iter().any(|found| std::ptr::eq(*found, *it));
            let new: Vec<_> = helpers
                .unwrap_or_default()
                .into_iter()
                .filter(is_new)
                .collect();
            found.extend(new);
        }
    }
    found
}
