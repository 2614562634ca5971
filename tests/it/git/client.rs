//! The real git, with us for its helper.

use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

struct Client {
    site: Sandbox,
    env: TestEnv,
    host: String,
}

impl Client {
    fn with(helper: &str) -> Self {
        let site = Sandbox::start();
        let env = TestEnv::new(&site)
            .var("GIT_TERMINAL_PROMPT", "0")
            .stored(&site.stored(3600));
        let config = format!("[credential]\n    helper = {helper}\n");
        env.write(&env.home().join(".gitconfig"), config);
        let authority = site.connect_url().strip_prefix("http://").unwrap();
        let host = format!("protocol=http\nhost={authority}\n");
        Self { site, env, host }
    }

    fn credential(&self, verb: &str, fields: &str) -> Run {
        let input = format!("{fields}{}", self.host);
        self.env.run_as("git", ["credential", verb]).stdin(input)
    }

    /// Returns how git understands our answer: the token as user name and password.
    fn filled(&self) -> String {
        let token = self.env.token("access_token");
        let ends = &self.env.tokens()["expires_at"];
        format!(
            "{}username=oauth2\npassword={token}\npassword_expiry_utc={ends}\n",
            self.host
        )
    }
}

#[test]
fn git_fill_works_with_every_name_of_the_helper() {
    for helper in [
        "prusa-cred",
        "prusa-cred --profile prusa",
        "\"!prusa-cred git\"",
        "\"!prusa-cred --profile prusa git\"",
    ] {
        let client = Client::with(helper);
        client
            .credential("fill", "")
            .stdout(client.filled())
            .success();
    }
}

#[test]
fn get_without_options_recognises_git() {
    // From a file: a pipe is polled for 50 ms only, and git may be slower on a busy machine.
    let client = Client::with("\"!f() { cat > asked; prusa-cred $1 < asked; }; f\"");
    client
        .credential("fill", "")
        .stdout(client.filled())
        .success();
}

#[test]
fn git_uses_a_bearer_token_if_it_can() {
    let client = Client::with("prusa-cred");
    let token = client.env.token("access_token");
    client
        .credential("fill", "capability[]=authtype\n")
        .stdout_contains("capability[]=authtype\n")
        .stdout_contains("authtype=Bearer\n")
        .stdout_contains("ephemeral=1\n")
        .stdout_contains(&format!("credential={token}\n"))
        .success();
}

#[test]
fn git_asks_the_next_helper_for_other_hosts() {
    let client = Client::with("prusa-cred");
    for url in [
        client.site.account_url(),
        "https://evil.tld",
        "http://connect.prusa3d.com",
    ] {
        client
            .env
            .run_as("git", ["credential", "fill"])
            .stdin(format!("url={url}\n"))
            .stderr_contains("terminal prompts disabled")
            .status(128);
    }
}

#[test]
fn approve_and_reject_cause_at_most_one_refresh() {
    let client = Client::with("prusa-cred");
    let first = client.credential("fill", "").any_stdout().success().stdout;
    client.credential("approve", &first).success();
    client.credential("fill", "").stdout(&first).success();
    client
        .credential("reject", "username=oauth2\npassword=wrong\n")
        .success();
    client.credential("fill", "").stdout(&first).success();
    assert_eq!(client.site.refreshes(), 0);
    let rejected = first.replace(&client.host, "");
    client.credential("reject", &rejected).success();
    let second = client.credential("fill", "").any_stdout().success().stdout;
    assert_ne!(first, second);
    assert_eq!(second, client.filled());
    assert_eq!(client.site.refreshes(), 1);
    let token = client.env.token("access_token");
    let bearer =
        format!("capability[]=authtype\nauthtype=Bearer\ncredential={token}\nephemeral=1\n");
    client.credential("reject", &bearer).success();
    client
        .credential("fill", "")
        .stdout(second)
        .stderr_contains("rejects even a fresh token of profile prusa")
        .success();
    assert_eq!(client.site.refreshes(), 1);
}
