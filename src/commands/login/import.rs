//! `login --import`: imports the logins of other tools on this machine.
//!
//! A refresh token that may be used only once cannot be kept in two places: such a login is used where it is. A profile
//! or login that exists already is left as it is, so a second import changes nothing.

mod importer;
mod kognic;
mod practicus;
mod prusa;

use anyhow::Result;

use crate::cli::Import;
use crate::context::Context;
use importer::Importer;

type ImportFn = fn(&Importer<'_>) -> Result<()>;

const TOOLS: [(Import, &str, ImportFn); 3] = [
    (Import::Prusa, "the Prusa SDK", prusa::import),
    (Import::Kognic, "kognic-auth", kognic::import),
    (Import::Practicus, "the Practicus AI SDK", practicus::import),
];

/// Imports the logins of a tool, or of all tools.
pub(super) fn run(context: &Context, tool: Import) -> Result<()> {
    // What is the matter with the configuration is so for every tool.
    context.profiles()?;
    let importer = Importer::new(context);
    let is_requested = |one: Import| tool == Import::All || tool == one;
    let mut names = Vec::new();
    for (_, name, import) in TOOLS.iter().filter(|(one, _, _)| is_requested(*one)) {
        names.push(*name);
        if let Err(error) = import(&importer) {
            importer.add_failure(error);
        }
    }
    importer.finish(&names.join(", "))
}
