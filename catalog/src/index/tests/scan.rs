//! The reference implementation of every query: it reads all labels and checks each.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use hub_dataset::{LabelColumn, LabelIndex, Snapshot};
use hub_wordnet::{Follow, SynsetId, WordNet};
use roaring::RoaringBitmap;

use super::CONCEPTS;
use crate::index::{SubtreeCount, SynsetIndex, Unmapped};

/// The class numbers of each row, by position.
pub async fn classes(snapshot: &Snapshot, column: &LabelColumn) -> Vec<Vec<usize>> {
    let rows = snapshot.index().await.unwrap().rows();
    let field = snapshot.schema().by_id(column.field).unwrap();
    let batch = snapshot.read_positions(&(0..rows).collect::<Vec<_>>(), &[field]).await.unwrap();
    let array = batch.column(0);
    let numbers = |array: &dyn Array| -> Vec<usize> {
        array.as_primitive::<Int64Type>().iter().flatten().map(|n| n as usize).collect()
    };
    (0..rows as usize)
        .map(|row| match column.path.len() {
            _ if array.is_null(row) => vec![],
            1 => numbers(&array.slice(row, 1)),
            _ => {
                let boxes = array.as_list::<i32>().value(row);
                numbers(boxes.as_struct().column_by_name(&column.path[1]).unwrap())
            }
        })
        .collect()
}

/// Compares every answer about every label column of a revision.
pub async fn compare(index: &SynsetIndex, snapshot: &Snapshot) {
    for column in LabelColumn::all(snapshot.schema()) {
        let rows = classes(snapshot, &column).await;
        let synsets: Vec<Option<SynsetId>> =
            column.synsets.iter().map(|s| s.as_ref().map(|s| s.parse().unwrap())).collect();
        let ids = CONCEPTS.map(|name| WordNet::get().resolve(name).unwrap());
        let tree = index.tree(snapshot, &column, &ids).await.unwrap().unwrap();
        for (concept, found) in ids.into_iter().zip(tree) {
            compare_concept(index, snapshot, &column, concept, found.count, &rows, &synsets).await;
        }
        let mut wanted = Unmapped::default();
        let without = |class: &usize| synsets[*class].is_none();
        wanted.rows = rows.iter().filter(|row| row.iter().any(without)).count() as u64;
        wanted.unlabelled = rows.iter().filter(|row| row.is_empty()).count() as u64;
        for class in (0..synsets.len()).filter(without) {
            let count = rows.iter().filter(|row| row.contains(&class)).count() as u64;
            if count > 0 {
                wanted.classes.push((column.names[class].clone(), count));
            }
        }
        wanted.classes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let at = format!("{} of {}:{}", column.name(), snapshot.at().branch, snapshot.at().version);
        assert_eq!(index.unmapped(snapshot, &column).await.unwrap().unwrap(), wanted, "{at}");
    }
}

async fn compare_concept(
    index: &SynsetIndex,
    snapshot: &Snapshot,
    column: &LabelColumn,
    concept: SynsetId,
    found: SubtreeCount,
    rows: &[Vec<usize>],
    synsets: &[Option<SynsetId>],
) {
    let wn = WordNet::get();
    let below: Vec<bool> =
        synsets.iter().map(|s| s.is_some_and(|s| wn.is_a_with(s, concept, Follow::Instances))).collect();
    let is_a = |class: &usize| below[*class];
    let positions: Vec<u32> =
        (0..rows.len()).filter(|row| rows[*row].iter().any(is_a)).map(|row| row as u32).collect();
    let is = |class: &usize| synsets[*class] == Some(concept);
    let own = rows.iter().filter(|row| row.iter().any(is)).count() as u64;
    let at = format!("{concept} in {} of {}:{}", column.name(), snapshot.at().branch, snapshot.at().version);
    assert_eq!(found, SubtreeCount { own, subtree: positions.len() as u64 }, "{at}");

    let wanted: RoaringBitmap = positions.iter().copied().collect();
    assert_eq!(index.rows(snapshot, column, concept).await.unwrap().unwrap(), wanted, "{at}");
    // Naming all nouns would take most of the test's time.
    if wn.ancestors(concept).len() > 3 {
        let synsets: Vec<String> =
            wn.descendants_with(concept, Follow::Instances).iter().map(ToString::to_string).collect();
        let all = index.positions(snapshot, column, &synsets).await.unwrap().unwrap();
        assert_eq!(all, wanted, "{at}");
    }

    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = index.page(snapshot, column, concept, after, 17).await.unwrap().unwrap();
        assert!(page.len() <= 17);
        let Some(last) = page.last() else { break };
        after = Some(*last);
        paged.extend(page.iter().map(|p| *p as u32));
        // A few pages say as much as all.
        if paged.len() > 30 {
            break;
        }
    }
    let first = &positions[..positions.len().min(paged.len())];
    assert_eq!(paged, first, "{at}");
    assert!(paged.len() == positions.len() || paged.len() > 30, "{at}");
}
