//! git: `credential.https://HOST.helper`, an empty value and then prusa-cred (gitcredentials(7), "Credential
//! Contexts").
//!
//! The empty value disables, for that host alone, every helper before it: prusa-cred is the only one asked. For a part
//! of a host, and for a host of which another profile has a part, git is told to send the path too (`useHttpPath`):
//! otherwise it asks for the whole host. What is read later can undo all of that, so the entry stands below whatever
//! the user's own file and those that it includes say, and git is asked what it makes of it (`asked`). The entries of
//! the other helpers stay, and git asks them again after `--undo`.

pub(crate) mod address;
pub(crate) mod asked;
pub(crate) mod config_lines;
pub(crate) mod helper_program;
pub(crate) mod remotes;
pub(crate) mod settings;

use std::path::{Path, PathBuf};

use super::client_command::ClientCommand;
use super::env::SetupEnv;
use super::error::SetupError;
use super::program_link::ProgramLink;
use super::setup_plan::SetupPlan;
use super::setup_target::SetupTarget;
use crate::answer::uncovered::Uncovered;
use crate::causes::with_causes;
use crate::clients::edit::{Entry, GitHelper, describe_profile};
use crate::clients::path::{display_path, lock_of};
use crate::clients::programs::GIT_HELPER;
use crate::context::{Context, path_variable};
use crate::escape::shell_word_of;
use asked::{Answer, Answers, Question, helpers_of};
use helper_program::Helper;
use settings::Setting;

/// What git does for the hosts of a profile.
pub(crate) enum GitState {
    /// It asks prusa-cred for none of them.
    NotSetUp,
    /// It asks prusa-cred, because of an entry in this file, which may be a shell's snippet.
    AsksPrusaCred { file: String, is_snippet: bool },
    /// It asks these first.
    AsksOthersFirst { others: Vec<String> },
    /// It is set up and does not ask prusa-cred.
    Broken { reason: String },
}

/// One URL of a profile's hosts.
pub(crate) struct HostUrl {
    pub(crate) url: String,
    /// The host or address as `--host` takes it.
    pub(crate) host: String,
    needs_path: bool,
    must_name_profile: bool,
}

/// Returns the URLs of the target's hosts.
pub(crate) fn host_urls(target: &SetupTarget<'_>) -> Vec<HostUrl> {
    let hosts = target.hosts.iter().flat_map(|host| {
        let needs_path = target.needs_path(host);
        let must_name_profile = target.must_name_profile_for(host);
        let name = match host.pattern.exact_origin() {
            Some(origin) => format!("{origin}{}", host.pattern.path()),
            None => host.pattern.to_string(),
        };
        host.urls().into_iter().map(move |url| HostUrl {
            url,
            host: name.clone(),
            needs_path,
            must_name_profile,
        })
    });
    hosts.collect()
}

impl HostUrl {
    /// Returns what git, with these settings, does for the URL.
    pub(crate) fn answers<'s>(
        &self,
        target: &SetupTarget<'_>,
        settings: &'s [Setting],
    ) -> Answers<'s> {
        let question = Question {
            url: &self.url,
            profile: &target.profile.name,
            must_name_profile: self.must_name_profile,
            needs_path: self.needs_path,
            is_profile: &|name| target.has_profile(name),
        };
        question.answers(settings)
    }

    /// Returns the command line of `setup` for the host.
    pub(crate) fn setup_command(&self, target: &SetupTarget<'_>) -> String {
        let profile = if target.must_name_profile {
            format!(" --profile {}", target.profile.name)
        } else {
            String::new()
        };
        let host = shell_word_of(&self.host);
        format!("prusa-cred setup git{profile} --host {host} --apply")
    }
}

/// Returns the plan for git: an entry for each URL of the hosts in the file of `git config --global`. Runs git to note
/// what it does now and will do then; if that fails, neither is known.
///
/// # Errors
///
/// When git is not installed.
pub(crate) fn plan(env: &SetupEnv, target: &SetupTarget<'_>) -> Result<SetupPlan, SetupError> {
    let git = env.command("git").ok_or(SetupError::NotInstalled("git"))?;
    let settings = settings::read(&git.program, git.deadline).unwrap_or_default();
    let value = target.command_line("");
    let urls = host_urls(target);
    let entries = urls.iter().map(|it| {
        let answers = it.answers(target, &settings);
        let mut problems = answers.problems().into_iter();
        Entry::Git(GitHelper {
            url: it.url.clone(),
            value: value.clone(),
            sends_path: it.needs_path,
            is_overruled: problems.any(|(_, answer)| answer.can_setup_mend()),
            git: Some(git.clone()),
        })
    });
    let file = global_file(env);
    let lock = lock_of(&file);
    let mut plan = SetupPlan::new(file.clone(), entries);
    plan.client_lock = Some(lock);
    plan.links
        .push(ProgramLink::on_path(GIT_HELPER, vec![file]));
    plan.is_already_asked = urls
        .iter()
        .all(|it| it.answers(target, &settings).is_first());
    let then = with_entries(&urls, &value, settings.clone());
    note_others(&mut plan, target, &urls, &settings, &then);
    plan.overruled = problems(&urls, target, &then);
    Ok(plan)
}

/// Returns the settings as they will be with the plan's entries at the end of the user's own file.
fn with_entries(urls: &[HostUrl], value: &str, mut settings: Vec<Setting>) -> Vec<Setting> {
    let is_later = |it: &Setting| it.is_of_repository() || !it.is_in_file();
    let end = settings.iter().position(is_later);
    let after = settings.split_off(end.unwrap_or(settings.len()));
    for it in urls {
        settings.push(Setting::planned(&it.url, ""));
        settings.push(Setting::planned(&it.url, value));
        if it.needs_path {
            settings.push(Setting::planned_path(&it.url));
        }
    }
    settings.extend(after);
    settings
}

/// Notes which other helpers git asks now and will not ask then, and which it will still ask after prusa-cred.
fn note_others(
    plan: &mut SetupPlan,
    target: &SetupTarget<'_>,
    urls: &[HostUrl],
    now: &[Setting],
    then: &[Setting],
) {
    let (mut disabled, mut asked_after) = (Vec::new(), Vec::new());
    for url in urls {
        let will_be_asked = helpers_of(&url.url, then);
        for helper in helpers_of(&url.url, now) {
            if helper.runs_prusa_cred() || will_be_asked.iter().any(|it| it.is_same(helper)) {
                continue;
            }
            let file = display_path(Path::new(&helper.file));
            add_new(&mut disabled, format!("`{}` ({file})", helper.program()));
        }
        if let Answer::AsksFirst { then, .. } = url.answers(target, then).whole {
            for helper in then.iter().filter(|it| !it.runs_prusa_cred()) {
                let text = format!("`{}` ({})", helper.program(), helper.place());
                add_new(&mut asked_after, text);
            }
        }
    }
    if !disabled.is_empty() {
        let hosts = target.host_list();
        plan.note(format!(
            "{} no longer asked for {hosts}, and asked for other hosts as before",
            with_verb(&disabled)
        ));
    }
    if !asked_after.is_empty() {
        plan.note(format!(
            "{} still asked, after prusa-cred",
            with_verb(&asked_after)
        ));
    }
}

fn add_new(texts: &mut Vec<String>, text: String) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// Returns what keeps git from asking prusa-cred first with these settings, each with the command that mends it.
fn problems(urls: &[HostUrl], target: &SetupTarget<'_>, settings: &[Setting]) -> Vec<String> {
    let mut found = Vec::new();
    for url in urls {
        for (problem, answer) in url.answers(target, settings).problems() {
            let command = answer.mending_command(&url.setup_command(target));
            add_new(&mut found, format!("{problem}; to mend it: {command}"));
        }
    }
    found
}

/// Asks git anew what keeps it from asking prusa-cred first for the target's hosts, each with the command that mends
/// it; nothing if git fails.
pub(crate) fn problems_now(env: &SetupEnv, target: &SetupTarget<'_>) -> Vec<String> {
    let git = env.command("git");
    let settings = git.and_then(|git| settings::read(&git.program, git.deadline).ok());
    problems(&host_urls(target), target, &settings.unwrap_or_default())
}

/// Returns a note for each host of a remote of the repository here that nobody answers for, with the command that mends
/// it: sentences without their full stops.
pub(crate) fn unanswered_remotes(context: &Context, env: &SetupEnv) -> Vec<String> {
    let Some(git) = env.command("git") else {
        return Vec::new();
    };
    let settings = settings::read(&git.program, git.deadline).unwrap_or_default();
    let places = remotes::unanswered(context, &git.program, &settings, git.deadline);
    let note = |place: &Uncovered| {
        let (sentence, remedy) = (remotes::sentence(place), place.remedy());
        format!("{sentence}: {remedy}, then this again")
    };
    places.iter().map(note).collect()
}

/// Returns what git does for the target's hosts: of several the worst, while one that is not set up does not count
/// beside one that is.
pub(crate) fn state(env: &SetupEnv, target: &SetupTarget<'_>) -> GitState {
    let Some(ClientCommand {
        program, deadline, ..
    }) = env.command("git")
    else {
        return GitState::NotSetUp;
    };
    let settings = match settings::read(&program, deadline) {
        Ok(settings) => settings,
        Err(error) => {
            let reason = with_causes(&error);
            return GitState::Broken { reason };
        }
    };
    let mut state = GitState::NotSetUp;
    for url in host_urls(target) {
        state = state.or_worse(GitState::of(&url.answers(target, &settings)));
    }
    state
}

impl GitState {
    /// Returns the state of one URL.
    fn of(answers: &Answers<'_>) -> Self {
        match &answers.whole {
            Answer::NotSetUp => Self::NotSetUp,
            Answer::AsksFirst { ours, .. } => {
                if let Some((reason, _)) = answers.problems().into_iter().next() {
                    return Self::Broken { reason };
                }
                if let Some(reason) = ours.program_problem() {
                    return Self::Broken { reason };
                }
                let file = ours.file.clone();
                let is_snippet = ours.helper() == Helper::Snippet;
                Self::AsksPrusaCred { file, is_snippet }
            }
            Answer::AsksOthersFirst(others) => {
                let others = others.iter().map(|it| it.description()).collect();
                Self::AsksOthersFirst { others }
            }
            Answer::OtherProfile(helper) => Self::AsksOthersFirst {
                others: vec![describe_profile(helper.value())],
            },
            other => Self::Broken {
                reason: other.problem().unwrap_or_default(),
            },
        }
    }

    /// Returns the one of two states that a person has to hear of.
    fn or_worse(self, other: Self) -> Self {
        let rank = |state: &Self| match state {
            Self::NotSetUp => 0,
            Self::AsksPrusaCred { .. } => 1,
            Self::AsksOthersFirst { .. } => 2,
            Self::Broken { .. } => 3,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

/// Returns the helpers' names, separated by commas, followed by "are", or "is" for one helper.
fn with_verb(helpers: &[String]) -> String {
    let verb = if helpers.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", helpers.join(", "))
}

/// Returns every file that `git config --global` may write.
pub(super) fn files(env: &SetupEnv) -> Vec<PathBuf> {
    let mut files = user_files(env).to_vec();
    files.extend(path_variable("GIT_CONFIG_GLOBAL"));
    files
}

/// Returns the two files that git takes for the user's own without a variable.
fn user_files(env: &SetupEnv) -> [PathBuf; 2] {
    let directory = path_variable("XDG_CONFIG_HOME").unwrap_or_else(|| env.home.join(".config"));
    [
        env.home.join(".gitconfig"),
        directory.join("git").join("config"),
    ]
}

/// Returns the file that `git config --global` writes.
fn global_file(env: &SetupEnv) -> PathBuf {
    if let Some(file) = path_variable("GIT_CONFIG_GLOBAL") {
        return file;
    }
    let [at_home, xdg] = user_files(env);
    if !at_home.exists() && xdg.exists() {
        xdg
    } else {
        at_home
    }
}
