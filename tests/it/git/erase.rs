//! `erase` is evidence: a refused token costs one refresh, never the login.

use super::{HELPER, get};
use crate::support::env::TestEnv;
use crate::support::sandbox::Sandbox;

/// A login at a sandbox, whose Connect site is the host that git asks for.
struct Forge {
    site: Sandbox,
    env: TestEnv,
    host: String,
}

impl Forge {
    fn new() -> Self {
        let site = Sandbox::start();
        let env = TestEnv::new(&site).stored(&site.stored(3600));
        let authority = site.connect_url().strip_prefix("http://").unwrap();
        let host = format!("protocol=http\nhost={authority}\n");
        Self { site, env, host }
    }

    /// Asks as git does, and returns the password, which must be valid.
    fn password(&self) -> String {
        let answer = get(&self.env, &self.host).any_stdout().success().stdout;
        let password = answer
            .lines()
            .find_map(|line| line.strip_prefix("password="));
        let password = password.unwrap().to_owned();
        assert!(self.site.honours(&password));
        password
    }

    fn erase(&self, fields: &str) {
        self.env
            .run_as(HELPER, ["erase"])
            .stdin(format!("{}{fields}", self.host))
            .success();
    }
}

#[test]
fn erasing_another_password_rejects_no_token() {
    let forge = Forge::new();
    let token = forge.password();
    let before = std::fs::read(forge.env.token_file()).unwrap();
    forge.erase("password=another\n");
    forge.erase("username=oauth2\npassword=\n");
    forge.erase("");
    forge.erase(&format!("password={}\n", &token[1..]));
    forge
        .env
        .run_as(HELPER, ["erase"])
        .stdin(format!("protocol=https\nhost=evil.tld\npassword={token}\n"))
        .success();
    assert_eq!(std::fs::read(forge.env.token_file()).unwrap(), before);
    let directory = forge.env.token_file().parent().unwrap().to_owned();
    let files = std::fs::read_dir(directory).unwrap().count();
    assert_eq!(files, 1, "no lock was taken");
    assert_eq!((forge.password(), forge.site.refreshes()), (token, 0));
}

#[test]
fn a_rejected_token_is_refreshed_once() {
    for fields in [
        "username=oauth2\npassword=",
        "username=oauth2\npassword=Bearer ",
        "authtype=Bearer\ncredential=",
    ] {
        let forge = Forge::new();
        let first = forge.password();
        forge.erase(&format!("{fields}{first}\n"));
        forge.erase(&format!("{fields}{first}\n"));
        assert_eq!(forge.site.refreshes(), 0);
        assert_eq!(forge.env.token("access_token"), first);
        let second = forge.password();
        assert_ne!(second, first);
        forge.erase(&format!("{fields}{first}\n"));
        assert_eq!(forge.password(), second);
        assert_eq!((forge.site.refreshes(), forge.site.reuses()), (1, 0));
    }
}

#[test]
fn a_token_rejected_for_git_is_not_printed_by_get() {
    let forge = Forge::new();
    let first = forge.password();
    forge.erase(&format!("password={first}\n"));
    let refreshed = forge.env.run(["get"]).any_stdout().success().stdout;
    assert_ne!(refreshed.trim_end(), first);
    assert_eq!(forge.site.refreshes(), 1);
}

#[test]
fn a_rejected_fresh_token_is_reported_without_a_storm() {
    let forge = Forge::new();
    forge.erase(&format!("password={}\n", forge.password()));
    let fresh = forge.password();
    for _ in 0..3 {
        forge.erase(&format!("password={fresh}\n"));
        let answer = get(&forge.env, &forge.host)
            .stdout_contains(&format!("password={fresh}\n"))
            .stderr(
                "prusa-cred: warning: a server rejects even a fresh token of profile prusa: the account lacks a \
                 permission there, the login is valid\n",
            )
            .success();
        assert!(!answer.stderr.contains(&fresh));
    }
    get(&forge.env, &forge.host)
        .any_stdout()
        .arg("-q")
        .success();
    assert_eq!((forge.site.refreshes(), forge.site.reuses()), (1, 0));
    forge.env.run(["get", "--refresh"]).any_stdout().success();
    assert_ne!(forge.password(), fresh);
    assert_eq!(forge.site.refreshes(), 2);
}

#[test]
fn erase_without_a_login_records_nothing() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let authority = site.connect_url().strip_prefix("http://").unwrap();
    env.run_as(HELPER, ["erase"])
        .stdin(format!("protocol=http\nhost={authority}\npassword=x\n"))
        .success();
    assert!(!env.token_file().exists());
}
