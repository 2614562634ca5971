//! Three examples for each command, at the end of its help and in its manual page.

/// A command line, and what it is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) line: &'static str,
    pub(crate) about: &'static str,
}

const fn example(line: &'static str, about: &'static str) -> Example {
    Example { line, about }
}

/// What stands above the examples in a help text.
pub(crate) const HEADING: &str = "Examples:";

/// Adds examples to a command.
pub(super) trait WithExamples {
    /// Returns the command with the examples that there are for it below its help.
    fn with_examples(self) -> Self;
}

impl WithExamples for clap::Command {
    fn with_examples(self) -> Self {
        let examples = of(self.get_name());
        if examples.is_empty() {
            return self;
        }
        let mut text = match self.get_after_help() {
            Some(notes) => format!("{notes}\n\n{HEADING}"),
            None => HEADING.to_owned(),
        };
        for Example { line, about } in examples {
            text.push_str(&format!("\n  {line}\n      {about}"));
        }
        self.after_help(text)
    }
}

/// Returns the examples of a command; none for a command that does not exist.
pub(crate) fn of(command: &str) -> &'static [Example] {
    match command {
        "login" => &LOGIN,
        "logout" => &LOGOUT,
        "get" => &GET,
        "refresh" => &REFRESH,
        "store" => &STORE,
        "erase" => &ERASE,
        "list" => &LIST,
        "forget" => &FORGET,
        "seal" => &SEAL,
        "unseal" => &UNSEAL,
        "git" => &GIT,
        "docker" => &DOCKER,
        "bazel" => &BAZEL,
        "cargo" => &CARGO,
        "kube" => &KUBE,
        "terraform" => &TERRAFORM,
        "goauth" => &GOAUTH,
        "google" => &GOOGLE,
        "keyring" => &KEYRING,
        "status" => &STATUS,
        "hosts" => &HOSTS,
        "exec" => &EXEC,
        "inspect" => &INSPECT,
        "which" => &WHICH,
        "setup" => &SETUP,
        "doctor" => &DOCTOR,
        "log" => &LOG,
        "completions" => &COMPLETIONS,
        "man" => &MAN,
        _ => &[],
    }
}

const LOGIN: [Example; 4] = [
    example(
        "prusa-cred login",
        "Sign in to a Prusa Account, or choose another service if nothing is configured.",
    ),
    example(
        "prusa-cred login --browser",
        "Sign in with a browser: for an account of Google or Apple, or a passkey.",
    ),
    example(
        "prusa-cred login https://mcp.example.com/mcp",
        "Sign in for a protected MCP server.",
    ),
    example(
        "prusa-cred login --profile corp --issuer https://login.example.com --client-id ID --host git.example.com",
        "Sign in to any OAuth server, whose tokens git.example.com gets.",
    ),
];
const LOGOUT: [Example; 3] = [
    example("prusa-cred logout", "Sign out of the default profile."),
    example(
        "prusa-cred logout --profile farm",
        "Sign out of the profile farm.",
    ),
    example("prusa-cred logout --all", "Sign out everywhere."),
];
const GET: [Example; 4] = [
    example("token=$(prusa-cred get)", "The token, in a shell variable."),
    example(
        "curl -H \"$(prusa-cred get --format header)\" https://connect.prusa3d.com/app/printers",
        "The header line for curl.",
    ),
    example(
        "prusa-cred get --format headers https://mcp.example.com/mcp",
        "The headers as JSON, for an MCP client.",
    ),
    example(
        "prusa-cred get --profile farm --min-ttl 10m",
        "A token of the profile farm that is good for 10 minutes.",
    ),
];
const REFRESH: [Example; 3] = [
    example(
        "prusa-cred refresh",
        "Renew the default profile's login now.",
    ),
    example(
        "prusa-cred refresh --all",
        "Renew every login that would end within a week, as a timer does.",
    ),
    example(
        "prusa-cred refresh --all --within 2d",
        "Only those that would end within two days.",
    ),
];
const STORE: [Example; 3] = [
    example(
        "git config --global credential.helper prusa-cred",
        "What makes git run it, after a sign-in that worked.",
    ),
    example("prusa-cred list", "What has been saved."),
    example(
        "prusa-cred forget https://git.example.com",
        "Removes it again.",
    ),
];
const ERASE: [Example; 3] = [
    example(
        "git credential reject",
        "What makes git run it; git does so itself when a server refuses a password.",
    ),
    example(
        "prusa-cred which https://git.example.com",
        "Whether the next request refreshes the token.",
    ),
    example("prusa-cred refresh", "Refreshes it now."),
];
const LIST: [Example; 3] = [
    example("prusa-cred list", "Every host that has a credential here."),
    example("prusa-cred list --json", "The same for programs."),
    example(
        "prusa-cred list --profile farm",
        "The hosts of the profile farm.",
    ),
];
const FORGET: [Example; 3] = [
    example(
        "prusa-cred forget https://git.example.com",
        "What is saved for this host.",
    ),
    example(
        "prusa-cred forget https://git.example.com --username ada",
        "Only what is saved for this user.",
    ),
    example("prusa-cred forget --all", "Everything that is saved."),
];
const SEAL: [Example; 3] = [
    example(
        "prusa-cred seal --all",
        "Every login and saved credential, with a key in the keyring.",
    ),
    example(
        "prusa-cred seal --profile farm",
        "The login of one profile.",
    ),
    example(
        "prusa-cred seal --all --key-file ~/prusa-cred.key",
        "With a key in a file, made if it is missing.",
    ),
];
const UNSEAL: [Example; 3] = [
    example(
        "prusa-cred unseal --all",
        "Every login and saved credential.",
    ),
    example(
        "prusa-cred unseal --profile prusa",
        "The login that the Python SDK is to read.",
    ),
    example("prusa-cred unseal --saved", "Saved credentials only."),
];
const GIT: [Example; 3] = [
    example(
        "prusa-cred setup git --apply",
        "Make git ask prusa-cred for the hosts of the default profile.",
    ),
    example(
        "git config --global credential.helper prusa-cred",
        "Make git ask it first for every host.",
    ),
    example(
        "printf 'protocol=https\\nhost=git.example.com\\n\\n' | prusa-cred git get",
        "Ask as git does.",
    ),
];
const DOCKER: [Example; 3] = [
    example(
        "prusa-cred setup docker --apply",
        "Make Docker ask prusa-cred for the hosts of the default profile.",
    ),
    example(
        "docker pull registry.example.com/team/image",
        "Docker asks by itself from then on.",
    ),
    example(
        "printf registry.example.com | prusa-cred docker get",
        "Ask as Docker does.",
    ),
];
const BAZEL: [Example; 3] = [
    example(
        "prusa-cred setup bazel --apply",
        "Make Bazel ask prusa-cred for the hosts of the default profile.",
    ),
    example(
        "prusa-cred setup bazel --host cache.example.com --apply",
        "For one of them.",
    ),
    example(
        "echo '{\"uri\":\"https://cache.example.com/\"}' | prusa-cred bazel get",
        "Ask as Bazel does.",
    ),
];
const CARGO: [Example; 3] = [
    example(
        "prusa-cred setup cargo --apply",
        "Make cargo ask prusa-cred for the registries on the profile's hosts.",
    ),
    example(
        "cargo publish --registry corp",
        "cargo asks by itself from then on.",
    ),
    example(
        "prusa-cred which https://registry.example.com/index/",
        "Which profile would answer.",
    ),
];
const KUBE: [Example; 3] = [
    example(
        "prusa-cred setup kubectl --apply",
        "Make kubectl run prusa-cred for its clusters on the profile's hosts.",
    ),
    example("kubectl get pods", "kubectl asks by itself from then on."),
    example(
        "prusa-cred --profile corp kube",
        "Ask as kubectl does, without naming the cluster.",
    ),
];
const TERRAFORM: [Example; 3] = [
    example(
        "prusa-cred setup terraform --apply",
        "Make Terraform and OpenTofu ask prusa-cred.",
    ),
    example("terraform init", "Terraform asks by itself from then on."),
    example(
        "prusa-cred terraform get app.example.com",
        "Ask as Terraform does.",
    ),
];
const GOAUTH: [Example; 3] = [
    example(
        "prusa-cred setup go --apply",
        "Make go ask prusa-cred for private modules.",
    ),
    example("go env -w GOAUTH='prusa-cred goauth'", "The same by hand."),
    example(
        "prusa-cred goauth https://git.example.com/team/module",
        "Ask as go does.",
    ),
];
const GOOGLE: [Example; 3] = [
    example(
        "export GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1",
        "What Google's libraries need before they run a program.",
    ),
    example(
        "prusa-cred --profile corp google",
        "What their \"credential_source\" runs.",
    ),
    example(
        "prusa-cred --profile corp google --help",
        "More about that.",
    ),
];
const KEYRING: [Example; 3] = [
    example(
        "prusa-cred setup pip --apply",
        "Make pip ask prusa-cred for indexes on the profile's hosts.",
    ),
    example("prusa-cred setup uv --apply", "The same for uv."),
    example(
        "prusa-cred keyring get https://index.example.com/simple/ oauth2",
        "Ask as pip does.",
    ),
];
const STATUS: [Example; 3] = [
    example("prusa-cred status", "Every profile in use."),
    example(
        "prusa-cred status --profile farm",
        "One profile; the exit status says whether it can be used.",
    ),
    example("prusa-cred status --json", "The same for programs."),
];
const HOSTS: [Example; 3] = [
    example("prusa-cred hosts", "Which hosts get tokens, and whose."),
    example(
        "prusa-cred hosts add git.example.com",
        "One more, for the default profile.",
    ),
    example(
        "prusa-cred hosts remove git.example.com --profile corp",
        "One less, for the profile corp.",
    ),
];
const EXEC: [Example; 3] = [
    example(
        "prusa-cred exec -- python print_status.py",
        "PRUSA_TOKEN holds a fresh token there.",
    ),
    example(
        "prusa-cred exec --profile corp --env GITLAB_TOKEN -- glab issue list",
        "Another profile, another variable.",
    ),
    example(
        "prusa-cred exec -- sh -c 'curl -H \"Authorization: Bearer $PRUSA_TOKEN\" https://connect.prusa3d.com/app/me'",
        "In a shell of its own.",
    ),
];
const INSPECT: [Example; 3] = [
    example("prusa-cred inspect", "The claims in the access token."),
    example(
        "prusa-cred inspect --token identity",
        "Those in the identity token.",
    ),
    example(
        "prusa-cred get | prusa-cred inspect -",
        "Those of a token on stdin.",
    ),
];
const WHICH: [Example; 3] = [
    example(
        "prusa-cred which",
        "The profile that commands use without --profile.",
    ),
    example(
        "prusa-cred which https://git.example.com/team",
        "The one that answers there.",
    ),
    example(
        "prusa-cred which https://git.example.com --json",
        "The same for programs.",
    ),
];
const SETUP: [Example; 4] = [
    example(
        "prusa-cred setup",
        "Which programs ask prusa-cred, and which do not.",
    ),
    example("prusa-cred setup git", "What would be changed."),
    example("prusa-cred setup git --apply", "Change it."),
    example("prusa-cred setup git --undo", "Take it back."),
];
const DOCTOR: [Example; 3] = [
    example("prusa-cred doctor", "Everything on this machine."),
    example("prusa-cred doctor --online", "The servers too."),
    example("prusa-cred doctor --quiet", "Problems only."),
];
const LOG: [Example; 3] = [
    example(
        "prusa-cred log --since 1h",
        "What was handed out in the last hour.",
    ),
    example(
        "prusa-cred log --profile corp",
        "The tokens of one profile.",
    ),
    example("prusa-cred log --json", "For programs."),
];
const COMPLETIONS: [Example; 3] = [
    example(
        "prusa-cred completions bash > ~/.local/share/bash-completion/completions/prusa-cred",
        "For bash; its directory has to be there.",
    ),
    example(
        "prusa-cred completions zsh > ~/.zfunc/_prusa-cred",
        "For zsh, with ~/.zfunc in fpath.",
    ),
    example(
        "prusa-cred completions fish > ~/.config/fish/completions/prusa-cred.fish",
        "For fish.",
    ),
];
const MAN: [Example; 3] = [
    example("prusa-cred man", "The main page."),
    example("prusa-cred man git", "The page of `prusa-cred git`."),
    example(
        "prusa-cred man ~/.local/share/man/man1",
        "Write all pages there, for man(1).",
    ),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// Returns the arguments of the last `prusa-cred` in a line of shell, up to whatever ends it there.
    fn arguments(line: &str) -> Option<Vec<std::ffi::OsString>> {
        let (_, rest) = line.rsplit_once("prusa-cred ").or_else(|| {
            let is_alone = line.ends_with("prusa-cred");
            is_alone.then_some(("", ""))
        })?;
        let words = rest
            .split_whitespace()
            .map_while(|word| {
                let ends = ["|", ">", ")\""].iter().any(|end| word.starts_with(end));
                (!ends).then(|| word.trim_end_matches([')', '"', '\'']).to_owned())
            })
            .map(std::ffi::OsString::from);
        Some(std::iter::once("prusa-cred".into()).chain(words).collect())
    }

    #[test]
    fn every_command_has_three_examples_that_work() {
        let mut command = Cli::command();
        command.build();
        for subcommand in command.get_subcommands() {
            let name = subcommand.get_name();
            if name == "help" {
                continue;
            }
            let examples = of(name);
            assert!(examples.len() >= 3, "{name}");
            for Example { line, .. } in examples {
                let words = line.split_whitespace();
                let is_others = !words.clone().any(|word| word.ends_with("prusa-cred"))
                    || line.contains("helper prusa-cred");
                let Some(arguments) = arguments(line).filter(|_| !is_others) else {
                    continue;
                };
                if let Err(error) = Cli::parse_all(arguments) {
                    assert!(!error.use_stderr(), "{line}: {error}");
                }
            }
        }
    }
}
