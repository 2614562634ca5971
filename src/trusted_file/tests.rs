use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::*;

/// A scratch directory; the paths in it are without links.
struct Tree {
    top: PathBuf,
    _directory: tempfile::TempDir,
}

impl Tree {
    /// Makes directories for one user, for a group, for everybody and as `/tmp`, each with a file `file` and one below
    /// it in `sub`, and links.
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let top = directory.path().canonicalize().expect("a path");
        let tree = Self {
            top,
            _directory: directory,
        };
        for (name, mode) in [
            ("own", 0o755),
            ("group", 0o775),
            ("open", 0o757),
            ("tmp", 0o1777),
        ] {
            fs::create_dir_all(tree.at(&format!("{name}/sub"))).expect("a directory");
            tree.write(&format!("{name}/file"));
            tree.write(&format!("{name}/sub/file"));
            tree.set_mode(&format!("{name}/sub"), 0o755);
            tree.set_mode(name, mode);
        }
        tree.write("plain");
        tree.link("open/sub", "down");
        tree.link("own/file", "to_own");
        tree.link("group/file", "to_group");
        tree.link("loop", "loop");
        tree.link("there", "back");
        tree.link("back", "there");
        let absolute = tree.at("open/file").display().to_string();
        tree.link(&absolute, "absolute");
        tree.link("/", "root");
        tree.link("own/file", "chain0");
        for number in 1..=41 {
            tree.link(&format!("chain{}", number - 1), &format!("chain{number}"));
        }
        tree
    }

    fn at(&self, path: &str) -> PathBuf {
        self.top.join(path)
    }

    fn write(&self, path: &str) {
        let mut file = platform::create_private(&self.at(path)).expect("a file");
        file.write_all(path.as_bytes()).expect("written");
        self.set_mode(path, 0o644);
    }

    fn set_mode(&self, path: &str, mode: u32) {
        fs::set_permissions(self.at(path), Permissions::from_mode(mode)).expect("a mode");
    }

    fn link(&self, target: &str, path: &str) {
        symlink(target, self.at(path)).expect("a link");
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.at(from), self.at(to)).expect("renamed");
    }
}

/// Returns the text of the fault, without the mode.
fn text(checked: Result<(), UntrustedFile>) -> Option<String> {
    let text = checked.err()?.fault.to_string();
    Some(text.split(" (mode").next().unwrap_or_default().to_owned())
}

#[test]
fn a_path_is_followed_as_the_system_does() {
    let tree = Tree::new();
    let root = format!("root{}", tree.at("open/file").display());
    let own_by_root = format!("root{}", tree.at("own/file").display());
    for (path, at_fault) in [
        ("own/file", None),
        ("own/./sub//../file", None),
        ("group/file", Some("group")),
        ("group/sub/file", None),
        ("open/file", Some("open")),
        ("open/sub/file", Some("open")),
        ("tmp/file", None),
        ("tmp/sub/file", None),
        // No name is looked up in `open`, but `sub` is.
        ("open/../own/file", None),
        ("open/sub/../../own/file", Some("open")),
        // Above the target of a link, not above the link.
        ("down/../file", Some("open")),
        ("down/../../own/file", Some("open")),
        ("to_own", None),
        ("to_group", Some("group")),
        ("own/../to_group", Some("group")),
        ("absolute", Some("open")),
        (root.as_str(), Some("open")),
        (own_by_root.as_str(), None),
        ("chain30", None),
    ] {
        let wanted = at_fault.map(|name| format!("others may change {}", tree.at(name).display()));
        let path = tree.at(path);
        assert_eq!(text(check_directories(&path)), wanted, "{}", path.display());
        let (file, metadata) = platform::open_regular(&path).expect("a file");
        let checked = check(&path, &file, &metadata);
        assert_eq!(text(checked), wanted, "{}, open", path.display());
    }
}

/// They end at a fault or nowhere, and never go on for ever.
#[test]
fn a_path_to_nothing_is_followed_to_where_it_ends() {
    let tree = Tree::new();
    for (path, at_fault) in [
        ("own/missing", None),
        ("missing/file", None),
        ("open/missing", Some("open")),
        ("group/missing/file", None),
        ("plain/file", None),
        ("plain/../own/file", None),
        ("own/file/", None),
        ("open/file/", Some("open")),
        ("loop", None),
        ("loop/file", None),
        ("there", None),
        ("chain41", None),
        ("", None),
        ("..", None),
    ] {
        let wanted = at_fault.map(|name| format!("others may change {}", tree.at(name).display()));
        let path = tree.at(path);
        assert!(platform::open_regular(&path).is_err(), "{}", path.display());
        assert_eq!(text(check_directories(&path)), wanted, "{}", path.display());
    }
}

/// What stands for another user's doing is done between opening a file and the check.
#[test]
fn a_file_that_others_can_have_replaced_meanwhile_is_refused() {
    type Change = fn(&Tree);
    let cases: [(&str, &str, Change, bool); 10] = [
        ("nothing", "group/sub/file", |_| (), true),
        (
            "as an editor saves",
            "own/file",
            |tree| tree.rename("plain", "own/file"),
            true,
        ),
        (
            "removed by this user",
            "own/sub/file",
            |tree| fs::remove_dir_all(tree.at("own/sub")).expect("removed"),
            true,
        ),
        (
            "as an editor saves, where others can rename nothing of it",
            "tmp/sub/file",
            |tree| tree.rename("plain", "tmp/sub/file"),
            true,
        ),
        (
            "another directory moved there",
            "group/sub/file",
            |tree| {
                tree.rename("group/sub", "group/aside");
                tree.rename("own/sub", "group/sub");
            },
            false,
        ),
        (
            "moved away",
            "group/sub/file",
            |tree| tree.rename("group/sub", "group/aside"),
            false,
        ),
        (
            "a link that led elsewhere removed",
            "tmp/link",
            |tree| fs::remove_file(tree.at("tmp/link")).expect("removed"),
            false,
        ),
        (
            "a directory removed",
            "tmp/sub/file",
            |tree| tree.rename("tmp/sub", "aside"),
            false,
        ),
        (
            "a file in place of a directory",
            "tmp/sub/file",
            |tree| {
                tree.rename("tmp/sub", "aside");
                tree.rename("plain", "tmp/sub");
            },
            false,
        ),
        (
            "another link",
            "group/sub/link",
            |tree| {
                tree.rename("group/sub", "group/aside");
                fs::create_dir(tree.at("group/sub")).expect("a directory");
                tree.link("../../own/sub/file", "group/sub/link");
            },
            false,
        ),
    ];
    for (what, path, change, is_used) in cases {
        let tree = Tree::new();
        tree.link("../own/file", "tmp/link");
        tree.link("../../own/file", "group/sub/link");
        let path = tree.at(path);
        let (file, metadata) = platform::open_regular(&path).expect("a file");
        change(&tree);
        let found = text(check(&path, &file, &metadata));
        let wanted = (!is_used).then(|| "what leads to it was changed meanwhile".to_owned());
        assert_eq!(found, wanted, "{what}");
    }
}

#[test]
fn the_fault_is_found_among_the_causes_of_an_error() {
    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Carrier(#[from] UntrustedFile);

    let tree = Tree::new();
    let path = tree.at("open/file");
    let error = || check_directories(&path).expect_err("a fault");
    let wanted = format!("chmod go-w {}", tree.at("open").display());
    let fix = |error: &(dyn std::error::Error + 'static)| fault_in(error).map(Fault::fix);
    assert_eq!(fix(&error()).as_ref(), Some(&wanted));
    assert_eq!(fix(&Carrier(error())).as_ref(), Some(&wanted));
    assert_eq!(fix(&std::sync::Arc::new(error())).as_ref(), Some(&wanted));
    assert_eq!(fix(&std::io::Error::other("another")), None);
}
