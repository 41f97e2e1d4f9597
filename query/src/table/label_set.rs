//! The classes that a condition allows for a label, and the synsets to look up in a label index for them.

use std::collections::BTreeSet;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use hub_dataset::LabelColumn;
use hub_schema::{Feature, Schema};
use hub_wordnet::SynsetId;

use super::columns::{Columns, Origin};
use crate::functions::label_in::LabelIn;
use crate::functions::member::path_of;
use crate::labels::classes::Classes;
use crate::members::member_of;

/// The condition that a label, or at least one of a row's labels, is one of some classes.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSet {
    /// The column's name and the members down to the label: `objects`, `category`.
    pub path: Vec<String>,
    /// The class numbers of the table's column.
    pub numbers: BTreeSet<i64>,
}

/// The classes that an expression allows for a label; `None` if it is any other condition.
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
    /// The class numbers in one data set. `None` where it has no such column, or the column is not a plain label.
    pub fn of_member(&self, columns: &Columns, member: usize) -> Option<BTreeSet<i64>> {
        let [name] = self.path.as_slice() else { return None };
        let column = columns.columns.iter().find(|c| c.name == *name)?;
        let Origin::Column(field) = column.origins.get(member)? else { return None };
        let to = column.feature.as_ref()?;
        if field.feature == *to {
            return Some(self.numbers.clone());
        }
        let own = Classes::of_feature(&field.feature).filter(|c| !c.many)?;
        let numbers = own.numbers_in(&Classes::of_feature(to)?).into_iter().zip(0_i64..);
        Some(numbers.filter(|(table, _)| self.numbers.contains(table)).map(|(_, own)| own).collect())
    }

    /// The synsets to look up in a data set's label index, where they select exactly the rows of the classes: every
    /// class of the set has a synset, and no class outside it has the same.
    pub fn synsets(
        &self,
        columns: &Columns,
        member: usize,
        schema: &Schema,
    ) -> Option<(LabelColumn, Vec<String>)> {
        let column = columns.columns.iter().find(|c| c.name == self.path[0])?;
        // A column that couldn't be united is null in the table, though the index has its labels.
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
    fn table_feature(&self, column: &Feature) -> Option<Feature> {
        self.path[1..].iter().try_fold(column.clone(), |f, m| member_of(&f, m))
    }
}

fn normal(id: &str) -> Option<String> {
    id.parse::<SynsetId>().ok().map(|id| id.to_string())
}
