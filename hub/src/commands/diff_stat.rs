//! `hub diff --stat`: classes per split before and after, and the names of files.

use std::collections::{BTreeMap, HashMap};

use hub_client::edit::{KeyPath, row_keys};
use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::RowId;

use crate::output::{Align, Table, number};

/// Split and class, with the rows before and after.
pub type Classes = BTreeMap<(String, String), (u64, u64)>;

/// The classes of the first label column whose rows are more or fewer than before.
pub async fn classes(earlier: &Snapshot, later: &Snapshot) -> anyhow::Result<Classes> {
    let (before, after) = (counts(earlier).await?, counts(later).await?);
    let mut classes = Classes::new();
    for (key, rows) in before {
        classes.entry(key).or_default().0 = rows;
    }
    for (key, rows) in after {
        classes.entry(key).or_default().1 = rows;
    }
    classes.retain(|_, (before, after)| before != after);
    Ok(classes)
}

async fn counts(snapshot: &Snapshot) -> anyhow::Result<BTreeMap<(String, String), u64>> {
    let labels = LabelColumn::all(snapshot.schema());
    let label = labels.iter().find(|label| snapshot.schema().find(&label.name()).is_some());
    let classes = match label {
        Some(label) => row_keys(snapshot, &KeyPath::find(snapshot.schema(), &label.name())?).await?,
        None => Vec::new(),
    };
    let mut counts = BTreeMap::new();
    let mut position = 0;
    for fragment in snapshot.index().await?.fragments() {
        for _ in fragment.live_offsets() {
            let class = classes.get(position).cloned().flatten().unwrap_or_default();
            position += 1;
            *counts.entry((fragment.split.clone().unwrap_or_default(), class)).or_default() += 1;
        }
    }
    Ok(counts)
}

/// The names of the files of rows, by their ids; of the first image, audio or video column.
pub async fn names(snapshot: &Snapshot) -> anyhow::Result<HashMap<RowId, String>> {
    let schema = snapshot.schema();
    let fact = schema.fields.iter().find(|f| f.fact_of.is_some() && f.name.ends_with(".name"));
    let Some(fact) = fact else { return Ok(HashMap::new()) };
    let names = row_keys(snapshot, &KeyPath::find(schema, &fact.name)?).await?;
    let fragments = snapshot.index().await?.fragments().iter();
    let ids = fragments.flat_map(|f| f.live_offsets().map(|offset| f.row_id(offset)).collect::<Vec<_>>());
    Ok(ids.zip(names).filter_map(|(id, name)| Some((id, name?))).collect())
}

/// The classes as a table.
pub fn table(classes: &Classes) -> String {
    let columns = [
        ("SPLIT", Align::Left),
        ("CLASS", Align::Left),
        ("BEFORE", Align::Right),
        ("AFTER", Align::Right),
        ("CHANGE", Align::Right),
    ];
    let mut table = Table::new(&columns);
    for ((split, class), (before, after)) in classes {
        let change = match after >= before {
            true => format!("+{}", number(after - before)),
            false => format!("−{}", number(before - after)),
        };
        let name = |text: &str| if text.is_empty() { "(none)".to_owned() } else { text.to_owned() };
        table.row([name(split), name(class), number(*before), number(*after), change]);
    }
    if classes.is_empty() { String::new() } else { table.render("  ") }
}
