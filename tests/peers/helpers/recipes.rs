//! The examples of the manual pages, taken from the pages as prusa-cred writes them and tried as they stand there.
//!
//! Only `*.example.com` is replaced, by the address of a server here. Bazel, Claude Code, Codex and glab cannot be had
//! from a package, or do nothing without their makers' servers: what they would run is run in their place.

mod kitchen;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use serde_json::Value;

use super::{Place, basic};
use crate::peer::{Server, beside, node_program, python};
use kitchen::{Kitchen, with_tls};

#[test]
fn examples_of_get_work() {
    let kitchen = Kitchen::new();
    let recipes = kitchen.recipes("get");
    let [by_stdin, by_argument, netrc, .., a_loop] = &recipes[..] else {
        panic!("other examples");
    };
    for recipe in [by_stdin, by_argument] {
        assert_eq!(kitchen.shell(&recipe.code).stdout, "hello\n");
    }
    let list = kitchen.home("list");
    kitchen.place.env.write(&list, "hello\nhello\n");
    assert_eq!(kitchen.shell(&a_loop.code).stdout, "hello\nhello\n");
    kitchen.place.accept(&basic("oauth2", &kitchen.token()));
    assert_eq!(kitchen.shell(&netrc.code).stdout, "hello\n");
}

#[test]
fn examples_of_commands_that_print_a_token_work() {
    let kitchen = Kitchen::new();
    let recipes = kitchen.recipes("get");
    let [_, _, _, claude, mcp, rclone, codex, pnpm, npmrc, _] = &recipes[..] else {
        panic!("other examples");
    };
    for recipe in [claude, mcp, rclone, codex, pnpm, npmrc] {
        kitchen.cook(recipe);
    }
    let token = format!("{}\n", kitchen.token());
    let json = |name: &str| -> Value { serde_json::from_str(&kitchen.file(name)).expect("JSON") };
    let helper = json(".claude/settings.json")["apiKeyHelper"].clone();
    let helper = helper.as_str().expect("a command");
    assert_eq!(kitchen.shell(helper).stdout, token);
    let helper = json(".mcp.json")["mcpServers"]["corp"]["headersHelper"].clone();
    let headers = kitchen.shell(helper.as_str().expect("a command")).json();
    assert_eq!(headers["Authorization"], format!("Bearer {}", token.trim()));

    let codex = kitchen.file(".codex/config.toml");
    let value_of = |key: &str| {
        let value = codex.lines().find_map(|line| line.strip_prefix(key));
        serde_json::from_str::<Value>(value.expect("a line")).expect("a value")
    };
    let words = value_of("args = ");
    let words: Vec<_> = words.as_array().expect("a list").iter().collect();
    let words: Vec<_> = words.iter().filter_map(|word| word.as_str()).collect();
    let command = value_of("command = ");
    let command = command.as_str().expect("a name");
    let told = kitchen.shell(&format!("{command} {}", words.join(" ")));
    assert_eq!(told.stdout, token);

    assert_eq!(kitchen.shell("rclone lsf dav:").stdout, "model\n");

    let manifest = "{\"name\":\"x\",\"version\":\"0.0.0\",\"dependencies\":{\"demo\":\"1.0.0\"}}";
    let package = kitchen.home("package/package.json");
    kitchen.place.env.write(&package, manifest);
    let pnpm = node_program("pnpm");
    let registry = format!("{}/npm/", kitchen.address);
    kitchen.shell(&format!(
        "cd package\n{} install --registry={registry}",
        pnpm.display()
    ));
    assert_eq!(kitchen.place.count("/npm/demo/-/", 200), 1);
}

#[test]
fn examples_of_exec_work() {
    let kitchen = Kitchen::new();
    kitchen.stub("glab", "echo \"$* $GITLAB_TOKEN\"");
    kitchen.stub("my-mcp-server", "echo \"$API_TOKEN\"");
    let recipes = kitchen.recipes("exec");
    let told = kitchen.cook_all(&recipes).expect("a run");
    assert_eq!(told.stdout, format!("issue list {}\n", kitchen.token()));
    let file: Value = serde_json::from_str(&kitchen.file(".mcp.json")).expect("JSON");
    let server = &file["mcpServers"]["corp"];
    let words = server["args"].as_array().expect("a list");
    let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
    let run = format!(
        "{} {}",
        server["command"].as_str().expect("a name"),
        words.join(" ")
    );
    assert_eq!(kitchen.shell(&run).stdout, format!("{}\n", kitchen.token()));
}

#[test]
fn examples_of_git_work() {
    let place = Place::start();
    let root = place.directory.path().to_owned();
    let mut command = Command::new(python("sdk"));
    command
        .arg(beside("git_http_server.py"))
        .args(["--scheme", "bearer", "--root"])
        .arg(&root)
        .arg("--tokens")
        .arg(root.join("tokens"));
    let server = Server::start(command, root.join("git-log"));
    let kitchen = Kitchen::at(place, Some(server.address()));
    fs::write(root.join("tokens"), kitchen.token()).expect("a list of tokens");
    let init = Command::new("git")
        .args(["init", "--quiet", "--bare"])
        .arg(root.join("models.git"))
        .status();
    assert!(init.is_ok_and(|status| status.success()));

    let recipes = kitchen.recipes("git");
    let [for_all, for_one, which] = &recipes[..] else {
        panic!("other examples");
    };
    kitchen.cook(for_all);
    assert!(kitchen.home("models/.git").exists());
    kitchen.shell("git config --global credential.helper '!touch asked; :'");
    kitchen.cook(for_one);
    kitchen.shell(&format!("git ls-remote {}/models.git", kitchen.address));
    assert!(!kitchen.home("asked").exists());
    let told = kitchen.cook(which).expect("a run");
    assert!(told.stdout.contains("corp"), "{told}");
}

#[test]
fn examples_of_docker_work() {
    let kitchen = Kitchen::new();
    let recipes = kitchen.recipes("docker");
    let [link, for_some, for_all] = &recipes[..] else {
        panic!("other examples");
    };
    kitchen.cook(link);
    let (_, host) = kitchen.address.split_once("://").expect("an address");
    let found = |registry: &str| {
        let script = beside("docker_config.py");
        let (python, script) = (python("docker"), script.display().to_string());
        let code = format!(
            "PYTHONDONTWRITEBYTECODE=1 {} {script} {registry}",
            python.display()
        );
        kitchen.shell(&code).stdout
    };
    let ours = format!("oauth2 {}\n", kitchen.token());
    kitchen.cook(for_some);
    assert_eq!(found(host), ours);
    kitchen.cook(for_all);
    assert_eq!(found(host), ours);
    let login = r#"{"ServerURL":"theirs.tld","Username":"ada","Secret":"S3NTRY-docker"}"#;
    kitchen.shell(&format!(
        "echo '{login}' | docker-credential-prusa-cred store"
    ));
    assert_eq!(found("theirs.tld"), "ada S3NTRY-docker\n");
}

#[test]
fn examples_of_bazel_work() {
    let kitchen = Kitchen::new();
    // What Bazel does with its option: host, `=`, helper; the helper is run with `get`.
    kitchen.stub(
        "bazel",
        "option=${2#--credential_helper=}\necho \"{\\\"uri\\\":\\\"$SCHEME://${option%%=*}/x\\\"}\" | \"${option#*=}\" get",
    );
    let (scheme, _) = kitchen.address.split_once("://").expect("an address");
    let recipes = kitchen.recipes("bazel");
    kitchen.cook(&recipes[0]);
    let told = kitchen.shell(&format!("export SCHEME={scheme}\n{}", recipes[1].code));
    let header = format!("Bearer {}", kitchen.token());
    assert_eq!(told.json()["headers"]["Authorization"][0], header, "{told}");
}

#[test]
fn examples_of_cargo_work() {
    let kitchen = Kitchen::new();
    let manifest = "[package]\nname = \"x\"\nversion = \"0.0.0\"\nedition = \"2021\"\n";
    kitchen
        .place
        .env
        .write(&kitchen.home("package/Cargo.toml"), manifest);
    kitchen
        .place
        .env
        .write(&kitchen.home("package/src/lib.rs"), "");
    let recipes = kitchen.recipes("cargo");
    let [plugin, commands, printed] = &recipes[..] else {
        panic!("other examples");
    };
    let fetch = format!("cd package\n{}", commands.code);
    for (count, configuration) in [(1, plugin), (2, printed)] {
        kitchen.cook(configuration);
        kitchen.shell(&fetch);
        assert_eq!(
            kitchen.place.count("/cargo/dl/demo/1.0.0/download", 200),
            count
        );
        fs::remove_dir_all(kitchen.home(".cargo/registry")).expect("what was fetched");
        fs::remove_file(kitchen.home("package/Cargo.lock")).expect("a lock");
    }
}

#[test]
fn examples_of_kubectl_work() {
    let (kitchen, certificate) = with_tls();
    let address = &kitchen.address;
    kitchen.shell(&format!(
        "kubectl config set-cluster x --server={address} --certificate-authority={certificate}\n\
         kubectl config set-context x --cluster=x\nkubectl config use-context x"
    ));
    for (count, recipe) in kitchen.recipes("kube").iter().enumerate() {
        let told = kitchen.cook(recipe).expect("a run");
        assert!(told.stdout.contains("printers"), "{told}");
        assert_eq!(kitchen.place.count("/api/v1/namespaces", 200), count + 1);
    }
}

#[test]
fn examples_of_terraform_work() {
    let kitchen = Kitchen::new();
    // The library that the package is: all of Terraform but its command.
    let script = beside("terraform.py");
    kitchen.stub(
        "terraform",
        &format!("exec python {} \"$@\"", script.display()),
    );
    let recipes = kitchen.recipes("terraform");
    let [link, configuration, init] = &recipes[..] else {
        panic!("other examples");
    };
    kitchen.cook(link);
    kitchen.cook(configuration);
    // Instead of asking the host by TLS where its modules are.
    let hosts = "[profiles.corp]\nprovider = \"prusa\"\nhosts = [\"modules.corp.example\"]\n";
    let configuration = kitchen.file(".terraformrc");
    let services = format!(
        "{configuration}\nhost \"modules.corp.example\" {{\n  services = {{ \"modules.v1\" = \"{}/modules/\" }}\n}}\n",
        kitchen.address
    );
    kitchen
        .place
        .env
        .write(&kitchen.home(".terraformrc"), services);
    let config = kitchen
        .place
        .env
        .config_dir()
        .join("prusa-cred/config.toml");
    kitchen.place.env.write(&config, hosts);
    let module = "module \"demo\" {\n  source  = \"modules.corp.example/team/demo/corp\"\n  version = \"1.0.0\"\n}\n";
    kitchen
        .place
        .env
        .write(&kitchen.home("infra/main.tf"), module);
    let code = format!("export CHECKPOINT_DISABLE=1\ncd infra\n{}", init.code);
    let told = kitchen.shell(&code);
    assert!(told.stdout.contains("successfully initialized"), "{told}");
    assert_eq!(
        kitchen
            .place
            .count("/modules/team/demo/corp/1.0.0/download", 200),
        1
    );
}

#[test]
fn examples_of_go_work() {
    let (kitchen, _) = with_tls();
    let recipes = kitchen.recipes("goauth");
    // The modules that it fetches are read-only, and could not be removed with the home.
    let prepare = "go env -w GOFLAGS=-modcacherw GOTOOLCHAIN=local";
    kitchen.shell(&format!("{prepare}\n{}", recipes[0].code));
    assert_eq!(
        kitchen
            .place
            .count("/go/corp.example/demo/@v/v1.0.0.zip", 200),
        1
    );

    // A saved password is sent when go was refused without it.
    let corp = "[profiles.corp]\nprovider = \"prusa\"\nhosts = [\"other.tld\"]\n";
    let config = kitchen
        .place
        .env
        .config_dir()
        .join("prusa-cred/config.toml");
    kitchen.place.env.write(&config, corp);
    let (_, host) = kitchen.address.split_once("://").expect("an address");
    let login = format!("protocol=https\nhost={host}\nusername=ada\npassword=S3NTRY-go\n");
    kitchen.shell(&format!("echo '{login}' | prusa-cred git store"));
    kitchen.place.accept(&basic("ada", "S3NTRY-go"));
    kitchen.shell("go clean -modcache\ngo mod download corp.example/demo@v1.0.0");
    assert_eq!(
        kitchen
            .place
            .count("/go/corp.example/demo/@v/v1.0.0.zip", 200),
        2
    );
}

#[test]
fn examples_of_google_work() {
    let kitchen = Kitchen::new();
    let tokens = kitchen
        .place
        .env
        .config_dir()
        .join("prusa-cred/tokens/corp.json");
    let tokens: Value = serde_json::from_slice(&fs::read(tokens).expect("a login")).expect("JSON");
    kitchen
        .place
        .accept(tokens["id_token"].as_str().expect("an identity token"));
    symlink(beside("google_token.py"), kitchen.home("my_script.py")).expect("a link");
    let told = kitchen.cook_all(&kitchen.recipes("google")).expect("a run");
    assert_eq!(
        told.stdout,
        "traded as urn:ietf:params:oauth:token-type:jwt\n"
    );
}

#[test]
fn examples_of_pip_and_uv_work() {
    let kitchen = Kitchen::new();
    kitchen.place.accept(&basic("oauth2", &kitchen.token()));
    let recipes = kitchen.recipes("keyring");
    let [link, pip, uv] = &recipes[..] else {
        panic!("other examples");
    };
    kitchen.cook(link);
    kitchen.shell(&format!(
        "export PIP_NO_CACHE_DIR=1 PIP_TARGET=~/site\n{}",
        pip.code
    ));
    assert!(kitchen.home("site/demo.py").exists());
    let uv = &uv.code;
    kitchen.shell(&format!(
        "export UV_NO_CACHE=1 VIRTUAL_ENV=~/venv\nuv venv --quiet --no-index --python \"$(command -v python)\" ~/venv\n{uv}\n\
         ls ~/venv/lib/*/site-packages/demo.py"
    ));
}
