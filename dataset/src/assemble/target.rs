//! The columns of the assembled file, and their Parquet leaves.

use std::ops::Range;
use std::sync::Arc;

use hub_schema::Field;
use hub_schema::arrow_types::{Form, stored_schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::schema::types::{ColumnDescriptor, SchemaDescPtr, SchemaDescriptor};

use crate::error::{Error, Result};

/// The columns of the assembled file.
#[derive(Clone, Debug)]
pub struct Target {
    /// The columns of the revision, in order.
    pub fields: Vec<Field>,
    /// The Parquet schema of those columns.
    pub schema: SchemaDescPtr,
    leaves: Vec<Range<usize>>,
}

impl Target {
    /// A file of these columns.
    pub fn new(fields: &[&Field]) -> Result<Self> {
        let schema = stored_schema(fields.iter().copied(), Form::Declared);
        let schema = ArrowSchemaConverter::new().convert(&schema).map_err(Error::parquet("a new file"))?;
        let leaves = leaves(&schema);
        Ok(Self { fields: fields.iter().map(|f| (*f).clone()).collect(), schema: Arc::new(schema), leaves })
    }

    /// The leaves of a column.
    pub fn leaves(&self, column: usize) -> Range<usize> {
        self.leaves.get(column).cloned().unwrap_or_default()
    }
}

/// The leaves of each root.
pub fn leaves(schema: &SchemaDescriptor) -> Vec<Range<usize>> {
    let mut leaves = vec![0..0; schema.root_schema().get_fields().len()];
    for leaf in 0..schema.num_columns() {
        let of_root = &mut leaves[schema.get_column_root_idx(leaf)];
        if of_root.end == 0 {
            of_root.start = leaf;
        }
        of_root.end = leaf + 1;
    }
    leaves
}

/// Do the bytes of one leaf mean the same under the other?
pub fn same_bytes(a: &ColumnDescriptor, b: &ColumnDescriptor) -> bool {
    let kind = |d: &ColumnDescriptor| (d.physical_type(), d.max_def_level(), d.max_rep_level());
    // A length that a leaf doesn't have is 0 or -1, by where the schema comes from.
    let length = |d: &ColumnDescriptor| d.type_length().max(0);
    kind(a) == kind(b) && length(a) == length(b)
}
