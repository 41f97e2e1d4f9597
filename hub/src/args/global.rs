//! Options that every command takes.

use std::path::PathBuf;

use clap::Args;

/// Options that every command takes.
#[derive(Args, Debug)]
pub struct Global {
    // Not clap's `env`: it would show the option in every usage line.
    /// Directory of the embedded hub [env: HUB_HOME] [default: ~/.local/share/imagehub]
    #[arg(long, value_name = "DIR", global = true, help_heading = "Global options")]
    pub home: Option<PathBuf>,
    /// Print only data and errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
}

#[derive(Args, Debug)]
pub struct JsonArg {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
