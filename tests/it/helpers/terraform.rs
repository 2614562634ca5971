//! Terraform's credentials helpers, by the name that Terraform runs.

use super::{TOKEN, home, saved, signed_in};
use crate::support::env::TestEnv;
use crate::support::process::Run;
use crate::support::sandbox::Sandbox;

fn terraform<const N: usize>(env: &TestEnv, words: [&str; N]) -> Run {
    env.run_as("terraform-credentials-prusa-cred", words)
}

#[test]
fn a_profile_s_token_is_for_its_hosts_only() {
    let env = home();
    let ours = format!("{{\"token\":\"{TOKEN}\"}}\n");
    terraform(&env, ["get", "reg.example.com"])
        .stdout(&ours)
        .success();
    terraform(&env, ["get", "REG.example.com:8443"])
        .stdout(&ours)
        .success();
    env.run(["terraform", "get", "reg.example.com"])
        .stdout(&ours)
        .success();
    terraform(&env, ["--profile", "corp", "get", "reg.example.com"])
        .stdout(&ours)
        .success();
    terraform(&env, ["--profile", "idle", "get", "reg.example.com"])
        .stdout("{}\n")
        .success();
    for other in ["other.example.com", "reg.example.com:9", "xreg.example.com"] {
        terraform(&env, ["get", other]).stdout("{}\n").success();
    }
}

#[test]
fn an_expired_token_is_refreshed_and_a_missing_login_fails() {
    let site = Sandbox::start();
    let env = signed_in(&site, -60);
    let told = terraform(&env, ["get", "reg.example.com"])
        .any_stdout()
        .success()
        .json();
    assert_eq!(told["token"], env.token("access_token"));
    assert_eq!(site.rotations(), 1);
    terraform(&home(), ["get", "idle.example.com"])
        .stderr_contains("run `prusa-cred login --profile idle`")
        .status(1);
}

#[test]
fn a_token_is_stored_returned_and_erased() {
    let env = home();
    let host = "app.example.com";
    terraform(&env, ["store", host])
        .stdin("{\"token\":\"S3NTRY-tf\"}")
        .any_stderr()
        .success();
    terraform(&env, ["get", host])
        .stdout("{\"token\":\"S3NTRY-tf\"}\n")
        .success();
    terraform(&env, ["get", "app.example.com:8443"])
        .stdout("{}\n")
        .success();
    terraform(&env, ["store", host])
        .stdin("{\"token\":\"S3NTRY-2\"}")
        .success();
    terraform(&env, ["get", host])
        .stdout("{\"token\":\"S3NTRY-2\"}\n")
        .success();
    env.run(["git", "get"])
        .stdin(format!(
            "capability[]=authtype\nprotocol=https\nhost={host}\n"
        ))
        .success();
    terraform(&env, ["forget", host]).success();
    terraform(&env, ["forget", host]).success();
    terraform(&env, ["get", host]).stdout("{}\n").success();
    assert!(!saved(&env).to_string().contains("S3NTRY"));
}

#[test]
fn a_profile_s_login_is_neither_replaced_nor_removed() {
    let env = home();
    terraform(&env, ["store", "reg.example.com"])
        .stdin("{\"token\":\"S3NTRY-tf\"}")
        .stderr_contains("profile corp answers for https://reg.example.com")
        .status(1);
    // Our own token is stored already, and there is nothing else to erase.
    terraform(&env, ["store", "reg.example.com"])
        .stdin(format!("{{\"token\":\"{TOKEN}\"}}"))
        .success();
    terraform(&env, ["forget", "reg.example.com"]).success();
    terraform(&env, ["--profile", "corp", "store", "app.example.com"])
        .stdin("{\"token\":\"S3NTRY-tf\"}")
        .stderr_contains("profile corp does not answer for")
        .status(1);
    assert!(!env.data_dir().join("prusa-cred").exists());
    terraform(&env, ["get", "reg.example.com"])
        .stdout_contains(TOKEN)
        .success();
}

#[test]
fn invalid_input_is_an_error_on_stderr() {
    let env = home();
    let huge = format!("{{\"token\":\"{}\"}}", "S3NTRY".repeat(1 << 18));
    let deep = format!("{{\"token\":{}", "[".repeat(50_000));
    for input in [
        b"".as_slice(),
        b"{}",
        b"[\"S3NTRY\"]",
        b"{\"token\":7}",
        b"{\"token\":\"S3NTRY\\nx\"}",
        b"{\"token\":\"S3NTRY\",\"refresh\":\"S3NTRY\"}",
        b"{\"token\":\"S3NTRY\xff\"}",
        huge.as_bytes(),
        deep.as_bytes(),
    ] {
        terraform(&env, ["store", "app.example.com"])
            .stdin(input)
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
    for host in [
        "",
        "https://reg.example.com",
        "u@reg.example.com",
        "reg.example.com.",
    ] {
        terraform(&env, ["get", host])
            .stderr_contains("prusa-cred: ")
            .status(1);
    }
}

#[test]
fn unknown_verbs_fail() {
    let env = home();
    terraform(&env, ["list", "reg.example.com"])
        .stderr_contains("Terraform's protocol has no verb \"list\"")
        .status(1);
    terraform(&env, []).stderr_contains("has no verb").status(1);
    terraform(&env, ["get"])
        .stderr_contains("takes one host")
        .status(2);
    terraform(&env, ["get", "a", "b"])
        .stderr_contains("takes one host")
        .status(2);
}
