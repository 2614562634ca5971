//! The broker: one refresh however many ask, whatever goes on beside it, and on disk before anybody sees it.

use std::fs::File;
use std::io::Write as _;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::process::{Run, Running, WATCHDOG};
use crate::support::sandbox::{Answer, Sandbox};
use crate::support::wait::wait_for;

const TOKEN: &str = "POST /o/token/";
/// Longer than any run here takes.
const PATIENT: [&str; 2] = ["--timeout", "55s"];

/// Starts `get` with these options this many times.
pub(crate) fn start(env: &TestEnv, count: usize, options: &[&str]) -> Vec<Running> {
    let get = || env.run(["get"]).any_stdout();
    (0..count)
        .map(|_| {
            let run = PATIENT.iter().chain(options).fold(get(), Run::arg);
            run.spawn()
        })
        .collect()
}

/// Waits for all of them, and returns what each printed.
pub(crate) fn printed(running: Vec<Running>) -> Vec<String> {
    let all = running.into_iter().map(Running::success);
    all.map(|output| output.stdout.trim_end().to_owned())
        .collect()
}

pub(crate) fn token_of(set: &Value) -> &str {
    set["access_token"].as_str().unwrap()
}

#[test]
fn sixty_processes_with_an_expired_token_refresh_once() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let held = site.hold_refreshes();
    let running = start(&env, 60, &[]);
    held.wait_for(1);
    drop(held);
    let tokens = printed(running);
    assert_eq!(tokens, vec![env.token("access_token"); 60]);
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
    assert!(site.honours(&tokens[0]));
}

#[cfg(target_os = "linux")]
#[test]
fn eight_simultaneous_refresh_options_cause_one_refresh() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site).stored(&set);
    printed(start(&env, 1, &[]));
    let lock = env.token_file().with_file_name("tokens.json.lock");
    env.write(&lock, "");
    let opened = Opened::watch(&lock);
    let held = site.hold_refreshes();
    let begin = |_| {
        let running = start(&env, 1, &["--refresh"]).remove(0);
        // A process that opens the lock has read the old token.
        opened.wait();
        running
    };
    let running = (0..8).map(begin).collect();
    let others = printed(start(&env, 1, &[]));
    assert_eq!(
        others,
        [token_of(&set)],
        "whoever does not insist does not wait"
    );
    drop(held);
    let tokens = printed(running);
    assert_eq!(tokens, vec![env.token("access_token"); 8]);
    assert_ne!(tokens[0], token_of(&set));
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
}

/// Tells when a file is opened.
#[cfg(target_os = "linux")]
struct Opened(std::os::fd::OwnedFd);

#[cfg(target_os = "linux")]
impl Opened {
    fn watch(path: &std::path::Path) -> Self {
        use rustix::fs::inotify;
        let fd = inotify::init(inotify::CreateFlags::CLOEXEC).unwrap();
        inotify::add_watch(&fd, path, inotify::WatchFlags::OPEN).unwrap();
        Self(fd)
    }

    /// Waits until somebody has opened it since the last time.
    fn wait(&self) {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let patience = Timespec::try_from(WATCHDOG).unwrap();
        let mut fds = [PollFd::new(&self.0, PollFlags::IN)];
        assert_eq!(poll(&mut fds, Some(&patience)), Ok(1), "nobody came");
        rustix::io::read(&self.0, &mut [0; 4096]).unwrap();
    }
}

#[test]
fn a_token_rotated_by_another_program_meanwhile_is_used() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [Answer::oauth_error(400, "invalid_grant")]);
    let held = site.hold_refreshes();
    let running = start(&env, 4, &[]);
    held.wait_for(1);
    let theirs = site.issue(3600);
    env.store(&theirs);
    drop(held);
    assert_eq!(printed(running), vec![token_of(&theirs); 4]);
    assert_eq!(site.refreshes(), 1);
    assert_eq!(env.tokens(), theirs, "what they wrote is left alone");
    let told_by_which = env.run(["which"]).any_stdout().success().stdout;
    assert!(!told_by_which.contains("last error"), "{told_by_which}");
}

#[test]
fn an_expired_token_of_another_program_is_refreshed() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers(TOKEN, [Answer::oauth_error(400, "invalid_grant")]);
    let held = site.hold_refreshes();
    let running = start(&env, 1, &[]);
    held.wait_for(1);
    let theirs = site.stored(-5);
    env.store(&theirs);
    drop(held);
    assert_eq!(printed(running), [env.token("access_token")]);
    assert_eq!(
        (site.refreshes(), site.rotations(), site.reuses()),
        (2, 1, 0)
    );
    assert!(!site.honours(theirs["refresh_token"].as_str().unwrap()));
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn a_new_token_is_stored_before_it_is_printed() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let before = env.token("refresh_token");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let get = env.run(["get"]).stderr(
        "prusa-cred: could not write to stdout\n  because: No space left on device (os error 28)\n",
    );
    get.stdout_to(full).status(1);
    assert_ne!(env.token("refresh_token"), before);
    assert!(site.honours(&env.token("refresh_token")));

    // If nobody reads stdout, the token is stored while the program still waits to print it.
    env.store(&site.stored(-10));
    let before = env.token("refresh_token");
    let (reader, mut writer) = std::io::pipe().unwrap();
    fill(&mut writer);
    let blocked = env
        .run(["get"])
        .stdout_to(std::os::fd::OwnedFd::from(writer).into());
    site.wait_for_rotations(2);
    wait_for(|| (env.token("refresh_token") != before).then_some(()));
    blocked.signal(Signal::KILL);
    assert_eq!(blocked.outcome().status, -9);
    drop(reader);
    assert!(site.honours(&env.token("refresh_token")));
    env.run(["get"]).any_stdout().success();
    assert_eq!(site.reuses(), 0);
}

/// Writes to a pipe until it takes no more, so that the next byte blocks.
fn fill(pipe: &mut std::io::PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(&*pipe).unwrap();
    fcntl_setfl(&*pipe, flags | OFlags::NONBLOCK).unwrap();
    while pipe.write(&[b'.'; 4096]).is_ok() {}
    while pipe.write(b".").is_ok() {}
    fcntl_setfl(&*pipe, flags).unwrap();
}

#[test]
fn fields_missing_from_the_answer_keep_their_values() {
    for refresh_token in [None, Some(Value::Null), Some(json!(""))] {
        let site = Sandbox::start();
        let mut set = site.stored(-10);
        set["theirs"] = json!({ "deep": [1, null] });
        let env = TestEnv::new(&site).stored(&set);
        let edit = Answer::edited(move |answer| {
            answer.retain(|key, _| !["refresh_token", "scope", "id_token"].contains(&key.as_str()));
            answer.extend(
                refresh_token
                    .clone()
                    .map(|odd| ("refresh_token".to_owned(), odd)),
            );
        });
        site.answers(TOKEN, [edit]);
        let token = printed(start(&env, 1, &[])).remove(0);
        let stored = env.tokens();
        assert_eq!(token_of(&stored), token);
        for key in ["refresh_token", "scope", "id_token", "theirs"] {
            assert_eq!(stored[key], set[key], "{key}");
        }
    }
}

#[test]
fn on_rotate_gets_the_new_set_and_its_failure_is_a_warning() {
    let site = Sandbox::start();
    let config = |command: &str| format!("[profiles.prusa]\non_rotate = \"{command}\"\n");
    let env = TestEnv::new(&site)
        .stored(&site.stored(-10))
        .config(&config("cat >> told.json"));
    let told = || std::fs::read(env.home().join("told.json")).unwrap();
    printed(start(&env, 1, &[]));
    printed(start(&env, 1, &[]));
    let once: Value = serde_json::from_slice(&told()).unwrap();
    assert_eq!(once, env.tokens());

    let env = TestEnv::new(&site)
        .stored(&site.stored(-10))
        .config(&config("cat; exit 3"));
    env.run(["get"])
        .any_stdout()
        .stderr(
            "prusa-cred: warning: on_rotate failed (exit status: 3); the new token set is stored all the same\n",
        )
        .success();
    assert!(site.honours(&env.token("refresh_token")));
}

#[test]
fn on_rotate_may_outlast_the_deadline() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .stored(&site.stored(-10))
        .config("[profiles.prusa]\non_rotate = \"sleep 3; cat > told.json\"\n");
    // Slower than what is left of the caller's deadline.
    env.run(["get", "--timeout", "2s"]).any_stdout().success();
    let told = std::fs::read(env.home().join("told.json")).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&told).unwrap(),
        env.tokens()
    );
}

/// Has git say that a host has refused a token.
fn refuse(site: &Sandbox, env: &TestEnv, token: &str) {
    let host = site.connect_url().strip_prefix("http://").unwrap();
    let erase = format!("protocol=http\nhost={host}\nusername=oauth2\npassword={token}\n\n");
    env.run(["git", "erase"]).stdin(erase).success();
}

#[test]
fn a_rejection_outlives_an_answer_without_a_token() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site).stored(&set);
    refuse(&site, &env, token_of(&set));
    site.answers(
        TOKEN,
        [Answer::edited(|answer| drop(answer.remove("access_token")))],
    );
    env.run(["get"])
        .any_stdout()
        .stderr_contains(&format!(
            "although a server rejected it: {}/o/token/ sent no token\n",
            site.account_url()
        ))
        .success();
    let next = printed(start(&env, 1, &[])).remove(0);
    assert_ne!(next, token_of(&set), "the server refused that one");
}

#[test]
fn a_rejected_token_is_the_last_resort_with_a_warning() {
    let site = Sandbox::start();
    let set = site.stored(3000);
    let env = TestEnv::new(&site).stored(&set);
    refuse(&site, &env, token_of(&set));
    site.answers(TOKEN, [Answer::rate_limited(3600)]);
    env.run(["get"])
        .stdout(format!("{}\n", token_of(&set)))
        .stderr_contains(
            "so the old token is used until it expires, although a server rejected it: ",
        )
        .success();
    let next = printed(start(&env, 1, &[])).remove(0);
    assert_ne!(next, token_of(&set), "it is renewed as soon as that can be");
}
