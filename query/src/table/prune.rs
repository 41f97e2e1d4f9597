//! Rules out fragments and row groups by what is known without reading them.
//!
//! Statistics of annotations are in the footers; the split, the positions and the data set's name are known for whole
//! fragments. Long lists of classes are compared with the minimum and maximum of a row group here, since DataFusion
//! doesn't prune by lists of more than 20 values.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float32Array, Float64Array, RecordBatch, StringArray, UInt64Array,
};
use arrow::datatypes::{DataType, Int64Type, Schema};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use hub_dataset::FragmentReader;
use hub_schema::{Field, Fragment};
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;

use super::columns::{Labels, Origin};
use super::conditions::Condition;
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
                // Statistics are of the stored numbers, not of the names of classes.
                _ if matches!(column.labels, Labels::Names { .. }) => None,
                Origin::Column(field) if column.feature.as_ref() == Some(&field.feature) => {
                    let found = statistics(reader, field)?;
                    Some(if nan_meets(scan, m, name) { found.with_nan() } else { found })
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

/// May a row with NaN in a column meet the conditions? Statistics leave NaN out, which is greater than all numbers.
///
/// A condition on the column alone that is not true for NaN rules such rows out, so that no other condition has to
/// keep their row groups.
fn nan_meets(scan: &Scan, m: usize, name: &str) -> bool {
    let Ok(column) = scan.columns.schema.field_with_name(name) else { return true };
    let nan: ArrayRef = match column.data_type() {
        DataType::Float64 => Arc::new(Float64Array::from(vec![f64::NAN])),
        DataType::Float32 => Arc::new(Float32Array::from(vec![f32::NAN])),
        _ => return false,
    };
    let schema = Arc::new(Schema::new(vec![column.clone()]));
    let Ok(row) = RecordBatch::try_new(schema, vec![nan]) else { return true };
    let on_it_alone = |condition: &&Condition| match condition.columns.as_slice() {
        [only] => scan.columns.columns[*only].name == name,
        _ => false,
    };
    let is_true = |condition: &Condition| {
        let answer = condition.expr.evaluate(&row).and_then(|a| a.into_array(1));
        // What fails for NaN must fail when the row is read, too.
        answer.map_or(true, |a| a.as_boolean_opt().is_none_or(|a| a.is_valid(0) && a.value(0)))
    };
    let conditions = scan.members[m].conditions.iter().map(|c| &scan.conditions[*c]);
    conditions.filter(on_it_alone).all(is_true)
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

impl Statistics {
    /// With NaN as the maximum.
    fn with_nan(self) -> Self {
        let nan: ArrayRef = match self.max.data_type() {
            DataType::Float64 => Arc::new(Float64Array::from(vec![f64::NAN; self.max.len()])),
            DataType::Float32 => Arc::new(Float32Array::from(vec![f32::NAN; self.max.len()])),
            _ => return self,
        };
        Self { max: nan, ..self }
    }
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
