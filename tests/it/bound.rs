//! A login is bound to who issued it and to which client: what is stored is used only where the profile still says the
//! same, whichever way somebody asks.

mod connect_url;
mod key_bound;
mod sign_in;
mod ways;
mod without_issuer;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::loopback::Loopback;
use crate::support::oauth::OAuthSite;
use crate::support::practicus::{self, Region};
use crate::support::sandbox::{CLIENT_ID, Sandbox, unix_now};

/// Hosts that every profile of these tests answers for.
const HOST: &str = "git.example.com";
const ACCESS: &str = "S3NTRY-bound-access";
const REFRESH: &str = "S3NTRY-bound-refresh";
const IDENTITY: &str = "S3NTRY-bound-identity";

/// Two servers of each kind, which count what they are asked.
struct Servers {
    account: [Sandbox; 2],
    oauth: [OAuthSite; 2],
    region: [Loopback<Region>; 2],
}

impl Servers {
    fn start() -> Self {
        Self {
            account: [Sandbox::start(), Sandbox::start()],
            oauth: [OAuthSite::start(), OAuthSite::start()],
            region: [practicus::start(), practicus::start()],
        }
    }

    /// Returns how many requests there were that could carry a token.
    fn requests(&self) -> usize {
        let of_oauth = |site: &OAuthSite| site.forms("/token").len() + site.forms("/revoke").len();
        self.account
            .iter()
            .map(|it| it.count(|_| true))
            .sum::<usize>()
            + self.oauth.iter().map(of_oauth).sum::<usize>()
            + self
                .region
                .iter()
                .map(|it| it.count(|_| true))
                .sum::<usize>()
    }
}

/// One setting that decides whose logins a profile uses, with a value before and one after.
struct Change {
    what: &'static str,
    profile: &'static str,
    /// The configuration, complete.
    config: [String; 2],
    variables: [Vec<(&'static str, String)>; 2],
    /// What the token file says, which fits the first value.
    fields: Value,
    /// What an error has to name of both.
    names: [String; 2],
    /// What it has to advise.
    hint: &'static str,
}

/// Returns every such setting of every provider.
fn changes(servers: &Servers) -> Vec<Change> {
    let mut all = of_prusa(servers);
    all.extend(of_oauth(servers));
    all.extend(of_practicus(servers));
    all
}

fn of_prusa(servers: &Servers) -> Vec<Change> {
    let [one, other] = servers
        .account
        .each_ref()
        .map(|it| it.account_url().to_owned());
    let built_in = format!("[profiles.prusa]\nhosts = ['{HOST}']\n");
    let farm = |account: &str, client: &str| {
        format!(
            "[profiles.farm]\nprovider = 'prusa'\nhosts = ['{HOST}']\naccount_url = '{account}'\nclient_id = '{client}'\n"
        )
    };
    let fields = json!({ "issuer": one, "client_id": CLIENT_ID });
    let account = |url: &str| vec![("PRUSA_ACCOUNT_URL", url.to_owned())];
    let client = |id: &str| {
        let id = ("PRUSA_CLIENT_ID", id.to_owned());
        [account(&one), vec![id]].concat()
    };
    let clients = || [CLIENT_ID.to_owned(), "another-client".to_owned()];
    vec![
        Change {
            what: "PRUSA_ACCOUNT_URL",
            profile: "prusa",
            config: [built_in.clone(), built_in.clone()],
            variables: [account(&one), account(&other)],
            fields: fields.clone(),
            names: [one.clone(), other.clone()],
            hint: "unset PRUSA_ACCOUNT_URL to use the stored login again, or run `prusa-cred login` to replace it",
        },
        Change {
            what: "PRUSA_CLIENT_ID",
            profile: "prusa",
            config: [built_in.clone(), built_in],
            variables: [client(CLIENT_ID), client("another-client")],
            fields: fields.clone(),
            names: clients(),
            hint: "unset PRUSA_CLIENT_ID to use the stored login again, or run `prusa-cred login` to replace it",
        },
        Change {
            what: "account_url",
            profile: "farm",
            config: [farm(&one, CLIENT_ID), farm(&other, CLIENT_ID)],
            variables: [Vec::new(), Vec::new()],
            fields: fields.clone(),
            names: [one.clone(), other],
            hint: "run `prusa-cred login --profile farm` to replace the stored login, which is kept until then and used again once the profile says the same",
        },
        Change {
            what: "client_id of a Prusa Account",
            profile: "farm",
            config: [farm(&one, CLIENT_ID), farm(&one, "another-client")],
            variables: [Vec::new(), Vec::new()],
            fields,
            names: clients(),
            hint: "run `prusa-cred login --profile farm` to replace the stored login, which is kept until then and used again once the profile says the same",
        },
    ]
}

fn of_oauth(servers: &Servers) -> Vec<Change> {
    let [one, other] = servers.oauth.each_ref().map(|it| it.origin().to_owned());
    let corp =
        |keys: String| format!("[profiles.corp]\nprovider = 'oauth'\nhosts = ['{HOST}']\n{keys}\n");
    let change = |what, config: [String; 2], fields: Value, names: [String; 2]| Change {
        what,
        profile: "corp",
        config: config.map(corp),
        variables: [Vec::new(), Vec::new()],
        fields,
        names,
        hint: "run `prusa-cred login --profile corp` to replace the stored login, which is kept until then and used again once the profile says the same",
    };
    let issuer = |url: &str, client: &str| format!("issuer = '{url}'\nclient_id = '{client}'");
    let endpoint = |url: &str| format!("client_id = 'me'\ntoken_endpoint = '{url}/token'");
    let both = |url: &str| format!("{}\ntoken_endpoint = '{url}/token'", issuer(&one, "me"));
    let machine = |url: &str| {
        format!(
            "{}\nflow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'",
            issuer(url, "me")
        )
    };
    let fields = json!({ "issuer": one, "client_id": "me" });
    let urls = || [one.clone(), other.clone()];
    let endpoints = || [format!("{one}/token"), format!("{other}/token")];
    vec![
        change(
            "issuer",
            [issuer(&one, "me"), issuer(&other, "me")],
            fields.clone(),
            urls(),
        ),
        change(
            "issuer of client credentials",
            [machine(&one), machine(&other)],
            fields.clone(),
            urls(),
        ),
        change(
            "client_id",
            [issuer(&one, "me"), issuer(&one, "you")],
            fields,
            ["the client me".to_owned(), "the client you".to_owned()],
        ),
        change(
            "token_endpoint alone",
            [endpoint(&one), endpoint(&other)],
            json!({ "issuer": format!("{one}/token"), "client_id": "me" }),
            endpoints(),
        ),
        change(
            "token_endpoint beside the issuer",
            [both(&one), both(&other)],
            json!({ "issuer": one, "client_id": "me", "token_endpoint": format!("{one}/token") }),
            endpoints(),
        ),
        change(
            "token_endpoint where there was none",
            [issuer(&one, "me"), both(&other)],
            json!({ "issuer": one, "client_id": "me" }),
            [
                "no token endpoint of its own".to_owned(),
                format!("{other}/token"),
            ],
        ),
    ]
}

fn of_practicus(servers: &Servers) -> Vec<Change> {
    let [one, other] = servers.region.each_ref().map(|it| it.url().to_owned());
    let region = |name: &str, url: &str| {
        format!("[profiles.{name}]\nprovider = 'practicus'\nhosts = ['{HOST}']\nurl = '{url}'\n")
    };
    let variable = |url: &str| vec![("PRT_URL", url.to_owned())];
    let fields = json!({ "issuer": one });
    let urls = || [one.clone(), other.clone()];
    vec![
        Change {
            what: "PRT_URL",
            profile: "practicus",
            config: [region("practicus", &one), region("practicus", &one)],
            variables: [variable(&one), variable(&other)],
            fields: fields.clone(),
            names: urls(),
            hint: "unset PRT_URL to use the stored login again, or run `prusa-cred login --profile practicus` to replace it",
        },
        Change {
            what: "url",
            profile: "region-1",
            config: [region("region-1", &one), region("region-1", &other)],
            variables: [Vec::new(), Vec::new()],
            fields,
            names: urls(),
            hint: "run `prusa-cred login --profile region-1` to replace the stored login, which is kept until then and used again once the profile says the same",
        },
    ]
}

impl Change {
    /// Returns a home with the stored login, whose access token has this many seconds left, before the change.
    fn home(&self, life: i64) -> TestEnv {
        let env = TestEnv::offline();
        let mut set = token_set(life);
        for (key, value) in self.fields.as_object().into_iter().flatten() {
            set[key] = value.clone();
        }
        env.write(&self.file(&env), set.to_string());
        self.with(env, 0)
    }

    /// Returns the home with the settings before (0) or after (1) the change.
    fn with(&self, env: TestEnv, at: usize) -> TestEnv {
        let env = env.config(&self.config[at]);
        let variables = self.variables[at].iter();
        variables.fold(env, |env, (name, value)| env.var(name, value))
    }

    fn file(&self, env: &TestEnv) -> PathBuf {
        match self.profile {
            "prusa" => env.token_file(),
            name => env
                .config_dir()
                .join(format!("prusa-cred/tokens/{name}.json")),
        }
    }

    fn stored(&self, env: &TestEnv) -> Value {
        let bytes = std::fs::read(self.file(env)).expect("the token file");
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

fn token_set(life: i64) -> Value {
    json!({
        "access_token": ACCESS, "refresh_token": REFRESH, "id_token": IDENTITY, "token_type": "Bearer",
        "expires_in": 3600, "expires_at": unix_now() + life,
    })
}

/// Runs `get` with these words, which fails, and returns the error for programs.
fn failure(env: &TestEnv, words: &[&str]) -> Value {
    let run = env.run(words).env("PRUSA_CRED_ERRORS", "json");
    let told = run.any_stderr().status(1).stderr;
    let last = told.lines().last().expect("a line");
    serde_json::from_str(last).expect("JSON")
}
