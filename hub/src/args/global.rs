//! Options that every command takes.

use std::path::PathBuf;

use clap::Args;

/// Options that every command takes.
#[derive(Args, Debug)]
pub struct Global {
    // Not clap's `env`: it would show the option in every usage line.
    /// The embedded hub's directory [env: HUB_HOME] [default: ~/.local/share/imagehub]
    #[arg(long, value_name = "DIR", global = true, help_heading = "Global options")]
    pub home: Option<PathBuf>,
    /// Say nothing but data and errors
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub quiet: bool,
}

/// `--json`.
#[derive(Args, Debug)]
pub struct JsonArg {
    /// Print JSON, for scripts
    #[arg(long)]
    pub json: bool,
}
