//! What was compared, and whether all of it fits.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Comparisons of one part, each printed as a line of JSON.
#[derive(Default)]
pub struct Checks {
    /// All of them.
    pub made: usize,
    /// Those that don't fit.
    pub failed: usize,
    /// Those that something is missing for.
    pub left_out: usize,
}

impl Checks {
    /// One comparison.
    pub fn add(&mut self, check: &str, fits: bool, found: Value) {
        self.made += 1;
        self.failed += usize::from(!fits);
        println!("{}", json!({ "check": check, "fits": fits, "found": found }));
    }

    /// A comparison that isn't made, and what it needs.
    pub fn leave_out(&mut self, check: &str, needs: &str) {
        self.left_out += 1;
        println!("{}", json!({ "check": check, "left_out": needs }));
    }

    /// A number that may differ a little.
    pub fn near(&mut self, check: &str, found: Option<f64>, expected: &Value, within: f64) {
        let fits = match (found, expected.as_f64()) {
            (Some(found), Some(expected)) => (found - expected).abs() <= within,
            (None, None) => true,
            _ => false,
        };
        self.add(check, fits, json!({ "found": found, "expected": expected }));
    }

    /// A value that must be the same.
    pub fn same(&mut self, check: &str, found: impl Into<Value>, expected: &Value) {
        let found = found.into();
        let fits = found == *expected;
        self.add(check, fits, json!({ "found": found, "expected": expected }));
    }
}

/// A JSON file.
pub fn json_file(path: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&text_file(path)?)?)
}

/// A text file.
pub fn text_file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{}: can't read it", path.display()))
}
