//! The binary `hub`: arguments in, one call of the client, a few lines out.
//!
//! Each command is a file in [`commands`]; [`cli`] says what can be typed, [`dispatch`] picks the command, [`args`] turns
//! words into typed values once, [`output`] makes tables and numbers, [`exit`] knows the exit codes, [`errors`] says what went
//! wrong. Data goes to stdout, everything else to stderr, so that a pipe gets nothing but data.

mod args;
mod cli;
mod commands;
mod console;
mod context;
mod dispatch;
mod errors;
mod exit;
mod interrupt;
mod label_index;
mod output;
mod progress;

use std::process::ExitCode;

use clap::FromArgMatches;

use context::Context;
use exit::Exit;

/// Keeps freed memory for a while instead of giving it back page by page.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    errors::tell_panics_in_a_line();
    let matches = match cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let parsed = match cli::Cli::from_arg_matches(&matches) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error.format(&mut cli::command())),
    };
    run(parsed).unwrap_or_else(|error| errors::report(&error)).into()
}

/// Help and version go to stdout and are no error; everything else that clap says is wrong usage.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell if this can't be written.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn run(cli: cli::Cli) -> anyhow::Result<Exit> {
    let context = Context::new(&cli.global)?;
    // A question to a person blocks a worker; the second keeps timers and signals going.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ended = runtime.block_on(async {
        context.interrupt.watch();
        dispatch::run(cli.command, &context).await
    });
    // A read that hangs must not keep a command that is done.
    runtime.shutdown_background();
    ended
}
