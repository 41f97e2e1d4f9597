//! What rows are ordered by.

use hub_schema::{Feature, Schema};

use crate::error::{Error, Result};
use crate::read::ColumnPath;

/// What precedes the seed of a random order.
const RANDOM: &str = "random";

/// What rows are ordered by.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "one a request")]
pub enum OrderBy {
    /// The values of a column, or of a member of one: numbers and times by value, texts and class labels by their
    /// characters, lists by length.
    Column {
        /// Its values are compared.
        path: ColumnPath,
        /// Whether the greatest comes first.
        descending: bool,
    },
    /// No order that means anything, but the same for each seed.
    Random {
        /// The same seed gives the same order.
        seed: u64,
    },
}

impl OrderBy {
    /// Parses `score`, `-score` (the greatest first), `image.width` or `random:7`.
    ///
    /// # Errors
    /// There is no such column, or rows can't be ordered by it ([`Error::NotOrdered`]).
    pub fn parse(schema: &Schema, text: &str) -> Result<Self> {
        if let Some(seed) = text.strip_prefix(RANDOM)
            && schema.find(text).is_none()
        {
            match seed.strip_prefix(':').map(str::parse) {
                Some(Ok(seed)) => return Ok(Self::Random { seed }),
                None if seed.is_empty() => return Ok(Self::Random { seed: 0 }),
                _ => {}
            }
        }
        let (name, descending) = match text.strip_prefix('-').filter(|_| schema.find(text).is_none()) {
            Some(name) => (name, true),
            None => (text, false),
        };
        let path = ColumnPath::find(schema, name)?;
        if path.many || !is_ordered(&path.feature) {
            let kind = if path.many { "list of several values" } else { "" };
            let kind = if kind.is_empty() { path.feature.describe() } else { kind.to_owned() };
            return Err(Error::NotOrdered { column: name.to_owned(), kind, example: example(schema) });
        }
        Ok(Self::Column { path, descending })
    }
}

const fn is_ordered(feature: &Feature) -> bool {
    matches!(
        feature,
        Feature::Number { .. }
            | Feature::Bool
            | Feature::Timestamp
            | Feature::Text
            | Feature::ClassLabel { .. }
            | Feature::List { .. }
    )
}

fn example(schema: &Schema) -> String {
    let found = schema.fields.iter().find(|field| is_ordered(&field.feature));
    found.map_or_else(|| "random:1".to_owned(), |field| field.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_parsed() {
        let schema = Schema::new([
            ("image", Feature::Image),
            ("n", Feature::int64()),
            ("-n", Feature::int64()),
            ("tags", Feature::list(Feature::labels(["a"]))),
        ])
        .unwrap();
        let parse = |text: &str| OrderBy::parse(&schema, text);
        let column = |text: &str| match parse(text).unwrap() {
            OrderBy::Column { path, descending } => (path.field.name, descending),
            OrderBy::Random { .. } => panic!("{text}"),
        };
        assert_eq!(column("n"), ("n".to_owned(), false));
        // A column may have such a name.
        assert_eq!(column("-n"), ("-n".to_owned(), false));
        assert_eq!(column("--n"), ("-n".to_owned(), true));
        assert_eq!(column("-image.width"), ("image.width".to_owned(), true));
        assert_eq!(parse("random:7").unwrap(), OrderBy::Random { seed: 7 });
        assert_eq!(parse("random").unwrap(), OrderBy::Random { seed: 0 });
        assert!(matches!(parse("random:x"), Err(Error::Schema(_))));
        let said = parse("image").unwrap_err().to_string();
        assert!(said.starts_with("rows can't be ordered by 'image', which is of type image;"), "{said}");
        assert!(said.ends_with("such as image.bytes") || said.ends_with("such as image.name"), "{said}");
        assert!(matches!(parse("tags"), Err(Error::NotOrdered { .. })));
    }
}
