//! Reads one unit: the columns of its conditions first, the others only for the rows that are left.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, StringArray, StructArray,
    UInt64Array, make_array, new_null_array,
};
use arrow::compute::{filter, prep_null_mask_filter};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use hub_dataset::FragmentReader;
use hub_schema::{Field, Fragment};

use super::columns::{Column, Labels, Origin};
use super::convert::convert;
use super::scan::Scan;
use super::scan_units::Unit;
use crate::error::QueryError;

/// A unit while it is read: the rows that are left, and the columns that were loaded for them.
struct Reading<'a> {
    scan: &'a Scan,
    unit: Unit,
    fragment: &'a Fragment,
    /// By index of the table's columns.
    loaded: BTreeMap<usize, ArrayRef>,
    /// Paths of the files whose checksums of this row group were checked.
    checked: HashSet<String>,
}

impl Scan {
    /// The rows of a unit that meet the conditions, with the columns of the projection.
    pub async fn read(&self, unit: Unit) -> Result<RecordBatch, QueryError> {
        let index = self.members[unit.member].named.snapshot.index().await?;
        let fragment = &index.fragments()[unit.fragment];
        let conditions = self.members[unit.member].conditions.clone();
        let mut reading =
            Reading { scan: self, unit, fragment, loaded: BTreeMap::new(), checked: HashSet::new() };
        // Conditions on media are evaluated last, when few rows are left to be read.
        for bulky in [false, true] {
            let these: Vec<usize> =
                conditions.iter().copied().filter(|c| self.conditions[*c].bulky == bulky).collect();
            let columns: Vec<usize> =
                these.iter().flat_map(|c| self.conditions[*c].columns.clone()).collect();
            reading.fetch(&columns).await?;
            for condition in these {
                reading.apply_condition(condition)?;
            }
        }
        reading.fetch(&self.projection).await?;
        reading.batch(&self.projection)
    }
}

impl Reading<'_> {
    fn column(&self, i: usize) -> (&Column, &Origin) {
        let column = &self.scan.columns.columns[i];
        (column, &column.origins[self.scan.members[self.unit.member].member])
    }

    /// Loads columns for the rows that are left; in place of one with class names, the one with class numbers.
    async fn fetch(&mut self, columns: &[usize]) -> Result<(), QueryError> {
        let read = columns.iter().map(|c| self.scan.columns.read_for(*c));
        let mut missing: Vec<usize> = read.filter(|c| !self.loaded.contains_key(c)).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(());
        }
        let stored: Vec<(usize, Field)> = missing
            .iter()
            .filter_map(|c| match self.column(*c).1 {
                Origin::Column(field) => Some((*c, field.as_ref().clone())),
                _ => None,
            })
            .collect();
        if !stored.is_empty() && !self.unit.offsets.is_empty() {
            self.read_stored(&stored).await?;
        }
        for c in missing {
            if !self.loaded.contains_key(&c) {
                let array = self.computed(c);
                self.loaded.insert(c, array);
            }
        }
        Ok(())
    }

    async fn read_stored(&mut self, stored: &[(usize, Field)]) -> Result<(), QueryError> {
        let fields: Vec<&Field> = stored.iter().map(|(_, f)| f).collect();
        let dataset = self.scan.members[self.unit.member].named.snapshot.dataset();
        let reader = FragmentReader::open(dataset, self.fragment, &fields).await?;
        for (file, _) in reader.files() {
            if self.checked.insert(file.path().to_owned()) {
                file.check_rows(&self.unit.offsets)?;
            }
        }
        let batch = reader.read_rows(&self.unit.offsets).await?;
        for ((c, field), array) in stored.iter().zip(batch.columns()) {
            let array = if field.feature.is_bulky() { gc_views(array) } else { Arc::clone(array) };
            let array = match &self.column(*c).0.feature {
                Some(feature) => convert(array, &field.feature, feature).map_err(arrow(&field.name))?,
                None => array,
            };
            self.loaded.insert(*c, unsigned(array));
        }
        Ok(())
    }

    /// A column that no file holds.
    fn computed(&self, c: usize) -> ArrayRef {
        let rows = self.unit.offsets.len();
        let text = |text: Option<&str>| Arc::new(StringArray::from_iter(vec![text; rows])) as ArrayRef;
        let member = &self.scan.members[self.unit.member];
        match self.column(c).1 {
            Origin::Dataset => text(Some(&member.named.name)),
            Origin::Split => text(self.fragment.split.as_deref()),
            Origin::Position => Arc::new(UInt64Array::from(self.unit.positions.clone())),
            Origin::RowId => {
                let ids = self.unit.offsets.iter().map(|o| self.fragment.row_id(*o).to_string());
                Arc::new(StringArray::from_iter_values(ids))
            }
            Origin::Column(_) | Origin::Missing => {
                new_null_array(self.scan.columns.schema.field(c).data_type(), rows)
            }
        }
    }

    /// Keeps the rows that meet a condition.
    fn apply_condition(&mut self, condition: usize) -> Result<(), QueryError> {
        if self.unit.offsets.is_empty() {
            return Ok(());
        }
        let condition = &self.scan.conditions[condition];
        let batch = self.batch(&condition.columns)?;
        let answer = condition.expr.evaluate(&batch).and_then(|a| a.into_array(batch.num_rows()));
        let answer = answer.map_err(|e| QueryError::from_datafusion(e, ""))?;
        let Some(answer) = answer.as_boolean_opt() else {
            return Err(QueryError::sql(format!(
                "'{}' is not a condition: expected true or false",
                condition.text
            )));
        };
        let answer = if answer.null_count() > 0 { prep_null_mask_filter(answer) } else { answer.clone() };
        if answer.true_count() < answer.len() {
            self.keep(&answer)?;
        }
        Ok(())
    }

    fn keep(&mut self, mask: &BooleanArray) -> Result<(), QueryError> {
        let mut rows = mask.values().iter();
        self.unit.offsets.retain(|_| rows.next().unwrap_or(false));
        let mut rows = mask.values().iter();
        self.unit.positions.retain(|_| rows.next().unwrap_or(false));
        for array in self.loaded.values_mut() {
            *array = filter(array, mask).map_err(arrow("a condition"))?;
        }
        Ok(())
    }

    fn batch(&self, columns: &[usize]) -> Result<RecordBatch, QueryError> {
        let schema = self.scan.columns.schema.project(columns).map_err(arrow("columns"))?;
        let rows = self.unit.offsets.len();
        let arrays = columns.iter().map(|c| self.shown(*c)).collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options).map_err(arrow("rows"))
    }

    /// A column as the query sees it.
    fn shown(&self, c: usize) -> Result<ArrayRef, QueryError> {
        let read = self.scan.columns.read_for(c);
        let array = match self.loaded.get(&read) {
            Some(array) => Arc::clone(array),
            None => self.computed(read),
        };
        let column = &self.scan.columns.columns[c];
        match &column.labels {
            Labels::Names { names, .. } => names.show(&array).map_err(arrow(&column.name)),
            _ => Ok(array),
        }
    }
}

/// NaN and zero without a sign, also in lists and structs. A NaN with its sign bit set, as `0.0 / 0.0` gives on most
/// processors, would be less than all numbers, and -0.0 would be sorted before 0.0, which it is equal to.
fn unsigned(array: ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Float64 => {
            let numbers = array.as_primitive::<Float64Type>();
            let is_plain = |x: &f64| x.is_sign_positive() || !(x.is_nan() || *x == 0.0);
            if numbers.values().iter().all(is_plain) {
                return array;
            }
            Arc::new(numbers.unary::<_, Float64Type>(|x| if is_plain(&x) { x } else { x.abs() }))
        }
        DataType::Float32 => {
            let numbers = array.as_primitive::<Float32Type>();
            let is_plain = |x: &f32| x.is_sign_positive() || !(x.is_nan() || *x == 0.0);
            if numbers.values().iter().all(is_plain) {
                return array;
            }
            Arc::new(numbers.unary::<_, Float32Type>(|x| if is_plain(&x) { x } else { x.abs() }))
        }
        DataType::List(_) | DataType::FixedSizeList(..) | DataType::Struct(_) => {
            let data = array.to_data();
            let children: Vec<ArrayRef> = data.child_data().iter().cloned().map(make_array).collect();
            let plain: Vec<ArrayRef> = children.iter().cloned().map(unsigned).collect();
            if children.iter().zip(&plain).all(|(before, after)| Arc::ptr_eq(before, after)) {
                return array;
            }
            let children = plain.iter().map(|child| child.to_data()).collect();
            // The children have the types and lengths that they had, so this can't fail.
            data.into_builder().child_data(children).build().map_or(array, make_array)
        }
        _ => array,
    }
}

/// Copies media out of the buffers that they are views of: a view keeps the whole file in memory, and is counted
/// as much by the memory limit.
fn gc_views(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Struct(fields) => {
            let structs = array.as_struct();
            let members = structs.columns().iter().map(gc_views).collect();
            let compacted = StructArray::try_new(fields.clone(), members, structs.nulls().cloned());
            compacted.map_or_else(|_| Arc::clone(array), |s| Arc::new(s) as ArrayRef)
        }
        DataType::BinaryView => Arc::new(array.as_binary_view().gc()),
        _ => Arc::clone(array),
    }
}

fn arrow(what: &str) -> impl FnOnce(arrow::error::ArrowError) -> QueryError + '_ {
    move |source| hub_dataset::Error::Arrow { context: format!("{what} can't be assembled"), source }.into()
}
