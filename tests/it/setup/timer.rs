//! `setup timer`: what renews every login once a day, by a stand-in for systemd's user instance or for cron.

use serde_json::Value;

use super::Desk;

const UNITS: &str = ".config/systemd/user";
const SERVICE: &str = ".config/systemd/user/prusa-cred-refresh.service";
const TIMER: &str = ".config/systemd/user/prusa-cred-refresh.timer";

/// A home with this program and `sh` alone, and a program `crontab` that keeps the file `crontab` in the home.
fn with_cron() -> Desk {
    let desk = Desk::new().alone_with(&["cat", "rm"]);
    let file = desk.path("crontab");
    let file = file.display();
    desk.script(
        "crontab",
        &format!(
            "case \"$1\" in\n\
             -l) [ -e '{file}' ] || {{ echo 'no crontab for ada' >&2; exit 1; }}; cat '{file}' ;;\n\
             -r) rm '{file}' ;;\n\
             -) cat > '{file}' ;;\n\
             esac\n"
        ),
    );
    desk
}

/// A home with a program `systemctl` that writes down its commands, and says that the timer is enabled once it was.
fn with_systemd() -> Desk {
    let desk = Desk::new().alone_with(&["rm", "touch"]);
    let home = desk.env.home().display().to_string();
    desk.script(
        "systemctl",
        &format!(
            "echo \"$*\" >> '{home}/calls'\n\
             case \"$*\" in\n\
             *UnitPath*) echo 'UnitPath=/etc/x {home}/{UNITS}' ;;\n\
             *Result*) echo \"Result=$([ -e '{home}/failed' ] && echo exit-code || echo success)\" ;;\n\
             *is-enabled*) [ -e '{home}/enabled' ] && echo enabled || {{ echo disabled; exit 1; }} ;;\n\
             *enable\\ --now*) [ ! -e '{home}/refused' ] || {{ echo 'no bus' >&2; exit 1; }}; touch '{home}/enabled' ;;\n\
             *disable*) rm '{home}/enabled' ;;\n\
             esac\n"
        ),
    );
    desk
}

fn timer(desk: &Desk, words: &[&str]) -> String {
    let ran = desk.setup("timer", words).any_stdout().success();
    ran.stdout
}

/// Returns what `doctor` says of the timer.
fn check(desk: &Desk) -> Value {
    let doctor = desk.env.run(["doctor", "--json"]).any_stdout().any_stderr();
    let checks = doctor.outcome().json()["checks"].clone();
    let mut checks = checks.as_array().expect("checks").iter();
    checks.find(|it| it["id"] == "timer").expect("it").clone()
}

#[test]
fn the_line_in_the_crontab_is_shown_made_and_taken_back() {
    let desk = with_cron();
    let old = "MAILTO=ada\n# n\u{e4}ive\n0 1 * * * true \\% x\n";
    desk.env.write(&desk.path("crontab"), old);
    let shown = timer(&desk, &[]);
    assert!(
        shown.starts_with("your crontab would be changed\n"),
        "{shown}"
    );
    assert!(shown.ends_with("To do it: prusa-cred setup timer --apply\n"));
    assert_eq!(desk.read("crontab").as_deref(), Some(old));

    timer(&desk, &["--apply"]);
    let with = desk.read("crontab").expect("it");
    let line = with.strip_prefix(old).expect("the other lines");
    let program = desk.bin().join("prusa-cred");
    let command = format!(" {} refresh --all >/dev/null #", program.display());
    assert!(line.contains(&command), "{line}");
    let minute: u8 = line
        .split(' ')
        .next()
        .expect("a field")
        .parse()
        .expect("a minute");
    assert!(minute < 60 && line.contains(" 12 * * * "), "{line}");
    let again = timer(&desk, &["--apply"]);
    assert!(again.starts_with("Nothing to do: "), "{again}");
    assert_eq!(desk.read("crontab").as_deref(), Some(&*with));
    assert_eq!(check(&desk)["state"], "ok");
    let listed = desk.env.run(["setup"]).any_stdout().success().stdout;
    assert!(
        listed.contains("  timer        renews logins before they end (your crontab)\n"),
        "{listed}"
    );

    timer(&desk, &["--undo"]);
    assert_eq!(desk.read("crontab").as_deref(), Some(old));
    let nothing = timer(&desk, &["--undo"]);
    assert!(nothing.starts_with("Nothing to take back"), "{nothing}");
}

#[test]
fn a_crontab_that_was_not_there_is_gone_again() {
    let desk = with_cron();
    timer(&desk, &["--apply"]);
    assert!(desk.read("crontab").is_some());
    timer(&desk, &["--undo"]);
    assert_eq!(desk.read("crontab"), None);
}

#[test]
fn a_crontab_that_is_not_utf_8_is_left_as_it_is() {
    let desk = with_cron();
    let old = b"# na\xefve\n0 1 * * * true\n";
    desk.env.write(&desk.path("crontab"), old);
    desk.setup("timer", &["--apply"])
        .stderr_contains("UTF-8")
        .status(1);
    assert_eq!(std::fs::read(desk.path("crontab")).expect("it"), old);
}

#[test]
fn the_units_of_systemd_are_made_started_and_taken_back() {
    let desk = with_systemd();
    let shown = timer(&desk, &[]);
    assert!(
        shown.contains("systemctl --user enable --now prusa-cred-refresh.timer"),
        "{shown}"
    );
    assert!(shown.contains("loginctl enable-linger"), "{shown}");
    assert_eq!(desk.read(TIMER), None);
    timer(&desk, &["--apply"]);
    let unit = desk.read(TIMER).expect("it");
    for line in [
        "OnCalendar=daily\n",
        "Persistent=true\n",
        "RandomizedDelaySec=1h\n",
    ] {
        assert!(unit.contains(line), "{unit}");
    }
    let program = desk.bin().join("prusa-cred");
    let command = format!("ExecStart=\"{}\" refresh --all\n", program.display());
    let service = desk.read(SERVICE).expect("it");
    assert!(service.contains(&command), "{service}");
    let calls = desk.read("calls").expect("it");
    assert!(
        calls.ends_with("--user daemon-reload\n--user enable --now prusa-cred-refresh.timer\n"),
        "{calls}"
    );
    let again = timer(&desk, &["--apply"]);
    assert!(again.starts_with("Nothing to do: "), "{again}");
    timer(&desk, &["--undo"]);
    assert!(!desk.path(UNITS).exists(), "its directories are gone");
    let calls = desk.read("calls").expect("it");
    assert!(
        calls.ends_with("--user disable --now prusa-cred-refresh.timer\n--user daemon-reload\n"),
        "{calls}"
    );
}

#[test]
fn a_timer_that_is_refused_leaves_what_was_there() {
    let desk = with_systemd();
    desk.write("refused", "");
    desk.setup("timer", &["--apply"])
        .stderr_contains("no bus")
        .status(1);
    assert!(!desk.path(UNITS).exists());
    std::fs::remove_file(desk.path("refused")).expect("it");
    timer(&desk, &["--apply"]);
    let before = desk.read(SERVICE).expect("it");
    desk.write("refused", "");
    let named = desk.path("other.toml").display().to_string();
    desk.write("other.toml", "");
    desk.setup("timer", &["--config", &named, "--apply"])
        .stderr_contains("no bus")
        .status(1);
    assert_eq!(desk.read(SERVICE), Some(before));
}

#[test]
fn a_unit_of_another_is_neither_shown_as_ours_nor_written_over() {
    let desk = with_systemd();
    desk.write(TIMER, "[Timer]\nOnCalendar=weekly\n");
    for words in [&[][..], &["--apply"]] {
        desk.setup("timer", words)
            .stderr_contains("prusa-cred-refresh.timer is there already")
            .status(1);
    }
    timer(&desk, &["--undo"]);
    let unit = desk.read(TIMER);
    assert_eq!(unit.as_deref(), Some("[Timer]\nOnCalendar=weekly\n"));
    assert_eq!(desk.read(SERVICE), None);
}

#[test]
fn doctor_tells_a_timer_that_does_not_do_its_work() {
    let desk = with_systemd();
    assert_eq!(check(&desk)["state"], "skipped");
    timer(&desk, &["--apply"]);
    assert_eq!(check(&desk)["state"], "ok");
    desk.write("failed", "");
    let failed = check(&desk);
    assert_eq!(failed["state"], "warning");
    assert_eq!(
        failed["mend"],
        "journalctl --user -n 20 -u prusa-cred-refresh.service"
    );
    std::fs::remove_file(desk.path("enabled")).expect("it");
    let stopped = check(&desk);
    assert_eq!(stopped["state"], "warning");
    assert_eq!(
        stopped["mend"],
        "systemctl --user enable --now prusa-cred-refresh.timer"
    );
    let service = desk.read(SERVICE).expect("it");
    let program = desk.bin().join("prusa-cred").display().to_string();
    desk.write(SERVICE, &service.replace(&program, "/gone/prusa-cred"));
    let gone = check(&desk);
    assert_eq!(gone["state"], "broken");
    assert_eq!(gone["mend"], "prusa-cred setup timer --apply");
}

#[test]
fn variables_that_lead_to_the_logins_are_carried() {
    let mut desk = with_systemd();
    let file = desk.path("my 100%.toml");
    desk.write("my 100%.toml", "");
    desk.env = desk.env.var("PRUSA_CRED_CONFIG", &file);
    let shown = timer(&desk, &[]);
    let line = format!(
        "Environment=\"PRUSA_CRED_CONFIG={}\"",
        file.display().to_string().replace('%', "%%")
    );
    assert!(shown.contains(&line), "{shown}");
    let data = shown
        .lines()
        .any(|it| it.contains("Environment=\"XDG_DATA_HOME=/"));
    assert!(data, "{shown}");
}

#[test]
fn without_a_scheduler_the_error_says_what_to_do() {
    let desk = Desk::new().alone_with(&[]);
    desk.setup("timer", &[])
        .stderr_contains("crontab is not found")
        .stderr_contains("hint: run `prusa-cred refresh --all` once a day")
        .status(1);
    desk.setup("timer", &["--host", "git.example.com"])
        .stderr_contains("give no profile, host or registry")
        .status(2);
}

#[test]
fn json_says_what_would_be_run() {
    let desk = with_systemd();
    let shown = desk.setup("timer", &["--json"]).any_stdout().success();
    let shown = shown.json();
    assert_eq!(shown["client"], "timer");
    assert_eq!(shown["command"], "prusa-cred setup timer --apply");
    let commands = shown["commands"].as_array().expect("commands");
    assert_eq!(commands.len(), 2, "{shown}");
    let rows = desk.env.run(["setup", "--json"]).any_stdout().success();
    let rows = rows.json();
    let mut rows = rows.as_array().expect("a list").iter();
    let row = rows.find(|row| row["client"] == "timer").expect("it");
    assert_eq!(row["installed"], true);
    assert_eq!(row["command"], "prusa-cred setup timer");
}
