//! The classes of a label: a column's, or those of a member of its structs (`objects.category`).

use hub_schema::Feature;

/// The label at the end of a way through lists and structs; `below` is what follows the column's name (`.category`).
fn label<'a>(feature: &'a mut Feature, below: &str) -> Option<&'a mut Feature> {
    match feature {
        Feature::List { item } => label(item, below),
        Feature::ClassLabel { .. } if below.is_empty() => Some(feature),
        Feature::Struct { fields } => {
            let rest = below.strip_prefix('.')?;
            let member = |name: &str| {
                let rest = rest.strip_prefix(name)?;
                (rest.is_empty() || rest.starts_with('.')).then_some(rest.len())
            };
            let found = fields.iter_mut().find(|field| member(&field.name).is_some())?;
            let rest = &rest[found.name.len()..];
            label(&mut found.feature, rest)
        }
        _ => None,
    }
}

/// The class names of a label.
pub fn names(feature: &Feature, below: &str) -> Option<Vec<String>> {
    match label(&mut feature.clone(), below)? {
        Feature::ClassLabel { names, .. } => Some(std::mem::take(names)),
        _ => None,
    }
}

/// Appends classes that a label doesn't have yet; false if there is no such label.
pub fn append(feature: &mut Feature, below: &str, classes: &[String]) -> bool {
    let Some(Feature::ClassLabel { names, synsets }) = label(feature, below) else { return false };
    for class in classes {
        if !names.contains(class) {
            names.push(class.clone());
        }
    }
    if !synsets.is_empty() {
        synsets.resize(names.len(), None);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_appended_where_the_label_is() {
        let object = Feature::structure([("box", Feature::Bbox), ("category", Feature::labels(["car"]))]);
        let mut objects = Feature::list(object);
        assert!(append(&mut objects, ".category", &["bus".to_owned(), "car".to_owned()]));
        assert_eq!(names(&objects, ".category"), Some(vec!["car".to_owned(), "bus".to_owned()]));
        for wrong in ["", ".box", ".cat", ".category.x", "category"] {
            assert!(!append(&mut objects, wrong, &[]), "{wrong}");
        }
        let mut plain =
            Feature::ClassLabel { names: vec!["cat".into()], synsets: vec![Some("n02121620".into())] };
        assert!(append(&mut plain, "", &["lynx".to_owned()]));
        let synsets = vec![Some("n02121620".into()), None];
        assert_eq!(plain, Feature::ClassLabel { names: vec!["cat".into(), "lynx".into()], synsets });
    }
}
