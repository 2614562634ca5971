//! curl takes a token from its configuration on stdin, and from a netrc file.

use super::{Place, basic};

fn shell(place: &Place, script: &str) {
    let script = script.replace("URL", &format!("{}/hello", place.server.address()));
    place
        .env
        .run_as("sh", ["-c", &script])
        .stdout("hello\n")
        .success();
}

#[test]
fn curl_reads_a_token_from_stdin() {
    let place = Place::start();
    place.accept(&format!("Bearer {}", place.token()));
    shell(
        &place,
        "prusa-cred get URL --format curl | curl -qsSf -K - URL",
    );
    shell(
        &place,
        "curl -qsSf -H \"$(prusa-cred get URL --format header)\" URL",
    );
}

#[test]
fn curl_reads_a_token_from_a_netrc_file() {
    let place = Place::start();
    place.accept(&basic("oauth2", &place.token()));
    shell(
        &place,
        "umask 077; prusa-cred get URL --format netrc > netrc && curl -qsSf --netrc-file netrc URL",
    );
}
