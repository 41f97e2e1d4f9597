//! The rows whose vectors are nearest to one: an exact scan of an embedding column.
//!
//! A million vectors of 512 numbers are two gigabytes, which a scan reads once, row group by row group, on all cores; of
//! each row group only the nearest rows are kept. An index would answer sooner and approximately, and would have to be
//! built for every commit.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use hub_schema::{DType, Feature, Field};
use roaring::RoaringBitmap;

use crate::error::{Error, Result};
use crate::read::Snapshot;

/// A row, and how similar it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearRow {
    /// The row's position.
    pub position: u32,
    /// The cosine of the angle between the vectors: 1 for the same direction, -1 for the opposite.
    pub similarity: f32,
}

/// The least similar comes first in a heap.
impl Eq for NearRow {}

impl PartialOrd for NearRow {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NearRow {
    fn cmp(&self, other: &Self) -> Ordering {
        other.similarity.total_cmp(&self.similarity).then(self.position.cmp(&other.position))
    }
}

impl Snapshot {
    /// The vector of a row; `None` where it is null.
    ///
    /// # Errors
    /// [`Error::NoVectors`]; there is no such row.
    pub async fn vector(&self, field: &Field, position: u64) -> Result<Option<Vec<f32>>> {
        let dtype = vector_type(field)?;
        let batch = self.read_positions(&[position], &[field]).await?;
        let values = batch.column(0).as_fixed_size_binary_opt().ok_or_else(|| wrong_type(field))?;
        Ok(values.is_valid(0).then(|| {
            let mut vector = Vec::new();
            read(dtype, values.value(0), &mut vector);
            vector
        }))
    }

    /// The `k` rows of `rows` (`None`: of all) whose vectors are most similar to `to`, the most similar first. A row
    /// without a vector, or with one that has no direction, is never one of them.
    ///
    /// # Errors
    /// [`Error::NoVectors`]; a file can't be read.
    pub async fn nearest(
        &self,
        field: &Field,
        to: Vec<f32>,
        k: usize,
        rows: Option<Arc<RoaringBitmap>>,
    ) -> Result<Vec<NearRow>> {
        let dtype = vector_type(field)?;
        let scanned = field.clone();
        let length = norm(&to);
        let fields = [field];
        let parts = self.map_row_groups(&fields, move |start, batch| {
            let values = batch.column(0).as_fixed_size_binary_opt().ok_or_else(|| wrong_type(&scanned))?;
            let mut vector = Vec::new();
            let mut best: BinaryHeap<NearRow> = BinaryHeap::with_capacity(k + 1);
            for row in 0..values.len() {
                let position = start as u32 + row as u32;
                if values.is_null(row) || rows.as_ref().is_some_and(|rows| !rows.contains(position)) {
                    continue;
                }
                read(dtype, values.value(row), &mut vector);
                let similarity = product(&to, &vector) / (length * norm(&vector));
                if !similarity.is_finite() {
                    continue;
                }
                let found = NearRow { position, similarity };
                if best.len() < k {
                    best.push(found);
                } else if best.peek().is_some_and(|worst| found < *worst) {
                    best.pop();
                    best.push(found);
                }
            }
            Ok(best.into_vec())
        });
        let mut all = parts.await?.concat();
        all.sort_unstable();
        all.truncate(k);
        Ok(all)
    }
}

/// The type of a column's vectors.
pub(super) fn vector_type(field: &Field) -> Result<DType> {
    match &field.feature {
        Feature::Tensor { dtype: dtype @ (DType::F32 | DType::F64), shape, .. }
            if shape.len() == 1 && shape[0] > 0 =>
        {
            Ok(*dtype)
        }
        other => Err(Error::NoVectors { column: field.name.clone(), kind: other.describe() }),
    }
}

pub(super) fn wrong_type(field: &Field) -> Error {
    Error::damaged(&field.name, format!("its values are not of type {}", field.feature.describe()))
}

/// Decodes a vector into `floats`.
pub(super) fn read(dtype: DType, bytes: &[u8], floats: &mut Vec<f32>) {
    floats.clear();
    match dtype {
        DType::F64 => floats.extend(
            bytes
                .chunks_exact(8)
                .map(|b| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32),
        ),
        _ => floats.extend(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))),
    }
}

pub(super) fn norm(vector: &[f32]) -> f32 {
    product(vector, vector).sqrt()
}

pub(super) fn product(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums, so that the compiler computes them side by side.
    let mut sums = [0f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a8.zip(b8) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}
