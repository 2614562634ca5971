//! Google's Python library trades our token at a token service on this machine.

use serde_json::{Value, json};

use super::Place;
use crate::support::process::Run;

fn trade(place: &Place, token_type: &str, output_file: Option<&str>) -> Run {
    let mut executable = json!({ "command": "prusa-cred google", "timeout_millis": 30000 });
    if let Some(name) = output_file {
        executable["output_file"] = json!(place.env.home().join(name));
    }
    let credentials = json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": token_type,
        "token_url": format!("{}/v1/token", place.server.address()),
        "credential_source": { "executable": executable },
    });
    let file = place.env.home().join("credentials.json");
    place.env.write(&file, credentials.to_string());
    place
        .script("google_token.py", &file)
        .env("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES", "1")
}

#[test]
fn the_library_exchanges_the_id_token() {
    let place = Place::start();
    let id_token = place.env.token("id_token");
    place.accept(&id_token);
    for name in ["jwt", "id_token"] {
        let token_type = format!("urn:ietf:params:oauth:token-type:{name}");
        trade(&place, &token_type, None)
            .stdout(format!("traded as {token_type}\n"))
            .success();
    }
}

#[test]
fn the_library_reuses_the_output_file_until_it_expires() {
    let place = Place::start();
    place.accept(&place.env.token("id_token"));
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    let run = || trade(&place, jwt, Some("answer.json")).any_stdout();
    run().success();
    // Without a login only the file can have been the source.
    std::fs::remove_file(place.env.token_file()).expect("the login");
    run().success();

    let file = place.env.home().join("answer.json");
    let mut answer: Value =
        serde_json::from_slice(&std::fs::read(&file).expect("it")).expect("JSON");
    answer["expiration_time"] = json!(1);
    place.env.write(&file, answer.to_string());
    let output = run().any_stderr().status(1);
    assert!(output.stderr.contains("run `prusa-cred login`"), "{output}");
}

#[test]
fn the_library_shows_the_login_hint() {
    let place = Place::start();
    std::fs::remove_file(place.env.token_file()).expect("the login");
    let output = trade(&place, "urn:ietf:params:oauth:token-type:jwt", None)
        .any_stderr()
        .status(1);
    assert!(output.stderr.contains("code: login_required"), "{output}");
    assert!(output.stderr.contains("run `prusa-cred login`"), "{output}");
}
