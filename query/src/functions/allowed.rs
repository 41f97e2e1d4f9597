//! Which of DataFusion's functions a query may call: each function that DataFusion registers is in one of the lists here,
//! and what is in none (after an update of DataFusion) is not allowed. A test compares the lists with DataFusion.
//!
//! A function is allowed if time and memory of a call are bounded by its arguments: either they are linear
//! ([`LINEAR`]), or [`super::guard`] checks the arguments and works in slices, by the function's [`Guards`].

use super::guards::{Growth, Guards};

/// Why a function is refused whose result is as long as a number says.
const UNBOUNDED: &str = "its output size depends on an argument, so its memory can't be bounded";

/// Why a function is refused that is about the inside of DataFusion.
const INTERNAL: &str = "it is about the inside of the query engine; select the columns themselves";

/// Functions that are refused, by all of their names, with the reason.
pub const REFUSED: [(&str, &str); 15] = [
    ("repeat", UNBOUNDED),
    ("lpad", UNBOUNDED),
    ("rpad", UNBOUNDED),
    ("range", UNBOUNDED),
    ("generate_series", UNBOUNDED),
    ("gen_series", UNBOUNDED),
    ("array_repeat", UNBOUNDED),
    ("list_repeat", UNBOUNDED),
    ("array_resize", UNBOUNDED),
    ("list_resize", UNBOUNDED),
    ("arrow_field", INTERNAL),
    ("arrow_metadata", INTERNAL),
    ("with_metadata", INTERNAL),
    ("file_row_index", INTERNAL),
    ("input_file_name", INTERNAL),
];

/// Functions of one row whose time and memory are linear in their arguments.
#[rustfmt::skip]
const LINEAR: &[&str] = &[
    // Numbers.
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "ceil", "cos", "cosh", "cot", "degrees",
    "exp", "factorial", "floor", "gcd", "isnan", "iszero", "lcm", "ln", "log", "log10", "log2", "nanvl", "pi", "power",
    "radians", "random", "round", "signum", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
    // Texts.
    "ascii", "bit_length", "btrim", "character_length", "chr", "contains", "decode", "encode", "ends_with",
    "find_in_set", "initcap", "left", "lower", "ltrim", "octet_length", "reverse", "right", "rtrim", "split_part",
    "starts_with", "strpos", "substr", "substr_index", "to_hex", "upper", "uuid",
    // Times.
    "current_date", "current_time", "date_bin", "date_part", "date_trunc", "from_unixtime", "make_date", "make_time",
    "now", "to_local_time", "to_unixtime",
    // Values of any type.
    "arrow_cast", "arrow_try_cast", "arrow_typeof", "cast_to_type", "coalesce", "get_field", "greatest", "least",
    "nullif", "nvl", "nvl2", "try_cast_to_type", "union_extract", "union_tag", "version",
    // Arrays, structs and maps.
    "array_any_value", "array_avg", "array_compact", "array_dims", "array_element", "array_length", "array_max",
    "array_min", "array_ndims", "array_normalize", "array_pop_back", "array_pop_front", "array_product",
    "array_reverse", "array_scale", "array_slice", "array_sum", "cardinality", "empty", "flatten", "map_entries",
    "map_extract", "map_keys", "map_values",
];

/// The longest text that `levenshtein` compares, since its time is the product of both lengths.
const LEVENSHTEIN_BYTES: usize = 4096;

/// Functions of one row that are guarded.
#[rustfmt::skip]
const GUARDED: &[(&str, Guards)] = &[
    // Results that may be longer than the arguments.
    ("concat", Guards::grows(Growth::Sum)),
    ("concat_ws", Guards::grows(Growth::Between)),
    ("overlay", Guards::grows(Growth::Sum)),
    ("translate", Guards::grows(Growth::Product)),
    ("to_char", Guards::grows(Growth::Product)),
    ("array_append", Guards::grows(Growth::Sum)),
    ("array_concat", Guards::grows(Growth::Sum)),
    ("array_prepend", Guards::grows(Growth::Sum)),
    ("array_replace", Guards::grows(Growth::Product)),
    ("array_replace_all", Guards::grows(Growth::Product)),
    ("array_replace_n", Guards::grows(Growth::Product)),
    ("array_to_string", Guards::grows(Growth::Product)),
    ("arrays_zip", Guards::grows(Growth::Wide)),
    ("make_array", Guards::grows(Growth::Sum)),
    ("map", Guards::grows(Growth::Sum)),
    ("named_struct", Guards::grows(Growth::Sum)),
    ("struct", Guards::grows(Growth::Sum)),
    ("string_to_array", Guards::grows(Growth::Items)),
    ("replace", Guards::grows(Growth::Product).slices(1 << 20)),
    ("regexp_replace", Guards::grows(Growth::Product).slices(1 << 20)),
    ("regexp_match", Guards::grows(Growth::Items).slices(1 << 20)),
    ("array_union", Guards::grows(Growth::Sum).slices(1 << 20)),
    // Results that are slow to compute.
    ("levenshtein", Guards::NONE.slices(16 << 10).longest(LEVENSHTEIN_BYTES)),
    ("regexp_count", Guards::NONE.slices(1 << 20)),
    ("regexp_instr", Guards::NONE.slices(1 << 20)),
    ("regexp_like", Guards::NONE.slices(1 << 20)),
    ("array_has", Guards::NONE.slices(1 << 20)),
    ("array_has_all", Guards::NONE.slices(64 << 10)),
    ("array_has_any", Guards::NONE.slices(64 << 10)),
    ("array_except", Guards::NONE.slices(1 << 20)),
    ("array_intersect", Guards::NONE.slices(1 << 20)),
    ("array_distinct", Guards::NONE.slices(1 << 20)),
    ("array_position", Guards::NONE.slices(1 << 20)),
    ("array_positions", Guards::NONE.slices(1 << 20)),
    ("array_remove", Guards::NONE.slices(1 << 20)),
    ("array_remove_all", Guards::NONE.slices(1 << 20)),
    ("array_remove_n", Guards::NONE.slices(1 << 20)),
    ("array_sort", Guards::NONE.slices(1 << 20)),
    ("array_add", Guards::NONE.slices(1 << 20)),
    ("array_subtract", Guards::NONE.slices(1 << 20)),
    ("array_distance", Guards::NONE.slices(1 << 20)),
    ("cosine_distance", Guards::NONE.slices(1 << 20)),
    ("inner_product", Guards::NONE.slices(1 << 20)),
    ("to_date", Guards::NONE.slices(1 << 20)),
    ("to_time", Guards::NONE.slices(1 << 20)),
    ("to_timestamp", Guards::NONE.slices(1 << 20)),
    ("to_timestamp_micros", Guards::NONE.slices(1 << 20)),
    ("to_timestamp_millis", Guards::NONE.slices(1 << 20)),
    ("to_timestamp_nanos", Guards::NONE.slices(1 << 20)),
    ("to_timestamp_seconds", Guards::NONE.slices(1 << 20)),
];

/// Functions of groups, whose memory DataFusion counts.
#[rustfmt::skip]
const AGGREGATES: &[&str] = &[
    "any_value", "approx_distinct", "approx_median", "approx_percentile_cont", "approx_percentile_cont_with_weight",
    "array_agg", "avg", "bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count", "covar_pop",
    "covar_samp", "first_value", "grouping", "last_value", "max", "median", "min", "nth_value", "percentile_cont",
    "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy",
    "regr_syy", "stddev", "stddev_pop", "string_agg", "sum", "var", "var_pop",
];

/// Functions of windows.
#[rustfmt::skip]
const WINDOWS: &[&str] = &[
    "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile", "percent_rank", "rank",
    "row_number",
];

/// The functions of DataFusion's that a query may call, by name.
#[derive(Clone, Debug)]
pub struct Functions {
    /// Of one row.
    pub scalars: Vec<&'static str>,
    /// Of groups.
    pub aggregates: &'static [&'static str],
    /// Of windows.
    pub windows: &'static [&'static str],
}

/// All functions of DataFusion's that a query may call.
pub fn all() -> Functions {
    let scalars = LINEAR.iter().copied().chain(GUARDED.iter().map(|(name, _)| *name)).collect();
    Functions { scalars, aggregates: AGGREGATES, windows: WINDOWS }
}

/// May a query call this function of DataFusion's, of one row?
pub fn is_scalar(name: &str) -> bool {
    LINEAR.contains(&name) || guards(name).is_some()
}

/// May a query call this function of DataFusion's, of groups?
pub fn is_aggregate(name: &str) -> bool {
    AGGREGATES.contains(&name)
}

/// May a query call this function of DataFusion's, of windows?
pub fn is_window(name: &str) -> bool {
    WINDOWS.contains(&name)
}

/// The guards of a function; `None` if it needs none.
pub fn guards(name: &str) -> Option<Guards> {
    GUARDED.iter().find(|(guarded, _)| *guarded == name).map(|(_, guards)| *guards)
}

/// Why a function is refused.
pub fn refused(name: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(refused, _)| *refused == name).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use datafusion::execution::session_state::SessionStateBuilder;

    use super::*;

    #[test]
    fn every_function_of_datafusion_is_in_one_list() {
        let state = SessionStateBuilder::new_with_default_features().build();
        for (alias, function) in state.scalar_functions() {
            let name = function.name();
            let lists = [LINEAR.contains(&name), guards(name).is_some(), refused(name).is_some()];
            assert_eq!(lists.iter().filter(|has| **has).count(), 1, "{name}: {lists:?}");
            assert_eq!(refused(name), refused(alias), "{name} is also called {alias}");
        }
        for function in state.aggregate_functions().values() {
            assert!(is_aggregate(function.name()), "{}", function.name());
        }
        for function in state.window_functions().values() {
            assert!(is_window(function.name()), "{}", function.name());
        }
        let known = |name: &&str| state.scalar_functions().contains_key(*name);
        assert_eq!(
            all().scalars.iter().find(|name| !known(name)),
            None,
            "there is no such function any more"
        );
    }
}
