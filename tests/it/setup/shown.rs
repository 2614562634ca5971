//! What a person sees: what is ours, in colour where that is wanted, and errors that say what to do.

use super::Desk;

#[test]
fn only_our_changes_are_shown() {
    let desk = Desk::new().alone_with(&[]);
    desk.write(
        ".docker/config.json",
        "{\"auths\":{\"git.example.com\":{\"auth\":\"S3NTRY-0\"}}}",
    );
    desk.setup("docker", &[])
        .stdout(
            "~/.docker/config.json would be changed\n  at the beginning\n  \
             + …, \"credHelpers\": {\"git.example.com\": \"prusa-cred\"}…\n",
        )
        .any_stdout()
        .success();
    let shown = desk.setup("docker", &[]).any_stdout().success().stdout;
    assert!(!shown.contains("S3NTRY"), "{shown}");
    assert!(shown.contains("+ …, \"credHelpers\": {"), "{shown}");
    assert!(
        shown.contains("a login for git.example.com in the file itself is no longer used"),
        "{shown}"
    );
}

#[test]
fn colours_only_on_a_terminal_that_supports_them() {
    let desk = Desk::new();
    let (status, text) = desk.env.terminal(["setup", "bazel"]).wait();
    assert_eq!(status, 0);
    assert!(text.contains("\x1b[32m  + common"), "{text}");
    let desk = Desk {
        env: desk.env.var("NO_COLOR", "1"),
    };
    let (_, text) = desk.env.terminal(["setup", "bazel"]).wait();
    assert!(
        !text.contains('\x1b') && text.contains("  + common"),
        "{text}"
    );
}

#[test]
fn without_a_client_all_are_listed() {
    let desk = Desk::new();
    desk.write(
        ".bazelrc",
        "common --credential_helper=git.example.com=/x.sh\n",
    );
    desk.write(".docker/config.json", "{");
    desk.apply("git");
    desk.apply("podman");
    std::fs::remove_file(desk.bin().join("docker-credential-prusa-cred")).expect("it");
    let told = desk.env.run(["setup"]).any_stdout().success().stdout;
    for line in [
        "corp (git.example.com, registry.example.com:5000, mcp.example.com)\n",
        "  git          asks prusa-cred (~/.gitconfig)\n",
        "  docker       cannot edit ~/.docker/config.json: ",
        "  podman       the program docker-credential-prusa-cred is not found\n",
        "  bazel        asks --credential_helper=git.example.com=/x.sh first\n",
        "               prusa-cred setup podman\n",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    desk.write(
        ".gitconfig",
        "[credential]\n\thelper = cache\n\thelper = prusa-cred\n",
    );
    let told = desk.env.run(["setup", "--profile", "corp"]).any_stdout();
    let told = told.success().stdout;
    assert!(
        told.contains("  git          asks cache (~/.gitconfig:2) first\n"),
        "{told}"
    );
    desk.env
        .run(["setup", "--apply"])
        .stderr_contains("CLIENT")
        .status(2);
}

#[test]
fn errors_have_a_hint() {
    let desk = Desk::new().alone_with(&[]);
    let cases: [(&[&str], &str, &str); 7] = [
        (
            &["docker", "--profile", "nobody"],
            "there is no profile \"nobody\"",
            "prusa-cred status",
        ),
        (
            &["docker", "--host", "else.example.com"],
            "no profile answers for",
            "hosts",
        ),
        (
            &["docker", "--host", "*.else.example.com"],
            "no profile answers for *.else.example.com",
            "hosts",
        ),
        (
            &["docker", "--profile", "corp", "--host", "else.example.com"],
            "profile corp does not answer for",
            "hosts",
        ),
        (
            &["cargo"],
            "no registry in ~/.cargo/config.toml",
            "[registries.NAME]",
        ),
        (
            &["claude-code", "--profile", "prusa"],
            "the address of the MCP server of profile prusa is not known",
            "--host https://",
        ),
        (
            &["docker", "--host", "http://git.example.com"],
            "not an address",
            "give an address such as",
        ),
    ];
    for (words, error, hint) in cases {
        let words = [&["setup"], words].concat();
        let ran = desk
            .env
            .run(words)
            .stderr_contains(error)
            .stderr_contains(hint)
            .outcome();
        assert_ne!(ran.status, 0, "{ran}");
    }
    let many = Desk::with_hosts("['*.example.com']").alone_with(&[]);
    many.setup("docker", &[])
        .stderr_contains("Docker does not support *.HOST")
        .status(1);
    many.setup("docker", &["--host", "eu.example.com"])
        .stdout_contains("\"eu.example.com\": \"prusa-cred\"")
        .success();
}

#[test]
fn go_and_kubectl_make_their_changes_themselves() {
    let desk = Desk::new();
    desk.script(
        "go",
        "case $2 in\n-w) echo \"$3\" >> \"$GOENV\";;\n-u) grep -v GOAUTH \"$GOENV\" > \"$GOENV.x\"; mv \"$GOENV.x\" \"$GOENV\";;\nesac\n",
    );
    desk.write("config/go/env", "GOFLAGS=-v\n");
    desk.setup("go", &[])
        .stdout_contains("go env -w GOAUTH='prusa-cred goauth;netrc'")
        .success();
    desk.apply("go");
    let wanted = "GOFLAGS=-v\nGOAUTH=prusa-cred goauth;netrc\n";
    assert_eq!(desk.read("config/go/env").as_deref(), Some(wanted));
    desk.undo("go");
    assert_eq!(desk.read("config/go/env").as_deref(), Some("GOFLAGS=-v\n"));
    // The line that is shown keeps the earlier value.
    desk.write("config/go/env", "GOAUTH=git '/home/my code'\n");
    desk.setup("go", &[])
        .stdout_contains(r"go env -w GOAUTH='prusa-cred goauth;git '\''/home/my code'\'''")
        .success();

    // JSON is YAML, and this kubectl knows one user only.
    desk.script(
        "kubectl",
        "for word do case $word in --kubeconfig=*) file=${word#*=};; esac; done\ncase $2 in\n\
         view) if [ -s \"$4\" ]; then cat \"$4\"; else echo '{}'; fi;;\n\
         set-credentials) echo '{\"users\":[{\"name\":\"prusa-cred\",\"user\":{\"exec\":{\"apiVersion\":\
         \"client.authentication.k8s.io/v1\",\"command\":\"prusa-cred\",\"args\":[\"kube\"],\
         \"interactiveMode\":\"Never\",\"provideClusterInfo\":true}}}]}' > \"$file\";;\n\
         delete-user) echo '{}' > \"$file\";;\nesac\n",
    );
    desk.write(
        ".kube/config",
        "{\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"https://git.example.com\"}}],\
         \"contexts\":[{\"name\":\"work\",\"context\":{\"cluster\":\"c\",\"user\":\"me\"}},\
         {\"name\":\"w;reboot\\u001b[1m\",\"context\":{\"cluster\":\"c\",\"user\":\"me\"}}]}",
    );
    desk.setup("kubectl", &[])
        .stdout_contains("Left to do: kubectl config set-context work --user=prusa-cred\n")
        .stdout_contains(
            "Left to do: kubectl config set-context 'w;reboot\\u{1b}[1m' --user=prusa-cred\n",
        )
        .stdout_contains("kubectl config set-credentials prusa-cred --exec-api-version=")
        .success();
    let before = desk.read(".kube/config");
    desk.apply("kubectl");
    assert!(desk.apply("kubectl").stdout.starts_with("Nothing to do"));
    desk.env
        .run(["setup"])
        .stdout_contains("kubectl      set up, but no context has the user that asks prusa-cred\n")
        .success();
    desk.undo("kubectl");
    assert_eq!(desk.read(".kube/config"), before);
    assert_eq!(
        desk.env.names_in("prusa-cred"),
        ["config.toml"],
        "no scratch copy is left"
    );
}

#[test]
fn without_kubectl_the_lines_to_add_are_shown() {
    let desk = Desk::new().alone_with(&[]);
    desk.setup("kubectl", &[])
        .stdout_contains("  - name: prusa-cred\n")
        .stdout_contains("      args: [kube]\n")
        .success();
    desk.setup("kubectl", &["--apply"])
        .stderr_contains("by hand")
        .status(1);
    let told = desk.undo("kubectl").stdout;
    assert!(told.starts_with("Nothing to take back: "), "{told}");
}
