//! Patterns of files that a push leaves out (`--ignore`).
//!
//! A pattern without `/` is compared with each part of a path, one with `/` with the path from the source's folder on;
//! a folder that fits is left out with all that is in it. So `*.xml`, `masks`, `train/labels` and `**/raw/*.png` do what
//! they do in a `.gitignore`. A file that is left out is not there for any format: neither read, nor named, nor a sign of
//! one.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The files that are left out.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    sets: Option<Arc<Sets>>,
    patterns: Vec<String>,
}

#[derive(Debug)]
struct Sets {
    /// For each part of a path.
    names: GlobSet,
    /// For a path from the source's folder on.
    paths: GlobSet,
}

/// A pattern that is none.
#[derive(Debug, thiserror::Error)]
#[error("'{pattern}' is not a pattern: {problem}")]
pub struct BadPattern {
    /// The pattern as it was given.
    pub pattern: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Ignore {
    /// Leaves out what fits any of these patterns.
    ///
    /// # Errors
    /// One of them is empty or not closed (`[a`, `{a`).
    pub fn new(patterns: &[String]) -> Result<Self, BadPattern> {
        let (mut names, mut paths) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for pattern in patterns {
            let wrong = |problem: String| BadPattern { pattern: pattern.clone(), problem };
            let plain = pattern.trim_start_matches("./").trim_end_matches('/');
            if plain.is_empty() {
                return Err(wrong("it is empty".into()));
            }
            let glob = GlobBuilder::new(plain.trim_start_matches('/')).literal_separator(true).build();
            let glob = glob.map_err(|e| wrong(e.kind().to_string()))?;
            if plain.contains('/') { &mut paths } else { &mut names }.add(glob);
        }
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let build = |set: GlobSetBuilder| {
            set.build().map_err(|e| BadPattern { pattern: patterns.join(", "), problem: e.to_string() })
        };
        let sets = Some(Arc::new(Sets { names: build(names)?, paths: build(paths)? }));
        Ok(Self { sets, patterns: patterns.to_vec() })
    }

    /// The patterns as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Is the file or folder at this path below the source left out, by itself or with a folder above it?
    pub fn has(&self, path: &str) -> bool {
        let Some(sets) = &self.sets else { return false };
        let path = path.trim_end_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        path.split('/').any(|part| sets.names.is_match(part))
            || ends.into_iter().any(|end| sets.paths.is_match(&path[..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(pattern: &str, path: &str) -> bool {
        Ignore::new(&[pattern.to_owned()]).unwrap().has(path)
    }

    #[test]
    fn names_fit_anywhere_and_paths_from_the_top() {
        assert!(has("*.xml", "a/b/c.xml") && has("*.xml", "c.xml") && !has("*.xml", "c.xml.jpg"));
        assert!(
            has("masks", "train/masks/a.png") && has("masks/", "masks/a.png") && !has("masks", "masks2/a")
        );
        assert!(has("train/*.txt", "train/a.txt") && !has("train/*.txt", "train/b/a.txt"));
        assert!(has("/a.txt", "a.txt") && !has("/a.txt", "b/a.txt"));
        assert!(has("**/raw/*.png", "a/b/raw/c.png") && has("*.{txt,csv}", "x/a.csv"));
        assert!(!Ignore::default().has("a"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "/", "[a"] {
            let error = Ignore::new(&[bad.to_owned()]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{bad}' is not a pattern: ")), "{error}");
        }
    }
}
