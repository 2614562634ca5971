//! What `prusa-cred` alone shows: what it is, how to start, and the commands, on one screen of 80 columns and 24 rows.

/// Returns the text.
pub(crate) fn overview() -> &'static str {
    "\
prusa-cred signs in once to a Prusa Account (or Kognic, Practicus AI, any OAuth
server) and gives fresh tokens to git, Docker, scripts and MCP clients.

Start:    prusa-cred login        sign in
          prusa-cred setup        let git, Docker and others ask prusa-cred
          prusa-cred get          print a token

Logins    login  logout  status  refresh  seal  unseal
Tokens    get  exec  inspect
Hosts     hosts  which  list  forget
Setup     setup  doctor  log  completions  man
For other programs
          git  docker  bazel  cargo  kube  terraform  goauth  google  keyring
          store  erase

`prusa-cred help COMMAND` explains a command, with examples; `prusa-cred --help`
lists all of them with what they do, and the options.
"
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn it_fits_a_screen_and_names_every_command() {
        let text = overview();
        assert!(text.lines().count() < 24);
        assert!(text.lines().all(|line| line.len() <= 80));
        let words: Vec<_> = text.split_whitespace().collect();
        for command in Cli::command().get_subcommands() {
            let name = command.get_name();
            assert!(words.contains(&name), "{name}");
        }
    }
}
