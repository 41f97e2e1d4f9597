//! How much of a history is copied.

use clap::Args;

#[derive(Args, Debug)]
pub struct DepthArg {
    /// Copy one state, as a commit of its own, instead of the history; only 1 is possible
    #[arg(long, value_name = "1", value_parser = clap::value_parser!(u8).range(1..=1))]
    depth: Option<u8>,
}

impl DepthArg {
    /// Whether only one state is copied.
    pub fn is_one_state(&self) -> bool {
        self.depth.is_some()
    }
}
