//! Brace patterns: `train-{000000..000012}.tar`, `{train,val}-{0..9}.tar`.

use std::path::{Path, PathBuf};

use hub_dataset::sample::SampleError;

/// A pattern that stands for more names is a mistake.
const MAX_NAMES: usize = 1_000_000;

/// True if a path contains a brace pattern.
pub fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.split_once('{').is_some_and(|(_, rest)| rest.contains('}')))
}

/// The paths that a pattern stands for, in order.
///
/// # Errors
/// The pattern is malformed or stands for too many names.
pub fn expand(pattern: &Path) -> Result<Vec<PathBuf>, SampleError> {
    let place = pattern.display().to_string();
    let refuse = |problem: &str| {
        SampleError::fatal(&place, problem)
            .advise("expected something like train-{000000..000012}.tar or {a,b}.tar")
    };
    let mut done = vec![String::new()];
    let mut rest = pattern.to_str().ok_or_else(|| refuse("a pattern that is not UTF-8"))?;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, behind) = after.split_once('}').ok_or_else(|| refuse("a '{' without its '}'"))?;
        let choices = choices_of(inside).ok_or_else(|| refuse("invalid pattern in braces"))?;
        if choices.len().saturating_mul(done.len()) > MAX_NAMES {
            return Err(refuse(&format!("a pattern of more than {MAX_NAMES} names")));
        }
        done = done
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start}{before}{choice}")))
            .collect();
        rest = behind;
    }
    Ok(done.into_iter().map(|start| PathBuf::from(start + rest)).collect())
}

/// What a pair of braces stands for: a range of numbers (padded as its ends are) or a list.
fn choices_of(inside: &str) -> Option<Vec<String>> {
    if inside.contains('{') {
        return None;
    }
    let Some((first, last)) = inside.split_once("..") else {
        let choices: Vec<_> = inside.split(',').map(ToOwned::to_owned).collect();
        return (choices.len() > 1).then_some(choices);
    };
    let is_padded = [first, last].iter().any(|n| n.len() > 1 && n.starts_with('0'));
    let width = if is_padded { first.len().max(last.len()) } else { 0 };
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    if last < first || last - first >= MAX_NAMES || width > 20 {
        return None;
    }
    Some((first..=last).map(|n| format!("{n:0width$}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pattern: &str) -> Vec<String> {
        expand(Path::new(pattern)).unwrap().iter().map(|p| p.display().to_string()).collect()
    }

    #[test]
    fn ranges_and_lists_are_spread() {
        assert_eq!(names("a-{008..010}.tar"), ["a-008.tar", "a-009.tar", "a-010.tar"]);
        assert_eq!(names("{x,y}/{9..10}.tar"), ["x/9.tar", "x/10.tar", "y/9.tar", "y/10.tar"]);
        assert!(is_pattern(Path::new("a-{0..1}.tar")) && !is_pattern(Path::new("a}{.tar")));
    }

    #[test]
    fn nonsense_is_refused() {
        for pattern in
            ["a{1..", "a{}.tar", "a{5..1}.tar", "a{0..99999999999}.tar", "a{b}", "{0..9999}{0..9999}"]
        {
            assert!(expand(Path::new(pattern)).is_err(), "{pattern}");
        }
    }
}
