//! Finds the fragments that lack derived columns, and writes those.

use std::collections::HashSet;
use std::sync::Arc;

use hub_schema::{DataFile, Field, Fragment, Schema};

use super::derive::{Derive, derive_of};
use super::writer::DerivedWriter;
use crate::cpu_pool;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::read::FragmentReader;

/// The derived columns that a fragment lacks, and how to compute them.
#[derive(Debug)]
pub struct Missing {
    /// The fragment that lacks them.
    pub fragment: Fragment,
    columns: Vec<(Field, Arc<dyn Derive>)>,
}

impl Missing {
    /// What a fragment lacks of the derived columns that `schema` lists; `None` if it lacks nothing. Those that are out
    /// of date count as missing.
    pub async fn of(
        dataset: &Dataset,
        schema: &Schema,
        fragment: &Fragment,
        derives: &[Arc<dyn Derive>],
    ) -> Result<Option<Self>> {
        let mut columns = Vec::new();
        for field in schema.derived_fields() {
            let Some(derive) = derive_of(derives, &field) else { continue };
            let Some(media) = field.fact_of.and_then(|of| fragment.file_of(of)) else { continue };
            let is_there = match fragment.file_of(field.id) {
                Some(file) => dataset.file(file).await?.source() == Some(media.hash),
                None => false,
            };
            if !is_there {
                columns.push((field, Arc::clone(derive)));
            }
        }
        Ok((!columns.is_empty()).then(|| Self { fragment: fragment.clone(), columns }))
    }

    /// Computes them and writes their files, to be added to the fragment.
    pub async fn write(self, dataset: &Dataset, schema: &Schema) -> Result<Vec<DataFile>> {
        let mut files = Vec::new();
        for (field, derive) in self.columns {
            let media =
                field.fact_of.and_then(|of| Some((schema.by_id(of)?, self.fragment.file_of(of)?.hash)));
            let Some((media, from)) = media else { continue };
            let id = field.id;
            let Some(mut writer) = DerivedWriter::new(field, &derive)? else { continue };
            let reader = FragmentReader::open(dataset, &self.fragment, &[media]).await?;
            for row_group in 0..self.fragment.row_groups.len() {
                let batch = reader.read_row_group(row_group).await?;
                let written = cpu_pool::run(async move {
                    writer.write_row_group(batch.column(0))?;
                    Ok::<_, Error>(writer)
                });
                writer = written.await.map_err(|e| Error::damaged(reader_name(&reader), e.to_string()))??;
            }
            let encoded = writer.finish(from)?;
            files.push(encoded.describe(vec![id], Vec::new()));
            dataset.put_file(encoded, &HashSet::new()).await?;
        }
        Ok(files)
    }
}

fn reader_name(reader: &FragmentReader) -> String {
    format!("fragment {}", reader.fragment().id)
}
