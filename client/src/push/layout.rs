//! How a source's values become a fragment's columns: which column each goes to, and how class numbers change.

use hub_dataset::sample::{Column, Value};
use hub_schema::facts::columns_of;
use hub_schema::{Feature, Field, FieldId, Schema};

/// From a sample of the source to a row of the fragment.
#[derive(Clone, Debug)]
pub struct RowLayout {
    /// The columns of a row, in order.
    pub ids: Vec<FieldId>,
    /// Where the value of each column comes from.
    pub cells: Vec<Cell>,
    /// The source's columns, each with the change of its class numbers, if there is one.
    pub columns: Vec<(Column, Option<Relabel>)>,
}

/// Where the value of a column of a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The source's value at this place.
    Given(usize),
    /// A fact of the medium at the first place: the fact at the second.
    Fact(usize, usize),
}

/// How class numbers inside a value change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relabel {
    /// A class label: the new number of each old one.
    Label(Vec<i64>),
    /// Inside the items of a list.
    Items(Box<Relabel>),
    /// Inside the members of a struct.
    Members(Vec<Option<Relabel>>),
}

impl RowLayout {
    /// The layout of a source's columns in `schema`, which holds them all (see [`Schema::union`]).
    pub fn new(schema: &Schema, columns: &[Column]) -> Self {
        let mut cells = Vec::new();
        let mut ids = Vec::new();
        let place = |name: &str| columns.iter().position(|c| c.name == name);
        for field in &schema.fields {
            let cell = match field.fact_of.and_then(|of| schema.by_id(of)) {
                None => place(&field.name).map(Cell::Given),
                // By its name: a data set may lack facts that came later, or hold them in another order.
                Some(of) => columns_of(&of.name, &of.feature)
                    .iter()
                    .position(|(fact, _)| *fact == field.name)
                    .and_then(|fact| Some(Cell::Fact(place(&of.name)?, fact))),
            };
            if let Some(cell) = cell {
                cells.push(cell);
                ids.push(field.id);
            }
        }
        let stored = |c: &Column| schema.find(&c.name).map(|f: &Field| &f.feature);
        let columns =
            columns.iter().map(|c| (c.clone(), stored(c).and_then(|s| Relabel::between(&c.feature, s))));
        Self { ids, cells, columns: columns.collect() }
    }
}

impl Relabel {
    /// The change from the numbers of `from` to those of `to`; `None` if they are the same.
    pub fn between(from: &Feature, to: &Feature) -> Option<Self> {
        match (from, to) {
            (Feature::ClassLabel { names: old, .. }, Feature::ClassLabel { names: new, .. }) => {
                let number = |name: &String| new.iter().position(|n| n == name).map_or(-1, |n| n as i64);
                (!new.starts_with(old)).then(|| Self::Label(old.iter().map(number).collect()))
            }
            (Feature::List { item: from }, Feature::List { item: to }) => {
                Some(Self::Items(Box::new(Self::between(from, to)?)))
            }
            (Feature::Struct { fields: from }, Feature::Struct { fields: to }) => {
                let members: Vec<_> =
                    from.iter().zip(to).map(|(f, t)| Self::between(&f.feature, &t.feature)).collect();
                members.iter().any(Option::is_some).then_some(Self::Members(members))
            }
            _ => None,
        }
    }

    /// Changes the class numbers in a value.
    pub fn apply(&self, value: &mut Value) {
        match (self, value) {
            (Self::Label(numbers), Value::Int(number)) => {
                let new = usize::try_from(*number).ok().and_then(|n| numbers.get(n));
                *number = new.copied().unwrap_or(-1);
            }
            (Self::Items(inner), Value::List(items)) => items.iter_mut().for_each(|v| inner.apply(v)),
            (Self::Members(members), Value::Struct(values)) => {
                for (member, value) in members.iter().zip(values) {
                    if let Some(member) = member {
                        member.apply(value);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_follow_their_medium() {
        let schema = Schema::new([("label", Feature::labels(["a"])), ("image", Feature::Image)]).unwrap();
        let columns = [Column::new("image", Feature::Image), Column::new("label", Feature::labels(["a"]))];
        let layout = RowLayout::new(&schema, &columns);
        assert_eq!(layout.cells[..4], [Cell::Given(1), Cell::Given(0), Cell::Fact(0, 0), Cell::Fact(0, 1)]);
        assert_eq!(layout.ids.len(), schema.fields.len());
    }

    #[test]
    fn facts_are_found_by_name() {
        let mut schema = Schema::new([("image", Feature::Image)]).unwrap();
        schema.fields.retain(|f| f.name != "image.bytes");
        let layout = RowLayout::new(&schema, &[Column::new("image", Feature::Image)]);
        assert_eq!(layout.cells[..3], [Cell::Given(0), Cell::Fact(0, 0), Cell::Fact(0, 2)]);
    }

    #[test]
    fn class_numbers_follow_their_names() {
        let from = Feature::list(Feature::structure([("c", Feature::labels(["bird", "cat"]))]));
        let to = Feature::list(Feature::structure([("c", Feature::labels(["cat", "dog", "bird"]))]));
        let relabel = Relabel::between(&from, &to).unwrap();
        let object = |n| Value::Struct(vec![Value::Int(n)]);
        let mut value = Value::List(vec![object(0), object(1)]);
        relabel.apply(&mut value);
        assert_eq!(value, Value::List(vec![object(2), object(0)]));
        assert_eq!(Relabel::between(&to, &to), None);
    }
}
