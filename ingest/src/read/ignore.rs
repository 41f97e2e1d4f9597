//! Patterns of files that a push leaves out (`--ignore`).
//!
//! A pattern without `/` is compared with each part of a path, one with `/` with the path from the source's folder on;
//! a folder that fits is left out with all that is in it. So `*.xml`, `masks`, `train/labels` and `**/raw/*.png` do what
//! they do in a `.gitignore`. A file that is left out is not there for any format: neither read, nor named, nor a sign of
//! one. Patterns of files to include (`--include`) are compared in the same way: where there are any, other files are
//! left out. A `.hubignore` in the source's folder holds more patterns of files to leave out, one a line.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The files that are left out.
#[derive(Clone, Debug, Default)]
pub struct Ignore {
    sets: Option<Arc<Sets>>,
    included: Option<Arc<Sets>>,
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
        Ok(Self { sets: Sets::new(patterns)?, included: None, patterns: patterns.to_vec() })
    }

    /// Leaves out what fits none of these patterns, too; no patterns include everything.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn including(self, patterns: &[String]) -> Result<Self, BadPattern> {
        Ok(Self { included: Sets::new(patterns)?, ..self })
    }

    /// The patterns in the text of a `.hubignore`: a line each, `#` begins a comment.
    ///
    /// # Errors
    /// A line begins with `!`: patterns that take files back are not supported.
    pub fn lines(text: &str) -> Result<Vec<String>, BadPattern> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pattern = |line: &str| match line.starts_with('!') {
            false => Ok(line.to_owned()),
            true => Err(BadPattern {
                pattern: line.to_owned(),
                problem: "files can't be taken back with '!'; narrow the pattern before it".to_owned(),
            }),
        };
        lines.map(pattern).collect()
    }

    /// The patterns as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Is the file or folder at this path below the source left out, by itself or with a folder above it?
    pub fn has(&self, path: &str) -> bool {
        self.sets.as_ref().is_some_and(|sets| sets.fit(path))
    }

    /// Is the file at this path below the source among those to include, by itself or with a folder above it?
    pub fn includes(&self, path: &str) -> bool {
        self.included.as_ref().is_none_or(|sets| sets.fit(path))
    }
}

impl Sets {
    fn new(patterns: &[String]) -> Result<Option<Arc<Self>>, BadPattern> {
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
            return Ok(None);
        }
        let build = |set: GlobSetBuilder| {
            set.build().map_err(|e| BadPattern { pattern: patterns.join(", "), problem: e.to_string() })
        };
        Ok(Some(Arc::new(Self { names: build(names)?, paths: build(paths)? })))
    }

    /// Does the path, or that of a folder above it, fit a pattern?
    fn fit(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        path.split('/').any(|part| self.names.is_match(part))
            || ends.into_iter().any(|end| self.paths.is_match(&path[..end]))
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
    fn only_what_is_included_is_read() {
        let ignore = Ignore::new(&["raw".to_owned()]).unwrap();
        let ignore = ignore.including(&["*.jpg".to_owned(), "train".to_owned()]).unwrap();
        assert!(
            ignore.includes("a/b.jpg") && ignore.includes("train/x.png") && !ignore.includes("val/x.png")
        );
        assert!(ignore.has("raw/a.jpg") && !ignore.has("val"));
        assert!(Ignore::default().includes("a"));
    }

    #[test]
    fn a_hubignore_has_a_pattern_a_line() {
        assert_eq!(Ignore::lines("# drafts\n\n*.tmp \n raw/\n").unwrap(), ["*.tmp", "raw/"]);
        assert!(Ignore::lines("!keep.jpg").is_err());
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for bad in ["", "/", "[a"] {
            let error = Ignore::new(&[bad.to_owned()]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("'{bad}' is not a pattern: ")), "{error}");
        }
    }
}
