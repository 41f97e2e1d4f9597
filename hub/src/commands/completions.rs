//! `hub completions`: prints a completion script for a shell.

use clap::Args;
use clap_complete::Shell;

use crate::completion;
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub completions bash > ~/.local/share/bash-completion/completions/hub
  hub completions zsh > ~/.zfunc/_hub
  hub completions fish > ~/.config/fish/completions/hub.fish

The script runs hub for candidates: commands and options, and the names, revisions, splits and
columns of your data sets. Print it anew after an update.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// Shell to print the script for
    shell: Shell,
}

/// Prints a script for a shell.
pub fn run(args: &Completions, context: &Context) -> anyhow::Result<Exit> {
    let script = completion::script(&args.shell.to_string())?;
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
