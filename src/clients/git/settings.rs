//! What git's configuration says about credentials, as git itself reads it: in every scope, with the files that are
//! included, in the current directory.
//!
//! Files of `includeIf` whose condition does not hold here are read too: they count in other repositories. git says
//! which file a value is from; the line is counted here.
//!
//! Secret: the arguments of a helper and the addresses of `insteadOf`, where people have put passwords.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::address::Address;
use super::config_lines::ConfigLines;
use super::helper_program::{Helper, helper, program, runs_prusa_cred};
use crate::clients::path::display_path;
use crate::clients::programs;
use crate::context::home_dir;
use crate::deadline::Deadline;
use crate::platform;
use crate::program;
use crate::shell::{self, Output, ShellError};
use crate::store::read_foreign;

const KEYS: &str = r"^(credential\.(.*\.)?(helper|usehttppath)|include\.path|includeif\..*\.path|http\.(.*\.)?extraheader|url\..*\.insteadof)$";
/// The exit status of `git config` when there is no such key.
const NO_SUCH_KEY: i32 = 1;
/// The exit status of git when it does not know an option.
const USAGE: i32 = 129;

/// What a setting is about.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Helper,
    /// Whether git sends the path.
    UseHttpPath,
    /// A header that git sends with every request (`http.extraHeader`): with `Authorization` it asks no helper.
    ExtraHeader {
        is_authorization: bool,
    },
    /// Another address in the place of this one (`url.BASE.insteadOf`), for which git asks no helper: of another
    /// host or
    /// protocol, or with a password.
    InsteadOf,
    /// A file that counts only where a condition holds, which it does not here, with what it says.
    InactiveInclude {
        condition: String,
        settings: Vec<Setting>,
    },
    /// Another file whose settings follow, or that has none.
    Include,
}

/// One value, and where it is from.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) kind: Kind,
    /// The scope of the file: `system`, `global`, `local`, …; empty with a git before 2.26, which does not print it.
    scope: String,
    /// The file, as git prints it.
    pub(crate) file: String,
    /// The number of the line, from 1, where it is known.
    line: Option<usize>,
    pub(crate) key: String,
    /// The address in the key; one of every host if it has none.
    pub(crate) address: Address,
    /// `None` for a key without `=`, which git takes for `true`, and for an error where it is a helper.
    value: Option<String>,
}

/// Reads every value, in the order in which git applies them.
///
/// # Errors
///
/// When git cannot be run, fails, or is not done by the deadline.
pub(crate) fn read(git: &Path, deadline: Deadline) -> Result<Vec<Setting>, ShellError> {
    let mut run = config(git, &["--show-scope"], deadline)?;
    let mut fields = 3;
    if run.status.code() == Some(USAGE) {
        fields = 2;
        run = config(git, &[], deadline)?;
    }
    let mut settings = parsed(&run, fields)?;
    let top = top_directory(git, &settings, deadline);
    let mut active: Vec<_> = settings.iter().map(|it| it.file.clone()).collect();
    add_inactive_includes(git, &mut settings, &mut active, deadline);
    add_lines(&mut settings, top.as_deref());
    Ok(settings)
}

/// Returns a file in which git finds a helper that is the link, in this repository or in one for which another file is
/// included; `None` if there is none, or git fails.
pub(crate) fn file_that_names_link(git: &Path, deadline: Deadline) -> Option<PathBuf> {
    let settings = read(git, deadline).ok()?;
    let all = settings.iter().flat_map(Setting::with_included);
    let mut helpers = all.filter(|it| it.runs_prusa_cred() && it.runs_git_helper_link());
    helpers.next().map(|it| PathBuf::from(&it.file))
}

/// Runs `git config` for the keys. `GIT_CONFIG` would name a file for this command alone, so it is taken away.
fn config(git: &Path, options: &[&str], deadline: Deadline) -> Result<Output, ShellError> {
    let mut git = program::command(git);
    git.env_remove("GIT_CONFIG");
    git.args(["config", "-z", "--show-origin"]).args(options);
    shell::run("git config", git.args(["--get-regexp", KEYS]), deadline)
}

/// Returns the settings that git has printed with this many fields each; fails if git did.
fn parsed(run: &Output, fields: usize) -> Result<Vec<Setting>, ShellError> {
    let Output { stdout, status, .. } = run;
    if status.success() || status.code() == Some(NO_SUCH_KEY) {
        Ok(parse(&String::from_utf8_lossy(stdout), fields))
    } else {
        let (name, status) = ("git config", *status);
        Err(ShellError::Failed { name, status })
    }
}

/// Parses what git prints. Each value has this many fields: the scope (with three fields), the file, and the entry.
fn parse(text: &str, fields: usize) -> Vec<Setting> {
    let all: Vec<_> = text.split_terminator('\0').collect();
    let settings = all.chunks_exact(fields).filter_map(|fields| match fields {
        [scope, file, entry] => Some(Setting::from_fields(scope, file, entry)),
        [file, entry] => Some(Setting::from_fields("", file, entry)),
        _ => None,
    });
    settings.collect()
}

/// Returns the directory that the names of a repository's own files are relative to; `None` if there is no such name or
/// git does not tell.
fn top_directory(git: &Path, settings: &[Setting], deadline: Deadline) -> Option<PathBuf> {
    settings.iter().find(|it| it.is_of_repository())?;
    let mut command = program::command(git);
    command.args(["rev-parse", "--show-toplevel"]);
    let run = shell::run("git rev-parse", &mut command, deadline).ok()?;
    let text = std::str::from_utf8(&run.stdout).ok()?.trim_end();
    (run.status.success() && !text.is_empty()).then(|| text.into())
}

/// Reads the files of conditions that do not hold here, and of those in them, but for the files in `seen`, to which
/// they are added. One that cannot be read says nothing.
fn add_inactive_includes(
    git: &Path,
    settings: &mut [Setting],
    seen: &mut Vec<String>,
    deadline: Deadline,
) {
    for setting in settings {
        let Some((condition, file)) = setting.conditional_file() else {
            continue;
        };
        let name = file.to_string_lossy();
        if seen.iter().any(|it| *it == name) || !file.is_file() {
            continue;
        }
        seen.push(name.clone().into_owned());
        let options = ["--includes", "--file", &name];
        let run = config(git, &options, deadline);
        let included = run.and_then(|run| parsed(&run, 2)).unwrap_or_default();
        let scope = &setting.scope;
        let included = included.into_iter().map(|it| Setting {
            scope: scope.clone(),
            ..it
        });
        let mut included: Vec<_> = included.collect();
        add_inactive_includes(git, &mut included, seen, deadline);
        setting.kind = Kind::InactiveInclude {
            condition,
            settings: included,
        };
    }
}

/// Finds the line of each setting: the values of one key and file are in the order of its lines. `top` is the directory
/// of a repository's own files.
fn add_lines(settings: &mut [Setting], top: Option<&Path>) {
    let mut files: HashMap<String, Option<ConfigLines>> = HashMap::new();
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    add_lines_with(settings, top, &mut files, &mut seen);
}

fn add_lines_with(
    settings: &mut [Setting],
    top: Option<&Path>,
    files: &mut HashMap<String, Option<ConfigLines>>,
    seen: &mut HashMap<(String, String), usize>,
) {
    for setting in settings {
        if let Kind::InactiveInclude { settings, .. } = &mut setting.kind {
            add_lines_with(settings, top, files, seen);
        }
        let path = match top {
            Some(top) if setting.is_of_repository() => top.join(&setting.file),
            _ => PathBuf::from(&setting.file),
        };
        let lines = files.entry(setting.file.clone()).or_insert_with(|| {
            let bytes = read_foreign(&path).ok()??;
            ConfigLines::parse(&String::from_utf8_lossy(&bytes))
        });
        let index = seen
            .entry((setting.file.clone(), setting.key.clone()))
            .or_default();
        let places = lines.iter().flat_map(|lines| &lines.settings);
        let own: Vec<_> = places.filter(|it| it.key == setting.key).collect();
        // A file that is included twice is read twice.
        setting.line = own.get(*index % own.len().max(1)).map(|it| it.line);
        *index += 1;
        if path.is_absolute() && setting.is_of_repository() {
            setting.file = path.to_string_lossy().into_owned();
        }
    }
}

impl Setting {
    /// Returns the setting of one value that git prints; `entry` is the key and, on a second line, its value.
    fn from_fields(scope: &str, file: &str, entry: &str) -> Self {
        let (key, mut value) = match entry.split_once('\n') {
            Some((key, value)) => (key, Some(value.to_owned())),
            None => (entry, None),
        };
        let name = key.rsplit('.').next().unwrap_or_default();
        let (_, subsection) = key.split_once('.').unwrap_or_default();
        let subsection = subsection.strip_suffix(name).unwrap_or_default();
        let subsection = subsection.strip_suffix('.').unwrap_or_default();
        let (kind, address) = match name {
            "helper" => (Kind::Helper, subsection),
            "usehttppath" => (Kind::UseHttpPath, subsection),
            "extraheader" => {
                let header = value.take().unwrap_or_default();
                let header = header.split(':').next().unwrap_or_default().trim();
                let is_authorization = header.eq_ignore_ascii_case("authorization");
                value = Some(header.to_owned());
                (Kind::ExtraHeader { is_authorization }, subsection)
            }
            "insteadof" => match value.as_deref() {
                Some(replaced) if asks_no_helper(subsection, replaced) => {
                    (Kind::InsteadOf, replaced)
                }
                _ => (Kind::Include, ""),
            },
            _ => (Kind::Include, ""),
        };
        let address = Address::parse(address);
        Self {
            kind,
            scope: scope.to_owned(),
            file: file.strip_prefix("file:").unwrap_or(file).to_owned(),
            line: None,
            key: key.to_owned(),
            address,
            value,
        }
    }

    /// Returns a helper that `setup` would write for this URL.
    pub(crate) fn planned(url: &str, value: &str) -> Self {
        Self::from_fields("global", "", &format!("credential.{url}.helper\n{value}"))
    }

    /// Returns the `useHttpPath` that `setup` would write for this URL.
    pub(crate) fn planned_path(url: &str) -> Self {
        Self::from_fields("global", "", &format!("credential.{url}.usehttppath\ntrue"))
    }

    /// Returns the condition of an `includeIf` and its file; `None` for any other setting.
    fn conditional_file(&self) -> Option<(String, PathBuf)> {
        let condition = self.key.strip_prefix("includeif.")?.strip_suffix(".path")?;
        let value = self.value.as_deref()?;
        let file = match value.strip_prefix("~/") {
            Some(rest) => home_dir().ok()?.join(rest),
            None => platform::directory_of(Path::new(&self.file)).join(value),
        };
        Some((condition.to_owned(), file))
    }

    /// Returns whether it is in a file that belongs to one repository.
    pub(crate) fn is_of_repository(&self) -> bool {
        match self.scope.as_str() {
            "local" | "worktree" => true,
            // Of a git that prints no scope, only such a name is relative.
            "" => self.is_in_file() && Path::new(&self.file).is_relative() && !self.file.is_empty(),
            _ => false,
        }
    }

    /// Returns whether it is from a file, and neither from a variable nor an option of git.
    pub(crate) fn is_in_file(&self) -> bool {
        self.scope != "command" && !self.file.starts_with("command line")
    }

    /// Returns the value; empty for a key without one.
    pub(crate) fn value(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }

    /// Returns whether it is the empty value, with which git forgets the helpers before it.
    pub(crate) fn is_reset(&self) -> bool {
        self.value.as_deref() == Some("")
    }

    /// Returns whether it is a key without `=`, which git takes for an error where it is a helper.
    pub(crate) fn has_no_value(&self) -> bool {
        self.value.is_none()
    }

    /// Returns whether git takes the value for true.
    pub(crate) fn is_true(&self) -> bool {
        self.value.as_deref().is_none_or(|value| {
            let value = value.to_ascii_lowercase();
            matches!(value.as_str(), "true" | "yes" | "on")
                || value.parse::<i64>().is_ok_and(|number| number != 0)
        })
    }

    /// Returns whether git runs prusa-cred by the name `git-credential-prusa-cred`, which it makes from the value.
    pub(crate) fn runs_git_helper_link(&self) -> bool {
        self.program() == programs::PROGRAM_NAME
            && self.helper() == Helper::Prusa
            && !self.value().starts_with('!')
    }

    /// Returns the program's name, or the path to it, without its options.
    pub(crate) fn program(&self) -> &str {
        program(self.value())
    }

    /// Returns whether it is a helper that runs prusa-cred, in whatever directory.
    pub(crate) fn runs_prusa_cred(&self) -> bool {
        matches!(self.kind, Kind::Helper) && runs_prusa_cred(self.value())
    }

    /// Returns whom it makes git ask.
    pub(crate) fn helper(&self) -> Helper {
        helper(self.value())
    }

    /// Returns whether the program is an absolute path at which there is no file.
    pub(crate) fn is_not_found(&self) -> bool {
        let program = Path::new(self.program());
        program.is_absolute() && !program.exists()
    }

    /// Returns why git does not run prusa-cred for this helper, which names it; `None` if it does, or that is not
    /// known.
    pub(crate) fn program_problem(&self) -> Option<String> {
        match self.helper() {
            Helper::Prusa if self.runs_git_helper_link() => {
                programs::problem_of(programs::GIT_HELPER)
            }
            Helper::Prusa => programs::problem_of(self.program()),
            _ => None,
        }
    }

    /// Returns the file, with the number of the line behind a colon if it is known; for what no file says, who does.
    pub(crate) fn place(&self) -> String {
        if !self.is_in_file() {
            return "the environment or an option of git".to_owned();
        }
        let file = display_path(Path::new(&self.file));
        match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file,
        }
    }

    /// Returns the setting, and those of the files that it would include elsewhere.
    fn with_included(&self) -> Vec<&Self> {
        let included = match &self.kind {
            Kind::InactiveInclude { settings, .. } => settings.as_slice(),
            _ => &[],
        };
        let included = included.iter().flat_map(Self::with_included);
        std::iter::once(self).chain(included).collect()
    }

    /// Returns whether it is the same line of the same file, and says the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.file, &self.key, self.line, &self.value)
            == (&other.file, &other.key, other.line, &other.value)
    }

    /// Returns the program, but not its options, where people have put secrets, and the place.
    pub(crate) fn description(&self) -> String {
        format!("{} ({})", self.shown(), self.place())
    }

    /// Returns the program, but not its options; of a snippet that runs prusa-cred, that it does.
    pub(crate) fn shown(&self) -> &str {
        match self.helper() {
            Helper::Snippet => "prusa-cred, by a command of its own",
            _ => self.program(),
        }
    }
}

/// Shows where the setting is from, and nothing of what it says.
impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Setting").field(&self.place()).finish()
    }
}

/// Returns whether git asks no helper for what begins with `replaced`, a web address, as it goes to `base` in its
/// place:
/// that has a password, or another host or protocol.
fn asks_no_helper(base: &str, replaced: &str) -> bool {
    let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
    let host = |text: &str| {
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or_default();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        (user.contains(':'), host.to_ascii_lowercase())
    };
    let ((has_password, new), (_, old)) = (host(base), host(replaced));
    is_web(replaced) && (!is_web(base) || has_password || new != old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_s_program_is_shown_without_its_options() {
        for (value, program, is_prusa_cred) in [
            ("prusa-cred", "prusa-cred", true),
            ("prusa-cred --profile farm", "prusa-cred", true),
            ("!prusa-cred git", "prusa-cred", true),
            ("!\"/a b/prusa-cred\" git", "/a b/prusa-cred", true),
            (
                "/usr/bin/git-credential-prusa-cred",
                "/usr/bin/git-credential-prusa-cred",
                true,
            ),
            ("!f() { echo password=sekret; }; f", "f()", false),
            ("store", "store", false),
            ("", "", false),
        ] {
            let helper = Setting::planned("https://h.tld", value);
            assert_eq!(
                (helper.program(), helper.runs_prusa_cred()),
                (program, is_prusa_cred)
            );
        }
    }

    #[test]
    fn true_is_what_git_takes_for_it() {
        let setting = |entry: &str| Setting::from_fields("", "file:/c", entry);
        for (value, wanted) in [
            ("\ntrue", true),
            ("\nYes", true),
            ("\non", true),
            ("\n1", true),
            ("", true),
            ("\n", false),
            ("\nfalse", false),
            ("\n0", false),
        ] {
            let setting = setting(&format!("credential.https://h.tld.usehttppath{value}"));
            assert_eq!(setting.is_true(), wanted, "{value:?}");
            assert!(matches!(setting.kind, Kind::UseHttpPath));
        }
    }

    #[test]
    fn only_a_repository_s_own_file_is_of_it() {
        for (scope, file, is_of_repository, is_in_file) in [
            ("local", "file:.git/config", true, true),
            ("worktree", "file:/r/.git/config.worktree", true, true),
            ("", "file:.git/config", true, true),
            ("", "file:/home/a/.gitconfig", false, true),
            ("global", "file:/home/a/.gitconfig", false, true),
            ("command", "command line:", false, false),
            ("", "command line:", false, false),
        ] {
            let setting = Setting::from_fields(scope, file, "credential.helper\nx");
            let told = (setting.is_of_repository(), setting.is_in_file());
            assert_eq!(told, (is_of_repository, is_in_file), "{scope} {file}");
        }
    }
}
