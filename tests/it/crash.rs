//! Processes that are killed at any instant of a refresh: what they leave is whole, free, and said for what it is.

use std::fs::File;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::support::env::TestEnv;
use crate::support::process::{Output, Running};
use crate::support::sandbox::{Answer, Sandbox};
use crate::support::wait::wait_for;

const KILLS: u32 = 60;
const PATIENT: [&str; 3] = ["get", "--timeout", "55s"];

fn get(env: &TestEnv) -> Running {
    env.run(PATIENT).any_stdout().any_stderr().spawn()
}

/// Checks that the token file parses, and that nobody holds the lock.
fn check_files(env: &TestEnv) -> Value {
    let set = env.tokens();
    for key in ["access_token", "refresh_token"] {
        assert!(set[key].is_string(), "{key} is there");
    }
    let lock = env.token_file().with_file_name("tokens.json.lock");
    if let Ok(lock) = File::open(lock) {
        // Another test may be between fork and exec, with copies of our descriptors.
        wait_for(|| lock.try_lock().ok());
    }
    set
}

/// Runs `get` once more: it works, or says that an interrupted refresh has ended the login.
fn check_next(site: &Sandbox, env: &TestEnv) -> Output {
    let before = check_files(env);
    let (rotations, reuses) = (site.rotations(), site.reuses());
    let output = get(env).outcome();
    let after = check_files(env);
    if output.status == 0 {
        assert!(site.honours(output.stdout.trim_end()), "{output}");
        assert_eq!(output.stdout.trim_end(), after["access_token"]);
        assert!(site.honours(after["refresh_token"].as_str().unwrap()));
        if site.rotations() > rotations {
            assert_eq!(env.leftovers(), [""; 0], "a refresh cleans up");
        }
    } else {
        assert_eq!(site.reuses(), reuses + 1, "it was spent already: {output}");
        assert!(
            output.stderr.contains(" was interrupted; trying again\n"),
            "{output}"
        );
        let end = "was interrupted before its answer was stored, and that answer held the only valid refresh \
                   token\n  hint: run `prusa-cred login`\n";
        assert!(output.stderr.ends_with(end), "{output}");
        assert_eq!(after, before, "nothing stored is lost");
    }
    output
}

#[test]
fn a_killed_refresh_leaves_a_whole_file_and_a_free_lock() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let started = Instant::now();
    get(&env).success();
    let mut step = started.elapsed() / KILLS;
    let mut killed = 0;
    for number in 0..4 * KILLS {
        env.store(&site.stored(-10));
        let running = get(&env);
        running.signal_after(step * (number % KILLS), Signal::KILL);
        if running.outcome().status == -9 {
            killed += 1;
        } else {
            // Runs are shorter now than the one that was measured.
            step = step * 9 / 10;
        }
        check_next(&site, &env);
        if killed == KILLS {
            // The last kill may have lost the successor, and with it the login.
            env.store(&site.stored(-10));
            env.run(["get", "--refresh"])
                .any_stdout()
                .any_stderr()
                .success();
            assert_eq!(env.leftovers(), [""; 0]);
            return;
        }
    }
    panic!("only {killed} were killed before they had ended");
}

#[test]
fn a_kill_before_the_rotation_keeps_the_login() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    // This request never reaches the endpoint that rotates the token.
    site.answers("POST /o/token/", [Answer::Hang]);
    let held = site.hold_refreshes();
    let running = get(&env);
    let pid = running.pid();
    held.wait_for(1);
    assert_eq!(env.leftovers(), [".tokens.json.new", "tokens.json.journal"]);
    running.signal(Signal::KILL);
    assert_eq!(running.outcome().status, -9);
    drop(held);
    let told_by_which = env.run(["which"]).any_stdout().success().stdout;
    let unfinished = format!("a refresh of process {pid} has not ended");
    assert!(told_by_which.contains(&unfinished), "{told_by_which}");
    let output = check_next(&site, &env);
    assert_eq!(output.status, 0);
    let told =
        format!("prusa-cred: warning: a refresh of profile prusa that process {pid} began at ");
    assert!(output.stderr.starts_with(&told), "{output}");
    assert!(
        output.stderr.ends_with(" was interrupted; trying again\n"),
        "{output}"
    );
    assert_eq!(output.stderr.lines().count(), 1);
    assert_eq!(get(&env).success().stderr, "", "it is told once");
    let told_by_which = env.run(["which"]).any_stdout().success().stdout;
    assert!(!told_by_which.contains("process"), "{told_by_which}");
}

#[test]
fn a_kill_after_the_rotation_is_explained_by_the_next_run() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let held = site.hold_refreshes();
    let running = get(&env);
    let pid = running.pid();
    held.wait_for(1);
    running.signal(Signal::KILL);
    running.outcome();
    drop(held);
    site.wait_for_rotations(1);
    let output = check_next(&site, &env);
    assert_eq!(output.status, 1);
    let refused = format!(
        "{}/o/token/ refused: invalid_grant, perhaps because a refresh that process {pid} began at ",
        site.account_url()
    );
    assert!(output.stderr.contains(&refused), "{output}");
    // Later runs, and `which`, say the same.
    let gone = "was interrupted before its answer was stored, and that answer held the only valid refresh token";
    let again = get(&env).status(1);
    assert!(again.stderr.contains(&refused), "{again}");
    assert!(again.stderr.contains(gone), "{again}");
    assert!(!again.stderr.contains("trying again"), "{again}");
    let told_by_which = env.run(["which"]).any_stdout().success().stdout;
    assert!(told_by_which.contains(gone), "{told_by_which}");
    // A new login ends it.
    env.run(["get"])
        .with_credentials()
        .any_stdout()
        .any_stderr()
        .success();
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn a_lost_answer_and_a_kill_are_explained_by_the_next_run() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers("POST /o/token/", [Answer::LostOnTheWay, Answer::Hang]);
    let running = get(&env);
    site.wait_for_rotations(1);
    site.wait_for(2, |request| request.grant_type.is_some());
    running.signal(Signal::KILL);
    running.outcome();
    assert_eq!(check_next(&site, &env).status, 1);
}

#[test]
fn a_lost_answer_is_remembered_after_later_errors() {
    for later in [Answer::rate_limited(3600), Answer::html(403, "No")] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(-10));
        site.answers("POST /o/token/", [Answer::LostOnTheWay, later]);
        env.run(PATIENT).any_stderr().status(1);
        assert_eq!(check_next(&site, &env).status, 1);
    }
}

#[test]
fn a_waiting_process_takes_over_from_a_killed_one() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    site.answers("POST /o/token/", [Answer::Hang]);
    let hanging = get(&env);
    site.wait_for(1, |request| request.grant_type.is_some());
    let waiting: Vec<Running> = (0..4).map(|_| get(&env)).collect();
    hanging.signal(Signal::KILL);
    hanging.outcome();
    for running in waiting {
        assert_eq!(
            running.success().stdout.trim_end(),
            env.token("access_token")
        );
    }
    assert_eq!((site.refreshes(), site.rotations()), (2, 1));
    assert_eq!(env.leftovers(), [""; 0]);
}

#[test]
fn a_set_that_could_not_be_renamed_is_used_by_the_next_run() {
    let site = Sandbox::start();
    let set = site.stored(-10);
    let env = TestEnv::new(&site).stored(&set);
    let file = env.token_file();
    let held = site.hold_refreshes();
    let running = env.run(PATIENT).any_stderr().spawn();
    held.wait_for(1);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    drop(held);
    let kept_at = file.with_file_name(".tokens.json.new");
    let output = running.status(1);
    assert_eq!(
        output.stderr,
        format!(
            "prusa-cred: could not use the stored login of profile prusa\n  because: could not replace {}; the new \
             token set is in {}\n  because: Is a directory (os error 21)\n  hint: check that the file can be replaced: \
             the next run puts the new token set in place\n",
            env.shown(&file),
            env.shown(&kept_at)
        )
    );
    std::fs::remove_dir(&file).unwrap();
    env.store(&set);
    assert_eq!(check_next(&site, &env).status, 0);
    assert_eq!((site.refreshes(), site.reuses()), (1, 0));
}

#[test]
fn get_refresh_token_prints_the_recovered_one() {
    let site = Sandbox::start();
    for token in ["refresh", "both"] {
        let set = site.stored(3000);
        let env = TestEnv::new(&site).stored(&set);
        let file = env.token_file();
        let held = site.hold_refreshes();
        let running = env.run(PATIENT).arg("--refresh").any_stderr().spawn();
        held.wait_for(1);
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        drop(held);
        running.status(1);
        std::fs::remove_dir(&file).unwrap();
        env.store(&set);
        let printed = env.run(["get", "--token", token]).any_stdout().success();
        let refresh_token = env.token("refresh_token");
        assert!(printed.stdout.contains(&refresh_token), "{printed}");
        assert_ne!(set["refresh_token"], refresh_token);
        assert!(site.honours(&refresh_token));
        assert_eq!(env.leftovers(), [""; 0]);
    }
    assert_eq!((site.refreshes(), site.reuses()), (2, 0));
}

#[test]
fn an_unclear_answer_may_have_used_up_the_token() {
    for (answers, told) in [
        (
            vec![Answer::html(200, "Hello")],
            "sent no valid token response (status 200)",
        ),
        (
            vec![Answer::html(500, "Oh"), Answer::rate_limited(3600)],
            " has not ended",
        ),
    ] {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(-10));
        site.answers("POST /o/token/", answers);
        env.run(PATIENT).any_stderr().status(1);
        let told_by_which = env.run(["which"]).any_stdout().success().stdout;
        assert!(told_by_which.contains(told), "{told_by_which}");
        site.answers(
            "POST /o/token/",
            [Answer::oauth_error(400, "invalid_grant")],
        );
        let told_by_get = env.run(PATIENT).any_stderr().status(1).stderr;
        assert!(told_by_get.contains("that answer held"), "{told_by_get}");
    }
}

#[test]
fn killed_logins_keep_what_was_stored() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .with_credentials()
        .stored(&site.stored(-10));
    let started = Instant::now();
    env.run(["login"]).any_stderr().success();
    let step = (started.elapsed() / 8).max(Duration::from_millis(1));
    for number in 0..8 {
        let login = env.run(["login"]).any_stderr().spawn();
        login.signal_after(step * number, Signal::KILL);
        login.outcome();
        assert!(site.honours(check_files(&env)["refresh_token"].as_str().unwrap()));
    }
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!(env.leftovers(), [""; 0]);
}
