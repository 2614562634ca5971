//! Notes which files were sealed in the present version, so that a file of the old one, which does not say what it is,
//! is not accepted again in the place of one of them.
//!
//! Each note is an empty file whose name is a digest of a label. They are in this program's data directory and not
//! beside the files, which may lie in a directory that others write. Whoever can remove the notes can still put a file
//! of the old version in place, if they have one of the same key.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::label::Label;
use crate::platform;
use crate::token::hex;

/// Returns whether a file with this label, or one that it accepts, was sealed in the present version before; `false` if
/// that is not known.
pub(super) fn is_noted(directory: Option<&Path>, label: &Label) -> bool {
    let is_noted = |directory: &Path| label.each().any(|label| note(directory, &label).exists());
    directory.is_some_and(is_noted)
}

/// Notes that a file with this label was sealed in the present version. A note that cannot be written is left out: the
/// file itself is as well protected without.
pub(super) fn note_sealed(directory: Option<&Path>, label: &Label) {
    let Some(directory) = directory else {
        return;
    };
    let path = note(directory, label);
    if !path.exists() {
        let _ = platform::create_private_directories(directory)
            .and_then(|()| platform::create_private(&path));
    }
}

/// Returns the path of the note about files with this label.
fn note(directory: &Path, label: &Label) -> PathBuf {
    let Label {
        kind,
        profile,
        file,
        also_of: _,
    } = label;
    let mut digest = Sha256::new();
    for part in [Some(kind), profile.as_ref(), file.as_ref()] {
        // The length, so that no two labels are the same bytes; one more than it for a part that is there.
        let length = part.map_or(0, |part| part.len() as u64 + 1);
        digest.update(length.to_be_bytes());
        digest.update(part.map_or("", String::as_str));
    }
    directory.join(hex(&digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_about_one_label() {
        let directory = tempfile::tempdir().expect("a directory");
        let notes = directory.path().join("new/notes");
        let all = [
            Label::login("a"),
            Label::login("b"),
            Label::login_in("a", Path::new("b")),
            Label::client_secret(Path::new("a")),
        ];
        for (number, label) in all.iter().enumerate() {
            assert!(!is_noted(Some(&notes), label), "{number}");
            note_sealed(Some(&notes), label);
            note_sealed(Some(&notes), label);
            assert!(is_noted(Some(&notes), label), "{number}");
        }
        assert!(!is_noted(None, &all[0]));
        note_sealed(None, &all[0]);
    }
}
