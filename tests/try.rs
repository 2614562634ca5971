//! Shows the main job without an account.
fn main() {}
