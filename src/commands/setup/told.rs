//! What a person reads of a plan and of what became of it: lines for a terminal, gathered and printed at once.

use std::path::PathBuf;

use anstyle::Style;
use anyhow::Result;

use super::diff::{Line, diff};
use super::paint::{ADDED, Paint, QUIET, REMOVED, TITLE};
use crate::clients::edit::Entry;
use crate::clients::path::shown;
use crate::clients::program_link;
use crate::clients::setup_plan::{ByHand, SetupPlan};
use crate::platform;
use crate::terminal::output::print;

/// Where a link goes, what it leads to, and whether its directory is off the search path.
pub(super) struct Missing {
    pub(super) at: PathBuf,
    pub(super) target: PathBuf,
    pub(super) is_off_path: bool,
}

/// The lines so far.
pub(super) struct Told {
    text: String,
    paint: Paint,
}

impl Told {
    pub(super) fn new() -> Self {
        Self {
            text: String::new(),
            paint: Paint::for_stdout(),
        }
    }

    pub(super) fn print(&self) -> Result<()> {
        print(self.text.as_str())
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text += text;
        self.text.push('\n');
    }

    fn painted(&mut self, style: Style, text: &str) {
        let text = self.paint.text(style, text);
        self.line(&text);
    }

    /// Tells what a person has to add to a file.
    pub(super) fn by_hand(&mut self, plan: &SetupPlan, by_hand: &ByHand) {
        let title = format!("To be added to {} by hand", shown(&plan.file));
        self.painted(TITLE, &title);
        for line in by_hand.lines.lines() {
            self.painted(ADDED, &format!("  {line}"));
        }
        self.line("");
        self.line(&format!(
            "Note: nothing is changed here, as {}.",
            by_hand.why
        ));
    }

    /// Tells what would be changed in the file.
    pub(super) fn change(&mut self, plan: &SetupPlan, old: &str, new: &str) {
        let is_new = old.is_empty();
        let verb = if is_new { "written" } else { "changed" };
        let title = format!("{} would be {verb}", shown(&plan.file));
        self.painted(TITLE, &title);
        let is_rewritten = plan.entries.iter().any(Entry::is_rewritten_by_its_client);
        if !is_rewritten {
            for line in diff(old, new) {
                self.difference(&line, is_new);
            }
        }
        let commands = plan.commands(old);
        if !commands.is_empty() {
            self.painted(QUIET, "  by way of");
        }
        for command in commands {
            self.painted(QUIET, &format!("    {}", plain(&command)));
        }
        self.line("");
    }

    fn difference(&mut self, line: &Line, is_new: bool) {
        match line {
            Line::After(_) if is_new => {}
            Line::After(0) => self.painted(QUIET, "  at the beginning"),
            Line::After(number) => self.painted(QUIET, &format!("  after line {number}")),
            Line::Removed(text) => self.painted(REMOVED, &format!("  - {}", plain(text))),
            Line::Added(text) => self.painted(ADDED, &format!("  + {}", plain(text))),
        }
    }

    /// Tells of a link that would be made.
    pub(super) fn link(&mut self, link: &Missing) {
        self.painted(TITLE, "A link would be made");
        let names = format!("  + {} -> {}", shown(&link.at), shown(&link.target));
        self.painted(ADDED, &names);
        self.line("");
    }

    /// Tells whose place is taken.
    pub(super) fn replaced(&mut self, whose: &[String]) {
        for whose in whose {
            self.line(&format!("Note: this takes the place of {whose}."));
        }
    }

    /// Tells what else there is to know.
    pub(super) fn notes(&mut self, plan: &SetupPlan, links: &[Missing]) {
        for link in links.iter().filter(|link| link.is_off_path) {
            let note = program_link::how_to_add(platform::directory_of(&link.at));
            self.line(&format!("Note: {note}."));
        }
        for note in &plan.notes {
            self.line(&format!("Note: {note}."));
        }
        self.left_to_do(&plan.left_to_do);
    }

    /// Tells what only a person can do.
    pub(super) fn left_to_do(&mut self, what: &[String]) {
        for what in what {
            self.line(&format!("Left to do: {what}"));
        }
    }
}

/// Returns a line with its indentation, on which nothing moves the cursor.
fn plain(text: &str) -> String {
    let text = text.replace('\t', "    ");
    text.chars().filter(|it| !it.is_control()).collect()
}
