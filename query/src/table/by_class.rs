//! Conditions on the name of a class, as conditions on its number.
//!
//! `label = 'dog'`, `label LIKE 'd%'`, `upper(label) IN ('CAT', NULL)`: whatever a condition computes from one label
//! alone, it is true for some classes and not for the others. So it is evaluated once for each class, and becomes
//! `number IN (…)`: the names are not looked up row by row, statistics rule out row groups, and a label index can
//! answer it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Schema;
use datafusion::catalog::Session;
use datafusion::common::{Column as ColumnName, DFSchema, Result};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, binary_expr, col, lit};
use hub_schema::Feature;

use super::columns::{Columns, Labels};
use crate::labels::classes::NO_CLASS;

/// The same condition, with class numbers for class names where that is possible. Rows for which a condition is null
/// are left out like those for which it is false, so the two are not told apart.
pub fn by_class(expr: Expr, columns: &Columns, state: &dyn Session) -> Result<Expr> {
    match expr {
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
            let (left, right) = (by_class(*left, columns, state)?, by_class(*right, columns, state)?);
            Ok(binary_expr(left, op, right))
        }
        other => Ok(numbers_that_meet(&other, columns, state)?.unwrap_or(other)),
    }
}

/// The condition on the class number; `None` where the expression doesn't depend on one label alone.
fn numbers_that_meet(expr: &Expr, columns: &Columns, state: &dyn Session) -> Result<Option<Expr>> {
    let used = expr.column_refs();
    let mut used = used.iter();
    let (Some(label), None) = (used.next(), used.next()) else { return Ok(None) };
    let at = columns.schema.index_of(&label.name)?;
    let column = &columns.columns[at];
    let (Some(Feature::ClassLabel { .. }), Labels::Names { numbers, names }) =
        (&column.feature, &column.labels)
    else {
        return Ok(None);
    };
    let numbers = &columns.columns[*numbers].name;
    // One row for each class, and one for null.
    let classes = columns.schema.field(at);
    let count = names.classes();
    let rows: Int64Array = (0..count).map(Some).chain([None]).collect();
    let rows = names.show(&(Arc::new(rows) as ArrayRef))?;
    let schema = Arc::new(Schema::new(vec![classes.clone()]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![rows])?;
    let compiled = state.create_physical_expr(expr.clone(), &DFSchema::try_from(schema)?)?;
    // Some class may cause an error (`CAST(label AS INT)`) though no row has it.
    let Ok(answer) = compiled.evaluate(&batch).and_then(|a| a.into_array(batch.num_rows())) else {
        return Ok(None);
    };
    let Some(answer) = answer.as_boolean_opt() else { return Ok(None) };
    let is_true = |row: usize| answer.is_valid(row) && answer.value(row);
    let (met, not_met): (Vec<i64>, Vec<i64>) = (0..count).partition(|class| is_true(*class as usize));
    let number = || col(ColumnName::new_unqualified(numbers));
    let is_class = || number().gt_eq(lit(0_i64)).and(number().lt(lit(count)));
    let list = |classes: Vec<i64>| classes.into_iter().map(lit).collect::<Vec<_>>();
    let met = match (met.len(), not_met.len()) {
        (0, _) => number().in_list(vec![lit(NO_CLASS)], false),
        (_, 0) => is_class(),
        (met, others) if met > others => is_class().and(number().in_list(list(not_met), true)),
        _ => number().in_list(list(met), false),
    };
    Ok(Some(if is_true(count as usize) {
        // A number that is no class has no name either.
        met.or(number().is_null()).or(number().lt(lit(0_i64))).or(number().gt_eq(lit(count)))
    } else {
        met
    }))
}
