//! Shows the main job without an account: `cargo run --example try`; with `-- --stay` the server stays, for a person to
//! sign in to.
//!
//! The server is the tests' stand-in for Prusa Account on this machine, everything else is real: the executable, git,
//! the shell that runs each command just as it is printed. Nothing is read or written outside a scratch directory.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "an example talks to whoever runs it, and may fail on the spot"
)]

use std::fs;
use std::process::ExitCode;

use prusa_cred_support::sandbox::{EMAIL, MARKER, PASSWORD, TOTP_SECRET, unix_now};
use serde_json::Value;

use stage::{Printed, Stage, hold};

#[path = "try/stage.rs"]
mod stage;
#[path = "try/stay.rs"]
mod stay;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let stays = match arguments.as_slice() {
        [] => false,
        [word] if word == "--stay" => true,
        _ => {
            eprintln!("usage: cargo run --example try [-- --stay]");
            return ExitCode::from(2);
        }
    };
    let shown = stage::build().and_then(|executable| {
        let stage = Stage::set(&executable)?;
        stage.add_repository()?;
        if stays {
            return stage.stay();
        }
        let _limit = stage::time_limit();
        stage.show()
    });
    match shown {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nThis did not go as it should: {why}");
            ExitCode::FAILURE
        }
    }
}

impl Stage {
    fn show(&self) -> Result<(), String> {
        println!(
            "A stand-in for Prusa Account runs at {}. Like the real one it asks for a\n\
             password and a one-time code, and takes each refresh token once. Tokens are\n\
             shortened below; every command is run exactly as you see it.",
            self.site.account_url()
        );
        self.sign_in()?;
        let token = self.ask_from_the_shell()?;
        self.ask_from_git(&token)?;
        self.ask_from_docker(&token)?;
        self.ask_eight_times_at_once(&token)?;
        self.sign_out()?;
        println!("\nThat is all of it. The server and the scratch directory go away now.");
        Ok(())
    }

    fn sign_in(&self) -> Result<(), String> {
        println!(
            "\n1. Sign in, once. At a terminal you would be asked; here PRUSA_EMAIL,\n\
             PRUSA_PASSWORD and PRUSA_TOTP_SECRET answer."
        );
        let secrets = [
            ("PRUSA_EMAIL", EMAIL),
            ("PRUSA_PASSWORD", PASSWORD),
            ("PRUSA_TOTP_SECRET", TOTP_SECRET),
        ];
        self.run_with("prusa-cred login", &secrets)?;
        hold(
            self.site.sign_ins() == 1,
            "the account site has seen one sign-in",
        )?;
        hold(
            self.site.callbacks() == 0,
            "nobody else has seen the authorization code",
        )?;
        let status = self.run("prusa-cred status")?;
        hold(!status.contains(MARKER), "`status` shows no secret")
    }

    fn ask_from_the_shell(&self) -> Printed {
        println!("\n2. The shell gets a token wherever it needs one.");
        let token = self.run("prusa-cred get")?.trim_end().to_owned();
        hold(
            self.site.honours(&token),
            "the account site takes this token for its own",
        )?;
        self.run("prusa-cred get --format header")?;
        Ok(token)
    }

    fn ask_from_git(&self, token: &str) -> Result<(), String> {
        println!(
            "\n3. git asks its credential helpers, and `setup` makes prusa-cred one. First a\n\
             clone, then the question that git asks for it."
        );
        self.run("prusa-cred setup git --apply")?;
        let url = self.site.connect_url();
        self.run(&format!(
            "git clone --quiet {url}/git/models.git && cat models/README"
        ))?;
        let question = format!("protocol=http\\nhost={}\\n\\n", self.connect_host());
        let answer = self.run(&format!(
            "printf '{question}' | git -c credential.helper=prusa-cred credential fill"
        ))?;
        hold(answer.contains(token), "git has the same token")?;
        let look_alike = question.replace("host=", "host=evil.");
        let refused = self.fails(&format!(
            "printf '{look_alike}' | git -c credential.helper=prusa-cred credential fill"
        ))?;
        hold(!refused.contains(MARKER), "another host gets nothing")
    }

    fn ask_from_docker(&self, token: &str) -> Result<(), String> {
        println!(
            "\n4. Docker asks the helper that its config.json names in `credsStore`, by\n\
             running docker-credential-prusa-cred."
        );
        let url = self.site.connect_url();
        let answer = self.run(&format!(
            "printf '{url}' | docker-credential-prusa-cred get"
        ))?;
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        hold(answer["Secret"] == token, "docker has the same token")
    }

    fn ask_eight_times_at_once(&self, old: &str) -> Result<(), String> {
        println!(
            "\n5. An hour later (we write a past \"expires_at\" into the token file) eight\n\
             programs ask at the same moment. Only one may spend the refresh token: a second\n\
             one would be refused, and the login lost."
        );
        self.expire()?;
        let all = self.run("for i in 1 2 3 4 5 6 7 8; do prusa-cred get & done; wait")?;
        let tokens: Vec<_> = all.lines().collect();
        hold(tokens.len() == 8, "all eight have an answer")?;
        let new = tokens.first().copied().unwrap_or_default();
        let same = tokens.iter().all(|token| *token == new && *token != old);
        hold(same, "it is the same new token for each of them")?;
        hold(
            self.site.honours(new),
            "the account site takes it for its own",
        )?;
        hold(
            self.site.refreshes() == 1,
            "the account site has seen one refresh",
        )
    }

    fn sign_out(&self) -> Result<(), String> {
        println!("\n6. Sign out: the tokens are revoked there and forgotten here.");
        let refresh_token = self.stored("refresh_token")?;
        self.run("prusa-cred logout")?;
        hold(
            !self.site.honours(&refresh_token),
            "the account site takes the login no longer",
        )?;
        self.fails("prusa-cred get")?;
        Ok(())
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "nobody else uses this file at the moment"
    )]
    fn expire(&self) -> Result<(), String> {
        let mut tokens = self.tokens()?;
        if let Value::Object(fields) = &mut tokens {
            fields.insert("expires_at".to_owned(), (unix_now() - 60).into());
        }
        fs::write(self.token_file(), tokens.to_string()).map_err(|error| error.to_string())
    }
}
