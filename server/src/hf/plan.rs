//! The files that a revision is shown as: their names and rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use hub_dataset::assemble::{Shard, shards};
use hub_dataset::{Result, Snapshot};

/// The name used for rows without a split.
const UNNAMED: &str = "train";

/// The files of a revision.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The splits, in the order of their first rows. There is at least one, with at least one file.
    pub splits: Vec<Split>,
    /// Split and shard of each file, by its name.
    by_name: BTreeMap<String, (usize, usize)>,
}

#[derive(Clone, Debug)]
pub struct Split {
    /// The name in the data set; `None` for rows without a split.
    pub name: Option<String>,
    /// The name in file names: letters, digits and `_`, as the library `datasets` requires; unique in the plan.
    pub slug: String,
    pub rows: u64,
    /// Names and rows of its files, in order.
    pub files: Vec<(String, Shard)>,
}

impl Plan {
    /// Divides a revision into files of about `target_bytes`. `name` makes a file's name of the split's slug, the file's
    /// index and the number of files of the split.
    pub async fn new(
        snapshot: &Snapshot,
        target_bytes: u64,
        name: impl Fn(&str, usize, usize) -> String,
    ) -> Result<Self> {
        let mut shards = shards(snapshot, target_bytes).await?;
        if shards.is_empty() {
            shards.push(Shard::empty(None));
        }
        let mut splits: Vec<Split> = Vec::new();
        for run in shards.chunk_by(|a, b| a.split == b.split) {
            splits.push(Split {
                name: run[0].split.clone(),
                slug: String::new(),
                rows: run.iter().map(|s| s.rows).sum(),
                files: run.iter().map(|shard| (String::new(), shard.clone())).collect(),
            });
        }
        let names: Vec<_> = splits.iter().map(|s| s.name.clone()).collect();
        for (split, slug) in splits.iter_mut().zip(slugs(&names)) {
            split.slug = slug;
        }
        let mut by_name = BTreeMap::new();
        for (at, split) in splits.iter_mut().enumerate() {
            let of = split.files.len();
            for (nth, (path, _)) in split.files.iter_mut().enumerate() {
                *path = name(&split.slug, nth, of);
                by_name.insert(path.clone(), (at, nth));
            }
        }
        Ok(Self { splits, by_name })
    }

    /// The shard of a file.
    pub fn shard(&self, name: &str) -> Option<&Shard> {
        let (split, nth) = self.by_name.get(name)?;
        self.splits.get(*split)?.files.get(*nth).map(|(_, shard)| shard)
    }

    /// All files, sorted by name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Shard)> {
        self.by_name.keys().filter_map(|name| Some((name.as_str(), self.shard(name)?)))
    }
}

/// Makes a unique slug for each split.
fn slugs(names: &[Option<String>]) -> Vec<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut taken: HashSet<String> = HashSet::new();
    let mut counted: HashMap<String, u64> = HashMap::new();
    let exact = |name: &Option<String>| name.as_ref().is_some_and(|n| !n.is_empty() && n.chars().all(plain));
    // Valid names are kept, so they are reserved first.
    taken.extend(names.iter().filter(|n| exact(n)).flatten().cloned());
    names
        .iter()
        .map(|name| {
            if exact(name) {
                return name.clone().unwrap_or_default();
            }
            let text = name.as_deref().unwrap_or(UNNAMED);
            let slug: String = text.chars().map(|c| if plain(c) { c } else { '_' }).collect();
            let slug = if slug.is_empty() { UNNAMED.to_owned() } else { slug };
            // Splits with the same slug continue counting where the previous one stopped, so that this is not quadratic.
            let next = counted.entry(slug.clone()).or_insert(1_u64);
            let mut free = slug.clone();
            while *next > 1 || taken.contains(&free) {
                *next += 1;
                free = format!("{slug}_{next}");
                if !taken.contains(&free) {
                    break;
                }
            }
            taken.insert(free.clone());
            free
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique() {
        let names = ["train", "a-b", "a_b", "a b", "", "ü"].map(|n| Some(n.to_owned()));
        let mut names = names.to_vec();
        names.push(None);
        let slugs = slugs(&names);
        assert_eq!(slugs, ["train", "a_b_2", "a_b", "a_b_3", "train_2", "_", "train_3"]);
    }
}
