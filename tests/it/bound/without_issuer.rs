//! Token files without the fields: the Python SDK's, and those of older versions.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{ACCESS, HOST, failure, token_set};
use crate::support::env::TestEnv;
use crate::support::sandbox::{jwt, unix_now};

const BUILT_IN_CLIENT: &str = "MRHTlZhZqkNrrQ6FUPtjyusAz8nc59ErHXP8XkS4";
const ACCOUNT: &str = "https://account.prusa3d.com";

/// A home whose client is the built-in one, with a stored login that says nothing of its issuer.
fn home() -> TestEnv {
    TestEnv::of_a_newcomer()
        .var("PRUSA_CLIENT_ID", BUILT_IN_CLIENT)
        .config(&format!("[profiles.prusa]\nhosts = ['{HOST}']\n"))
        .stored(&token_set(3000))
}

#[test]
fn the_file_of_profile_prusa_belongs_to_the_built_in_account() {
    let env = home();
    let token = format!("{ACCESS}\n");
    env.run(["get"]).stdout(&token).success();
    let table = [
        ("PRUSA_ACCOUNT_URL", ACCOUNT, true),
        ("PRUSA_ACCOUNT_URL", "https://account.prusa3d.com/", true),
        ("PRUSA_ACCOUNT_URL", "https://ACCOUNT.prusa3d.com:443", true),
        ("PRUSA_ACCOUNT_URL", "http://127.0.0.1:2", true),
        ("PRUSA_ACCOUNT_URL", "http://localhost:2", true),
        ("PRUSA_ACCOUNT_URL", "https://account.example.com", false),
        ("PRUSA_ACCOUNT_URL", "https://account.prusa3d.com/x", false),
        (
            "PRUSA_ACCOUNT_URL",
            "https://account.prusa3d.com:8443",
            false,
        ),
        ("PRUSA_CLIENT_ID", BUILT_IN_CLIENT, true),
        ("PRUSA_CLIENT_ID", "other", false),
    ];
    for (name, value, is_used) in table {
        let run = env.run(["get"]).env(name, value);
        if is_used {
            run.stdout(&token).success();
            continue;
        }
        let told = run.any_stderr().status(1).stderr;
        let stored = match name {
            "PRUSA_CLIENT_ID" => BUILT_IN_CLIENT,
            _ => ACCOUNT,
        };
        let wanted = format!("it is for {stored}, and the profile says {value} ({name})");
        assert!(told.replace("the client ", "").contains(&wanted), "{told}");
    }
    assert!(env.tokens()["issuer"].is_null());
}

#[test]
fn a_file_that_names_no_issuer_belongs_to_the_built_in_account_too() {
    let token = format!("{ACCESS}\n");
    for fields in [
        json!({ "client_id": BUILT_IN_CLIENT }),
        json!({ "client_id": BUILT_IN_CLIENT, "issuer": null }),
        json!({ "client_id": BUILT_IN_CLIENT, "issuer": "" }),
        json!({ "client_id": BUILT_IN_CLIENT, "issuer": 7 }),
        json!({ "client_id": BUILT_IN_CLIENT, "issuer": ["https://evil.example"] }),
        json!({ "client_id": [BUILT_IN_CLIENT], "issuer": { "url": "https://evil.example" } }),
        json!({ "client_id": 7, "token_endpoint": false }),
        json!({ "issuer": "evil.example" }),
        json!({ "issuer": "account" }),
        json!({ "token_endpoint": "https://evil.example/o/token/" }),
        json!({ "client_id": BUILT_IN_CLIENT, "token_endpoint": "" }),
    ] {
        let mut set = token_set(3000);
        for (key, value) in fields.as_object().into_iter().flatten() {
            set[key] = value.clone();
        }
        let env = home().stored(&set);
        let states_other = fields["issuer"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
            || fields["token_endpoint"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
        if !states_other {
            env.run(["get"]).stdout(&token).success();
        }
        let env = env.var("PRUSA_ACCOUNT_URL", "https://evil.example");
        for words in [
            &["get"][..],
            &["get", "--token", "refresh"],
            &["get", "--refresh"],
        ] {
            let error = failure(&env, words);
            assert_eq!(error["error"], "login_required", "{fields}: {error}");
        }
    }
    let mut set = token_set(3000);
    set["client_id"] = "another-client".into();
    let env = home().stored(&set);
    assert_eq!(failure(&env, &["get"])["error"], "login_required");
    let env = env.var("PRUSA_CLIENT_ID", "another-client");
    env.run(["get"]).stdout(&token).success();
}

#[test]
fn the_sdk_s_own_file_is_the_built_in_account_s_too() {
    let env = TestEnv::of_a_newcomer().var("PRUSA_CLIENT_ID", BUILT_IN_CLIENT);
    let file = env.config_dir().join("prusa-connect/prusa_tokens.json");
    env.write(&file, token_set(3000).to_string());
    env.run(["get"]).stdout(format!("{ACCESS}\n")).success();
    let env = env.var("PRUSA_ACCOUNT_URL", "https://account.example.com");
    assert_eq!(failure(&env, &["get"])["error"], "login_required");
    let env = env.var("PRUSA_TOKENS_FILE", &file);
    assert_eq!(failure(&env, &["get"])["error"], "login_required");
}

#[test]
fn a_stand_in_with_a_host_elsewhere_gets_no_file_without_fields() {
    let env = home()
        .config("")
        .var("PRUSA_ACCOUNT_URL", "http://127.0.0.1:2")
        .var("PRUSA_CONNECT_URL", "https://evil.example");
    for words in [&["get", "https://evil.example"][..], &["get"]] {
        assert_eq!(failure(&env, words)["error"], "login_required");
    }
}

#[test]
fn another_profile_has_the_files_under_its_name() {
    let env = TestEnv::offline().config(
        "[profiles.farm]\nprovider = 'prusa'\naccount_url = 'https://account.example.com'\n\
         [profiles.corp]\nprovider = 'oauth'\nissuer = 'https://login.example.com'\nclient_id = 'me'\n\
         [profiles.region-1]\nprovider = 'practicus'\nurl = 'https://region.example.com'\n",
    );
    for profile in ["farm", "corp", "region-1"] {
        let file = format!("prusa-cred/tokens/{profile}.json");
        env.write(&env.config_dir().join(file), token_set(3000).to_string());
        let run = env.run(["get", "--profile", profile]);
        run.stdout(format!("{ACCESS}\n")).success();
    }
}

#[test]
fn a_region_s_file_belongs_to_the_configured_region_else_to_its_issuer() {
    let refresh = |issuer: &str| jwt(&json!({ "token_type": "refresh", "iss": issuer }));
    let configured =
        "[profiles.practicus]\nprovider = 'practicus'\nurl = 'https://one.example.com'\n";
    let table = [
        (
            "",
            "https://one.example.com",
            "https://one.example.com/x",
            true,
        ),
        ("", "https://one.example.com", "region", true),
        (
            "",
            "https://one.example.com",
            "https://two.example.com",
            false,
        ),
        (configured, "https://one.example.com/", "region", true),
        (configured, "https://two.example.com", "region", false),
        (configured, "http://127.0.0.1:2", "region", false),
        (
            configured,
            "http://127.0.0.1:2",
            "http://localhost:2",
            false,
        ),
        ("", "http://127.0.0.1:2", "region", true),
        ("", "http://127.0.0.1:2", "http://localhost:8000", true),
        ("", "http://127.0.0.1:2", "https://two.example.com", false),
        (
            "",
            "https://one.example.com",
            "http://two.example.com",
            false,
        ),
        ("", "https://one.example.com", "two.example.com", false),
        ("", "https://one.example.com", "//two.example.com", false),
        ("", "https://one.example.com", "one.example.com", true),
    ];
    for (config, url, issuer, is_used) in table {
        let env = TestEnv::offline().config(config).var("PRT_URL", url);
        let mut set = token_set(3000);
        set["refresh_token"] = refresh(issuer).into();
        let file = env.config_dir().join("prusa-cred/tokens/practicus.json");
        env.write(&file, set.to_string());
        let get = ["get", "--profile", "practicus"];
        if is_used {
            env.run(get).stdout(format!("{ACCESS}\n")).success();
        } else {
            assert_eq!(
                failure(&env, &get)["error"],
                "login_required",
                "{url} {issuer}"
            );
        }
    }
}

#[test]
fn a_token_in_the_environment_belongs_to_the_region_that_it_names() {
    let configured =
        |url: &str| format!("[profiles.practicus]\nprovider = 'practicus'\nurl = '{url}'\n");
    let list = json!(["https://two.example.com"]);
    let table = [
        (String::new(), json!("https://one.example.com"), true),
        (String::new(), json!("one.example.com"), true),
        (String::new(), json!("region"), true),
        (
            String::new(),
            json!(["two.example.com", "one.example.com"]),
            true,
        ),
        (String::new(), json!("https://two.example.com"), false),
        (String::new(), json!("two.example.com"), false),
        (String::new(), list.clone(), false),
        (configured("https://two.example.com"), list.clone(), false),
        // The person who wrote this down says that it takes the other's tokens.
        (configured("https://one.example.com"), list, true),
    ];
    for (config, issuer, is_used) in table {
        for kind in ["access", "refresh"] {
            let claims = json!({ "token_type": kind, "iss": issuer, "exp": unix_now() + 3000 });
            let token = jwt(&claims);
            let env = TestEnv::offline()
                .config(&config)
                .var("PRT_URL", "https://one.example.com")
                .var("PRT_TOKEN", &token);
            let get = ["get", "--profile", "practicus", "--token", kind];
            if is_used {
                env.run(get).stdout(format!("{token}\n")).success();
                continue;
            }
            let error = failure(&env, &get);
            assert_eq!(error["error"], "login_required", "{claims}");
            let message = error["message"].as_str().expect("a message");
            let why = "two.example.com, and the profile says https://one.example.com (PRT_URL)";
            assert!(message.contains(why), "{message}");
            let hint = "unset PRT_URL, set PRT_TOKEN to a login for it, or unset PRT_TOKEN";
            assert_eq!(error["hint"], hint);
            let which = env.run(["which", "--profile", "practicus"]).any_stdout();
            assert!(which.outcome().stdout.contains(why), "{claims}");
            let status = env.run(["status", "--profile", "practicus"]).any_stdout();
            assert!(status.outcome().stdout.contains("none for https://one"));
        }
    }
}

#[test]
fn a_token_of_a_region_is_not_sent_to_a_stand_in_on_this_machine() {
    let region = crate::support::practicus::start();
    let claims = json!({ "token_type": "refresh", "iss": "https://real.example.com" });
    let token = jwt(&claims);
    let given = TestEnv::offline().var("PRT_TOKEN", &token);
    let stored = TestEnv::offline();
    let file = stored.config_dir().join("prusa-cred/tokens/practicus.json");
    stored.write(&file, json!({ "refresh_token": token }).to_string());
    for env in [given, stored] {
        let env = env.var("PRT_URL", region.url());
        for words in [&["get", "--refresh"][..], &["get"]] {
            let words = [words, &["--profile", "practicus"]].concat();
            assert_eq!(failure(&env, &words)["error"], "login_required");
        }
    }
    assert_eq!(region.count(|_| true), 0);
}

#[test]
fn a_rejection_writes_no_fields() {
    let env = TestEnv::offline()
        .config(&format!("[profiles.prusa]\nhosts = ['{HOST}']\n"))
        .stored(&token_set(3000));
    let request = format!("protocol=https\nhost={HOST}\nusername=oauth2\npassword={ACCESS}\n\n");
    env.run(["git", "erase"]).stdin(request).success();
    let stored = env.tokens();
    assert!(stored["prusa_cred"].is_object(), "{stored}");
    assert!(stored["issuer"].is_null(), "{stored}");
}

/// Returns the paths by which a file can be named: its own, one with `..`, and links to it and to its directory.
fn spellings(env: &TestEnv, file: &Path) -> Vec<PathBuf> {
    let directory = file.parent().expect("a directory");
    let name = |path: &Path| path.file_name().expect("a name").to_owned();
    let link = |what: &str| env.home().join(format!("{what}-{}", name(file).display()));
    symlink(file, link("symbolic")).expect("a link");
    fs::hard_link(file, link("hard")).expect("a link");
    symlink(directory, link("directory")).expect("a link");
    let tokens = env.config_dir().join("prusa-cred/tokens");
    fs::create_dir_all(&tokens).expect("a directory");
    vec![
        file.to_owned(),
        tokens.join("../..").join(name(directory)).join(name(file)),
        directory.join(".").join(name(file)),
        link("symbolic"),
        link("hard"),
        link("directory").join(name(file)),
    ]
}

#[test]
fn the_built_in_file_under_another_name_is_no_other_server_s() {
    let env = home();
    let sdk = env.config_dir().join("prusa-connect/prusa_tokens.json");
    env.write(&sdk, token_set(3000).to_string());
    let farm = |file: &Path, more: &str| {
        let file = file.display();
        format!("[profiles.farm]\nprovider = 'prusa'\ntoken_file = '{file}'\n{more}\n")
    };
    let get = ["get", "--profile", "farm"];
    let files = [env.token_file(), sdk].map(|file| spellings(&env, &file));
    let mut env = env;
    for file in files.iter().flatten() {
        env = env.config(&farm(file, ""));
        env.run(get).stdout(format!("{ACCESS}\n")).success();
        env = env.config(&farm(file, "account_url = 'https://account.example.com'"));
        let error = failure(&env, &get);
        assert_eq!(error["error"], "login_required", "{}", file.display());
    }
    let account =
        "[profiles.farm]\nprovider = 'prusa'\naccount_url = 'https://account.example.com'\n";
    let env = env.config(account);
    let link = env.config_dir().join("prusa-cred/tokens/farm.json");
    symlink(env.token_file(), link).expect("a link");
    assert_eq!(failure(&env, &get)["error"], "login_required");
}
