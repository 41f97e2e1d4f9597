//! Class names → synsets, when the names as a whole show where they come from.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::label_map::{self, LabelMap};

/// Names identify a class list if they are at least this share of it. A few words say nothing: in CIFAR-100 a mouse
/// is an animal, in COCO a device, and ILSVRC has a cup that is a punch.
const LEAST_SHARE: (usize, usize) = (1, 2);

/// Entries of class lists that are not classes.
const FILLERS: [&str; 5] = ["background", "unlabeled", "void", "n/a", "ignore"];

/// The synset of each class name, where it is certain.
///
/// * A name that is a WordNet noun id, alone (`n02084071`) or in front of words (`n02085620-Chihuahua`, as
///   Stanford Dogs has it), is its own synset.
/// * Otherwise, if all names belong to one known class list and are at least half of it, they mean what they mean
///   there. Case, spaces, `_` and `-` don't matter. Names on which the lists that hold all of them disagree stay
///   without.
/// * Otherwise there is none: a name alone has too many senses to guess.
///
/// Digits (`0` to `9`) never match, since they are as often the numbers of unnamed classes.
///
/// ```
/// let names = ["Dog", "cat", "bird", "frog", "Deer"].map(String::from);
/// let ids = hub_wordnet::synsets_for(&names);
/// assert_eq!(ids[0].as_deref(), Some("n02084071"));
/// ```
pub fn synsets_for(names: &[String]) -> Vec<Option<String>> {
    if names.iter().any(|name| leading_id(name).is_some()) {
        return names.iter().map(|name| leading_id(name).map(str::to_owned)).collect();
    }
    let names: Vec<String> = names.iter().map(|name| normal(name)).collect();
    let distinct: HashSet<&String> = names.iter().filter(|name| !FILLERS.contains(&name.as_str())).collect();
    let fitting: Vec<&Index> = INDEXES
        .iter()
        .filter(|index| {
            distinct.len() >= index.least && distinct.iter().all(|name| index.words.contains_key(*name))
        })
        .collect();
    // A whole list in its own order settles even a word that stands for two of its classes (`crane`).
    let whole = fitting.iter().find(|index| index.is_in_order(&names));
    if let Some(index) = whole {
        return index.map.rows.iter().map(|row| row.synset.map(str::to_owned)).collect();
    }
    names.iter().map(|name| agreed(name, &fitting).map(str::to_owned)).collect()
}

/// The one synset that all the lists give to a name.
fn agreed(name: &str, lists: &[&Index]) -> Option<&'static str> {
    let mut synsets = lists.iter().map(|index| index.words.get(name).copied().flatten());
    let first = synsets.next()??;
    synsets.all(|other| other == Some(first)).then_some(first)
}

/// `n` and eight digits at the start, then nothing or something other than a letter or digit.
fn leading_id(name: &str) -> Option<&str> {
    let (id, rest) = name.split_at_checked(9)?;
    let is_id = id.strip_prefix('n')?.bytes().all(|byte| byte.is_ascii_digit());
    (is_id && !rest.starts_with(char::is_alphanumeric)).then_some(id)
}

/// A name without case, spaces, `_` and `-`.
pub(crate) fn normal(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '_', '-'], "")
}

/// A class list by words.
struct Index {
    map: LabelMap,
    least: usize,
    /// The synset of a word; none where it stands for two classes.
    words: HashMap<String, Option<&'static str>>,
}

static INDEXES: LazyLock<Vec<Index>> = LazyLock::new(|| {
    let useful =
        label_map::all().filter(|map| map.name != "mnist" && map.rows.iter().any(|row| row.synset.is_some()));
    useful.map(Index::new).collect()
});

impl Index {
    fn new(map: LabelMap) -> Self {
        let mut words: HashMap<String, Option<&'static str>> = HashMap::new();
        for row in map.rows {
            for word in row_words(row.name) {
                let entry = words.entry(word).or_insert(row.synset);
                if *entry != row.synset {
                    *entry = None;
                }
            }
        }
        let least = match map.name {
            // Its `cat` is a sound: only the whole list shows that it is meant.
            "speech_commands" => map.rows.len(),
            _ => (map.rows.len() * LEAST_SHARE.0).div_ceil(LEAST_SHARE.1),
        };
        Self { map, least, words }
    }

    fn is_in_order(&self, names: &[String]) -> bool {
        let rows = self.map.rows;
        let in_order =
            |(name, row): (&String, &label_map::LabelRow)| row_words(row.name).any(|word| word == *name);
        names.len() == rows.len() && names.iter().zip(rows).all(in_order)
    }
}

/// A class by its whole name, and by each of several words.
fn row_words(name: &str) -> impl Iterator<Item = String> {
    let several = name.contains(',').then(|| name.split(',')).into_iter().flatten();
    std::iter::once(name).chain(several).map(normal)
}
