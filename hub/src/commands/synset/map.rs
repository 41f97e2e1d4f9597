//! `hub synset map`: maps the classes of a data set to synsets.
//!
//! Without `--apply` it writes a table with one line per class: the proposed synset, and why. A person reviews the table.
//! With `--apply` the table is read back and committed.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use hub_dataset::LabelColumn;
use hub_schema::LabelSynsets;
use hub_wordnet::Proposal;
use serde_json::{Value, json};

use crate::args::{JsonArg, WriteArgs};
use crate::commands::report_commit;
use crate::context::Context;
use crate::errors::Failure;
use crate::exit::Exit;

#[derive(Args, Debug)]
pub struct Map {
    #[command(flatten)]
    write: WriteArgs,
    /// Label column; required if there are several
    #[arg(long, value_name = "COLUMN")]
    column: Option<String>,
    /// Write the proposals to this file [default: stdout]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["apply", "json"])]
    out: Option<PathBuf>,
    /// Commit the synsets of this table
    #[arg(long, value_name = "FILE")]
    apply: Option<PathBuf>,
    #[command(flatten)]
    json: JsonArg,
}

pub async fn run(args: Map, context: &Context) -> anyhow::Result<Exit> {
    let target = &args.write.target;
    let dataset = context.open(&target.location).await?;
    let branch = args.write.branch_of(&dataset).await?;
    let head = dataset.snapshot(&hub_schema::Revision::Named(branch.to_string())).await?;
    let label = label_of(&LabelColumn::all(head.schema()), args.column.as_deref())?;
    if let Some(file) = &args.apply {
        let synsets = read(file)?;
        let author = args.write.author();
        let committed = dataset.map_labels(&branch, &author, &label.name(), &synsets).await?;
        report_commit::report(&committed, target, &branch, &args.json, context)?;
        return Ok(Exit::Done);
    }
    let proposals = propose(&label);
    if args.json.json {
        context.print_json(&proposals.iter().map(to_json).collect::<Vec<_>>())?;
        return Ok(Exit::Done);
    }
    let table = hub_wordnet::write_label_map(&proposals);
    match &args.out {
        None => context.print(&table)?,
        Some(file) => {
            std::fs::write(file, table)
                .with_context(|| format!("{}: can't write the table", file.display()))?;
            let file = file.display();
            context.note(&format!(
                "wrote {file}; review it, then run: hub synset map {} --apply {file}",
                target.shell()
            ));
        }
    }
    Ok(Exit::Done)
}

/// The label column of that name, or the only one.
pub fn label_of(labels: &[LabelColumn], name: Option<&str>) -> Result<LabelColumn, Failure> {
    let names = || labels.iter().map(LabelColumn::name).collect::<Vec<_>>().join(", ");
    match (name, labels) {
        (_, []) => Err(Failure::not_found("the data set has no label columns")),
        (Some(name), _) => {
            labels.iter().find(|l| l.name() == name).cloned().ok_or_else(|| {
                Failure::not_found(format!("no label column '{name}'; there are: {}", names()))
            })
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(Failure::usage(format!("there are several label columns: {}", names()))
            .hint("name one with --column")),
    }
}

/// A class and its candidate synsets, best first.
fn to_json(proposal: &Proposal) -> Value {
    let candidates = proposal.candidates.iter().map(|candidate| {
        json!({
            "synset": candidate.synset.to_string(), "name": candidate.name, "gloss": candidate.gloss,
            "score": candidate.score, "how": candidate.how(),
        })
    });
    json!({ "label": proposal.label, "candidates": candidates.collect::<Vec<_>>() })
}

/// The candidate synsets of each class of a column; a synset that the class has already comes first.
fn propose(label: &LabelColumn) -> Vec<Proposal> {
    let names: Vec<&str> = label.names.iter().map(String::as_str).collect();
    let mut proposals = hub_wordnet::propose(&names);
    for (proposal, synset) in proposals.iter_mut().zip(&label.synsets) {
        if let Some(id) = synset.as_ref().and_then(|s| s.parse().ok()) {
            proposal.candidates.sort_by_key(|candidate| candidate.synset != id);
        }
    }
    proposals
}

/// Reads the synsets of a label map file.
pub fn read(file: &std::path::Path) -> anyhow::Result<LabelSynsets> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => Failure::not_found(format!("{shown}: file not found")).into(),
        _ => anyhow::Error::from(e).context(format!("{shown}: can't read the label map")),
    })?;
    let lines = hub_wordnet::read_label_map(&text).with_context(|| format!("{}", file.display()))?;
    Ok(lines.into_iter().map(|line| (line.label, line.synset.map(|s| s.to_string()))).collect())
}
