//! `hub synset`: concepts, and what the data sets hold of them.

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
  hub synset map pets --out pets.tsv        propose a meaning for each class
  hub synset map pets --apply pets.tsv      commit what you decided

A concept is written as a WordNet 3.0 id (n02084071), as a sense (dog.n.01) or, where it has one
meaning only, as a word.";

/// `hub synset`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SynsetArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Find concepts by a word, the beginning of one, or words of the definition
    Search(search::Search),
    /// Show a concept: words, definition, what is above and below, rows in each data set
    Show(show::Show),
    /// Show what lies below a concept, with the rows of a data set
    Tree(tree::Tree),
    /// Show what two or more concepts have in common
    Common(common::Common),
    /// Propose what a data set's classes mean, or commit what was decided
    Map(map::Map),
}

/// Looks concepts up.
pub async fn run(args: SynsetArgs, context: &Context) -> anyhow::Result<Exit> {
    match args.verb {
        Verb::Search(args) => search::run(&args, context),
        Verb::Show(args) => show::run(args, context).await,
        Verb::Tree(args) => tree::run(args, context).await,
        Verb::Common(args) => common::run(&args, context),
        Verb::Map(args) => map::run(args, context).await,
    }
}

/// The synset that a person means.
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
