//! `hub pull`: copies a data set out of the hub, with its history or as one state, or converts it to another format.

mod copy;
mod export;
mod history;
mod run;

use clap::Args;
use hub_ingest::Format;

pub use run::run;

use super::push::written_format_parser;
use crate::args::{DepthArg, JsonArg, ReadArgs, ViewRef};

const EXAMPLES: &str = "\
Examples:
  hub pull pets                            a copy in ./pets with all commits, branches and tags
  hub pull pets                            again: add to ./pets what is new in pets
  hub pull pets@v1 /data/pets              a copy of the history up to v1
  hub pull pets@v1 /data/pets --depth 1    only the rows of v1, without history
  hub pull pets s3://bucket/pets           an exact copy in a bucket
  hub pull pets ./out --format class-folder
  hub pull coco ./out --format csv --split val --columns image,caption
  hub pull pets ./out --format idx --dry-run    only list what would be lost

A copy can be read, changed, pushed and pulled like any data set (hub info ./pets), and
`hub push pets ./pets` brings its commits back. A copy that has commits of its own is never
replaced: a pull adds what is new, and is refused where both sides changed a branch. What another
format can't represent is listed before anything is written.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Pull {
    #[command(flatten)]
    read: ReadArgs,
    /// Directory, or for a copy also s3://BUCKET/PREFIX or http://HOST/NAMESPACE/NAME [default: ./NAME]
    dest: Option<String>,
    /// Format to convert to [default: an exact copy]; class-folder is what torchvision calls an ImageFolder
    #[arg(long, value_name = "FORMAT", value_parser = written_format_parser())]
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
    /// Make a folder for every class in every split, also an empty one (with --format class-folder)
    #[arg(long)]
    keep_classes: bool,
    #[command(flatten)]
    depth: DepthArg,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}
