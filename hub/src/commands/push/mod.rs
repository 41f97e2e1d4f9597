//! `hub push`: adds files or another data set as a commit.
//!
//! [`source`] decides what is pushed (files, a well-known data set, another data set of a hub), [`files`] and
//! [`copy`] push it, [`summary`] reports what was done.

mod branch;
mod copy;
mod files;
mod format_arg;
mod run;
mod source;
mod summary;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hub_client::push::OnError;
use hub_ingest::Format;
use hub_schema::AppendKey;

pub use format_arg::{format_parser, written_format_parser};
pub use run::run;

use crate::args::{DepthArg, DeriveArgs, JsonArg, WriteArgs};

const EXAMPLES: &str = "\
Examples:
  hub push pets ./photos                    detect the format of ./photos
  hub push pets                             push ./pets
  hub push pets ./more --append             add rows to those that exist
  hub push pets ./more --append --once day-7    the same again appends nothing
  hub push pets ./photos --branch dev -m 'sharper images'
  hub push scans ./scans --on-error skip    leave out broken files, and list them
  hub push mnist                            download the official files
  hub push cifar10 --mirror /data/mirror    use a mirror of the official files
  hub push imagenet-1k /data/ilsvrc         use official tars, downloaded by hand
  hub push s3://bucket/pets ./photos        push to a bucket
  hub push http://hub.lab:3000/vision/pets ./copy    push a copy, with its history
  hub push pets 'train-{000..012}.tar'      push WebDataset shards
  hub push pets ./photos --label-map pets.tsv
  hub push pets ./photos --allow-outside    photos is full of links to another disk
  hub push pets ./photos --index            index the JPEGs, to train faster
  hub push pets ./photos --ignore '*.xml' --ignore raw    leave out XML files and folders called raw

The report says by which file the format was detected, and what was passed over. If files look like
annotations that the format doesn't read, the push is refused: name another format with --format, or
leave them out with --ignore.

A push replaces the rows of the branch with those of the source, unless --append is given; replaced
rows stay in the history. On a terminal it asks before it replaces more than half of them (--yes).
Data that was pushed before is not written again, so an interrupted push continues where it stopped.
An append whose answer was lost can be repeated if it was named with --once: the second one finds
the key and appends nothing; with other rows it is refused. A new data set in a directory or a
bucket needs a place without other files.

A data set of a hub (a directory, bucket or URL, or a name where no such file exists) is copied with
its history: what the target lacks of its commits, branches, tags and views is added. That is
refused if the two have diverged. With --depth 1 its newest state becomes a new commit.

Well-known data sets: mnist, fashion-mnist, cifar10, cifar100, coco2017, voc2012, speech-commands,
imagenet-1k (downloaded by hand).";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Push {
    #[command(flatten)]
    write: WriteArgs,
    /// Directory, archive, brace pattern, or a data set of a hub [default: ./NAME if it exists, else the well-known
    /// data set NAME]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Format of the source [default: detected]
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    format: Option<Format>,
    /// Leave out files and folders: a name ('*.xml', masks) or a path from PATH on ('train/*.txt'); repeatable. The
    /// lines of PATH/.hubignore are such patterns, too
    #[arg(long, value_name = "GLOB", visible_alias = "exclude")]
    ignore: Vec<String>,
    /// Read only these files, or those in these folders; repeatable
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// Assign all samples to this split
    #[arg(long, value_name = "SPLIT")]
    split: Option<String>,
    /// Add rows after the existing ones, instead of replacing them
    #[arg(long)]
    append: bool,
    /// Name this append, so that repeating it appends nothing: for scripts that don't know whether it succeeded
    #[arg(long, value_name = "KEY", requires = "append", value_parser = append_key)]
    once: Option<String>,
    /// On a broken file: fail and commit nothing, or skip it and list it
    #[arg(long, value_name = "fail|skip", value_enum, default_value_t = OnErrorArg::Fail)]
    #[arg(hide_possible_values = true)]
    on_error: OnErrorArg,
    /// Mirror of a well-known data set's files: an http(s) URL or a directory
    #[arg(long, value_name = "URL|DIR", conflicts_with = "path")]
    mirror: Option<String>,
    /// Also read files outside of PATH, where links, '..' or absolute paths in annotations lead to them; only for
    /// sources that you trust
    #[arg(long)]
    allow_outside: bool,
    /// Map classes to synsets with this table, as written by `hub synset map`
    #[arg(long, value_name = "FILE")]
    label_map: Option<PathBuf>,
    #[command(flatten)]
    depth: DepthArg,
    /// Number of worker threads [default: one per core]
    #[arg(long, short, value_name = "N", default_value_t = 0, hide_default_value = true)]
    jobs: usize,
    /// Don't ask before more than half of the rows are replaced
    #[arg(long, short)]
    yes: bool,
    /// Read and check the source, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    json: JsonArg,
    #[command(flatten)]
    derive: DeriveArgs,
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

/// Parses the key of an append.
fn append_key(text: &str) -> Result<String, String> {
    let max = AppendKey::MAX_BYTES;
    match AppendKey::is_key(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("expected 1 to {max} bytes without control characters")),
    }
}
