//! Everything that a sign-in can end in, told apart, and nothing stored unless it is a login.

use super::{assert_signed_in, is_stored, password_posts, site, site_with_codes};
use crate::support::env::TestEnv;
use crate::support::sandbox::{Answer, EMAIL, PASSWORD, Sandbox};

const BROWSER: &str = "`prusa-cred login --browser` signs in with a browser instead";

const HIDDEN_LOGIN: &str = "<div style='Display : NONE !important'><form method=post><input name=email>\
    <input type=password name=password></form></div>";
const HIDDEN_CODE: &str =
    "<form method=post hidden><input name=code autocomplete=one-time-code></form>";

/// How the site misbehaves, and the error for it. `ACCOUNT` stands for its address.
struct Outcome {
    site: fn(&Sandbox),
    code: &'static str,
    message: &'static str,
    hint: Option<&'static str>,
}

const OUTCOMES: [Outcome; 17] = [
    Outcome {
        site: |site| site.always("POST /login/", Answer::locked()),
        code: "denied",
        message: "the account is locked: Account locked: too many login attempts. Please try again later.",
        hint: Some("unlock it on the account's web page, or wait"),
    },
    Outcome {
        site: |site| site.always("POST /login/", Answer::rate_limited(7)),
        code: "rate_limited",
        message: "ACCOUNT/login/ received too many requests (status 429)",
        hint: Some("try again in 7 s"),
    },
    Outcome {
        site: |site| site.always("GET /o/authorize/", Answer::html(429, "Slow down")),
        code: "rate_limited",
        message: "ACCOUNT/o/authorize/ received too many requests (status 429)",
        hint: Some("try again later"),
    },
    Outcome {
        site: |site| site.always("POST /login/", Answer::csrf_failure()),
        code: "server",
        message: "ACCOUNT/login/ denied access (status 403)",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.always("GET /login/", Answer::unknown_page()),
        code: "server",
        message: "ACCOUNT/login/ shows a page that prusa-cred does not know: \"Please update your address\" (status 200)",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.always("GET /login/", Answer::html(200, HIDDEN_LOGIN)),
        code: "server",
        message: "the form for signing in at ACCOUNT/login/ is hidden, so nothing is entered there",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.always("POST /login/", Answer::html(200, HIDDEN_CODE)),
        code: "server",
        message: "the form for signing in at ACCOUNT/login/ is hidden, so nothing is entered there",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.always("POST /login/", Answer::html(502, "Bad Gateway")),
        code: "server",
        message: "ACCOUNT/login/ reports a server error (status 502)",
        hint: Some("try again later"),
    },
    Outcome {
        site: |site| site.always("GET /login/", Answer::busy(120)),
        code: "server",
        message: "ACCOUNT/login/ reports a server error (status 503)",
        hint: Some("try again in 120 s"),
    },
    Outcome {
        site: |site| {
            site.set(|site| site.sends_away_to = Some("https://sso.example/in?token=x".to_owned()));
        },
        code: "server",
        message: "the sign-in redirects to another site, https://sso.example",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.always("GET /login/", Answer::redirect("/login/")),
        code: "server",
        message: "the sign-in at ACCOUNT/o/authorize/ has too many redirects or pages",
        hint: Some(BROWSER),
    },
    Outcome {
        site: |site| site.set(|site| site.authorize_error = Some("access_denied")),
        code: "denied",
        message: "access was denied",
        hint: None,
    },
    Outcome {
        site: |site| site.set(|site| site.authorize_error = Some("invalid_scope")),
        code: "denied",
        message: "ACCOUNT/o/authorize/ refused: invalid_scope",
        hint: Some(
            "request only scopes that the server grants this client: --scopes, or profiles.prusa.scopes in the configuration",
        ),
    },
    Outcome {
        site: |site| site.set(|site| site.wrong_state = true),
        code: "denied",
        message: "the response does not belong to this sign-in (its state differs)",
        hint: Some(
            "start again; only the address that the browser ends on in the same sign-in is accepted",
        ),
    },
    Outcome {
        site: |site| site.always("POST /o/token/", Answer::oauth_error(400, "invalid_grant")),
        code: "login_required",
        message: "ACCOUNT/o/token/ refused: invalid_grant",
        hint: Some("run `prusa-cred login`"),
    },
    Outcome {
        site: |site| {
            let odd = serde_json::json!({ "access_token": "x y", "refresh_token": "r" });
            site.always("POST /o/token/", Answer::json(200, &odd));
        },
        code: "server",
        message: "ACCOUNT/o/token/ sent an access token that contains a character no token may contain",
        hint: Some("nothing was stored; ask the server's operator why it sends such a token"),
    },
    Outcome {
        site: |site| site.always("POST /o/token/", Answer::html(200, "Maintenance")),
        code: "server",
        message: "ACCOUNT/o/token/ sent no valid token response (status 200)",
        hint: Some("try again later"),
    },
];

#[test]
fn each_failure_has_its_error_and_stores_nothing() {
    for Outcome {
        site: misbehave,
        code,
        message,
        hint,
    } in OUTCOMES
    {
        let site = site();
        misbehave(&site);
        let env = TestEnv::new(&site).with_credentials();
        let message = message.replace("ACCOUNT", site.account_url());
        let hinted = hint.map_or_else(String::new, |hint| format!("  hint: {hint}\n"));
        env.run(["login"])
            .stderr(format!("prusa-cred: {message}\n{hinted}"))
            .status(1);
        let error = env
            .run(["login"])
            .env("PRUSA_CRED_ERRORS", "json")
            .any_stderr()
            .status(1)
            .json_error();
        assert_eq!(
            error,
            serde_json::json!({ "error": code, "message": message, "hint": hint })
        );
        assert!(!is_stored(&env), "{message}");
        assert_eq!(site.callbacks(), 0, "{message}");
    }
}

#[test]
fn a_password_from_the_environment_is_tried_once() {
    let site = site();
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_PASSWORD", "wrong");
    env.run(["login"])
        .stderr("prusa-cred: the e-mail address or the password was refused: Please enter a correct e-mail and password.\n  hint: correct PRUSA_PASSWORD or PRUSA_EMAIL; an account of Google or Apple signs in with `prusa-cred login --browser`\n")
        .status(1);
    assert_eq!(password_posts(&site), 1);
    assert!(!is_stored(&env));
}

#[test]
fn wrong_codes_are_tried_in_two_time_windows() {
    let site = site_with_codes().with(|site| site.totp_period = 1);
    let wrong = site.totp_url().replace("secret=S3NTRY", "secret=AAAAAA");
    let env = TestEnv::new(&site)
        .with_credentials()
        .var("PRUSA_TOTP_SECRET", wrong);
    let error = env
        .run(["login"])
        .stderr_contains("prusa-cred: the one-time code was refused: Invalid token.")
        .stderr_contains(
            "hint: correct PRUSA_TOTP_SECRET, and check that this machine's clock is right",
        )
        .status(1);
    // If the second is over already there is nothing to wait for.
    let first = error.stderr.lines().next().unwrap_or_default();
    assert!(
        first
            == "prusa-cred: warning: the one-time code was refused, perhaps because it was used already; waiting 1 s for the next one"
            || first.starts_with("prusa-cred: the one-time code was refused"),
        "{error}"
    );
    let codes = site.count(|request| request.method == "POST" && request.path == "/login/totp/");
    assert_eq!((codes, password_posts(&site)), (2, 1));
    assert!(!is_stored(&env));
}

#[test]
fn an_unreachable_server_is_reported_with_its_address() {
    let env = TestEnv::offline().with_credentials();
    env.run(["login"])
        .stderr_contains("prusa-cred: cannot reach http://127.0.0.1:")
        .stderr_contains("/o/authorize/: ")
        .stderr_contains("\n  hint: check that the network is up, then try again\n")
        .status(1);
    assert!(!is_stored(&env));
}

#[test]
fn consent_profile_page_and_encoded_next_are_handled() {
    let ways: [fn(&Sandbox); 4] = [
        |site| site.set(|site| site.consent = true),
        |site| site.set(|site| site.lands_on_profile = true),
        |site| site.set(|site| site.encoded_next = true),
        |site| {
            site.set(|site| {
                (site.consent, site.lands_on_profile, site.encoded_next) = (true, true, true);
            });
        },
    ];
    for way in ways {
        let site = site();
        way(&site);
        let env = TestEnv::new(&site);
        env.run(["login", "--email", EMAIL, "--password-stdin", "--quiet"])
            .stdin(PASSWORD)
            .success();
        assert_signed_in(&site, &env);
    }
}
