//! `setup CLIENT`: points another program here, shows how, or takes it back.
//!
//! A module for each client says what its configuration is to hold (`plan`); `engine` shows that, does it, or undoes it.
//! What is ours is known by its own text, which names prusa-cred or carries a mark: nothing else is noted anywhere. Files
//! of other programs hold secrets, so no line is shown that is not ours, or in our place.

mod diff;
mod engine;
mod overview;
mod paint;
mod told;

use anyhow::Result;

use crate::cli::Setup;
use crate::clients::setup_target::SetupTarget;
use crate::clients::{SetupEnv, plan_for};
use crate::commands::error::CommandError;
use crate::context::Context;

pub(super) fn run(context: &Context, options: &Setup) -> Result<()> {
    if context.global.json {
        let text = "`prusa-cred setup` is for people and prints no JSON";
        return Err(CommandError::Usage(text.to_owned()).into());
    }
    let Some(client) = options.client else {
        return overview::run(context);
    };
    let scope = SetupTarget::find(context, &options.hosts, options.undo)?;
    let plan = plan_for(client, &SetupEnv::of(context)?, &scope)?;
    let engine = engine::Engine::new(context, options, client, &scope, &plan);
    if options.undo {
        engine.undo()
    } else if options.apply {
        engine.apply()
    } else {
        engine.show()
    }
}
