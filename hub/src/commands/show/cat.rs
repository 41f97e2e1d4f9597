//! `hub cat`: writes the image, audio or video of a row to stdout.

use std::path::Path;

use clap::Args;

use super::row::read_at;
use super::save;
use crate::args::{ReadArgs, RowRef, find_rows};
use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub cat pets cat/7.jpg > 7.jpg
  hub cat clips 3 --column audio | ffplay -

Written is what was pushed, byte for byte; raw pixels are written as PNG.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Cat {
    #[command(flatten)]
    read: ReadArgs,
    /// Position from 0, range (0-9), row id or file name
    #[arg(value_name = "ROW", required = true)]
    rows: Vec<RowRef>,
    /// Column to write [default: the first image, audio, video or tensor column]
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,
}

pub async fn run(args: Cat, context: &Context) -> anyhow::Result<Exit> {
    let snapshot = context.snapshot(&args.read.target.location, &args.read.revision()?).await?;
    for (position, _) in find_rows(&args.rows, &snapshot).await? {
        let row = read_at(&snapshot, position).await?;
        tokio::task::block_in_place(|| save::write(&row, args.column.as_deref(), Path::new("-")))?;
    }
    Ok(Exit::Done)
}
