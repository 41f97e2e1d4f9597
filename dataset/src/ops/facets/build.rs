//! Makes a facet of a column.

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType};
use hub_schema::{DType, Feature};

use super::bins::{Bins, quantiles};
use super::counts::{Buckets, Facet, NOT_FINITE, NULL};
use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::{ColumnPath, Leaf, Snapshot};

/// The most rows, and the most values in all.
const MAX_ROWS: u64 = 32_000_000;
/// Texts that are told apart; a column of more only has rows with and without a text.
const MAX_TEXTS: usize = 100;
/// Longer texts are not told apart.
const TEXT_BYTES: usize = 256;

/// A row group of a column.
struct Part<T> {
    values: Vec<T>,
    starts: Option<Vec<u32>>,
}

/// A row group of texts.
enum Texts {
    Few(HashMap<String, u32>),
    Many,
}

impl Snapshot {
    /// The facet of a column; `most_bins` is for numbers, times and lengths.
    ///
    /// # Errors
    /// [`Error::NoFacet`]; [`Error::TooLong`]; a file can't be read.
    pub async fn facet(&self, path: &ColumnPath, most_bins: usize) -> Result<Facet> {
        let found = self.index().await?.rows();
        if found > MAX_ROWS {
            return Err(Error::TooLong { what: "a facet", max: MAX_ROWS, found });
        }
        match &path.feature {
            Feature::ClassLabel { names, .. } => {
                let classes = names.len();
                let parts = self.parts(path, class_codes).await?;
                Ok(facet(Buckets::Classes(classes), joined(parts)?))
            }
            Feature::Bool => {
                let codes = |values: &ArrayRef| {
                    let bools = values.as_boolean_opt()?.iter();
                    Some(bools.map(|b| b.map_or(NULL, u32::from)).collect())
                };
                Ok(facet(Buckets::Bools, joined(self.parts(path, codes).await?)?))
            }
            Feature::Text if !path.many => self.text_facet(path).await,
            Feature::Number { .. } | Feature::Timestamp | Feature::List { .. } => {
                let feature = path.feature.clone();
                let numbers = move |values: &ArrayRef| numbers(&feature, values);
                let parts = joined(self.parts(path, numbers).await?)?;
                let feature = path.feature.clone();
                let build = async move { binned(&feature, parts, most_bins) };
                cpu_pool::run(build).await.map_err(|e| self.panicked(&e))
            }
            other => Err(Error::NoFacet { column: path.field.name.clone(), kind: other.describe() }),
        }
    }

    /// The facet of splits; rows without a split have none.
    ///
    /// # Errors
    /// The manifests can't be read; [`Error::TooLong`].
    pub async fn split_facet(&self) -> Result<Facet> {
        let index = self.index().await?;
        if index.rows() > MAX_ROWS {
            return Err(Error::TooLong { what: "a facet", max: MAX_ROWS, found: index.rows() });
        }
        let splits = self.splits();
        let mut codes = Vec::with_capacity(index.rows() as usize);
        for fragment in index.fragments() {
            let code = fragment.split.as_ref().and_then(|split| splits.iter().position(|s| s == split));
            let code = code.map_or(NULL, |at| at as u32);
            codes.extend(std::iter::repeat_n(code, fragment.live_rows() as usize));
        }
        Ok(Facet { buckets: Buckets::Values(splits), quantiles: None, codes, starts: None })
    }

    async fn parts<T: Send + 'static>(
        &self,
        path: &ColumnPath,
        values: impl Fn(&ArrayRef) -> Option<Vec<T>> + Send + Sync + 'static,
    ) -> Result<Vec<Part<T>>> {
        let read = path.clone();
        let fields = [&path.field];
        let parts = self.map_row_groups(&fields, move |_, batch| {
            let wrong = || {
                let kind = read.feature.describe();
                Error::damaged(&read.field.name, format!("its values are not of type {kind}"))
            };
            let Leaf { values: array, starts } = read.leaf(batch.column(0)).ok_or_else(wrong)?;
            Ok(Part { values: values(&array).ok_or_else(wrong)?, starts })
        });
        parts.await
    }

    async fn text_facet(&self, path: &ColumnPath) -> Result<Facet> {
        let parts = self.parts(path, |values| {
            // Two passes, so that no text is copied but the few that are told apart.
            let texts = values.as_string_opt::<i32>()?;
            let mut known: HashMap<&str, u32> = HashMap::new();
            let mut many = false;
            let codes: Vec<u32> = texts
                .iter()
                .map(|text| {
                    let Some(text) = text else { return NULL };
                    let next = known.len() as u32;
                    many |= next as usize > MAX_TEXTS || text.len() > TEXT_BYTES;
                    if many { 0 } else { *known.entry(text).or_insert(next) }
                })
                .collect();
            let known = match many {
                true => Texts::Many,
                false => Texts::Few(known.into_iter().map(|(text, code)| (text.to_owned(), code)).collect()),
            };
            Some(vec![(known, codes)])
        });
        let parts: Vec<(Texts, Vec<u32>)> = parts.await?.into_iter().flat_map(|part| part.values).collect();
        let mut all: Option<BTreeSet<&str>> = Some(BTreeSet::new());
        for (texts, _) in &parts {
            match (texts, &mut all) {
                (Texts::Few(texts), Some(all)) => all.extend(texts.keys().map(String::as_str)),
                _ => all = None,
            }
        }
        let all: Option<Vec<String>> =
            all.filter(|all| all.len() <= MAX_TEXTS).map(|all| all.into_iter().map(str::to_owned).collect());
        let mut codes = Vec::new();
        for (texts, part) in parts {
            let to: HashMap<u32, u32> = match (&all, texts) {
                (Some(all), Texts::Few(texts)) => {
                    let place = |text: &String| all.binary_search(text).unwrap_or_default() as u32;
                    texts.iter().map(|(text, code)| (*code, place(text))).collect()
                }
                _ => HashMap::new(),
            };
            let code = |code: u32| match code {
                NULL => NULL,
                code => to.get(&code).copied().unwrap_or(0),
            };
            codes.extend(part.into_iter().map(code));
        }
        let buckets = all.map_or(Buckets::Present, Buckets::Values);
        Ok(Facet { buckets, quantiles: None, codes, starts: None })
    }

    fn panicked(&self, error: &tokio::task::JoinError) -> Error {
        Error::damaged(self.dataset().store().uri(), error.to_string())
    }
}

fn facet(buckets: Buckets, of: Part<u32>) -> Facet {
    Facet { buckets, quantiles: None, codes: of.values, starts: of.starts }
}

/// The parts as one.
fn joined<T>(parts: Vec<Part<T>>) -> Result<Part<T>> {
    let found: usize = parts.iter().map(|part| part.values.len()).sum();
    if found as u64 > MAX_ROWS {
        return Err(Error::TooLong { what: "a facet", max: MAX_ROWS, found: found as u64 });
    }
    let mut values = Vec::with_capacity(found);
    let mut starts: Option<Vec<u32>> = parts.first().is_some_and(|part| part.starts.is_some()).then(Vec::new);
    for part in parts {
        if let (Some(starts), Some(own)) = (&mut starts, &part.starts) {
            // The end of one part is the beginning of the next.
            starts.pop();
            starts.extend(own.iter().map(|start| start + values.len() as u32));
        }
        values.extend(part.values);
    }
    Ok(Part { values, starts })
}

fn class_codes(values: &ArrayRef) -> Option<Vec<u32>> {
    let classes = values.as_primitive_opt::<Int64Type>()?.iter();
    let code = |class: i64| u32::try_from(class).ok().filter(|code| *code < NOT_FINITE).unwrap_or(NULL);
    Some(classes.map(|class| class.map_or(NULL, code)).collect())
}

/// Numbers, times in microseconds, or lengths.
fn numbers(feature: &Feature, values: &ArrayRef) -> Option<Vec<Option<f64>>> {
    Some(match feature {
        Feature::List { .. } => {
            let lists = values.as_list_opt::<i32>()?;
            let length = |row| lists.is_valid(row).then(|| f64::from(lists.value_length(row)));
            (0..lists.len()).map(length).collect()
        }
        Feature::Timestamp => {
            let times = values.as_primitive_opt::<TimestampMicrosecondType>()?.iter();
            times.map(|time| time.map(|micros| micros as f64)).collect()
        }
        _ => {
            let floats = cast(values, &DataType::Float64).ok()?;
            floats.as_primitive_opt::<Float64Type>()?.iter().collect()
        }
    })
}

fn binned(feature: &Feature, of: Part<Option<f64>>, most: usize) -> Facet {
    let mut finite: Vec<f64> =
        of.values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    let quantiles = quantiles(&mut finite);
    let are_whole = !matches!(feature, Feature::Number { dtype: DType::F32 | DType::F64 });
    let (min, max) = quantiles.map_or((0.0, 0.0), |q| (q[0], q[q.len() - 1]));
    let bins = Bins::between(min, max, most, are_whole);
    let code = |value: &Option<f64>| match value {
        None => NULL,
        Some(value) if value.is_finite() => bins.of(*value),
        Some(_) => NOT_FINITE,
    };
    let codes = of.values.iter().map(code).collect();
    let buckets = match feature {
        Feature::List { .. } => Buckets::Lengths(bins),
        Feature::Timestamp => Buckets::Times(bins),
        _ => Buckets::Numbers(bins),
    };
    Facet { buckets, quantiles, codes, starts: of.starts }
}
