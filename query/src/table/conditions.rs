//! The conditions of a scan, and what they ask of labels.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::physical_expr::PhysicalExpr;
use hub_dataset::LabelColumn;
use hub_schema::Schema;
use hub_wordnet::SynsetId;

use super::columns::{Columns, Origin};
use super::convert::translation;
use crate::functions::label_in::LabelIn;
use crate::functions::member::path_of;
use crate::labels::Classes;

/// One of the conditions that a row must meet.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As a person may read it.
    pub text: String,
    /// The condition, over the columns below in their order.
    pub expr: Arc<dyn PhysicalExpr>,
    /// The table's columns that it looks at.
    pub columns: Vec<usize>,
    /// Whether one of them lies among the media.
    pub bulky: bool,
    /// What it asks of a label, if that is all it asks.
    pub label: Option<LabelSet>,
}

/// A label, or one of a row's labels, is one of some classes.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSet {
    /// The column's name and the members down to the label.
    pub path: Vec<String>,
    /// The classes, as the table numbers them.
    pub numbers: BTreeSet<i64>,
}

impl Condition {
    /// The condition of an expression.
    pub fn new(expr: &Expr, columns: &Columns, state: &dyn Session) -> Result<Self> {
        let mut used: Vec<usize> = Vec::new();
        for column in expr.column_refs() {
            used.push(columns.schema.index_of(&column.name)?);
        }
        used.sort_unstable();
        used.dedup();
        let schema = DFSchema::try_from(columns.schema.project(&used)?)?;
        let bulky = used.iter().any(|i| columns.columns[*i].feature.as_ref().is_some_and(|f| f.is_bulky()));
        Ok(Self {
            text: crate::write::cut(&expr.to_string(), 200),
            expr: state.create_physical_expr(expr.clone(), &schema)?,
            columns: used,
            bulky,
            label: label_set(expr),
        })
    }
}

/// What an expression asks of a label, if that is all it asks.
pub fn label_set(expr: &Expr) -> Option<LabelSet> {
    let number = |expr: &Expr| match expr {
        Expr::Literal(ScalarValue::Int64(number), _) => *number,
        _ => None,
    };
    match expr {
        Expr::InList(InList { expr, list, negated: false }) => {
            let numbers = list.iter().map(number).collect::<Option<_>>()?;
            Some(LabelSet { path: path_of(expr)?, numbers })
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => {
            let (of, number) = match (number(left), number(right)) {
                (None, Some(number)) => (left, number),
                (Some(number), None) => (right, number),
                _ => return None,
            };
            Some(LabelSet { path: path_of(of)?, numbers: BTreeSet::from([number]) })
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            let (mut one, other) = (label_set(left)?, label_set(right)?);
            one.numbers.extend(other.numbers);
            (one.path == other.path).then_some(one)
        }
        Expr::ScalarFunction(call) => {
            let function = call.func.inner().downcast_ref::<LabelIn>()?;
            Some(LabelSet {
                path: path_of(call.args.first()?)?,
                numbers: function.numbers().as_ref().clone(),
            })
        }
        _ => None,
    }
}

impl LabelSet {
    /// The classes as one data set numbers them. `None` where it has no such column, or it is no plain label.
    pub fn of_member(&self, columns: &Columns, member: usize) -> Option<BTreeSet<i64>> {
        let [name] = self.path.as_slice() else { return None };
        let column = columns.columns.iter().find(|c| c.name == *name)?;
        let Origin::Column(field) = column.origins.get(member)? else { return None };
        let to = column.feature.as_ref()?;
        if field.feature == *to {
            return Some(self.numbers.clone());
        }
        Classes::of_feature(&field.feature).filter(|c| !c.many)?;
        let numbers = translation(&field.feature, to).into_iter().zip(0_i64..);
        Some(numbers.filter(|(table, _)| self.numbers.contains(table)).map(|(_, own)| own).collect())
    }

    /// The synsets to ask an index of a data set for, where they say exactly what the classes say: no class of
    /// the set is without one, and none outside it shares one.
    pub fn synsets(
        &self,
        columns: &Columns,
        member: usize,
        schema: &Schema,
    ) -> Option<(LabelColumn, Vec<String>)> {
        let column = columns.columns.iter().find(|c| c.name == self.path[0])?;
        // A column that the table leaves out is null, whatever the index knows of it.
        let Origin::Column(_) = column.origins.get(member)? else { return None };
        let own = LabelColumn::all(schema).into_iter().find(|l| l.path == self.path)?;
        let table = Classes::of_feature(&self.table_feature(column.feature.as_ref()?)?)?;
        let mut synsets: BTreeSet<String> = BTreeSet::new();
        let mut others: BTreeSet<String> = BTreeSet::new();
        let wanted: BTreeSet<(&str, &Option<String>)> = self
            .numbers
            .iter()
            .filter_map(|n| {
                let at = usize::try_from(*n).ok()?;
                Some((table.names.get(at)?.as_str(), table.synsets.get(at)?))
            })
            .collect();
        for (name, synset) in own.names.iter().zip(&own.synsets) {
            let is_wanted = wanted.contains(&(name.as_str(), synset));
            match (synset, is_wanted) {
                (Some(id), true) => synsets.insert(normal(id)?),
                (None, true) => return None,
                (Some(id), false) => normal(id).is_some_and(|id| others.insert(id)),
                (None, false) => false,
            };
        }
        synsets.is_disjoint(&others).then(|| (own, synsets.into_iter().collect()))
    }

    /// The feature of the label that the path leads to.
    fn table_feature(&self, column: &hub_schema::Feature) -> Option<hub_schema::Feature> {
        self.path[1..].iter().try_fold(column.clone(), |f, m| crate::sql::names::member_of(&f, m))
    }
}

fn normal(id: &str) -> Option<String> {
    id.parse::<SynsetId>().ok().map(|id| id.to_string())
}
