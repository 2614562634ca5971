//! Skopeo, whose library Podman, Buildah and CRI-O share, at Debian's docker-registry: by a saved login and by a
//! profile.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::peer::{Server, beside, python};
use crate::support::env::TestEnv;
use crate::support::process::Run;

/// The password that the registry accepts of `ada` and `oauth2`.
const PASSWORD: &str = "S3NTRY-of-the-registry";

struct Registry {
    server: Server,
}

impl Registry {
    fn start(env: &TestEnv) -> Self {
        let directory = env.home().join("registry");
        std::fs::create_dir(&directory).expect("a directory");
        let mut command = Command::new(python("docker"));
        command.arg(beside("registry.py")).arg(&directory);
        let log = env.home().join("registry.log");
        Self {
            server: Server::start(command, log),
        }
    }

    fn host(&self) -> &str {
        self.server.address().trim_start_matches("http://")
    }

    fn image(&self) -> String {
        format!("docker://{}/made/here:1", self.host())
    }
}

fn skopeo<'a>(env: &TestEnv, args: impl IntoIterator<Item = &'a str>) -> Run {
    env.run_as("/usr/bin/skopeo", args).any_stderr()
}

/// Asks the registry for an image that it has.
fn inspect(env: &TestEnv, registry: &Registry) -> Run {
    let image = registry.image();
    skopeo(env, ["inspect", "--tls-verify=false", &image]).any_stdout()
}

fn push(env: &TestEnv, registry: &Registry) -> Run {
    let (from, to) = (
        format!("oci:{}", empty_image(env).display()),
        registry.image(),
    );
    let args = [
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        &from,
        &to,
    ];
    skopeo(env, args).any_stdout()
}

/// Returns an OCI image layout (image-spec, image-layout.md) with an image without layers.
fn empty_image(env: &TestEnv) -> PathBuf {
    let layout = env.home().join("image");
    let config = json!({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [] },
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": blob(env, &layout, &config, "application/vnd.oci.image.config.v1+json"),
        "layers": [],
    });
    let manifest = blob(
        env,
        &layout,
        &manifest,
        "application/vnd.oci.image.manifest.v1+json",
    );
    let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
    env.write(&layout.join("index.json"), index.to_string());
    env.write(
        &layout.join("oci-layout"),
        r#"{"imageLayoutVersion": "1.0.0"}"#,
    );
    layout
}

/// Adds a document to a layout, and returns its descriptor.
fn blob(env: &TestEnv, layout: &Path, document: &Value, media_type: &str) -> Value {
    let bytes = document.to_string();
    let digest: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    env.write(&layout.join("blobs/sha256").join(&digest), &bytes);
    json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": bytes.len() })
}

#[test]
fn a_registry_login_is_stored_used_and_erased() {
    let env = TestEnv::offline();
    let registry = Registry::start(&env);
    let host = registry.host();
    let registries = env.home().join(".config/containers/registries.conf");
    env.write(&registries, "credential-helpers = ['prusa-cred']\n");

    push(&env, &registry).status(1);
    let login = [
        "login",
        "--tls-verify=false",
        "--username=ada",
        "--password-stdin",
        host,
    ];
    skopeo(&env, login).stdin(PASSWORD).any_stdout().success();
    env.run(["list"]).stdout_contains(host).success();
    push(&env, &registry).success();
    inspect(&env, &registry)
        .stdout_contains("made/here")
        .success();

    skopeo(&env, ["logout", host]).any_stdout().success();
    inspect(&env, &registry).status(1);
    env.run(["docker", "list"]).stdout("{}\n").success();
}

#[test]
fn after_setup_podman_gets_the_token_of_a_profile() {
    let env = TestEnv::offline().stored(&json!({ "access_token": PASSWORD, "expires_in": 3600 }));
    let registry = Registry::start(&env);
    let env = env.config(&format!(
        "[profiles.prusa]\nhosts = ['{}']\n",
        registry.host()
    ));
    let setup = |option: &str| {
        env.run(["setup", "podman", option])
            .any_stdout()
            .any_stderr()
            .success();
    };

    push(&env, &registry).status(1);
    setup("--apply");
    push(&env, &registry).success();
    inspect(&env, &registry)
        .stdout_contains("made/here")
        .success();
    setup("--undo");
    inspect(&env, &registry).status(1);
}
