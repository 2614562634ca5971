//! `log`: what the audit log tells of the tokens and saved credentials that were handed out, oldest first.

use std::path::Path;

use anyhow::Result;

use crate::answer::audit::{Line, SAVED};
use crate::answer::choose::chosen_profile;
use crate::cli::{Log, Since};
use crate::commands::error::CommandError;
use crate::context::{Context, audit_path};
use crate::escape::excerpt;
use crate::store::read_audit;
use crate::terminal::output::print;
use crate::token::UnixTime;

/// What a table shows where nothing was told.
const NOTHING: &str = "-";

pub(super) fn run(context: &Context, options: &Log) -> Result<()> {
    let path = audit_path()?;
    let mut lines = Vec::new();
    let mut is_whole = true;
    for (path, log) in read_audit(&path, context.deadline).map_err(CommandError::Log)? {
        let read = read(&log);
        lines.extend(read.lines);
        is_whole &= read.damaged == 0;
        say_what_is_damaged(context, &path, read.damaged);
    }
    if lines.is_empty() && is_whole {
        say_why_there_is_nothing(context)?;
    }
    let since = match options.since {
        Some(Since::Ago(span)) => UnixTime::now().minus(span),
        Some(Since::At(at)) => at,
        None => UnixTime::from_secs(i64::MIN),
    };
    let profile = context.global.profile.as_deref();
    if let Some(name) = profile
        && name != SAVED
        && lines.iter().all(|(_, line)| line.profile != name)
    {
        // One that is no longer there may have left lines; of any other name there is nothing to tell.
        chosen_profile(context)?;
    }
    lines.retain(|(at, line)| *at >= since && profile.is_none_or(|name| name == line.profile));
    // A process that was stopped between its look at the clock and its line may be late.
    lines.sort_by_key(|(at, _)| *at);
    let skipped = options
        .lines
        .map_or(0, |most| lines.len().saturating_sub(most));
    let lines = lines.get(skipped..).unwrap_or_default();
    if context.global.json {
        let objects = lines.iter().map(|(_, line)| serde_json::to_string(line));
        let objects = objects.collect::<Result<Vec<_>, _>>()?;
        return print(
            objects
                .iter()
                .map(|it| format!("{it}\n"))
                .collect::<String>(),
        );
    }
    print(table(lines))
}

/// What could be read, and how many lines could not.
struct Read {
    lines: Vec<(UnixTime, Line)>,
    damaged: usize,
}

fn read(log: &[u8]) -> Read {
    let mut read = Read {
        lines: Vec::new(),
        damaged: 0,
    };
    for line in log.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        match parsed(line) {
            Some(line) => read.lines.push(line),
            None => read.damaged += 1,
        }
    }
    read
}

/// Reads a line; of one that follows on one that a full disk cut short, what is whole.
fn parsed(line: &[u8]) -> Option<(UnixTime, Line)> {
    let text = std::str::from_utf8(line).ok()?;
    // No value can hold this: its quotation marks would have backslashes before them.
    let begins_at = text.rfind("{\"at\":").unwrap_or(0);
    let line: Line = serde_json::from_str(text.get(begins_at..)?).ok()?;
    let at: jiff::Timestamp = line.at.parse().ok()?;
    Some((UnixTime::from_secs(at.as_second()), line))
}

fn say_what_is_damaged(context: &Context, path: &Path, damaged: usize) {
    if damaged > 0 {
        let (lines, are) = if damaged == 1 {
            ("line", "is")
        } else {
            ("lines", "are")
        };
        context.warn(&format!(
            "{damaged} {lines} of {} could not be read and {are} left out",
            path.display()
        ));
    }
}

fn say_why_there_is_nothing(context: &Context) -> Result<()> {
    context.profiles()?;
    context.say(if context.is_audited() {
        "nothing has been handed out since `audit = true` is set"
    } else {
        "nothing is logged: `audit = true` at the top of the configuration begins it"
    });
    Ok(())
}

fn table(lines: &[(UnixTime, Line)]) -> String {
    let rows: Vec<_> = lines.iter().map(|(at, line)| row(*at, line)).collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text += cells.join("  ").trim_end();
        text.push('\n');
    }
    text
}

/// Returns when, whose, to which protocol, for what, to whom.
fn row(at: UnixTime, line: &Line) -> [String; 5] {
    let of = match line.token.as_str() {
        "access" | crate::answer::audit::SAVED => excerpt(&line.profile),
        token => excerpt(&format!("{} ({token})", line.profile)),
    };
    let by = match &line.format {
        Some(format) => format!("{} {format}", line.protocol),
        None => line.protocol.clone(),
    };
    let program = line.parent.as_deref().map(|path| {
        let name = Path::new(path).file_name();
        name.map_or_else(|| path.into(), |name| name.to_string_lossy())
    });
    let to = match (program, line.parent_pid) {
        (Some(program), Some(pid)) => format!("{} [{pid}]", excerpt(&program)),
        (None, Some(pid)) => format!("[{pid}]"),
        (_, None) => NOTHING.to_owned(),
    };
    let host = line.host.as_deref().map(excerpt);
    let host = host.unwrap_or_else(|| NOTHING.to_owned());
    [at.to_string(), of, excerpt(&by), host, to]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"at":"2026-11-22T01:49:13Z","profile":"corp","protocol":"git","format":null,"host":"https://h","token":"access","pid":2,"parent_pid":1,"parent":"/usr/bin/git"}"#;

    #[test]
    fn damaged_lines_are_counted_and_what_is_whole_is_kept() {
        let cut = LINE.get(..60).expect("a part");
        let strange = LINE.replace("2026-11-22T01:49:13Z", "yesterday");
        let newer = LINE.replace("\"pid\"", "\"what\":[1],\"pid\"");
        let log = format!("{LINE}\n\n{cut}\n{cut}{LINE}\nxyz\n{strange}\n{newer}\n[]\n{cut}");
        let mut log = log.into_bytes();
        log.extend_from_slice(b"\n\xff\xfe\n");
        let read = read(&log);
        assert_eq!((read.lines.len(), read.damaged), (3, 6));
    }

    #[test]
    fn a_row_names_the_program_and_moves_no_cursor() {
        let (at, mut line) = parsed(LINE.as_bytes()).expect("a line");
        assert_eq!(row(at, &line)[1..], ["corp", "git", "https://h", "git [1]"]);
        line.parent = Some("/tmp/\u{1b}[2J\u{9b}x".to_owned());
        line.token = "refresh".to_owned();
        line.host = None;
        assert_eq!(
            row(at, &line)[1..],
            ["corp (refresh)", "git", "-", "[2Jx [1]"]
        );
        line.parent = None;
        assert_eq!(row(at, &line)[4], "[1]");
    }
}
