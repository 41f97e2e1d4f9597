//! The dialect of queries: sqlparser's generic one, with `IS [NOT] DISTINCT FROM` binding as other operators do.
//!
//! sqlparser reads whatever follows `IS DISTINCT FROM` as its right side: `a IS DISTINCT FROM b AND c` would be
//! `a IS DISTINCT FROM (b AND c)`.

use std::any::TypeId;

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};

/// The dialect that queries are parsed with.
#[derive(Debug, Default)]
pub struct QueryDialect;

/// What the generic dialect supports of SELECT.
macro_rules! supports {
    ($($name:ident)*) => { $(fn $name(&self) -> bool { true })* };
}

impl Dialect for QueryDialect {
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        GenericDialect.is_identifier_part(ch)
    }

    fn parse_infix(&self, parser: &mut Parser<'_>, expr: &Expr, _: u8) -> Option<Result<Expr, ParserError>> {
        let negated = if parser.parse_keywords(&[Keyword::IS, Keyword::DISTINCT, Keyword::FROM]) {
            false
        } else if parser.parse_keywords(&[Keyword::IS, Keyword::NOT, Keyword::DISTINCT, Keyword::FROM]) {
            true
        } else {
            return None;
        };
        let left = Box::new(expr.clone());
        Some(parser.parse_subexpr(self.prec_value(Precedence::Is)).map(|right| match negated {
            false => Expr::IsDistinctFrom(left, Box::new(right)),
            true => Expr::IsNotDistinctFrom(left, Box::new(right)),
        }))
    }

    supports! {
        supports_unicode_string_literal supports_partition_by_after_order_by supports_array_join_syntax
        supports_group_by_expr supports_group_by_with_modifier supports_left_associative_joins_without_parens
        supports_connect_by supports_match_recognize supports_pipe_operator
        supports_window_function_null_treatment_arg supports_dictionary_syntax
        supports_window_clause_named_window_reference supports_select_wildcard_except support_map_literal_syntax
        allow_extract_custom allow_extract_single_quotes supports_extract_comma_syntax
        supports_parens_around_table_factor supports_values_as_table_factor
        supports_explain_with_utility_options supports_limit_comma supports_from_first_select
        supports_projection_trailing_commas supports_try_convert supports_bitwise_shift_operators
        supports_named_fn_args_with_assignment_operator supports_struct_literal supports_empty_projections
        supports_nested_comments supports_multiline_comment_hints supports_string_escape_constant
        supports_array_typedef_with_brackets supports_match_against supports_filter_during_aggregation
        supports_select_wildcard_exclude supports_data_type_signed_suffix supports_interval_options
        supports_quote_delimited_string supports_select_wildcard_replace supports_select_wildcard_ilike
        supports_select_wildcard_rename supports_prewhere supports_with_fill supports_limit_by
        supports_interpolate supports_settings supports_select_format supports_comment_optimizer_hint
        supports_comma_separated_trim supports_cte_without_as supports_select_item_multi_column_alias
        supports_xml_expressions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        let grouped = |expr: &Expr| match expr {
            Expr::BinaryOp { left, op, right } => format!("[{left}] {op} [{right}]"),
            other => format!("[{other}]"),
        };
        grouped(&Parser::new(&QueryDialect).try_with_sql(text).unwrap().parse_expr().unwrap())
    }

    #[test]
    fn is_distinct_from_ends_before_and() {
        for (text, wanted) in [
            ("a IS DISTINCT FROM b AND c", "[a IS DISTINCT FROM b] AND [c]"),
            ("a IS NOT DISTINCT FROM b OR c", "[a IS NOT DISTINCT FROM b] OR [c]"),
            ("x AND a IS DISTINCT FROM b OR c", "[x AND a IS DISTINCT FROM b] OR [c]"),
            ("NOT a IS DISTINCT FROM b AND c", "[NOT a IS DISTINCT FROM b] AND [c]"),
            ("a IS DISTINCT FROM b + 1 AND c", "[a IS DISTINCT FROM b + 1] AND [c]"),
            ("a IS DISTINCT FROM (b AND c)", "[a IS DISTINCT FROM (b AND c)]"),
            ("a IS NOT NULL AND c IS DISTINCT FROM d", "[a IS NOT NULL] AND [c IS DISTINCT FROM d]"),
        ] {
            assert_eq!(parsed(text), wanted, "{text}");
        }
    }
}
