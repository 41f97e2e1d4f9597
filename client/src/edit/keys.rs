//! The keys of a data set's rows: a column, or a member of one, by which the rows of a table find theirs.

use hub_dataset::Snapshot;
use hub_dataset::sample::{Value, extract, parse};
use hub_schema::{Feature, Field, Schema};

use super::error::EditError;

/// The name of the key that is a row's permanent id.
const ROW_ID: &str = "_row_id";

/// Rows that are read at a time.
const CHUNK_ROWS: u64 = 65_536;

/// Where the key of a row is.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyPath {
    /// The row's permanent id.
    RowId,
    /// A column, and the places of the members down to the key.
    Column {
        /// The column.
        field: Field,
        /// The place of the member in each struct.
        members: Vec<usize>,
        /// The type of the key.
        feature: Feature,
    },
}

impl KeyPath {
    /// Finds a column (`image.name`), a member of one (`meta.id`), or the row's id (`_row_id`).
    ///
    /// # Errors
    /// [`EditError::NoColumn`], [`EditError::NoKey`].
    pub fn find(schema: &Schema, path: &str) -> Result<Self, EditError> {
        if path == ROW_ID {
            return Ok(Self::RowId);
        }
        let below = |field: &Field| {
            let rest = path.strip_prefix(&field.name)?;
            if rest.is_empty() { Some("") } else { rest.strip_prefix('.') }
        };
        // The longest name counts: a column's own name may hold a dot.
        let longest = schema.fields.iter().filter(|f| below(f).is_some()).max_by_key(|f| f.name.len());
        let field = longest.ok_or_else(|| EditError::no_column(schema, path))?;
        let (mut feature, mut members) = (&field.feature, Vec::new());
        for name in below(field).unwrap_or_default().split('.').filter(|name| !name.is_empty()) {
            let kind = || EditError::NoKey { path: path.to_owned(), kind: field.feature.describe() };
            let Some(Feature::Struct { fields }) = struct_of(feature) else { return Err(kind()) };
            let at = fields.iter().position(|f| f.name == name).ok_or_else(kind)?;
            members.push(at);
            feature = &fields[at].feature;
        }
        match feature {
            Feature::Text
            | Feature::Number { .. }
            | Feature::Bool
            | Feature::Timestamp
            | Feature::ClassLabel { .. } => {
                Ok(Self::Column { field: field.clone(), members, feature: feature.clone() })
            }
            other => Err(EditError::NoKey { path: path.to_owned(), kind: other.describe() }),
        }
    }

    /// The key as a text that is equal where keys are.
    ///
    /// # Errors
    /// The text is no value of the key's type. A class that the column doesn't have is a key without rows.
    pub fn normal(&self, text: &str) -> Result<String, parse::ParseError> {
        let Self::Column { feature, .. } = self else { return Ok(text.trim().to_ascii_lowercase()) };
        match parse::from_text(feature, text) {
            Ok(value) => Ok(parse::to_key(feature, &value).unwrap_or_default()),
            Err(parse::ParseError::NoClass { class, .. }) => Ok(class),
            Err(problem) => Err(problem),
        }
    }
}

fn struct_of(feature: &Feature) -> Option<&Feature> {
    match feature {
        Feature::Struct { .. } => Some(feature),
        other => other.layout(),
    }
}

/// The key of each row, in the order of the positions; `None` where it is null.
///
/// # Errors
/// The data set can't be read.
pub async fn row_keys(snapshot: &Snapshot, path: &KeyPath) -> Result<Vec<Option<String>>, EditError> {
    let index = snapshot.index().await?;
    let KeyPath::Column { field, members, feature } = path else {
        let fragments = index.fragments().iter();
        return Ok(fragments.flat_map(|f| f.live_offsets().map(|o| Some(f.row_id(o).to_string()))).collect());
    };
    let mut keys = Vec::with_capacity(index.rows() as usize);
    for start in (0..index.rows()).step_by(CHUNK_ROWS as usize) {
        let positions: Vec<u64> = (start..index.rows().min(start + CHUNK_ROWS)).collect();
        let batch = snapshot.read_positions(&positions, &[field]).await?;
        let open = |hash, size_bytes| snapshot.blob(hash, size_bytes);
        let values = extract::column(&field.name, &field.feature, batch.column(0), &open);
        let values = values.map_err(|source| hub_dataset::Error::Extract {
            path: snapshot.dataset().store().uri().to_owned(),
            source,
        })?;
        keys.extend(values.iter().map(|value| parse::to_key(feature, member(value, members)?)));
    }
    Ok(keys)
}

fn member<'a>(value: &'a Value, members: &[usize]) -> Option<&'a Value> {
    members.iter().try_fold(value, |value, at| match value {
        Value::Struct(values) => values.get(*at),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_columns_members_and_row_ids() {
        let meta = Feature::structure([("id", Feature::int64()), ("tags", Feature::list(Feature::Text))]);
        let schema = Schema::new([("image", Feature::Image), ("meta", meta)]).unwrap();
        let find = |path: &str| KeyPath::find(&schema, path);
        assert_eq!(find("_row_id").unwrap(), KeyPath::RowId);
        let KeyPath::Column { field, members, .. } = find("image.name").unwrap() else { panic!() };
        assert_eq!((field.name.as_str(), members.len()), ("image.name", 0));
        let path = find("meta.id").unwrap();
        let KeyPath::Column { members, .. } = &path else { panic!() };
        assert_eq!(members, &[0]);
        assert_eq!(path.normal(" 07 ").unwrap(), "7");
        assert!(path.normal("x").is_err());
        let said = |path: &str| find(path).unwrap_err().to_string();
        assert!(said("image").starts_with("rows can't be found by 'image', which is of type image"));
        assert!(said("meta.tags").contains("which is of type list of text"));
        assert!(said("imgae.name").starts_with("no column 'imgae.name'; did you mean image.name"));
    }
}
