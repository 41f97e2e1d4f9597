//! The way to a column, or to a member of one: `label`, `image.width`, `objects.category`, `objects.box.height`.
//!
//! Lists on the way are passed through: the category of a list of objects is a list of categories, so a row then has any
//! number of values. What is found in a row group is a [`Leaf`]: the values one after the other, and where each row's
//! begin.

use arrow::array::{Array, ArrayRef, AsArray};
use hub_schema::{Feature, Field, Schema, SchemaError};

/// A column, or a member of one.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnPath {
    /// The column.
    pub field: Field,
    /// The type of the values at the end.
    pub feature: Feature,
    /// Whether a row has a list of them.
    pub many: bool,
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Items,
    Member(usize),
}

/// The values at the end of a path, in some rows.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The values, row after row.
    pub values: ArrayRef,
    /// Where each row's values begin, and where the last row's end; `None` where each row has one.
    pub starts: Option<Vec<u32>>,
}

impl ColumnPath {
    /// Finds a column, or a member of one.
    ///
    /// # Errors
    /// [`SchemaError::NoColumn`].
    pub fn find(schema: &Schema, path: &str) -> Result<Self, SchemaError> {
        let missing = || SchemaError::NoColumn { name: path.to_owned(), known: schema.names() };
        let below = |field: &Field| {
            let rest = path.strip_prefix(&field.name)?;
            if rest.is_empty() { Some("") } else { rest.strip_prefix('.') }
        };
        // The longest name counts: a column's own name may hold a dot.
        let longest = schema.fields.iter().filter(|f| below(f).is_some()).max_by_key(|f| f.name.len());
        let field = longest.ok_or_else(missing)?;
        let (mut feature, mut steps, mut many) = (&field.feature, Vec::new(), false);
        for name in below(field).unwrap_or_default().split('.').filter(|name| !name.is_empty()) {
            let fields = loop {
                match feature {
                    Feature::Struct { fields } => break fields,
                    Feature::List { item } => {
                        steps.push(Step::Items);
                        many = true;
                        feature = item;
                    }
                    other => feature = other.layout().ok_or_else(missing)?,
                }
            };
            let at = fields.iter().position(|f| f.name == name).ok_or_else(missing)?;
            steps.push(Step::Member(at));
            feature = &fields[at].feature;
        }
        // A list of labels is the labels of its items.
        if let Feature::List { item } = feature
            && matches!(**item, Feature::ClassLabel { .. })
        {
            steps.push(Step::Items);
            many = true;
            feature = item;
        }
        Ok(Self { field: field.clone(), feature: feature.clone(), many, steps })
    }

    /// The values at the end of the path, where `column` is the field's; `None` if it isn't of the field's type.
    pub fn leaf(&self, column: &ArrayRef) -> Option<Leaf> {
        let mut values = ArrayRef::clone(column);
        let mut starts: Option<Vec<u32>> = None;
        for step in &self.steps {
            values = match step {
                Step::Member(at) => ArrayRef::clone(values.as_struct_opt()?.columns().get(*at)?),
                Step::Items => {
                    let lists = values.as_list_opt::<i32>()?;
                    let offsets = lists.value_offsets();
                    let (first, last) = (*offsets.first()?, *offsets.last()?);
                    let into = |offset: i32| (offset - first) as u32;
                    starts = Some(match starts {
                        None => offsets.iter().map(|offset| into(*offset)).collect(),
                        Some(outer) => outer.iter().map(|at| into(offsets[*at as usize])).collect(),
                    });
                    lists.values().slice(first as usize, (last - first) as usize)
                }
            };
        }
        Some(Leaf { values, starts })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, ListArray, StructArray};
    use arrow::buffer::OffsetBuffer;
    use arrow::datatypes::{DataType, Field as ArrowField, Int64Type};

    use super::*;

    #[test]
    fn paths_lead_through_lists_and_layouts() {
        let objects = Feature::list(Feature::structure([
            ("box", Feature::Bbox),
            ("category", Feature::labels(["car", "bus"])),
        ]));
        let schema = Schema::new([
            ("image", Feature::Image),
            ("objects", objects),
            ("tags", Feature::list(Feature::labels(["a"]))),
            ("sizes", Feature::list(Feature::int64())),
        ])
        .unwrap();
        let found = |path: &str| {
            let found = ColumnPath::find(&schema, path).unwrap();
            (found.feature.describe(), found.many)
        };
        assert_eq!(found("image.width"), ("int32".to_owned(), false));
        assert_eq!(found("objects.category"), ("class label of 2".to_owned(), true));
        assert_eq!(found("objects.box.height"), ("float64".to_owned(), true));
        assert_eq!(found("tags"), ("class label of 1".to_owned(), true));
        assert_eq!(found("sizes"), ("list of int64".to_owned(), false));
        for wrong in ["imag", "image.size", "objects.", "objects.x", "sizes.x", ""] {
            let found = ColumnPath::find(&schema, wrong);
            assert!(wrong == "objects." || found.is_err(), "{wrong}: {found:?}");
        }
    }

    #[test]
    fn each_row_knows_where_its_values_begin() {
        let schema = Schema::new([(
            "objects",
            Feature::list(Feature::structure([("category", Feature::labels(["car", "bus"]))])),
        )])
        .unwrap();
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![7, 0, 1, 1]));
        let member = Arc::new(ArrowField::new("category", DataType::Int64, true));
        let items = StructArray::new(vec![member].into(), vec![numbers], None);
        let item = Arc::new(ArrowField::new("item", items.data_type().clone(), true));
        let lists = ListArray::new(item, OffsetBuffer::from_lengths([1, 2, 0, 1]), Arc::new(items), None);
        let path = ColumnPath::find(&schema, "objects.category").unwrap();
        // A slice begins behind the first row's values.
        let sliced: ArrayRef = Arc::new(lists.slice(1, 3));
        let leaf = path.leaf(&sliced).unwrap();
        assert_eq!(leaf.starts, Some(vec![0, 2, 2, 3]));
        assert_eq!(leaf.values.as_primitive::<Int64Type>().values().to_vec(), [0, 1, 1]);
    }
}
