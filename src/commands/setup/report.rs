//! What `setup` prints for a person about a plan and its result: lines that are collected and printed at once.

use anstyle::Style;
use anyhow::Result;

use super::diff::{Line, diff};
use crate::clients::edit::Entry;
use crate::clients::overruled::Overruling;
use crate::clients::path::display_path;
use crate::clients::program_link::{MissingLink, off_path_warning};
use crate::clients::setup_plan::{ManualChange, SetupPlan};
use crate::context::is_colourful;
use crate::escape::escape_line;
use crate::platform;
use crate::terminal::output::print_for_people;
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE};

/// The lines so far.
pub(super) struct Report {
    text: String,
    paint: Paint,
}

impl Report {
    /// Returns an empty report.
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            paint: Paint::new(is_colourful()),
        }
    }

    /// Prints the lines to stdout.
    pub(super) fn print(&self) -> Result<()> {
        print_for_people(&self.text)
    }

    /// Adds a line.
    pub(super) fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    /// Adds a line in this style.
    fn styled_line(&mut self, style: Style, text: &str) {
        let text = self.paint.text(style, text);
        self.line(&text);
    }

    /// Adds the lines that a person has to add to a file.
    pub(super) fn manual_change(&mut self, plan: &SetupPlan, change: &ManualChange) {
        let title = format!("To be added to {} by hand", display_path(&plan.file));
        self.styled_line(TITLE, &title);
        for line in change.lines.lines() {
            self.styled_line(GOOD, &format!("  {line}"));
        }
        self.line("");
        self.line(&format!(
            "Note: nothing is changed here, because {}.",
            change.reason
        ));
    }

    /// Adds what would be changed in the file: the difference, unless the client rewrites the whole file, and the
    /// client's own commands that make the change, if there are any.
    pub(super) fn file_change(&mut self, plan: &SetupPlan, old: &str, new: &str) {
        let is_new = old.is_empty();
        let verb = if is_new { "written" } else { "changed" };
        let title = format!("{} would be {verb}", display_path(&plan.file));
        self.styled_line(TITLE, &title);
        let is_rewritten = plan.entries.iter().any(Entry::is_rewritten_by_its_client);
        if !is_rewritten {
            for line in diff(old, new) {
                self.diff_line(&line, is_new);
            }
        }
        let commands = plan.client_commands(old);
        if !commands.is_empty() {
            self.styled_line(QUIET, "  by running");
        }
        for command in commands {
            self.styled_line(QUIET, &format!("    {}", escaped(&command)));
        }
        self.line("");
    }

    /// Adds one line of a difference, escaped for a terminal; positions are left out if the file is new.
    fn diff_line(&mut self, line: &Line, is_new: bool) {
        match line {
            Line::After(_) if is_new => {}
            Line::After(0) => self.styled_line(QUIET, "  at the beginning"),
            Line::After(number) => self.styled_line(QUIET, &format!("  after line {number}")),
            Line::Removed(text) => {
                self.styled_line(BAD, &format!("  - {}", escaped(text)));
            }
            Line::Added(text) => {
                self.styled_line(GOOD, &format!("  + {}", escaped(text)));
            }
        }
    }

    /// Adds a link that would be created, and an empty line.
    pub(super) fn link(&mut self, link: &MissingLink) {
        self.styled_line(TITLE, "A link would be made");
        let (path, target) = (display_path(&link.path), display_path(&link.target));
        self.styled_line(GOOD, &format!("  + {path} -> {target}"));
        self.line("");
    }

    /// Adds a note for each profile whose entry is replaced.
    pub(super) fn replaced_profiles(&mut self, profiles: &[String]) {
        for profile in profiles {
            self.line(&format!("Note: this replaces an entry of {profile}."));
        }
    }

    /// Adds a warning for each link whose directory is not on PATH, then the plan's notes and what a person has to do.
    pub(super) fn notes(&mut self, plan: &SetupPlan, links: &[MissingLink]) {
        for link in links.iter().filter(|link| link.is_off_path) {
            let note = off_path_warning(platform::directory_of(&link.path));
            self.line(&format!("Note: {note}."));
        }
        self.overruled_by(plan);
        for note in &plan.notes {
            self.line(&format!("Note: {note}."));
        }
        self.left_out(plan);
        self.manual_steps(&plan.manual_steps);
    }

    /// Adds a note for each thing that the change is not about.
    fn left_out(&mut self, plan: &SetupPlan) {
        for note in &plan.left_out {
            self.line(&format!("Note: {}.", escape_line(note)));
        }
    }

    /// Adds a note for each setting that the client follows before what is in the file, with what to do about it.
    fn overruled_by(&mut self, plan: &SetupPlan) {
        for Overruling { what, mend } in &plan.overruled_by {
            let note = format!("{what} goes before this, and prusa-cred is not asked: {mend}");
            self.line(&format!("Note: {}.", escape_line(&note)));
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

    /// Adds a note for each thing that keeps the client from asking prusa-cred first.
    pub(super) fn overruled(&mut self, problems: &[String]) {
        for problem in problems {
            self.line(&format!("Note: {}", escape_line(problem)));
        }
    }

    /// Adds a line for each step that only a person can take.
    pub(super) fn manual_steps(&mut self, steps: &[String]) {
        for step in steps {
            self.line(&format!("Left to do: {}", escape_line(step)));
        }
    }
}

/// Returns a line of a file with its indentation, safe for a terminal.
fn escaped(text: &str) -> String {
    escape_line(&text.replace('\t', "    ")).into_owned()
}
