//! The SQL condition of a list's filters.

use std::collections::BTreeSet;

use super::list_state::{ListState, Range};

impl ListState {
    /// The split, where there is one; several are part of the condition.
    pub fn split(&self) -> Option<&str> {
        self.splits.first().filter(|_| self.splits.len() == 1).map(String::as_str)
    }

    /// The condition of all filters but one split, as after `WHERE`; `None` if there is none.
    pub fn condition(&self) -> Option<String> {
        let mut parts = Vec::new();
        if !self.filter.is_empty() {
            parts.push(format!("({})", self.filter));
        }
        if self.splits.len() > 1 {
            parts.push(format!("split IN ({})", texts(&self.splits)));
        }
        let names = [
            self.values.keys().collect::<BTreeSet<_>>(),
            self.ranges.keys().collect(),
            self.concepts.keys().collect(),
            self.lengths.keys().collect(),
            self.times.keys().collect(),
            self.nulls.keys().collect(),
        ];
        let names: BTreeSet<&String> = names.into_iter().flatten().collect();
        parts.extend(names.into_iter().filter_map(|column| self.of_column(column)));
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    /// The condition of a column.
    fn of_column(&self, column: &str) -> Option<String> {
        let named = name(column);
        let wanted = self.nulls.get(column);
        let mut any: Vec<String> = Vec::new();
        if let Some(values) = self.values.get(column) {
            any.push(format!("{named} IN ({})", texts(values)));
        }
        let concepts = self.concepts.get(column).into_iter().flatten();
        any.extend(concepts.map(|concept| format!("isa({named}, {})", text(concept))));
        let bounds = [
            self.ranges.get(column).map(|range| between(&named, range)),
            self.lengths.get(column).map(|range| between(&format!("cardinality({named})"), range)),
            self.times.get(column).map(|(from, to)| {
                let ends = [(">=", from), ("<=", to)].into_iter().filter(|(_, end)| !end.is_empty());
                let ends = ends.map(|(sign, end)| format!("{named} {sign} {}", text(end)));
                ends.collect::<Vec<_>>().join(" AND ")
            }),
        ];
        let bounds: Vec<String> = bounds.into_iter().flatten().filter(|bounds| !bounds.is_empty()).collect();
        if !bounds.is_empty() {
            any.push(bounds.join(" AND "));
        }
        if wanted == Some(&true) {
            any.push(format!("{named} IS NULL"));
        }
        let any = match any.len() {
            0 => None,
            1 => any.pop(),
            _ => Some(format!("({})", any.join(" OR "))),
        };
        match (any, wanted) {
            (any, Some(false)) => {
                let has_value = format!("{named} IS NOT NULL");
                Some(any.map_or_else(|| has_value.clone(), |any| format!("{any} AND {has_value}")))
            }
            (any, _) => any,
        }
    }
}

/// The condition that a value is within a range; empty where both ends are open.
fn between(value: &str, (from, to): &Range) -> String {
    let ends = [(">=", from), ("<=", to)];
    let ends = ends.iter().filter_map(|(sign, end)| Some(format!("{value} {sign} {}", (**end)?)));
    ends.collect::<Vec<_>>().join(" AND ")
}

/// Texts in SQL, separated by commas.
fn texts(values: &[String]) -> String {
    values.iter().map(|value| text(value)).collect::<Vec<_>>().join(", ")
}

/// A text in SQL.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// The name of a column in SQL: as it is if it needs no quotes.
fn name(column: &str) -> String {
    let is_plain = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if column.split('.').all(is_plain) {
        column.to_owned()
    } else {
        format!("\"{}\"", column.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        assert_eq!(
            [name("image.width"), name("My \"x\""), name("Label")],
            ["image.width".to_owned(), "\"My \"\"x\"\"\"".to_owned(), "\"Label\"".to_owned()]
        );
    }
}
