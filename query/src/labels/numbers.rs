//! Class numbers in place of class names: the expression that computes them, where the table's column is at hand.

use arrow::datatypes::Field;
use datafusion::common::{Column, DFSchema};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::ScalarFunction;
use hub_schema::Feature;

use super::classes::numbers_feature_of;
use crate::functions::member::{Member, member_name};
use crate::members::member_of;

/// The expression that gives class numbers where this one gives class names, and the feature of its values. `None`
/// where it isn't a column of the table, a member or an item of one, or where the schema lacks the numbers.
pub fn of(expr: &Expr, schema: &DFSchema) -> Option<(Expr, Feature)> {
    match expr {
        Expr::Column(column) => {
            let is_same_table = |c: &Column| c.relation == column.relation;
            let numbers = |field: &Field| {
                let feature = numbers_feature_of(field)?;
                field.name().strip_prefix(column.name.as_str())?.strip_prefix(SUFFIX)?;
                Some(feature)
            };
            let mut fields = schema.iter().map(|(table, field)| (Column::from((table, field)), field));
            fields.find_map(|(c, field)| {
                let feature = numbers(field).filter(|_| is_same_table(&c))?;
                Some((Expr::Column(c), feature))
            })
        }
        Expr::Alias(alias) => of(&alias.expr, schema),
        Expr::ScalarFunction(call) => {
            let [inner, argument] = call.args.as_slice() else { return None };
            let (inner, feature) = of(inner, schema)?;
            let feature = if call.func.inner().is::<Member>() {
                member_of(&feature, member_name(argument)?)?
            } else {
                match feature {
                    Feature::List { item } if call.func.name() == "array_element" => *item,
                    _ => return None,
                }
            };
            let call = ScalarFunction::new_udf(call.func.clone(), vec![inner, argument.clone()]);
            Some((Expr::ScalarFunction(call), feature))
        }
        _ => None,
    }
}

/// Behind the name of the column with class names, in that of the column with class numbers.
pub const SUFFIX: &str = " (class numbers)";
