//! The tables: class lists of known data sets, in the order of their labels.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The classes of one data set.
#[derive(Clone, Copy, Debug)]
pub struct LabelMap {
    /// The list's name: `cifar10`, `coco80`.
    pub name: &'static str,
    /// A row for each class; its position is the label that the data set's files use, except where the row
    /// has an id of its own.
    pub rows: &'static [LabelRow],
}

/// A class of a known data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRow {
    /// Its name, as the data set writes it.
    pub name: &'static str,
    /// WordNet 3.0 id (`n02084071`), where a synset fits.
    pub synset: Option<&'static str>,
    /// The number the data set's annotations use, where it is not the position (COCO: 1 to 90, with gaps).
    pub id: Option<u32>,
}

/// Name, other names, table. `known` ignores case, `-` and `_`.
const TABLES: [(&str, &[&str], &str); 9] = [
    (
        "ilsvrc1000",
        &["imagenet", "imagenet1k", "ilsvrc2012", "ilsvrc"],
        include_str!("../data/ilsvrc1000.tsv"),
    ),
    ("cifar10", &[], include_str!("../data/cifar10.tsv")),
    ("cifar100", &["cifar100fine"], include_str!("../data/cifar100.tsv")),
    ("cifar100_coarse", &["cifar20"], include_str!("../data/cifar100_coarse.tsv")),
    ("coco80", &["coco", "coco2017", "coco2014"], include_str!("../data/coco80.tsv")),
    ("voc20", &["voc", "voc2007", "voc2012", "pascalvoc"], include_str!("../data/voc20.tsv")),
    ("mnist", &[], include_str!("../data/mnist.tsv")),
    ("fashion_mnist", &[], include_str!("../data/fashion_mnist.tsv")),
    ("speech_commands", &[], include_str!("../data/speech_commands.tsv")),
];

static MAPS: LazyLock<Vec<(&'static str, Vec<LabelRow>)>> = LazyLock::new(|| {
    TABLES.iter().map(|(name, _, table)| (*name, table.lines().filter_map(row).collect())).collect()
});

/// `name`, `id or -`, and for some tables a number, with tabs between; `#` begins a comment.
fn row(line: &'static str) -> Option<LabelRow> {
    let line = Some(line).filter(|line| !line.starts_with('#'))?;
    let mut cells = line.split('\t');
    let name = cells.next()?;
    let synset = cells.next().filter(|id| *id != "-");
    Some(LabelRow { name, synset, id: cells.next().and_then(|id| id.parse().ok()) })
}

/// Every class list, in the order of the table above.
pub(crate) fn all() -> impl Iterator<Item = LabelMap> {
    MAPS.iter().map(|(name, rows)| LabelMap { name, rows })
}

/// The class list of a data set, by any of its usual names: `imagenet-1k`, `cifar-10`, `coco`, `voc2012`,
/// `fashion-mnist`, `speech_commands` …
pub fn known(name: &str) -> Option<LabelMap> {
    let bare = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let wanted = bare(name);
    let place =
        TABLES.iter().position(|(name, others, _)| bare(name) == wanted || others.contains(&wanted.as_str()));
    all().nth(place?)
}

/// The words of an ILSVRC class, by its id: `n01440764` → `tench, Tinca tinca`.
pub fn words_of(synset: &str) -> Option<&'static str> {
    static WORDS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        let rows = known("ilsvrc1000").into_iter().flat_map(|map| map.rows);
        rows.filter_map(|row| Some((row.synset?, row.name))).collect()
    });
    WORDS.get(synset).copied()
}
