//! The difference between two texts, line by line, without the lines that stay: other programs keep secrets in their
//! files.

use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::{DiffOp, DiffTag};

/// One line of a difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The number of the line in the old text after which the next lines are.
    After(usize),
    Removed(String),
    Added(String),
}

/// Returns the lines that are removed and added, each group after its place. Of a changed line only the part that
/// differs is returned, of removed lines none that is empty; line ends do not count.
pub(super) fn diff(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let mut lines = Vec::new();
    for step in steps(&old, &new) {
        if step.tag() == DiffTag::Equal {
            continue;
        }
        lines.push(Line::After(step.old_range().start));
        let removed = old.get(step.old_range()).unwrap_or_default();
        let added = new.get(step.new_range()).unwrap_or_default();
        let (removed, pair, added) = match (removed, added) {
            ([removed @ .., last], [first, added @ ..]) => (removed, Some((last, first)), added),
            (removed, added) => (removed, None, added),
        };
        lines.extend(removed.iter().map(|&line| Line::Removed(line.to_owned())));
        if let Some((removed, added)) = pair {
            changed(removed, added, &mut lines);
        }
        lines.extend(added.iter().map(|&line| Line::Added(line.to_owned())));
    }
    lines.retain(|line| !matches!(line, Line::Removed(text) if text.is_empty()));
    lines
}

/// Returns the smallest difference: a heuristic could report a line that stays as removed and added.
fn steps(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut steps = Compact::new(Replace::new(Capture::new()), old, new);
    let (all_old, all_new) = (0..old.len(), 0..new.len());
    let Ok(()) = myers::diff_deadline_raw(&mut steps, old, all_old, new, all_new, None);
    steps.into_inner().into_inner().into_ops()
}

/// Adds only the different part of a changed line, with `…` for the rest, and nothing for one that has got or lost a
/// comma at its end.
fn changed(removed: &str, added: &str, lines: &mut Vec<Line>) {
    if added.strip_suffix(',') == Some(removed) || removed.strip_suffix(',') == Some(added) {
        return;
    }
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = removed
        .chars()
        .zip(added.chars())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (old_rest, new_rest) = (
        removed.get(before..).unwrap_or_default(),
        added.get(before..).unwrap_or_default(),
    );
    let after: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let middle = |rest: &str| {
        let text = rest.get(..rest.len() - after).unwrap_or_default();
        let begins = if before == 0 { "" } else { "…" };
        let ends = if after == 0 { "" } else { "…" };
        (!text.is_empty()).then(|| format!("{begins}{text}{ends}"))
    };
    lines.extend(middle(old_rest).map(Line::Removed));
    lines.extend(middle(new_rest).map(Line::Added));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<String> {
        let lines = diff(old, new).into_iter();
        lines
            .map(|line| match line {
                Line::After(number) => format!("@{number}"),
                Line::Removed(text) => format!("-{text}"),
                Line::Added(text) => format!("+{text}"),
            })
            .collect()
    }

    #[test]
    fn only_changed_lines_are_shown() {
        assert_eq!(shown("a\nb\n", "a\nx\nb\ny\n"), ["@1", "+x", "@2", "+y"]);
        assert_eq!(shown("a\nb\nc\n", "a\nc\n"), ["@1", "-b"]);
        assert_eq!(shown("", "x\n"), ["@0", "+x"]);
        assert!(shown("a\n", "a\n").is_empty());
    }

    #[test]
    fn a_neighbour_that_gets_a_comma_is_not_shown() {
        let old = "{\n  \"auth\": \"S3CRET\"\n}\n";
        let new = "{\n  \"auth\": \"S3CRET\",\n  \"x\": 1\n}\n";
        assert_eq!(shown(old, new), ["@1", "+  \"x\": 1"]);
        let old = "{\"auth\":\"S3CRET\"}";
        let new = "{\"auth\":\"S3CRET\", \"x\": 1}";
        assert_eq!(shown(old, new), ["@0", "+…, \"x\": 1…"]);
    }

    #[test]
    fn unchanged_lines_of_a_long_text_are_not_shown() {
        let lines = |number: usize| match number % 3 {
            0 => "{\n".to_owned(),
            1 => format!("  \"auth\": \"S3CRET {number}\"\n"),
            _ => "}\n".to_owned(),
        };
        let mut lines: Vec<_> = (0..3000).map(lines).collect();
        let old = lines.concat();
        lines.insert(2990, "late\n".to_owned());
        lines.insert(10, "early\n".to_owned());
        let wanted = ["@10", "+early", "@2990", "+late"];
        assert_eq!(shown(&old, &lines.concat()), wanted);
    }
}
