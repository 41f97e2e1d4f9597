//! `hub synset search`: searches concepts by words.

use std::num::NonZeroUsize;

use clap::Args;
use hub_wordnet::{ResolveError, WordNet};

use super::concept::{cells, to_json};
use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, clip};

#[derive(Args, Debug)]
pub struct Search {
    /// Word, prefix of a word, or words of a definition
    #[arg(required = true)]
    words: Vec<String>,
    /// Maximum number of results
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN.saturating_add(19))]
    limit: NonZeroUsize,
    #[command(flatten)]
    json: JsonArg,
}

/// Lists concepts, best match first.
pub fn run(args: &Search, context: &Context) -> anyhow::Result<Exit> {
    let wordnet = WordNet::get();
    let text = args.words.join(" ");
    let found: Vec<_> =
        wordnet.search(&text, args.limit.get()).into_iter().filter_map(|id| wordnet.synset(id)).collect();
    if args.json.json {
        context.print_json(&found.iter().map(to_json).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    if found.is_empty() {
        let suggestions = wordnet.similar_words(&text, 5).iter().map(|w| w.replace('_', " ")).collect();
        return Err(ResolveError::Unknown { text, suggestions }.into());
    }
    let mut table = Table::plain(&[Align::Left; 3]);
    for synset in &found {
        let [id, name, words] = cells(synset);
        table.row([id, name, clip(&words, 100)]);
    }
    context.print(&table.render(""))?;
    Ok(Exit::Done)
}
