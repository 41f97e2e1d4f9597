//! Batches as they are stored, of one data set or of several that are mixed.
//!
//! Each data set of a mix is read by itself ([`MixedBatches`]), which gives its rows of each batch; here they are put in the
//! order that was planned. Media are views, so this copies no image.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::datatypes::SchemaRef;

use crate::cutting::Planned;
use crate::error::{Error, Result};
use crate::interleaved::interleaved;
use crate::mixed::{Mixed, MixedBatches};
use crate::pages::Pages;
#[cfg(test)]
use crate::prefetch::Prefetch;

/// The batches of a consumer, media as they are stored. It ends after the first error.
#[derive(Debug)]
pub struct Combined {
    sources: Vec<MixedBatches>,
    /// How rows of several data sets are put together; `None`: there is one.
    several: Option<Several>,
}

/// The batches of a mix.
#[derive(Debug)]
pub struct Several {
    /// The data set of each row, of the batches to come.
    batches: VecDeque<Arc<[u32]>>,
    /// Rows of the next batch that are read already, by data set.
    ready: Vec<Option<Mixed>>,
    /// The schema of the batches.
    schema: SchemaRef,
    /// Whether a batch has a column that tells the data set of each row, before its row ids.
    tells: bool,
}

impl Several {
    /// Of planned batches; `tells`: the schema has a column for the data set of each row, before its row ids.
    pub fn new<'a>(
        batches: impl Iterator<Item = &'a [Planned]>,
        count: usize,
        schema: SchemaRef,
        tells: bool,
    ) -> Self {
        let batches = batches.map(|rows| rows.iter().map(|row| row.source).collect());
        Self { batches: batches.collect(), ready: (0..count).map(|_| None).collect(), schema, tells }
    }

    /// The batch whose rows are of these data sets; all of its rows are ready.
    fn take(&mut self, sources: Arc<[u32]>) -> Result<Mixed> {
        let parts: Vec<Option<Mixed>> = self.ready.iter_mut().map(Option::take).collect();
        let mut places = vec![0; parts.len()];
        let mut arrays = 0;
        for (place, part) in places.iter_mut().zip(&parts) {
            *place = arrays;
            arrays += usize::from(part.is_some());
        }
        let parts: Vec<Mixed> = parts.into_iter().flatten().collect();
        let mut next = vec![0; places.len()];
        let rows: Vec<(usize, usize)> = sources
            .iter()
            .map(|source| {
                let row = next[*source as usize];
                next[*source as usize] += 1;
                (places[*source as usize], row)
            })
            .collect();
        let has_repetitions = parts.iter().any(|part| part.repetitions.is_some());
        let repetition = |(part, row): &(usize, usize)| {
            parts[*part].repetitions.as_ref().and_then(|all| all.get(*row)).copied().unwrap_or(0)
        };
        let repetitions = has_repetitions.then(|| rows.iter().map(repetition).collect());
        let fields = self.schema.fields();
        let told = self.tells.then(|| fields.len().saturating_sub(2));
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(fields.len());
        for (place, field) in fields.iter().enumerate() {
            if told == Some(place) {
                columns.push(Arc::new(UInt32Array::from(sources.to_vec())));
                continue;
            }
            let stored = place - usize::from(told.is_some_and(|told| place > told));
            let of_parts: Vec<&dyn Array> =
                parts.iter().map(|part| part.batch.column(stored).as_ref()).collect();
            columns.push(interleaved(&of_parts, &rows, field.name())?);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(Error::arrow("the columns of a batch don't match its schema"))?;
        let pages = parts.iter().map(|part| part.pages.clone()).collect();
        Ok(Mixed { batch, pages: Pages::joined(pages), repetitions, sources: Some(sources) })
    }
}

impl Combined {
    /// Of one data set, or of several and how their rows are put together.
    pub fn new(sources: Vec<MixedBatches>, several: Option<Several>) -> Self {
        Self { sources, several }
    }

    /// What each data set reads.
    #[cfg(test)]
    pub fn prefetches(&self) -> impl Iterator<Item = &Prefetch> {
        self.sources.iter().map(MixedBatches::prefetch)
    }

    /// Stops all that is under way.
    pub fn stop(&mut self) {
        self.sources.iter_mut().for_each(MixedBatches::stop);
        if let Some(several) = &mut self.several {
            several.batches.clear();
        }
    }

    /// The next batch.
    pub fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Mixed>>> {
        let Some(several) = &mut self.several else {
            return match self.sources.first_mut() {
                Some(source) => source.poll_next(context),
                None => Poll::Ready(Ok(None)),
            };
        };
        let Some(next) = several.batches.front() else { return Poll::Ready(Ok(None)) };
        let mut waits = false;
        for (place, source) in self.sources.iter_mut().enumerate() {
            if several.ready[place].is_some() || !next.iter().any(|of| *of as usize == place) {
                continue;
            }
            match source.poll_next(context) {
                Poll::Pending => waits = true,
                Poll::Ready(Ok(Some(mixed))) => several.ready[place] = Some(mixed),
                Poll::Ready(Ok(None)) => return Poll::Ready(Err(Error::Stalled { chunk: 0 })),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            }
        }
        if waits {
            return Poll::Pending;
        }
        let Some(sources) = several.batches.pop_front() else { return Poll::Ready(Ok(None)) };
        Poll::Ready(several.take(sources).map(Some))
    }
}
