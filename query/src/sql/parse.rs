//! Parses a text to one statement that only reads.

use std::ops::ControlFlow;

use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Select, SetExpr,
    Statement as SqlStatement, TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::dialect::QueryDialect;
use super::position::{Position, find};
use super::{meaning, tokens};
use crate::error::QueryError;
use crate::functions::{allowed, bounded_type};
use crate::text::cut;

/// How deep parentheses may nest.
const MAX_NESTING: usize = 40;

/// A query that only reads, parsed.
#[derive(Clone, Debug)]
pub struct ParsedQuery {
    /// The statement: a query, or `EXPLAIN` of one.
    pub statement: Statement,
    /// Whether the statement is an `EXPLAIN`.
    pub explain: bool,
}

/// Parses a query.
///
/// # Errors
/// Invalid SQL, more than one statement, or a statement that changes something.
pub fn query(sql: &str) -> Result<ParsedQuery, QueryError> {
    let tokens = tokens::limited(sql)?;
    let build =
        DFParserBuilder::new(tokens).with_dialect(&QueryDialect).with_recursion_limit(MAX_NESTING).build();
    let mut parser = build.map_err(|e| QueryError::from_datafusion(e, sql))?;
    let statements = parser.parse_statements().map_err(|e| QueryError::from_datafusion(e, sql))?;
    let mut statements = statements.into_iter();
    let (Some(statement), None) = (statements.next(), statements.next()) else {
        let hint = Some("write one query: SELECT … FROM samples".to_owned());
        let message = "expected one statement".to_owned();
        return Err(QueryError::Sql { message, position: None, hint });
    };
    let explain = matches!(statement, Statement::Explain(_));
    let mut parsed = ParsedQuery { statement, explain };
    only_reads(parsed.query_mut()?, sql)?;
    Ok(parsed)
}

impl ParsedQuery {
    /// The query of the statement; of `EXPLAIN`, the query that it explains.
    pub fn query_mut(&mut self) -> Result<&mut Query, QueryError> {
        let mut statement = &mut self.statement;
        let mut depth = 0;
        while let Statement::Explain(explain) = statement {
            statement = &mut explain.statement;
            depth += 1;
            if depth > 1 {
                return Err(refused("EXPLAIN of EXPLAIN"));
            }
        }
        match statement {
            Statement::Statement(inner) => match inner.as_mut() {
                SqlStatement::Query(query) => Ok(query),
                other => Err(refused(&first_word(&other.to_string()))),
            },
            other => Err(refused(&first_word(&other.to_string()))),
        }
    }
}

/// Parses a condition, the expression after WHERE.
///
/// # Errors
/// Invalid SQL, anything after the condition, or a function of chance or time.
pub fn condition(text: &str) -> Result<Expr, QueryError> {
    let tokens = tokens::limited(text)?;
    let wrong = |e: datafusion::sql::sqlparser::parser::ParserError| {
        QueryError::from_datafusion(datafusion::common::DataFusionError::SQL(Box::new(e), None), text)
    };
    let mut parser =
        Parser::new(&QueryDialect).with_recursion_limit(MAX_NESTING).with_tokens_with_locations(tokens);
    let expr = parser.parse_expr().map_err(wrong)?;
    let next = parser.next_token();
    if next.token != Token::EOF {
        return Err(QueryError::Sql {
            message: format!("expected the end of the condition, found {}", next.token),
            position: Some(Position { line: next.span.start.line, column: next.span.start.column }),
            hint: Some("write only the expression after WHERE".to_owned()),
        });
    }
    meaning::is_lasting(&expr)?;
    Ok(expr)
}

/// `SELECT 1 FROM samples WHERE <condition>`.
pub fn selecting(condition: Expr, text: &str) -> Result<ParsedQuery, QueryError> {
    let mut parsed = query("SELECT 1 FROM samples")?;
    if let SetExpr::Select(select) = parsed.query_mut()?.body.as_mut() {
        select.selection = Some(condition);
    }
    only_reads(parsed.query_mut()?, text)?;
    Ok(parsed)
}

fn first_word(statement: &str) -> String {
    statement.split_whitespace().next().unwrap_or("this").to_uppercase()
}

fn refused(what: &str) -> QueryError {
    let why = "queries are read-only; use SELECT, WITH or EXPLAIN";
    QueryError::Refused { what: what.to_owned(), why }
}

/// Refuses parts of a query that do more than read: writes, locks, tables other than `samples`.
fn only_reads(query: &mut Query, sql: &str) -> Result<(), QueryError> {
    match query.visit(&mut OnlyReads(sql)) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct OnlyReads<'a>(&'a str);

impl VisitorMut for OnlyReads<'_> {
    type Break = QueryError;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<QueryError> {
        if !query.locks.is_empty() {
            return ControlFlow::Break(refused("FOR UPDATE"));
        }
        if let Err(error) = meaning::of_query(query) {
            return ControlFlow::Break(error);
        }
        match query.body.as_ref() {
            SetExpr::Insert(_) => ControlFlow::Break(refused("INSERT")),
            SetExpr::Update(_) => ControlFlow::Break(refused("UPDATE")),
            SetExpr::Delete(_) => ControlFlow::Break(refused("DELETE")),
            SetExpr::Merge(_) => ControlFlow::Break(refused("MERGE")),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<QueryError> {
        if select.into.is_some() {
            return ControlFlow::Break(refused("SELECT INTO"));
        }
        flow(meaning::of_select(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<QueryError> {
        let what = match factor {
            TableFactor::Table { args: None, .. }
            | TableFactor::Derived { .. }
            | TableFactor::UNNEST { .. }
            | TableFactor::NestedJoin { .. } => return flow(meaning::of_table(factor)),
            other => other.to_string(),
        };
        ControlFlow::Break(QueryError::Sql {
            position: what.split(['(', ' ']).next().and_then(|name| find(self.0, name)),
            message: format!("'{}' is not a table", cut(&what, 80)),
            hint: Some("the data set is the table `samples`".to_owned()),
        })
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryError> {
        if let Expr::Function(call) = expr
            && let name = call.name.to_string().trim_matches('"').to_lowercase()
        {
            if let Some(why) = allowed::refused(&name) {
                return ControlFlow::Break(QueryError::Refused { what: format!("{name}()"), why });
            }
            if let Some(Err(error)) = cast_type(&name, call).map(bounded_type::check_text) {
                return ControlFlow::Break(error);
            }
        }
        if let Expr::Value(value) = expr
            && matches!(value.value, Value::Placeholder(_))
        {
            return ControlFlow::Break(QueryError::Sql {
                message: format!("no value for the placeholder '{expr}'"),
                position: None,
                hint: Some("write the value into the query: parameters are not supported".to_owned()),
            });
        }
        flow(meaning::of_expr(expr))
    }
}

fn flow(checked: Result<(), QueryError>) -> ControlFlow<QueryError> {
    match checked {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    }
}

/// The type that a call of `arrow_cast` names.
fn cast_type<'a>(name: &str, call: &'a Function) -> Option<&'a str> {
    let (true, FunctionArguments::List(list)) = (matches!(name, "arrow_cast" | "arrow_try_cast"), &call.args)
    else {
        return None;
    };
    match list.args.get(1)? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}
