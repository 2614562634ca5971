//! Bazel ("Write bazelrc configuration files" in its manual): a line for a more specific command (`build`, `fetch`)
//! goes before one for `common`, in whatever file; of lines for one command that in the last file: the machine's, the
//! workspace's, the user's. Of two patterns the one that names the host goes before a wildcard.

use std::path::{Path, PathBuf};

use super::precedence::{Overruling, Precedence};
use super::sources::{directories_upwards, is_same_file, text_of};
use crate::clients::programs::is_prusa_cred;

const FLAG: &str = "--credential_helper";
/// The files that mark the directory of a workspace.
const MARKERS: [&str; 4] = ["MODULE.bazel", "REPO.bazel", "WORKSPACE.bazel", "WORKSPACE"];
/// How deep files may import each other.
const MAX_DEPTH: usize = 4;

/// A helper for one pattern, as a line has it.
struct Line {
    file: PathBuf,
    /// From 1.
    number: usize,
    command: String,
    pattern: String,
    helper: String,
}

/// Returns what Bazel follows, here, before the lines of `file` for `common` and these hosts, which have no port; `*.`
/// is a wildcard.
pub(crate) fn precedence(file: &Path, hosts: &[String]) -> Precedence {
    let mut found = Precedence::default();
    let lines: Vec<_> = files(file)
        .iter()
        .flat_map(|(file, workspace)| lines_of(file, workspace.as_deref(), MAX_DEPTH))
        .collect();
    for host in hosts {
        for line in lines.iter().filter(|line| is_for(host, &line.pattern)) {
            let is_general = matches!(line.command.as_str(), "common" | "always");
            let is_narrower = line.pattern != *host;
            // Of the lines for one command and one pattern the last counts.
            let is_last = !lines
                .iter()
                .skip_while(|it| !std::ptr::eq(*it, line))
                .skip(1)
                .any(|it| it.command == line.command && it.pattern == line.pattern);
            if (!is_general || is_narrower) && is_last && !is_prusa_cred(&line.helper) {
                let what = format!("`{} {FLAG}={}=…`", line.command, line.pattern);
                found.add(Overruling::in_line(&what, &line.file, line.number));
            }
        }
    }
    found
}

/// Returns whether a pattern is the host's own, or that of a host that its wildcard stands for.
fn is_for(host: &str, pattern: &str) -> bool {
    let is_below = |rest: &str| {
        pattern
            .strip_suffix(rest)
            .is_some_and(|it| it.ends_with('.'))
    };
    pattern == host || host.strip_prefix("*.").is_some_and(is_below)
}

/// Returns the files in Bazel's order, each with the workspace: the machine's, the workspace's, and the user's `file`.
fn files(file: &Path) -> Vec<(PathBuf, Option<PathBuf>)> {
    let is_workspace = |directory: &PathBuf| MARKERS.iter().any(|it| directory.join(it).is_file());
    let workspace = directories_upwards().into_iter().find(is_workspace);
    let of_workspace = workspace.as_ref().map(|it| it.join(".bazelrc"));
    let of_workspace = of_workspace.filter(|it| !is_same_file(it, file));
    let machine = Path::new("/etc/bazel.bazelrc").to_owned();
    let all = [machine].into_iter().chain(of_workspace);
    all.chain([file.to_owned()])
        .map(|file| (file, workspace.clone()))
        .collect()
}

/// Returns the helpers that a file and those that it imports name, in their order; lines that count only with
/// `--config=NAME` are left out.
fn lines_of(file: &Path, workspace: Option<&Path>, depth: usize) -> Vec<Line> {
    let mut found = Vec::new();
    for (number, line) in text_of(file).unwrap_or_default().lines().enumerate() {
        let words = line.split_whitespace();
        let words: Vec<_> = words.take_while(|word| !word.starts_with('#')).collect();
        let Some((command, rest)) = words.split_first() else {
            continue;
        };
        match (*command, rest) {
            ("import" | "try-import", [path]) if depth > 0 => {
                let root = workspace.unwrap_or(Path::new("")).to_string_lossy();
                let path = PathBuf::from(path.replace("%workspace%", &root));
                found.extend(lines_of(&path, workspace, depth - 1));
            }
            (command, _) if command.contains(':') => {}
            (command, rest) => found.extend(helpers_in(rest).map(|(pattern, helper)| Line {
                file: file.to_owned(),
                number: number + 1,
                command: command.to_owned(),
                pattern: pattern.to_owned(),
                helper: helper.to_owned(),
            })),
        }
    }
    found
}

/// Returns the patterns with their helpers that a line's words name: `--credential_helper=PATTERN=HELPER`, or in two
/// words.
fn helpers_in<'w>(words: &'w [&'w str]) -> impl Iterator<Item = (&'w str, &'w str)> {
    words.iter().enumerate().filter_map(|(at, word)| {
        let value = match word.strip_prefix(FLAG)? {
            "" => words.get(at + 1)?,
            rest => rest.strip_prefix('=')?,
        };
        value.trim_matches(['"', '\'']).split_once('=')
    })
}
