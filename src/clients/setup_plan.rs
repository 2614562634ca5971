//! What is to be done for a client, as data: entries of one file, names to be linked, and what a person should know.

use std::path::PathBuf;

use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_target::SetupTarget;
use crate::clients::edit::{Entry, Found, OURS, profile_in, whose};
use crate::store::read_of_others;

/// A change that is left to a person.
pub(crate) struct ByHand {
    /// What belongs into the file.
    pub(crate) lines: String,
    /// Why nothing here can put it there, for a sentence.
    pub(crate) why: &'static str,
}

/// What points one client here.
pub(crate) struct SetupPlan {
    pub(crate) file: PathBuf,
    pub(crate) entries: Vec<Entry>,
    pub(crate) links: Vec<ProgramLink>,
    /// What else there is to know about the change, each a sentence without its full stop.
    pub(crate) notes: Vec<String>,
    /// What is left for a person to do, each a command line with what for.
    pub(crate) left_to_do: Vec<String>,
    /// The same, once all has been taken back.
    pub(crate) left_to_undo: Vec<String>,
    /// What a person has to add to the file, where nothing here can.
    pub(crate) by_hand: Option<ByHand>,
    /// What the client asks before us, though our entry is there.
    pub(crate) shadows: Vec<String>,
    /// Whether the client comes here by an entry of another shape.
    pub(crate) is_reached_otherwise: bool,
    /// A file that the client itself keeps while it changes this one.
    pub(crate) own_lock: Option<PathBuf>,
    /// The profile that is to answer, and whether the client has to name it.
    pub(crate) profile: Option<(String, bool)>,
}

impl SetupPlan {
    pub(crate) fn new(file: PathBuf, entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            file,
            entries: entries.into_iter().collect(),
            links: Vec::new(),
            notes: Vec::new(),
            left_to_do: Vec::new(),
            left_to_undo: Vec::new(),
            by_hand: None,
            shadows: Vec::new(),
            is_reached_otherwise: false,
            own_lock: None,
            profile: None,
        }
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Notes what follows where a client cannot say which profile it means.
    pub(crate) fn cannot_name(&mut self, scope: &SetupTarget<'_>, client: &str) {
        if let Some(note) = scope.cannot_be_named(client) {
            self.note(note);
            self.shadows.push(whose(""));
        }
    }

    /// Reads the file; an empty text is a missing one.
    pub(crate) fn read(&self) -> Result<Option<String>, SetupError> {
        read_of_others(&self.file)?
            .map(|bytes| self.text(bytes))
            .transpose()
    }

    /// Returns a file's bytes as text.
    pub(crate) fn text(&self, bytes: Vec<u8>) -> Result<String, SetupError> {
        String::from_utf8(bytes).map_err(|_| self.unusable("it is not UTF-8".to_owned()))
    }

    pub(crate) fn unusable(&self, why: String) -> SetupError {
        SetupError::Unusable {
            path: self.file.clone(),
            why,
        }
    }

    /// Returns what stands in each entry's place.
    pub(crate) fn found(&self, text: &str) -> Result<Vec<Found>, SetupError> {
        let found = self.entries.iter().map(|entry| match entry.found(text)? {
            Found::Changed(said) if self.is_of_another(&said) => Ok(Found::Another(said)),
            found => Ok(found),
        });
        found
            .collect::<Result<_, _>>()
            .map_err(|why| self.unusable(why))
    }

    /// Returns whether a command line of ours is answered by another profile.
    fn is_of_another(&self, said: &str) -> bool {
        let Some((profile, is_named)) = &self.profile else {
            return false;
        };
        // Not every entry is told with its words.
        match profile_in(said) {
            Some(said) => said != profile,
            None => *is_named && said.contains(OURS),
        }
    }

    /// Returns who would no longer be asked.
    pub(crate) fn replaced(&self, text: &str) -> Result<Vec<String>, SetupError> {
        let mut replaced = Vec::new();
        for found in self.found(text)? {
            if let Found::Another(said) = found
                && !replaced.contains(&whose(&said))
            {
                replaced.push(whose(&said));
            }
        }
        Ok(replaced)
    }

    /// Returns the text with every entry that is not there yet.
    ///
    /// # Errors
    ///
    /// When another program's entry is in the way, or one that other profiles need.
    pub(crate) fn put(&self, text: &str) -> Result<String, SetupError> {
        let mut new = text.to_owned();
        for (entry, found) in self.entries.iter().zip(self.found(text)?) {
            match found {
                Found::Ours | Found::AsGood => {}
                Found::Another(said) if entry.is_for_all() => {
                    return Err(SetupError::OtherProfile {
                        path: self.file.clone(),
                        whose: whose(&said),
                    });
                }
                Found::Absent | Found::Changed(_) | Found::Another(_) => {
                    new = entry.put(&new).map_err(|why| self.unusable(why))?;
                }
                Found::Theirs(what) => {
                    return Err(SetupError::Theirs {
                        path: self.file.clone(),
                        what,
                    });
                }
            }
        }
        Ok(new)
    }

    /// Returns the text without the entries that are ours, and what was left as it says something else.
    pub(crate) fn take(&self, text: &str) -> Result<(String, Vec<String>), SetupError> {
        let mut new = text.to_owned();
        let mut left = Vec::new();
        for (entry, found) in self.entries.iter().zip(self.found(text)?) {
            match found {
                Found::Ours => new = entry.take(&new).map_err(|why| self.unusable(why))?,
                Found::Changed(what) | Found::Another(what) => left.push(what),
                Found::Absent | Found::AsGood | Found::Theirs(_) => {}
            }
        }
        Ok((new, left))
    }

    pub(crate) fn commands(&self, text: &str) -> Vec<String> {
        let commands = self.entries.iter().map(|entry| entry.commands(text));
        commands.flatten().collect()
    }
}
