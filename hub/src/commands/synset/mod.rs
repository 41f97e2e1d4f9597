//! `hub synset`: searches WordNet concepts, counts their rows, and maps classes to them.

mod common;
mod concept;
mod counts;
mod map;
mod search;
mod show;
mod tree;

use clap::{Args, Subcommand};

pub use map::read as read_label_map;

use crate::context::Context;
use crate::exit::Exit;

const EXAMPLES: &str = "\
Examples:
  hub synset search dog
  hub synset show n02084071
  hub synset tree canine.n.02 --depth 3 --dataset vision/imagenet
  hub synset common dog.n.01 cat.n.01
  hub synset map pets --out pets.tsv        propose a synset for each class
  hub synset map pets --apply pets.tsv      commit the reviewed table

A concept is given as a WordNet 3.0 id (n02084071), as a sense (dog.n.01), or as a word if the word
has only one meaning.";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SynsetArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Search concepts by a word, a prefix, or words of the definition
    Search(search::Search),
    /// Show a concept: words, definition, parents, children, rows in each data set
    Show(show::Show),
    /// Show the tree of concepts below a concept, with row counts of a data set
    Tree(tree::Tree),
    /// Show the lowest common ancestors of concepts
    Common(common::Common),
    /// Propose synsets for the classes of a data set, or commit them
    Map(map::Map),
}

pub async fn run(args: SynsetArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.verb {
        Verb::Search(args) => search::run(&args, context),
        Verb::Show(args) => show::run(args, context).await,
        Verb::Tree(args) => tree::run(args, context).await,
        Verb::Common(args) => common::run(&args, context),
        Verb::Map(args) => map::run(args, context).await,
    }
}
