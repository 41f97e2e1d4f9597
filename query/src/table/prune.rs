//! Rules out fragments and row groups by what is known without reading them.
//!
//! Statistics of annotations are in the footers; the split, the positions and the data set's name are known for whole
//! fragments. Long lists of classes are compared with the minimum and maximum of a row group here, since DataFusion
//! doesn't prune by lists of more than 20 values.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, UInt64Array};
use arrow::datatypes::Int64Type;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use hub_dataset::FragmentReader;
use hub_schema::{Field, Fragment};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;

use super::columns::Origin;
use super::scan::Scan;
use crate::error::QueryError;

/// May a fragment hold a row that meets the conditions, judging by its split, its positions and its data set's name?
pub fn may_hold(scan: &Scan, m: usize, fragment: &Fragment, rows: &Range<u64>) -> Result<bool, QueryError> {
    let member = &scan.members[m];
    let known = PruningInfo {
        containers: 1,
        column: |name: &str| {
            let column = scan.columns.columns.iter().find(|c| c.name == name)?;
            let text = |text: Option<&str>| Some(Arc::new(StringArray::from(vec![text])) as ArrayRef);
            let (min, max) = match column.origins.get(member.member)? {
                Origin::Dataset => {
                    let name = text(Some(&member.named.name))?;
                    (Arc::clone(&name), name)
                }
                Origin::Split => {
                    let split = text(fragment.split.as_deref())?;
                    (Arc::clone(&split), split)
                }
                Origin::Position => {
                    let number = |n: u64| Arc::new(UInt64Array::from(vec![n])) as ArrayRef;
                    (number(rows.start), number(rows.end.saturating_sub(1)))
                }
                _ => return None,
            };
            let nulls = u64::from(min.is_null(0)) * rows.end.saturating_sub(rows.start);
            Some(Statistics { min, max, nulls: Some(Arc::new(UInt64Array::from(vec![nulls]))) })
        },
        rows: vec![rows.end.saturating_sub(rows.start)],
    };
    Ok(kept(scan, m, &known)?[0])
}

/// Which row groups may hold a row that meets the conditions, judging by their statistics: one flag a row group.
pub fn row_groups(scan: &Scan, m: usize, reader: &FragmentReader) -> Result<Vec<bool>, QueryError> {
    let member = &scan.members[m];
    let groups = reader.fragment().row_groups.as_slice();
    let known = PruningInfo {
        containers: groups.len(),
        column: |name: &str| {
            let column = scan.columns.columns.iter().find(|c| c.name == name)?;
            match column.origins.get(member.member)? {
                Origin::Column(field) if column.feature.as_ref() == Some(&field.feature) => {
                    statistics(reader, field)
                }
                _ => None,
            }
        },
        rows: groups.iter().map(|r| u64::from(*r)).collect(),
    };
    let mut keep = kept(scan, m, &known)?;
    for condition in member.conditions.iter().map(|c| &scan.conditions[*c]) {
        let Some(label) = &condition.label else { continue };
        let Some(numbers) = label.of_member(&scan.columns, member.member) else { continue };
        let column = scan.columns.columns.iter().find(|c| c.name == label.path[0]);
        let Some(Origin::Column(field)) = column.and_then(|c| c.origins.get(member.member)) else { continue };
        if let Some(found) = statistics(reader, field) {
            rule_out(&mut keep, &found, &numbers);
        }
    }
    Ok(keep)
}

/// Rules out the row groups with none of these numbers between their minimum and maximum.
fn rule_out(keep: &mut [bool], found: &Statistics, numbers: &BTreeSet<i64>) {
    let (Some(min), Some(max)) =
        (found.min.as_primitive_opt::<Int64Type>(), found.max.as_primitive_opt::<Int64Type>())
    else {
        return;
    };
    for (group, keep) in keep.iter_mut().enumerate() {
        if min.is_valid(group) && max.is_valid(group) && min.value(group) <= max.value(group) {
            *keep &= numbers.range(min.value(group)..=max.value(group)).next().is_some();
        }
    }
}

/// The minimum, maximum and null count of a column in each row group; `None` where the file has no such statistics.
fn statistics(reader: &FragmentReader, field: &Field) -> Option<Statistics> {
    let (file, _) =
        reader.files().iter().find(|(_, held)| held.iter().any(|i| reader.fields()[*i].id == field.id))?;
    let place = file.place(field.id)?;
    let metadata = file.metadata();
    let schema = file.file_schema();
    let name = schema.fields().get(place)?.name();
    let converter =
        StatisticsConverter::try_new(name, schema, metadata.file_metadata().schema_descr()).ok()?;
    let groups = || metadata.row_groups().iter();
    Some(Statistics {
        min: converter.row_group_mins(groups()).ok()?,
        max: converter.row_group_maxes(groups()).ok()?,
        nulls: converter.row_group_null_counts(groups()).ok().map(Arc::new),
    })
}

struct Statistics {
    min: ArrayRef,
    max: ArrayRef,
    nulls: Option<Arc<UInt64Array>>,
}

/// The statistics of some containers (row groups, or one fragment), as DataFusion's pruning takes them.
struct PruningInfo<F> {
    containers: usize,
    column: F,
    rows: Vec<u64>,
}

impl<F: Fn(&str) -> Option<Statistics>> PruningStatistics for PruningInfo<F> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        (self.column)(&column.name).map(|s| s.min)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        (self.column)(&column.name).map(|s| s.max)
    }

    fn num_containers(&self) -> usize {
        self.containers
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        (self.column)(&column.name).and_then(|s| s.nulls).map(|n| n as ArrayRef)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from(self.rows.clone())))
    }

    fn contained(&self, _: &Column, _: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

/// Which containers the conditions don't rule out.
fn kept<F: Fn(&str) -> Option<Statistics>>(
    scan: &Scan,
    m: usize,
    known: &PruningInfo<F>,
) -> Result<Vec<bool>, QueryError> {
    let mut keep = vec![true; known.containers];
    for condition in scan.members[m].conditions.iter().map(|c| &scan.conditions[*c]) {
        let schema = scan.columns.schema.project(&condition.columns);
        let Ok(schema) = schema else { continue };
        // A condition that can't be pruned by statistics is evaluated row by row.
        let builder = PruningPredicateBuilder::new().with_file_schema(Arc::new(schema));
        let Some(predicate) = builder.build(Arc::clone(&condition.expr)) else { continue };
        if let Ok(found) = predicate.prune(known) {
            keep.iter_mut().zip(found).for_each(|(keep, found)| *keep &= found);
        }
    }
    Ok(keep)
}
