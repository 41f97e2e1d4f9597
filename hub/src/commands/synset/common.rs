//! `hub synset common`: what concepts have in common.

use clap::Args;
use hub_wordnet::{Synset, WordNet};
use serde_json::json;

use super::{line, synset, to_json, wanted};
use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, clip};

/// `hub synset common`.
#[derive(Args, Debug)]
pub struct Common {
    /// n02084071, dog.n.01 or words with one meaning
    #[arg(required = true, num_args = 2)]
    synsets: Vec<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// Shows the lowest concepts above both, and how alike the two are.
pub fn run(args: &Common, context: &Context) -> anyhow::Result<Exit> {
    let wordnet = WordNet::get();
    let [a, b] = [wanted(&args.synsets[0])?, wanted(&args.synsets[1])?];
    let common: Vec<Synset<'_>> =
        wordnet.lowest_common_ancestors(a.id(), b.id()).into_iter().map(synset).collect::<Result<_, _>>()?;
    let (path, wup) = (wordnet.path_distance(a.id(), b.id()), wordnet.wup(a.id(), b.id()));
    if args.json.json {
        let common: Vec<_> = common.iter().map(to_json).collect();
        context.print_json(&json!({ "common": common, "path_distance": path, "wup": wup }))?;
        return Ok(Exit::Done);
    }
    let mut table = Table::plain(&[Align::Left; 3]);
    for synset in &common {
        let [id, name, words] = line(synset);
        table.row([id, name, clip(&words, 100)]);
    }
    let mut out = table.render("");
    if common.is_empty() {
        out += &format!("{} and {} have nothing in common\n", a.name(), b.name());
    }
    if let (Some(path), Some(wup)) = (path, wup) {
        out += &format!("{path} steps from {} to {}; Wu-Palmer similarity {wup:.3}\n", a.name(), b.name());
    }
    context.print(&out)?;
    Ok(Exit::Done)
}
