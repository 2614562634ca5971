//! Files, their modes and owners, links, locks, and what a killed process leaves.

use std::fs::{self, File};
use std::os::unix::fs::{chown, symlink};
use std::time::{Duration, SystemTime};

use rustix::process::Signal;

use super::{examine, mend};
use crate::support::env::TestEnv;
use crate::support::known::{sign_in_to, signed_in, token_set};
use crate::support::sandbox::Sandbox;

#[test]
fn a_token_file_open_to_others_is_broken_until_fixed() {
    let env = signed_in();
    let file = env.token_file();
    let directory = file.parent().unwrap().to_owned();
    for (place, mode, id) in [
        (&file, "644", "token.access"),
        (&file, "660", "token.access"),
        (&directory, "770", "token.directory"),
        (&directory, "777", "token.directory"),
    ] {
        mend(&env, &format!("chmod {mode} {}", place.display()));
        let report = examine(&env);
        let (state, message, command) = report.of(id, "prusa");
        assert_eq!(state, "broken", "{message}");
        assert!(
            message.ends_with(&format!(" {} (mode 0{mode})", place.display())),
            "{message}"
        );
        mend(&env, command);
        assert_eq!(examine(&env).state(id, "prusa"), "ok");
    }
    mend(&env, &format!("chmod 755 {}", directory.display()));
    assert_eq!(examine(&env).state("token.directory", "prusa"), "warning");
}

#[test]
fn an_invalid_token_file_is_broken_with_the_reason() {
    for (make, wanted) in [
        (
            "printf '{\"access_token\":\"S3NTRY' > FILE",
            "does not hold a token set",
        ),
        (": > FILE", "does not hold a token set"),
        ("rm FILE; mkfifo FILE", "is a FIFO"),
        ("rm FILE; mkdir FILE", "is a directory"),
        ("rm FILE; ln -s FILE FILE", "could not open"),
    ] {
        let env = signed_in();
        let path = env.token_file().display().to_string();
        mend(&env, &make.replace("FILE", &path));
        let report = examine(&env);
        let (state, message, _) = report.of("token.file", "prusa");
        assert_eq!(state, "broken", "{message}");
        assert!(message.contains(wanted), "{message}");
        assert_eq!(report.state("login", "prusa"), "broken");
        assert_eq!(report.state("saved.file", "credentials.json"), "ok");
    }
}

#[test]
fn a_link_is_followed_and_shown() {
    let env = signed_in();
    let elsewhere = env.home().join("elsewhere/tokens.json");
    env.write(&elsewhere, token_set().to_string());
    fs::remove_file(env.token_file()).unwrap();
    symlink(&elsewhere, env.token_file()).unwrap();
    let report = examine(&env);
    assert_eq!(
        report.of("token.file", "prusa"),
        (
            "ok",
            format!(
                "{}, a link to {}",
                env.token_file().display(),
                elsewhere.display()
            )
            .as_str(),
            "-"
        )
    );
    mend(&env, &format!("chmod 604 {}", elsewhere.display()));
    assert_eq!(examine(&env).state("token.access", "prusa"), "broken");
    fs::remove_file(&elsewhere).unwrap();
    assert_eq!(examine(&env).state("token.access", "prusa"), "skipped");
}

#[test]
fn a_file_of_another_owner_is_broken() {
    const NOBODY: u32 = 65_534;
    if !rustix::process::geteuid().is_root() {
        // Only root can give files away.
        return;
    }
    let env = signed_in();
    let file = env.token_file();
    chown(&file, Some(NOBODY), None).unwrap();
    let report = examine(&env);
    let (state, message, command) = report.of("token.access", "prusa");
    assert_eq!(state, "broken");
    assert_eq!(
        message,
        format!("{} belongs to user {NOBODY}, not to you", file.display())
    );
    assert_eq!(command, format!("chown 0 {}", file.display()));

    // The usual cause: a file that root has created.
    mend(&env, &format!("chown -R {NOBODY} {}", env.home().display()));
    let report = examine(&env);
    let (state, message, command) = report.of("token.access", "prusa");
    assert_eq!(state, "warning");
    assert!(
        message.ends_with(": files that it writes become root's"),
        "{message}"
    );
    assert_eq!(command, "sudo -u '#65534' prusa-cred doctor");
    chown(&file, Some(0), None).unwrap();
    let args = [
        "--reuid=65534",
        "--clear-groups",
        "prusa-cred",
        "doctor",
        "--json",
    ];
    let run = env
        .run_as("setpriv", args)
        .any_stdout()
        .no_secret_on_stdout();
    let report = super::read(&run.status(1));
    let wanted = format!("{} belongs to root, not to you", file.display());
    assert_eq!(
        report.of("token.access", "prusa"),
        (
            "broken",
            wanted.as_str(),
            format!("sudo chown {NOBODY} {}", file.display()).as_str()
        )
    );
    let (state, message, _) = report.of("token.file", "prusa");
    assert_eq!(state, "broken");
    assert!(message.contains("could not open"), "{message}");
}

#[test]
fn a_held_lock_is_shown_with_its_process() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let held = site.hold_refreshes();
    let holder = env.run(["get", "--timeout", "55s"]).any_stdout().spawn();
    held.wait_for(1);
    let report = examine(&env);
    let (state, message, command) = report.of("token.lock", "prusa");
    assert_eq!(state, "warning");
    let wanted = format!("held by process {} (prusa-cred) for ", holder.pid());
    assert!(message.starts_with(&wanted), "{message}");
    assert!(message.ends_with("; it should be done soon"), "{message}");
    assert_eq!(command, format!("kill {}", holder.pid()));
    assert_eq!(report.state("refresh.cut_off", "prusa"), "ok", "it goes on");
    assert_eq!(
        report.state("token.leftover", "prusa"),
        "ok",
        "it is in use"
    );

    let lock = env.token_file().with_file_name("tokens.json.lock");
    let lock = File::options().write(true).open(lock).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    lock.set_modified(long_ago).unwrap();
    let report = examine(&env);
    let (state, message, _) = report.of("token.lock", "prusa");
    assert_eq!(state, "broken");
    assert!(message.ends_with(": it hangs"), "{message}");

    drop(held);
    holder.success();
    assert_eq!(examine(&env).of("token.lock", "prusa"), ("ok", "free", "-"));
    assert_eq!(site.refreshes(), 1, "whoever looks takes nothing");
}

#[test]
fn an_interrupted_refresh_is_shown_until_the_next_one() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-10));
    let held = site.hold_refreshes();
    let killed = env
        .run(["get", "--timeout", "55s"])
        .any_stdout()
        .any_stderr()
        .spawn();
    held.wait_for(1);
    let pid = killed.pid();
    killed.signal(Signal::KILL);
    killed.outcome();
    let report = examine(&env);
    let (state, message, command) = report.of("refresh.cut_off", "prusa");
    assert_eq!(state, "warning");
    let wanted = format!("a refresh of process {pid} has not ended (");
    assert!(message.starts_with(&wanted), "{message}");
    assert_eq!(
        command,
        "prusa-cred get --refresh --profile prusa >/dev/null"
    );
    assert_eq!(report.state("token.leftover", "prusa"), "warning");
    assert_eq!(report.of("token.leftover", "prusa").2, command);
    let command = command.to_owned();
    drop(held);
    // The site accepts no second use: the interrupted refresh has ended the login.
    env.store(&site.stored(-10));
    mend(&env, &command);
    let report = examine(&env);
    for id in ["refresh.cut_off", "refresh.last_error", "token.leftover"] {
        assert_eq!(report.state(id, "prusa"), "ok", "{id}");
    }
}

#[test]
fn the_file_of_saved_credentials_is_checked_too() {
    let env = signed_in();
    let request = "protocol=https\nhost=other.example\nusername=ada\npassword=S3NTRY-x\n\n";
    env.run(["git", "store"])
        .stdin(request)
        .any_stderr()
        .success();
    let path = env.data_dir().join("prusa-cred/credentials.json");
    let of = |id: &str| examine(&env).of(id, "credentials.json").0.to_owned();
    let report = examine(&env);
    let (state, message, _) = report.of("saved.file", "credentials.json");
    assert_eq!(
        (state, message),
        ("ok", format!("{} (1 saved)", path.display()).as_str())
    );
    assert_eq!(
        (of("saved.access"), of("saved.directory")),
        ("ok".into(), "ok".into())
    );
    mend(&env, &format!("chmod 664 {}", path.display()));
    assert_eq!(of("saved.access"), "broken");
    env.write(&path.with_file_name(".credentials.json.new"), "x");
    assert_eq!(of("saved.leftover"), "warning");
    mend(
        &env,
        examine(&env).of("saved.leftover", "credentials.json").2,
    );
    assert_eq!(of("saved.leftover"), "ok");
    let lock = File::open(path.with_file_name("credentials.json.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(of("saved.lock"), "warning");
    lock.unlock().unwrap();
    assert_eq!(of("saved.lock"), "ok");
    env.write(&path, "{\"S3NTRY");
    assert_eq!(of("saved.file"), "broken");
}

#[test]
fn leftovers_of_a_linked_file_are_beside_its_target() {
    let env = signed_in();
    let path = env.data_dir().join("prusa-cred/credentials.json");
    let target = env.home().join("elsewhere/kept.json");
    env.write(&target, "{}");
    env.write(&target.with_file_name(".kept.json.new"), "x");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(&target, &path).unwrap();
    let report = examine(&env);
    let (state, _, command) = report.of("saved.leftover", "credentials.json");
    assert_eq!(state, "warning");
    mend(&env, command);
    let report = examine(&env);
    assert_eq!(report.state("saved.leftover", "credentials.json"), "ok");
}

#[test]
fn each_profile_is_checked_separately() {
    let env = signed_in().config("[profiles.farm]\nprovider = 'prusa'\n");
    sign_in_to(&env, "farm");
    let path = env.config_dir().join("prusa-cred/tokens/farm.json");
    mend(&env, &format!("chmod 640 {}", path.display()));
    let report = examine(&env);
    assert_eq!(report.state("token.access", "farm"), "broken");
    assert_eq!(report.state("token.access", "prusa"), "ok");
}
