//! Rows unlike their class: those most of whose nearest rows, by an embedding, have another label.
//!
//! All pairs of up to some ten thousand rows are compared. Of more rows, each is compared with as many as keep the work
//! within [`WORK`], spread evenly over the revision: a class of which few rows are among them is judged less surely.

use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::record_batch::RecordBatch;
use hub_schema::{DType, Field};

use super::facets::Facet;
use super::nearest::{NearRow, norm, product, read, vector_type, wrong_type};
use super::pictures::Progress;
use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::Snapshot;

/// A row of a class with fewer rows than neighbours are asked for is compared with as many as its class has others: it
/// can't have more of its own.
type ClassSizes = HashMap<u32, usize>;

/// Multiplications that are made at most, beyond those with the fewest rows.
const WORK: u64 = 1_000_000_000_000;
/// Each row is compared with at least so many, where there are as many.
const FEWEST: u64 = 2000;
/// Rows that are compared at a time, so that others get their turn on the pool.
const AT_ONCE: usize = 256;

/// A row most of whose neighbours have another label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnlikeRow {
    /// The row's position.
    pub row: u32,
    /// The part of its neighbours with another label, over a half, up to 1.
    pub share: f32,
    /// The most frequent of these labels, as the number of its class.
    pub suggestion: u32,
}

/// A vector of length 1, and the class of its row.
struct Reference {
    position: u32,
    class: u32,
    vector: Vec<f32>,
}

impl Snapshot {
    /// The rows most of whose `k` nearest rows (by the cosine of `field`; of a class with fewer other rows, as many as it
    /// has) have another class than they, those with the greatest part first. Rows without a class or a vector have no neighbours and are none.
    ///
    /// # Errors
    /// [`Error::NoVectors`]; a file can't be read.
    pub async fn unlike_class(
        &self,
        field: &Field,
        classes: Arc<Facet>,
        k: usize,
        progress: &Progress,
    ) -> Result<Vec<UnlikeRow>> {
        let dtype = vector_type(field)?;
        let index = self.index().await?;
        let length = length_of(field);
        let references = references(index.rows(), length);
        let step = index.rows().div_ceil(references.max(1)).max(1);
        let known = {
            let (field, classes) = (field.clone(), classes.clone());
            let fields = [&field.clone()];
            let parts = self.map_row_groups(&fields, move |start, batch| {
                vectors(&field, dtype, &batch, start, &classes, step)
            });
            Arc::new(parts.await?.into_iter().flatten().collect::<Vec<Reference>>())
        };
        let sizes: Arc<ClassSizes> = Arc::new(class_sizes(&known));
        let mut found = Vec::new();
        for (fragment, start) in index.fragments().iter().zip((0..).map(|i| index.start(i))) {
            let reader = self.open(fragment, &[field]).await?;
            let mut position = start;
            for row_group in 0..fragment.row_groups.len() {
                let batch = reader.read_live_rows(row_group).await?;
                let rows = batch.num_rows();
                let asked = Arc::new(vectors(field, dtype, &batch, position, &classes, 1)?);
                for first in (0..asked.len()).step_by(AT_ONCE) {
                    let (asked, known, sizes) = (asked.clone(), known.clone(), sizes.clone());
                    let compare = async move {
                        let chunk = asked.iter().skip(first).take(AT_ONCE);
                        chunk.filter_map(|row| judge(row, &known, &sizes, k)).collect::<Vec<UnlikeRow>>()
                    };
                    let judged = cpu_pool::run(compare).await;
                    let gone = |e: tokio::task::JoinError| Error::damaged(&field.name, e.to_string());
                    found.extend(judged.map_err(gone)?);
                }
                position += rows as u64;
                progress.add(rows as u64);
            }
        }
        found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.row.cmp(&b.row)));
        Ok(found)
    }
}

/// The numbers of a vector.
fn length_of(field: &Field) -> u64 {
    match &field.feature {
        hub_schema::Feature::Tensor { shape, .. } => shape.iter().product::<usize>() as u64,
        _ => 1,
    }
}

/// With how many rows each is compared.
fn references(rows: u64, length: u64) -> u64 {
    let affordable = WORK / rows.saturating_mul(length).max(1);
    affordable.max(FEWEST).min(rows)
}

/// Every `step`-th row of a batch that has a class and a vector with a direction.
fn vectors(
    field: &Field,
    dtype: DType,
    batch: &RecordBatch,
    start: u64,
    classes: &Facet,
    step: u64,
) -> Result<Vec<Reference>> {
    let values = batch.column(0).as_fixed_size_binary_opt().ok_or_else(|| wrong_type(field))?;
    let mut found = Vec::new();
    for row in (0..values.len()).filter(|row| (start + *row as u64).is_multiple_of(step)) {
        let position = (start + row as u64) as u32;
        let class = classes.first_code(position);
        if values.is_null(row) || class == u32::MAX {
            continue;
        }
        let mut vector = Vec::new();
        read(dtype, values.value(row), &mut vector);
        let length = norm(&vector);
        if length.is_finite() && length > 0.0 {
            vector.iter_mut().for_each(|number| *number /= length);
            found.push(Reference { position, class, vector });
        }
    }
    Ok(found)
}

fn class_sizes(known: &[Reference]) -> ClassSizes {
    let mut sizes = ClassSizes::new();
    known.iter().for_each(|row| *sizes.entry(row.class).or_default() += 1);
    sizes
}

/// The row, if most of its `k` nearest others have another class.
fn judge(row: &Reference, known: &[Reference], sizes: &ClassSizes, k: usize) -> Option<UnlikeRow> {
    let of_class = sizes.get(&row.class).copied().unwrap_or_default();
    let is_known = known.binary_search_by_key(&row.position, |known| known.position).is_ok();
    let k = k.min(of_class.saturating_sub(usize::from(is_known)));
    let mut best: BinaryHeap<(NearRow, u32)> = BinaryHeap::with_capacity(k + 1);
    for other in known.iter().filter(|other| other.position != row.position) {
        let near = NearRow { position: other.position, similarity: product(&row.vector, &other.vector) };
        if best.len() < k {
            best.push((near, other.class));
        } else if best.peek().is_some_and(|(worst, _)| near < *worst) {
            best.pop();
            best.push((near, other.class));
        }
    }
    let nearest = best.into_sorted_vec();
    let others: Vec<u32> =
        nearest.iter().map(|(_, class)| *class).filter(|class| *class != row.class).collect();
    if others.len() * 2 <= nearest.len() {
        return None;
    }
    // Of equally frequent classes the one with the nearest row.
    let votes = |class: &u32| others.iter().filter(|other| *other == class).count();
    let suggestion = others.iter().rev().max_by_key(|class| votes(class)).copied()?;
    Some(UnlikeRow { row: row.position, share: others.len() as f32 / nearest.len() as f32, suggestion })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(position: u32, class: u32, angle: f32) -> Reference {
        Reference { position, class, vector: vec![angle.cos(), angle.sin()] }
    }

    #[test]
    fn a_row_among_another_class_is_unlike_its_own() {
        // Class 0 about the angle 0, class 1 about 1.5; row 4 says 0 and lies among class 1.
        let all = [
            reference(0, 0, 0.0),
            reference(1, 0, 0.1),
            reference(2, 1, 1.5),
            reference(3, 1, 1.6),
            reference(4, 0, 1.55),
            reference(5, 2, 1.4),
        ];
        let judge = |row: usize, known: &[Reference], k| judge(&all[row], known, &class_sizes(known), k);
        let judged: Vec<_> = (0..all.len()).map(|row| judge(row, &all, 3)).collect();
        assert_eq!(judged[4], Some(UnlikeRow { row: 4, share: 1.0, suggestion: 1 }));
        // Class 1 has one other row, which is not as near as row 4. The only row of class 2 can't have one of its own.
        assert_eq!(judged[2].map(|row| row.suggestion), Some(0));
        assert_eq!((judged[0], judged[5]), (None, None));
        assert_eq!(judge(3, &all[..4], 1), None);
        assert_eq!(judge(0, &all[..2], 3), None);
        assert_eq!(judge(0, &all[..1], 3), None);
    }

    #[test]
    fn many_rows_are_compared_with_some() {
        assert_eq!(references(10_000, 512), 10_000);
        assert_eq!(references(100_000, 512), 19_531);
        assert_eq!(references(5_000_000, 512), 2000);
        assert_eq!((references(0, 512), references(7, 0)), (0, 7));
    }
}
