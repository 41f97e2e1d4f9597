//! `hub synset`: searches WordNet concepts, counts their rows, and maps classes to them.

mod common;
mod counts;
mod map;
mod search;
mod show;
mod tree;

use clap::{Args, Subcommand};
use hub_wordnet::{Synset, SynsetId, WordNet};
use serde_json::{Value, json};

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

/// Resolves an id, a sense or a word.
fn resolve(text: &str) -> anyhow::Result<Synset<'static>> {
    let id = WordNet::get().resolve(text)?;
    Ok(synset(id)?)
}

fn synset(id: SynsetId) -> Result<Synset<'static>, hub_wordnet::ResolveError> {
    let unknown = || hub_wordnet::ResolveError::Unknown { text: id.to_string(), suggestions: Vec::new() };
    WordNet::get().synset(id).ok_or_else(unknown)
}

/// `n02084071  dog.n.01  dog, domestic dog: a member of the genus Canis`
fn cells(synset: &Synset<'_>) -> [String; 3] {
    let words: Vec<String> = synset.words().map(|word| word.replace('_', " ")).collect();
    [synset.id().to_string(), synset.name(), format!("{}: {}", words.join(", "), synset.gloss())]
}

fn to_json(synset: &Synset<'_>) -> Value {
    let words: Vec<String> = synset.words().map(|word| word.replace('_', " ")).collect();
    json!({ "id": synset.id().to_string(), "name": synset.name(), "words": words, "gloss": synset.gloss() })
}
