//! What is to be done for a client, as data: the entries of one file, the links that the client runs, and what a person
//! should know.

use std::path::PathBuf;

use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_target::{Host, SetupTarget};
use crate::byte_order_mark::is_utf16;
use crate::clients::edit::{Entry, EntryState, describe_profile, profile_option_in};
use crate::clients::overruled::{Overruling, Precedence};
use crate::clients::programs::PROGRAM_NAME;
use crate::store::read_foreign;

/// A change that only a person can make.
pub(crate) struct ManualChange {
    /// The lines to add to the file.
    pub(crate) lines: String,
    /// Why prusa-cred does not add them itself: the end of a sentence after "because".
    pub(crate) reason: &'static str,
}

/// The profile that a plan is for.
pub(crate) struct PlannedProfile {
    pub(crate) name: String,
    /// Whether the client has to name it, as another profile answers without a name.
    pub(crate) must_be_named: bool,
}

/// What makes one client ask prusa-cred.
pub(crate) struct SetupPlan {
    /// The client's configuration file.
    pub(crate) file: PathBuf,
    /// The entries that this file is to have.
    pub(crate) entries: Vec<Entry>,
    /// The names by which the client runs prusa-cred.
    pub(crate) links: Vec<ProgramLink>,
    /// What else a person should know about the change, each a sentence without its full stop.
    pub(crate) notes: Vec<String>,
    /// What this change is not about, and what does not work either, each a sentence without its full stop.
    pub(crate) left_out: Vec<String>,
    /// What a person has to do after the change, each a command line with its purpose.
    pub(crate) manual_steps: Vec<String>,
    /// What a person has to do after the entries were removed, in the same form.
    pub(crate) manual_steps_after_undo: Vec<String>,
    /// What a person has to add to the file, where prusa-cred cannot.
    pub(crate) manual_change: Option<ManualChange>,
    /// What the client asks before prusa-cred, even with the entries in place.
    pub(crate) asked_before: Vec<String>,
    /// What the client follows before the entries of the file, and that does not lead to prusa-cred.
    pub(crate) overruled_by: Vec<Overruling>,
    /// The place because of which the client asks prusa-cred, whatever its file says.
    pub(crate) asks_through: Option<String>,
    /// What the client cannot read any more once the entries are there.
    pub(crate) conflict: Option<Overruling>,
    /// What keeps git, which is asked itself, from asking prusa-cred first even with the entries in place, each with
    /// the command that mends it.
    pub(crate) overruled: Vec<String>,
    /// Whether the client already asks prusa-cred because of an entry of another kind than those here.
    pub(crate) is_already_asked: bool,
    /// Whether nothing in the client's configuration uses the entries: kubectl's contexts have to name their user.
    pub(crate) has_no_use: bool,
    /// The lock file that the client itself holds while it changes the file.
    pub(crate) client_lock: Option<PathBuf>,
    /// The profile that is to answer; `None` until `plan_for` has set it.
    pub(crate) profile: Option<PlannedProfile>,
}

/// A file's text without the entries of setup.
#[derive(Default)]
pub(crate) struct WithoutEntries {
    pub(crate) text: String,
    /// The names of the entries that are not in it.
    pub(crate) gone: Vec<String>,
    /// The texts of those that name prusa-cred and differ from what setup writes.
    pub(crate) modified: Vec<String>,
    /// The names of those that setup would have written so, but did not.
    pub(crate) not_made: Vec<String>,
}

impl SetupPlan {
    /// Returns a plan with these entries of a file, and nothing else.
    pub(crate) fn new(file: PathBuf, entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            file,
            entries: entries.into_iter().collect(),
            links: Vec::new(),
            notes: Vec::new(),
            left_out: Vec::new(),
            manual_steps: Vec::new(),
            manual_steps_after_undo: Vec::new(),
            manual_change: None,
            asked_before: Vec::new(),
            overruled_by: Vec::new(),
            asks_through: None,
            conflict: None,
            overruled: Vec::new(),
            is_already_asked: false,
            has_no_use: false,
            client_lock: None,
            profile: None,
        }
    }

    /// Takes over what the client follows apart from the entries.
    pub(crate) fn with_precedence(mut self, found: Precedence) -> Self {
        self.overruled_by.extend(found.overruled_by);
        self.asks_through = found.asks_through;
        self.conflict = found.conflict;
        self
    }

    /// Adds a sentence to the notes that are shown to a person.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds a note for each entry that is for a part of a host, for a client that asks for whole hosts only.
    pub(crate) fn note_parts(&mut self, client: &str, parts: &[&Host]) {
        for part in parts {
            let name = part.name();
            self.note(format!(
                "{client} asks for whole hosts only, so it gets nothing for {name}"
            ));
        }
    }

    /// Adds a note about a client that cannot name a profile, and an item to `asked_before`, if another profile answers
    /// without a name; otherwise changes nothing.
    pub(crate) fn warn_if_profile_cannot_be_named(
        &mut self,
        target: &SetupTarget<'_>,
        client: &str,
    ) {
        if let Some(warning) = target.unnamed_profile_warning(client) {
            self.note(warning);
            self.asked_before.push(describe_profile(""));
        }
    }

    /// Reads the file; `None` where there is none.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not UTF-8.
    pub(crate) fn read_file(&self) -> Result<Option<String>, SetupError> {
        read_foreign(&self.file)?
            .map(|bytes| self.decode(bytes))
            .transpose()
    }

    /// Returns the file's bytes as text; fails if they are not UTF-8. UTF-16 is refused too: no client reads it.
    pub(crate) fn decode(&self, bytes: Vec<u8>) -> Result<String, SetupError> {
        if is_utf16(&bytes) {
            return Err(
                self.not_editable("it is not UTF-8 but UTF-16: save it as UTF-8".to_owned())
            );
        }
        String::from_utf8(bytes).map_err(|_| self.not_editable("it is not UTF-8".to_owned()))
    }

    /// Returns the error for a file that cannot be edited.
    pub(crate) fn not_editable(&self, reason: String) -> SetupError {
        SetupError::NotEditable {
            path: self.file.clone(),
            reason,
        }
    }

    /// Returns what the text holds in the position of each entry, in the order of the entries. One that makes the
    /// client ask prusa-cred for another profile than the plan's is `OtherProfile`.
    ///
    /// # Errors
    ///
    /// When the text is not in the client's language, or has an entry in a form that is not edited.
    pub(crate) fn entry_states(&self, text: &str) -> Result<Vec<EntryState>, SetupError> {
        let states = self.entries.iter().map(|entry| match entry.state(text)? {
            EntryState::Modified(current) => {
                // Some entries are described by their name.
                let command = entry.command(text).map(|words| words.join(" "));
                let command = command.unwrap_or_else(|| current.clone());
                Ok(if self.is_for_other_profile(&command) {
                    EntryState::OtherProfile(command)
                } else {
                    EntryState::Modified(current)
                })
            }
            state => Ok(state),
        });
        states
            .collect::<Result<_, _>>()
            .map_err(|reason| self.not_editable(reason))
    }

    /// Returns whether a command line that runs prusa-cred is answered by another profile: one without `--profile` is
    /// if the plan's profile has to be named. `false` if the plan has no profile.
    fn is_for_other_profile(&self, current: &str) -> bool {
        let Some(profile) = &self.profile else {
            return false;
        };
        match profile_option_in(current) {
            Some(name) => name != profile.name,
            None => profile.must_be_named && current.contains(PROGRAM_NAME),
        }
    }

    /// Returns the profiles whose entries the plan replaces, each once and described for a sentence. Fails if the text
    /// is not in the client's language.
    pub(crate) fn replaced_profiles(&self, text: &str) -> Result<Vec<String>, SetupError> {
        let mut replaced = Vec::new();
        for state in self.entry_states(text)? {
            if let EntryState::OtherProfile(current) = state
                && !replaced.contains(&describe_profile(&current))
            {
                replaced.push(describe_profile(&current));
            }
        }
        Ok(replaced)
    }

    /// Returns the text with every entry. One of prusa-cred that differs is replaced; one that is already there, or has
    /// the same effect, stays as it is.
    ///
    /// # Errors
    ///
    /// When another program's entry is in the way, or one that other profiles need, or the text cannot be edited.
    pub(crate) fn with_entries(&self, text: &str) -> Result<String, SetupError> {
        let mut new = text.to_owned();
        for (entry, state) in self.entries.iter().zip(self.entry_states(text)?) {
            match state {
                EntryState::AsWritten | EntryState::Equivalent => {
                    if entry.is_in_wrong_place(&new) {
                        new = entry
                            .insert_into(&new)
                            .map_err(|reason| self.not_editable(reason))?;
                    }
                }
                EntryState::OtherProfile(current) if entry.is_only_one_per_file() => {
                    return Err(SetupError::OtherProfile {
                        path: self.file.clone(),
                        profile: describe_profile(&current),
                    });
                }
                EntryState::Absent | EntryState::Modified(_) | EntryState::OtherProfile(_) => {
                    new = entry
                        .insert_into(&new)
                        .map_err(|reason| self.not_editable(reason))?;
                }
                EntryState::OtherProgram(entry) => {
                    return Err(SetupError::OtherProgram {
                        path: self.file.clone(),
                        entry,
                    });
                }
            }
        }
        Ok(new)
    }

    /// Returns the text without those entries that are as setup writes them and of which `is_made` says that setup
    /// wrote them, and what stays. Entries of other programs, and those with the same effect that setup has not
    /// written, stay and are not told. Fails if the text cannot be edited.
    pub(crate) fn without_entries(
        &self,
        text: &str,
        is_made: impl Fn(&Entry) -> bool,
    ) -> Result<WithoutEntries, SetupError> {
        let mut rest = WithoutEntries {
            text: text.to_owned(),
            ..WithoutEntries::default()
        };
        for entry in &self.entries {
            let state = entry.state(&rest.text);
            match state.map_err(|reason| self.not_editable(reason))? {
                EntryState::AsWritten if is_made(entry) => {
                    rest.text = entry
                        .remove_from(&rest.text)
                        .map_err(|reason| self.not_editable(reason))?;
                    rest.gone.push(entry.name());
                }
                EntryState::AsWritten => rest.not_made.push(entry.name()),
                EntryState::Modified(current) | EntryState::OtherProfile(current) => {
                    rest.modified.push(current);
                }
                EntryState::Absent => rest.gone.push(entry.name()),
                EntryState::Equivalent | EntryState::OtherProgram(_) => {}
            }
        }
        Ok(rest)
    }

    /// Returns the entries that setup will add to this text or replace in it. Fails if the text is not in the client's
    /// language.
    pub(crate) fn entries_to_make(&self, text: &str) -> Result<Vec<&Entry>, SetupError> {
        let states = self.entry_states(text)?.into_iter().zip(&self.entries);
        let new = states
            .filter(|(state, _)| !matches!(state, EntryState::AsWritten | EntryState::Equivalent));
        Ok(new.map(|(_, entry)| entry).collect())
    }

    /// Returns the client's own command lines that make the change to this text, if the client has such commands; also
    /// for entries that are already there.
    pub(crate) fn client_commands(&self, text: &str) -> Vec<String> {
        let commands = self.entries.iter().map(|entry| entry.client_commands(text));
        commands.flatten().collect()
    }
}
