//! What a protected resource is asked before anybody signs in, and what counts in its answers.

use serde_json::json;

use crate::support::env::TestEnv;
use crate::support::oauth::OAuthSite;
use crate::support::sandbox::Answer;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// A server whose resource is at `/mcp`.
fn site() -> OAuthSite {
    let site = OAuthSite::start();
    let endpoint = format!("{}/device", site.origin());
    site.edit_metadata(move |metadata| metadata["device_authorization_endpoint"] = json!(endpoint));
    site.edit_claims(|claims| claims["aud"] = json!("mine"));
    site
}

fn page() -> Answer {
    Answer::html(200, "<p>hello")
}

/// Signs in to the resource with these answers at these endpoints, and returns the configuration afterwards.
fn configured(answers: &[(&str, Answer)]) -> String {
    let site = site();
    for (endpoint, answer) in answers {
        site.always(endpoint, answer.clone());
    }
    let env = TestEnv::offline();
    let address = format!("{}/mcp", site.origin());
    env.run(["login", "--device", "--client-id", "mine", &address])
        .any_stderr()
        .success();
    let config = env.configuration().expect("a configuration");
    config.replace(site.origin(), "ORIGIN")
}

/// Metadata that says that the resource is this one.
fn metadata_of(site: &OAuthSite, resource: &str) -> Answer {
    let (origin, scopes) = (site.origin(), ["a"]);
    Answer::json(
        200,
        &json!({
            "resource": format!("{origin}{resource}"), "authorization_servers": [origin], "scopes_supported": scopes,
        }),
    )
}

#[test]
fn the_answer_of_a_resource_need_not_end() {
    for (get, post) in [
        (Answer::Endless, Answer::Usual),
        (Answer::Endless, Answer::Endless),
        (Answer::of(405, "text/plain", "no"), Answer::Usual),
        (page(), Answer::Usual),
        (
            Answer::of(404, "text/plain", ""),
            Answer::of(400, "application/json", "{}"),
        ),
        (Answer::Close, Answer::Usual),
        (Answer::Usual, Answer::Close),
        (page(), Answer::Close),
    ] {
        let config = configured(&[("GET /mcp", get), ("POST /mcp", post)]);
        assert!(config.contains("resource = \"ORIGIN/mcp\"\n"), "{config}");
    }
}

#[test]
fn a_resource_is_asked_as_a_client_of_mcp_asks() {
    let site = site();
    site.can("GET /mcp", 405, "");
    let address = format!("{}/mcp", site.origin());
    TestEnv::offline()
        .run(["login", "--device", "--client-id", "mine", &address])
        .any_stderr()
        .success();
    // GET has no document.
    let asked = site.bodies("/mcp");
    assert_eq!(asked[0], "");
    let message: serde_json::Value = serde_json::from_str(&asked[1]).expect("JSON");
    assert_eq!(message["jsonrpc"], "2.0");
    assert_eq!(message["method"], "initialize");
    assert_eq!(message["params"]["clientInfo"]["name"], "prusa-cred");
}

#[test]
fn metadata_of_another_resource_is_no_answer_for_this_one() {
    let of_path = format!("{WELL_KNOWN}/mcp");
    for (first, second, resource) in [
        (page(), None, None),
        (Answer::Endless, Some("/"), Some("ORIGIN/")),
        (
            Answer::json(200, &json!({ "error": "none" })),
            Some("/mcp"),
            Some("ORIGIN/mcp"),
        ),
        (Answer::redirect("/login"), Some("/mcp"), Some("ORIGIN/mcp")),
        (
            Answer::of(200, "text/event-stream", ": ping\n\n"),
            Some("/mcp"),
            Some("ORIGIN/mcp"),
        ),
    ] {
        let probe = site();
        let second = second.map(|resource| metadata_of(&probe, resource));
        probe.always(&of_path, first);
        probe.always(WELL_KNOWN, second.unwrap_or_else(page));
        let env = TestEnv::offline();
        let address = format!("{}/mcp", probe.origin());
        env.run(["login", "--device", "--client-id", "mine", &address])
            .any_stderr()
            .success();
        let config = env.configuration().expect("a configuration");
        let config = config.replace(probe.origin(), "ORIGIN");
        // With no metadata at all the server is at the resource's own origin.
        let resource = format!("resource = \"{}\"\n", resource.unwrap_or("ORIGIN/mcp"));
        assert!(config.contains(&resource), "{config}");
    }
}

#[test]
fn a_server_that_wants_no_token_is_told_after_both_requests() {
    let site = site();
    for endpoint in ["/mcp", WELL_KNOWN, &format!("{WELL_KNOWN}/mcp")] {
        site.always(endpoint, page());
    }
    let address = format!("{}/mcp", site.origin());
    TestEnv::offline()
        .run(["login", "--device", "--client-id", "mine", &address])
        .stderr_contains("does not ask for a token (status 200)")
        .status(1);
    assert_eq!(site.bodies("/mcp").len(), 2);
}
