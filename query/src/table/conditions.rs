//! The conditions of a scan.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::PhysicalExpr;

use super::by_class::by_class;
use super::columns::Columns;
use super::label_set::{LabelSet, label_set};
use crate::text::cut;

/// One of the conditions that a row must meet.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The condition for messages and `EXPLAIN`, cut to 200 characters.
    pub text: String,
    /// The condition, over `columns` in their order.
    pub expr: Arc<dyn PhysicalExpr>,
    /// The indexes of the table's columns that it reads.
    pub columns: Vec<usize>,
    /// Whether one of them is bulky: media or a tensor.
    pub bulky: bool,
    /// The classes of a label that it allows, if it only compares one label with classes.
    pub label: Option<LabelSet>,
}

impl Condition {
    /// The condition of an expression.
    pub fn new(expr: &Expr, columns: &Columns, state: &dyn Session) -> Result<Self> {
        let text = cut(&expr.to_string(), 200);
        let expr = &by_class(expr.clone(), columns, state)?;
        let mut used: Vec<usize> = Vec::new();
        for column in expr.column_refs() {
            used.push(columns.schema.index_of(&column.name)?);
        }
        used.sort_unstable();
        used.dedup();
        let schema = DFSchema::try_from(columns.schema.project(&used)?)?;
        let bulky = used.iter().any(|i| columns.columns[*i].feature.as_ref().is_some_and(|f| f.is_bulky()));
        Ok(Self {
            text,
            expr: state.create_physical_expr(expr.clone(), &schema)?,
            columns: used,
            bulky,
            label: label_set(expr).map(|mut label| {
                label.path[0] = columns.shown_name(&label.path[0]).to_owned();
                label
            }),
        })
    }
}
