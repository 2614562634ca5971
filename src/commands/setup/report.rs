//! What `setup` prints about a plan and its result: lines that are collected and printed at once, or with `--json` an
//! object that says the same.

use std::path::Path;

use anstyle::Style;
use anyhow::Result;
use serde_json::{Map, Value, json};

use super::diff::{Line, diff};
use crate::clients::edit::Entry;
use crate::clients::overruled::Overruling;
use crate::clients::path::display_path;
use crate::clients::program_link::{MissingLink, off_path_warning};
use crate::clients::setup_plan::{ManualChange, SetupPlan};
use crate::context::{Context, is_colourful};
use crate::escape::escape_line;
use crate::platform;
use crate::terminal::output::{print, print_for_people};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE};

/// The lines so far, and what they say as an object.
pub(super) struct Report {
    text: String,
    paint: Paint,
    is_json: bool,
    object: Map<String, Value>,
}

impl Report {
    /// Returns an empty report about what `setup` knows by this word, to be printed as JSON with `--json`.
    pub(super) fn new(context: &Context, word: &str) -> Self {
        Self {
            text: String::new(),
            paint: Paint::new(is_colourful()),
            is_json: context.global.json,
            object: Map::from_iter([
                ("client".to_owned(), word.into()),
                ("notes".to_owned(), json!([])),
                ("messages".to_owned(), json!([])),
            ]),
        }
    }

    /// Has the members of a change in the object, also where there is nothing to change.
    pub(super) fn of_change(&mut self) {
        for name in ["entries", "removed", "added", "links", "left_to_do"] {
            self.set(name, json!([]));
        }
        self.set("command", Value::Null);
    }

    /// Prints the lines to stdout, or the object.
    pub(super) fn print(self) -> Result<()> {
        if self.is_json {
            return print(format!("{}\n", Value::Object(self.object)));
        }
        print_for_people(&self.text)
    }

    /// Sets a member of the object, which has no line of its own.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.object.insert(name.to_owned(), value.into());
    }

    /// Adds an element to a list of the object.
    fn push(&mut self, name: &str, value: Value) {
        let list = self.object.entry(name).or_insert_with(|| json!([]));
        if let Some(list) = list.as_array_mut() {
            list.push(value);
        }
    }

    /// Adds a line that is an element of `messages` in the object.
    pub(super) fn line(&mut self, text: &str) {
        self.push("messages", text.into());
        self.text_line(text);
    }

    /// Adds a line that is not in the object as it stands.
    fn text_line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// Adds a line that begins with "Note: ", and is an element of `notes` in the object.
    fn note(&mut self, text: &str) {
        self.push("notes", text.into());
        self.text_line(&format!("Note: {}", escape_line(text)));
    }

    /// Adds a line in this style.
    fn styled_line(&mut self, style: Style, text: &str) {
        let text = self.paint.text(style, text);
        self.text_line(&text);
    }

    /// Adds the lines that a person has to add to a file.
    pub(super) fn manual_change(&mut self, plan: &SetupPlan, change: &ManualChange) {
        let title = format!("To be added to {} by hand", display_path(&plan.file));
        self.styled_line(TITLE, &title);
        self.set("to_add_by_hand", change.lines.as_str());
        for line in change.lines.lines() {
            self.styled_line(GOOD, &format!("  {line}"));
        }
        self.text_line("");
        self.note(&format!(
            "nothing is changed here, because {}.",
            change.reason
        ));
    }

    /// Adds what would be changed in the file: the difference, unless the client rewrites the whole file, and the
    /// client's own commands that make the change, if there are any.
    pub(super) fn file_change(&mut self, plan: &SetupPlan, old: &str, new: &str) {
        self.change_title(&display_path(&plan.file), old);
        let is_rewritten = plan.entries.iter().any(Entry::is_rewritten_by_its_client);
        if !is_rewritten {
            self.difference(old, new);
        }
        let commands = plan.client_commands(old);
        if !commands.is_empty() {
            self.styled_line(QUIET, "  by running");
        }
        for command in commands {
            self.styled_line(QUIET, &format!("    {}", escaped(&command)));
            self.push("commands", command.into());
        }
        self.text_line("");
    }

    /// Adds the heading of a change, which says whether there is an old text.
    fn change_title(&mut self, place: &str, old: &str) {
        let verb = if old.is_empty() { "written" } else { "changed" };
        self.styled_line(TITLE, &format!("{place} would be {verb}"));
    }

    /// Adds the lines that differ.
    fn difference(&mut self, old: &str, new: &str) {
        for line in diff(old, new) {
            self.diff_line(&line, old.is_empty());
        }
    }

    /// Adds what would be changed in a text at a place.
    pub(super) fn text_change(&mut self, place: &str, old: &str, new: &str) {
        self.change_title(place, old);
        self.difference(old, new);
        self.text_line("");
    }

    /// Adds the commands that would be run after the change.
    pub(super) fn commands(&mut self, commands: &[String]) {
        if commands.is_empty() {
            return;
        }
        self.styled_line(TITLE, "Then these commands would be run");
        for command in commands {
            self.styled_line(GOOD, &format!("  {}", escaped(command)));
            self.push("commands", command.as_str().into());
        }
        self.text_line("");
    }

    /// Adds one line of a difference, escaped for a terminal; positions are left out if the file is new.
    fn diff_line(&mut self, line: &Line, is_new: bool) {
        match line {
            Line::After(_) if is_new => {}
            Line::After(0) => self.styled_line(QUIET, "  at the beginning"),
            Line::After(number) => self.styled_line(QUIET, &format!("  after line {number}")),
            Line::Removed(text) => {
                self.push("removed", text.as_str().into());
                self.styled_line(BAD, &format!("  - {}", escaped(text)));
            }
            Line::Added(text) => {
                self.push("added", text.as_str().into());
                self.styled_line(GOOD, &format!("  + {}", escaped(text)));
            }
        }
    }

    /// Adds a link that would be created, and an empty line.
    pub(super) fn link(&mut self, link: &MissingLink) {
        self.styled_line(TITLE, "A link would be made");
        let (path, target) = (display_path(&link.path), display_path(&link.target));
        self.styled_line(GOOD, &format!("  + {path} -> {target}"));
        self.text_line("");
        let link = json!({ "path": path_value(&link.path), "target": path_value(&link.target) });
        self.push("links", link);
    }

    /// Adds a note for each profile whose entry is replaced.
    pub(super) fn replaced_profiles(&mut self, profiles: &[String]) {
        for profile in profiles {
            self.note(&format!("this replaces an entry of {profile}."));
        }
    }

    /// Adds a warning for each link whose directory is not on PATH, then the plan's notes and what a person has to do.
    pub(super) fn notes(&mut self, plan: &SetupPlan, links: &[MissingLink]) {
        for link in links.iter().filter(|link| link.is_off_path) {
            let note = off_path_warning(platform::directory_of(&link.path));
            self.note(&format!("{note}."));
        }
        self.overruled_by(plan);
        self.plain_notes(&plan.notes);
        self.left_out(plan);
        self.manual_steps(&plan.manual_steps);
    }

    /// Adds a note for each thing that the change is not about.
    fn left_out(&mut self, plan: &SetupPlan) {
        for note in &plan.left_out {
            self.note(&format!("{}.", escape_line(note)));
        }
    }

    /// Adds these sentences, which have no full stop.
    pub(super) fn plain_notes(&mut self, notes: &[String]) {
        for note in notes {
            self.note(&format!("{note}."));
        }
    }

    /// Adds a note for each setting that the client follows before what is in the file, with what to do about it.
    fn overruled_by(&mut self, plan: &SetupPlan) {
        for Overruling { what, mend } in &plan.overruled_by {
            let note = format!("{what} goes before this, and prusa-cred is not asked: {mend}");
            self.note(&format!("{note}."));
        }
    }

    /// Adds that nothing has to be changed for a client, by its name, and what it follows first nevertheless.
    pub(super) fn nothing_to_do(&mut self, plan: &SetupPlan, name: &str, hosts: &str) {
        self.line(&if !plan.overruled.is_empty() {
            let file = display_path(&plan.file);
            format!(
                "Nothing to change in {file}, but {name} does not ask prusa-cred first for all of {hosts}."
            )
        } else if plan.overruled_by.is_empty() {
            format!("Nothing to do: {name} asks prusa-cred for {hosts} already.")
        } else {
            format!("Nothing to change: {name} has the entries for {hosts} already.")
        });
        self.overruled_by(plan);
        self.overruled(&plan.overruled);
        self.left_out(plan);
        self.manual_steps(&plan.manual_steps);
    }

    /// Adds that nothing was done, and the command that does it.
    pub(super) fn what_to_do(&mut self, command: &str) {
        self.text_line(&format!("Nothing has been changed. To do it: {command}"));
        self.set("command", command);
    }

    /// Adds a note for each thing that keeps the client from asking prusa-cred first.
    pub(super) fn overruled(&mut self, problems: &[String]) {
        for problem in problems {
            self.note(problem);
        }
    }

    /// Adds a line for each step that only a person can take.
    pub(super) fn manual_steps(&mut self, steps: &[String]) {
        for step in steps {
            self.push("left_to_do", step.as_str().into());
            self.text_line(&format!("Left to do: {}", escape_line(step)));
        }
    }
}

/// Returns a path as JSON has it.
fn path_value(path: &Path) -> Value {
    path.display().to_string().into()
}

/// Returns a line of a file with its indentation, safe for a terminal.
fn escaped(text: &str) -> String {
    escape_line(&text.replace('\t', "    ")).into_owned()
}
