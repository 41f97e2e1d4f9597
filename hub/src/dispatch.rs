//! Runs the command that the parsed command line names.
//!
//! This module is above both: [`cli`] imports the commands' arguments, and the commands don't import the whole command
//! line; the two that print it (completions and the manual) get it as an argument here.

use crate::cli::{self, Command};
use crate::commands as c;
use crate::context::Context;
use crate::exit::Exit;

pub async fn run(command: Command, context: &Context) -> anyhow::Result<Exit> {
    match command {
        Command::Push(args) => c::push::run(args, context).await,
        Command::Pull(args) => c::pull::run(args, context).await,
        Command::Stream(args) => c::stream::run(*args, context).await,
        Command::Ls(args) => c::ls::run(args, context).await,
        Command::Info(args) => c::info::run(args, context).await,
        Command::Show(args) => c::show::run(args, context).await,
        Command::Cat(args) => c::show::cat(args, context).await,
        Command::Cp(args) => c::show::cp(args, context).await,
        Command::Stats(args) => c::stats::run(args, context).await,
        Command::Known(args) => c::known::run(&args, context),
        Command::Dups(args) => c::dups::run(args, context).await,
        Command::Query(args) => c::query::run(args, context).await,
        Command::View(args) => c::view::run(args, context).await,
        Command::Synset(args) => c::synset::run(args, context).await,
        Command::Model(args) => c::model::run(args, context).await,
        Command::Classify(args) => c::classify::run(*args, context).await,
        Command::Eval(args) => c::eval::run(*args, context).await,
        Command::Runs(args) => c::runs::run(args, context).await,
        Command::Log(args) => c::log::run(args, context).await,
        Command::Diff(args) => c::diff::run(args, context).await,
        Command::Branch(args) => c::branch::run(args, context).await,
        Command::Tag(args) => c::tag::run(args, context).await,
        Command::Merge(args) => c::merge::run(args, context).await,
        Command::Revert(args) => c::revert::run(args, context).await,
        Command::Rm(args) => c::rm::run(args, context).await,
        Command::Set(args) => c::set::run(args, context).await,
        Command::Split(args) => c::split::run(args, context).await,
        Command::Column(args) => c::column::run(args, context).await,
        Command::Mv(args) => c::mv::run(args, context).await,
        Command::Card(args) => c::card::run(args, context).await,
        Command::Rename(args) => c::rename::run(args, context).await,
        Command::Restore(args) => c::restore::run(args, context).await,
        Command::Fsck(args) => c::fsck::run(args, context).await,
        Command::Compact(args) => c::compact::run(args, context).await,
        Command::Gc(args) => c::gc::run(args, context).await,
        Command::Login(args) => c::login::run(args, context).await,
        Command::Logout(args) => c::logout::run(&args, context).await,
        Command::Whoami(args) => c::whoami::run(args, context).await,
        Command::Visibility(args) => c::visibility::run(args, context).await,
        Command::Token(args) => c::token::run(args, context).await,
        Command::User(args) => c::user::run(args, context).await,
        Command::Member(args) => c::member::run(args, context).await,
        Command::Serve(args) => c::serve::run(*args, context).await,
        Command::Reindex(args) => c::reindex::run(args, context).await,
        Command::Completions(args) => c::completions::run(&args, context),
        Command::Env(args) => c::env::run(&args, context),
        Command::Version(args) => c::version::run(&args, context),
        Command::Man(args) => c::man::run(&args, cli::command(), context),
    }
}
