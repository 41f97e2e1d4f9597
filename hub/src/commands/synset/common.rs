//! `hub synset common`: the lowest common ancestors of concepts.

use clap::Args;
use hub_wordnet::{Synset, SynsetId, WordNet};
use serde_json::json;

use super::concept::{cells, resolve, synset, to_json};
use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, clip};

#[derive(Args, Debug)]
pub struct Common {
    /// Concepts: n02084071, dog.n.01, or a word with one meaning
    #[arg(required = true, num_args = 2..)]
    synsets: Vec<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// Prints the lowest common ancestors, and the similarity if there are two concepts.
pub fn run(args: &Common, context: &Context) -> anyhow::Result<Exit> {
    let wordnet = WordNet::get();
    let given: Vec<Synset<'_>> = args.synsets.iter().map(|text| resolve(text)).collect::<Result<_, _>>()?;
    let ids: Vec<SynsetId> = given.iter().map(Synset::id).collect();
    let common: Vec<Synset<'_>> =
        wordnet.lowest_common_of(&ids).into_iter().map(synset).collect::<Result<_, _>>()?;
    // Distance and similarity are defined for two concepts only.
    let alike = match ids.as_slice() {
        [a, b] => Some((wordnet.path_distance(*a, *b), wordnet.wup(*a, *b))),
        _ => None,
    };
    if args.json.json {
        let common: Vec<_> = common.iter().map(to_json).collect();
        let mut answer = json!({ "common": common });
        if let Some((path, wup)) = alike {
            answer["path_distance"] = json!(path);
            answer["wup"] = json!(wup);
        }
        context.print_json(&answer)?;
        return Ok(Exit::Done);
    }
    let names: Vec<String> = given.iter().map(Synset::name).collect();
    let mut table = Table::plain(&[Align::Left; 3]);
    for synset in &common {
        let [id, name, words] = cells(synset);
        table.row([id, name, clip(&words, 100)]);
    }
    let mut out = table.render("");
    if common.is_empty() {
        out += &format!("{} have no common ancestor\n", names.join(" and "));
    }
    if let Some((Some(path), Some(wup))) = alike {
        out += &format!("{path} steps from {}; Wu-Palmer similarity {wup:.3}\n", names.join(" to "));
    }
    context.print(&out)?;
    Ok(Exit::Done)
}
