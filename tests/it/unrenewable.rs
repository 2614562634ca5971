//! Profiles without a login, and logins without a refresh token: what is true of them is told, and nothing is touched.

use serde_json::{Value, json};

use crate::storage::{line, set_mode, without_privileges};
use crate::support::env::TestEnv;
use crate::support::sandbox::{Sandbox, unix_now};

const HINT: &str = "  hint: run `prusa-cred login`\n";

/// Returns a token set of this lifetime that cannot be refreshed.
fn unrenewable(site: &Sandbox, life: i64) -> Value {
    let mut set = site.stored(life);
    set.as_object_mut().unwrap().remove("refresh_token");
    set
}

#[test]
fn errors_for_a_login_that_cannot_be_refreshed() {
    let site = Sandbox::start();
    let set = unrenewable(&site, 3000);
    let env = TestEnv::new(&site).stored(&set);
    env.run(["get"]).stdout(line(&set)).success();
    let cannot = |why: &str| {
        format!(
            "prusa-cred: the login of profile prusa cannot be renewed\n  because: {why}\n{HINT}"
        )
    };
    let has_none = cannot("it has no refresh token");
    env.run(["get", "--refresh"]).stderr(&has_none).status(1);
    let error = env
        .run(["get", "--refresh", "--json"])
        .any_stderr()
        .status(1)
        .json_error();
    assert_eq!(error["error"], "login_required");
    env.run(["get", "--token", "refresh"])
        .stderr(format!(
            "prusa-cred: the login of profile prusa has no refresh token\n{HINT}"
        ))
        .status(1);

    let mut opaque = set.clone();
    for key in ["id_token", "expires_in"] {
        opaque.as_object_mut().unwrap().remove(key);
    }
    opaque["access_token"] = json!("opaque");
    opaque["expires_at"] = json!(unix_now() + 500);
    env.store(&opaque);
    env.run(["get", "--token", "identity"])
        .stderr(format!(
            "prusa-cred: the login of profile prusa has no identity token\n{HINT}"
        ))
        .status(1);
    let ending = env
        .run(["get", "--min-ttl", "1h"])
        .any_stderr()
        .status(1)
        .stderr;
    assert!(
        ending.contains("  because: its access token expires in ")
            && ending.contains(" s and it has no refresh token\n"),
        "{ending}"
    );

    env.store(&unrenewable(&site, -10));
    env.run(["get"])
        .stderr(format!(
            "prusa-cred: the login of profile prusa has ended\n  because: its access token has expired and it has no \
             refresh token\n{HINT}"
        ))
        .status(1);
    assert_eq!(site.requests().len(), 0);
}

#[test]
fn without_a_login_no_files_are_created() {
    let site = Sandbox::start();
    let env = TestEnv::new(&site);
    let told = format!("prusa-cred: profile prusa is not signed in\n{HINT}");
    env.run(["get"]).stderr(&told).status(1);
    let directory = env.token_file().parent().unwrap().to_owned();
    assert!(!directory.exists());
    let above = directory.parent().unwrap();
    std::fs::create_dir_all(above).unwrap();
    set_mode(above, 0o555);
    without_privileges(&env, &["get"]).stderr(told).status(1);
    set_mode(above, 0o755);

    env.store(&unrenewable(&site, -10));
    env.run(["get"]).stderr_contains("has ended\n").status(1);
    let lock = env.token_file().with_file_name("tokens.json.lock");
    assert!(!lock.exists(), "there is nothing to wait for");
    // With credentials it signs in.
    env.run(["get"]).with_credentials().any_stdout().success();
}
