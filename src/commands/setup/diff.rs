//! What changes between two texts, line by line, without what stays: other programs keep secrets in their files.

/// One line of a difference.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The number of the line in the old text that the next lines stand behind.
    After(usize),
    Removed(String),
    Added(String),
}

/// Beyond this many lines on either side, lines are compared as sets.
const MOST: usize = 2000;

/// Returns the lines that come and go.
pub(super) fn diff(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let before = old.iter().zip(&new).take_while(same).count();
    let most_behind = old.len().min(new.len()) - before;
    let behind = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most_behind)
        .take_while(same)
        .count();
    let old_middle = old.get(before..old.len() - behind).unwrap_or_default();
    let new_middle = new.get(before..new.len() - behind).unwrap_or_default();
    let steps = steps(old_middle, new_middle);

    let mut lines = Vec::new();
    let mut number = before;
    let mut is_inside = false;
    let mut steps = steps.into_iter().peekable();
    while let Some(step) = steps.next() {
        if step == Step::Keep {
            number += 1;
            is_inside = false;
            continue;
        }
        if !std::mem::replace(&mut is_inside, true) {
            lines.push(Line::After(number));
        }
        match (step, steps.peek()) {
            (Step::Remove(gone), Some(Step::Add(come))) => {
                number += 1;
                let come = *come;
                steps.next();
                changed(gone, come, &mut lines);
            }
            (Step::Remove(gone), _) => {
                number += 1;
                lines.push(Line::Removed(gone.to_owned()));
            }
            (Step::Add(come), _) => lines.push(Line::Added(come.to_owned())),
            (Step::Keep, _) => {}
        }
    }
    lines.retain(|line| !matches!(line, Line::Removed(text) if text.is_empty()));
    lines
}

/// Shows of a line that was changed only what is different, and nothing of one that got a comma at its end.
fn changed(gone: &str, come: &str, lines: &mut Vec<Line>) {
    if come.strip_suffix(',') == Some(gone) || gone.strip_suffix(',') == Some(come) {
        return;
    }
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = gone
        .chars()
        .zip(come.chars())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (gone_rest, come_rest) = (
        gone.get(before..).unwrap_or_default(),
        come.get(before..).unwrap_or_default(),
    );
    let behind: usize = gone_rest
        .chars()
        .rev()
        .zip(come_rest.chars().rev())
        .take_while(same)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let middle = |rest: &str| {
        let text = rest.get(..rest.len() - behind).unwrap_or_default();
        let begins = if before == 0 { "" } else { "…" };
        let ends = if behind == 0 { "" } else { "…" };
        (!text.is_empty()).then(|| format!("{begins}{text}{ends}"))
    };
    lines.extend(middle(gone_rest).map(Line::Removed));
    lines.extend(middle(come_rest).map(Line::Added));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'t> {
    Keep,
    Remove(&'t str),
    Add(&'t str),
}

/// Returns the fewest steps from one to the other.
fn steps<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Step<'t>> {
    if old.len() > MOST || new.len() > MOST {
        let gone = old.iter().filter(|line| !new.contains(line));
        let come = new.iter().filter(|line| !old.contains(line));
        let gone = gone.map(|line| Step::Remove(line));
        return gone.chain(come.map(|line| Step::Add(line))).collect();
    }
    let common = lengths(old, new);
    let at = |i: usize, j: usize| {
        common
            .get(i)
            .and_then(|row| row.get(j))
            .copied()
            .unwrap_or(0)
    };
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                steps.push(Step::Keep);
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), b) if b.is_none() || at(i + 1, j) >= at(i, j + 1) => {
                steps.push(Step::Remove(a));
                i += 1;
            }
            (_, Some(b)) => {
                steps.push(Step::Add(b));
                j += 1;
            }
            (_, None) => return steps,
        }
    }
}

/// Returns how many lines two texts have in common, from each line of either on.
fn lengths(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut rows = vec![vec![0; new.len() + 1]];
    for a in old.iter().rev() {
        let below = rows.last().map_or(&[][..], Vec::as_slice);
        let mut row = vec![0; new.len() + 1];
        for (j, b) in new.iter().enumerate().rev() {
            let get = |row: &[u32], at: usize| row.get(at).copied().unwrap_or(0);
            let length = if a == b {
                get(below, j + 1) + 1
            } else {
                get(below, j).max(get(&row, j + 1))
            };
            if let Some(cell) = row.get_mut(j) {
                *cell = length;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
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
    fn only_what_changes_is_shown() {
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
}
