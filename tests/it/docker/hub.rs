//! Docker Hub, which docker knows by an address and its relatives by a name.

use super::HELPER;
use crate::support::env::TestEnv;

const HUB: &str = "https://index.docker.io/v1/";

fn home(host: &str) -> TestEnv {
    let config =
        format!("[profiles.hub]\nprovider = \"prusa\"\nusername = \"ada\"\nhosts = [\"{host}\"]\n");
    let env = TestEnv::offline().config(&config);
    let file = env.config_dir().join("prusa-cred/tokens/hub.json");
    let set = "{\"access_token\":\"S3NTRY-hub\",\"expires_at\":4102444800}";
    env.write(&file, set);
    env
}

#[test]
fn docker_hub_matches_each_of_its_names() {
    for host in ["docker.io", "index.docker.io"] {
        let env = home(host);
        for key in [HUB, "docker.io", "index.docker.io"] {
            env.run_as(HELPER, ["get"])
                .stdin(key)
                .stdout(format!(
                    "{{\"ServerURL\":\"{key}\",\"Username\":\"ada\",\"Secret\":\"S3NTRY-hub\"}}\n"
                ))
                .success();
            // Our own token is stored already; nothing is saved beside it.
            env.run_as(HELPER, ["store"])
                .stdin(format!(
                    "{{\"ServerURL\":\"{key}\",\"Username\":\"x\",\"Secret\":\"S3NTRY-x\"}}"
                ))
                .success();
        }
        for other in ["registry-1.docker.io", "hub.docker.io", "docker.io:5000"] {
            env.run_as(HELPER, ["get"])
                .stdin(other)
                .stdout("credentials not found in native keychain\n")
                .status(1);
        }
        env.run_as(HELPER, ["list"])
            .stdout(format!("{{\"{HUB}\":\"ada\"}}\n"))
            .success();
    }
}

#[test]
fn setup_writes_the_name_that_each_client_uses() {
    for host in ["docker.io", "index.docker.io"] {
        let env = home(host);
        for (client, key) in [("docker", HUB), ("podman", "docker.io")] {
            env.run(["setup", client, "--profile", "hub"])
                .stdout_contains(&format!("\"{key}\": \"prusa-cred\""))
                .success();
        }
    }
}
