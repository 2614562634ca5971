//! Where the fields come from: sign-ins, renewals, imports, the environment, and servers that send their own.

use serde_json::{Value, json};

use super::{HOST, failure, token_set};
use crate::support::env::TestEnv;
use crate::support::kognic::{self, credentials};
use crate::support::oauth::OAuthSite;
use crate::support::practicus;
use crate::support::sandbox::{Answer, CLIENT_ID, EMAIL, PASSWORD, Sandbox, unix_now};

fn fields(set: &Value) -> (&Value, &Value) {
    (&set["issuer"], &set["client_id"])
}

fn read(path: &std::path::Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

#[test]
fn a_login_and_every_renewal_at_prusa_write_the_fields() {
    let site = Sandbox::start();
    let wanted = (json!(site.account_url()), json!(CLIENT_ID));
    let env = TestEnv::new(&site).with_credentials();
    env.run(["login"]).any_stderr().success();
    assert_eq!(fields(&env.tokens()), (&wanted.0, &wanted.1));

    // The Python SDK drops the fields when it writes.
    env.store(&site.stored(-10));
    env.run(["get"]).any_stdout().success();
    assert_eq!(fields(&env.tokens()), (&wanted.0, &wanted.1));

    // What a server sends under these names is not what it is asked for.
    site.always(
        "POST /o/token/",
        Answer::edited(|answer| {
            answer.insert("issuer".to_owned(), "https://evil.example".into());
            answer.insert("client_id".to_owned(), 7.into());
            answer.insert(
                "token_endpoint".to_owned(),
                "https://evil.example/token".into(),
            );
        }),
    );
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!(fields(&env.tokens()), (&wanted.0, &wanted.1));
    assert_eq!(env.tokens()["token_endpoint"], Value::Null);
    env.run(["get"]).any_stdout().success();
    let shown = env.run(["login", "--no-store"]).any_stdout().any_stderr();
    assert_eq!(fields(&shown.success().json()), (&wanted.0, &wanted.1));
}

#[test]
fn a_new_login_replaces_one_of_another_server() {
    let (one, other) = (Sandbox::start(), Sandbox::start());
    let env = TestEnv::new(&one).with_credentials();
    env.run(["login"]).any_stderr().success();
    let before = env.tokens();
    let env = env
        .var("PRUSA_ACCOUNT_URL", other.account_url())
        .var("PRUSA_REDIRECT_URI", other.redirect_uri());
    let error = failure(&env, &["get"]);
    assert_eq!(error["error"], "login_required");
    assert_eq!((env.tokens(), other.requests().len()), (before, 0));
    env.run(["login"]).any_stderr().success();
    assert_eq!(env.tokens()["issuer"], other.account_url());
    env.run(["get", "--refresh"]).any_stdout().success();
    assert_eq!((one.refreshes(), other.refreshes()), (0, 1));
}

#[test]
fn client_credentials_write_the_fields() {
    let site = OAuthSite::start();
    let env = TestEnv::offline().config(&format!(
        "default = 'corp'\n[profiles.corp]\nprovider = 'oauth'\nissuer = '{}/'\nclient_id = 'me'\n\
         flow = 'client-credentials'\nclient_secret_command = 'echo S3NTRY-secret'\nhosts = ['{HOST}']\n",
        site.origin()
    ));
    site.edit_metadata(|metadata| {
        let issuer = format!("{}/", metadata["issuer"].as_str().expect("an issuer"));
        metadata["issuer"] = issuer.into();
    });
    env.run(["get"]).any_stdout().success();
    let stored = read(&env.config_dir().join("prusa-cred/tokens/corp.json"));
    assert_eq!(fields(&stored), (&json!(site.origin()), &json!("me")));
    let told = env.run(["get"]).any_stdout().success();
    assert!(!told.stdout.is_empty());
}

#[test]
fn kognic_has_a_file_for_each_server_and_the_fields_in_it() {
    let (one, other) = (kognic::start(), kognic::start());
    let env = TestEnv::offline();
    env.json_file("credentials.json", &credentials());
    let get = |url: &str| {
        let run = env.run(["get", "--credentials", "credentials.json", "--server", url]);
        run.any_stdout().success().stdout
    };
    let first = get(one.url());
    assert_ne!(get(other.url()), first);
    assert_eq!(get(&format!("{}/", one.url())), first);
    let files: Vec<_> = env.kept_tokens().iter().map(|path| read(path)).collect();
    let mut issuers: Vec<_> = files.iter().map(|set| set["issuer"].clone()).collect();
    let mut wanted = [json!(one.url()), json!(other.url())];
    issuers.sort_by_key(Value::to_string);
    wanted.sort_by_key(Value::to_string);
    assert_eq!(issuers, wanted);
    assert!(
        files
            .iter()
            .all(|set| set["client_id"] == kognic::CLIENT_ID)
    );

    // A file under the name of another is not taken for it.
    let paths = env.kept_tokens();
    let (a, b) = (
        std::fs::read(&paths[0]).unwrap(),
        std::fs::read(&paths[1]).unwrap(),
    );
    env.write(&paths[0], b);
    env.write(&paths[1], a);
    for server in [&one, &other] {
        let words = [
            "get",
            "--credentials",
            "credentials.json",
            "--server",
            server.url(),
        ];
        assert_eq!(failure(&env, &words)["error"], "login_required");
    }
}

#[test]
fn a_region_is_written_at_sign_in_renewal_and_import() {
    let region = practicus::start();
    let env = TestEnv::offline().var("PRT_URL", region.url());
    let line = format!("login --provider practicus --email {EMAIL} --password-stdin");
    let login = env.run(line.split_whitespace()).stdin(PASSWORD);
    login.any_stderr().success();
    let file = env.config_dir().join("prusa-cred/tokens/practicus.json");
    assert_eq!(fields(&read(&file)), (&json!(region.url()), &Value::Null));
    let mut old = read(&file);
    old.as_object_mut().expect("an object").remove("issuer");
    env.write(&file, old.to_string());
    env.run(["get", "--profile", "practicus", "--refresh"])
        .any_stdout()
        .success();
    assert_eq!(read(&file)["issuer"], region.url());

    let env = TestEnv::offline();
    let token = region.state().issue("refresh", 86_400);
    let ini = format!(
        "[k8s_config_0]\nhost_url = {}\nemail = {EMAIL}\nrefresh_token = {token}\n",
        region.url()
    );
    env.write(&env.home().join(".practicus/core.conf"), ini);
    env.run(["login", "--import", "practicus"])
        .any_stderr()
        .success();
    let files = env.kept_tokens();
    assert_eq!(read(&files[0])["issuer"], region.url());
}

#[test]
fn a_successor_belongs_to_the_server_that_renewed_it() {
    let (one, other) = (Sandbox::start(), Sandbox::start());
    let env = TestEnv::new(&one).var("PRUSA_TOKENS_JSON", one.stored(-10).to_string());
    let token = env.run(["get"]).any_stdout().success().stdout;
    let successor = read(&env.kept_tokens()[0]);
    assert_eq!(
        fields(&successor),
        (&json!(one.account_url()), &json!(CLIENT_ID))
    );
    let env = env.var("PRUSA_ACCOUNT_URL", other.account_url());
    for words in [
        &["get"][..],
        &["get", "--refresh"],
        &["get", "--token", "refresh"],
    ] {
        let error = failure(&env, words);
        assert_eq!(error["error"], "login_required");
        let hint = "unset PRUSA_ACCOUNT_URL, set PRUSA_TOKENS_JSON to a login for it, or unset PRUSA_TOKENS_JSON";
        assert_eq!(error["hint"], hint);
    }
    assert_eq!(other.requests().len(), 0);
    let env = env.var("PRUSA_ACCOUNT_URL", one.account_url());
    env.run(["get"]).stdout(token).success();
    let logout = env
        .run(["logout", "--all"])
        .any_stderr()
        .env("PRUSA_ACCOUNT_URL", other.account_url());
    assert!(logout.success().stderr.contains("was not revoked"));
    assert_eq!((other.requests().len(), env.kept_tokens().len()), (0, 0));
}

#[test]
fn a_rejected_token_set_of_the_environment_stays_its_servers() {
    let (one, other) = (Sandbox::start(), Sandbox::start());
    let home = |site: &Sandbox| {
        let set = site.stored(3600);
        let token = set["access_token"].as_str().expect("a token").to_owned();
        let env = TestEnv::new(site)
            .config(&format!("[profiles.prusa]\nhosts = ['{HOST}']\n"))
            .var("PRUSA_TOKENS_JSON", set.to_string());
        let request = format!("protocol=https\nhost={HOST}\nusername=oauth2\npassword={token}\n\n");
        env.run(["git", "erase"]).stdin(request).success();
        env
    };
    let env = home(&one);
    let successor = read(&env.kept_tokens()[0]);
    assert!(successor["prusa_cred"].is_object(), "{successor}");
    assert_eq!(
        fields(&successor),
        (&json!(one.account_url()), &json!(CLIENT_ID))
    );
    let env = env.var("PRUSA_ACCOUNT_URL", other.account_url());
    assert_eq!(failure(&env, &["get"])["error"], "login_required");
    assert_eq!(other.requests().len(), 0);
    let env = env.var("PRUSA_ACCOUNT_URL", one.account_url());
    env.run(["get"]).any_stdout().success();
    assert_eq!(one.refreshes(), 1);

    // What prints the token set prints what was given.
    let set = one.stored(3600);
    let env = TestEnv::new(&one).var("PRUSA_TOKENS_JSON", set.to_string());
    let shown = env.run(["get", "--format", "json"]).any_stdout().success();
    assert!(shown.json()["issuer"].is_null(), "{}", shown.stdout);
}

#[test]
fn fields_of_a_token_set_in_the_environment_count() {
    let site = Sandbox::start();
    let mine = json!({ "issuer": site.account_url(), "client_id": CLIENT_ID });
    let table = [
        (json!({}), true),
        (mine, true),
        (json!({ "client_id": CLIENT_ID }), true),
        (json!({ "issuer": "https://other.example" }), false),
        (json!({ "client_id": "other" }), false),
    ];
    for has_refresh_token in [true, false] {
        for (more, is_used) in &table {
            let mut set = token_set(3000);
            for (key, value) in more.as_object().expect("an object") {
                set[key] = value.clone();
            }
            if !has_refresh_token {
                set.as_object_mut()
                    .expect("an object")
                    .remove("refresh_token");
            }
            let env = TestEnv::new(&site).var("PRUSA_TOKENS_JSON", set.to_string());
            if *is_used {
                env.run(["get"]).any_stdout().success();
                continue;
            }
            for words in [
                &["get"][..],
                &["get", "--refresh"],
                &["get", "--token", "identity"],
            ] {
                let error = failure(&env, words);
                assert_eq!(error["error"], "login_required", "{set}");
                assert!(
                    error["hint"]
                        .as_str()
                        .expect("a hint")
                        .contains("PRUSA_TOKENS_JSON")
                );
            }
            let shown = env
                .run(["status", "--json", "--profile", "prusa"])
                .any_stdout();
            assert_eq!(shown.outcome().json()[0]["signed_in"], false, "{set}");
        }
    }
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn on_rotate_gets_the_fields() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site)
        .config("[profiles.prusa]\non_rotate = 'cat > rotated'\n")
        .stored(&site.stored(-10));
    env.run(["get"]).any_stdout().success();
    let rotated = read(&env.home().join("rotated"));
    assert_eq!(
        fields(&rotated),
        (&json!(site.account_url()), &json!(CLIENT_ID))
    );
    assert!(rotated["expires_at"].as_i64().expect("a time") > unix_now());
}

#[test]
fn a_saved_password_is_not_sent_to_another_region() {
    let (one, other) = (practicus::start(), practicus::start());
    let env = TestEnv::offline().var("PRT_URL", one.url());
    let key = env.home().join("key");
    env.write(&key, [7; 32]);
    let env = env.config(&format!("seal = '{}'\n", key.display()));
    let line =
        format!("login --provider practicus --email {EMAIL} --password-stdin --save-password");
    env.run(line.split_whitespace())
        .stdin(PASSWORD)
        .any_stderr()
        .success();
    one.state().end_logins();
    let env = env.var("PRT_URL", other.url());
    let get = ["get", "--profile", "practicus", "--refresh"];
    assert_eq!(failure(&env, &get)["error"], "login_required");
    assert_eq!(other.count(|_| true), 0);
    let env = env.var("PRT_URL", one.url());
    env.run(get).any_stdout().success();
}
