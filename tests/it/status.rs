//! What is told about logins: `status`, `which`, `list`, `inspect`. Never a token.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, EMAIL, MARKER, Sandbox, unix_now};

/// Shown as "1 d", ahead or ago, for half an hour: longer than any test takes.
const LIFE: i64 = 24 * 3600 + 1800;
const AGO: i64 = 24 * 3600 + 1800;

/// Two accounts side by side: prusa, and farm with hosts of its own.
fn two_accounts(site: &Sandbox) -> TestEnv {
    let config = format!(
        "[profiles.farm]\nprovider = 'prusa'\nemail = 'farm@example.com'\nusername = 'robot'\n\
         hosts = ['farm.example.com', '*.farm.example.com:8443']\naccount_url = '{}'\n",
        site.account_url()
    );
    let env = TestEnv::new(site)
        .stored(&site.stored(LIFE))
        .config(&config);
    let mut of_farm = site.stored(-AGO);
    of_farm.as_object_mut().unwrap().remove("id_token");
    env.write(&farm_file(&env), of_farm.to_string());
    env
}

fn farm_file(env: &TestEnv) -> std::path::PathBuf {
    env.config_dir().join("prusa-cred/tokens/farm.json")
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap().to_string()
}

fn expiry_of(token: &str) -> i64 {
    use base64::Engine as _;
    let claims = token.split('.').nth(1).unwrap();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(claims)
        .unwrap();
    let claims: Value = serde_json::from_slice(&bytes).unwrap();
    claims["exp"].as_i64().unwrap()
}

fn printed<const N: usize>(env: &TestEnv, arguments: [&str; N]) -> String {
    let run = env.run(arguments).any_stdout().no_secret_on_stdout();
    run.success().stdout
}

#[test]
fn status_shows_account_expiry_and_file() {
    let site = Sandbox::start();
    let env = two_accounts(&site);
    let text = printed(&env, ["status"]);
    let text = text.replace("29 d 23 h", "30 d");
    let (farm, prusa) = text.split_once("\n\n").unwrap();
    let expected = format!(
        "prusa (prusa, default)\n  login    {EMAIL}\n  access   expires in 1 d ({})\n  refresh  expires in 30 d ({})\n  \
         hosts    {}\n  store    {}\n",
        time(env.tokens()["expires_at"].as_i64().unwrap()),
        time(expiry_of(&env.token("refresh_token"))),
        site.connect_url(),
        env.shown(&env.token_file())
    );
    assert_eq!(prusa, expected);
    assert!(
        farm.starts_with("farm (prusa)\n  login    farm@example.com\n  access   expired 1 d ago ("),
        "{farm}"
    );
    assert!(
        farm.contains("); refreshed at the next request\n"),
        "{farm}"
    );
    assert!(
        farm.contains("hosts    farm.example.com, *.farm.example.com:8443\n"),
        "{farm}"
    );
    let alone = printed(&env, ["status", "-p", "prusa"]);
    assert_eq!(alone.replace("29 d 23 h", "30 d"), expected);
    assert_eq!(site.requests().len(), 0, "looking costs nothing");
}

#[test]
fn status_as_json_has_the_same_facts() {
    let site = Sandbox::start();
    let env = two_accounts(&site);
    let rows: Value = serde_json::from_str(&printed(&env, ["status", "--json"])).unwrap();
    let mut prusa = rows[1].clone();
    let left = prusa.as_object_mut().unwrap().remove("access_expires_in");
    assert!((LIFE - 1800..=LIFE).contains(&left.unwrap().as_i64().unwrap()));
    assert_eq!(
        prusa,
        json!({
            "profile": "prusa",
            "provider": "prusa",
            "is_default": true,
            "signed_in": true,
            "email": EMAIL,
            "access_expires_at": time(env.tokens()["expires_at"].as_i64().unwrap()),
            "has_refresh_token": true,
            "refresh_expires_at": time(expiry_of(&env.token("refresh_token"))),
            "hosts": [site.connect_url()],
            "store": env.token_file(),
            "sealed": false,
        })
    );
    assert_eq!(rows[0]["access_expires_in"], 0);
    assert_eq!(rows[0]["email"], "farm@example.com");
}

#[test]
fn without_a_login_status_shows_how_to_sign_in() {
    let env = TestEnv::offline().config("[profiles.farm]\nprovider = 'prusa'\n");
    let text = printed(&env, ["status"]);
    assert!(text.contains(
        "farm (prusa)\n  login    none; sign in with `prusa-cred login --profile farm`\n"
    ));
    assert!(
        text.contains("prusa (prusa, default)\n  login    none; sign in with `prusa-cred login`\n")
    );
    let rows: Value = serde_json::from_str(&printed(&env, ["status", "--json"])).unwrap();
    assert_eq!(rows[0]["signed_in"], false);
    assert!(
        printed(&env, ["which"]).contains("login         none; sign in with `prusa-cred login`\n")
    );
    env.run(["inspect"])
        .stderr("prusa-cred: profile prusa is not signed in\n  hint: run `prusa-cred login`\n")
        .status(1);
}

#[test]
fn an_unreadable_file_is_shown_beside_the_others() {
    let site = Sandbox::start();
    let env = two_accounts(&site);
    env.write(&farm_file(&env), format!("{{\"access_token\": \"{MARKER}"));
    let what = "does not hold a token set";
    let why = format!("{} {what}", env.shown(&farm_file(&env)));
    let text = printed(&env, ["status"]);
    assert!(
        text.contains(&format!("farm (prusa)\n  login    cannot be read: {why}\n")),
        "{text}"
    );
    assert!(text.contains(&format!("login    {EMAIL}\n")), "{text}");
    let rows: Value = serde_json::from_str(&printed(&env, ["status", "--json"])).unwrap();
    assert_eq!(
        (&rows[0]["error"], &rows[0]["signed_in"]),
        (
            &json!(format!("{} {what}", farm_file(&env).display())),
            &json!(false)
        )
    );
    std::fs::remove_file(farm_file(&env)).unwrap();
    std::os::unix::fs::symlink("farm.json", farm_file(&env)).unwrap();
    let text = printed(&env, ["status"]);
    let system_says = format!(
        "{}: Too many levels of symbolic links",
        env.shown(&farm_file(&env))
    );
    assert!(text.contains(&system_says), "{text}");
    std::fs::remove_file(farm_file(&env)).unwrap();
    env.write(&farm_file(&env), format!("{{\"access_token\": \"{MARKER}"));
    let which = printed(&env, ["which", "farm.example.com"]);
    assert!(which.contains(&format!("error         {why}\n")), "{which}");
}

#[test]
fn a_login_from_the_environment_is_shown_as_such() {
    let site = Sandbox::start();
    let env = two_accounts(&site).var("PRUSA_TOKEN", format!("{MARKER}-given"));
    let text = printed(&env, ["status", "-p", "prusa"]);
    assert!(text.contains("  access   no expiry is given\n  refresh  no refresh token: the login ends with the access token\n"), "{text}");
    assert!(text.ends_with("  store    the environment\n"), "{text}");
    assert!(
        printed(&env, ["which"])
            .contains("source        the environment, until its token expires; then the store\n")
    );
}

#[test]
fn list_shows_hosts_and_their_profiles() {
    let site = Sandbox::start();
    let env = two_accounts(&site);
    std::fs::remove_file(farm_file(&env)).unwrap();
    let host = site.connect_url();
    let width = "*.farm.example.com:8443".len();
    let expected = format!(
        "{:width$}  farm  (not signed in)\n*.farm.example.com:8443  farm  (not signed in)\n{host:width$}  prusa\n",
        "farm.example.com"
    );
    assert_eq!(printed(&env, ["list"]), expected);
    let rows: Value = serde_json::from_str(&printed(&env, ["list", "--json"])).unwrap();
    assert_eq!(
        rows[2],
        json!({ "host": host, "username": "oauth2", "profile": "prusa", "signed_in": true })
    );
    assert_eq!(
        rows[0],
        json!({ "host": "farm.example.com", "username": "robot", "profile": "farm", "signed_in": false })
    );
}

#[test]
fn which_shows_the_rule_next_refresh_and_last_error() {
    let site = Sandbox::start();
    let env = two_accounts(&site);
    let url = format!("{}/app/printers", site.connect_url());
    let text = printed(&env, ["which", &url]);
    let head = format!(
        "profile       prusa\nrule          it names the host\nstore         {}\n",
        env.shown(&env.token_file())
    );
    assert!(
        text.starts_with(&head) && text.ends_with("next refresh  in 1 d\n"),
        "{text}"
    );
    let asked = printed(&env, ["which", "-p", "farm", "--json"]);
    let asked: Value = serde_json::from_str(&asked).unwrap();
    assert_eq!(
        (&asked["profile"], &asked["rule"]),
        (&json!("farm"), &json!("named by --profile"))
    );

    // At most a fifth of a short life may be left unused.
    let mut short = site.stored(40);
    short["expires_in"] = json!(50);
    env.store(&short);
    let told: Value =
        serde_json::from_str(&printed(&env, ["which", "-p", "prusa", "--json"])).unwrap();
    let end = short["expires_at"].as_i64().unwrap();
    assert_eq!(told["next_refresh"], time(end - 10), "{told}");

    env.store(&site.stored(-60));
    site.always("POST /o/token/", Answer::oauth_error(400, "invalid_grant"));
    env.run(["get", "-p", "prusa"]).any_stderr().status(1);
    let text = printed(&env, ["which", "-p", "prusa"]);
    assert!(
        text.contains("next refresh  none: the server refused the refresh token\nlast error    "),
        "{text}"
    );
    let told: Value =
        serde_json::from_str(&printed(&env, ["which", "-p", "prusa", "--json"])).unwrap();
    assert_eq!(told["last_error"]["error"], "login_required", "{told}");
    env.run(["which", "https://example.com"])
        .stderr_contains("prusa-cred: no profile answers for https://example.com\n")
        .status(1);
}

#[test]
fn an_ended_login_is_shown_as_ended() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(-AGO));
    let signed_in = |env: &TestEnv| {
        let [status, list] = ["status", "list"].map(|command| {
            let rows: Value = serde_json::from_str(&printed(env, [command, "--json"])).unwrap();
            rows[0]["signed_in"].as_bool().unwrap()
        });
        assert_eq!(status, list);
        status
    };
    assert!(signed_in(&env), "a refresh token is there");
    site.always("POST /o/token/", Answer::oauth_error(400, "invalid_grant"));
    env.run(["get"]).any_stderr().status(1);
    assert!(!signed_in(&env));
    let text = printed(&env, ["status"]);
    let told = format!(
        "  login    {EMAIL}: ended; sign in with `prusa-cred login`\n  access   expired 1 d ago ("
    );
    assert!(
        text.contains(&told) && text.contains("; not renewed\n"),
        "{text}"
    );
    assert!(printed(&env, ["list"]).contains("  prusa  (not signed in)\n"));

    let mut alone = site.stored(-60);
    alone.as_object_mut().unwrap().remove("refresh_token");
    let env = TestEnv::new(&site).stored(&alone);
    assert!(!signed_in(&env));
    let living = TestEnv::new(&site).stored(&site.stored(LIFE));
    let living = living.var("PRUSA_TOKENS_JSON", alone.to_string());
    assert!(signed_in(&living), "what is stored is used then");
    let seeded = env.var("PRUSA_TOKENS_JSON", site.stored(-60).to_string());
    seeded.run(["get"]).any_stderr().status(1);
    assert!(
        printed(&seeded, ["status"]).contains(": ended; put another login in PRUSA_TOKENS_JSON\n")
    );
}

#[test]
fn inspect_decodes_a_token_locally_and_does_not_print_it() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site).stored(&site.stored(LIFE));
    let unverified = "The signature is not verified here: only the issuer can tell whether a token is genuine.\n";
    env.run(["inspect"])
        .no_secret_on_stdout()
        .stdout_contains("header\n  alg  RS256\n")
        .stdout_contains(&format!(
            "  exp         {0}  {1}, in 1 d\n",
            expiry_of(&env.token("access_token")),
            time(expiry_of(&env.token("access_token")))
        ))
        .stderr(unverified)
        .success();
    let identity: Value =
        serde_json::from_str(&printed(&env, ["inspect", "--token", "identity", "--json"])).unwrap();
    assert_eq!(identity["claims"]["user"]["email"], EMAIL);
    assert_eq!(
        (&identity["is_expired"], &identity["is_verified"]),
        (&json!(false), &json!(false))
    );
    env.run(["inspect", "-"])
        .stdin(format!("Bearer {}\n", env.token("refresh_token")))
        .no_secret_on_stdout()
        .stdout_contains("  type        refresh\n")
        .stderr(unverified)
        .success();
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn control_characters_in_claims_are_escaped() {
    use base64::Engine as _;
    let encode =
        |value: Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "name": "Ada\u{1b}[2J\r\nclaims\u{202e}", "exp": unix_now() - AGO });
    let token = format!("{}.{}.x", encode(json!({ "alg": "none" })), encode(claims));
    let env = TestEnv::offline();
    let text = env
        .run(["inspect", "-"])
        .stdin(token)
        .any_stdout()
        .any_stderr()
        .success()
        .stdout;
    assert!(
        text.contains("  name  Ada[2J claims\n") && !text.contains('\u{1b}'),
        "{text:?}"
    );
    assert!(text.contains(", 1 d ago\n"), "{text}");
}

#[test]
fn opaque_tokens_work() {
    let site = Sandbox::start().with(|site| site.opaque_tokens = true);
    let env = TestEnv::new(&site).stored(&site.stored(LIFE));
    let text = printed(&env, ["status"]);
    assert!(text.contains("  access   expires in 1 d ("), "{text}");
    assert!(
        text.contains("  refresh  there is a refresh token; no expiry is given\n"),
        "{text}"
    );
    for (name, what) in [
        ("access", "the access token"),
        ("refresh", "the refresh token"),
    ] {
        let error =
            format!("prusa-cred: {what} is not a JSON Web Token: only its issuer can read it\n");
        env.run(["inspect", "--token", name])
            .stderr(error)
            .status(1);
    }
    let mut bare = env.tokens();
    bare.as_object_mut().unwrap().remove("id_token");
    env.store(&bare);
    assert!(printed(&env, ["status"]).contains("  login    signed in\n"));
    env.run(["inspect", "-t", "identity"])
        .stderr("prusa-cred: the login of profile prusa does not have the identity token\n  hint: run `prusa-cred login`\n")
        .status(1);
}
