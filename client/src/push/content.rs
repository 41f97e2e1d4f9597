//! Identifies the rows of a push by what they hold, so that a repeated push is recognised (`hub push --once`).
//!
//! The sum of the BLAKE3 hashes of all rows, as four 64-bit numbers: neither the rows' order matters, nor how they are
//! dealt into fragments, nor which columns and classes the data set has besides. A row is its split and, sorted by the
//! column's name, the values that the source gave: classes by their names, media by their name and the hash of their
//! bytes. Facts are left out, since another version may probe more of them.

use blake3::Hasher;
use hub_dataset::sample::{MediaBytes, Value};
use hub_schema::{ContentHash, Feature, Field};

/// The sum over some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowsContent([u64; 4]);

impl RowsContent {
    /// The sum as a hash.
    pub fn hash(self) -> ContentHash {
        let mut bytes = [0; 32];
        for (part, lane) in bytes.chunks_exact_mut(8).zip(self.0) {
            part.copy_from_slice(&lane.to_be_bytes());
        }
        ContentHash(bytes)
    }

    /// Adds a row. `fields` are the columns of its values.
    ///
    /// # Errors
    /// A medium can't be read.
    pub fn add(&mut self, split: Option<&str>, fields: &[&Field], row: &[Value]) -> std::io::Result<()> {
        let mut columns: Vec<(&Field, &Value)> =
            fields.iter().copied().zip(row).filter(|(f, _)| f.fact_of.is_none()).collect();
        columns.sort_unstable_by(|a, b| a.0.name.cmp(&b.0.name));
        let mut hasher = Hasher::new();
        text(&mut hasher, split.unwrap_or_default());
        for (field, value) in columns {
            text(&mut hasher, &field.name);
            add_value(&mut hasher, &field.feature, value)?;
        }
        self.merge(Self(lanes(hasher.finalize().as_bytes())));
        Ok(())
    }

    /// Adds other rows.
    pub fn merge(&mut self, other: Self) {
        for (lane, other) in self.0.iter_mut().zip(other.0) {
            *lane = lane.wrapping_add(other);
        }
    }
}

fn lanes(hash: &[u8; 32]) -> [u64; 4] {
    std::array::from_fn(|lane| {
        hash[lane * 8..lane * 8 + 8].iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
    })
}

/// A text with its length, so that neighbours can't run into each other.
fn text(hasher: &mut Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_be_bytes());
    hasher.update(text.as_bytes());
}

fn add_value(hasher: &mut Hasher, feature: &Feature, value: &Value) -> std::io::Result<()> {
    let mut tagged = |tag: u8, bytes: &[u8]| {
        hasher.update(&[tag]);
        hasher.update(&(bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    };
    match (feature, value) {
        (_, Value::Null) => tagged(0, &[]),
        (Feature::ClassLabel { names, .. }, Value::Int(class)) => {
            let name = usize::try_from(*class).ok().and_then(|class| names.get(class));
            tagged(1, name.map(String::as_bytes).unwrap_or_default());
        }
        (_, Value::Bool(bool)) => tagged(2, &[u8::from(*bool)]),
        (_, Value::Int(number)) => tagged(3, &number.to_be_bytes()),
        (_, Value::UInt(number)) => tagged(4, &number.to_be_bytes()),
        (_, Value::Float(number)) => tagged(5, &number.to_bits().to_be_bytes()),
        (_, Value::Text(text)) => tagged(6, text.as_bytes()),
        (_, Value::Bytes(bytes)) => tagged(7, bytes),
        (_, Value::Media(medium)) => {
            tagged(8, medium.name.as_bytes());
            tagged(9, &media_hash(&medium.bytes)?);
        }
        (feature, Value::List(values)) => {
            tagged(10, &(values.len() as u64).to_be_bytes());
            let item = match feature.layout().unwrap_or(feature) {
                Feature::List { item } => item,
                other => other,
            };
            values.iter().try_for_each(|value| add_value(hasher, item, value))?;
        }
        (feature, Value::Struct(values)) => {
            tagged(11, &(values.len() as u64).to_be_bytes());
            let fields = match feature.layout().unwrap_or(feature) {
                Feature::Struct { fields } => fields.as_slice(),
                _ => &[],
            };
            for (i, value) in values.iter().enumerate() {
                add_value(hasher, fields.get(i).map_or(feature, |f| &f.feature), value)?;
            }
        }
    }
    Ok(())
}

fn media_hash(bytes: &MediaBytes) -> std::io::Result<[u8; 32]> {
    if let MediaBytes::Object(object) = bytes
        && let Some(hash) = object.blob()
    {
        return Ok(hash.0);
    }
    Ok(*blake3::hash(&bytes.read_all()?).as_bytes())
}

#[cfg(test)]
mod tests {
    use hub_dataset::sample::Media;
    use hub_schema::Schema;

    use super::*;

    fn content(classes: &[&str], rows: &[(&str, &[u8], i64)]) -> ContentHash {
        let label = Feature::labels(classes.iter().copied());
        let schema = Schema::new([("label", label), ("image", Feature::Image)]).unwrap();
        let fields: Vec<&Field> = schema.given().collect();
        let mut sum = RowsContent::default();
        for (name, bytes, class) in rows {
            let bytes = MediaBytes::Memory(bytes.to_vec().into());
            let media = Value::Media(Media { name: (*name).into(), bytes });
            sum.add(Some("train"), &fields, &[Value::Int(*class), media]).unwrap();
        }
        sum.hash()
    }

    #[test]
    fn the_same_rows_have_the_same_content() {
        let rows = [("a.png", b"x".as_slice(), 0), ("b.png", b"y", 1)];
        let one = content(&["cat", "dog"], &rows);
        assert_eq!(one, content(&["cat", "dog"], &[rows[1], rows[0]]), "in any order");
        assert_eq!(one, content(&["bird", "cat", "dog"], &[("a.png", b"x", 1), ("b.png", b"y", 2)]));
        for other in [
            [rows[0], rows[0]],
            [rows[0], ("b.png", b"y", 0)],
            [rows[0], ("b.png", b"z", 1)],
            [rows[0], ("c.png", b"y", 1)],
        ] {
            assert_ne!(one, content(&["cat", "dog"], &other));
        }
        assert_ne!(one, content(&["cat", "dog"], &rows[..1]));
    }
}
