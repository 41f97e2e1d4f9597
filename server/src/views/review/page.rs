//! A page of a queue, without the rows that people said are right.

use std::collections::HashSet;

use hub_dataset::{LabelColumn, Snapshot};
use hub_schema::api::{QueueClass, QueueItem, QueuePage};
use hub_wordnet::{SynsetId, WordNet};

use super::make::Made;
use super::queue::QueueRow;
use super::source::kept;
use crate::auth::OpenDataset;
use crate::problem::Result;
use crate::state::AppState;
use crate::views::position::id_at;

/// Rows of a group that are listed.
const GROUP_ROWS: usize = 100;

/// A page of a queue: `limit` groups after the first `skip`.
pub async fn queue_page(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    made: &Made,
    show_kept: bool,
    (skip, limit): (u64, usize),
) -> Result<QueuePage> {
    let label = made.label.as_ref();
    let class = |code: u32| class_of(&label?.0, code);
    let mut page = QueuePage {
        at: snapshot.at().into(),
        queue: made.kind.name().to_owned(),
        label: label.map(|(label, _)| label.name()),
        class: made.class.and_then(|code| class(code as u32)),
        run: made.run.as_ref().map(|(id, _)| id.clone()),
        model: made.run.as_ref().map(|(_, model)| model.clone()),
        since: made.since.clone(),
        scan: made.scan,
        total: 0,
        items: Vec::new(),
        next: None,
    };
    let Some(queue) = &made.queue else { return Ok(page) };
    let kept =
        if show_kept { HashSet::new() } else { kept(state, set.info.uuid, snapshot, made.kind).await? };
    let mut listed = 0u64;
    for group in queue.groups(&kept) {
        let number = page.total;
        page.total += 1;
        if number < skip || listed >= limit as u64 {
            continue;
        }
        listed += 1;
        for row in group.iter().take(GROUP_ROWS) {
            page.items.push(item(snapshot, made, row, number).await?);
        }
    }
    let end = skip.saturating_add(listed);
    page.next = (end < page.total && listed > 0).then_some(end);
    Ok(page)
}

async fn item(snapshot: &Snapshot, made: &Made, row: &QueueRow, group: u64) -> Result<QueueItem> {
    let label = made.label.as_ref();
    let code = label.map(|(_, classes)| classes.first_code(row.row));
    let class = |code: u32| class_of(&label?.0, code);
    let position = u64::from(row.row);
    Ok(QueueItem {
        row_id: id_at(snapshot, position).await?.to_string(),
        position,
        group,
        label: code.and_then(class),
        suggestion: row.suggestion.and_then(class),
        is_near: label
            .zip(code)
            .zip(row.suggestion)
            .is_some_and(|(((label, _), code), other)| is_near(label, code, other)),
        reason: row.reason,
        score: Some(f64::from(row.score)).filter(|score| score.is_finite()),
    })
}

fn class_of(label: &LabelColumn, code: u32) -> Option<QueueClass> {
    let name = label.names.get(code as usize)?.clone();
    Some(QueueClass { class: u64::from(code), name })
}

/// Whether two classes are near in WordNet: one is a kind of the other, or both are kinds of the same.
fn is_near(label: &LabelColumn, a: u32, b: u32) -> bool {
    let net = WordNet::get();
    let synset = |class: u32| {
        let id = label.synsets.get(class as usize)?.as_ref()?;
        net.resolve(id).ok()
    };
    let above = |id: SynsetId| net.synset(id).map(|synset| synset.hypernyms().collect::<Vec<_>>());
    let (Some(a), Some(b)) = (synset(a), synset(b)) else { return false };
    let (Some(over_a), Some(over_b)) = (above(a), above(b)) else { return false };
    over_a.contains(&b) || over_b.contains(&a) || over_a.iter().any(|id| over_b.contains(id))
}

#[cfg(test)]
mod tests {
    use hub_schema::{Feature, Schema};

    use super::*;

    #[test]
    fn parents_and_siblings_are_near() {
        let names = ["dog", "cat", "husky", "malamute", "truck", "working dog", "none"];
        let synsets = [
            "dog.n.01",
            "cat.n.01",
            "siberian_husky.n.01",
            "malamute.n.01",
            "truck.n.01",
            "working_dog.n.01",
        ];
        let label = Feature::ClassLabel {
            names: names.map(str::to_owned).to_vec(),
            synsets: synsets.map(|id| Some(id.to_owned())).to_vec(),
        };
        let schema = Schema::new([("label", label)]).unwrap();
        let label = LabelColumn::all(&schema).remove(0);
        let near = |a, b| is_near(&label, a, b) && is_near(&label, b, a);
        assert!(near(0, 5), "a working dog is a dog");
        assert!(!near(0, 4) && !near(0, 1) && !near(0, 6));
        assert!(near(2, 3), "both are sled dogs");
    }
}
