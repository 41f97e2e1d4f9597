//! Finds for the rows of a table those of the data set with the same key.

use std::collections::HashMap;

use super::error::EditError;
use super::keys::KeyPath;

/// The key of a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableKey {
    /// The row, for messages: file and line.
    pub place: String,
    /// The key as the table has it; `None` if it is empty.
    pub key: Option<String>,
}

/// Which rows of a data set and a table have the same key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The position of each row that has a partner, and the partner's place among the table's rows.
    pub partners: Vec<(u64, usize)>,
    /// The positions of the rows without a partner.
    pub without: Vec<u64>,
    /// The places of the table's rows that no row of the data set has as its partner.
    pub unused: Vec<usize>,
}

/// Joins by keys. Several rows of the data set may have one key, and so one partner; those of the table have one each.
///
/// # Errors
/// [`EditError::EmptyKey`], [`EditError::BadKey`], [`EditError::TwiceInTable`].
pub fn join(
    path: &KeyPath,
    rows: &[Option<String>],
    column: &str,
    table: &[TableKey],
) -> Result<Joined, EditError> {
    let mut by_key: HashMap<String, usize> = HashMap::with_capacity(table.len());
    for (at, row) in table.iter().enumerate() {
        let (place, column) = (row.place.clone(), column.to_owned());
        let Some(key) = &row.key else { return Err(EditError::EmptyKey { place, column }) };
        let normal = match path.normal(key) {
            Ok(normal) => normal,
            Err(problem) => return Err(EditError::BadKey { place, column, problem }),
        };
        if let Some(first) = by_key.insert(normal, at) {
            let first = table[first].place.clone();
            return Err(EditError::TwiceInTable { place, first, key: key.clone() });
        }
    }
    let mut joined = Joined::default();
    let mut used = vec![false; table.len()];
    for (position, key) in rows.iter().enumerate() {
        match key.as_ref().and_then(|key| by_key.get(key)) {
            Some(at) => {
                used[*at] = true;
                joined.partners.push((position as u64, *at));
            }
            None => joined.without.push(position as u64),
        }
    }
    joined.unused = (0..table.len()).filter(|at| !used[*at]).collect();
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use hub_schema::{Feature, Schema};

    use super::*;

    fn table(keys: &[&str]) -> Vec<TableKey> {
        let row = |(i, key): (usize, &&str)| TableKey {
            place: format!("t.csv:{}", i + 2),
            key: (!key.is_empty()).then(|| (*key).to_owned()),
        };
        keys.iter().enumerate().map(row).collect()
    }

    #[test]
    fn rows_find_their_partners() {
        let schema = Schema::new([("n", Feature::int64())]).unwrap();
        let path = KeyPath::find(&schema, "n").unwrap();
        let rows = [Some("1".to_owned()), None, Some("3".to_owned()), Some("1".to_owned())];
        let joined = join(&path, &rows, "id", &table(&["5", "01"])).unwrap();
        let wanted = Joined { partners: vec![(0, 1), (3, 1)], without: vec![1, 2], unused: vec![0] };
        assert_eq!(joined, wanted);
        let said = |keys: &[&str]| join(&path, &rows, "id", &table(keys)).unwrap_err().to_string();
        assert_eq!(
            said(&["1", "2", "1"]),
            "t.csv:4: the key '1' is that of t.csv:2 too; a key may stand in one row only"
        );
        assert_eq!(said(&["1", ""]), "t.csv:3: the key column 'id' is empty");
        assert!(said(&["x"]).starts_with("t.csv:2: key column 'id': expected int64"));
    }
}
