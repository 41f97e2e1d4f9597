//! `hub synset tree`: shows the concepts below a concept.

use clap::Args;
use hub_catalog::index::SubtreeCount;
use hub_dataset::LabelColumn;
use hub_wordnet::{SynsetId, WordNet};
use serde_json::{Value, json};

use super::concept::{resolve, to_json};
use super::counts::RowsBySynset;
use crate::args::{JsonArg, Target};
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output::{clip, counted, number};

#[derive(Args, Debug)]
pub struct Tree {
    /// Concept: n02084071, dog.n.01, or a word with one meaning
    synset: String,
    /// Number of levels to show
    #[arg(long, value_name = "N", default_value_t = 3)]
    depth: u32,
    /// Count rows of this data set: those of the concept, and in brackets those including all concepts below it
    #[arg(long, value_name = "NAME[@REV]")]
    dataset: Option<Target>,
    /// Count only in this label column
    #[arg(long, value_name = "COLUMN", requires = "dataset")]
    column: Option<String>,
    /// Also show concepts without rows
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    json: JsonArg,
}

/// A concept and what is below it.
struct Node {
    id: SynsetId,
    rows: Option<SubtreeCount>,
    children: Vec<Node>,
    /// Number of children that are not shown because of `--depth`.
    cut: usize,
}

/// Prints the tree. A concept with several parents is shown below each of them; its rows count once in ancestors.
pub async fn run(args: Tree, context: &Context) -> anyhow::Result<Exit> {
    let root = resolve(&args.synset)?.id();
    let rows = match &args.dataset {
        None => None,
        Some(target) => {
            let snapshot = context.snapshot(&target.location, &target.revision_or_main()).await?;
            if let Some(column) = &args.column {
                super::map::label_of(&LabelColumn::all(snapshot.schema()), Some(column))?;
            }
            let rows = RowsBySynset::of(context, &target.location, &snapshot, args.column.as_deref()).await?;
            if !rows.is_mapped() {
                let message = format!("no class of '{}' has a synset", target.name());
                let hint = format!("map its classes to synsets: hub synset map {}", target.shell());
                return Err(Failure::not_found(message).hint(hint).into());
            }
            Some(rows)
        }
    };
    let count = match &rows {
        Some(rows) => rows.counts(&[root]).await?.pop(),
        None => None,
    };
    let tree = node(root, count, args.depth, rows.as_ref(), args.all).await?;
    let unmapped = match &rows {
        Some(rows) => rows.unmapped().await?,
        None => Vec::new(),
    };
    if args.json.json {
        let mut tree = to_value(&tree);
        if rows.is_some() {
            tree["unmapped_rows"] =
                unmapped.iter().map(|(column, rows)| (column.clone(), json!(rows))).collect();
        }
        context.print_json(&tree)?;
    } else {
        let mut out = String::new();
        draw(&tree, "", "", &mut out);
        for (column, rows) in unmapped.iter().filter(|(_, rows)| *rows > 0) {
            out +=
                &format!("unmapped: {} with a label without a synset in {column}\n", counted(*rows, "row"));
        }
        context.print(&out)?;
    }
    Ok(Exit::Done)
}

/// A concept with the concepts below it, `depth` levels deep.
async fn node(
    id: SynsetId,
    rows: Option<SubtreeCount>,
    depth: u32,
    counter: Option<&RowsBySynset>,
    all: bool,
) -> anyhow::Result<Node> {
    let below: Vec<SynsetId> = WordNet::get()
        .synset(id)
        .map(|s| s.hyponyms().chain(s.instance_hyponyms()).collect())
        .unwrap_or_default();
    let counts: Vec<Option<SubtreeCount>> = match counter {
        Some(counter) => counter.counts(&below).await?.into_iter().map(Some).collect(),
        None => vec![None; below.len()],
    };
    let shown = |count: &Option<SubtreeCount>| all || count.is_none_or(|count| count.subtree > 0);
    let below: Vec<_> = below.into_iter().zip(counts).filter(|(_, count)| shown(count)).collect();
    let mut node = Node { id, rows, children: Vec::new(), cut: 0 };
    if depth == 0 {
        node.cut = below.len();
        return Ok(node);
    }
    for (child, count) in below {
        node.children.push(Box::pin(self::node(child, count, depth - 1, counter, all)).await?);
    }
    Ok(node)
}

fn draw(node: &Node, first: &str, rest: &str, out: &mut String) {
    let synset = WordNet::get().synset(node.id);
    let name = synset.map(|s| s.name()).unwrap_or_default();
    let gloss = synset.map(|s| clip(s.gloss(), 60)).unwrap_or_default();
    let rows = node
        .rows
        .map(|rows| format!("  {} ({})", number(rows.own), number(rows.subtree)))
        .unwrap_or_default();
    let cut = if node.cut > 0 { format!("  … {} below", node.cut) } else { String::new() };
    *out += &format!("{first}{name}{rows}  {gloss}{cut}\n");
    for (i, child) in node.children.iter().enumerate() {
        let (branch, gap) =
            if i + 1 == node.children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        draw(child, &format!("{rest}{branch}"), &format!("{rest}{gap}"), out);
    }
}

fn to_value(node: &Node) -> Value {
    let mut value = WordNet::get().synset(node.id).map(|s| to_json(&s)).unwrap_or_default();
    if let Some(rows) = node.rows {
        value["rows"] = rows.own.into();
        value["rows_below"] = rows.subtree.into();
    }
    value["children"] = node.children.iter().map(to_value).collect();
    if node.cut > 0 {
        value["children_cut"] = node.cut.into();
    }
    value
}
