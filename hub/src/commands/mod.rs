//! The commands, each a file: its arguments, and what it does with them.

pub mod info;
pub mod log;
pub mod ls;
pub mod pull;
pub mod push;
pub mod show;

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> anyhow::Result<Exit> {
    match command {
        Command::Push(args) => push::run(args, context).await,
        Command::Pull(args) => pull::run(args, context).await,
        Command::Ls(args) => ls::run(args, context).await,
        Command::Info(args) => info::run(args, context).await,
        Command::Show(args) => show::run(args, context).await,
        Command::Log(args) => log::run(args, context).await,
    }
}
