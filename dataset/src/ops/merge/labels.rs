//! Merges the type of a column: its class names, and the synset of each class.
//!
//! Class names go together where one side's list begins with the other's: a stored number must keep its class. Which
//! synset a class means is decided class by class (`hub synset map`), so it is merged class by class: what one side
//! decided holds, whatever names either side appended. Two decisions about one class that differ are a conflict.

use hub_schema::Feature;
use hub_schema::schema::feature_extends;

use super::three::Three;
use crate::error::SynsetClash;

/// The type of a column after a merge.
pub(super) struct MergedFeature {
    pub feature: Feature,
    /// Classes whose synset both sides decided, and differently, by the path of the label (`objects.category`).
    pub clashes: Vec<(String, SynsetClash)>,
}

/// Merges the type of the column `name`; `None` if the two sides' types don't go together.
pub(super) fn merge(name: &str, features: Three<&Feature>) -> Option<MergedFeature> {
    let mut clashes = Vec::new();
    let feature = merge_at(name, features, &mut clashes)?;
    Some(MergedFeature { feature, clashes })
}

fn merge_at(
    path: &str,
    features: Three<&Feature>,
    clashes: &mut Vec<(String, SynsetClash)>,
) -> Option<Feature> {
    let Three { base, ours, theirs } = features;
    match (ours, theirs) {
        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => merge_classes(path, features, clashes),
        (Feature::List { item: our }, Feature::List { item: their }) => {
            let was = if let Feature::List { item } = base { item } else { our };
            let items = Three { base: &**was, ours: &**our, theirs: &**their };
            Some(Feature::list(merge_at(path, items, clashes)?))
        }
        (Feature::Struct { fields: our }, Feature::Struct { fields: their })
            if our.iter().map(|f| &f.name).eq(their.iter().map(|f| &f.name)) =>
        {
            let was = |name: &str| match base {
                Feature::Struct { fields } => fields.iter().find(|f| f.name == name).map(|f| &f.feature),
                _ => None,
            };
            let members = our.iter().zip(their).map(|(our, their)| {
                let base = was(&our.name).unwrap_or(&our.feature);
                let members = Three { base, ours: &our.feature, theirs: &their.feature };
                Some((our.name.clone(), merge_at(&format!("{path}.{}", our.name), members, clashes)?))
            });
            Some(Feature::structure(members.collect::<Option<Vec<_>>>()?))
        }
        _ => pick(base, ours, theirs).cloned(),
    }
}

/// The names and synsets of a class label.
fn classes(feature: &Feature) -> (&[String], &[Option<String>]) {
    match feature {
        Feature::ClassLabel { names, synsets } => (names, synsets),
        _ => (&[], &[]),
    }
}

fn merge_classes(
    path: &str,
    features: Three<&Feature>,
    clashes: &mut Vec<(String, SynsetClash)>,
) -> Option<Feature> {
    let Three { base, ours, theirs } = features;
    let sides = Three { base: classes(base), ours: classes(ours), theirs: classes(theirs) };
    let names = match pick(&sides.base.0, &sides.ours.0, &sides.theirs.0) {
        Some(names) => *names,
        // Both appended classes.
        None if feature_extends(theirs, ours) => sides.ours.0,
        None if feature_extends(ours, theirs) => sides.theirs.0,
        None => return None,
    };
    let mut synsets: Vec<Option<String>> = Vec::with_capacity(names.len());
    for (class, name) in names.iter().enumerate() {
        // What a side decided; `None` where it does not have the class.
        let decided = |(known, synsets): (&[String], &[Option<String>])| {
            let has = known.get(class) == Some(name);
            has.then(|| synsets.get(class).cloned().flatten())
        };
        let was = decided(sides.base).flatten();
        synsets.push(match (decided(sides.ours), decided(sides.theirs)) {
            (Some(our), Some(their)) => match pick(&was, &our, &their) {
                Some(synset) => synset.clone(),
                None => {
                    let clash = SynsetClash { class: name.clone(), ours: our.clone(), theirs: their };
                    clashes.push((path.to_owned(), clash));
                    our
                }
            },
            (one, other) => one.or(other).flatten(),
        });
    }
    if synsets.iter().all(Option::is_none) {
        synsets.clear();
    }
    Some(Feature::ClassLabel { names: names.to_vec(), synsets })
}

/// The side that changed; ours where both did the same; `None` where they differ.
pub(super) fn pick<'a, T: PartialEq>(was: &T, our: &'a T, their: &'a T) -> Option<&'a T> {
    if our == their || their == was { Some(our) } else { (our == was).then_some(their) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(classes: &[(&str, Option<&str>)]) -> Feature {
        let names = classes.iter().map(|(name, _)| (*name).to_owned()).collect();
        let synsets: Vec<_> = classes.iter().map(|(_, synset)| synset.map(str::to_owned)).collect();
        let none = synsets.iter().all(Option::is_none);
        Feature::ClassLabel { names, synsets: if none { Vec::new() } else { synsets } }
    }

    fn merged(base: &Feature, ours: &Feature, theirs: &Feature) -> (Feature, usize) {
        let both = [(ours, theirs), (theirs, ours)].map(|(ours, theirs)| {
            let merged = merge("label", Three { base, ours, theirs }).unwrap();
            (merged.feature, merged.clashes.len())
        });
        assert!(both[0] == both[1] || both[0].1 > 0, "the side does not matter: {both:?}");
        both.into_iter().next().unwrap()
    }

    #[test]
    fn a_decision_survives_names_that_the_other_side_appended() {
        let base = label(&[("bat", None), ("mouse", None)]);
        let ours = label(&[("bat", Some("n1")), ("mouse", None)]);
        let theirs = label(&[("bat", None), ("mouse", None), ("wombat", None)]);
        let both = label(&[("bat", Some("n1")), ("mouse", None), ("wombat", None)]);
        assert_eq!(merged(&base, &ours, &theirs), (both, 0));
        // The appended class brought a synset of its own.
        let theirs = label(&[("bat", None), ("mouse", None), ("wombat", Some("n2"))]);
        let both = label(&[("bat", Some("n1")), ("mouse", None), ("wombat", Some("n2"))]);
        assert_eq!(merged(&base, &ours, &theirs), (both, 0));
    }

    #[test]
    fn decisions_on_different_classes_are_united_and_withdrawn_ones_stay_withdrawn() {
        let base = label(&[("a", Some("n0")), ("b", None), ("c", None)]);
        let ours = label(&[("a", None), ("b", Some("n1")), ("c", None)]);
        let theirs = label(&[("a", Some("n0")), ("b", None), ("c", Some("n2"))]);
        let both = label(&[("a", None), ("b", Some("n1")), ("c", Some("n2"))]);
        assert_eq!(merged(&base, &ours, &theirs), (both, 0));
    }

    #[test]
    fn each_class_decided_differently_is_named_at_any_depth() {
        let objects = |class: &Feature| {
            Feature::list(Feature::structure([("bbox", Feature::Bbox), ("category", class.clone())]))
        };
        let base = objects(&label(&[("a", Some("n0")), ("b", None), ("c", None)]));
        let ours = objects(&label(&[("a", Some("n1")), ("b", Some("n2")), ("c", Some("n3"))]));
        let theirs = objects(&label(&[("a", None), ("b", Some("n4")), ("c", Some("n3"))]));
        let merged = merge("objects", Three { base: &base, ours: &ours, theirs: &theirs }).unwrap();
        let clash = |class: &str, ours: Option<&str>, theirs: Option<&str>| {
            let [ours, theirs] = [ours, theirs].map(|synset| synset.map(str::to_owned));
            ("objects.category".to_owned(), SynsetClash { class: class.into(), ours, theirs })
        };
        assert_eq!(merged.clashes, [clash("a", Some("n1"), None), clash("b", Some("n2"), Some("n4"))]);
    }

    #[test]
    fn different_appended_names_do_not_go_together() {
        let base = label(&[("a", None)]);
        let (ours, theirs) = (label(&[("a", None), ("b", None)]), label(&[("a", None), ("c", None)]));
        assert!(merge("label", Three { base: &base, ours: &ours, theirs: &theirs }).is_none());
    }
}
