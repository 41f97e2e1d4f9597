//! `hub pull`: copies a revision out of the hub, exactly or converted to another format.

mod copy;
mod export;
mod run;

use clap::Args;
use hub_ingest::Format;

pub use run::run;

use super::push::format_parser;
use crate::args::{JsonArg, ReadArgs, ViewRef};

const EXAMPLES: &str = "\
Examples:
  hub pull pets                            an exact copy in ./pets, a data set of its own
  hub pull pets@v1 /data/pets
  hub pull pets s3://bucket/pets           an exact copy in a bucket
  hub pull pets ./out --format class-folder
  hub pull coco ./out --format csv --split val --columns image,caption
  hub pull pets ./out --format idx --dry-run    only list what would be lost

An exact copy can be read, changed, pushed and pulled like any data set (hub info ./pets). What
another format can't represent is listed before anything is written.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Pull {
    #[command(flatten)]
    read: ReadArgs,
    /// Directory, or s3://BUCKET/PREFIX for an exact copy [default: ./NAME]
    dest: Option<String>,
    /// Format to convert to [default: an exact copy]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,
    /// Write only this split (with --format)
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Write only rows that match this condition, as in SQL's WHERE: "isa(label, 'dog.n.01')" (with --format)
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,
    /// Write the rows and columns of a view: VIEW or VIEW:VERSION (with --format)
    #[arg(long, value_name = "VIEW", conflicts_with_all = ["rev", "condition"])]
    view: Option<ViewRef>,
    /// Write only these columns, in this order (with --format)
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}
