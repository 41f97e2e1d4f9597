//! `hub push`: files become rows, and a commit.
//!
//! [`source`] decides what is pushed (files, a well-known data set, another hub data set), [`files`] and
//! [`copy`] do it, [`summary`] says what was done.

mod branch;
mod copy;
mod files;
mod source;
mod summary;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hub_client::push::OnError;
use hub_ingest::Format;

use crate::args::{JsonArg, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;
use source::Source;

const EXAMPLES: &str = "\
Examples:
  hub push pets ./photos                    the format is found by looking
  hub push pets                             takes ./pets
  hub push pets ./more --append             behind the rows that are there
  hub push pets ./photos --branch dev -m 'sharper pictures'
  hub push scans ./scans --on-error skip    leave broken files out, and list them
  hub push mnist                            fetch the official files
  hub push cifar10 --mirror /data/mirror    take them from elsewhere
  hub push imagenet-1k /data/ilsvrc         the official tars, downloaded by hand
  hub push s3://bucket/pets ./photos        straight into a bucket
  hub push pets 'train-{000..012}.tar'      WebDataset shards
  hub push pets ./photos --label-map pets.tsv
  hub push pets ./photos --allow-outside    photos is full of links to another disk

A push makes the rows of the branch those of the source; rows that went stay in the history. Files
that were pushed before are not written again, so a push that was cut off goes on where it stopped.

Well-known data sets: mnist, fashion-mnist, cifar10, cifar100, coco2017, voc2012, speech-commands,
imagenet-1k (by hand).";

/// `hub push`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Push {
    #[command(flatten)]
    write: WriteArgs,
    /// Folder, archive, brace pattern, or a data set of a hub [default: ./NAME, else a well-known data set]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Format of the source [default: found by looking]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,
    /// Put every sample in this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Add behind the rows that are there, instead of replacing them
    #[arg(long)]
    append: bool,
    /// What to do about a broken file: stop before anything is committed, or leave it out
    #[arg(long, value_name = "fail|skip", value_enum, default_value_t = OnErrorArg::Fail)]
    #[arg(hide_possible_values = true)]
    on_error: OnErrorArg,
    /// Where a well-known data set's files are: an http(s) address or a folder
    #[arg(long, value_name = "URL|DIR", conflicts_with = "path")]
    mirror: Option<String>,
    /// Read files outside of PATH as well, where links, '..' or absolute paths in annotations lead to them; only
    /// for sources you trust
    #[arg(long)]
    allow_outside: bool,
    /// What the classes mean: a table of labels and synsets, as `hub synset map` writes it
    #[arg(long, value_name = "FILE")]
    label_map: Option<PathBuf>,
    /// Worker threads [default: one a core]
    #[arg(long, short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    jobs: usize,
    /// Read and check everything, write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OnErrorArg {
    Fail,
    Skip,
}

impl From<OnErrorArg> for OnError {
    fn from(arg: OnErrorArg) -> Self {
        match arg {
            OnErrorArg::Fail => Self::Fail,
            OnErrorArg::Skip => Self::Skip,
        }
    }
}

/// Takes the formats by name, and lists them in `--help`.
pub fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(Format::NAMES.map(|(_, name)| name))
        .try_map(|name| name.parse::<Format>())
}

/// Pushes.
pub async fn run(args: Push, context: &Context) -> anyhow::Result<Exit> {
    match source::find(&args, context)? {
        Source::Files { path, options } => files::push(&args, context, path, options).await,
        Source::Known(known) => {
            let fetched = source::fetch(known, args.mirror.as_deref(), context).await?;
            files::push(&args, context, fetched.folder, fetched.options).await
        }
        Source::Hub(location) => copy::push(&args, context, &location).await,
    }
}
