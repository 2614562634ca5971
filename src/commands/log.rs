//! `log`: the lines of the audit log about tokens and saved credentials that were handed out, oldest first.

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

/// Stands in the table for a value that is not recorded.
const NO_VALUE: &str = "-";

/// Prints the lines that `--since`, `--profile` and `--lines` (the newest) select, as a table or with `--json` as one
/// object each (`[]` if there are none). Lines that cannot be read are left out with a warning. Fails if the log cannot be read, or if the
/// profile of `--profile` neither exists nor has lines; `saved` selects the lines of saved credentials.
pub(super) fn run(context: &Context, options: &Log) -> Result<()> {
    let path = audit_path()?;
    let mut lines = Vec::new();
    let mut is_whole = true;
    for (path, log) in read_audit(&path, context.deadline).map_err(CommandError::AuditLog)? {
        let parsed = parse_log(&log);
        lines.extend(parsed.lines);
        is_whole &= parsed.damaged == 0;
        warn_of_damaged_lines(context, &path, parsed.damaged);
    }
    if lines.is_empty() && is_whole {
        explain_empty_log(context)?;
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
        // A removed profile may have lines; a name that has none must be that of an existing profile.
        chosen_profile(context)?;
    }
    lines.retain(|(at, line)| *at >= since && profile.is_none_or(|name| name == line.profile));
    // A process that was stopped between reading the clock and writing its line wrote it late.
    lines.sort_by_key(|(at, _)| *at);
    let skipped = options
        .lines
        .map_or(0, |most| lines.len().saturating_sub(most));
    let lines = lines.get(skipped..).unwrap_or_default();
    if context.global.json && lines.is_empty() {
        return print("[]\n");
    }
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

/// The lines of a log that could be read, and the number of those that could not.
struct ParsedLog {
    lines: Vec<(UnixTime, Line)>,
    damaged: usize,
}

/// Reads the lines of a log file in their order, skips empty ones, and counts those that cannot be read.
fn parse_log(log: &[u8]) -> ParsedLog {
    let mut parsed = ParsedLog {
        lines: Vec::new(),
        damaged: 0,
    };
    for line in log.split(|byte| *byte == b'\n') {
        if line.is_empty() {
            continue;
        }
        match parse_line(line) {
            Some(line) => parsed.lines.push(line),
            None => parsed.damaged += 1,
        }
    }
    parsed
}

/// Returns a line with its time, or `None` if it cannot be read. If the line before it was cut short, both stand in one
/// line, and the last of them is read.
fn parse_line(line: &[u8]) -> Option<(UnixTime, Line)> {
    let text = std::str::from_utf8(line).ok()?;
    // This text can stand in no value: the quotation marks would be escaped there.
    let begins_at = text.rfind("{\"at\":").unwrap_or(0);
    let line: Line = serde_json::from_str(text.get(begins_at..)?).ok()?;
    let at: jiff::Timestamp = line.at.parse().ok()?;
    Some((UnixTime::from_secs(at.as_second()), line))
}

/// Warns that lines of this file are left out, and how many; says nothing if `damaged` is 0.
fn warn_of_damaged_lines(context: &Context, path: &Path, damaged: usize) {
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

/// Says why there is nothing to show: the log is off, or nothing has been handed out since. Fails if the configuration
/// cannot be read.
fn explain_empty_log(context: &Context) -> Result<()> {
    context.profiles()?;
    context.say(if context.is_audited() {
        "nothing has been handed out since `audit = true` was set"
    } else {
        "nothing is logged: to log, set `audit = true` at the top of the configuration"
    });
    Ok(())
}

/// Returns the lines as a table with aligned columns and no heading; an empty text for no lines.
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

/// Returns the columns, safe for a terminal: time, profile (with the kind of token unless that is access or saved),
/// protocol and format, host, calling program and its process id. `-` stands for a host or a caller that is not
/// recorded.
fn row(at: UnixTime, line: &Line) -> [String; 5] {
    let profile = match line.token.as_str() {
        "access" | crate::answer::audit::SAVED => excerpt(&line.profile),
        token => excerpt(&format!("{} ({token})", line.profile)),
    };
    let protocol = match &line.format {
        Some(format) => format!("{} {format}", line.protocol),
        None => line.protocol.clone(),
    };
    let program = line.parent.as_deref().map(|path| {
        let name = Path::new(path).file_name();
        name.map_or_else(|| path.into(), |name| name.to_string_lossy())
    });
    let caller = match (program, line.parent_pid) {
        (Some(program), Some(pid)) => format!("{} [{pid}]", excerpt(&program)),
        (None, Some(pid)) => format!("[{pid}]"),
        (_, None) => NO_VALUE.to_owned(),
    };
    let host = line.host.as_deref().map(excerpt);
    let host = host.unwrap_or_else(|| NO_VALUE.to_owned());
    [at.to_string(), profile, excerpt(&protocol), host, caller]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"at":"2026-11-22T01:49:13Z","profile":"corp","protocol":"git","format":null,"host":"https://h","token":"access","pid":2,"parent_pid":1,"parent":"/usr/bin/git"}"#;

    #[test]
    fn damaged_lines_are_counted_and_whole_lines_are_kept() {
        let cut = LINE.get(..60).expect("a part");
        let strange = LINE.replace("2026-11-22T01:49:13Z", "yesterday");
        let newer = LINE.replace("\"pid\"", "\"what\":[1],\"pid\"");
        let log = format!("{LINE}\n\n{cut}\n{cut}{LINE}\nxyz\n{strange}\n{newer}\n[]\n{cut}");
        let mut log = log.into_bytes();
        log.extend_from_slice(b"\n\xff\xfe\n");
        let parsed = parse_log(&log);
        assert_eq!((parsed.lines.len(), parsed.damaged), (3, 6));
    }

    #[test]
    fn a_row_names_the_program_without_control_characters() {
        let (at, mut line) = parse_line(LINE.as_bytes()).expect("a line");
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
