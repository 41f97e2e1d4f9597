//! `hub rm`: removes rows, a column, or a whole data set.
//!
//! Rows and columns are removed by a commit and stay in the history. A whole data set has no history left, so its
//! removal must be confirmed.

mod dataset;
mod run;

use clap::Args;

pub use run::run;

use crate::args::{JsonArg, RowRef, WriteArgs};
use crate::commands::selection::Condition;

const EXAMPLES: &str = "\
Examples:
  hub rm pets --rows 3,17              remove rows by position
  hub rm pets --rows 0-99              remove the first hundred rows
  hub rm pets --rows cat/7.jpg         remove a row by the name of its file
  hub rm pets --where \"image.width < 32\"    remove the rows that meet a condition
  hub rm pets --split test             remove the rows of a split
  hub rm pets --rows 0a1b2c3d4e:17     remove a row by its id (`hub show` prints it)
  hub rm pets --column score           remove a column
  hub rm pets                          remove the whole data set, after a confirmation
  hub rm pets --yes                    remove the whole data set without confirmation

Rows and columns stay in the history, and `hub revert` restores them. Of a whole data set, only the
files that the hub wrote are deleted; others in the same directory stay, and are listed. Removing it
can't be undone, except on a server, where an owner of the namespace can restore it for a while
(`hub restore`).";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rm {
    #[command(flatten)]
    write: WriteArgs,
    /// Remove only these rows, given by position, range (0-99), id or file name
    #[arg(long, value_name = "ROW,…", value_delimiter = ',', conflicts_with_all = ["condition", "split"])]
    rows: Vec<RowRef>,
    #[command(flatten)]
    condition: Condition,
    /// Remove only this column, and its facts
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["rows", "condition", "split"])]
    column: Option<String>,
    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,
    /// Show what would be removed, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}
