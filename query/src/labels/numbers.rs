//! Class numbers in place of class names: the expression that computes them, where the table's column is at hand.

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
        Expr::Column(column) => schema.iter().find_map(|(table, field)| {
            if table != column.relation.as_ref() {
                return None;
            }
            let feature = numbers_feature_of(field, &column.name)?;
            Some((Expr::Column(Column::from((table, field))), feature))
        }),
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
