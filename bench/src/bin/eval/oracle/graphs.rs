//! Distances of all pairs of ILSVRC's classes, and the scores of expected predictions, on each graph.

use std::path::Path;

use anyhow::{Context, Result, bail};
use hub_eval::model::Labels;
use hub_eval::score::hierarchy::{Distances, scores};
use hub_wordnet::SynsetId;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::checks::{Checks, json_file, text_file};
use super::imagenet::hierarchy;
use super::predictions::of_table;
use super::trees::trees;

pub fn run(checks: &mut Checks, expected: &Path, tree: Option<&Path>) -> Result<()> {
    let folder = expected.join("hierarchy");
    let classes: Vec<SynsetId> =
        Labels::Imagenet1k { assumed: false }.synsets().into_iter().flatten().collect();
    let ids: Vec<String> = classes.iter().map(ToString::to_string).collect();
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let made = |found: Result<Distances, usize>| found.map_err(|class| anyhow::anyhow!("no class {class}"));
    let mut graphs = vec![
        ("wordnet-labels".to_owned(), made(Distances::wordnet_labels(&classes))?),
        ("wordnet-full".to_owned(), made(Distances::wordnet_full(&classes))?),
    ];
    for (name, tree) in trees(checks, &folder, tree)? {
        graphs.push((format!("tree-height:{name}"), made(Distances::tree_height(&tree, &names))?));
        graphs.push((format!("tree-depth:{name}"), made(Distances::tree_depth(&tree, &names))?));
    }
    let matrices = json_file(&folder.join("matrices.json"))?;
    for (graph, distances) in &graphs {
        let wanted = &matrices[graph];
        let hash: String =
            Sha256::digest(distances.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        checks.same(&format!("{graph}: matrix"), hash, &wanted["sha256_u8_1000x1000_ilsvrc_order"]);
        let mut histogram = [0u64; 256];
        for a in 0..distances.classes() {
            (0..a).for_each(|b| histogram[usize::from(distances.get(a, b))] += 1);
        }
        let found: Map<String, Value> = (0..256)
            .filter(|at| histogram[*at] > 0)
            .map(|at| (at.to_string(), histogram[at].into()))
            .collect();
        checks.same(&format!("{graph}: histogram"), found, &wanted["histogram_of_499500_pairs"]);
    }
    pairs(checks, &folder.join("pairs.tsv"), &names, &graphs)?;
    of_predictions(checks, expected, &graphs)
}

/// The first five classes of each expected prediction, without an engine that could differ.
fn of_predictions(checks: &mut Checks, expected: &Path, graphs: &[(String, Distances)]) -> Result<()> {
    let wanted = json_file(&expected.join("hierarchy/scores.json"))?;
    for (key, wanted) in wanted["scores"].as_object().into_iter().flatten() {
        let Some((run, graph)) = key.split_once("/subset401/") else { bail!("hierarchy/scores.json: {key}") };
        let Some((_, distances)) = graphs.iter().find(|(name, _)| name == graph) else { continue };
        let predictions = of_table(&expected.join(format!("predictions/{run}.tsv")))?;
        let found =
            scores(&predictions, distances, &[1, 2, 5]).with_context(|| format!("{key}: no scores"))?;
        hierarchy(checks, &format!("expected predictions of {run}, {graph}"), &found, wanted, |_| 1e-6);
    }
    Ok(())
}

fn pairs(checks: &mut Checks, table: &Path, names: &[&str], graphs: &[(String, Distances)]) -> Result<()> {
    let text = text_file(table)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let class = |id: &str| names.iter().position(|name| *name == id);
    for (graph, distances) in graphs {
        let Some(column) = header.iter().position(|name| name == graph) else {
            bail!("{}: no column {graph}", table.display())
        };
        let (mut rows, mut wrong) = (0u64, 0u64);
        for line in lines.clone() {
            let cells: Vec<&str> = line.split('\t').collect();
            let (Some(a), Some(b)) = (class(cells[0]), class(cells[1])) else { bail!("{line}: no classes") };
            rows += 1;
            wrong += u64::from(distances.get(a, b) != cells[column].parse::<u8>()?);
        }
        checks.add(
            &format!("{graph}: pairs"),
            wrong == 0 && rows > 0,
            serde_json::json!({ "rows": rows, "other": wrong }),
        );
    }
    Ok(())
}
