//! Types that a query may cast to: a value's size must not be a number in the query.

use arrow::datatypes::DataType;

use crate::error::QueryError;

/// The most values of a list of a fixed size, and bytes of a binary of a fixed size, nested ones multiplied.
const MAX_FIXED_SIZE: usize = 1024;

/// How deep a type may nest.
const MAX_DEPTH: usize = 16;

/// Checks a type that a query casts to.
///
/// # Errors
/// [`QueryError::Refused`].
pub fn check(of: &DataType) -> Result<(), QueryError> {
    check_below(of, 0, 1)
}

fn check_below(of: &DataType, depth: usize, times: usize) -> Result<(), QueryError> {
    let refused = |why| Err(QueryError::Refused { what: format!("a cast to {}", kind(of)), why });
    if depth > MAX_DEPTH {
        return refused("a type nests at most 16 levels deep");
    }
    match of {
        DataType::FixedSizeList(item, size) => {
            let times = times.saturating_mul(usize::try_from(*size).unwrap_or(usize::MAX).max(1));
            if times > MAX_FIXED_SIZE {
                return refused(
                    "a list of a fixed size has at most 1024 values; cast to a list, such as List(Int64)",
                );
            }
            check_below(item.data_type(), depth + 1, times)
        }
        DataType::FixedSizeBinary(size) => {
            if times.saturating_mul(usize::try_from(*size).unwrap_or(usize::MAX)) > MAX_FIXED_SIZE {
                return refused("a binary of a fixed size has at most 1024 bytes; cast to Binary");
            }
            Ok(())
        }
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::Map(item, _) => check_below(item.data_type(), depth + 1, times),
        DataType::Struct(members) => {
            let mut members = members.iter();
            members.try_for_each(|member| check_below(member.data_type(), depth + 1, times))
        }
        DataType::Dictionary(keys, values) => {
            check_below(keys, depth + 1, times)?;
            check_below(values, depth + 1, times)
        }
        DataType::Union(..) | DataType::RunEndEncoded(..) => {
            refused("queries have no values of this type; cast to a list, a struct or a plain type")
        }
        _ => Ok(()),
    }
}

/// Checks a type in the notation of `arrow_cast`. A text that is no type is left to `arrow_cast`.
///
/// # Errors
/// [`QueryError::Refused`].
pub fn check_text(text: &str) -> Result<(), QueryError> {
    // Before it is parsed, by recursion.
    if text.matches('(').count() > 4 * MAX_DEPTH {
        let why = "a type nests at most 16 levels deep";
        return Err(QueryError::Refused { what: "a cast to this type".to_owned(), why });
    }
    text.parse::<DataType>().map_or(Ok(()), |of| check(&of))
}

/// The name of a type without what it consists of, which may be long.
fn kind(of: &DataType) -> String {
    let shown = of.to_string();
    match of {
        DataType::FixedSizeList(_, size) => format!("FixedSizeList of {size}"),
        _ => {
            shown.split('(').next().unwrap_or_default().to_owned()
                + &match of {
                    DataType::FixedSizeBinary(size) => format!("({size})"),
                    _ => String::new(),
                }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_depths_are_limited() {
        for plain in [
            "Int64",
            "Utf8View",
            "List(Int64)",
            "Timestamp(Microsecond, None)",
            "Decimal128(38, 2)",
            "no type",
        ] {
            check_text(plain).unwrap();
        }
        check_text("FixedSizeList(768, Float32)").unwrap();
        let nested = "FixedSizeList(1000, FixedSizeList(1000, Int8))";
        let deep = format!("{}Int8{}", "List(".repeat(20), ")".repeat(20));
        let deeper = format!("{}Int8{}", "List(".repeat(5000), ")".repeat(5000));
        for wide in ["FixedSizeList(100000000, Int64)", "FixedSizeBinary(2000000000)", nested, &deep, &deeper]
        {
            let said = check_text(wide).unwrap_err().to_string();
            assert!(said.contains("a cast to"), "{said}");
            assert!(said.len() < 200, "{said}");
        }
    }
}
