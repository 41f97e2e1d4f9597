//! Computes the fingerprints of all pictures of a revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, ArrayRef, AsArray};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{DType, Feature, Field, Fragment, Schema, TensorRole};

use super::fingerprint::{Fingerprint, Layout};
use super::shelf::Shelf;
use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::Snapshot;

/// Fragments that are read concurrently.
const READERS: usize = 4;

/// How far a scan is; clones are of the same scan.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// The rows that were read.
    pub fn rows(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, rows: u64) {
        self.0.fetch_add(rows, Ordering::Relaxed);
    }
}

impl Snapshot {
    /// The fingerprint of the picture of each row, in the order of the positions. What `shelf` has is not read again.
    ///
    /// # Errors
    /// [`Error::NoPictures`]; a file can't be read.
    pub async fn fingerprints(
        &self,
        field: &Field,
        shelf: &Shelf,
        progress: &Progress,
    ) -> Result<Vec<Fingerprint>> {
        if !has_fingerprints(&field.feature) {
            return Err(Error::NoPictures { column: field.name.clone(), kind: field.feature.describe() });
        }
        let fragments = self.index().await?.fragments().to_vec();
        let scans = fragments.into_iter().map(|fragment| {
            let (snapshot, field, shelf) = (self.clone(), field.clone(), shelf.clone());
            let progress = progress.clone();
            cpu_pool::abort_on_drop(async move {
                let all = of_fragment(&snapshot, &field, &fragment, &shelf).await?;
                progress.add(u64::from(fragment.live_rows()));
                let live = fragment.live_offsets().filter_map(|offset| all.get(offset as usize).copied());
                Ok::<Vec<Fingerprint>, Error>(live.collect())
            })
        });
        let scans: Vec<Vec<Fingerprint>> = stream::iter(scans)
            .buffered(READERS)
            .map(|scan| scan.map_err(|e| failed(self, &e))?)
            .try_collect()
            .await?;
        Ok(scans.concat())
    }
}

/// Whether the values of a column are pictures with fingerprints: encoded images, and raw images of bytes.
pub fn has_fingerprints(feature: &Feature) -> bool {
    *feature == Feature::Image || raw_layout(feature).is_some()
}

/// The first column of encoded images; without one, of raw images of bytes.
pub fn first_pictures(schema: &Schema) -> Option<&Field> {
    let encoded = schema.fields.iter().find(|field| field.feature == Feature::Image);
    encoded.or_else(|| schema.fields.iter().find(|field| has_fingerprints(&field.feature)))
}

fn raw_layout(feature: &Feature) -> Option<Layout> {
    match feature {
        Feature::Tensor { dtype: DType::U8, shape, role: TensorRole::Image } => Layout::of(shape),
        _ => None,
    }
}

/// The fingerprints of the pictures of a row group.
fn prints_of(feature: &Feature, values: &ArrayRef) -> Option<Vec<Fingerprint>> {
    if let Some(layout) = raw_layout(feature) {
        let pixels = values.as_fixed_size_binary_opt()?.iter();
        let print = |bytes: Option<&[u8]>| {
            bytes.map_or_else(Fingerprint::default, |bytes| Fingerprint::of_pixels(bytes, &layout))
        };
        return Some(pixels.map(print).collect());
    }
    let pictures = values.as_struct_opt()?.column_by_name("bytes")?;
    // Pictures of more than 32 MiB are objects of their own, and are passed over.
    let bytes = pictures.as_binary_view_opt();
    let one = |row: usize| {
        let bytes = bytes.filter(|bytes| bytes.is_valid(row));
        bytes.map_or_else(Fingerprint::default, |bytes| Fingerprint::of(bytes.value(row)))
    };
    Some((0..pictures.len()).map(one).collect())
}

/// The fingerprints of all rows of a fragment, deleted or not.
async fn of_fragment(
    snapshot: &Snapshot,
    field: &Field,
    fragment: &Fragment,
    shelf: &Shelf,
) -> Result<Vec<Fingerprint>> {
    let rows = fragment.rows as usize;
    let Some(file) = fragment.file_of(field.id).map(|file| file.hash) else {
        return Ok(vec![Fingerprint::default(); rows]);
    };
    let (known, id) = (shelf.clone(), field.id);
    let known = cpu_pool::run(async move { known.get(file, id, rows) }).await;
    if let Some(known) = known.map_err(|e| failed(snapshot, &e))? {
        return Ok(known);
    }
    let reader = snapshot.open(fragment, &[field]).await?;
    let mut all = Vec::with_capacity(rows);
    for row_group in 0..fragment.row_groups.len() {
        let batch = reader.read_row_group(row_group).await?;
        let (values, feature) = (batch.column(0).clone(), field.feature.clone());
        let print = async move { prints_of(&feature, &values) };
        let prints = cpu_pool::run(print).await.map_err(|e| failed(snapshot, &e))?;
        all.extend(prints.ok_or_else(|| Error::damaged(&field.name, "its values are no images"))?);
        reader.release_pages(row_group);
    }
    shelf.keep(file, field.id, &all);
    Ok(all)
}

fn failed(snapshot: &Snapshot, error: &tokio::task::JoinError) -> Error {
    Error::damaged(snapshot.dataset().store().uri(), error.to_string())
}
