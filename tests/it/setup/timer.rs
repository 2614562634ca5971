//! `setup timer`: a daily renewal, by whichever scheduler is there, and taken back exactly.

use serde_json::Value;

use super::Desk;
use crate::support::process::Run;

/// Pretends to be a user instance of systemd: writes down what it is asked.
const SYSTEMCTL: &str = "printf '%s\\n' \"$*\" >> \"$HOME/systemctl.log\"\n";
/// Pretends to be a crontab that is a file.
const CRONTAB: &str = "\
if [ \"$1\" = -l ]; then
    [ -e \"$HOME/table\" ] || { echo 'no crontab for ada' >&2; exit 1; }
    exec cat \"$HOME/table\"
fi
cat \"$1\" > \"$HOME/table\"
";

impl Desk {
    /// Leaves these schedulers, and nothing else that runs programs by the clock.
    fn with_schedulers(self, scripts: &[(&str, &str)]) -> Self {
        let desk = self.alone_with(&["sh", "cat"]);
        for (name, text) in scripts {
            desk.script(name, text);
        }
        desk
    }

    fn timer(&self, words: &[&str]) -> Run {
        self.setup("timer", words).any_stdout()
    }
}

#[test]
fn systemd_gets_a_service_and_a_timer() {
    let desk = Desk::new().with_schedulers(&[("systemctl", SYSTEMCTL), ("crontab", CRONTAB)]);
    let units = "config/systemd/user/prusa-cred-refresh";
    let shown = desk.timer(&[]).success().stdout;
    assert!(shown.contains("OnCalendar=daily"), "{shown}");
    assert!(shown.contains("prusa-cred setup timer --apply"), "{shown}");
    assert_eq!(desk.read(&format!("{units}.timer")), None, "nothing yet");

    let told = desk.timer(&["--apply"]).success().stdout;
    assert!(
        told.starts_with("systemd renews every login once a day from now on.\n"),
        "{told}"
    );
    let service = desk.read(&format!("{units}.service")).expect("a service");
    let program = desk.bin().join("prusa-cred");
    let start = format!(
        "ExecStart=\"{}\" refresh --all --quiet\n",
        program.display()
    );
    assert!(service.contains(&start), "{service}");
    let config = format!(
        "Environment=\"XDG_CONFIG_HOME={}\"\n",
        desk.path("config").display()
    );
    assert!(service.contains(&config), "{service}");
    let timer = desk.read(&format!("{units}.timer")).expect("a timer");
    assert!(timer.contains("Persistent=true"), "{timer}");
    let asked = desk.read("systemctl.log").expect("calls");
    assert!(
        asked.contains("--user daemon-reload\n--user enable --now prusa-cred-refresh.timer\n"),
        "{asked}"
    );
    assert_eq!(desk.read("table"), None, "one scheduler is enough");

    let again = desk.timer(&[]).success().stdout;
    assert!(
        again.starts_with("Nothing to do: systemd renews"),
        "{again}"
    );
    desk.timer(&["--undo"]).success();
    assert_eq!(desk.read(&format!("{units}.timer")), None);
    assert_eq!(desk.read(&format!("{units}.service")), None);
    let asked = desk.read("systemctl.log").expect("calls");
    assert!(
        asked.contains("--user disable --now prusa-cred-refresh.timer\n"),
        "{asked}"
    );
    desk.timer(&["--undo"])
        .stdout("Nothing to take back: no timer is set up here.\n")
        .success();
}

#[test]
fn a_line_of_the_crontab_comes_and_goes_and_the_others_stay() {
    let no_systemd = "echo 'Failed to connect to bus' >&2; exit 1\n";
    let desk = Desk::new().with_schedulers(&[("systemctl", no_systemd), ("crontab", CRONTAB)]);
    let others = "# mine\n5 4 * * * backup --all\n";
    for before in [None, Some(others)] {
        if let Some(before) = before {
            desk.write("table", before);
        }
        let told = desk.timer(&["--apply"]).success().stdout;
        assert!(told.starts_with("cron renews every login"), "{told}");
        desk.timer(&["--apply"]).success();
        let table = desk.read("table").expect("a table");
        let ours = table
            .strip_prefix(before.unwrap_or_default())
            .expect("the others");
        assert_eq!(ours.lines().count(), 1, "{table}");
        let program = desk.bin().join("prusa-cred");
        let call = format!("{} refresh --all --quiet # prusa-cred", program.display());
        assert!(ours.contains(&call), "{table}");
        desk.timer(&["--undo"]).success();
        assert_eq!(
            desk.read("table").as_deref(),
            Some(before.unwrap_or_default())
        );
    }
}

#[test]
fn without_a_scheduler_it_says_what_to_do() {
    let desk = Desk::new().with_schedulers(&[]);
    desk.timer(&["--apply"])
        .stderr_contains("neither a systemd user instance nor crontab")
        .stderr_contains("hint: have `prusa-cred refresh --all` run once a day by other means")
        .status(1);
    desk.timer(&["--host", "git.example.com"])
        .any_stderr()
        .status(2);
}

#[test]
fn what_the_timer_runs_is_checked() {
    let desk = Desk::new().with_schedulers(&[("systemctl", SYSTEMCTL)]);
    let state = || {
        let report = desk
            .env
            .run(["doctor", "--json"])
            .any_stdout()
            .outcome()
            .json();
        let checks = report["checks"].as_array().expect("checks").clone();
        let check = checks
            .into_iter()
            .find(|check| check["id"] == "client.timer");
        check.expect("a check")["state"].clone()
    };
    assert_eq!(state(), "skipped");
    desk.timer(&["--apply"]).success();
    assert_eq!(state(), "ok");
    let unit = "config/systemd/user/prusa-cred-refresh.service";
    let text = desk.read(unit).expect("a service");
    desk.write(unit, &text.replace("/bin/prusa-cred", "/gone/prusa-cred"));
    assert_eq!(state(), "broken");
}

#[test]
fn the_list_has_what_is_installed_first_and_the_timer() {
    let desk = Desk::new().with_schedulers(&[("systemctl", SYSTEMCTL), ("podman", "")]);
    let list = |words: &[&str]| {
        let words = [&["setup"], words].concat();
        desk.env.run(words).any_stdout().success().stdout
    };
    let short = list(&[]);
    assert!(short.contains("\n  podman       not set up\n"), "{short}");
    assert!(!short.contains("terraform"), "{short}");
    assert!(
        short.contains("11 more that are not installed: prusa-cred setup --all\n"),
        "{short}"
    );
    assert!(short.contains("\ntimer          not set up; "), "{short}");
    let long = list(&["--all"]);
    assert!(long.contains("\n  terraform    not set up\n"), "{long}");
    assert!(!long.contains("more that are not"), "{long}");

    desk.timer(&["--apply"]).success();
    let rows: Value = serde_json::from_str(&list(&["--json"])).expect("JSON");
    let row = |client: &str| {
        let rows = rows.as_array().expect("an array");
        rows.iter()
            .find(|row| row["client"] == client)
            .expect(client)
            .clone()
    };
    assert_eq!(row("podman")["installed"], true);
    assert_eq!(row("git")["installed"], false);
    assert_eq!(row("git")["state"], "not_set_up");
    assert_eq!(row("git")["command"], "prusa-cred setup git --apply");
    assert_eq!(row("timer")["state"], "set_up");
}
