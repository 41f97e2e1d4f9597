//! Computes derived columns again, and compares them with what is stored.

use std::sync::Arc;

use arrow::array::ArrayRef;
use hub_schema::{Field, Fragment};

use super::report::{Damage, DamagedRows};
use crate::cpu_pool;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::ops::derived::{Derive, bytes, derive_of};
use crate::read::{FragmentReader, Snapshot};

impl Dataset {
    /// Computes the derived columns of a revision again, those that `derives` computes, and compares them with what is
    /// stored. Columns that are out of date are not looked at, since no reader uses them; nor are rows that are deleted.
    ///
    /// # Errors
    /// A file that can't be read.
    pub async fn check_derived(
        &self,
        snapshot: &Snapshot,
        derives: &[Arc<dyn Derive>],
    ) -> Result<Vec<Damage>> {
        let schema = snapshot.schema();
        let mut found = Vec::new();
        for field in schema.derived_fields() {
            let derive = derive_of(derives, &field);
            let media = field.fact_of.and_then(|of| schema.by_id(of));
            let (Some(derive), Some(media)) = (derive, media) else { continue };
            for fragment in snapshot.index().await?.fragments() {
                found.extend(check(self, fragment, (media, &field), derive).await?);
            }
        }
        found.sort();
        Ok(found)
    }
}

async fn check(
    dataset: &Dataset,
    fragment: &Fragment,
    (media, field): (&Field, &Field),
    derive: &Arc<dyn Derive>,
) -> Result<Option<Damage>> {
    let reader = FragmentReader::open(dataset, fragment, &[media, field]).await?;
    let Some(file) = reader.file_of(1) else { return Ok(None) };
    let path = layout::data(file.hash());
    let (mut wrong, mut start) = (Vec::new(), 0);
    for (row_group, rows) in fragment.row_groups.iter().enumerate() {
        let batch = reader.read_row_group(row_group).await?;
        let derive = Arc::clone(derive);
        let compared = cpu_pool::run(async move {
            let (media, stored) = (batch.column(0), batch.column(1));
            let differs = |row: &usize| derived(&derive, media, *row).as_deref() != bytes(stored, *row);
            (0..batch.num_rows()).filter(differs).collect::<Vec<usize>>()
        });
        let differing = compared.await.map_err(|e| Error::damaged(path.as_str(), e.to_string()))?;
        let live = differing.into_iter().map(|row| start + row as u32);
        wrong.extend(live.filter(|row| !fragment.deleted.contains(*row)).map(|row| (row_group as u32, row)));
        start += rows;
    }
    let follows = |one: &(u32, u32), next: &(u32, u32)| one.0 == next.0 && one.1 + 1 == next.1;
    let rows: Vec<DamagedRows> = wrong
        .chunk_by(follows)
        .map(|run| DamagedRows {
            fragment: fragment.id.to_string(),
            row_group: Some(run[0].0),
            first: run[0].1,
            last: run[run.len() - 1].1,
            columns: vec![field.name.clone()],
        })
        .collect();
    let problem = "not what is computed from the media".to_owned();
    Ok((!rows.is_empty()).then_some(Damage { path, problem, rows }))
}

fn derived(derive: &Arc<dyn Derive>, media: &ArrayRef, row: usize) -> Option<Vec<u8>> {
    derive.derive(bytes(media, row)?)
}
