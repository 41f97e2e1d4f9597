//! The commands, one file or directory each: the arguments, and the function that runs the command.

pub mod branch;
pub mod compact;
pub mod completions;
pub mod diff;
pub mod fsck;
pub mod gc;
pub mod info;
pub mod log;
pub mod login;
pub mod logout;
pub mod ls;
pub mod man;
pub mod member;
pub mod merge;
pub mod pull;
pub mod push;
pub mod query;
pub mod reindex;
pub mod rename;
mod report_commit;
pub mod revert;
pub mod rm;
pub mod serve;
pub mod show;
pub mod stats;
pub mod stream;
pub mod synset;
pub mod tag;
pub mod token;
pub mod user;
pub mod view;

use crate::cli::Command;
use crate::context::Context;
use crate::exit::Exit;

/// Runs a command.
pub async fn run(command: Command, context: &Context) -> anyhow::Result<Exit> {
    match command {
        Command::Push(args) => push::run(args, context).await,
        Command::Pull(args) => pull::run(args, context).await,
        Command::Stream(args) => stream::run(args, context).await,
        Command::Ls(args) => ls::run(args, context).await,
        Command::Info(args) => info::run(args, context).await,
        Command::Show(args) => show::run(args, context).await,
        Command::Stats(args) => stats::run(args, context).await,
        Command::Query(args) => query::run(args, context).await,
        Command::View(args) => view::run(args, context).await,
        Command::Synset(args) => synset::run(args, context).await,
        Command::Log(args) => log::run(args, context).await,
        Command::Diff(args) => diff::run(args, context).await,
        Command::Branch(args) => branch::run(args, context).await,
        Command::Tag(args) => tag::run(args, context).await,
        Command::Merge(args) => merge::run(args, context).await,
        Command::Revert(args) => revert::run(args, context).await,
        Command::Rm(args) => rm::run(args, context).await,
        Command::Rename(args) => rename::run(args, context).await,
        Command::Fsck(args) => fsck::run(args, context).await,
        Command::Compact(args) => compact::run(args, context).await,
        Command::Gc(args) => gc::run(args, context).await,
        Command::Login(args) => login::run(args, context).await,
        Command::Logout(args) => logout::run(&args, context).await,
        Command::Token(args) => token::run(args, context).await,
        Command::User(args) => user::run(args, context).await,
        Command::Member(args) => member::run(args, context).await,
        Command::Serve(args) => serve::run(*args, context).await,
        Command::Reindex(args) => reindex::run(args, context).await,
        Command::Completions(args) => completions::run(&args, context),
        Command::Man(args) => man::run(&args, context),
    }
}
