//! The binary `hub`: it parses arguments, calls the client once, and prints the result.
//!
//! Each command is a file in [`commands`]; [`cli`] defines the command line, [`dispatch`] picks the command, [`args`] parses
//! arguments into typed values once, [`output`] formats tables and numbers, [`exit`] lists the exit codes, [`errors`] prints
//! errors. Data goes to stdout, everything else to stderr, so that a pipe gets nothing but data.

#![allow(missing_docs, reason = "a binary: it has no API that others use")]

mod args;
mod cli;
mod commands;
mod completion;
mod console;
mod context;
mod dispatch;
mod errors;
mod exit;
mod interrupt;
mod label_index;
mod model_errors;
mod models;
mod output;
mod progress;

use std::process::ExitCode;

use clap::FromArgMatches;

use context::Context;
use exit::Exit;

/// jemalloc keeps freed memory for reuse instead of returning it to the system page by page.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    errors::report_panics_in_one_line();
    // Not a command: the server starts this program again for its queries.
    if std::env::args_os().nth(1).is_some_and(|first| first == hub_server::WORKER_ARGUMENT) {
        return hub_server::run_worker();
    }
    // Nor is this: a model runs in a process of its own.
    if std::env::args_os().nth(1).is_some_and(|first| first == hub_eval::isolated::WORKER_ARGUMENT) {
        return hub_eval::isolated::run_worker();
    }
    if let Some(answered) = completion::answer(cli::command) {
        return answered;
    }
    let words = cli::joined_seed(std::env::args_os());
    let matches = match cli::command().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let parsed = match cli::Cli::from_arg_matches(&matches) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error.format(&mut cli::command())),
    };
    run(parsed).unwrap_or_else(|error| errors::report(&error)).into()
}

/// Prints what clap reports: help and version go to stdout and exit with 0, everything else is a usage error.
fn usage(error: &clap::Error) -> ExitCode {
    // A failed write to the terminal can't be reported anywhere.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}

fn run(cli: cli::Cli) -> anyhow::Result<Exit> {
    let context = Context::new(&cli.global)?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A question to a person blocks a worker; the second keeps timers and signals going. A server uses the machine.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if matches!(cli.command, cli::Command::Serve(_)) { cores.max(2) } else { 2 };
    let runtime = runtime.worker_threads(threads).enable_all().build()?;
    context.interrupt.watch();
    let ended = runtime.block_on(dispatch::run(cli.command, &context));
    // Doesn't wait for blocking tasks: a read that hangs must not keep a finished command from exiting.
    runtime.shutdown_background();
    let ended = ended.unwrap_or_else(|error| errors::report(&error));
    Ok(context.interrupt.exit(ended))
}
