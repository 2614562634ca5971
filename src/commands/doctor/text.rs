//! The report for a person: a heading, then a line for each check, with the command that fixes it below.

use super::check::{Check, Section, State};
use crate::terminal::paint::{BAD, GOOD, Paint, QUIET, TITLE, WARNING};

/// How the report is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) paint: Paint,
    /// Shows warnings and broken checks only.
    pub(super) is_short: bool,
    /// Shows skipped checks too.
    pub(super) is_long: bool,
}

/// Returns the report: the sections that have checks to show, then a line that counts all checks by state.
pub(super) fn report(sections: &[Section], style: Style) -> String {
    let mut text = String::new();
    for section in sections {
        let shown: Vec<_> = section
            .checks
            .iter()
            .filter(|check| style.shows(check))
            .collect();
        if shown.is_empty() {
            continue;
        }
        text += &format!("{}\n", style.paint.text(TITLE, &section.title));
        let width = |check: &&&Check| section.label(check).chars().count();
        let width = shown.iter().map(|check| width(&check)).max().unwrap_or(0);
        for check in shown {
            text += &style.line(check, &section.label(check), width);
        }
        text.push('\n');
    }
    text + &summary(sections, style)
}

impl Style {
    /// Returns whether the report has a line for this check.
    fn shows(self, check: &Check) -> bool {
        match check.state {
            State::Ok => !self.is_short,
            State::Skipped => self.is_long,
            State::Warning | State::Broken => true,
        }
    }

    /// Returns the line of a check, and a second one with its fix if it has one; the label is padded to `width`
    /// characters.
    fn line(self, check: &Check, label: &str, width: usize) -> String {
        let state = check.state;
        let word = self
            .paint
            .text(colour(state), &format!("{:7}", state.word()));
        let mut text = format!("  {word}  {label:width$}  {}\n", check.message);
        if let Some(fix) = &check.fix {
            let indent = " ".repeat(2 + 7 + 2 + width + 2);
            text += &format!("{indent}{} {fix}\n", self.paint.text(QUIET, "fix:"));
        }
        text
    }
}

/// Returns the style of a state's name.
fn colour(state: State) -> anstyle::Style {
    match state {
        State::Ok => GOOD,
        State::Warning => WARNING,
        State::Broken => BAD,
        State::Skipped => QUIET,
    }
}

/// Returns the last line: how many checks of all sections are broken, warnings, ok and, if any, skipped, those that are
/// not shown too.
fn summary(sections: &[Section], style: Style) -> String {
    let count = |state| {
        let checks = sections.iter().flat_map(|section| &section.checks);
        checks.filter(|check| check.state == state).count()
    };
    let (broken, warnings) = (count(State::Broken), count(State::Warning));
    let plural = if warnings == 1 { "" } else { "s" };
    let broken = match broken {
        0 => style.paint.text(GOOD, "nothing is broken"),
        some => style.paint.text(BAD, &format!("{some} broken")),
    };
    let skipped = match count(State::Skipped) {
        0 => String::new(),
        some if style.is_long => format!(", {some} skipped"),
        some => format!(", {some} skipped (-v shows them)"),
    };
    format!(
        "{broken}, {warnings} warning{plural}, {} ok{skipped}\n",
        count(State::Ok)
    )
}
