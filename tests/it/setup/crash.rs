//! A run that is killed at any instant leaves a client's file as it was or as it is to be, and no client's lock.

use std::fs;
use std::time::Instant;

use rustix::process::Signal;

use super::Desk;

const KILLS: u32 = 40;

#[test]
fn a_killed_setup_leaves_the_old_or_the_new_file() {
    for (client, file, text) in [
        ("docker", ".docker/config.json", "{\n  \"auths\": {}\n}\n"),
        ("git", ".gitconfig", "[user]\n\tname = Ada\n"),
    ] {
        let desk = Desk::new();
        let file = format!("theirs/{file}");
        let file = file.as_str();
        let desk = Desk {
            env: {
                let (docker, git) = (desk.path("theirs/.docker"), desk.path("theirs/.gitconfig"));
                desk.env
                    .var("DOCKER_CONFIG", docker)
                    .var("GIT_CONFIG_GLOBAL", git)
            },
        };
        desk.write(file, text);
        let started = Instant::now();
        desk.apply(client);
        let mut step = started.elapsed() / KILLS;
        let new = desk.read(file).expect("it");
        let mut killed = 0;
        for number in 0..4 * KILLS {
            let words = if number % 2 == 0 { "--undo" } else { "--apply" };
            let running = desk
                .setup(client, &[words])
                .any_stdout()
                .any_stderr()
                .spawn();
            running.signal_after(step * (number % KILLS), Signal::KILL);
            if running.outcome().status == -9 {
                killed += 1;
            } else {
                step = step * 9 / 10;
            }
            let now = desk.read(file).expect("it");
            assert!(now == text || now == new, "{client}: {now}");
            if killed == KILLS {
                break;
            }
        }
        assert_eq!(killed, KILLS, "too few were killed before they had ended");
        desk.apply(client);
        assert_eq!(desk.read(file), Some(new));
        desk.undo(client);
        assert_eq!(desk.read(file).as_deref(), Some(text));
        let directory = desk.path(file);
        let names = fs::read_dir(directory.parent().expect("a directory")).expect("names");
        let names: Vec<_> = names
            .map(|name| name.expect("a name").file_name())
            .collect();
        assert_eq!(names, [directory.file_name().expect("a name")]);
        assert_eq!(desk.env.names_in("prusa-cred"), ["config.toml"]);
    }
}
