//! The folder (or the beginning of the file name) of each split.

use std::collections::HashMap;

use super::names::{Unique, safe_part};

/// Where samples without a split go when others have one.
const WITHOUT: &str = "unsplit";

/// Safe, distinct names for splits, given in the order in which the splits come.
#[derive(Debug, Default)]
pub struct Splits {
    names: HashMap<String, String>,
    unique: Unique,
    any: bool,
}

impl Splits {
    /// Of these splits, and others that may come.
    pub fn new(splits: &[String]) -> Self {
        let mut new = Self { any: !splits.is_empty(), ..Self::default() };
        for split in splits {
            new.add(split);
        }
        new
    }

    /// The name of a split; `None` if no sample has one.
    pub fn name(&mut self, split: Option<&str>) -> Option<String> {
        match split {
            Some(split) => Some(self.add(split)),
            None => self.any.then(|| self.add(WITHOUT)),
        }
    }

    fn add(&mut self, split: &str) -> String {
        self.any = true;
        if let Some(name) = self.names.get(split) {
            return name.clone();
        }
        let name = self.unique.name(safe_part(split));
        self.names.insert(split.to_owned(), name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_distinct() {
        let mut splits = Splits::new(&["train".into(), "../a".into()]);
        assert_eq!(splits.name(Some("train")).as_deref(), Some("train"));
        assert_eq!(splits.name(Some("Train")).as_deref(), Some("Train-2"));
        assert_eq!(splits.name(Some("../a")).as_deref(), Some("_._a"));
        assert_eq!(splits.name(None).as_deref(), Some("unsplit"));
        assert_eq!(Splits::new(&[]).name(None), None);
    }
}
