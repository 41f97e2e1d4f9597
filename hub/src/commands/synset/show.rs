//! `hub synset show`: shows one concept.

use clap::Args;
use hub_wordnet::{Synset, SynsetId, WordNet};
use serde_json::json;

use super::concept::{self, cells, resolve, to_json};
use super::counts::RowsBySynset;
use crate::args::JsonArg;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Align, Table, clip, number};

#[derive(Args, Debug)]
pub struct Show {
    /// Concept: n02084071, dog.n.01, or a word with one meaning
    synset: String,
    #[command(flatten)]
    json: JsonArg,
}

/// The rows of one data set: with the concept itself, and with it or any concept below it.
struct DatasetRows {
    name: String,
    own: u64,
    below: u64,
}

/// Prints words, definition, parents, children, and the rows of each data set.
pub async fn run(args: Show, context: &Context) -> anyhow::Result<Exit> {
    let synset = resolve(&args.synset)?;
    let held = rows_by_dataset(synset.id(), context).await?;
    if args.json.json {
        let others =
            |ids: Vec<SynsetId>| ids.into_iter().filter_map(|id| Some(to_json(&concept::synset(id).ok()?)));
        let mut json = to_json(&synset);
        json["examples"] = synset.examples().into_iter().collect();
        json["hypernyms"] = others(parents(&synset)).collect();
        json["hyponyms"] = others(children(&synset)).collect();
        let counts = held.iter().map(|h| json!({ "dataset": h.name, "rows": h.own, "rows_below": h.below }));
        json["datasets"] = counts.collect();
        context.print_json(&json)?;
        return Ok(Exit::Done);
    }
    let [id, name, words] = cells(&synset);
    let mut out = format!("{id}  {name}\n{words}\n");
    for example in synset.examples() {
        out += &format!("  \"{example}\"\n");
    }
    out += &relatives("above", &parents(&synset));
    out += &relatives("below", &children(&synset));
    if !held.is_empty() {
        let mut table = Table::new(&[
            ("DATA SET", Align::Left),
            ("ROWS", Align::Right),
            ("INCLUDING BELOW", Align::Right),
        ]);
        held.into_iter().for_each(|h| table.row([h.name, number(h.own), number(h.below)]));
        out += &format!("\n{}", table.render(""));
    }
    context.print(&out)?;
    Ok(Exit::Done)
}

fn parents(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hypernyms().chain(synset.instance_hypernyms()).collect()
}

fn children(synset: &Synset<'_>) -> Vec<SynsetId> {
    synset.hyponyms().chain(synset.instance_hyponyms()).collect()
}

fn relatives(title: &str, ids: &[SynsetId]) -> String {
    if ids.is_empty() {
        return String::new();
    }
    let mut table = Table::plain(&[Align::Left; 3]);
    for synset in ids.iter().filter_map(|id| WordNet::get().synset(*id)) {
        let [id, name, words] = cells(&synset);
        table.row([id, name, clip(&words, 90)]);
    }
    format!("\n{title}:\n{}", table.render("  "))
}

/// The rows of a concept in each data set of the hub that has any.
async fn rows_by_dataset(synset: SynsetId, context: &Context) -> anyhow::Result<Vec<DatasetRows>> {
    let mut held = Vec::new();
    for (name, snapshot) in context.heads().await? {
        let rows = RowsBySynset::of(context, &name.parse()?, &snapshot, None).await?;
        for count in rows.counts(&[synset]).await?.into_iter().filter(|count| count.subtree > 0) {
            held.push(DatasetRows { name: name.clone(), own: count.own, below: count.subtree });
        }
    }
    Ok(held)
}
